/* The raw files as received: every regular file below inbox/, in byte order of the
 * paths relative to it. Nothing is followed, nothing is written. */
#ifndef INGEST_INBOX_H
#define INGEST_INBOX_H

#include "ingest/table.h"

struct inbox;

/* Lists the folder; STATUS_BATCH where it is not there or holds nothing. */
struct inbox *inbox_open(const char *folder, struct failure *failure);
void inbox_close(struct inbox *inbox); /* NULL is let pass */

/* Reads every file into the table. A file that is no sound source is a finding; one
 * that changes while it is read is STATUS_SYSTEM. `database` has the profile and the progress. */
bool inbox_read(struct inbox *inbox, struct table *table, const struct schema *schema,
	const struct database *database, struct failure *failure);

#endif
