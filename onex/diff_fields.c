/* The fields in which the applications of two runs differ. */
#include <stdlib.h>
#include <string.h>

#include "onex/diff.h"

/* An application is known by its number; where several carry one, by their order. */
static const char tables[] =
	"CREATE TEMP TABLE pair(application_no TEXT, n INTEGER, before_id INTEGER, after_id INTEGER);"
	"INSERT INTO temp.pair"
	" SELECT application_no, n, max(iif(side = 1, id, NULL)), max(iif(side = 2, id, NULL)) FROM ("
	"  SELECT 1 AS side, application_no, id, row_number() OVER (PARTITION BY application_no ORDER BY id) AS n FROM main.application"
	"  UNION ALL"
	"  SELECT 2, application_no, id, row_number() OVER (PARTITION BY application_no ORDER BY id) FROM other.application)"
	" GROUP BY application_no, n;"
	"CREATE TEMP TABLE changed_field(change TEXT, application_no TEXT, n INTEGER, school_code TEXT, school_name TEXT,"
	" position INTEGER, field TEXT, before TEXT, after TEXT);"
	"INSERT INTO temp.changed_field"
	" SELECT iif(p.before_id IS NULL, '新增', '删除'), p.application_no, p.n, coalesce(a.school_code, b.school_code),"
	"        coalesce(a.school_name, b.school_name), 0, '', NULL, NULL"
	" FROM temp.pair p LEFT JOIN main.application_text b ON b.id = p.before_id"
	" LEFT JOIN other.application_text a ON a.id = p.after_id WHERE p.before_id IS NULL OR p.after_id IS NULL;";

/* The text of a field that could not be understood is the one that stood there. */
static const char raw[] =
	"SELECT w.text FROM %s.raw_text w JOIN %s.dataset d ON d.id = w.dataset AND d.name = 'application'"
	" JOIN %s.field f ON f.dataset = 'application' AND f.name = ?2 WHERE w.row_id = ?1 AND w.field = f.position";

struct comparison {
	struct database *database;
	sqlite3_stmt *rows, *raw[2], *add;
	int fields; /* columns of each side from FIRST on */
};
enum { APPLICATION_NO, ORDINAL, BEFORE_ID, AFTER_ID, HELD, SCHOOL_CODE, SCHOOL_NAME, FIRST };

static const char *text_of(struct comparison *c, int side, int field, bool *done, struct failure *failure)
{
	int column = FIRST + side * c->fields + field;
	const char *text = (const char *)sqlite3_column_text(c->rows, column);
	if (text || !sqlite3_column_int(c->rows, HELD))
		return text;
	bool row = false;
	sqlite3_reset(c->raw[side]);
	*done = sqlite3_bind_int64(c->raw[side], 1, sqlite3_column_int64(c->rows, BEFORE_ID + side)) == SQLITE_OK
		&& sqlite3_bind_text(c->raw[side], 2, sqlite3_column_name(c->rows, column), -1, SQLITE_STATIC) == SQLITE_OK
		&& database_step(c->database, c->raw[side], &row, failure);
	return row ? (const char *)sqlite3_column_text(c->raw[side], 0) : NULL;
}

static bool add(struct comparison *c, int field, const char *before, const char *after, struct failure *failure)
{
	bool row;
	sqlite3_reset(c->add);
	for (int i = 0; i < 2; i++)
		sqlite3_bind_value(c->add, 1 + i, sqlite3_column_value(c->rows, APPLICATION_NO + i));
	sqlite3_bind_value(c->add, 3, sqlite3_column_value(c->rows, SCHOOL_CODE));
	sqlite3_bind_value(c->add, 4, sqlite3_column_value(c->rows, SCHOOL_NAME));
	sqlite3_bind_text(c->add, 5, sqlite3_column_name(c->rows, FIRST + field), -1, SQLITE_STATIC);
	sqlite3_bind_text(c->add, 6, before, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(c->add, 7, after, -1, SQLITE_TRANSIENT);
	return database_step(c->database, c->add, &row, failure);
}

static bool compare_row(struct comparison *c, struct failure *failure)
{
	bool done = true;
	for (int i = 0; done && i < c->fields; i++) {
		const char *before = text_of(c, 0, i, &done, failure);
		const char *after = done ? text_of(c, 1, i, &done, failure) : NULL;
		bool same = before && after ? strcmp(before, after) == 0 : before == after;
		if (done && !same)
			done = add(c, i, before, after, failure);
	}
	return done;
}

/* The SELECT of both sides' fields, in the order of the schema. */
static char *rows_sql(struct database *database, int *fields, struct failure *failure)
{
	sqlite3_str *names[2] = { sqlite3_str_new(database->handle), sqlite3_str_new(database->handle) };
	sqlite3_stmt *statement = database_prepare(database,
		"SELECT b.name FROM main.field b JOIN other.field a ON a.dataset = b.dataset AND a.name = b.name"
		" WHERE b.dataset = 'application' ORDER BY b.position", failure);
	bool row = false;
	bool done = statement != NULL;
	*fields = 0;
	while (done && (done = database_step(database, statement, &row, failure)) && row) {
		for (int side = 0; side < 2; side++)
			sqlite3_str_appendf(names[side], ", %s.\"%w\"", side ? "a" : "b", (const char *)sqlite3_column_text(statement, 0));
		++*fields;
	}
	sqlite3_finalize(statement);
	char *before = sqlite3_str_finish(names[0]);
	char *after = sqlite3_str_finish(names[1]);
	char *sql = done && before && after ? print_text(failure,
		"SELECT p.application_no, p.n, p.before_id, p.after_id, x.unknown <> 0 OR y.unknown <> 0, a.school_code, a.school_name%s%s"
		" FROM temp.pair p JOIN main.application_text b ON b.id = p.before_id JOIN other.application_text a ON a.id = p.after_id"
		" JOIN main.application x ON x.id = p.before_id JOIN other.application y ON y.id = p.after_id", before, after) : NULL;
	sqlite3_free(before);
	sqlite3_free(after);
	return sql;
}

static sqlite3_stmt *prepare_raw(struct database *database, const char *side, struct failure *failure)
{
	char *sql = sqlite3_mprintf(raw, side, side, side);
	sqlite3_stmt *statement = sql ? database_prepare(database, sql, failure) : NULL;
	sqlite3_free(sql);
	return statement;
}

bool diff_fields(struct database *database, struct failure *failure)
{
	struct comparison c = { .database = database };
	bool done = database_run(database, tables, failure);
	char *sql = done ? rows_sql(database, &c.fields, failure) : NULL;
	c.rows = sql ? database_prepare(database, sql, failure) : NULL;
	c.raw[0] = c.rows ? prepare_raw(database, "main", failure) : NULL;
	c.raw[1] = c.raw[0] ? prepare_raw(database, "other", failure) : NULL;
	c.add = c.raw[1] ? database_prepare(database,
		"INSERT INTO temp.changed_field SELECT '修改', ?1, ?2, ?3, ?4, f.position, f.heading, ?6, ?7 FROM other.field f"
		" WHERE f.dataset = 'application' AND f.name = ?5", failure) : NULL;
	bool row = false;
	done = c.add != NULL;
	while (done && (done = database_step(database, c.rows, &row, failure)) && row)
		done = compare_row(&c, failure);
	sqlite3_finalize(c.rows);
	sqlite3_finalize(c.raw[0]);
	sqlite3_finalize(c.raw[1]);
	sqlite3_finalize(c.add);
	free(sql);
	return done && database_run(database, "CREATE INDEX temp.changed_field_of ON changed_field(application_no, n)", failure);
}
