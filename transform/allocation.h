/* Apportionment in whole units: largest remainder, and floor and cap over its
 * result (rules.md, "From outcomes to money"). Integers only; knows nothing of
 * schools, factors or databases.
 *
 *     units x x_i            quota_i     the whole part
 *     -----------  =  ------------------------------------
 *       sum of x       remainder_i / sum: what was left over
 *
 * The units that the quotas leave go, one each, to the largest remainders. */
#ifndef TRANSFORM_ALLOCATION_H
#define TRANSFORM_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Holds units x x (two int64) and sums of up to 2^63 int64, all not negative. */
__extension__ typedef __int128 wide;

struct share {
	int64_t key;     /* in: unique; of equal remainders the smaller key goes first */
	int64_t x;       /* in: >= 0 */
	int64_t quota;   /* units */
	wide remainder;  /* numerator left over, < the sum of x */
	int64_t rank;    /* by remainder, from 1 */
	bool extra;      /* received one unit beyond the quota */
};

/* Apportions `units` (>= 0) by x; leaves the shares in the order of their keys
 * and gives the sum of x. False where units cannot be apportioned, for the sum is 0
 * (and units is not), or where units or an x is negative. */
bool allocation_apportion(int64_t units, struct share *shares, size_t count, wide *sum);

/* What a share received, in units. */
int64_t allocation_received(const struct share *share);

enum bound { BOUND_NONE, BOUND_FLOOR, BOUND_CAP };

struct bounded {
	int64_t key;      /* in: unique */
	int64_t uncapped; /* in: units >= 0, and the weight when the rest is apportioned anew */
	int64_t amount;   /* units */
	enum bound bound; /* the bound at which the amount was fixed */
};

/* Brings every amount between floor and cap (0 <= floor <= cap), their sum
 * unchanged: while any violates, the side with the larger total violation (equal:
 * the floor) is fixed at its bound and the rest apportioned over the others. Each
 * round fixes at least one, so it ends. `scratch` holds count shares. False where it
 * cannot be met: count x floor > sum, count x cap < sum, or units are left that only
 * shares without any weight could take. */
bool allocation_bound(struct bounded *totals, size_t count, int64_t floor, int64_t cap, struct share *scratch);

/* A wide number >= 0 in decimal. */
enum { ALLOCATION_TEXT_BYTES = 48 };
const char *allocation_text(wide number, char text[ALLOCATION_TEXT_BYTES]);

#endif
