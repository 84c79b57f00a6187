#include "transform/allocation.h"

#include <stdlib.h>

static int by_key(const void *left, const void *right)
{
	const struct share *a = left, *b = right;
	return (a->key > b->key) - (a->key < b->key);
}

static int by_remainder(const void *left, const void *right)
{
	const struct share *a = left, *b = right;
	if (a->remainder != b->remainder)
		return a->remainder > b->remainder ? -1 : 1;
	return by_key(left, right);
}

int64_t allocation_received(const struct share *share)
{
	return share->quota + (share->extra ? 1 : 0);
}

/* Whole parts and what each leaves over; returns the units that nobody has yet. */
static int64_t divide(int64_t units, struct share *shares, size_t count, wide sum)
{
	int64_t left = units;
	for (size_t i = 0; i < count; i++) {
		wide product = (wide)units * shares[i].x;
		shares[i].quota = sum ? (int64_t)(product / sum) : 0;
		shares[i].remainder = sum ? product % sum : 0;
		left -= shares[i].quota;
	}
	return left;
}

bool allocation_apportion(int64_t units, struct share *shares, size_t count, wide *sum)
{
	*sum = 0;
	for (size_t i = 0; i < count; i++) {
		if (shares[i].x < 0)
			return false;
		*sum += shares[i].x;
	}
	if (units < 0 || (units > 0 && *sum == 0))
		return false;
	int64_t left = divide(units, shares, count, *sum);
	if (count == 0)
		return true;
	qsort(shares, count, sizeof *shares, by_remainder);
	for (size_t i = 0; i < count; i++) {
		shares[i].rank = (int64_t)i + 1;
		shares[i].extra = (int64_t)i < left;
	}
	qsort(shares, count, sizeof *shares, by_key);
	return true;
}

static int totals_by_key(const void *left, const void *right)
{
	const struct bounded *a = left, *b = right;
	return (a->key > b->key) - (a->key < b->key);
}

/* Apportions `rest` over the totals that no bound holds yet, by their uncapped
 * amounts. Totals and scratch are both in the order of keys. */
static bool apportion_rest(int64_t rest, struct bounded *totals, size_t count, struct share *scratch)
{
	size_t open = 0;
	for (size_t i = 0; i < count; i++)
		if (totals[i].bound == BOUND_NONE)
			scratch[open++] = (struct share){ .key = totals[i].key, .x = totals[i].uncapped };
	wide sum;
	if (!allocation_apportion(rest, scratch, open, &sum))
		return false;
	open = 0;
	for (size_t i = 0; i < count; i++)
		if (totals[i].bound == BOUND_NONE)
			totals[i].amount = allocation_received(&scratch[open++]);
	return true;
}

/* Fixes at the bound all open totals that violate it; returns the units they take. */
static int64_t fix(struct bounded *totals, size_t count, enum bound bound, int64_t at)
{
	int64_t taken = 0;
	for (size_t i = 0; i < count; i++) {
		bool violates = bound == BOUND_FLOOR ? totals[i].amount < at : totals[i].amount > at;
		if (totals[i].bound != BOUND_NONE || !violates)
			continue;
		totals[i].bound = bound;
		totals[i].amount = at;
		taken += at;
	}
	return taken;
}

bool allocation_bound(struct bounded *totals, size_t count, int64_t floor, int64_t cap, struct share *scratch)
{
	wide sum = 0;
	for (size_t i = 0; i < count; i++) {
		sum += totals[i].uncapped;
		totals[i].amount = totals[i].uncapped;
		totals[i].bound = BOUND_NONE;
	}
	if (sum > INT64_MAX || floor < 0 || floor > cap || (wide)count * floor > sum || (wide)count * cap < sum)
		return false;
	if (count)
		qsort(totals, count, sizeof *totals, totals_by_key);
	for (int64_t rest = (int64_t)sum;;) {
		wide below = 0, above = 0;
		for (size_t i = 0; i < count; i++) {
			if (totals[i].amount < floor)
				below += floor - totals[i].amount;
			if (totals[i].amount > cap)
				above += totals[i].amount - cap;
		}
		if (below == 0 && above == 0)
			return true;
		rest -= below >= above ? fix(totals, count, BOUND_FLOOR, floor) : fix(totals, count, BOUND_CAP, cap);
		if (!apportion_rest(rest, totals, count, scratch))
			return false;
	}
}

const char *allocation_text(wide number, char text[ALLOCATION_TEXT_BYTES])
{
	char *at = text + ALLOCATION_TEXT_BYTES - 1;
	*at = '\0';
	do {
		*--at = (char)('0' + (int)(number % 10));
		number /= 10;
	} while (number > 0);
	return at;
}
