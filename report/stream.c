/* libxlsxwriter 1.1.4 writes the parts of a workbook to streams and asks none of them
 * whether all bytes arrived before it rewinds or closes them. So the process's own
 * rewind and fclose stand before the C library's and ask. */
#include "report/stream.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static atomic_bool lost;

bool stream_all_arrived(const char *name, struct failure *failure)
{
	return !atomic_load(&lost)
		|| fail(failure, STATUS_SYSTEM, tr("cannot write %s: is the disk full?", "无法写入 %s：磁盘是否已满？"), name);
}

static void *following(_Atomic(void *) *known, const char *name)
{
	void *symbol = atomic_load(known);
	if (!symbol) {
		symbol = dlsym(RTLD_NEXT, name);
		atomic_store(known, symbol);
	}
	return symbol;
}

/* Clears the stream's mark of a failure: the last moment to see it. */
void rewind(FILE *file)
{
	static _Atomic(void *) known;
	void *symbol = following(&known, "rewind");
	void (*next)(FILE *) = NULL;
	memcpy(&next, &symbol, sizeof next);
	if (fflush(file) != 0 || ferror(file))
		atomic_store(&lost, true);
	next(file);
}

int fclose(FILE *file)
{
	static _Atomic(void *) known;
	void *symbol = following(&known, "fclose");
	int (*next)(FILE *) = NULL;
	memcpy(&next, &symbol, sizeof next);
	if (ferror(file))
		atomic_store(&lost, true);
	int result = next(file);
	if (result != 0)
		atomic_store(&lost, true);
	return result;
}
