/* The calendar against one that only counts: day after day, month lengths by the
 * Gregorian rule written out, and against the C library's timegm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/calendar.h"

#include <cmocka.h>

static int month_length(int year, int month)
{
	if (month == 2)
		return year % 400 == 0 ? 29 : year % 100 == 0 ? 28 : year % 4 == 0 ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void every_day_by_counting(void **state)
{
	(void)state;
	int64_t expected = -719162; /* 0001-01-01: 1969 years, 477 of them leap, before 1970-01-01 */
	for (int year = 1; year <= 9999; year++)
		for (int month = 1; month <= 12; month++)
			for (int day = 1; day <= month_length(year, month); day++, expected++) {
				int64_t days = 0;
				int back[3];
				if (!calendar_day(year, month, day, &days) || days != expected)
					fail_msg("%d-%d-%d: %lld", year, month, day, (long long)days);
				calendar_date(expected, &back[0], &back[1], &back[2]);
				if (back[0] != year || back[1] != month || back[2] != day)
					fail_msg("day %lld: %d-%d-%d", (long long)expected, back[0], back[1], back[2]);
			}
	assert_true(expected == 2932897); /* 10000-01-01 */
}

static void against_timegm(void **state)
{
	(void)state;
	for (int year = 1900; year < 2100; year++)
		for (int month = 1; month <= 12; month++) {
			struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = 1 };
			int64_t days;
			assert_true(calendar_day(year, month, 1, &days));
			assert_true(days * 86400 == (int64_t)timegm(&tm));
		}
}

static void days_that_are_not(void **state)
{
	(void)state;
	static const int wrong[][3] = { { 2021, 2, 29 }, { 1900, 2, 29 }, { 2100, 2, 29 }, { 2021, 4, 31 }, { 2021, 0, 1 },
		{ 2021, 13, 1 }, { 2021, 1, 0 }, { 2021, 1, 32 }, { 0, 1, 1 }, { 10000, 1, 1 }, { -5, 1, 1 }, { 2021, -1, 1 },
		{ 2021, 1, -1 } };
	int64_t days;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(calendar_day(wrong[i][0], wrong[i][1], wrong[i][2], &days));
	assert_true(calendar_day(2000, 2, 29, &days));
	assert_true(calendar_day(2020, 2, 29, &days));
}

static void texts(void **state)
{
	(void)state;
	char day[CALENDAR_DAY_BYTES], instant[CALENDAR_INSTANT_BYTES];
	calendar_day_text(0, day);
	assert_string_equal(day, "1970-01-01");
	calendar_day_text(18761, day);
	assert_string_equal(day, "2021-05-14");
	calendar_day_text(-719162, day);
	assert_string_equal(day, "0001-01-01");
	calendar_instant_text(18761 * (int64_t)86400 + 86399, instant);
	assert_string_equal(instant, "2021-05-14T23:59:59");
	calendar_instant_text(-1, instant);
	assert_string_equal(instant, "1969-12-31T23:59:59");
	calendar_instant_text(0, instant);
	assert_string_equal(instant, "1970-01-01T00:00:00");
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_by_counting),
		cmocka_unit_test(against_timegm),
		cmocka_unit_test(days_that_are_not),
		cmocka_unit_test(texts),
	};
	return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
