/* The records of a table, straight from the pages of batch.db: SQLite's file format
 * (https://www.sqlite.org/fileformat2.html) read the way that it is written, without a
 * virtual machine in between. For whole tables only, in the order of their ids.
 *
 * The pages are read through SQLite's own file handle, so that no lock is lost by
 * closing another. The caller sees to it that nobody writes to the table meanwhile. */
#ifndef VALIDATE_PAGES_H
#define VALIDATE_PAGES_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGES_SLACK = 8 };

/* Takes a record (header and body) of `length` bytes, which stays until it returns. Behind it
 * PAGES_SLACK bytes more may be read. False stops the reading. */
typedef bool pages_taker(void *context, int64_t id, const unsigned char *record, size_t length);

/* Hands every record of the table `name` of the main database to `take`. False where
 * `take` said so or the file is not as expected; what then stands in `context` is
 * a part only. */
bool pages_read(sqlite3 *handle, const char *name, pages_taker *take, void *context);

/* Reads a varint of at most `left` bytes into `value`; how many it has, 0 where it is cut. */
static inline size_t pages_varint(const unsigned char *at, size_t left, uint64_t *value)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < left && i < 9; i++) {
		if (i == 8) {
			*value = sum << 8 | at[i];
			return 9;
		}
		sum = sum << 7 | (at[i] & 0x7F);
		if (at[i] < 0x80) {
			*value = sum;
			return i + 1;
		}
	}
	return 0;
}

#endif
