/* libxlsxwriter 1.1.4 goes on where an allocation is refused: a format or a cell is
 * then missing from a workbook that closes without an error. So the process's own
 * malloc, calloc and realloc stand before the C library's (its manual allows the
 * replacement), hand every call on and note what was refused to the thread.
 *
 * Under the address sanitizer, whose allocator is not to be hidden and ends the
 * process where memory is out, nothing is noted. */
#include "report/memory.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local bool refused;

void memory_watch(void)
{
	refused = false;
}

bool memory_refused(void)
{
	return refused;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OTHER_ALLOCATOR 1
#endif
#endif
#if !defined(OTHER_ALLOCATOR) && !defined(__SANITIZE_ADDRESS__)

static void *noted(void *memory, bool wanted)
{
	if (!memory && wanted)
		refused = true;
	return memory;
}

/* The following definition of `name`: the C library's, or that of a preloaded library.
 * dlsym may itself allocate, and gets along with none. */
static void *following(const char *name)
{
	static _Thread_local bool asking;
	if (asking)
		return NULL;
	asking = true;
	void *symbol = dlsym(RTLD_NEXT, name);
	asking = false;
	return symbol;
}

#define FOLLOWING(type, name, ...) \
	static _Atomic(void *) known; \
	void *symbol = atomic_load_explicit(&known, memory_order_relaxed); \
	if (!symbol && (symbol = following(#name)) != NULL) \
		atomic_store_explicit(&known, symbol, memory_order_relaxed); \
	type (*next)(__VA_ARGS__) = NULL; \
	memcpy(&next, &symbol, sizeof next)

void *malloc(size_t size)
{
	FOLLOWING(void *, malloc, size_t);
	return next ? noted(next(size), true) : NULL;
}

void *calloc(size_t count, size_t size)
{
	FOLLOWING(void *, calloc, size_t, size_t);
	return next ? noted(next(count, size), true) : NULL;
}

/* realloc to no bytes frees and may return NULL: nothing was refused. */
void *realloc(void *old, size_t size)
{
	FOLLOWING(void *, realloc, void *, size_t);
	return next ? noted(next(old, size), size > 0) : NULL;
}

#endif
