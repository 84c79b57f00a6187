/* libxlsxwriter 1.1.4 writes the parts of a workbook to streams and asks none of them
 * whether all bytes arrived before it rewinds or closes them. So the process's own
 * rewind and fclose stand before the C library's and ask. Its ways to be told how much to
 * buffer and how hard to compress it has not either: fdopen and deflateInit2_ stand
 * before theirs and say it. */
#include "report/stream.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* zlib's usual level is 6. Level 3 takes 37 % of its time for a sheet of 200,000 findings, and the
 * workbook becomes 14 % larger; 1 and 2 gain little more and make it 30 % larger, 4 is slower. */
enum { DEFLATE_LEVEL = 3 };

/* The C library would give a file's block, 4 KiB: the sheets pass through these files twice. */
enum { BUFFER_BYTES = 32 << 10 };

/* The buffer of an open stream; the C library frees none that it was given. */
struct buffered {
	struct buffered *next;
	FILE *file;
	char bytes[BUFFER_BYTES];
};

static atomic_bool lost;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct buffered *streams;

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

/* The temporary files of the library, each used by one thread. Without memory for a
 * buffer a stream keeps its own. */
FILE *fdopen(int descriptor, const char *mode)
{
	static _Atomic(void *) known;
	void *symbol = following(&known, "fdopen");
	FILE *(*next)(int, const char *) = NULL;
	memcpy(&next, &symbol, sizeof next);
	FILE *file = next(descriptor, mode);
	struct buffered *buffered = file ? malloc(sizeof *buffered) : NULL;
	if (!buffered)
		return file;
	setvbuf(file, buffered->bytes, _IOFBF, sizeof buffered->bytes);
	__fsetlocking(file, FSETLOCKING_BYCALLER);
	buffered->file = file;
	pthread_mutex_lock(&lock);
	buffered->next = streams;
	streams = buffered;
	pthread_mutex_unlock(&lock);
	return file;
}

/* What fdopen gave to `file`, no longer listed, or NULL. */
static struct buffered *take_buffer(const FILE *file)
{
	pthread_mutex_lock(&lock);
	struct buffered **at = &streams;
	while (*at && (*at)->file != file)
		at = &(*at)->next;
	struct buffered *found = *at;
	if (found)
		*at = found->next;
	pthread_mutex_unlock(&lock);
	return found;
}

int fclose(FILE *file)
{
	static _Atomic(void *) known;
	void *symbol = following(&known, "fclose");
	int (*next)(FILE *) = NULL;
	memcpy(&next, &symbol, sizeof next);
	if (ferror(file))
		atomic_store(&lost, true);
	struct buffered *buffered = take_buffer(file);
	int result = next(file);
	free(buffered);
	if (result != 0)
		atomic_store(&lost, true);
	return result;
}

/* Workbooks are packed by minizip, which is told to use zlib's usual level. */
int deflateInit2_(z_streamp stream, int level, int method, int window, int memory, int strategy, const char *version,
	int size)
{
	static _Atomic(void *) known;
	void *symbol = following(&known, "deflateInit2_");
	int (*next)(z_streamp, int, int, int, int, int, const char *, int) = NULL;
	memcpy(&next, &symbol, sizeof next);
	return next(stream, level == Z_DEFAULT_COMPRESSION ? DEFLATE_LEVEL : level, method, window, memory, strategy, version,
		size);
}
