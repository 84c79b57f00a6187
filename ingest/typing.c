#include "ingest/typing.h"

#include <string.h>

#include "common/canonical.h"
#include "ingest/typing_private.h"

/* ------------------------------------------------------------- short paths
 * The clean cell, decided on ASCII bytes alone. Each returns false to have the
 * cell looked at closely; none makes a finding. */

/* Up to 18 digits and nothing else. */
static bool read_digits(struct slice text, int64_t *number)
{
	if (text.length == 0 || text.length > 18)
		return false;
	int64_t sum = 0;
	for (size_t i = 0; i < text.length; i++) {
		unsigned digit = (unsigned)(unsigned char)text.text[i] - '0';
		if (digit > 9)
			return false;
		sum = sum * 10 + digit;
	}
	*number = sum;
	return true;
}

static bool short_money(struct slice text, int64_t *fen)
{
	size_t point = 0;
	while (point < text.length && text.text[point] != '.')
		point++;
	if (point > 12 || !read_digits(slice_of(text.text, point), fen))
		return false;
	*fen *= 100;
	if (point == text.length)
		return true;
	int64_t decimals;
	size_t places = text.length - point - 1;
	if (places < 1 || places > 2 || !read_digits(slice_of(text.text + point + 1, places), &decimals))
		return false;
	*fen += places == 1 ? decimals * 10 : decimals;
	return true;
}

static bool short_choice(const struct field *field, struct slice text, int64_t *position)
{
	for (int i = 0; i < field->values.count; i++) {
		const char *item = field->values.items[i];
		if (item[0] == text.text[0] && typing_equals(text, item)) {
			*position = i + 1;
			return true;
		}
	}
	return false;
}

static bool short_yes_no(struct slice text, int64_t *truth)
{
	*truth = typing_equals(text, "是") || typing_equals(text, "1");
	return *truth || typing_equals(text, "否") || typing_equals(text, "0");
}

static bool short_hexadecimal(const struct field *field, struct slice text)
{
	if (text.length > (size_t)field->max_length || (field->kind == FIELD_ROW_DIGEST && text.length != 64))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		char c = text.text[i];
		if (!typing_is_digit(c) && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return true;
}

/* Whether the character may stand in an identifier that needs no closer look: not a
 * blank, nor what may be a decimal or scientific notation. */
static bool is_identifying(unsigned char c)
{
	return c > 0x20 && c < 0x7F && c != '.' && c != '+';
}

/* Bytes of a word that are 0 (and perhaps some above such a one) have their highest bit set. */
static uint64_t zero_bytes(uint64_t word)
{
	return (word - UINT64_C(0x0101010101010101)) & ~word;
}

/* The same of eight characters at once. */
static bool are_identifying(const char *at)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;
	memcpy(&word, at, 8);
	uint64_t above = word + ones;               /* 0x7F and above reach the highest bit */
	uint64_t below = (word | ones * 0x80) - ones * 0x21; /* 0x20 and below lose it */
	uint64_t refused = zero_bytes(word ^ ones * '.') | zero_bytes(word ^ ones * '+') | word | above | ~below;
	return (refused & ones * 0x80) == 0;
}

/* Letters, digits and signs, without what may be a prefix, an error value or
 * scientific notation. */
static bool short_identifier(const struct field *field, struct slice text)
{
	if (text.length > (size_t)field->max_length || text.text[0] == '\'' || text.text[0] == '#')
		return false;
	size_t at = 0;
	for (; at + 8 <= text.length; at += 8)
		if (!are_identifying(text.text + at))
			return false;
	for (; at < text.length; at++)
		if (!is_identifying((unsigned char)text.text[at]))
			return false;
	return true;
}

static bool short_major_code(struct slice text)
{
	int64_t digits;
	if (text.length < 6 || !read_digits(slice_of(text.text, 6), &digits))
		return false;
	struct slice mark = slice_of(text.text + 6, text.length - 6);
	return mark.length == 0 || typing_equals(mark, "K") || typing_equals(mark, "T") || typing_equals(mark, "TK");
}

/* The character that this byte belongs to is surely not white space: every blank
 * begins with one of the bytes left out. */
static bool is_inked(unsigned char lead)
{
	return lead > 0x20 && lead != 0x7F && lead != 0xC2 && lead != 0xE1 && lead != 0xE2 && lead != 0xE3 && lead != 0xEF;
}

static bool short_text(const struct field *field, struct slice text)
{
	if (text.length > (size_t)field->max_length || text.text[0] == '#' || !is_inked((unsigned char)text.text[0]))
		return false;
	size_t last = text.length - 1;
	while (last > 0 && ((unsigned char)text.text[last] & 0xC0) == 0x80)
		last--;
	return is_inked((unsigned char)text.text[last]) && (text.length > sizeof "同上" - 1 || !typing_is_ditto(text));
}

