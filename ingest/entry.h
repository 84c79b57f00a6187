/* What the reading thread hands to the inserting one: entries of numbers and texts,
 * one after the other in a block (queue.h).
 *
 *     record   part id source row line offset unknown unreadable { state [number | text] }…
 *     raw      part id field text
 *     finding  source row_id row { text }…
 *     …
 */
#ifndef INGEST_ENTRY_H
#define INGEST_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum entry_kind { ENTRY_RECORD, ENTRY_RAW, ENTRY_FINDING, ENTRY_SOURCE, ENTRY_COLUMN };

/* Bytes that a number and a text take at most, beside the text's own. */
enum { ENTRY_NUMBER_BYTES = 8, ENTRY_TEXT_BYTES = 8 };

static inline char *entry_put_number(char *at, int64_t number)
{
	memcpy(at, &number, sizeof number);
	return at + sizeof number;
}

/* NULL stays NULL. */
static inline char *entry_put_text(char *at, const char *text, size_t length)
{
	int64_t told = text ? (int64_t)length : -1;
	at = entry_put_number(at, told);
	if (text && length)
		memcpy(at, text, length);
	return text ? at + length : at;
}

static inline const char *entry_take_number(const char *at, int64_t *number)
{
	memcpy(number, at, sizeof *number);
	return at + sizeof *number;
}

/* `text` is not NUL-terminated. */
static inline const char *entry_take_text(const char *at, const char **text, int *length)
{
	int64_t told;
	at = entry_take_number(at, &told);
	*text = told < 0 ? NULL : at;
	*length = told < 0 ? 0 : (int)told;
	return at + *length;
}

#endif
