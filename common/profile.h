/* Where the time of a stage goes, for --profile. What is measured goes to stderr and
 * nowhere else: no output of a batch depends on a clock. A profile that is NULL
 * measures nothing and costs nothing. */
#ifndef COMMON_PROFILE_H
#define COMMON_PROFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct profile;

enum profile_form { PROFILE_NONE, PROFILE_TABLE, PROFILE_JSON };

/* The form that an option's argument names: none or "table", "json". */
bool profile_form(const char *argument, enum profile_form *form);

/* NULL for PROFILE_NONE, or where memory is out. `stage` must outlive it. */
struct profile *profile_open(const char *stage, enum profile_form form);

/* Prints what was measured, unless `done` is false, and frees it. */
void profile_close(struct profile *profile, bool done);

/* A stretch of one thread's work: nanoseconds on the clock and on the processor. */
struct span {
	int64_t wall, cpu;
};
void profile_begin(const struct profile *profile, struct span *span);

/* Ends the span and adds it to the line of `part` and `name`. Rows and bytes that do
 * not apply are 0. Any thread may do so. */
void profile_end(struct profile *profile, const struct span *span, const char *part, const char *name,
	int64_t rows, int64_t bytes);

/* Nanoseconds on the clock, 0 without a profile: for stretches as short as a row, which
 * the caller sums up and adds here. */
int64_t profile_now(const struct profile *profile);
void profile_add(struct profile *profile, const char *part, const char *name, int64_t nanoseconds, int64_t rows,
	int64_t bytes);

#endif
