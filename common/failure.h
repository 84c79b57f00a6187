/* How functions tell what went wrong, and how programs end.
 *
 * A function that can fail returns false (or NULL) and fills the caller's
 * struct failure: the exit status that fits and one sentence in the user's
 * language. Only mains print it and exit. */
#ifndef COMMON_FAILURE_H
#define COMMON_FAILURE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

enum status {
	STATUS_DONE = 0,    /* done, whatever was found */
	STATUS_UNMET = 1,   /* the asked-for condition does not hold */
	STATUS_USAGE = 2,   /* wrong use of the command */
	STATUS_BATCH = 3,   /* the batch cannot be processed */
	STATUS_SYSTEM = 4,  /* input/output, disk, memory or database */
	STATUS_BUG = 5      /* a promise of the program itself does not hold */
};

struct failure {
	enum status status;
	char text[2048]; /* UTF-8, no line end; cut at a character's boundary */
};

/* Fills `failure` (a later call overwrites an earlier one). Always returns
 * false, so that a function can `return fail(...)`. */
bool fail(struct failure *failure, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a failed system call: appends what errno says, in the
 * user's language; the status is STATUS_SYSTEM. */
bool fail_system(struct failure *failure, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Puts `prefix: ` before the text that stands in `failure`; returns false. */
bool fail_within(struct failure *failure, const char *prefix);

/* The one of the two sentences that fits the user's locale: LC_ALL, else
 * LC_MESSAGES, else LANG begins with "zh" -> Chinese. Looks at the variables
 * only, so no locale need be generated on the machine. */
const char *tr(const char *english, const char *chinese)
	__attribute__((format_arg(1), format_arg(2)));

/* Memory that is not there ends in a failure, never in a crash: these return
 * NULL and fill `failure`. The memory is zeroed and freed with free(). */
void *allocate(struct failure *failure, unsigned long count, unsigned long size);
char *copy_text(struct failure *failure, const char *text);

/* The items moved to room for `count` of `size` bytes, what is new not zeroed. NULL and
 * `failure` leave the old ones where they are. */
void *resize(struct failure *failure, void *items, size_t count, size_t size);

/* The same only where `*room` items are fewer than `count`, then for twice as many. */
void *enlarge(struct failure *failure, void *items, size_t *room, size_t count, size_t size);

/* asprintf with a failure; the result is freed with free(). */
char *print_text(struct failure *failure, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
