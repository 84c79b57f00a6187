/* The sink of all readers: finds the heading of each sheet, types its rows, decides
 * what becomes of each record and stores it. One file at a time, in source order.
 *
 *     table_begin(file)  sheet row row … end  sheet … end  table_finish
 *
 * seen = accepted + held + rejected + skipped holds for every source it writes. */
#ifndef INGEST_TABLE_H
#define INGEST_TABLE_H

#include "ingest/reader.h"
#include "ingest/store.h"

struct table;

struct table *table_open(struct store *store, const struct schema *schema, struct failure *failure);
void table_close(struct table *table); /* NULL is let pass */

/* Lives until table_finish. */
struct table_file {
	const char *name; /* relative to inbox/, UTF-8 */
	int64_t bytes;
	/* The file's SHA-256, asked for when its first source is written, which is when its first
	 * sheet was read: NULL and a failure where it cannot be told. May be NULL itself where the
	 * file could not be read. */
	const char *(*digest)(void *context, struct failure *failure);
	void *context;
};
void table_begin(struct table *table, const struct table_file *file);

const struct sink *table_sink(const struct table *table);

/* Writes a source for a file that had no sheet. */
bool table_finish(struct table *table, struct failure *failure);

/* Between table_begin and table_finish, instead of reading: the file's bytes are
 * those of `earlier`, a file taken before. S04; its lines are skipped. */
bool table_repeat(struct table *table, const char *earlier, struct failure *failure);

#endif
