/* Days and instants as people and programs write them. */
#include <stdio.h>
#include <string.h>

#include "common/calendar.h"
#include "ingest/typing_private.h"

enum { DAY_SECONDS = 86400, ZONE_SECONDS = 8 * 3600 };

static const char write_day[] = "请按“年-月-日”填写，例如 2021-05-14";
static const char write_instant[] = "请按“年-月-日 时:分:秒”填写，例如 2021-05-14 08:05:00";

static struct slice nothing(void)
{
	return slice_of("", 0);
}

static const char *advice_of(const struct field *field)
{
	return field->kind == FIELD_DAY ? write_day : write_instant;
}

/* --------------------------------------------------------------- short form */

static int two_digits(const char *at)
{
	return typing_is_digit(at[0]) && typing_is_digit(at[1]) ? (at[0] - '0') * 10 + (at[1] - '0') : -10000;
}

bool typing_date_short(const struct field *field, struct slice text, int64_t *value)
{
	const char *at = text.text;
	if (text.length != (field->kind == FIELD_DAY ? 10 : 19) || at[4] != '-' || at[7] != '-')
		return false;
	int year = two_digits(at) * 100 + two_digits(at + 2);
	if (!calendar_day(year, two_digits(at + 5), two_digits(at + 8), value))
		return false;
	if (field->kind == FIELD_DAY)
		return true;
	int hour = two_digits(at + 11), minute = two_digits(at + 14), second = two_digits(at + 17);
	if ((at[10] != ' ' && at[10] != 'T') || at[13] != ':' || at[16] != ':' || hour < 0 || hour > 23 || minute < 0 ||
		minute > 59 || second < 0 || second > 59)
		return false;
	*value = *value * DAY_SECONDS + hour * 3600 + minute * 60 + second;
	return true;
}

/* ---------------------------------------------------------------- long form */

struct cursor {
	const char *at, *end;
};

static bool take(struct cursor *cursor, const char *words)
{
	size_t length = strlen(words);
	if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, words, length) != 0)
		return false;
	cursor->at += length;
	return true;
}

static void skip_space(struct cursor *cursor)
{
	while (take(cursor, " "))
		;
}

static int digits_ahead(const struct cursor *cursor)
{
	int count = 0;
	for (const char *c = cursor->at; c < cursor->end && typing_is_digit(*c) && count < 1000; c++)
		count++;
	return count;
}

/* Takes exactly `count` digits; -1 where they are not there. */
static int take_exactly(struct cursor *cursor, int count)
{
	if (digits_ahead(cursor) < count)
		return -1;
	int number = 0;
	for (int i = 0; i < count; i++)
		number = number * 10 + (*cursor->at++ - '0');
	return number;
}

/* Takes one or two digits. */
static int take_one_or_two(struct cursor *cursor)
{
	int count = digits_ahead(cursor);
	return count == 1 || count == 2 ? take_exactly(cursor, count) : -1;
}

struct day_parts {
	int year, month, day;
};

/* 2021-5-14, 2021/5/14, 2021.5.14, 2021年5月14日 */
static bool take_parts(struct cursor *cursor, struct day_parts *parts)
{
	static const char *const separators[][2] = { { "-", "-" }, { "/", "/" }, { ".", "." }, { "年", "月" } };
	parts->year = take_exactly(cursor, 4);
	skip_space(cursor);
	for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
		if (!take(cursor, separators[i][0]))
			continue;
		skip_space(cursor);
		parts->month = take_one_or_two(cursor);
		skip_space(cursor);
		if (parts->month < 0 || !take(cursor, separators[i][1]))
			return false;
		skip_space(cursor);
		parts->day = take_one_or_two(cursor);
		if (parts->day < 0)
			return false;
		if (i < 3)
			return true;
		skip_space(cursor);
		return take(cursor, "日") || take(cursor, "号");
	}
	return false;
}

static bool take_day(struct cursor *cursor, struct day_parts *parts)
{
	int digits = digits_ahead(cursor);
	if (digits == 8) {
		parts->year = take_exactly(cursor, 4);
		parts->month = take_exactly(cursor, 2);
		parts->day = take_exactly(cursor, 2);
		return true;
	}
	return digits == 4 && take_parts(cursor, parts);
}

enum half { HALF_NONE, HALF_MORNING, HALF_AFTERNOON };

static enum half take_half(struct cursor *cursor)
{
	static const struct {
		const char *words;
		enum half half;
	} halves[] = {
		{ "上午", HALF_MORNING }, { "AM", HALF_MORNING }, { "am", HALF_MORNING },
		{ "下午", HALF_AFTERNOON }, { "PM", HALF_AFTERNOON }, { "pm", HALF_AFTERNOON },
	};
	skip_space(cursor);
	for (size_t i = 0; i < sizeof halves / sizeof *halves; i++)
		if (take(cursor, halves[i].words)) {
			skip_space(cursor);
			return halves[i].half;
		}
	return HALF_NONE;
}

/* The hour of 24, or -1. */
static int hour_of(int hour, enum half half)
{
	if (half == HALF_NONE)
		return hour;
	if (half == HALF_MORNING)
		return hour > 12 ? -1 : hour % 12;
	return hour == 0 || hour > 23 ? -1 : hour < 12 ? hour + 12 : hour;
}

