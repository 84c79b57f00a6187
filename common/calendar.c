#include "common/calendar.h"

#include <stdio.h>

/* Days before the month within a year that begins on 1 March, so that the leap
 * day comes last. */
static int64_t days_from_march(int month, int day)
{
	int shifted = (month + 9) % 12;
	return (153 * shifted + 2) / 5 + day - 1;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool calendar_day(int year, int month, int day, int64_t *days)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
		(day > 28 && day > days_in_month(year, month)))
		return false;
	int64_t years = month <= 2 ? year - 1 : year;
	int64_t since_year_zero = years * 365 + years / 4 - years / 100 + years / 400;
	*days = since_year_zero + days_from_march(month, day) - 719468;
	return true;
}

void calendar_date(int64_t days, int *year, int *month, int *day)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t of_era = shifted - era * 146097;
	int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t march_month = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * march_month + 2) / 5 + 1);
	*month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
	*year = (int)(year_of_era + era * 400 + (*month <= 2 ? 1 : 0));
}

void calendar_day_text(int64_t days, char text[CALENDAR_DAY_BYTES])
{
	int year, month, day;
	calendar_date(days, &year, &month, &day);
	snprintf(text, CALENDAR_DAY_BYTES, "%04d-%02d-%02d", year, month, day);
}

void calendar_instant_text(int64_t seconds, char text[CALENDAR_INSTANT_BYTES])
{
	int64_t days = seconds / 86400;
	int64_t rest = seconds % 86400;
	if (rest < 0) {
		rest += 86400;
		days--;
	}
	char date[CALENDAR_DAY_BYTES];
	calendar_day_text(days, date);
	snprintf(text, CALENDAR_INSTANT_BYTES, "%sT%02d:%02d:%02d", date, (int)(rest / 3600),
		(int)(rest / 60 % 60), (int)(rest % 60));
}
