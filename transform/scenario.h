/* The allocation scenarios of the notice, each on both bases: the final one (核定) and
 * the provisional one (预测算). */
#ifndef TRANSFORM_SCENARIO_H
#define TRANSFORM_SCENARIO_H

#include "common/database.h"
#include "transform/measure.h"

struct factor {
	char *measure;   /* the file's id */
	int64_t position;
	int64_t weight_ppm;
};

struct scenario {
	char *id;
	int64_t position;
	int64_t pool_fen, unit_fen;
	int64_t floor_fen, cap_fen; /* per school; 0 and INT64_MAX where there is none */
	struct factor *factors;     /* in byte order of their measures */
	size_t factor_count;
};

/* What one run computed: shares[k * schools.count + i] is school i's in factor k. */
struct run {
	struct scenario *scenario;
	const char *basis;           /* "final" or "provisional" */
	struct schools schools;
	struct share *pools;         /* of the factors; key: index of the factor */
	const struct policy **measures; /* of the factors */
	struct share *shares;
	wide *sums;                  /* of the factors' x */
	struct bounded *totals;      /* in units */
	char reason[REASON_BYTES];   /* why it is refused, or "" */
};

/* Fills scenario_run, factor_pool, allocation and allocation_total. A scenario that
 * cannot be computed is refused: its reason stands in scenario_run and it has no other
 * rows. runs and refused are counted. */
bool scenarios_run(struct database *database, const char *home, int *runs, int *refused, struct failure *failure);

/* All scenarios of the notice, in its order. */
bool scenarios_read(struct scenario **scenarios, size_t *count, struct database *database, struct failure *failure);
void scenarios_free(struct scenario *scenarios, size_t count);

/* Says in run->reason what is wrong with the scenario's own numbers, if anything is. */
void scenario_check(struct run *run);

/* Computes; run->schools and run->measures are there. What cannot be done stands in
 * run->reason. */
bool run_compute(struct run *run, struct database *database, struct failure *failure);
void run_free(struct run *run);

/* Writes the run's rows. */
bool run_store(const struct run *run, struct database *database, struct failure *failure);

#endif
