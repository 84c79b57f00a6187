/* Makes the Nth call of a kind fail within one process of the pipeline: preload it with
 *
 *   FAILNTH_PROGRAM  the process's name (onex, onex-ingest, …)
 *   FAILNTH_KIND     memory, write, sync, rename, open, read, truncate, map, interrupt, short, full
 *   FAILNTH_N        the call, from 1; 0: only count
 *   FAILNTH_LOG      a file that gets "failed OPERATION" at the fault and "calls NUMBER" at the end
 *
 * `interrupt` fails the Nth read or write with EINTR, `short` writes only half of what the
 * Nth write is given, and `full` fails the Nth write and every later one with ENOSPC; all
 * other kinds fail once. Calls before this library is set up are not counted. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;
static atomic_int active; /* from the constructor to the destructor */
static long wanted;
static const char *kind = "", *log_path;

static void say(const char *first, const char *second)
{
	char text[96];
	int file = log_path ? (int)syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	if (file < 0)
		return;
	int length = snprintf(text, sizeof text, "%s %s\n", first, second);
	if (syscall(SYS_write, file, text, (size_t)length) < 0)
		abort();
	syscall(SYS_close, file);
}

/* Whether this call, if it is of the kind, is the one to fail; then errno is `error`. */
static int fails(const char *its, const char *operation, int error)
{
	if (!atomic_load(&active) || strcmp(its, kind) != 0)
		return 0;
	long number = atomic_fetch_add(&calls, 1) + 1;
	if (wanted == 0 || number < wanted || (number > wanted && strcmp(kind, "full") != 0))
		return 0;
	if (number == wanted)
		say("failed", operation);
	errno = error;
	return 1;
}

__attribute__((constructor)) static void begin(void)
{
	const char *program = getenv("FAILNTH_PROGRAM"), *number = getenv("FAILNTH_N"), *its = getenv("FAILNTH_KIND");
	if (!program || !its || strcmp(program, program_invocation_short_name) != 0)
		return;
	kind = its;
	wanted = number ? atol(number) : 0;
	log_path = getenv("FAILNTH_LOG");
	atomic_store(&active, 1);
}

__attribute__((destructor)) static void end(void)
{
	char text[32];
	if (!atomic_exchange(&active, 0))
		return;
	snprintf(text, sizeof text, "%ld", atomic_load(&calls));
	say("calls", text);
}

/* `next` becomes the following definition of a function: the C library's. */
#define NEXT(type, name, ...) \
	static type (*found)(__VA_ARGS__); \
	if (!found) \
		*(void **)&found = dlsym(RTLD_NEXT, #name); \
	type (*next)(__VA_ARGS__) = found

/* ----------------------------------------------------------------------- memory */

/* dlsym allocates itself: the allocator is called by its other names. */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);

