/* Apportionment: known vectors, properties over random cases, and a twin in
 * rational arithmetic (GMP) that works the other way: it deals the units that are left
 * one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gmp.h>
#include <stdio.h>
#include <string.h>

#include "transform/allocation.h"

enum { MOST = 40, CASES = 12000 };

/* xorshift64*: the same cases on every machine. */
static uint64_t next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static int64_t below(uint64_t *state, int64_t limit)
{
	return (int64_t)(next(state) % (uint64_t)limit);
}

struct problem {
	int64_t units;
	size_t count;
	struct share shares[MOST];
};

/* Small and huge numbers, many equal ones, many zeros. */
static void invent(struct problem *problem, uint64_t *state)
{
	static const int64_t sizes[] = { 2, 5, 100, 10000, 1000000000, INT64_C(1000000000000000) };
	static const int64_t pools[] = { 1, 10, 1000, 1000000, INT64_C(100000000000001), INT64_C(10000000000000001) };
	int64_t size = sizes[below(state, 6)];
	problem->count = (size_t)below(state, MOST) + 1;
	problem->units = below(state, pools[below(state, 6)]);
	bool any = false;
	for (size_t i = 0; i < problem->count; i++) {
		int64_t x = below(state, 4) ? below(state, size) : 0;
		problem->shares[i] = (struct share){ .key = (int64_t)(4142000000 + i * 3), .x = x };
		any = any || x > 0;
	}
	if (!any)
		problem->shares[0].x = 1;
}

static void apportion(struct problem *problem)
{
	wide sum;
	assert_true(allocation_apportion(problem->units, problem->shares, problem->count, &sum));
}

static void check_vector(int64_t units, const int64_t *expected)
{
	static const int64_t weights[] = { 9061, 7179, 5259, 3319, 1182 };
	struct problem problem = { .units = units, .count = 5 };
	for (size_t i = 0; i < 5; i++)
		problem.shares[i] = (struct share){ .key = (int64_t)i, .x = weights[i] };
	apportion(&problem);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(allocation_received(&problem.shares[i]), expected[i]);
}

static void test_known_vector(void **context)
{
	(void)context;
	check_vector(26, (const int64_t[]){ 9, 7, 5, 4, 1 });
	check_vector(27, (const int64_t[]){ 9, 8, 6, 3, 1 });
}

/* By hand: 10 units over 1, 1, 1 leave 1/3 each; the smallest code takes the unit. */
static void test_derivation_and_ties(void **context)
{
	(void)context;
	struct problem problem = { .units = 10, .count = 3,
		.shares = { { .key = 30, .x = 1 }, { .key = 10, .x = 1 }, { .key = 20, .x = 1 } } };
	apportion(&problem);
	for (size_t i = 0; i < 3; i++) {
		const struct share *share = &problem.shares[i];
		assert_int_equal(share->key, 10 * (int64_t)(i + 1));
		assert_int_equal(share->quota, 3);
		assert_int_equal((int64_t)share->remainder, 1);
		assert_int_equal(share->rank, (int64_t)i + 1);
		assert_int_equal(share->extra, i == 0);
	}
}

static void test_edges(void **context)
{
	(void)context;
	wide sum;
	struct share one = { .key = 1, .x = 7 };
	assert_true(allocation_apportion(INT64_C(100000000000000), &one, 1, &sum));
	assert_int_equal(allocation_received(&one), INT64_C(100000000000000));
	assert_true(allocation_apportion(0, &one, 1, &sum));
	assert_int_equal(allocation_received(&one), 0);
	struct share none[2] = { { .key = 1 }, { .key = 2 } };
	assert_false(allocation_apportion(5, none, 2, &sum));
	assert_true(allocation_apportion(0, none, 2, &sum));
	assert_false(allocation_apportion(-1, &one, 1, &sum));
	struct share negative = { .key = 1, .x = -1 };
	assert_false(allocation_apportion(1, &negative, 1, &sum));
	assert_true(allocation_apportion(0, NULL, 0, &sum));
	assert_false(allocation_apportion(1, NULL, 0, &sum));
}

