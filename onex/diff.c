#include "onex/diff.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/layout.h"

enum { BUDGET = 4000000 }; /* thousand steps: minutes, for a national batch */

const char *diff_text(const struct diff_column *column, sqlite3_stmt *statement, int index, char room[64])
{
	if (sqlite3_column_type(statement, index) == SQLITE_NULL)
		return "";
	if (column->form != DIFF_YUAN) {
		const char *text = (const char *)sqlite3_column_text(statement, index);
		return text ? text : "";
	}
	int64_t fen = sqlite3_column_int64(statement, index);
	uint64_t size = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
	snprintf(room, 64, "%s%" PRIu64 ".%02u", fen < 0 ? "-" : "", size / 100, (unsigned)(size % 100));
	return room;
}

/* The SELECT runs in the cage; what it gives is put into a temporary table outside. */
static sqlite3_stmt *prepare_caged(struct database *database, const struct diff_section *section, struct failure *failure)
{
	database_cage(database, section->name, NULL, BUDGET);
	sqlite3_stmt *statement = database_prepare(database, section->sql, failure);
	database_uncage(database);
	return statement;
}

static bool step_caged(struct database *database, const struct diff_section *section, sqlite3_stmt *statement, bool *row,
	struct failure *failure)
{
	sqlite3_int64 budget = database->budget;
	database_cage(database, section->name, NULL, budget);
	bool done = database_step(database, statement, row, failure);
	database_uncage(database);
	return done;
}

/* CREATE TEMP TABLE and the INSERT for the columns of `statement`. */
static sqlite3_stmt *make_table(struct database *database, const struct diff_section *section, sqlite3_stmt *statement,
	struct failure *failure)
{
	sqlite3_str *columns = sqlite3_str_new(database->handle);
	sqlite3_str *places = sqlite3_str_new(database->handle);
	for (int i = 0; i < sqlite3_column_count(statement); i++) {
		sqlite3_str_appendf(columns, "%s\"%w\"", i ? ", " : "", sqlite3_column_name(statement, i));
		sqlite3_str_appendall(places, i ? ", ?" : "?");
	}
	char *names = sqlite3_str_finish(columns);
	char *marks = sqlite3_str_finish(places);
	char *create = sqlite3_mprintf("CREATE TEMP TABLE \"%w\"(%s)", section->table, names);
	char *insert = sqlite3_mprintf("INSERT INTO temp.\"%w\" VALUES(%s)", section->table, marks);
	bool done = names && marks && create && insert;
	if (!done)
		fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	sqlite3_stmt *add = done && database_run(database, create, failure) ? database_prepare(database, insert, failure) : NULL;
	sqlite3_free(names);
	sqlite3_free(marks);
	sqlite3_free(create);
	sqlite3_free(insert);
	return add;
}

static bool index_table(struct database *database, const struct diff_section *section, struct failure *failure)
{
	if (!section->index)
		return true;
	char *sql = sqlite3_mprintf("CREATE INDEX temp.\"%w_of\" ON \"%w\"(\"%w\")", section->table, section->table, section->index);
	bool done = sql ? database_run(database, sql, failure) : fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	sqlite3_free(sql);
	return done;
}

static bool fill_table(struct database *database, const struct diff_section *section, struct failure *failure)
{
	sqlite3_stmt *statement = prepare_caged(database, section, failure);
	sqlite3_stmt *add = statement ? make_table(database, section, statement, failure) : NULL;
	bool row = false;
	bool done = add != NULL;
	database->budget = BUDGET;
	while (done && (done = step_caged(database, section, statement, &row, failure)) && row) {
		bool none;
		sqlite3_reset(add);
		for (int i = 0; i < sqlite3_column_count(statement); i++)
			sqlite3_bind_value(add, i + 1, sqlite3_column_value(statement, i));
		done = database_step(database, add, &none, failure);
	}
	sqlite3_finalize(statement);
	sqlite3_finalize(add);
	return done && index_table(database, section, failure);
}

static bool tell(struct database *database, const struct diff_section *section, const struct diff_sink *sinks, int sink_count,
	long *changes, struct failure *failure)
{
	sqlite3_stmt *statement = prepare_caged(database, section, failure);
	bool done = statement != NULL;
	bool row = false;
	long rows = 0;
	if (done && sqlite3_column_count(statement) != section->column_count)
		done = fail(failure, STATUS_BATCH, tr("%s: the SELECT has another number of columns than headings", "%s：SELECT 的列数与列名数不同"),
			section->name);
	for (int i = 0; done && i < sink_count; i++)
		done = sinks[i].begin(sinks[i].context, section, statement, failure);
	database->budget = BUDGET;
	for (; done && (done = step_caged(database, section, statement, &row, failure)) && row; rows++)
		for (int i = 0; done && i < sink_count; i++)
			done = sinks[i].row(sinks[i].context, section, statement, failure);
	for (int i = 0; done && i < sink_count; i++)
		done = sinks[i].end(sinks[i].context, section, rows, failure);
	sqlite3_finalize(statement);
	if (!section->shows_all)
		*changes += rows;
	return done;
}

static bool run_sections(struct database *database, const struct diff_sink *sinks, int sink_count, long *changes,
	struct failure *failure)
{
	struct layout_names names = { 0 };
	char *home = layout_home(failure);
	char *folder = home ? layout_join(failure, home, "onex/diff") : NULL;
	bool done = folder && layout_names(&names, folder, ".sql", failure);
	for (unsigned long i = 0; done && i < names.count; i++) {
		struct diff_section *section = diff_section_read(home, names.names[i], failure);
		done = section && (section->table ? fill_table(database, section, failure)
						  : tell(database, section, sinks, sink_count, changes, failure));
		diff_section_free(section);
	}
	layout_names_free(&names);
	free(folder);
	free(home);
	return done;
}

bool diff_outs(const char *before, const char *after, const struct diff_sink *sinks, int sink_count, long *changes,
	struct failure *failure)
{
	char *left = layout_join(failure, before, "batch.db");
	char *right = left ? layout_join(failure, after, "batch.db") : NULL;
	struct database *database = right ? database_open_pair(left, right, failure) : NULL;
	*changes = 0;
	bool done = database && diff_fields(database, failure) && run_sections(database, sinks, sink_count, changes, failure);
	struct failure ignored;
	database_close(database, &ignored);
	free(left);
	free(right);
	return done;
}
