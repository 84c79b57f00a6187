/* Dates as the serials of a spreadsheet: days since the sheet's epoch, a fraction
 * for the time of day. */
#ifndef INGEST_SERIAL_H
#define INGEST_SERIAL_H

#include <stdbool.h>
#include <stddef.h>

enum { SERIAL_BYTES = 40 };

/* 2021-05-14, 2021-05-14T08:05[:09[.5]], or a time alone, without a zone -> "44330.3368055556".
 * `epoch` is 1900 or 1904. False where it is none of these. */
bool serial_from_iso(const char *text, size_t length, int epoch, char serial[SERIAL_BYTES]);

#endif
