/* Inserts the entries of entry.h into batch.db, in their order, on one thread. */
#ifndef INGEST_WRITER_H
#define INGEST_WRITER_H

#include <stddef.h>

#include "common/database.h"
#include "common/schema.h"
#include "ingest/twins.h"

struct writer;

/* Creates the dataset tables. `folder` is where temporary files may stand. */
struct writer *writer_open(struct database *database, const struct schema *schema, const char *folder,
	struct failure *failure);
void writer_close(struct writer *writer); /* NULL is let pass */

/* A queue_function; the context is the writer. */
bool writer_work(void *context, const char *bytes, size_t length, struct failure *failure);

/* Writes what was gathered beside the entries, when all are inserted. */
bool writer_finish(struct writer *writer, struct failure *failure);

/* Looks for records that may be the same, when all are inserted; on any thread, beside writer_finish. */
bool writer_search(struct writer *writer, struct failure *failure);

/* The records that may be the same, after the search: of a dataset by all that is typed, of assessments by
 * 报名号, which the same ones share; and assessments by 证书编号. */
struct twins *writer_twins(struct writer *writer, int dataset);
struct twins *writer_certificate_twins(struct writer *writer);

#endif
