#include "transform/crosscheck.h"

#include <stdio.h>
#include <string.h>

#include "transform/policy.h"

struct checks {
	sqlite3_stmt *insert;
	int position;
	int differing;
	char *first;
};

static const char *text_of(sqlite3_stmt *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement, column);
	return text ? (const char *)text : "";
}

/* Columns: title, left_name, left_value, right_name, right_value. */
static bool keep(struct checks *checks, struct query *query, struct failure *failure)
{
	sqlite3_stmt *row = query->statement;
	bool bound = sqlite3_bind_int(checks->insert, 1, ++checks->position) == SQLITE_OK;
	for (int i = 0; bound && i < 5; i++)
		bound = sqlite3_bind_value(checks->insert, i + 2, sqlite3_column_value(row, i)) == SQLITE_OK;
	if (!bound)
		return database_failed(query->database, sqlite3_sql(checks->insert), failure);
	bool agree = sqlite3_column_type(row, 2) == SQLITE_INTEGER && sqlite3_column_type(row, 4) == SQLITE_INTEGER
		&& sqlite3_column_int64(row, 2) == sqlite3_column_int64(row, 4);
	if (!agree && checks->differing++ == 0)
		snprintf(checks->first, CROSSCHECK_TEXT_BYTES, "%s: %s %s, %s %s", text_of(row, 0), text_of(row, 1),
			text_of(row, 2), text_of(row, 3), text_of(row, 4));
	return database_once(query->database, checks->insert, NULL, failure);
}

static bool make_check(struct database *database, const struct policy *policy, struct checks *checks,
	struct failure *failure)
{
	struct query query;
	if (!query_open(&query, database, policy, NULL, failure))
		return false;
	bool row = true;
	bool done = sqlite3_column_count(query.statement) == 5
		|| fail(failure, STATUS_BATCH, tr("%s: a check has five columns", "%s：对账须有五列"), policy->file);
	while (done && (done = query_step(&query, &row, failure)) && row)
		done = keep(checks, &query, failure);
	query_close(&query);
	return done;
}

bool crosschecks_make(struct database *database, const char *home, int *differing,
	char first[CROSSCHECK_TEXT_BYTES], struct failure *failure)
{
	struct policies policies = { 0 };
	struct checks checks = { .first = first };
	first[0] = '\0';
	bool done = database_run(database, "DELETE FROM crosscheck", failure)
		&& policies_read(&policies, home, "checks", "check", failure);
	checks.insert = done ? database_prepare(database, "INSERT INTO crosscheck(position, title, left_name, left_value,"
		" right_name, right_value) VALUES(?, ?, ?, ?, ?, ?)", failure) : NULL;
	done = checks.insert != NULL;
	for (size_t i = 0; done && i < policies.count; i++)
		done = make_check(database, &policies.items[i], &checks, failure);
	sqlite3_finalize(checks.insert);
	policies_free(&policies);
	*differing = checks.differing;
	return done;
}
