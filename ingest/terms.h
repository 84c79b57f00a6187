/* Texts, certificates and majors that recur, numbered in the order in which they are
 * met and written at once to term, certificate_ref and major_ref. */
#ifndef INGEST_TERMS_H
#define INGEST_TERMS_H

#include <stddef.h>
#include <stdint.h>

#include "common/database.h"

struct terms;

struct terms *terms_open(struct database *database, struct failure *failure);
void terms_close(struct terms *terms); /* NULL is let pass */

/* Each gives the id; an id of 0 given stands for NULL. */
bool terms_text(struct terms *terms, const char *text, size_t length, int64_t *id, struct failure *failure);
bool terms_certificate(struct terms *terms, int64_t name, int64_t issuer, int64_t *ref, struct failure *failure);
/* `code` may be NULL; `level` is the enumeration's position or 0. */
bool terms_major(struct terms *terms, const char *code, size_t length, int64_t name, int64_t level, int64_t *ref,
	struct failure *failure);

#endif
