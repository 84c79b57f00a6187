/* The findings' words. */
#include <stdio.h>
#include <string.h>

#include "common/calendar.h"
#include "ingest/typing_private.h"

enum { SHOWN_CHARACTERS = 40 };

/* A text under construction in a fixed room; what does not fit is cut at a whole
 * character. */
struct words {
	char *at, *end; /* room for the NUL is kept before end */
};

static struct words words_into(char *text, size_t size)
{
	*text = '\0';
	return (struct words){ text, text + size - 1 };
}

static void put(struct words *words, struct slice text)
{
	const char *from = text.text;
	const char *end = from + text.length;
	while (from < end) {
		size_t size;
		uint32_t c = typing_character(from, end, &size);
		if ((size_t)(words->end - words->at) < size)
			break;
		if (c < 0x20 || c == 0x7F)
			*words->at++ = ' ';
		else
			for (size_t i = 0; i < size; i++)
				*words->at++ = from[i];
		from += size;
	}
	*words->at = '\0';
}

static void say(struct words *words, const char *text)
{
	put(words, slice_of(text, strlen(text)));
}

static void say_number(struct words *words, int64_t number)
{
	char text[32];
	snprintf(text, sizeof text, "%lld", (long long)number);
	say(words, text);
}

static void say_yuan(struct words *words, int64_t fen)
{
	char text[48];
	snprintf(text, sizeof text, fen % 100 ? "%lld.%02d" : "%lld", (long long)(fen / 100), (int)(fen % 100));
	say(words, text);
}

/* What stood in the cell, in quotation marks, shortened where it is long. */
static void quote(struct words *words, struct slice text)
{
	const char *at = text.text;
	const char *end = at + text.length;
	int count = 0;
	while (at < end && count < SHOWN_CHARACTERS) {
		size_t size;
		typing_character(at, end, &size);
		at += size;
		count++;
	}
	say(words, "“");
	put(words, slice_of(text.text, (size_t)(at - text.text)));
	say(words, at < end ? "……”" : "”");
}

static void say_values(struct words *words, const struct texts *values)
{
	for (int i = 0; i < values->count; i++) {
		if (i)
			say(words, "、");
		say(words, values->items[i]);
	}
}

static void say_counts(struct words *words, const struct field *field)
{
	if (field->minimum == 0 && field->maximum >= 999999999) {
		say(words, "不小于 0 的整数，最多 9 位");
		return;
	}
	say_number(words, field->minimum);
	say(words, " 至 ");
	say_number(words, field->maximum);
	say(words, " 的整数");
}

static void say_length(struct words *words, const char *before, int length, const char *after)
{
	say(words, before);
	say_number(words, length);
	say(words, after);
}

void typing_allowed(const struct field *field, char *text, size_t size)
{
	struct words words = words_into(text, size);
	switch (field->kind) {
	case FIELD_TEXT:
		say_length(&words, "不超过 ", field->max_length, " 个字的文字");
		break;
	case FIELD_IDENTIFIER:
		say_length(&words, "不超过 ", field->max_length, " 个字符的编号");
		break;
	case FIELD_CODE:
		say_length(&words, "", field->digits, " 位数字");
		break;
	case FIELD_MAJOR_CODE:
		say(&words, "6 位数字，后面可以有 K、T 或 TK");
		break;
	case FIELD_CREDIT_CODE:
		say(&words, "18 位，由数字和大写英文字母（不含 I、O、S、V、Z）组成，最后一位是校验码");
		break;
	case FIELD_DIGEST:
		say_length(&words, "十六进制数字（0-9、a-f），不超过 ", field->max_length, " 位");
		break;
	case FIELD_ROW_DIGEST:
		say(&words, "64 位十六进制数字（审核表中已预先填好）");
		break;
	case FIELD_COUNT:
		say_counts(&words, field);
		break;
	case FIELD_MONEY:
		say(&words, "以元为单位的金额，最多两位小数，");
		say_yuan(&words, field->minimum);
		say(&words, " 至 ");
		say_yuan(&words, field->maximum);
		break;
	case FIELD_DAY:
		say(&words, "年月日齐全的日期，如 2021-05-14");
		break;
	case FIELD_INSTANT:
		say(&words, "日期和时间，如 2021-05-14 08:05:00");
		break;
	case FIELD_YES_NO:
		say(&words, "是、否");
		break;
	case FIELD_ENUMERATION:
		say_values(&words, &field->values);
		break;
	}
}

struct slice typing_shown(const struct cell *cell, int epoch, char *room)
{
	_Static_assert((int)CALENDAR_INSTANT_BYTES <= 64, "the room that the header names");
	struct slice text = slice_of(cell->text, cell->length);
	int64_t instant;
	if (cell->kind == CELL_BOOL)
		return typing_equals(text, "1") ? slice_of("TRUE", 4) : slice_of("FALSE", 5);
	if (!typing_is_date(cell->kind) || !typing_serial(text, epoch, &instant))
		return text;
	calendar_instant_text(instant, room);
	room[10] = ' ';
	return slice_of(room, instant % 86400 ? 19 : 10);
}

void typing_fault(struct reading *reading, const char *rule, struct slice understood, const char *problem,
	const char *advice)
{
	struct field_fault *fault = reading->fault;
	reading->value->state = VALUE_UNKNOWN;
	fault->rule = rule;
	struct words meaning = words_into(fault->understood, sizeof fault->understood);
	put(&meaning, understood);
	typing_allowed(reading->field, fault->allowed, sizeof fault->allowed);

	char room[64];
	struct words words = words_into(fault->message, sizeof fault->message);
	say(&words, reading->field->heading);
	say(&words, "填的是");
	quote(&words, typing_shown(reading->cell, reading->epoch, room));
	say(&words, "，");
	say(&words, problem);
	if (understood.length) {
		say(&words, "，可能是指");
		quote(&words, understood);
	}
	say(&words, "。应填：");
	say(&words, fault->allowed);
	say(&words, "。");
	say(&words, advice);
	say(&words, "。");
}

void typing_fault_format(struct reading *reading, const char *rule, struct slice understood, const char *advice,
	const char *format, ...)
{
	char problem[256];
	va_list args;
	va_start(args, format);
	vsnprintf(problem, sizeof problem, format, args);
	va_end(args);
	typing_fault(reading, rule, understood, problem, advice);
}

void typing_missing(const struct field *field, struct field_fault *fault)
{
	fault->rule = "F01";
	fault->understood[0] = '\0';
	typing_allowed(field, fault->allowed, sizeof fault->allowed);
	struct words words = words_into(fault->message, sizeof fault->message);
	say(&words, field->heading);
	say(&words, "是必填项，现在是空的。应填：");
	say(&words, fault->allowed);
	say(&words, "。请补填。");
}
