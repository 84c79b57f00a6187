/* Whether a spreadsheet's number format shows a date or time. */
#ifndef INGEST_NUMBER_FORMAT_H
#define INGEST_NUMBER_FORMAT_H

#include <stddef.h>

/* What a format makes of a number; dates with a time of day and times are SHOWN_TIME. */
enum shown { SHOWN_NUMBER, SHOWN_DAY, SHOWN_TIME };

/* A built-in format: 14-22, 27-36, 45-47, 50-58 (those of the Chinese editions included). */
enum shown number_format_builtin(unsigned id);

/* A format code, as yyyy"年"m"月"d"日" or [h]:mm: it has y, m, d, h or s outside quotes,
 * escapes and brackets, or is an elapsed time. */
enum shown number_format_shows(const char *code, size_t length);

#endif
