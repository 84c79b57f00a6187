/* One pass over a view for all the tallies that it feeds. */
#ifndef TRANSFORM_SCAN_H
#define TRANSFORM_SCAN_H

#include "transform/tally.h"

enum { SCAN_TALLIES = 16, SCAN_COLUMNS = 64 };

/* A part of a view: the rows whose id lies between low and high. */
struct scan {
	const struct policy *source;
	int64_t low, high;
	struct tally tallies[SCAN_TALLIES];
	int tally_count;
	bool done;
	struct failure failure; /* where it is not */
};

/* Reads the part into its tallies, which are open and empty. */
bool scan_run(struct scan *scan, struct database *database);

/* Runs all, on two threads where there is enough to do; the second thread begins at
 * once, the caller's after `meanwhile` (which may be NULL) has run. The failure is
 * that of `meanwhile` or of the first scan that failed. `stage` has the profile and the
 * progress. */
bool scans_run(struct scan *scans, size_t count, const char *path, const struct database *stage,
	bool (*meanwhile)(void *context, struct failure *failure), void *context, struct failure *failure);

#endif
