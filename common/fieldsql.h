/* How a field of a dataset is asked for in SQL, wherever it is stored: in its own
 * column, as a term, or in the ref of its group (schemas/batch.sql). */
#ifndef COMMON_FIELDSQL_H
#define COMMON_FIELDSQL_H

#include "common/schema.h"

/* The expression for the typed value of `field` in the row `alias`: a text for
 * text kinds, else an integer; NULL where there is none. Freed with free(). */
char *field_sql(const struct field *field, const char *alias, struct failure *failure);

/* Whether the typed value is a text (text, identifier, major code, …). */
bool field_is_text(const struct field *field);

#endif
