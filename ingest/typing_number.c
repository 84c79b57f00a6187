/* Whole numbers, money, and the numbers of spreadsheets. Decimal arithmetic on the
 * digits only: binary fractions and the locale have no part in it. */
#include <string.h>

#include "common/calendar.h"
#include "ingest/typing_private.h"

enum { SIGNIFICANT = 15, EXPONENT_LIMIT = 400, PLAIN_LIMIT = 2000 };

/* ------------------------------------------------- numbers of spreadsheets */

struct decimal {
	bool negative;
	uint64_t mantissa; /* at most SIGNIFICANT digits, no trailing zero */
	int exponent;      /* value = mantissa x 10^exponent */
	int places;        /* significant digits as written */
};

/* Takes the digits of "12.50": `written` counts the significant ones, those beyond
 * SIGNIFICANT only move the exponent, the first of them rounds. */
static const char *take_mantissa(const char *at, const char *end, struct decimal *decimal, bool *any)
{
	bool point = false;
	int rounding = -1;
	for (; at < end; at++) {
		if (*at == '.' && !point) {
			point = true;
			continue;
		}
		if (!typing_is_digit(*at))
			break;
		*any = true;
		bool significant = decimal->places > 0 || *at != '0';
		if (significant && decimal->places++ >= SIGNIFICANT) {
			if (rounding < 0)
				rounding = *at - '0';
			decimal->exponent += !point;
			continue;
		}
		decimal->mantissa = decimal->mantissa * 10 + (uint64_t)(*at - '0');
		decimal->exponent -= point;
	}
	decimal->mantissa += rounding >= 5;
	return at;
}

static bool take_exponent(const char *at, const char *end, int *exponent)
{
	bool negative = false;
	if (at < end && (*at == '+' || *at == '-'))
		negative = *at++ == '-';
	int number = 0;
	const char *first = at;
	for (; at < end && typing_is_digit(*at) && number <= EXPONENT_LIMIT; at++)
		number = number * 10 + (*at - '0');
	*exponent += negative ? -number : number;
	return at == end && at > first;
}

static bool read_decimal(struct slice text, struct decimal *decimal)
{
	const char *at = text.text;
	const char *end = at + text.length;
	bool any = false;
	*decimal = (struct decimal){ 0 };
	if (text.length == 0 || text.length > PLAIN_LIMIT)
		return false;
	if (*at == '-' || *at == '+')
		decimal->negative = *at++ == '-';
	at = take_mantissa(at, end, decimal, &any);
	if (!any)
		return false;
	if (at < end && (*at == 'e' || *at == 'E')) {
		if (!take_exponent(at + 1, end, &decimal->exponent))
			return false;
	} else if (at < end) {
		return false;
	}
	while (decimal->mantissa && decimal->mantissa % 10 == 0) {
		decimal->mantissa /= 10;
		decimal->exponent++;
	}
	if (decimal->mantissa == 0)
		decimal->exponent = 0;
	return decimal->exponent <= PLAIN_LIMIT && decimal->exponent >= -PLAIN_LIMIT;
}

static char *put_mantissa(char *to, uint64_t mantissa)
{
	char digits[24];
	int count = 0;
	for (; mantissa || count == 0; mantissa /= 10)
		digits[count++] = (char)('0' + mantissa % 10);
	while (count > 0)
		*to++ = digits[--count];
	return to;
}

bool typing_decimal(const struct reading *reading, struct slice *plain, int *places)
{
	struct decimal decimal;
	if (!read_decimal(slice_of(reading->cell->text, reading->cell->length), &decimal))
		return false;
	char *to = reading->scratch;
	if (decimal.negative && decimal.mantissa)
		*to++ = '-';
	char *digits = to;
	to = put_mantissa(to, decimal.mantissa);
	for (int i = 0; i < decimal.exponent; i++)
		*to++ = '0';
	if (decimal.exponent < 0) {
		size_t count = (size_t)(to - digits);
		size_t decimals = (size_t)-decimal.exponent;
		if (count <= decimals) { /* 5 x 10^-3: "0.005" */
			size_t zeros = decimals - count + 1;
			memmove(digits + zeros, digits, count);
			memset(digits, '0', zeros);
			to += zeros;
		}
		memmove(to - decimals + 1, to - decimals, decimals);
		to[-(ptrdiff_t)decimals] = '.';
		to++;
	}
	*plain = slice_of(reading->scratch, (size_t)(to - reading->scratch));
	if (places)
		*places = decimal.places;
	return true;
}

bool typing_serial(struct slice serial, int epoch, int64_t *instant)
{
	const char *at = serial.text;
	const char *end = at + serial.length;
	int64_t day = 0;
	for (; at < end && typing_is_digit(*at); at++) {
		day = day * 10 + (*at - '0');
		if (day > 9999999)
			return false;
	}
	if (at == serial.text || (at < end && *at != '.'))
		return false;
	int64_t fraction = 0; /* in 10^-12 of a day */
	int64_t unit = 100000000000;
	for (at += at < end; at < end; at++, unit /= 10) {
		if (!typing_is_digit(*at))
			return false;
		fraction += (*at - '0') * unit;
	}
	int64_t seconds = (fraction * 86400 + 500000000000) / 1000000000000;
	int64_t zero;
	if (epoch == 1904) {
		calendar_day(1904, 1, 1, &zero);
	} else if (day >= 1 && day != 60) {
		/* that system counts 29 February 1900, a day that never was, as 60 */
		calendar_day(1899, 12, day < 60 ? 31 : 30, &zero);
	} else {
		return false;
	}
	int64_t last;
	calendar_day(9999, 12, 31, &last);
	*instant = (zero + day) * 86400 + seconds;
	return *instant < (last + 1) * 86400;
}

