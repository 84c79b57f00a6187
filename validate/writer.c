#include "validate/writer.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/layout.h"
#include "validate/column_table.h"
#include "validate/judge.h"

enum { SQL_FILE_LIMIT = 1 << 20 };

bool writer_clear(struct database *database, struct failure *failure)
{
	return database_run(database, "DROP INDEX IF EXISTS finding_by_application; DELETE FROM rule; DELETE FROM finding;"
		" DELETE FROM outcome", failure);
}

bool writer_index(struct database *database, struct failure *failure)
{
	return database_run(database, "CREATE INDEX finding_by_application ON finding(application_no)"
		" WHERE application_no IS NOT NULL", failure);
}

static char *read_file(const char *home, const char *name, struct failure *failure)
{
	char *folder = layout_join(failure, home, "validate");
	char *path = folder ? layout_join(failure, folder, name) : NULL;
	char *sql = path ? layout_read(failure, path, SQL_FILE_LIMIT, NULL) : NULL;
	free(folder);
	free(path);
	return sql;
}

bool writer_run_file(struct database *database, const char *home, const char *name, struct failure *failure)
{
	return writer_run_by_column(database, NULL, home, name, failure);
}

/* Shows the table if the statement then goes through it and does nothing else with it. */
static bool show_if_fit(struct column_table *table, struct database *database, const char *sql, struct failure *failure)
{
	if (!column_table_show(table, true, failure))
		return false;
	sqlite3_stmt *statement = database_prepare(database, sql, failure);
	sqlite3_finalize(statement);
	return statement && (column_table_fits(table) || column_table_show(table, false, failure));
}

bool writer_run_by_column(struct database *database, const struct columns *columns, const char *home, const char *name,
	struct failure *failure)
{
	char *sql = read_file(home, name, failure);
	struct column_table *table = sql && columns ? column_table_open(database, columns, failure) : NULL;
	struct span span;
	profile_begin(database->profile, &span);
	bool done = sql && (!columns || (table && show_if_fit(table, database, sql, failure)))
		&& (database_run(database, sql, failure) || fail_within(failure, name));
	profile_end(database->profile, &span, "sql", name, 0, 0);
	column_table_close(table);
	free(sql);
	return done;
}

/* One statement per rule of ingest: the severity hangs on the dataset. */
bool writer_ingest_findings(struct database *database, struct catalogue *catalogue, char kind,
	struct failure *failure)
{
	static const char sql[] =
		"INSERT INTO finding(rule, rule_case, severity, clause, dataset, row_id, record_key, application_no,"
		" school_code, source, row, place, raw, understood, allowed, message, settled, weight)"
		" SELECT rule, '', CASE dataset WHEN 'application' THEN ?2 ELSE ?3 END, '', dataset, row_id, record_key,"
		" application_no, school_code, source, row, place, raw, understood, allowed, message, 0,"
		" CASE dataset WHEN 'application' THEN ?2 ELSE ?3 END"
		" FROM ingest_finding WHERE rule = ?1 ORDER BY dataset, record_key, source, row, place, id";
	sqlite3_stmt *insert = database_prepare(database, sql, failure);
	bool done = insert != NULL;
	for (int i = 0; done && i < INGEST_RULES; i++) {
		struct ingest_rule *rule = &catalogue->ingest[i];
		bool row;
		if (rule->id[0] != kind)
			continue;
		sqlite3_bind_text(insert, 1, rule->id, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 2, severity_name(rule->in_applications), -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 3, severity_name(rule->elsewhere), -1, SQLITE_STATIC);
		done = database_step(database, insert, &row, failure);
		rule->fired = sqlite3_changes64(database->handle);
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
	return done;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	if (text)
		sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, at);
}

static void bind_number(sqlite3_stmt *statement, int at, int64_t number)
{
	if (number)
		sqlite3_bind_int64(statement, at, number);
	else
		sqlite3_bind_null(statement, at);
}

struct inserting {
	struct database *database;
	sqlite3_stmt *insert;
	const struct rule *rule;
};

