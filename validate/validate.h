/* The stage: typed rows -> findings and outcomes. */
#ifndef VALIDATE_VALIDATE_H
#define VALIDATE_VALIDATE_H

#include <stdio.h>

#include "common/failure.h"
#include "common/profile.h"
#include "common/progress.h"

enum { VALIDATE_MAX_CHOSEN = 64 };

struct validate_options {
	const char *only[VALIDATE_MAX_CHOSEN]; /* rules: only these, and nothing is written */
	int only_count;                        /* in the batch */
	const char *skip[VALIDATE_MAX_CHOSEN]; /* rules left out, for tests */
	int skip_count;
	struct profile *profile;               /* may be NULL */
	struct progress *progress;             /* likewise */
};

/* Judges `out`/batch.db. What it tells goes to `to`: with `only` the findings, one
 * per line, separated by tabs; else the verdict, unless `to` is NULL. */
bool validate_batch(const char *home, const char *out, const struct validate_options *options, FILE *to,
	struct failure *failure);

/* --list: one line per rule and case. --explain: all of one rule. */
bool validate_list(const char *home, FILE *to, struct failure *failure);
bool validate_explain(const char *home, const char *rule, FILE *to, struct failure *failure);

#endif