/* ------------------------------------------------------- numbers as people write them */

struct number {
	bool negative;
	bool huge;        /* more than 16 digits: beyond every bound */
	int64_t whole;
	int hundredths;   /* the first two decimals */
	bool fraction;    /* some decimal is not zero */
	bool third;       /* some decimal from the third on is not zero */
};

static void add_digit(struct number *number, char digit)
{
	if (number->whole > 999999999999999)
		number->huge = true;
	else
		number->whole = number->whole * 10 + (digit - '0');
}

/* A thousands separator stands at `at`: a comma and exactly three digits. */
static bool is_separator(const char *at, const char *end)
{
	return end - at >= 4 && *at == ',' && typing_is_digit(at[1]) && typing_is_digit(at[2]) &&
		typing_is_digit(at[3]) && (end - at == 4 || !typing_is_digit(at[4]));
}

static const char *take_whole(const char *at, const char *end, struct number *number)
{
	const char *first = at;
	while (at < end && typing_is_digit(*at))
		add_digit(number, *at++);
	if (at == first || at - first > 3)
		return at;
	while (is_separator(at, end)) {
		for (int i = 1; i <= 3; i++)
			add_digit(number, at[i]);
		at += 4;
	}
	return at;
}

/* Takes the longest number that begins at `at`; returns its end, or `at`. */
static const char *take_number(const char *at, const char *end, struct number *number)
{
	*number = (struct number){ 0 };
	const char *first = at;
	if (at < end && (*at == '-' || *at == '+'))
		number->negative = *at++ == '-';
	const char *digits = at;
	at = take_whole(at, end, number);
	bool any = at > digits;
	if (at < end && *at == '.' && (any || (end - at > 1 && typing_is_digit(at[1])))) {
		at++;
		for (int place = 1; at < end && typing_is_digit(*at); at++, place++) {
			any = true;
			if (place <= 2)
				number->hundredths += (*at - '0') * (place == 1 ? 10 : 1);
			number->fraction = number->fraction || *at != '0';
			number->third = number->third || (place > 2 && *at != '0');
		}
	}
	return any ? at : first;
}

static bool begins_with_multiplier(const char *at, const char *end)
{
	static const char *const multipliers[] = { "万", "千", "百", "亿", "十", "k", "K", "w", "W" };
	for (size_t i = 0; i < sizeof multipliers / sizeof *multipliers; i++) {
		size_t length = strlen(multipliers[i]);
		if ((size_t)(end - at) >= length && memcmp(at, multipliers[i], length) == 0)
			return true;
	}
	return false;
}

/* Exactly one number stands in `plain` among other characters. *found is the number's text,
 * empty where a word such as 万 changes what it means. */
static bool number_among_words(struct slice plain, struct slice *found)
{
	const char *end = plain.text + plain.length;
	const char *at = plain.text;
	while (at < end && !typing_is_digit(*at))
		at++;
	if (at == end)
		return false;
	if (at > plain.text && at[-1] == '-')
		at--;
	struct number number;
	const char *after = take_number(at, end, &number);
	*found = slice_of(at, begins_with_multiplier(after, end) ? 0 : (size_t)(after - at));
	for (const char *c = after; c < end; c++)
		if (typing_is_digit(*c))
			return false;
	return true;
}

/* Reads the whole of `plain` as a number, else makes the finding. */
static bool read_number(struct reading *reading, struct slice plain, struct number *number)
{
	const char *end = plain.text + plain.length;
	if (take_number(plain.text, end, number) == end)
		return true;
	struct slice found;
	if (number_among_words(plain, &found))
		typing_fault(reading, "F09", found, "数字前后带有其他字符", "请只填数字，不带单位和说明文字");
	else
		typing_fault(reading, "F02", slice_of("", 0), "不是一个数", "请改填一个数字");
	return false;
}

static void read_bounded(struct reading *reading, const struct number *number, int64_t value)
{
	const struct field *field = reading->field;
	if (number->negative && (value > 0 || number->huge))
		typing_fault(reading, "F05", slice_of("", 0), "是负数", "请核对后改正");
	else if (number->huge || value > field->maximum)
		typing_fault(reading, "F05", slice_of("", 0), "超过了允许的最大值", "请核对后改正");
	else if (value < field->minimum)
		typing_fault(reading, "F05", slice_of("", 0), "小于允许的最小值", "请核对后改正");
	else
		typing_set_integer(reading, value);
}

void typing_count(struct reading *reading, struct slice plain)
{
	struct number number;
	if (!read_number(reading, plain, &number))
		return;
	if (number.fraction)
		typing_fault(reading, "F02", slice_of("", 0), "不是整数", "请改填整数");
	else
		read_bounded(reading, &number, number.whole);
}

void typing_money(struct reading *reading, struct slice plain)
{
	struct number number;
	if (!read_number(reading, plain, &number))
		return;
	if (number.third)
		typing_fault(reading, "F02", slice_of("", 0), "小数超过两位，不足一分钱", "请改填到分（两位小数）");
	else
		read_bounded(reading, &number, number.huge ? 1 : number.whole * 100 + number.hundredths);
}