static bool short_integer(const struct field *field, struct slice text, bool number_cell, int64_t *integer)
{
	switch (field->kind) {
	case FIELD_COUNT:
		return read_digits(text, integer) && *integer >= field->minimum && *integer <= field->maximum;
	case FIELD_MONEY:
		return short_money(text, integer) && *integer >= field->minimum && *integer <= field->maximum;
	case FIELD_CODE:
		return text.length == (size_t)field->digits && read_digits(text, integer);
	case FIELD_DAY:
	case FIELD_INSTANT:
		return !number_cell && typing_date_short(field, text, integer);
	case FIELD_YES_NO:
		return short_yes_no(text, integer);
	case FIELD_ENUMERATION:
		return short_choice(field, text, integer);
	default:
		return false;
	}
}

static bool short_string(const struct field *field, struct slice text)
{
	switch (field->kind) {
	case FIELD_TEXT:
		return short_text(field, text);
	case FIELD_IDENTIFIER:
		return short_identifier(field, text);
	case FIELD_MAJOR_CODE:
		return short_major_code(text);
	case FIELD_CREDIT_CODE:
		return text.length == 18 && typing_credit_code_sound(text.text);
	case FIELD_DIGEST:
	case FIELD_ROW_DIGEST:
		return short_hexadecimal(field, text);
	default:
		return false;
	}
}

static bool read_short(const struct field *field, const struct cell *cell, struct value *value)
{
	if (cell->kind != CELL_TEXT && cell->kind != CELL_NUMBER)
		return false;
	struct slice text = slice_of(cell->text, cell->length);
	int64_t integer;
	if (short_integer(field, text, cell->kind == CELL_NUMBER, &integer)) {
		value->state = VALUE_INTEGER;
		value->integer = integer;
		return true;
	}
	/* the digits of a number cell are a text where none of them can be lost */
	if (cell->kind == CELL_NUMBER && (text.length > 15 || text.text[0] == '0' || !read_digits(text, &integer)))
		return false;
	if (!short_string(field, text))
		return false;
	value->state = VALUE_TEXT;
	value->text = cell->text;
	value->length = cell->length;
	return true;
}

/* ---------------------------------------------------------------- close look */

static void read_kind(struct reading *reading, struct slice plain)
{
	switch (reading->field->kind) {
	case FIELD_COUNT:
		typing_count(reading, plain);
		break;
	case FIELD_MONEY:
		typing_money(reading, plain);
		break;
	case FIELD_DAY:
	case FIELD_INSTANT:
		typing_date(reading, plain);
		break;
	case FIELD_YES_NO:
		typing_yes_no(reading, plain);
		break;
	case FIELD_ENUMERATION:
		typing_choice(reading, plain);
		break;
	case FIELD_CODE:
		typing_code(reading, plain);
		break;
	case FIELD_MAJOR_CODE:
		typing_major_code(reading, plain);
		break;
	case FIELD_CREDIT_CODE:
		typing_credit_code(reading, plain);
		break;
	case FIELD_DIGEST:
	case FIELD_ROW_DIGEST:
		typing_digest(reading, plain);
		break;
	case FIELD_IDENTIFIER:
		typing_identifier(reading, plain);
		break;
	case FIELD_TEXT:
		break;
	}
}

static bool is_code(enum field_kind kind)
{
	return kind == FIELD_CODE || kind == FIELD_MAJOR_CODE || kind == FIELD_CREDIT_CODE || kind == FIELD_DIGEST ||
		kind == FIELD_ROW_DIGEST || kind == FIELD_IDENTIFIER;
}

/* Number and date cells of fields that are not free text. */
static void read_stored_number(struct reading *reading)
{
	enum field_kind kind = reading->field->kind;
	struct slice plain = slice_of(reading->cell->text, reading->cell->length);
	if (is_code(kind)) {
		read_kind(reading, plain);
	} else if (typing_is_date(reading->cell->kind) && (kind == FIELD_DAY || kind == FIELD_INSTANT)) {
		typing_date_cell(reading);
	} else if (typing_is_date(reading->cell->kind)) {
		typing_fault(reading, kind == FIELD_ENUMERATION ? "F03" : "F02", slice_of("", 0), "单元格是日期格式",
			"请把单元格改回常规格式后重新填写");
	} else {
		typing_decimal(reading, &plain, NULL);
		read_kind(reading, plain);
	}
}

/* What was written stands in the way of any kind: nothing, an error value, 同上. */
static bool found_no_value(struct reading *reading, struct slice text)
{
	if (text.length == 0) {
		reading->value->state = VALUE_EMPTY;
		if (reading->field->required)
			typing_missing(reading->field, reading->fault);
		return true;
	}
	if (typing_is_error(text)) {
		typing_fault(reading, "F07", slice_of("", 0), "是电子表格的错误值", "请改正公式，或直接填写数据");
		return true;
	}
	if (typing_is_ditto(text)) {
		typing_fault(reading, "F02", slice_of("", 0), "没有写出具体内容", "每一行都请写全，不要用“同上”");
		return true;
	}
	return false;
}

