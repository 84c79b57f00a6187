/* Codes: texts of digits and letters whose white space does not count, and what
 * spreadsheets do to them. */
#include <string.h>

#include "ingest/typing_private.h"

static const char as_text[] = "请把该列设为文本格式，按原件重新填写";
static const char check_it[] = "请按原件核对后重新填写";

static struct slice nothing(void)
{
	return slice_of("", 0);
}

static bool all_digits(struct slice text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!typing_is_digit(text.text[i]))
			return false;
	return text.length > 0;
}

/* 4.14201E+09. `sure`: without a point or a plus it may be a code of its own
 * ("2021E05"). */
static bool is_scientific(struct slice text, bool *sure)
{
	const char *at = text.text;
	const char *end = at + text.length;
	const char *first = at;
	bool point = false;
	for (; at < end && (typing_is_digit(*at) || (*at == '.' && !point && at > first)); at++)
		point = point || *at == '.';
	if (at == first || at == end || (*at != 'E' && *at != 'e'))
		return false;
	at++;
	bool sign = at < end && *at == '+';
	if (at < end && (*at == '+' || *at == '-'))
		at++;
	first = at;
	while (at < end && typing_is_digit(*at))
		at++;
	*sure = point || sign;
	return at == end && at > first;
}

/* What a spreadsheet can do to any code; true where it made a finding. */
static bool found_damage(struct reading *reading, struct slice plain, bool digits_only)
{
	bool sure = false;
	if (!is_scientific(plain, &sure) || !(sure || digits_only))
		return false;
	typing_fault(reading, "F08", nothing(), "被电子表格改成了科学计数法，末尾的数字已经丢失", as_text);
	return true;
}

/* A code that a number cell holds: its digits, where all of them are there. */
static bool code_of_number(struct reading *reading, struct slice *plain)
{
	int places;
	if (!typing_decimal(reading, plain, &places)) {
		typing_fault(reading, "F04", nothing(), "写法不对", check_it);
		return false;
	}
	bool whole = all_digits(*plain);
	const struct cell *cell = reading->cell;
	bool exponent = memchr(cell->text, 'E', cell->length) || memchr(cell->text, 'e', cell->length);
	bool lost = exponent && places < (int)plain->length;
	if (whole && (plain->length > 15 || lost)) {
		typing_fault(reading, "F08", nothing(), "存成了数值，电子表格只保留了前几位，末尾的数字已经丢失", as_text);
		return false;
	}
	return true;
}

/* The plain text of a code; false where a finding was made. */
static bool code_text(struct reading *reading, struct slice *plain, bool digits_only)
{
	if (typing_is_date(reading->cell->kind)) {
		typing_fault(reading, "F08", nothing(), "被电子表格改成了日期", as_text);
		return false;
	}
	if (reading->cell->kind == CELL_NUMBER)
		return code_of_number(reading, plain);
	return !found_damage(reading, *plain, digits_only);
}

/* "090100" for 90100, where just the leading zero is missing. */
static bool found_lost_zero(struct reading *reading, struct slice plain, int digits)
{
	char likely[32];
	if (!all_digits(plain) || plain.length + 1 != (size_t)digits || plain.length + 1 > sizeof likely)
		return false;
	likely[0] = '0';
	memcpy(likely + 1, plain.text, plain.length);
	typing_fault_format(reading, "F08", slice_of(likely, plain.length + 1), as_text,
		"只有 %d 位，开头的 0 多半被电子表格去掉了", digits - 1);
	return true;
}

void typing_code(struct reading *reading, struct slice plain)
{
	int digits = reading->field->digits;
	if (!code_text(reading, &plain, true) || found_lost_zero(reading, plain, digits))
		return;
	if (!all_digits(plain)) {
		typing_fault(reading, "F04", nothing(), "含有数字以外的字符", check_it);
		return;
	}
	if (plain.length != (size_t)digits || digits > 18) {
		typing_fault_format(reading, "F04", nothing(), check_it, "有 %lu 位", (unsigned long)plain.length);
		return;
	}
	int64_t code = 0;
	for (size_t i = 0; i < plain.length; i++)
		code = code * 10 + (plain.text[i] - '0');
	typing_set_integer(reading, code);
}