/* 10^14 fen over x of 10^18: products pass 2^63 by far. */
static void test_huge(void **context)
{
	(void)context;
	wide sum;
	struct share shares[3] = { { .key = 1, .x = INT64_MAX }, { .key = 2, .x = INT64_MAX }, { .key = 3, .x = INT64_MAX } };
	assert_true(allocation_apportion(INT64_C(100000000000000), shares, 3, &sum));
	char text[ALLOCATION_TEXT_BYTES];
	assert_string_equal(allocation_text(sum, text), "27670116110564327421"); /* 3 x (2^63 - 1) */
	assert_int_equal(allocation_received(&shares[0]), INT64_C(33333333333334));
	assert_int_equal(allocation_received(&shares[1]), INT64_C(33333333333333));
	assert_int_equal(allocation_received(&shares[2]), INT64_C(33333333333333));
	assert_string_equal(allocation_text(0, text), "0");
}

/* units x x as 128 bits against quota x sum and (quota + 1) x sum. */
static void check_share(const struct problem *problem, const struct share *share, wide sum)
{
	wide exact = (wide)problem->units * share->x;
	wide received = allocation_received(share);
	assert_true(received * sum > exact - sum && received * sum < exact + sum);
	assert_true((wide)share->quota * sum + share->remainder == exact);
	assert_true(share->remainder >= 0 && share->remainder < sum);
	if (share->x == 0)
		assert_int_equal(received, 0);
}

static void test_sums_and_quotas(void **context)
{
	(void)context;
	uint64_t state = 20210514;
	for (int i = 0; i < CASES; i++) {
		struct problem problem;
		invent(&problem, &state);
		wide sum;
		assert_true(allocation_apportion(problem.units, problem.shares, problem.count, &sum));
		int64_t given = 0;
		for (size_t k = 0; k < problem.count; k++) {
			given += allocation_received(&problem.shares[k]);
			check_share(&problem, &problem.shares[k], sum);
		}
		assert_int_equal(given, problem.units);
	}
}

static void test_monotone(void **context)
{
	(void)context;
	uint64_t state = 6;
	for (int i = 0; i < CASES; i++) {
		struct problem problem;
		invent(&problem, &state);
		apportion(&problem);
		for (size_t a = 0; a < problem.count; a++)
			for (size_t b = 0; b < problem.count; b++)
				if (problem.shares[a].x > problem.shares[b].x)
					assert_true(allocation_received(&problem.shares[a]) >= allocation_received(&problem.shares[b]));
	}
}

static void check_same(const struct problem *left, const struct problem *right)
{
	for (size_t k = 0; k < left->count; k++) {
		assert_int_equal(left->shares[k].key, right->shares[k].key);
		assert_int_equal(allocation_received(&left->shares[k]), allocation_received(&right->shares[k]));
		assert_int_equal(left->shares[k].rank, right->shares[k].rank);
	}
}

static void test_order_does_not_matter(void **context)
{
	(void)context;
	uint64_t state = 44;
	for (int i = 0; i < CASES; i++) {
		struct problem problem;
		invent(&problem, &state);
		struct problem mixed = problem;
		for (size_t k = mixed.count - 1; k > 0; k--) {
			size_t other = (size_t)below(&state, (int64_t)k + 1);
			struct share kept = mixed.shares[k];
			mixed.shares[k] = mixed.shares[other];
			mixed.shares[other] = kept;
		}
		apportion(&problem);
		apportion(&mixed);
		check_same(&problem, &mixed);
	}
}

static void test_scale_free(void **context)
{
	(void)context;
	uint64_t state = 1000;
	for (int i = 0; i < CASES; i++) {
		struct problem problem;
		invent(&problem, &state);
		struct problem scaled = problem;
		int64_t factor = below(&state, 9000) + 2;
		for (size_t k = 0; k < scaled.count; k++)
			scaled.shares[k].x *= factor;
		apportion(&problem);
		apportion(&scaled);
		check_same(&problem, &scaled);
	}
}

/* ---- the twin ---- */

/* Rational quotas; then, while units are left, the largest fraction not yet served
 * (the first of equal ones) takes one. */