static void read_written(struct reading *reading, struct slice text)
{
	enum field_kind kind = reading->field->kind;
	enum plain_form form = is_code(kind)                            ? PLAIN_CODE
		: kind == FIELD_DAY || kind == FIELD_INSTANT            ? PLAIN_DATE
		: kind == FIELD_YES_NO || kind == FIELD_ENUMERATION     ? PLAIN_CODE
		                                                        : PLAIN_NUMBER;
	struct slice plain = typing_plain(reading, text, form);
	if (!found_no_value(reading, plain))
		read_kind(reading, plain);
}

static void read_text(struct reading *reading, struct slice text)
{
	text = typing_trim(text);
	if (found_no_value(reading, text))
		return;
	size_t characters = typing_characters(text);
	if (characters > (size_t)reading->field->max_length)
		typing_fault_format(reading, "F06", slice_of("", 0), "请精简后重新填写", "有 %lu 个字，太长", (unsigned long)characters);
	else
		typing_set_text(reading, text);
}

/* Free text in a cell that stores no text: what the spreadsheet shows there. */
static struct slice text_of_cell(struct reading *reading)
{
	const struct cell *cell = reading->cell;
	struct slice text = slice_of(cell->text, cell->length);
	if (typing_is_date(cell->kind))
		return typing_shown(cell, reading->epoch, reading->scratch);
	/* beyond this a spreadsheet shows an exponent, as is stored */
	if (cell->kind == CELL_NUMBER && typing_decimal(reading, &text, NULL) && text.length > 30)
		return slice_of(cell->text, cell->length);
	return text;
}

static void read_closely(struct reading *reading)
{
	const struct cell *cell = reading->cell;
	struct slice text = slice_of(cell->text, cell->length);
	if (cell->kind == CELL_ERROR) {
		typing_fault(reading, "F07", slice_of("", 0), "是电子表格的错误值", "请改正公式，或直接填写数据");
		return;
	}
	if (cell->kind == CELL_BOOL)
		text = typing_shown(cell, reading->epoch, reading->scratch);
	bool stored_number = cell->kind == CELL_NUMBER || typing_is_date(cell->kind);
	if (reading->field->kind == FIELD_TEXT)
		read_text(reading, stored_number ? text_of_cell(reading) : text);
	else if (stored_number)
		read_stored_number(reading);
	else
		read_written(reading, text);
}

void typing_read(const struct field *field, const struct cell *cell, int epoch, char scratch[TYPING_SCRATCH_BYTES],
	struct value *value, struct field_fault *fault)
{
	fault->rule = NULL;
	value->state = VALUE_EMPTY;
	struct reading reading = { field, cell, epoch, scratch, value, fault };
	if (cell->kind == CELL_EMPTY || (cell->length == 0 && cell->kind != CELL_ERROR))
		found_no_value(&reading, slice_of("", 0));
	else if (!read_short(field, cell, value))
		read_closely(&reading);
}

/* --------------------------------------------------------------- canonical texts */

/* The cell was read as an integer of this field, so its text is canonical where it
 * has the shape of a canonical text; nothing need be formatted. In a shape '0' is
 * any digit. */
static bool has_shape(struct slice text, const char *shape, size_t length)
{
	if (text.length != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (shape[i] == '0' ? !typing_is_digit(text.text[i]) : text.text[i] != shape[i])
			return false;
	return true;
}

/* Digits without a leading zero. */
static bool is_plain_whole(struct slice text)
{
	if (text.length == 0 || (text.text[0] == '0' && text.length > 1))
		return false;
	for (size_t i = 0; i < text.length; i++)
		if (!typing_is_digit(text.text[i]))
			return false;
	return true;
}

static bool is_canonical_integer(const struct field *field, struct slice text, int64_t integer)
{
	char canonical[CANONICAL_BYTES];
	switch (field->kind) {
	case FIELD_COUNT:
		return is_plain_whole(text);
	case FIELD_CODE:
		return has_shape(text, "000000000000000000", (size_t)field->digits);
	case FIELD_MONEY:
		return text.length > 3 && has_shape(slice_of(text.text + text.length - 3, 3), ".00", 3) &&
			is_plain_whole(slice_of(text.text, text.length - 3));
	case FIELD_DAY:
		return has_shape(text, "0000-00-00", 10);
	case FIELD_INSTANT:
		return has_shape(text, "0000-00-00T00:00:00", 19) && memcmp(text.text + 11, "24", 2) != 0;
	default:
		return typing_equals(text, canonical_integer(field, integer, canonical));
	}
}

bool typing_is_canonical(const struct field *field, const struct cell *cell, const struct value *value)
{
	switch (value->state) {
	case VALUE_EMPTY:
		return cell->kind == CELL_EMPTY || cell->length == 0;
	case VALUE_UNKNOWN:
		return false;
	case VALUE_TEXT:
		return value->length == cell->length &&
			(value->text == cell->text || memcmp(value->text, cell->text, cell->length) == 0);
	case VALUE_INTEGER:
		return is_canonical_integer(field, slice_of(cell->text, cell->length), value->integer);
	}
	return false;
}
