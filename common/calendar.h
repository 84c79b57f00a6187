/* Days and instants as integers: days since 1970-01-01, seconds since
 * 1970-01-01T00:00:00 of the clock at +08:00. No time zone data base, no clock. */
#ifndef COMMON_CALENDAR_H
#define COMMON_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

/* The day of a proleptic Gregorian date; false where there is no such date
 * (years 1 to 9999). */
bool calendar_day(int year, int month, int day, int64_t *days);

/* The date of a day. */
void calendar_date(int64_t days, int *year, int *month, int *day);

/* "2021-05-14" and "2021-05-14T08:05:00"; `text` holds the bytes named. */
enum { CALENDAR_DAY_BYTES = 32, CALENDAR_INSTANT_BYTES = 48 };
void calendar_day_text(int64_t days, char text[CALENDAR_DAY_BYTES]);
void calendar_instant_text(int64_t seconds, char text[CALENDAR_INSTANT_BYTES]);

#endif
