/* Allocations that were refused, also those that a library says nothing of. */
#ifndef REPORT_MEMORY_H
#define REPORT_MEMORY_H

#include <stdbool.h>

/* Begins to watch the calling thread. */
void memory_watch(void);

/* Whether malloc, calloc or realloc returned NULL to the calling thread since. */
bool memory_refused(void);

#endif
