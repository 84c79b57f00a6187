/* Scenarios in and runs out: the rows of batch.db. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "transform/scenario.h"

static char *column_copy(sqlite3_stmt *row, int column, struct failure *failure)
{
	const unsigned char *text = sqlite3_column_text(row, column);
	return copy_text(failure, text ? (const char *)text : "");
}

static bool read_factors(struct scenario *scenario, struct database *database, struct failure *failure)
{
	sqlite3_stmt *row = database_prepare(database, "SELECT factor, position, weight_ppm, COUNT(*) OVER ()"
		" FROM scenario_factor WHERE scenario = ? ORDER BY factor", failure);
	if (!row)
		return false;
	sqlite3_bind_text(row, 1, scenario->id, -1, SQLITE_STATIC);
	bool more = true;
	bool done = true;
	while (done && (done = database_step(database, row, &more, failure)) && more) {
		if (!scenario->factors)
			scenario->factors = allocate(failure, (unsigned long)sqlite3_column_int64(row, 3), sizeof *scenario->factors);
		done = scenario->factors != NULL;
		if (!done)
			break;
		struct factor *factor = &scenario->factors[scenario->factor_count];
		factor->position = sqlite3_column_int64(row, 1);
		factor->weight_ppm = sqlite3_column_int64(row, 2);
		factor->measure = column_copy(row, 0, failure);
		done = factor->measure != NULL;
		scenario->factor_count += done;
	}
	sqlite3_finalize(row);
	return done;
}

static bool read_scenario(struct scenario *scenario, sqlite3_stmt *row, struct database *database,
	struct failure *failure)
{
	scenario->id = column_copy(row, 0, failure);
	scenario->position = sqlite3_column_int64(row, 1);
	scenario->pool_fen = sqlite3_column_int64(row, 2);
	scenario->unit_fen = sqlite3_column_int64(row, 3);
	scenario->floor_fen = sqlite3_column_int64(row, 4);
	scenario->cap_fen = sqlite3_column_type(row, 5) == SQLITE_NULL ? INT64_MAX : sqlite3_column_int64(row, 5);
	return scenario->id && read_factors(scenario, database, failure);
}

bool scenarios_read(struct scenario **scenarios, size_t *count, struct database *database, struct failure *failure)
{
	*scenarios = NULL;
	*count = 0;
	sqlite3_stmt *row = database_prepare(database, "SELECT id, position, pool_fen, unit_fen, COALESCE(floor_fen, 0),"
		" cap_fen, COUNT(*) OVER () FROM scenario ORDER BY position", failure);
	bool done = row != NULL;
	bool more = true;
	while (done && (done = database_step(database, row, &more, failure)) && more) {
		if (!*scenarios)
			*scenarios = allocate(failure, (unsigned long)sqlite3_column_int64(row, 6), sizeof **scenarios);
		done = *scenarios && read_scenario(&(*scenarios)[(*count)++], row, database, failure);
	}
	sqlite3_finalize(row);
	return done;
}

void scenarios_free(struct scenario *scenarios, size_t count)
{
	for (size_t i = 0; scenarios && i < count; i++) {
		for (size_t k = 0; k < scenarios[i].factor_count; k++)
			free(scenarios[i].factors[k].measure);
		free(scenarios[i].factors);
		free(scenarios[i].id);
	}
	free(scenarios);
}

/* Steps a filled INSERT and makes it ready for the next row. */
static bool insert(struct database *database, sqlite3_stmt *statement, struct failure *failure)
{
	return database_once(database, statement, NULL, failure);
}

static void bind_wide(sqlite3_stmt *statement, int position, wide number)
{
	char text[ALLOCATION_TEXT_BYTES];
	sqlite3_bind_text(statement, position, allocation_text(number, text), -1, SQLITE_TRANSIENT);
}

static bool store_run(const struct run *run, const char *id, struct database *database, struct failure *failure)
{
	sqlite3_stmt *row = database_prepare(database, "INSERT INTO scenario_run(run, scenario, basis, position, schools,"
		" refused) VALUES(?, ?, ?, ?, ?, ?)", failure);
	if (!row)
		return false;
	bool provisional = strcmp(run->basis, "provisional") == 0;
	sqlite3_bind_text(row, 1, id, -1, SQLITE_STATIC);
	sqlite3_bind_text(row, 2, run->scenario->id, -1, SQLITE_STATIC);
	sqlite3_bind_text(row, 3, run->basis, -1, SQLITE_STATIC);
	sqlite3_bind_int64(row, 4, run->scenario->position * 2 + provisional);
	sqlite3_bind_int64(row, 5, (int64_t)run->schools.count);
	if (*run->reason)
		sqlite3_bind_text(row, 6, run->reason, -1, SQLITE_STATIC);
	bool done = insert(database, row, failure);
	sqlite3_finalize(row);
	return done;
}

