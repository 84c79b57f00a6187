/* Pages that are put into a database file without SQLite, while SQLite works on it.
 * They come in extents: to make one, SQLite's transaction is committed, the file's header
 * is made to count so many pages more, and the next transaction begins, in which
 * SQLite adds its own pages behind them.
 *
 *     SQLite's | extent | SQLite's | larger extent | SQLite's | …
 *
 * So nothing is written twice or moved. Until pages_replace makes them known, no page of
 * SQLite's leads to an added one. All calls stand between two statements of an open
 * transaction, which is another one afterwards. */
#ifndef INGEST_PAGES_H
#define INGEST_PAGES_H

#include "common/database.h"

struct pages;

/* `database` has tables and an open transaction, and outlives the pages. */
struct pages *pages_open(struct database *database, struct failure *failure);
void pages_close(struct pages *pages); /* NULL is let pass */

/* Bytes of a page, and how many of them are SQLite's; those behind stay 0. */
size_t pages_size(const struct pages *pages);
size_t pages_usable(const struct pages *pages);

/* Adds a page of pages_size() bytes; *number is its number. */
bool pages_add(struct pages *pages, const unsigned char *page, uint32_t *number, struct failure *failure);

/* Writes a page over one of SQLite's: the root of a table, empty until then. */
bool pages_replace(struct pages *pages, uint32_t number, const unsigned char *page, struct failure *failure);

/* Writes what is still held and gives back what is left of the last extent. SQLite must
 * not read what was built before this. */
bool pages_finish(struct pages *pages, struct failure *failure);

#endif
