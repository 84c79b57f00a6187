/* What ingest made last time, kept in BATCH/.onex-cache: where the raw files, the
 * notice, the schemas and the ingest program are the same, a run with changed rules,
 * counts or sheets begins at validate. The outputs do not depend on it: what is kept
 * is the very file that ingest made. */
#ifndef ONEX_CACHE_H
#define ONEX_CACHE_H

#include "common/failure.h"

/* The key of a batch's typed rows, freed with free(): the lists of inputs.h, of which
 * ingest sees the batch, the schemas and the version, and its own program's digest. */
char *cache_key(const char *of_batch, const char *of_program, struct failure *failure);

/* Puts the kept batch.db into `out` where its key is `key` and it is whole. *found
 * tells; a cache that cannot be read is none. */
bool cache_take(const char *batch, const char *key, const char *out, bool *found, struct failure *failure);

/* Keeps OUT/batch.db, as ingest left it, unless it is large: copying then costs more than
 * it saves. A cache that cannot be written is left out silently. It counts only once
 * cache_confirm has said of which key it is: when the raw files are known not to have
 * changed while ingest read them. */
void cache_keep(const char *batch, const char *out);
void cache_confirm(const char *batch, const char *key);

#endif
