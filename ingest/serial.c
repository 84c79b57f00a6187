#include "ingest/serial.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/calendar.h"

struct cursor {
	const char *at, *end;
};

static bool digits(struct cursor *cursor, int count, int *number)
{
	*number = 0;
	for (; count > 0; count--, cursor->at++) {
		if (cursor->at == cursor->end || *cursor->at < '0' || *cursor->at > '9')
			return false;
		*number = *number * 10 + (*cursor->at - '0');
	}
	return true;
}

static bool take(struct cursor *cursor, char c)
{
	bool there = cursor->at < cursor->end && *cursor->at == c;
	cursor->at += there;
	return there;
}

static bool read_date(struct cursor *cursor, int64_t *days)
{
	int year, month, day;
	return digits(cursor, 4, &year) && take(cursor, '-') && digits(cursor, 2, &month) && take(cursor, '-')
		&& digits(cursor, 2, &day) && calendar_day(year, month, day, days);
}

/* Seconds, their fraction rounded. */
static bool read_time(struct cursor *cursor, int64_t *seconds)
{
	int hour, minute, second = 0;
	if (!digits(cursor, 2, &hour) || !take(cursor, ':') || !digits(cursor, 2, &minute))
		return false;
	if (take(cursor, ':') && !digits(cursor, 2, &second))
		return false;
	bool up = false;
	if (take(cursor, '.')) {
		up = cursor->at < cursor->end && *cursor->at >= '5' && *cursor->at <= '9';
		while (cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9')
			cursor->at++;
	}
	*seconds = hour * 3600 + minute * 60 + second + up;
	return hour < 24 && minute < 60 && second < 60;
}

/* The serial of a day: 1900's system counts a 29 February 1900 that never was. */
static int64_t serial_of_day(int64_t days, int epoch)
{
	if (epoch == 1904)
		return days + 24107; /* 1904-01-01 is 0 */
	int64_t serial = days + 25569; /* 1899-12-30 is 0 */
	return serial <= 60 ? serial - 1 : serial;
}

bool serial_from_iso(const char *text, size_t length, int epoch, char serial[SERIAL_BYTES])
{
	struct cursor cursor = { text, text + length };
	int64_t days = 0, seconds = 0;
	bool dated = length > 4 && text[4] == '-';
	if (dated && !read_date(&cursor, &days))
		return false;
	bool timed = !dated || take(&cursor, 'T') || take(&cursor, ' ');
	if ((timed && !read_time(&cursor, &seconds)) || cursor.at != cursor.end)
		return false;
	int64_t whole = dated ? serial_of_day(days, epoch) + seconds / 86400 : 0;
	int64_t part = seconds % 86400 * INT64_C(10000000000) / 86400;
	if (whole < 0)
		return false;
	if (part)
		snprintf(serial, SERIAL_BYTES, "%" PRId64 ".%010" PRId64, whole, part);
	else
		snprintf(serial, SERIAL_BYTES, "%" PRId64, whole);
	return true;
}
