/* Message templates of rule files: text with {column} and {column:format}. */
#ifndef VALIDATE_TEMPLATE_H
#define VALIDATE_TEMPLATE_H

#include <sqlite3.h>

#include "common/bytes.h"
#include "common/schema.h"

struct template;

/* Reads `text` against the columns of `statement`. A column or format that is not
 * there is STATUS_BATCH. `schema` gives the names of levels and kinds of schools;
 * it and `text` must outlive the template. NULL on failure. */
struct template *template_read(const char *text, sqlite3_stmt *statement, const struct schema *schema,
	struct failure *failure);

/* Appends the text for the statement's present row. */
bool template_fill(const struct template *template, sqlite3_stmt *statement, struct bytes *to,
	struct failure *failure);

void template_free(struct template *template); /* NULL is let pass */

/* The column of `statement` with that name, or -1. */
int template_column(sqlite3_stmt *statement, const char *name);

#endif
