/* Counts: the files under transform/counts. */
#ifndef TRANSFORM_COUNT_H
#define TRANSFORM_COUNT_H

#include "common/database.h"

/* Fills each table that a file of transform/counts names with its SELECT, matching
 * columns by name. */
bool counts_make(struct database *database, const char *home, struct failure *failure);

#endif
