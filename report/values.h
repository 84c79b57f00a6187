/* Named texts: {name} in the headings of scripts and :name in their SQL. A set
 * looks into the set around it for what it has not itself (batch > workbook >
 * sheet). */
#ifndef REPORT_VALUES_H
#define REPORT_VALUES_H

#include "common/database.h"
#include "report/buffer.h"

struct values {
	const struct values *around; /* or NULL; must outlive this one */
	char **names, **texts;
	int count;
};

bool values_set(struct values *values, const char *name, const char *text, struct failure *failure);
/* All columns of the statement's current row; NULL is the empty text. */
bool values_set_row(struct values *values, sqlite3_stmt *statement, struct failure *failure);
const char *values_get(const struct values *values, const char *name); /* NULL: not there */
void values_free(struct values *values);

/* `template` with {name} replaced by cleaned values; an unknown name fails.
 * Freed with free(). */
char *values_expand(const struct values *values, const char *template, struct failure *failure);

/* Prepares `sql` in the cage under the script's `name` and binds its parameters;
 * NULL on failure. */
sqlite3_stmt *values_prepare(const struct values *values, struct database *database, const char *name,
	const char *sql, struct failure *failure);

#endif
