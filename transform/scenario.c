#include "transform/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fen as 万元, without useless zeros: 100000000 -> "100", 10000 -> "0.01". */
enum { MONEY_BYTES = 32 };
static const char *money_text(int64_t fen, char text[MONEY_BYTES])
{
	int length = snprintf(text, MONEY_BYTES, "%lld.%06lld", (long long)(fen / 1000000), (long long)(fen % 1000000));
	while (text[length - 1] == '0')
		text[--length] = '\0';
	if (text[length - 1] == '.')
		text[--length] = '\0';
	return text;
}

static void check_weights(struct run *run)
{
	wide sum = 0;
	for (size_t k = 0; k < run->scenario->factor_count; k++)
		sum += run->scenario->factors[k].weight_ppm;
	if (sum == 1000000)
		return;
	char text[ALLOCATION_TEXT_BYTES];
	refuse(run->reason, "各因素权重之和为百万分之 %s，应当正好等于 1", allocation_text(sum < 0 ? 0 : sum, text));
}

static void check_money(struct run *run)
{
	const struct scenario *scenario = run->scenario;
	char pool[MONEY_BYTES], unit[MONEY_BYTES];
	if (scenario->pool_fen < 0)
		refuse(run->reason, "资金总额不得为负数");
	else if (scenario->unit_fen <= 0)
		refuse(run->reason, "分配单位必须大于 0");
	else if (scenario->pool_fen % scenario->unit_fen != 0)
		refuse(run->reason, "资金总额 %s 万元不是分配单位 %s 万元的整数倍", money_text(scenario->pool_fen, pool),
			money_text(scenario->unit_fen, unit));
}

static void check_bounds(struct run *run)
{
	const struct scenario *scenario = run->scenario;
	wide schools = (wide)run->schools.count;
	char bound[MONEY_BYTES], pool[MONEY_BYTES], unit[MONEY_BYTES];
	money_text(scenario->pool_fen, pool);
	money_text(scenario->unit_fen, unit);
	bool has_cap = scenario->cap_fen != INT64_MAX;
	if (scenario->floor_fen < 0 || scenario->cap_fen < 0)
		refuse(run->reason, "保底数和封顶数不得为负数");
	else if (scenario->floor_fen > scenario->cap_fen)
		refuse(run->reason, "保底数高于封顶数，无法满足");
	else if (scenario->floor_fen % scenario->unit_fen != 0)
		refuse(run->reason, "保底数 %s 万元不是分配单位 %s 万元的整数倍", money_text(scenario->floor_fen, bound), unit);
	else if (has_cap && scenario->cap_fen % scenario->unit_fen != 0)
		refuse(run->reason, "封顶数 %s 万元不是分配单位 %s 万元的整数倍", money_text(scenario->cap_fen, bound), unit);
	else if (schools * scenario->floor_fen > scenario->pool_fen)
		refuse(run->reason, "%zu 所学校每所保底 %s 万元，合计超过资金总额 %s 万元，无法满足", run->schools.count,
			money_text(scenario->floor_fen, bound), pool);
	else if (has_cap && schools * scenario->cap_fen < scenario->pool_fen)
		refuse(run->reason, "%zu 所学校每所封顶 %s 万元，合计不足资金总额 %s 万元，资金无法分完", run->schools.count,
			money_text(scenario->cap_fen, bound), pool);
}

void scenario_check(struct run *run)
{
	check_weights(run);
	if (*run->reason == '\0')
		check_money(run);
	for (size_t k = 0; k < run->scenario->factor_count && *run->reason == '\0'; k++)
		if (!run->measures[k])
			refuse(run->reason, "没有名为“%s”的因素", run->scenario->factors[k].measure);
	if (*run->reason == '\0' && run->schools.count == 0)
		refuse(run->reason, "没有符合条件的学校：方案所列类型的学校中没有结论为%s的申报",
			strcmp(run->basis, "final") == 0 ? "“通过”" : "“通过”或“建议通过”");
	if (*run->reason == '\0')
		check_bounds(run);
}

/* ---- computing ---- */

static bool reserve(struct run *run, struct failure *failure)
{
	size_t factors = run->scenario->factor_count, schools = run->schools.count;
	run->pools = allocate(failure, factors, sizeof *run->pools);
	run->sums = allocate(failure, factors, sizeof *run->sums);
	run->totals = allocate(failure, schools, sizeof *run->totals);
	if (schools && factors > SIZE_MAX / schools)
		return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	run->shares = allocate(failure, factors * schools, sizeof *run->shares);
	return run->pools && run->sums && run->totals && run->shares;
}

static struct share *shares_of(const struct run *run, size_t factor)
{
	return run->shares + factor * run->schools.count;
}

/* The pool over the factors; ties by the measure's id, which is their order. */
static bool split_pool(struct run *run, struct failure *failure)
{
	const struct scenario *scenario = run->scenario;
	wide sum;
	for (size_t k = 0; k < scenario->factor_count; k++)
		run->pools[k] = (struct share){ .key = (int64_t)k, .x = scenario->factors[k].weight_ppm };
	return allocation_apportion(scenario->pool_fen / scenario->unit_fen, run->pools, scenario->factor_count, &sum)
		|| fail(failure, STATUS_BUG, tr("the pool of %s cannot be split", "方案 %s 的资金总额无法分配"), scenario->id);
}