void *malloc(size_t size)
{
	return fails("memory", "malloc", ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails("memory", "calloc", ENOMEM) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails("memory", "realloc", ENOMEM) ? NULL : __libc_realloc(old, size);
}

/* ---------------------------------------------------------------------- writing */

static int write_fails(const char *operation)
{
	return fails("write", operation, ENOSPC) || fails("full", operation, ENOSPC);
}

static size_t shortened(size_t count)
{
	return count > 1 && fails("short", "write", 0) ? count / 2 : count;
}

ssize_t write(int file, const void *bytes, size_t count)
{
	NEXT(ssize_t, write, int, const void *, size_t);
	if (file > 2 && (write_fails("write") || fails("interrupt", "write", EINTR)))
		return -1;
	return next(file, bytes, file > 2 ? shortened(count) : count);
}

ssize_t writev(int file, const struct iovec *parts, int count)
{
	NEXT(ssize_t, writev, int, const struct iovec *, int);
	return file > 2 && write_fails("writev") ? -1 : next(file, parts, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at)
{
	NEXT(ssize_t, pwrite64, int, const void *, size_t, off64_t);
	return write_fails("pwrite") || fails("interrupt", "pwrite", EINTR) ? -1 : next(file, bytes, shortened(count), at);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at)
{
	return pwrite64(file, bytes, count, at);
}

/* The streams' own calls of write cannot be reached: the stream fails as a whole. The two
 * flags are glibc's, of a stream that failed and of one that is written. */
enum { STREAM_FAILED = 0x20, STREAM_WRITTEN = 0x800 };

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *file)
{
	NEXT(size_t, fwrite, const void *, size_t, size_t, FILE *);
	if (file == stdout || file == stderr || !write_fails("fwrite"))
		return next(bytes, size, count, file);
	file->_flags |= STREAM_FAILED;
	return 0;
}

int fflush(FILE *file)
{
	NEXT(int, fflush, FILE *);
	if (!file || file == stdout || file == stderr || !(file->_flags & STREAM_WRITTEN) || !write_fails("fflush"))
		return next(file);
	file->_flags |= STREAM_FAILED;
	return EOF;
}

int fclose(FILE *file)
{
	NEXT(int, fclose, FILE *);
	int lost = file != stdout && file != stderr && file->_flags & STREAM_WRITTEN && write_fails("fclose");
	int result = next(file);
	if (!lost)
		return result;
	errno = ENOSPC;
	return EOF;
}

int ftruncate64(int file, off64_t size)
{
	NEXT(int, ftruncate64, int, off64_t);
	return fails("truncate", "ftruncate", EIO) ? -1 : next(file, size);
}

int ftruncate(int file, off_t size)
{
	return ftruncate64(file, size);
}

int fsync(int file)
{
	NEXT(int, fsync, int);
	return fails("sync", "fsync", EIO) ? -1 : next(file);
}

int fdatasync(int file)
{
	NEXT(int, fdatasync, int);
	return fails("sync", "fdatasync", EIO) ? -1 : next(file);
}

int rename(const char *from, const char *to)
{
	NEXT(int, rename, const char *, const char *);
	return fails("rename", "rename", EIO) ? -1 : next(from, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
	NEXT(int, renameat2, int, const char *, int, const char *, unsigned);
	return fails("rename", "renameat2", EIO) ? -1 : next(from_folder, from, to_folder, to, flags);
}

/* ---------------------------------------------------------------------- reading */

static int open_at(int folder, const char *path, int flags, va_list more, const char *operation)
{
	mode_t mode = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? (mode_t)va_arg(more, unsigned) : 0;
	if (strncmp(path, "/proc", 5) != 0 && fails("open", operation, EMFILE))
		return -1;
	return (int)syscall(SYS_openat, folder, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	int file = open_at(AT_FDCWD, path, flags, more, "open");
	va_end(more);
	return file;
}

int open64(const char *path, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	int file = open_at(AT_FDCWD, path, flags, more, "open");
	va_end(more);
	return file;
}

int openat(int folder, const char *path, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	int file = open_at(folder, path, flags, more, "openat");
	va_end(more);
	return file;
}

int openat64(int folder, const char *path, int flags, ...)
{
	va_list more;
	va_start(more, flags);
	int file = open_at(folder, path, flags, more, "openat");
	va_end(more);
	return file;
}

FILE *fopen64(const char *path, const char *mode)
{
	NEXT(FILE *, fopen64, const char *, const char *);
	return fails("open", "fopen", EMFILE) ? NULL : next(path, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	return fopen64(path, mode);
}

ssize_t read(int file, void *bytes, size_t count)
{
	NEXT(ssize_t, read, int, void *, size_t);
	if (file > 2 && (fails("read", "read", EIO) || fails("interrupt", "read", EINTR)))
		return -1;
	return next(file, bytes, count);
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t at)
{
	NEXT(ssize_t, pread64, int, void *, size_t, off64_t);
	return fails("read", "pread", EIO) || fails("interrupt", "pread", EINTR) ? -1 : next(file, bytes, count, at);
}

ssize_t pread(int file, void *bytes, size_t count, off_t at)
{
	return pread64(file, bytes, count, at);
}

size_t fread(void *bytes, size_t size, size_t count, FILE *file)
{
	NEXT(size_t, fread, void *, size_t, size_t, FILE *);
	if (!fails("read", "fread", EIO))
		return next(bytes, size, count, file);
	file->_flags |= STREAM_FAILED;
	return 0;
}

void *mmap64(void *at, size_t length, int protection, int flags, int file, off64_t from)
{
	if (file >= 0 && fails("map", "mmap", ENOMEM))
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, at, length, protection, flags, file, from);
}

void *mmap(void *at, size_t length, int protection, int flags, int file, off_t from)
{
	return mmap64(at, length, protection, flags, file, from);
}
