/* The indexes of the dataset tables. Their rows are gathered and sorted while records are
 * stored, so that in the end they need only be written down, in order. */
#ifndef INGEST_INDEXES_H
#define INGEST_INDEXES_H

#include "common/schema.h"
#include "ingest/pages.h"
#include "ingest/tables.h"
#include "ingest/typing.h"

struct indexes;

/* Creates them on the dataset tables, which are empty. `bindings` by dataset; `folder` is where
 * temporary files may stand. */
struct indexes *indexes_open(struct database *database, const struct schema *schema,
	const struct binding *bindings, const char *folder, struct failure *failure);
void indexes_close(struct indexes *indexes); /* NULL is let pass */

/* A record of the dataset, its values by column of the table. */
bool indexes_add(struct indexes *indexes, int dataset, const struct value *columns, int64_t id,
	struct failure *failure);

/* Builds them; pages_finish() must follow. */
bool indexes_finish(struct indexes *indexes, struct pages *pages, struct failure *failure);

#endif
