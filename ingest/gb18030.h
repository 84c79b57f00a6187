/* GB18030 as glibc's iconv reads it: a table for the two-byte codes, each filled by
 * that one converter when it first comes, which also reads the rare four-byte codes. */
#ifndef INGEST_GB18030_H
#define INGEST_GB18030_H

#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"

struct gb18030;

struct gb18030 *gb18030_open(struct failure *failure);
void gb18030_close(struct gb18030 *table); /* NULL is let pass */

/* Reads one character that begins with a byte above 0x7F. Returns the bytes it
 * takes (2 or 4), 0 where they are no character, -1 where they end too early.
 * Writes its UTF-8 and length unless `text` is NULL. */
int gb18030_character(struct gb18030 *table, const unsigned char *bytes, size_t length,
	char text[4], int *text_length);

/* Where the run of ASCII without NUL and of two-byte codes from `at` ends, at most `stop`; *wide:
 * there is one of the latter. */
size_t gb18030_skip(const unsigned char *bytes, size_t at, size_t stop, bool *wide);

/* Decodes whole characters; `text` holds at least 2 x length bytes. Returns the bytes
 * written, or -1. */
long gb18030_decode(struct gb18030 *table, const unsigned char *bytes, size_t length, char *text);

#endif
