/* Whether a spreadsheet's number format shows a date or time. */
#ifndef INGEST_NUMBER_FORMAT_H
#define INGEST_NUMBER_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

/* A built-in format: 14-22, 27-36, 45-47, 50-58 (those of the Chinese editions included). */
bool number_format_builtin_date(unsigned id);

/* A format code, as yyyy"年"m"月"d"日" or [h]:mm: it has y, m, d, h or s outside quotes,
 * escapes and brackets, or is an elapsed time. */
bool number_format_is_date(const char *code, size_t length);

#endif
