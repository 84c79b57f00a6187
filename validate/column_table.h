/* A table as rules see it whose rows are gone through, not looked up: a virtual table
 * of the same name in the temporary schema, which SQLite's name resolution prefers. It
 * has the columns of the table in their order; numbers come from struct columns, and
 * what a WHERE asks of one of them is asked there of a block of rows at a time. Texts
 * are fetched from the table, by id.
 *
 * Where a statement would look rows up by an index, or take texts of all rows, the
 * table itself is better: column_table_fits() tells after it was prepared. */
#ifndef VALIDATE_COLUMN_TABLE_H
#define VALIDATE_COLUMN_TABLE_H

#include "common/database.h"
#include "validate/columns.h"

struct column_table;

/* For one connection, which must outlive it, as must `columns`; statements may be prepared
 * before these are filled, and stepped after. NULL on failure. */
struct column_table *column_table_open(struct database *database, const struct columns *columns, struct failure *failure);
void column_table_close(struct column_table *table); /* NULL is let pass; the database comes later */

/* Shows or hides the virtual table. No statement may be under way. */
bool column_table_show(struct column_table *table, bool shown, struct failure *failure);
bool column_table_shown(const struct column_table *table);

/* Whether what was prepared since it was shown should use it, or does not. */
bool column_table_fits(const struct column_table *table);

/* Adds the columns that what was prepared since then goes through. */
void column_table_want(const struct column_table *table, struct wanted *wanted);

const char *column_table_name(const struct column_table *table);

#endif
