/* 行摘要: the digest of an application's typed row, by which a decision says which
 * row was judged (datasets.md, `decision`): lower-case hex SHA-256 over the typed
 * values in the order of the schema, joined by U+001F; no value: empty; money in
 * fen; bool 1/0; date YYYY-MM-DD; instant YYYY-MM-DDThh:mm:ss. */
#ifndef COMMON_ROWDIGEST_H
#define COMMON_ROWDIGEST_H

#include "common/database.h"
#include "common/digest.h"
#include "common/schema.h"

struct row_digest; /* a prepared statement and a buffer; for many rows in turn */

/* Lives shorter than `database` and `schema`. NULL on failure. */
struct row_digest *row_digest_open(struct database *database, const struct schema *schema, struct failure *failure);

/* The digest of application.id = `application`; false where there is no such row. */
bool row_digest(struct row_digest *digest, int64_t application, char text[DIGEST_TEXT_BYTES],
	struct failure *failure);

void row_digest_close(struct row_digest *digest); /* NULL is let pass */

#endif
