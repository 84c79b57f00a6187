/* The first differing value of two batch.db: table by table, row by row. */
#include <stdio.h>
#include <string.h>

#include "common/database.h"
#include "onex/difference.h"

static void put_value(char field[DIFFERENCE_TEXT], sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	difference_put(field, text ? text : "NULL", text ? (size_t)sqlite3_column_bytes(statement, column) : 4);
}

static bool same_value(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
	int kind = sqlite3_column_type(a, column);
	if (kind != sqlite3_column_type(b, column))
		return false;
	if (kind == SQLITE_INTEGER)
		return sqlite3_column_int64(a, column) == sqlite3_column_int64(b, column);
	int size = sqlite3_column_bytes(a, column);
	if (size != sqlite3_column_bytes(b, column))
		return false;
	return size == 0 || memcmp(sqlite3_column_blob(a, column), sqlite3_column_blob(b, column), (size_t)size) == 0;
}

/* Rows in the order in which the table keeps them, which the writers fixed. */
static bool compare_rows(struct database *a, struct database *b, sqlite3_stmt *left, sqlite3_stmt *right,
	const char *table, struct difference *difference, struct failure *failure)
{
	for (long row = 1;; row++) {
		bool more_left, more_right;
		if (!database_step(a, left, &more_left, failure) || !database_step(b, right, &more_right, failure))
			return false;
		if (!more_left && !more_right)
			return true;
		if (more_left != more_right) {
			snprintf(difference->place, DIFFERENCE_TEXT, "%s #%ld", table, row);
			snprintf(difference->left, DIFFERENCE_TEXT, "%s", more_left ? tr("there", "存在") : tr("missing", "缺失"));
			snprintf(difference->right, DIFFERENCE_TEXT, "%s", more_right ? tr("there", "存在") : tr("missing", "缺失"));
			return true;
		}
		int columns = sqlite3_column_count(left);
		for (int i = 0; i < columns; i++) {
			if (same_value(left, right, i))
				continue;
			snprintf(difference->place, DIFFERENCE_TEXT, "%s.%s #%ld", table, sqlite3_column_name(left, i), row);
			put_value(difference->left, left, i);
			put_value(difference->right, right, i);
			return true;
		}
	}
}

static bool compare_table(struct database *a, struct database *b, const char *table, struct difference *difference,
	struct failure *failure)
{
	char sql[512];
	sqlite3_snprintf(sizeof sql, sql, "SELECT * FROM \"%w\"", table);
	sqlite3_stmt *left = database_prepare(a, sql, failure);
	sqlite3_stmt *right = left ? database_prepare(b, sql, failure) : NULL;
	bool done = right != NULL;
	if (done && sqlite3_column_count(left) != sqlite3_column_count(right))
		snprintf(difference->place, DIFFERENCE_TEXT, "%s", table);
	else if (done)
		done = compare_rows(a, b, left, right, table, difference, failure);
	sqlite3_finalize(left);
	sqlite3_finalize(right);
	return done;
}

bool difference_database(const char *left, const char *right, struct difference *difference, struct failure *failure)
{
	struct database *a = database_open(left, DATABASE_READ, failure);
	struct database *b = a ? database_open(right, DATABASE_READ, failure) : NULL;
	sqlite3_stmt *tables = b ? database_prepare(a,
		"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY rootpage",
		failure) : NULL;
	bool row = false;
	bool done = tables != NULL;
	while (done && !difference->place[0] && (done = database_step(a, tables, &row, failure)) && row)
		done = compare_table(a, b, (const char *)sqlite3_column_text(tables, 0), difference, failure);
	sqlite3_finalize(tables);
	struct failure ignored;
	database_close(a, &ignored);
	database_close(b, &ignored);
	return done;
}
