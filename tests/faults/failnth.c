/* Makes one call of a kind fail within one process of the pipeline: preload it with
 *
 *   FAILNTH_PROGRAM  the process's name (onex, onex-ingest, …)
 *   FAILNTH_KIND     memory, write, sync, rename, open, read, truncate, map, interrupt, short, full,
 *                    folder, mode, lock, thread, process, stat
 *   FAILNTH_N        the call, from 1; 0: only count
 *   FAILNTH_STACK    instead: the first call with this stack whose number is FAILNTH_N or more
 *   FAILNTH_DEPTH    how many of a stack's innermost return addresses count (all)
 *   FAILNTH_STACKS   a file that gets "STACK TIMES FIRST LAST" of each different call stack when counting
 *   FAILNTH_LOG      a file that gets "failed OPERATION" at the fault and "calls NUMBER" at the end
 *
 * `interrupt` fails a read or write with EINTR, `short` writes only half of what a write is
 * given, and `full` fails a write and every later one with ENOSPC; all other kinds fail once.
 * Calls before this library is set up are not counted. A stack is told by a number made from
 * the return addresses within their files, so that it is the same in every run. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FRAMES = 200, MODULES = 256, STACKS = 1 << 17 };

/* The innermost frames that are not the caller's: stack_name and who called it, and the
 * sanitizer's own backtrace before them. */
#ifdef BEFORE_SANITIZER
enum { OWN_FRAMES = 3 };
#else
enum { OWN_FRAMES = 2 };
#endif

struct stack {
	uint64_t name;
	long times, first, last;
};

static atomic_long calls;
static atomic_int active; /* from the constructor to the destructor */
static atomic_int struck; /* the call has failed */
static long wanted;
static uint64_t wanted_stack;
static int depth;
static const char *kind = "", *log_path, *stacks_path;
static struct {
	uintptr_t from, to;
} modules[MODULES]; /* the loaded files */
static int module_count;
static struct stack stacks[STACKS]; /* open addressing */
static atomic_flag stacks_lock = ATOMIC_FLAG_INIT;
static _Thread_local int looking; /* at a stack: what that calls does not count */

static void say_in(const char *path, const char *text)
{
	int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	if (file < 0)
		return;
	if (syscall(SYS_write, file, text, strlen(text)) < 0)
		abort();
	syscall(SYS_close, file);
}

static void say(const char *first, const char *second)
{
	char text[160];
	snprintf(text, sizeof text, "%s %s\n", first, second);
	say_in(log_path, text);
}

static int add_module(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size;
	(void)context;
	uintptr_t end = 0;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz > end)
			end = info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
	if (module_count < MODULES) {
		modules[module_count].from = info->dlpi_addr;
		modules[module_count++].to = info->dlpi_addr + end;
	}
	return 0;
}

static uint64_t stack_name(void)
{
	void *frames[FRAMES];
	looking = 1;
	int count = backtrace(frames, FRAMES);
	looking = 0;
	uint64_t name = 1469598103934665603u;
	for (int i = OWN_FRAMES; i < count && i < depth + OWN_FRAMES; i++) {
		uintptr_t at = (uintptr_t)frames[i];
		for (int module = 0; module < module_count; module++)
			if (at - modules[module].from < modules[module].to - modules[module].from) {
				at = (at - modules[module].from) + ((uintptr_t)(module + 1) << 40);
				break;
			}
		name = (name ^ at) * 1099511628211u;
		name ^= name >> 29;
	}
	return name;
}

static void count_stack(long number)
{
	uint64_t name = stack_name();
	while (atomic_flag_test_and_set(&stacks_lock))
		;
	size_t at = name % STACKS;
	for (size_t tries = 0; tries < STACKS - 1 && stacks[at].times && stacks[at].name != name; tries++)
		at = (at + 1) % STACKS;
	if (stacks[at].times++ == 0) {
		stacks[at].name = name;
		stacks[at].first = number;
	}
	stacks[at].last = number;
	atomic_flag_clear(&stacks_lock);
}

/* Whether call `number` is the one that shall fail. */
static int is_due(long number)
{
	if (stacks_path)
		count_stack(number);
	if (wanted_stack)
		return !atomic_load(&struck) && number >= wanted && stack_name() == wanted_stack && !atomic_exchange(&struck, 1);
	return wanted != 0 && number == wanted && !atomic_exchange(&struck, 1);
}

/* Whether this call, if it is of the kind, is the one to fail; then errno is `error`. */
static __attribute__((noinline)) int fails(const char *its, const char *operation, int error)
{
	if (!atomic_load(&active) || looking || strcmp(its, kind) != 0)
		return 0;
	long number = atomic_fetch_add(&calls, 1) + 1;
	int due = is_due(number);
	if (!due && !(atomic_load(&struck) && strcmp(kind, "full") == 0))
		return 0;
	if (due)
		say("failed", operation);
	errno = error;
	return 1;
}

__attribute__((constructor)) static void begin(void)
{
	const char *program = getenv("FAILNTH_PROGRAM"), *number = getenv("FAILNTH_N"), *its = getenv("FAILNTH_KIND");
	const char *stack = getenv("FAILNTH_STACK"), *frames = getenv("FAILNTH_DEPTH");
	if (!program || !its || strcmp(program, program_invocation_short_name) != 0)
		return;
	kind = its;
	wanted = number ? atol(number) : 0;
	wanted_stack = stack ? strtoull(stack, NULL, 16) : 0;
	depth = frames ? atoi(frames) : FRAMES;
	log_path = getenv("FAILNTH_LOG");
	stacks_path = getenv("FAILNTH_STACKS");
	if (wanted_stack || stacks_path) { /* the unwinder is loaded with its first use */
		void *frame[1];
		backtrace(frame, 1);
		dl_iterate_phdr(add_module, NULL);
	}
	atomic_store(&active, 1);
}

