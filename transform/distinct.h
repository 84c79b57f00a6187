/* How many distinct values each of many groups has seen.
 *
 *     values:  value -> 0, 1, 2, …           in the order of first appearance
 *     chunks:  (group, number / 64) -> 64 bits, one per value
 *
 * Dense groups cost a bit per value, sparse ones 16 bytes per pair. */
#ifndef TRANSFORM_DISTINCT_H
#define TRANSFORM_DISTINCT_H

#include <stdint.h>

#include "common/failure.h"

struct distinct;

struct distinct *distinct_open(struct failure *failure);
void distinct_close(struct distinct *distinct); /* NULL is let pass */

/* Adds value i to group groups[i], for `count` of them, at most DISTINCT_ROWS: together,
 * so that the memory that each needs can be fetched while others are worked on. */
enum { DISTINCT_ROWS = 256 };
bool distinct_add(struct distinct *distinct, const uint32_t *groups, const int64_t *values, int count,
	struct failure *failure);

/* Adds all of `other`, whose group g is here group_of[g]. */
bool distinct_merge(struct distinct *distinct, const struct distinct *other, const uint32_t *group_of,
	struct failure *failure);

/* Adds to counts[group] the number of its values. */
void distinct_count(const struct distinct *distinct, int64_t *counts);

/* 64 bits that mix all bits of a number into each: the hash of the tallies. */
static inline uint64_t distinct_mix(uint64_t number)
{
	number ^= number >> 30;
	number *= UINT64_C(0xBF58476D1CE4E5B9);
	number ^= number >> 27;
	number *= UINT64_C(0x94D049BB133111EB);
	return number ^ number >> 31;
}

#endif
