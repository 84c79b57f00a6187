/* GROUP BY by hashing, for SELECTs of the shape in shape.h.
 *
 *     group:  [ nulls | item 0 | item 1 | … ]     one int64 each
 *
 * Bit i of `nulls` says that item i is NULL: a key, or a SUM or MIN that has seen no
 * value yet. Counts of distinct values stand beside the groups until they are asked
 * for. */
#ifndef TRANSFORM_TALLY_H
#define TRANSFORM_TALLY_H

#include "transform/distinct.h"
#include "transform/shape.h"

struct tally {
	const struct shape *shape;
	const char *file;            /* for messages */
	int places[SHAPE_ITEMS];     /* of each item's column in the rows that are added */
	int filters[SHAPE_ITEMS][SHAPE_FILTERS]; /* of its filters' columns */
	int keys[SHAPE_ITEMS];       /* the items that are keys */
	int key_count;
	struct distinct *distincts[SHAPE_ITEMS];
	int64_t *groups;
	uint32_t count, room;
	uint32_t *slots;             /* group + 1, or 0 where free */
	uint64_t slot_count;
};

/* `shape` and `file` must outlive the tally; `places` and `filters` are filled by the
 * caller. */
bool tally_open(struct tally *tally, const struct shape *shape, const char *file, struct failure *failure);
void tally_close(struct tally *tally); /* a zeroed tally is let pass */

/* Rows to add: `count` of them, at most TALLY_ROWS; the value of column c in row r stands at
 * values[c * TALLY_ROWS + r], and bit c of nulls[r] says that it is NULL. */
enum { TALLY_ROWS = DISTINCT_ROWS };
struct tally_rows {
	int count;
	const int64_t *values;
	const uint64_t *nulls;
};

/* A sum that leaves 64 bits is STATUS_BATCH. */
bool tally_add(struct tally *tally, const struct tally_rows *rows, struct failure *failure);

/* Adds all of `other`, of the same shape. */
bool tally_merge(struct tally *tally, const struct tally *other, struct failure *failure);

/* Ends the adding: fills in the distinct counts and puts the groups in the order of
 * their keys (NULL first), so that nothing tells how they were hashed. */
bool tally_finish(struct tally *tally, struct failure *failure);

/* Item `item` of group `group`; false where it is NULL. */
bool tally_value(const struct tally *tally, uint32_t group, int item, int64_t *value);

#endif
