/* The transform stage: outcomes -> counts and allocations. */
#ifndef TRANSFORM_STAGE_H
#define TRANSFORM_STAGE_H

#include <stdint.h>

#include "common/failure.h"
#include "common/profile.h"
#include "common/progress.h"

struct transformed {
	int64_t applications;
	int runs;     /* scenarios on each basis */
	int refused;  /* of them */
	int checks;   /* pairs that agree */
	char *refusals; /* "run: reason" lines, in Chinese, or NULL; freed with free() */
};

/* Fills the tables of this stage in out/batch.db; running again replaces them. The
 * files are read from home/transform. STATUS_BATCH where the batch has not been
 * validated; STATUS_BUG where totals disagree (the table crosscheck tells which).
 * `profile` and `progress` may be NULL. */
bool transform_run(const char *home, const char *out, struct transformed *result, struct profile *profile,
	struct progress *progress, struct failure *failure);

#endif
