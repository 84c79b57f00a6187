/* Allocations that were refused, also those that a library says nothing of. */
#ifndef COMMON_MEMORY_H
#define COMMON_MEMORY_H

#include "common/failure.h"

/* Begins to watch the process, with some memory kept in reserve: where an allocation is
 * refused the reserve is given up and the call made again, so that a library that does
 * not look at the result lives until memory_enough is asked. */
void memory_watch(void);

/* Ends the watch: what is refused from here on is the callers' to see. */
void memory_unwatch(void);

/* Whether malloc, calloc or realloc was refused since, in any thread. */
bool memory_refused(void);

/* False and `failure` (STATUS_SYSTEM) where it was: nothing that was made since may be
 * handed out. `name`: what is being made, or NULL. */
bool memory_enough(const char *name, struct failure *failure);

#endif
