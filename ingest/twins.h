/* Which records share a 64-bit key: gathered while inserting, found afterwards.
 * Memory stays flat: beyond a bound the pairs go to an unlinked temporary file.
 * Equal keys only suggest equal records; the caller confirms.
 *
 *     add: [ key,id ][ key,id ] …    full: sorted into 1024 parts and written as a run
 *     search: part 0 of every run, part 1 of every run, …  ->  groups of ids       */
#ifndef INGEST_TWINS_H
#define INGEST_TWINS_H

#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"

struct twins;

/* `folder` is where the temporary file may be made; it must outlive the twins. */
struct twins *twins_open(const char *folder, struct failure *failure);
void twins_close(struct twins *twins); /* NULL is let pass */

bool twins_add(struct twins *twins, uint64_t key, int64_t id, struct failure *failure);

/* Looks for the keys that several ids share; on any thread, with nothing else done to the
 * twins meanwhile and nothing added afterwards. */
bool twins_search(struct twins *twins, struct failure *failure);

/* After the search calls back for every key that several ids share, with the ids in ascending order; in
 * an order that only depends on what was added. May be called again. */
typedef bool twins_function(void *context, const int64_t *ids, size_t count, struct failure *failure);
bool twins_groups(struct twins *twins, twins_function *function, void *context, struct failure *failure);

#endif
