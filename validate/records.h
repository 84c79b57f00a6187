/* The records of a table, straight from the pages of batch.db: SQLite's file format
 * (https://www.sqlite.org/fileformat2.html) read the way that it is written, without a
 * virtual machine in between. For whole tables only, in the order of their ids.
 *
 * The pages are read through SQLite's own file handle, so that no lock is lost by
 * closing another. The caller sees to it that nobody writes to the table meanwhile. */
#ifndef VALIDATE_RECORDS_H
#define VALIDATE_RECORDS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECORDS_SLACK = 8 };

/* Takes a record (header and body) of `length` bytes, which stays until it returns. Behind it
 * RECORDS_SLACK bytes more may be read. False stops the reading. */
typedef bool records_taker(void *context, int64_t id, const unsigned char *record, size_t length);

/* Hands every record of the table `name` of the main database to `take`. False where
 * `take` said so or the file is not as expected; what then stands in `context` is
 * a part only. */
bool records_read(sqlite3 *handle, const char *name, records_taker *take, void *context);

#endif
