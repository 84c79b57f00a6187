/* A b-tree made from below: the rows of a table come in ascending order of their ids, or
 * those of an index in its order, so that every page is filled once and left.
 *
 *     rows -> leaf pages -> pages of (page, what comes after it) -> … -> the root
 *
 * The root, which SQLite made, is replaced at the end: until then the table is empty.
 * Rows that do not fit a page go on in overflow pages as SQLite has them. */
#ifndef INGEST_TREE_H
#define INGEST_TREE_H

#include "ingest/pages.h"

struct tree;

/* `root` is the table's or index's sqlite_schema.rootpage; the table has no rows. */
struct tree *tree_open(struct pages *pages, uint32_t root, struct failure *failure);
struct tree *tree_open_index(struct pages *pages, uint32_t root, struct failure *failure);
void tree_close(struct tree *tree); /* NULL is let pass */

/* Adds a row with its payload (payload.h); an index's has its id in it, `id` is not used. */
bool tree_add(struct tree *tree, int64_t id, const unsigned char *payload, size_t length, struct failure *failure);

/* Makes the rows the table's or index's; pages_finish() must follow. Nothing is added after it. */
bool tree_finish(struct tree *tree, struct failure *failure);

#endif
