#include "transform/count.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "transform/policy.h"

/* Names become part of statements: letters and underscores only. */
static bool has_plain_name(const struct policy *policy, struct failure *failure)
{
	if (*policy->id && policy->id[strspn(policy->id, "abcdefghijklmnopqrstuvwxyz_")] == '\0')
		return true;
	return fail(failure, STATUS_BATCH, tr("%s: not a table's name: %s", "%s：不是表名：%s"), policy->file, policy->id);
}

static bool run_with(struct database *database, const char *before, const struct policy *policy, const char *between,
	const char *after, struct failure *failure)
{
	char *sql = print_text(failure, "%s%s%s%s", before, policy->id, between, after);
	bool done = sql && database_run(database, sql, failure);
	free(sql);
	return done;
}

/* The SELECT is prepared in the cage first; inside CREATE … AS it can do no more. */
static bool make_view(struct database *database, const struct policy *policy, struct failure *failure)
{
	struct query query;
	if (!has_plain_name(policy, failure) || !query_open(&query, database, policy, NULL, failure))
		return false;
	query_close(&query);
	return run_with(database, "DROP VIEW IF EXISTS main.", policy, "", "", failure)
		&& run_with(database, "CREATE VIEW main.", policy, " AS\n", policy->sql, failure)
		&& run_with(database, "CREATE TEMP TABLE ", policy, " AS\n", policy->sql, failure);
}

bool views_make(struct database *database, const char *home, struct failure *failure)
{
	struct policies views;
	bool done = policies_read(&views, home, "views", "view", failure);
	for (size_t i = 0; done && i < views.count; i++)
		done = make_view(database, &views.items[i], failure);
	policies_free(&views);
	return done;
}

/* INSERT INTO count(a, b, …) VALUES(?, ?, …) for the columns of the SELECT. */
static sqlite3_stmt *prepare_insert(struct query *query, struct failure *failure)
{
	int columns = sqlite3_column_count(query->statement);
	sqlite3_str *sql = sqlite3_str_new(NULL);
	sqlite3_str_appendf(sql, "INSERT INTO main.%s(", query->policy->id);
	for (int i = 0; i < columns; i++)
		sqlite3_str_appendf(sql, "%s\"%w\"", i ? ", " : "", sqlite3_column_name(query->statement, i));
	sqlite3_str_appendall(sql, ") VALUES(");
	for (int i = 0; i < columns; i++)
		sqlite3_str_appendall(sql, i ? ", ?" : "?");
	sqlite3_str_appendall(sql, ")");
	char *text = sqlite3_str_finish(sql);
	if (!text) {
		fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
		return NULL;
	}
	sqlite3_stmt *insert = database_prepare(query->database, text, failure);
	if (!insert)
		fail_within(failure, query->policy->file);
	sqlite3_free(text);
	return insert;
}

static bool insert_row(struct query *query, sqlite3_stmt *insert, struct failure *failure)
{
	for (int i = 0; i < sqlite3_column_count(query->statement); i++)
		if (sqlite3_bind_value(insert, i + 1, sqlite3_column_value(query->statement, i)) != SQLITE_OK)
			return database_failed(query->database, sqlite3_sql(insert), failure);
	bool row;
	bool done = database_step(query->database, insert, &row, failure);
	sqlite3_reset(insert);
	return done;
}

static bool make_count(struct database *database, const struct policy *policy, struct failure *failure)
{
	struct query query;
	if (!has_plain_name(policy, failure) || !query_open(&query, database, policy, NULL, failure))
		return false;
	sqlite3_stmt *insert = NULL;
	bool row = true;
	bool done = run_with(database, "DELETE FROM main.", policy, "", "", failure)
		&& (insert = prepare_insert(&query, failure)) != NULL;
	while (done && (done = query_step(&query, &row, failure)) && row)
		done = insert_row(&query, insert, failure);
	sqlite3_finalize(insert);
	query_close(&query);
	return done;
}

bool counts_make(struct database *database, const char *home, struct failure *failure)
{
	struct policies counts;
	bool done = policies_read(&counts, home, "counts", "count", failure);
	for (size_t i = 0; done && i < counts.count; i++)
		done = make_count(database, &counts.items[i], failure);
	policies_free(&counts);
	return done;
}