/* ":09" or "分09秒", and a fraction, which rounds. */
static bool take_seconds(struct cursor *cursor, bool words, int *seconds)
{
	if (words ? digits_ahead(cursor) == 0 : !take(cursor, ":"))
		return true;
	*seconds = words ? take_one_or_two(cursor) : take_exactly(cursor, 2);
	if (*seconds < 0 || *seconds > 59)
		return false;
	if (words)
		return take(cursor, "秒");
	if (take(cursor, ".")) {
		if (digits_ahead(cursor) == 0)
			return false;
		*seconds += *cursor->at >= '5';
		while (cursor->at < cursor->end && typing_is_digit(*cursor->at))
			cursor->at++;
	}
	return true;
}

/* 8:05, 08:05:09, 下午3:20, 3:20 PM, 15时20分: the seconds since midnight. */
static bool take_time(struct cursor *cursor, int *time)
{
	enum half half = take_half(cursor);
	int hour = take_one_or_two(cursor);
	if (hour < 0)
		return false;
	bool words = take(cursor, "时");
	if (!words && !take(cursor, ":"))
		return false;
	int minute = words ? take_one_or_two(cursor) : take_exactly(cursor, 2);
	int second = 0;
	if (minute < 0 || minute > 59 || (words && !take(cursor, "分")) || !take_seconds(cursor, words, &second))
		return false;
	if (half == HALF_NONE)
		half = take_half(cursor);
	hour = hour_of(hour, half);
	if (hour < 0 || hour > 24 || (hour == 24 && (minute || second)))
		return false;
	*time = hour * 3600 + minute * 60 + second;
	return true;
}

/* Z, +09:00, +0900 or +09: seconds east of Greenwich. No zone: that of Beijing. */
static bool take_zone(struct cursor *cursor, int *zone)
{
	skip_space(cursor);
	*zone = ZONE_SECONDS;
	if (cursor->at == cursor->end)
		return true;
	if (take(cursor, "Z") || take(cursor, "z")) {
		*zone = 0;
		return true;
	}
	int sign = take(cursor, "+") ? 1 : take(cursor, "-") ? -1 : 0;
	int hours = sign ? take_exactly(cursor, 2) : -1;
	if (hours < 0)
		return false;
	int minutes = 0;
	if (cursor->at < cursor->end) {
		take(cursor, ":");
		minutes = take_exactly(cursor, 2);
	}
	*zone = sign * (hours * 3600 + minutes * 60);
	return minutes >= 0 && minutes <= 59 && hours * 60 + minutes <= 14 * 60;
}

/* A number alone, as a date cell shows when its format is lost: says which day it may be. */
static bool found_serial(struct reading *reading, struct slice plain)
{
	for (size_t i = 0; i < plain.length; i++)
		if (!typing_is_digit(plain.text[i]) && (plain.text[i] != '.' || i == 0))
			return false;
	char likely[CALENDAR_INSTANT_BYTES] = "";
	int64_t instant;
	if (plain.length >= 5 && typing_serial(plain, reading->epoch, &instant)) {
		if (reading->field->kind == FIELD_DAY)
			calendar_day_text(instant / DAY_SECONDS, likely);
		else
			calendar_instant_text(instant, likely);
	}
	typing_fault(reading, "F02", slice_of(likely, strlen(likely)), "只是一个数，不是日期", advice_of(reading->field));
	return true;
}

static void set_instant(struct reading *reading, int64_t instant)
{
	if (reading->field->kind == FIELD_INSTANT) {
		typing_set_integer(reading, instant);
		return;
	}
	int64_t rest = instant % DAY_SECONDS;
	typing_set_integer(reading, instant / DAY_SECONDS - (rest < 0));
}

void typing_date(struct reading *reading, struct slice plain)
{
	struct cursor cursor = { plain.text, plain.text + plain.length };
	struct day_parts parts;
	int64_t day;
	int time = 0, zone = ZONE_SECONDS;
	const char *advice = advice_of(reading->field);
	if (!take_day(&cursor, &parts)) {
		if (!found_serial(reading, plain))
			typing_fault(reading, "F02", nothing(), "不是能识别的日期", advice);
		return;
	}
	if (!calendar_day(parts.year, parts.month, parts.day, &day)) {
		typing_fault(reading, "F02", nothing(), "日历上没有这一天", advice);
		return;
	}
	struct cursor after_day = cursor;
	if (!take(&cursor, "T"))
		take(&cursor, "t");
	bool has_time = take_time(&cursor, &time);
	if (!has_time)
		cursor = after_day;
	if (!take_zone(&cursor, &zone) || cursor.at != cursor.end) {
		typing_fault(reading, "F02", nothing(), "日期后面的内容不是能识别的时间", advice);
		return;
	}
	if (!has_time && reading->field->kind == FIELD_INSTANT) {
		typing_fault(reading, "F02", nothing(), "只有日期，没有时间", advice);
		return;
	}
	if (!has_time)
		zone = ZONE_SECONDS; /* a day is the day that is written, wherever it was */
	set_instant(reading, day * DAY_SECONDS + time - zone + ZONE_SECONDS);
}

void typing_date_cell(struct reading *reading)
{
	struct slice plain;
	int64_t instant;
	if (typing_decimal(reading, &plain, NULL) && typing_serial(plain, reading->epoch, &instant)) {
		if (reading->cell->kind == CELL_DAY && reading->field->kind == FIELD_INSTANT && instant % 86400 == 0)
			typing_fault(reading, "F02", nothing(), "只有日期，没有时刻", advice_of(reading->field));
		else
			set_instant(reading, instant);
	} else
		typing_fault(reading, "F02", nothing(), "单元格里的日期序号不是一个存在的日期", advice_of(reading->field));
}
