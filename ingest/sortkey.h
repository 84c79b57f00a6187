/* Values as bytes that compare (memcmp, then length) like the rows of a SQLite index: NULL,
 * then integers, then texts by their bytes. */
#ifndef INGEST_SORTKEY_H
#define INGEST_SORTKEY_H

#include "common/bytes.h"
#include "ingest/typing.h"

/* Appends a value; what is neither integer nor text is NULL. */
bool sortkey_add(struct bytes *key, const struct value *value, struct failure *failure);

/* Reads `count` values. Texts are put into `texts`, which is emptied first, and live as long. */
bool sortkey_read(const char *key, struct value *values, int count, struct bytes *texts, struct failure *failure);

#endif
