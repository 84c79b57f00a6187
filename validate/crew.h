/* Judging by several rules at once, on two read-only connections in two threads. */
#ifndef VALIDATE_CREW_H
#define VALIDATE_CREW_H

#include "common/schema.h"
#include "validate/judge.h"

struct columns;
struct crew; /* the connections and their spools */

/* `path` is batch.db, `folder` holds temporary files, `profile` and `progress` may be NULL. NULL on failure. */
struct crew *crew_open(const char *path, const struct schema *schema, const char *batch, const char *folder,
	struct profile *profile, struct progress *progress, struct failure *failure);

/* Begins with the rules that need none of the tables of prepare_tables(), in a thread beside
 * the caller, who fills these tables meanwhile. findings[i] are those of rules[i]
 * (free each) and live as long as the crew. */
bool crew_begin(struct crew *crew, struct rule **rules, int count, struct spool_batch *findings,
	struct failure *failure);

/* The tables are filled: the thread goes on with the rules that need them, in a transaction of its
 * own. From now on the writer must not commit until crew_run() has returned. */
void crew_go_on(struct crew *crew);

/* The columns of a table, once the thread has built them; they live as long as the crew. NULL where there
 * are none. */
const struct columns *crew_columns(struct crew *crew, const char *table);

/* Takes the findings of a rule, as soon as it and all before it have been judged; on the caller's thread. */
typedef bool crew_taker(void *context, int rule, struct failure *failure);

/* After crew_go_on(): runs rules here too, those that read most first, and waits for all. In between
 * `take` (or NULL) is given rules in their order, maybe not all. Of several failing rules the first in order is reported, whatever the
 * threads did when. */
bool crew_run(struct crew *crew, crew_taker *take, void *context, struct failure *failure);

/* Closes the connections; the findings stay readable. */
bool crew_rest(struct crew *crew, struct failure *failure);
void crew_close(struct crew *crew); /* NULL is let pass */

#endif