static void twin_apportion(int64_t units, const int64_t *x, size_t count, int64_t *received)
{
	mpq_t quota, fraction[MOST];
	mpz_t sum, whole;
	mpq_init(quota);
	mpz_init_set_ui(sum, 0);
	mpz_init(whole);
	for (size_t i = 0; i < count; i++)
		mpz_add_ui(sum, sum, (unsigned long)x[i]);
	int64_t left = units;
	for (size_t i = 0; i < count; i++) {
		mpq_init(fraction[i]);
		mpz_set_ui(mpq_numref(quota), (unsigned long)units);
		mpz_mul_ui(mpq_numref(quota), mpq_numref(quota), (unsigned long)x[i]);
		mpz_set(mpq_denref(quota), sum);
		if (mpz_sgn(sum) == 0)
			mpq_set_ui(quota, 0, 1);
		mpq_canonicalize(quota);
		mpz_fdiv_q(whole, mpq_numref(quota), mpq_denref(quota));
		received[i] = (int64_t)mpz_get_ui(whole);
		left -= received[i];
		mpq_set_z(fraction[i], whole);
		mpq_sub(fraction[i], quota, fraction[i]);
	}
	for (; left > 0; left--) {
		size_t best = 0;
		for (size_t i = 1; i < count; i++)
			if (mpq_cmp(fraction[i], fraction[best]) > 0)
				best = i;
		received[best]++;
		mpq_set_si(fraction[best], -1, 1);
	}
	for (size_t i = 0; i < count; i++)
		mpq_clear(fraction[i]);
	mpq_clear(quota);
	mpz_clear(sum);
	mpz_clear(whole);
}

static void test_twin(void **context)
{
	(void)context;
	uint64_t state = 7;
	for (int i = 0; i < CASES; i++) {
		struct problem problem;
		invent(&problem, &state);
		int64_t x[MOST], expected[MOST];
		for (size_t k = 0; k < problem.count; k++)
			x[k] = problem.shares[k].x;
		twin_apportion(problem.units, x, problem.count, expected);
		apportion(&problem);
		for (size_t k = 0; k < problem.count; k++)
			assert_int_equal(allocation_received(&problem.shares[k]), expected[k]);
	}
}

/* Floor and cap as the words of the rule say it: sets of the bound and the free,
 * the free apportioned anew by their uncapped totals. False where it cannot be. */
static bool twin_bound(const int64_t *uncapped, size_t count, int64_t floor, int64_t cap, int64_t *amount)
{
	bool fixed[MOST] = { false };
	int64_t pool = 0;
	for (size_t i = 0; i < count; i++)
		pool += amount[i] = uncapped[i];
	if (floor > cap || floor * (int64_t)count > pool || cap < (pool + (int64_t)count - 1) / (int64_t)count)
		return false;
	for (;;) {
		int64_t below_by = 0, above_by = 0;
		for (size_t i = 0; i < count; i++) {
			below_by += amount[i] < floor ? floor - amount[i] : 0;
			above_by += amount[i] > cap ? amount[i] - cap : 0;
		}
		if (!below_by && !above_by)
			return true;
		int64_t rest = pool, x[MOST], shares[MOST], weight = 0;
		size_t free_count = 0, who[MOST];
		for (size_t i = 0; i < count; i++) {
			if (!fixed[i] && below_by >= above_by && amount[i] < floor)
				fixed[i] = true, amount[i] = floor;
			else if (!fixed[i] && below_by < above_by && amount[i] > cap)
				fixed[i] = true, amount[i] = cap;
			if (fixed[i]) {
				rest -= amount[i];
				continue;
			}
			who[free_count] = i;
			x[free_count++] = uncapped[i];
			weight += uncapped[i];
		}
		if (rest < 0 || (rest > 0 && weight == 0))
			return false;
		twin_apportion(rest, x, free_count, shares);
		for (size_t k = 0; k < free_count; k++)
			amount[who[k]] = shares[k];
	}
}