static bool insert_finding(void *context, struct rule_case *of, const struct finding *finding, struct failure *failure)
{
	const struct inserting *inserting = context;
	sqlite3_stmt *insert = inserting->insert;
	char name[2] = { of->name, '\0' };
	bind_text(insert, 1, inserting->rule->id);
	bind_text(insert, 2, name);
	bind_text(insert, 3, severity_name(of->severity));
	bind_text(insert, 4, inserting->rule->clause);
	bind_text(insert, 5, finding->dataset);
	bind_number(insert, 6, finding->row_id);
	bind_text(insert, 7, finding->record_key);
	bind_text(insert, 8, finding->application_no);
	bind_text(insert, 9, finding->school_code);
	bind_number(insert, 10, finding->source);
	bind_number(insert, 11, finding->row);
	bind_text(insert, 12, finding->place);
	bind_text(insert, 13, finding->raw);
	bind_text(insert, 14, finding->understood);
	bind_text(insert, 15, finding->allowed);
	bind_text(insert, 16, finding->message);
	bool done = database_once(inserting->database, insert, NULL, failure);
	of->fired += done;
	return done;
}

bool writer_findings(struct database *database, struct rule *rule, const struct spool_batch *findings,
	struct failure *failure)
{
	static const char sql[] =
		"INSERT INTO finding(rule, rule_case, severity, clause, dataset, row_id, record_key, application_no,"
		" school_code, source, row, place, raw, understood, allowed, message, settled, weight)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 0, ?3)";
	for (int i = 0; i < rule->case_count; i++)
		rule->cases[i].fired = 0;
	if (!findings->count)
		return true;
	sqlite3_stmt *insert = database_prepare(database, sql, failure);
	struct inserting inserting = { database, insert, rule };
	bool done = insert && finding_each(findings, rule, insert_finding, &inserting, failure);
	sqlite3_finalize(insert);
	return done;
}

static const char insert_rule[] =
	"INSERT INTO rule(rule, rule_case, title, clause, sentence, subject, severity, default_severity, sha256,"
	" checked, fired) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static bool write_case(struct database *database, sqlite3_stmt *insert, const struct rule *rule,
	const struct rule_case *of, struct failure *failure)
{
	char name[2] = { of->name, '\0' };
	bind_text(insert, 1, rule->id);
	bind_text(insert, 2, name);
	bind_text(insert, 3, rule->title);
	bind_text(insert, 4, rule->clause);
	bind_text(insert, 5, rule->sentence);
	bind_text(insert, 6, rule->subject);
	bind_text(insert, 7, severity_name(of->severity));
	bind_text(insert, 8, severity_name(of->original));
	bind_text(insert, 9, rule->sha256);
	sqlite3_bind_int64(insert, 10, rule->checked);
	sqlite3_bind_int64(insert, 11, of->fired);
	return database_once(database, insert, NULL, failure);
}

/* Field and source findings stand in the catalogue too, with the severity that they
 * have in applications. */
static bool write_ingest_rule(struct database *database, const struct ingest_rule *rule, struct failure *failure)
{
	static const char sql[] =
		"INSERT INTO rule(rule, rule_case, title, clause, sentence, subject, severity, default_severity, sha256,"
		" checked, fired) VALUES(?1, '', ?2, '', '', '', ?3, ?4, NULL, NULL, ?5)";
	sqlite3_stmt *insert = database_prepare(database, sql, failure);
	bool row;
	if (!insert)
		return false;
	bind_text(insert, 1, rule->id);
	bind_text(insert, 2, rule->title);
	bind_text(insert, 3, severity_name(rule->in_applications));
	bind_text(insert, 4, severity_name(rule->original));
	sqlite3_bind_int64(insert, 5, rule->fired);
	bool done = database_step(database, insert, &row, failure);
	sqlite3_finalize(insert);
	return done;
}

bool writer_rules(struct database *database, const struct catalogue *catalogue, struct failure *failure)
{
	sqlite3_stmt *insert = database_prepare(database, insert_rule, failure);
	bool done = insert != NULL;
	for (int i = 0; done && i < INGEST_RULES; i++)
		done = write_ingest_rule(database, &catalogue->ingest[i], failure);
	for (int i = 0; done && i < catalogue->count; i++)
		for (int k = 0; done && k < catalogue->rules[i]->case_count; k++)
			done = write_case(database, insert, catalogue->rules[i], &catalogue->rules[i]->cases[k], failure);
	sqlite3_finalize(insert);
	return done;
}