/* One factor's pool over the schools. */
static bool split_factor(struct run *run, size_t k, struct database *database, struct failure *failure)
{
	const struct parameters parameters = { run->scenario->id, run->basis };
	struct share *shares = shares_of(run, k);
	if (!measure_read(shares, &run->schools, database, run->measures[k], &parameters, run->reason, failure))
		return false;
	if (*run->reason)
		return true;
	bool done = allocation_apportion(allocation_received(&run->pools[k]), shares, run->schools.count, &run->sums[k]);
	if (run->sums[k] == 0)
		refuse(run->reason, "因素“%s”（%s）没有任何数据：各校数值都是 0", run->measures[k]->title, run->measures[k]->id);
	else if (!done)
		return fail(failure, STATUS_BUG, tr("factor %s cannot be split", "因素 %s 的资金无法分配"), run->measures[k]->id);
	for (size_t i = 0; i < run->schools.count; i++)
		run->totals[i].uncapped += allocation_received(&shares[i]);
	return true;
}

static bool bound_totals(struct run *run, struct failure *failure)
{
	const struct scenario *scenario = run->scenario;
	struct share *scratch = allocate(failure, run->schools.count, sizeof *scratch);
	if (!scratch)
		return false;
	int64_t floor = scenario->floor_fen / scenario->unit_fen;
	int64_t cap = scenario->cap_fen == INT64_MAX ? INT64_MAX : scenario->cap_fen / scenario->unit_fen;
	if (!allocation_bound(run->totals, run->schools.count, floor, cap, scratch))
		refuse(run->reason, "按保底、封顶调整后，余下的资金没有可以承接的学校，无法满足");
	free(scratch);
	return true;
}

bool run_compute(struct run *run, struct database *database, struct failure *failure)
{
	if (!reserve(run, failure) || !split_pool(run, failure))
		return false;
	for (size_t i = 0; i < run->schools.count; i++)
		run->totals[i].key = run->schools.codes[i];
	for (size_t k = 0; k < run->scenario->factor_count; k++)
		if (!split_factor(run, k, database, failure))
			return false;
		else if (*run->reason)
			return true;
	return bound_totals(run, failure);
}

void run_free(struct run *run)
{
	schools_free(&run->schools);
	free(run->pools);
	free(run->measures);
	free(run->shares);
	free(run->sums);
	free(run->totals);
	*run = (struct run){ 0 };
}

/* ---- all of them ---- */

static const struct policy *find_measure(const struct policies *measures, const char *id)
{
	for (size_t i = 0; i < measures->count; i++)
		if (strcmp(measures->items[i].id, id) == 0)
			return &measures->items[i];
	return NULL;
}

static bool prepare_run(struct run *run, const struct policies *measures, const struct policy *eligible,
	struct database *database, struct failure *failure)
{
	const struct scenario *scenario = run->scenario;
	const struct parameters parameters = { scenario->id, run->basis };
	run->measures = allocate(failure, scenario->factor_count, sizeof *run->measures);
	if (!run->measures || !schools_read(&run->schools, database, eligible, &parameters, failure))
		return false;
	for (size_t k = 0; k < scenario->factor_count; k++)
		run->measures[k] = find_measure(measures, scenario->factors[k].measure);
	scenario_check(run);
	return true;
}

static bool run_one(struct scenario *scenario, const char *basis, const struct policies *measures,
	const struct policy *eligible, struct database *database, bool *refused, struct failure *failure)
{
	struct run run = { .scenario = scenario, .basis = basis };
	bool done = prepare_run(&run, measures, eligible, database, failure)
		&& (*run.reason || run_compute(&run, database, failure))
		&& run_store(&run, database, failure);
	*refused = run.reason[0] != '\0';
	run_free(&run);
	return done;
}

/* Runs are named after scenarios: no scenario may be called like another's
 * provisional run. */
static bool names_differ(const struct scenario *scenarios, size_t count, struct failure *failure)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++) {
			size_t length = strlen(scenarios[k].id);
			if (strncmp(scenarios[i].id, scenarios[k].id, length) == 0
				&& strcmp(scenarios[i].id + length, "-provisional") == 0)
				return fail(failure, STATUS_BATCH,
					tr("notice.xml: scenario %s has the name of the provisional run of %s",
						"notice.xml：方案 %s 与方案 %s 的预测算重名"), scenarios[i].id, scenarios[k].id);
		}
	return true;
}

static bool run_all(struct database *database, const struct policies *measures, const struct policy *eligible,
	int *runs, int *refused, struct failure *failure)
{
	static const char *const bases[] = { "final", "provisional" };
	struct scenario *scenarios = NULL;
	size_t count = 0;
	bool done = scenarios_read(&scenarios, &count, database, failure) && names_differ(scenarios, count, failure);
	for (size_t i = 0; done && i < count * 2; i++) {
		bool was_refused = false;
		done = run_one(&scenarios[i / 2], bases[i % 2], measures, eligible, database, &was_refused, failure);
		*runs += 1;
		*refused += was_refused;
	}
	scenarios_free(scenarios, count);
	return done;
}

bool scenarios_run(struct database *database, const char *home, int *runs, int *refused, struct failure *failure)
{
	struct policies measures;
	struct policy eligible = { 0 };
	*runs = *refused = 0;
	if (!policies_read(&measures, home, "measures", "measure", failure))
		return false;
	bool done = policy_read(&eligible, home, "eligible.sql", "eligible", failure)
		&& database_run(database, "DELETE FROM allocation_total; DELETE FROM allocation; DELETE FROM factor_pool;"
			" DELETE FROM scenario_run", failure)
		&& run_all(database, &measures, &eligible, runs, refused, failure);
	policy_free(&eligible);
	policies_free(&measures);
	return done;
}
