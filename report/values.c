#include "report/values.h"

#include <stdlib.h>
#include <string.h>

/* Thousands of steps of SQLite's machine that one SELECT may take: hours, so that
 * only one that never ends is stopped. */
static const sqlite3_int64 SQL_BUDGET = 400000000;

bool values_set(struct values *values, const char *name, const char *text, struct failure *failure)
{
	size_t room = (size_t)values->count + 1;
	char **names = resize(failure, values->names, room, sizeof *names);
	if (!names)
		return false;
	values->names = names;
	char **texts = resize(failure, values->texts, room, sizeof *texts);
	if (!texts)
		return false;
	values->texts = texts;
	names[values->count] = copy_text(failure, name);
	texts[values->count] = copy_text(failure, text);
	values->count++;
	return names[values->count - 1] && texts[values->count - 1];
}

bool values_set_row(struct values *values, sqlite3_stmt *statement, struct failure *failure)
{
	for (int i = 0; i < sqlite3_column_count(statement); i++) {
		const unsigned char *text = sqlite3_column_text(statement, i);
		if (!values_set(values, sqlite3_column_name(statement, i), text ? (const char *)text : "", failure))
			return false;
	}
	return true;
}

const char *values_get(const struct values *values, const char *name)
{
	for (; values; values = values->around)
		for (int i = 0; i < values->count; i++)
			if (strcmp(values->names[i], name) == 0)
				return values->texts[i];
	return NULL;
}

void values_free(struct values *values)
{
	for (int i = 0; i < values->count; i++) {
		free(values->names[i]);
		free(values->texts[i]);
	}
	free(values->names);
	free(values->texts);
	*values = (struct values){ 0 };
}

char *values_expand(const struct values *values, const char *template, struct failure *failure)
{
	struct buffer text = { 0 };
	buffer_empty(&text);
	for (const char *at = template; *at;) {
		size_t plain = strcspn(at, "{");
		buffer_add(&text, at, plain);
		at += plain;
		if (!*at)
			break;
		size_t length = strcspn(++at, "}");
		char *name = strndup(at, length);
		const char *value = name ? values_get(values, name) : NULL;
		if (!value) {
			fail(failure, STATUS_BATCH, tr("no value {%s} for: %s", "没有 {%s} 的值：%s"), name ? name : "", template);
			free(name);
			buffer_free(&text);
			return NULL;
		}
		buffer_clean(&text, value, strlen(value));
		free(name);
		at += length + (at[length] == '}');
	}
	if (!buffer_sound(&text, failure))
		buffer_free(&text);
	return text.bytes;
}

sqlite3_stmt *values_prepare(const struct values *values, struct database *database, const char *name,
	const char *sql, struct failure *failure)
{
	database_cage(database, name, NULL, SQL_BUDGET);
	sqlite3_stmt *statement = database_prepare(database, sql, failure);
	if (!statement)
		return NULL;
	for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++) {
		const char *parameter = sqlite3_bind_parameter_name(statement, i);
		const char *value = parameter ? values_get(values, parameter + 1) : NULL;
		if (!value) {
			fail(failure, STATUS_BATCH, tr("%s: no value for parameter %s", "%s：没有参数 %s 的值"), name,
				parameter ? parameter : "?");
			sqlite3_finalize(statement);
			return NULL;
		}
		sqlite3_bind_text(statement, i, value, -1, SQLITE_TRANSIENT);
	}
	return statement;
}
