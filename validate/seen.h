/* Combinations of values that came by lately, for SELECT DISTINCT: most rows repeat one. What
 * is forgotten comes by again, so whoever asks must still drop repetitions. */
#ifndef VALIDATE_SEEN_H
#define VALIDATE_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "validate/columns.h"

enum { SEEN_COLUMNS = 6 };

struct seen {
	int columns[SEEN_COLUMNS]; /* stored columns */
	int count;                 /* 0: not wanted */
	int64_t *slots;            /* of each combination: its values, then which are NULL */
};

/* Begins anew; the columns are set. False where memory is out. */
bool seen_clear(struct seen *seen);
void seen_free(struct seen *seen);

/* Keeps of the `count` rows in `rows` those whose combination did not come by lately. */
int seen_keep(struct seen *seen, const struct column_values *const values[], uint16_t *rows, int count);

#endif