__attribute__((destructor)) static void end(void)
{
	char text[96];
	if (!atomic_exchange(&active, 0))
		return;
	snprintf(text, sizeof text, "%ld", atomic_load(&calls));
	say("calls", text);
	for (size_t i = 0; stacks_path && i < STACKS; i++)
		if (stacks[i].times) {
			snprintf(text, sizeof text, "%016llx %ld %ld %ld\n", (unsigned long long)stacks[i].name, stacks[i].times,
				stacks[i].first, stacks[i].last);
			say_in(stacks_path, text);
		}
}

/* `next` becomes the following definition of a function: the C library's. */
#define NEXT(type, name, ...) \
	static type (*found)(__VA_ARGS__); \
	if (!found) \
		*(void **)&found = dlsym(RTLD_NEXT, #name); \
	type (*next)(__VA_ARGS__) = found

/* ----------------------------------------------------------------------- memory */

#ifdef BEFORE_SANITIZER

/* The allocator is the sanitizer's; what dlsym itself allocates while it looks for it, it does without. */
#define ALLOCATE(name, declared, given) \
	static void *(*found) declared; \
	static _Thread_local int asking; \
	if (!found && !asking) { \
		asking = 1; \
		*(void **)&found = dlsym(RTLD_NEXT, #name); \
		asking = 0; \
	} \
	return !found || fails("memory", #name, ENOMEM) ? NULL : found given

#else

/* dlsym allocates itself: the allocator is called by its other names. */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
#define ALLOCATE(name, declared, given) return fails("memory", #name, ENOMEM) ? NULL : __libc_##name given

#endif

void *malloc(size_t size)
{
	ALLOCATE(malloc, (size_t), (size));
}

void *calloc(size_t count, size_t size)
{
	ALLOCATE(calloc, (size_t, size_t), (count, size));
}

void *realloc(void *old, size_t size)
{
	ALLOCATE(realloc, (void *, size_t), (old, size));
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

ssize_t sendfile64(int to, int from, off64_t *at, size_t count)
{
	NEXT(ssize_t, sendfile64, int, int, off64_t *, size_t);
	return write_fails("sendfile") ? -1 : next(to, from, at, shortened(count));
}

ssize_t sendfile(int to, int from, off_t *at, size_t count)
{
	return sendfile64(to, from, at, count);
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

/* ------------------------------------------------------------------- all others */

int mkdir(const char *path, mode_t mode)
{
	NEXT(int, mkdir, const char *, mode_t);
	return fails("folder", "mkdir", EACCES) ? -1 : next(path, mode);
}

DIR *opendir(const char *path)
{
	NEXT(DIR *, opendir, const char *);
	return strncmp(path, "/proc", 5) != 0 && fails("folder", "opendir", EMFILE) ? NULL : next(path);
}

DIR *fdopendir(int file)
{
	NEXT(DIR *, fdopendir, int);
	return fails("folder", "fdopendir", ENOMEM) ? NULL : next(file);
}

int fchmod(int file, mode_t mode)
{
	NEXT(int, fchmod, int, mode_t);
	return fails("mode", "fchmod", EPERM) ? -1 : next(file, mode);
}

int fstat64(int file, struct stat64 *info)
{
	NEXT(int, fstat64, int, struct stat64 *);
	return fails("stat", "fstat", EIO) ? -1 : next(file, info);
}

int fstat(int file, struct stat *info)
{
	NEXT(int, fstat, int, struct stat *);
	return fails("stat", "fstat", EIO) ? -1 : next(file, info);
}

int fstatat64(int folder, const char *path, struct stat64 *info, int flags)
{
	NEXT(int, fstatat64, int, const char *, struct stat64 *, int);
	return fails("stat", "fstatat", EIO) ? -1 : next(folder, path, info, flags);
}

int flock(int file, int operation)
{
	NEXT(int, flock, int, int);
	return fails("lock", "flock", ENOLCK) ? -1 : next(file, operation);
}

static int control(int file, int command, va_list more)
{
	long argument = va_arg(more, long);
	if (((command == F_SETLK || command == F_SETLKW) && fails("lock", "fcntl", ENOLCK))
		|| (command == F_DUPFD_CLOEXEC && fails("open", "fcntl", EMFILE)))
		return -1;
	return (int)syscall(SYS_fcntl, file, command, argument);
}

int fcntl(int file, int command, ...)
{
	va_list more;
	va_start(more, command);
	int result = control(file, command, more);
	va_end(more);
	return result;
}

int fcntl64(int file, int command, ...)
{
	va_list more;
	va_start(more, command);
	int result = control(file, command, more);
	va_end(more);
	return result;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*begin_with)(void *), void *context)
{
	NEXT(int, pthread_create, pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
	return fails("thread", "pthread_create", EAGAIN) ? EAGAIN : next(thread, attributes, begin_with, context);
}

int posix_spawn(pid_t *child, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
	char *const *arguments, char *const *environment)
{
	NEXT(int, posix_spawn, pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const *,
		char *const *);
	return fails("process", "posix_spawn", EAGAIN) ? EAGAIN : next(child, path, actions, attributes, arguments, environment);
}
