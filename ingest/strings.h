/* Many texts in one piece of memory, told by number: the shared strings of a workbook.
 *
 *     text: 学校名称湖北职业…      ends: 12, 30, …
 */
#ifndef INGEST_STRINGS_H
#define INGEST_STRINGS_H

#include "ingest/outlet.h"

struct strings {
	char *text;
	size_t used, size;
	uint32_t *ends; /* bytes of text up to the end of string i */
	size_t count, capacity;
};

/* Adds to the string being built; false where memory is out (the outlet breaks) or
 * over LIMIT_STRING_BYTES together. */
bool strings_append(struct strings *strings, const char *bytes, size_t length, struct outlet *outlet);

/* Ends the string being built; false also over LIMIT_STRINGS. */
bool strings_end(struct strings *strings, struct outlet *outlet);

void strings_free(struct strings *strings);

/* Where the string being built begins. */
static inline size_t strings_start(const struct strings *strings)
{
	return strings->count ? strings->ends[strings->count - 1] : 0;
}

static inline const char *strings_get(const struct strings *strings, size_t index, size_t *length)
{
	size_t start = index ? strings->ends[index - 1] : 0;
	*length = strings->ends[index] - start;
	return strings->text + start;
}

#endif
