/* The one shape of SELECT that is computed by hashing in place of SQLite's sorting
 * (SQL that any shell runs, and one scan for all of them):
 *
 *     SELECT key, …, COUNT(*) AS n, SUM(column) AS n, MIN(column) AS n,
 *            COUNT(DISTINCT column) AS n
 *     FROM source GROUP BY key, …
 *
 * where COUNT(*), SUM and MIN may have a FILTER (WHERE column = number). Keys and columns are plain names of integer columns of the source. */
#ifndef TRANSFORM_SHAPE_H
#define TRANSFORM_SHAPE_H

#include <stdint.h>

#include "transform/policy.h"

enum shape_verb { SHAPE_KEY, SHAPE_COUNT, SHAPE_SUM, SHAPE_MIN, SHAPE_DISTINCT };

enum { SHAPE_NAME_BYTES = 64, SHAPE_ITEMS = 32, SHAPE_FILTERS = 2 };

struct shape_item {
	enum shape_verb verb;
	char column[SHAPE_NAME_BYTES]; /* of the source; "" for COUNT(*) */
	char name[SHAPE_NAME_BYTES];   /* of the result */
	struct shape_filter {          /* all must hold */
		char column[SHAPE_NAME_BYTES];
		int64_t value;
	} filters[SHAPE_FILTERS];
	int filter_count;
};

struct shape {
	char source[SHAPE_NAME_BYTES];
	struct shape_item items[SHAPE_ITEMS];
	int count;
};

/* Reads the shape of the policy's SELECT; STATUS_BATCH where it has another. */
bool shape_read(struct shape *shape, const struct policy *policy, struct failure *failure);

#endif
