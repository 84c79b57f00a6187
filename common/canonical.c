#include "common/canonical.h"


#include "common/calendar.h"

/* The decimal digits of `value` (not negative), at least `width` of them; returns
 * the place after the last. */
static char *put_digits(char *to, uint64_t value, int width)
{
	char reversed[24];
	int count = 0;
	do {
		reversed[count++] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	while (count < width && count < (int)sizeof reversed)
		reversed[count++] = '0';
	while (count > 0)
		*to++ = reversed[--count];
	return to;
}

static char *put_signed(char *to, int64_t value, int width)
{
	if (value < 0)
		*to++ = '-';
	return put_digits(to, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, width);
}

void canonical_yuan(int64_t fen, char text[CANONICAL_BYTES])
{
	char *to = text;
	if (fen < 0)
		*to++ = '-';
	uint64_t size = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
	to = put_digits(to, size / 100, 1);
	*to++ = '.';
	to = put_digits(to, size % 100, 2);
	*to = '\0';
}

const char *canonical_integer(const struct field *field, int64_t value, char text[CANONICAL_BYTES])
{
	_Static_assert((int)CANONICAL_BYTES >= (int)CALENDAR_DAY_BYTES && (int)CANONICAL_BYTES >= (int)CALENDAR_INSTANT_BYTES,
		"a canonical text holds a day and an instant");
	switch (field->kind) {
	case FIELD_MONEY:
		canonical_yuan(value, text);
		return text;
	case FIELD_DAY:
		calendar_day_text(value, text);
		return text;
	case FIELD_INSTANT:
		calendar_instant_text(value, text);
		return text;
	case FIELD_YES_NO:
		return value ? "是" : "否";
	case FIELD_ENUMERATION:
		return value >= 1 && value <= field->values.count ? field->values.items[value - 1] : "";
	case FIELD_CODE:
		*put_signed(text, value, field->digits) = '\0';
		return text;
	default:
		*put_signed(text, value, 1) = '\0';
		return text;
	}
}
