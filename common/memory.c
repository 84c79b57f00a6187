/* Libraries go on where an allocation is refused: libxlsxwriter 1.1.4 leaves out a format or a
 * cell and closes the workbook without an error, libxml2 drops an element or goes through
 * the pointer that it did not get. So the process's own malloc, calloc and realloc stand
 * before the C library's (its manual allows the replacement), hand every call on and note
 * what was refused; the reserve keeps alive who did not look.
 *
 * Under the address sanitizer, whose allocator is not to be hidden and ends the process
 * where memory is out, nothing is noted; but where MEMORY_WATCHED is defined, as it is for
 * a library that refuses memory before the sanitizer's allocator is asked. */
#include "common/memory.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { RESERVE = 8 << 20 };

/* Of the process, as the allocator is: what one thread is refused ends the whole run. */
static atomic_bool watched, refused;
static _Atomic(void *) reserve;

void memory_watch(void)
{
	if (atomic_load(&watched))
		return;
	atomic_store(&reserve, malloc(RESERVE));
	atomic_store(&watched, true);
}

void memory_unwatch(void)
{
	atomic_store(&watched, false);
	free(atomic_exchange(&reserve, NULL));
}

bool memory_refused(void)
{
	return atomic_load_explicit(&refused, memory_order_relaxed);
}

bool memory_enough(const char *name, struct failure *failure)
{
	if (!memory_refused())
		return true;
	return name ? fail(failure, STATUS_SYSTEM, tr("cannot write %s: not enough memory", "无法写入 %s：内存不足"), name)
		: fail(failure, STATUS_SYSTEM, "%s", tr("not enough memory", "内存不足"));
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OTHER_ALLOCATOR 1
#endif
#endif
#if defined(MEMORY_WATCHED) || (!defined(OTHER_ALLOCATOR) && !defined(__SANITIZE_ADDRESS__))

/* Notes a refusal; true where the call is worth another try. */
static bool is_refused(const void *memory)
{
	if (memory || !atomic_load(&watched))
		return false;
	atomic_store(&refused, true);
	free(atomic_exchange(&reserve, NULL));
	return true;
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
	void *memory = next ? next(size) : NULL;
	return next && is_refused(memory) ? next(size) : memory;
}

void *calloc(size_t count, size_t size)
{
	FOLLOWING(void *, calloc, size_t, size_t);
	void *memory = next ? next(count, size) : NULL;
	return next && is_refused(memory) ? next(count, size) : memory;
}

/* realloc to no bytes frees and may return NULL: nothing was refused. */
void *realloc(void *old, size_t size)
{
	FOLLOWING(void *, realloc, void *, size_t);
	void *memory = next ? next(old, size) : NULL;
	return next && size > 0 && is_refused(memory) ? next(old, size) : memory;
}

#endif
