#include "transform/count.h"

#include <stdlib.h>

#include "transform/policy.h"

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
	return database_once(query->database, insert, NULL, failure);
}

static bool make_count(struct database *database, const struct policy *policy, struct failure *failure)
{
	struct query query;
	if (!policy_has_plain_name(policy, failure) || !query_open(&query, database, policy, NULL, failure))
		return false;
	sqlite3_stmt *insert = NULL;
	bool row = true;
	char *clear = print_text(failure, "DELETE FROM main.%s", policy->id);
	bool done = clear && database_run(database, clear, failure)
		&& (insert = prepare_insert(&query, failure)) != NULL;
	while (done && (done = query_step(&query, &row, failure)) && row)
		done = insert_row(&query, insert, failure);
	sqlite3_finalize(insert);
	query_close(&query);
	free(clear);
	return done;
}

static bool time_count(struct database *database, const struct policy *policy, struct failure *failure)
{
	struct span span;
	profile_begin(database->profile, &span);
	bool done = make_count(database, policy, failure);
	profile_end(database->profile, &span, "count", policy->id, 0, 0);
	return done;
}

bool counts_make(struct database *database, const char *home, struct failure *failure)
{
	struct policies counts;
	bool done = policies_read(&counts, home, "counts", "count", failure);
	for (size_t i = 0; done && i < counts.count; i++)
		done = time_count(database, &counts.items[i], failure);
	policies_free(&counts);
	return done;
}