static bool store_pools(const struct run *run, const char *id, struct database *database, struct failure *failure)
{
	sqlite3_stmt *row = database_prepare(database, "INSERT INTO factor_pool(run, factor, position, title, weight_ppm,"
		" quota_units, remainder, rank, extra, pool_fen, sum_x) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", failure);
	bool done = row != NULL;
	for (size_t k = 0; done && k < run->scenario->factor_count; k++) {
		const struct factor *factor = &run->scenario->factors[k];
		const struct share *pool = &run->pools[k];
		sqlite3_bind_text(row, 1, id, -1, SQLITE_STATIC);
		sqlite3_bind_text(row, 2, factor->measure, -1, SQLITE_STATIC);
		sqlite3_bind_int64(row, 3, factor->position);
		sqlite3_bind_text(row, 4, run->measures[k]->title, -1, SQLITE_STATIC);
		sqlite3_bind_int64(row, 5, factor->weight_ppm);
		sqlite3_bind_int64(row, 6, pool->quota);
		sqlite3_bind_int64(row, 7, (int64_t)pool->remainder);
		sqlite3_bind_int64(row, 8, pool->rank);
		sqlite3_bind_int64(row, 9, pool->extra);
		sqlite3_bind_int64(row, 10, allocation_received(pool) * run->scenario->unit_fen);
		bind_wide(row, 11, run->sums[k]);
		done = insert(database, row, failure);
	}
	sqlite3_finalize(row);
	return done;
}

static bool store_shares(const struct run *run, const char *id, struct database *database, struct failure *failure)
{
	sqlite3_stmt *row = database_prepare(database, "INSERT INTO allocation(run, factor, school_code, x, quota_units,"
		" remainder, rank, extra, amount_fen) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", failure);
	bool done = row != NULL;
	size_t schools = run->schools.count;
	for (size_t at = 0; done && at < run->scenario->factor_count * schools; at++) {
		const struct share *share = &run->shares[at];
		sqlite3_bind_text(row, 1, id, -1, SQLITE_STATIC);
		sqlite3_bind_text(row, 2, run->scenario->factors[at / schools].measure, -1, SQLITE_STATIC);
		sqlite3_bind_int64(row, 3, share->key);
		sqlite3_bind_int64(row, 4, share->x);
		sqlite3_bind_int64(row, 5, share->quota);
		bind_wide(row, 6, share->remainder);
		sqlite3_bind_int64(row, 7, share->rank);
		sqlite3_bind_int64(row, 8, share->extra);
		sqlite3_bind_int64(row, 9, allocation_received(share) * run->scenario->unit_fen);
		done = insert(database, row, failure);
	}
	sqlite3_finalize(row);
	return done;
}

static bool store_totals(const struct run *run, const char *id, struct database *database, struct failure *failure)
{
	static const char *const bounds[] = { [BOUND_NONE] = "", [BOUND_FLOOR] = "floor", [BOUND_CAP] = "cap" };
	sqlite3_stmt *row = database_prepare(database, "INSERT INTO allocation_total(run, school_code, uncapped_fen,"
		" adjusted_fen, bound, amount_fen) VALUES(?, ?, ?, ?, ?, ?)", failure);
	bool done = row != NULL;
	int64_t unit = run->scenario->unit_fen;
	for (size_t i = 0; done && i < run->schools.count; i++) {
		const struct bounded *total = &run->totals[i];
		sqlite3_bind_text(row, 1, id, -1, SQLITE_STATIC);
		sqlite3_bind_int64(row, 2, total->key);
		sqlite3_bind_int64(row, 3, total->uncapped * unit);
		sqlite3_bind_int64(row, 4, (total->amount - total->uncapped) * unit);
		sqlite3_bind_text(row, 5, bounds[total->bound], -1, SQLITE_STATIC);
		sqlite3_bind_int64(row, 6, total->amount * unit);
		done = insert(database, row, failure);
	}
	sqlite3_finalize(row);
	return done;
}

bool run_store(const struct run *run, struct database *database, struct failure *failure)
{
	bool provisional = strcmp(run->basis, "provisional") == 0;
	char *id = print_text(failure, "%s%s", run->scenario->id, provisional ? "-provisional" : "");
	bool done = id && store_run(run, id, database, failure);
	if (done && *run->reason == '\0')
		done = store_pools(run, id, database, failure) && store_shares(run, id, database, failure)
			&& store_totals(run, id, database, failure);
	free(id);
	return done;
}