static void check_bounded(const struct bounded *totals, const int64_t *expected, size_t count, int64_t floor, int64_t cap)
{
	int64_t before = 0, after = 0;
	for (size_t k = 0; k < count; k++) {
		assert_int_equal(totals[k].amount, expected[k]);
		assert_true(totals[k].amount >= floor && totals[k].amount <= cap);
		if (totals[k].bound == BOUND_FLOOR)
			assert_int_equal(totals[k].amount, floor);
		if (totals[k].bound == BOUND_CAP)
			assert_int_equal(totals[k].amount, cap);
		before += totals[k].uncapped;
		after += totals[k].amount;
	}
	assert_int_equal(before, after);
}

static void test_bounds_twin(void **context)
{
	(void)context;
	uint64_t state = 12;
	int met = 0;
	for (int i = 0; i < CASES; i++) {
		struct bounded totals[MOST];
		struct share scratch[MOST];
		int64_t uncapped[MOST], expected[MOST], pool = 0;
		size_t count = (size_t)below(&state, MOST) + 1;
		int64_t size = below(&state, 2) ? 20 : 100000;
		for (size_t k = 0; k < count; k++) {
			uncapped[k] = below(&state, 5) ? below(&state, size) : below(&state, 2) * size * 4;
			totals[k] = (struct bounded){ .key = (int64_t)k, .uncapped = uncapped[k] };
			pool += uncapped[k];
		}
		int64_t mean = pool / (int64_t)count;
		int64_t floor = below(&state, 3) ? below(&state, mean + 2) : 0;
		int64_t cap = below(&state, 3) ? mean + below(&state, mean + 2) : INT64_MAX;
		bool expect = twin_bound(uncapped, count, floor, cap, expected);
		assert_int_equal(allocation_bound(totals, count, floor, cap, scratch), expect);
		if (expect)
			check_bounded(totals, expected, count, floor, cap);
		met += expect;
	}
	assert_true(met > CASES / 2);
}

/* By hand. Totals 60, 30, 8, 2; floor 10, cap 50: both sides violate by 10, so the
 * floor goes first: 8 and 2 rise to 10; 80 over 60 : 30 is 53.33 and 26.67, hence 53
 * and 27; 53 is cut to 50 and the rest, 30, goes to the second. */
static void test_bounds_by_hand(void **context)
{
	(void)context;
	struct share scratch[4];
	struct bounded totals[4] = { { .key = 1, .uncapped = 60 }, { .key = 2, .uncapped = 30 },
		{ .key = 3, .uncapped = 8 }, { .key = 4, .uncapped = 2 } };
	assert_true(allocation_bound(totals, 4, 10, 50, scratch));
	static const int64_t expected[] = { 50, 30, 10, 10 };
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(totals[i].amount, expected[i]);
	assert_int_equal(totals[0].bound, BOUND_CAP);
	assert_int_equal(totals[1].bound, BOUND_NONE);
	assert_int_equal(totals[2].bound, BOUND_FLOOR);
	assert_int_equal(totals[3].bound, BOUND_FLOOR);
}

static void test_bounds_refused(void **context)
{
	(void)context;
	struct share scratch[3];
	struct bounded totals[3] = { { .key = 1, .uncapped = 10 }, { .key = 2 }, { .key = 3 } };
	assert_false(allocation_bound(totals, 3, 4, 100, scratch)); /* 3 x 4 > 10 */
	assert_false(allocation_bound(totals, 3, 0, 3, scratch));   /* 3 x 3 < 10 */
	assert_false(allocation_bound(totals, 3, 5, 4, scratch));
	assert_false(allocation_bound(totals, 3, 0, 5, scratch));   /* 5 are left for nobody */
	assert_true(allocation_bound(totals, 3, 0, 10, scratch));
	assert_true(allocation_bound(totals, 0, 0, INT64_MAX, scratch));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_vector),
		cmocka_unit_test(test_derivation_and_ties),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_huge),
		cmocka_unit_test(test_sums_and_quotas),
		cmocka_unit_test(test_monotone),
		cmocka_unit_test(test_order_does_not_matter),
		cmocka_unit_test(test_scale_free),
		cmocka_unit_test(test_twin),
		cmocka_unit_test(test_bounds_by_hand),
		cmocka_unit_test(test_bounds_twin),
		cmocka_unit_test(test_bounds_refused),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