static char upper_of(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_major_code(struct slice text)
{
	if (text.length < 6 || !all_digits(slice_of(text.text, 6)))
		return false;
	struct slice mark = slice_of(text.text + 6, text.length - 6);
	return mark.length == 0 || typing_equals(mark, "K") || typing_equals(mark, "T") || typing_equals(mark, "TK");
}

void typing_major_code(struct reading *reading, struct slice plain)
{
	if (!code_text(reading, &plain, true) || found_lost_zero(reading, plain, 6))
		return;
	if (is_major_code(plain)) {
		typing_set_text(reading, plain);
		return;
	}
	char upper[8];
	size_t length = plain.length <= sizeof upper ? plain.length : 0;
	for (size_t i = 0; i < length; i++)
		upper[i] = upper_of(plain.text[i]);
	bool meant = is_major_code(slice_of(upper, length));
	typing_fault(reading, "F04", slice_of(upper, meant ? length : 0), "不是规定的专业代码写法", check_it);
}

/* ------------------------------------------------------------ credit codes */

/* GB 32100-2015: the value of a character is its place here. */
static const char credit_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/* The weight of the character before times 3, modulo 31. */
static int credit_check(const char *code)
{
	int sum = 0;
	int weight = 1;
	for (int i = 0; i < 17; i++) {
		const char *place = code[i] ? strchr(credit_alphabet, code[i]) : NULL;
		if (!place)
			return -1;
		sum += (int)(place - credit_alphabet) * weight;
		weight = weight * 3 % 31;
	}
	return credit_alphabet[(31 - sum % 31) % 31];
}

bool typing_credit_code_sound(const char code[18])
{
	return code[17] == credit_check(code);
}

void typing_credit_code(struct reading *reading, struct slice plain)
{
	if (!code_text(reading, &plain, true))
		return;
	if (plain.length != 18) {
		typing_fault_format(reading, "F04", nothing(), check_it, "有 %lu 位，不是 18 位",
			(unsigned long)typing_characters(plain));
		return;
	}
	char upper[18];
	for (int i = 0; i < 18; i++)
		upper[i] = upper_of(plain.text[i]);
	int check = credit_check(plain.text);
	if (check < 0 || !plain.text[17] || !strchr(credit_alphabet, plain.text[17]))
		typing_fault(reading, "F04", slice_of(upper, typing_credit_code_sound(upper) ? 18 : 0),
			"含有统一社会信用代码不用的字符", check_it);
	else if (check != plain.text[17])
		typing_fault_format(reading, "F10", nothing(), "请对照法人证书逐位核对", "最后一位校验码不符（按前 17 位应为 %c）",
			check);
	else
		typing_set_text(reading, plain);
}

/* ----------------------------------------------------- digests, identifiers */

static bool is_hexadecimal(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.text[i];
		if (!typing_is_digit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
			return false;
	}
	return text.length > 0;
}

/* `plain` stands in the scratch, so that it can be changed there. */
void typing_digest(struct reading *reading, struct slice plain)
{
	const struct field *field = reading->field;
	if (!code_text(reading, &plain, false))
		return;
	if (!is_hexadecimal(plain)) {
		typing_fault(reading, "F04", nothing(), "含有十六进制数字以外的字符", "请从系统中原样复制");
	} else if (field->kind == FIELD_ROW_DIGEST && plain.length != 64) {
		typing_fault_format(reading, "F04", nothing(), "请不要改动审核表中预先填好的内容", "有 %lu 位，不是 64 位",
			(unsigned long)plain.length);
	} else if (plain.length > (size_t)field->max_length) {
		typing_fault_format(reading, "F06", nothing(), "请从系统中原样复制", "有 %lu 位，太长",
			(unsigned long)plain.length);
	} else {
		char *to = reading->scratch;
		for (size_t i = 0; i < plain.length; i++) {
			char c = plain.text[i];
			to[i] = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
		}
		typing_set_text(reading, slice_of(to, plain.length));
	}
}

void typing_identifier(struct reading *reading, struct slice plain)
{
	if (!code_text(reading, &plain, false))
		return;
	size_t characters = typing_characters(plain);
	if (characters > (size_t)reading->field->max_length)
		typing_fault_format(reading, "F06", nothing(), "请按原件核对后改短", "有 %lu 个字符，太长", (unsigned long)characters);
	else
		typing_set_text(reading, plain);
}
