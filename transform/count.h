/* Views and counts: the files under transform/views and transform/counts. */
#ifndef TRANSFORM_COUNT_H
#define TRANSFORM_COUNT_H

#include "common/database.h"

/* Makes each view of transform/views in batch.db, for whoever runs a count there
 * by hand, and a temporary table of the same name, which stands before the view for
 * this connection: many counts read it, it is computed once. */
bool views_make(struct database *database, const char *home, struct failure *failure);

/* Fills each table that a file of transform/counts names with its SELECT, matching
 * columns by name. */
bool counts_make(struct database *database, const char *home, struct failure *failure);

#endif
