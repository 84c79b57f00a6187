#include "onex/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(sqlite3_stmt *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

static bool bind(sqlite3_stmt *statement, int place, const char *text)
{
	return place > sqlite3_bind_parameter_count(statement)
		|| sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT) == SQLITE_OK;
}

bool trace_rows(struct database *database, struct node *parent, const char *sql, const char *first, const char *second,
	struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database, sql, failure);
	bool row = false;
	bool done = statement && ((bind(statement, 1, first) && bind(statement, 2, second)) || database_failed(database, sql, failure));
	int columns = statement ? sqlite3_column_count(statement) : 0;
	while (done && (done = database_step(database, statement, &row, failure)) && row) {
		struct node *node = tree_add(parent, text_of(statement, 0), text_of(statement, 1),
			columns > 2 ? text_of(statement, 2) : NULL, columns > 3 ? text_of(statement, 3) : NULL, failure);
		done = node != NULL;
		if (done && columns > 6 && text_of(statement, 4))
			done = trace_row(database, node, text_of(statement, 4), sqlite3_column_int64(statement, 5),
				text_of(statement, 6), failure);
	}
	sqlite3_finalize(statement);
	return done;
}

static bool is_wanted(const char *fields, const char *name)
{
	size_t length = strlen(name);
	if (!fields || !*fields)
		return true;
	for (const char *at = fields; (at = strstr(at, name)) != NULL; at += length)
		if ((at == fields || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

/* The value of one field as the view <dataset>_text tells it. */
static bool add_field(struct database *database, struct node *parent, const char *dataset, sqlite3_int64 id,
	const char *name, struct failure *failure)
{
	char *sql = sqlite3_mprintf(
		"SELECT f.heading, t.\"%w\", s.file || CASE s.sheet WHEN '' THEN '' ELSE ' ' || s.sheet END || ' '"
		" || CASE WHEN s.form = 'xml' THEN '第 ' || t.row || ' 行 ' || coalesce(c.place, '')"
		"         ELSE coalesce(c.place, '') || t.row END, w.text"
		" FROM \"%w_text\" t JOIN source s ON s.id = t.source"
		" JOIN field f ON f.dataset = %Q AND f.name = %Q"
		" LEFT JOIN source_column c ON c.source = s.id AND c.field = f.name AND c.variant = 0"
		" LEFT JOIN raw_text w ON w.dataset = (SELECT id FROM dataset WHERE name = %Q) AND w.row_id = t.id AND w.field = f.position"
		" WHERE t.id = %lld AND (t.\"%w\" IS NOT NULL OR w.text IS NOT NULL)",
		name, dataset, dataset, name, dataset, id, name);
	bool done = sql ? trace_rows(database, parent, sql, NULL, NULL, failure)
			: fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	sqlite3_free(sql);
	return done;
}

bool trace_row(struct database *database, struct node *parent, const char *dataset, sqlite3_int64 id,
	const char *fields, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database, "SELECT name FROM field WHERE dataset = ? ORDER BY position", failure);
	bool row = false;
	bool done = statement && (bind(statement, 1, dataset) || database_failed(database, "field", failure));
	while (done && (done = database_step(database, statement, &row, failure)) && row)
		if (is_wanted(fields, text_of(statement, 0)))
			done = add_field(database, parent, dataset, id, text_of(statement, 0), failure);
	sqlite3_finalize(statement);
	return done;
}

static const struct form {
	const char *prefix;
	struct node *(*trace)(struct database *database, const char *rest, struct failure *failure);
} forms[] = {
	{ "finding/", trace_finding },
	{ "application/", trace_application },
	{ "school/", trace_school },
	{ "certificate/", trace_certificate },
	{ "allocation/", trace_allocation },
	{ "cell/", trace_cell },
};

/* A root without anything below it is a key that nothing has. */
static struct node *not_bare(struct node *root, const char *figure, struct failure *failure)
{
	if (!root || root->first)
		return root;
	tree_free(root);
	fail(failure, STATUS_UNMET, tr("there is nothing under %s", "没有找到 %s"), figure);
	return NULL;
}

struct node *trace_figure(struct database *database, const char *figure, struct failure *failure)
{
	bool known;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		size_t length = strlen(forms[i].prefix);
		if (strncmp(figure, forms[i].prefix, length) == 0)
			return not_bare(forms[i].trace(database, figure + length, failure), figure, failure);
	}
	struct node *root = trace_group(database, figure, &known, failure);
	if (known)
		return not_bare(root, figure, failure);
	fail(failure, STATUS_USAGE, tr("%s is no figure that can be traced; see `onex trace --help`", "%s 不是可追溯的数字，请看 onex trace --help"),
		figure);
	return NULL;
}
