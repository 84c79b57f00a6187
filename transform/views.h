/* The views that counts and measures read: the files under transform/views. */
#ifndef TRANSFORM_VIEWS_H
#define TRANSFORM_VIEWS_H

#include "common/database.h"

/* Makes each view in batch.db, for whoever runs a count or a measure there by hand. What
 * a view keeps is besides computed once, into a temporary table of the same name that
 * stands before the view for this connection:
 *
 *     kept: tally   a SELECT of the shape in shape.h, by hashing; all tallies of one
 *                   source share its scan
 *     kept: rows    any SELECT, as it stands
 *     (nothing)     the view is only read by others; `scan: TABLE` says that its
 *                   column TABLE is that table's id, by which a scan may be split
 *
 * Scans run on two threads with connections of their own to `path`. Call outside a
 * transaction. */
bool views_make(struct database *database, const char *path, const char *home, struct failure *failure);

#endif
