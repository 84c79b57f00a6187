#include "transform/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/layout.h"

enum { FILE_LIMIT = 1 << 20 };

/* Thousands of steps of SQLite's machine that one file may take: far above what
 * ten million records need, and an end for what would never end. */
static const sqlite3_int64 budget = 20000000;

/* One header line or continuation: the text after "-- ", without the line end. */
struct line {
	const char *text;
	size_t length;
};

static bool next_line(const char **at, struct line *line)
{
	if (strncmp(*at, "--", 2) != 0)
		return false;
	size_t length = strcspn(*at, "\n");
	*line = (struct line){ *at + 2, length - 2 };
	*at += length + ((*at)[length] == '\n');
	return true;
}

static bool is_continuation(struct line line)
{
	return line.length > 3 && strncmp(line.text, "   ", 3) == 0;
}

static char *append(char *value, struct line line, struct failure *failure)
{
	char *longer = print_text(failure, "%s%.*s", value, (int)line.length, line.text);
	free(value);
	return longer;
}

/* Where the value of `key` goes; NULL for an unknown key. A value that only
 * readers need is checked and let go. */
static char **place_of(struct policy *policy, const char *kind, const char *key, size_t length, char **unkept)
{
	const struct {
		const char *key;
		char **place;
	} places[] = {
		{ kind, &policy->id }, { "title", &policy->title }, { "reads", &policy->reads },
		{ "after", &policy->after }, { "kept", &policy->kept }, { "scan", &policy->scan }, { "needs", &policy->needs }, { "unit", unkept }, { "basis", unkept },
	};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (strlen(places[i].key) == length && strncmp(places[i].key, key, length) == 0)
			return places[i].place;
	return NULL;
}

static bool read_key(struct policy *policy, const char *kind, struct line line, const char **at,
	struct failure *failure)
{
	const char *colon = memchr(line.text, ':', line.length);
	size_t length = colon ? (size_t)(colon - line.text) : line.length;
	char *unkept = NULL;
	char **place = colon && length > 1 ? place_of(policy, kind, line.text + 1, length - 1, &unkept) : NULL;
	if (!place || *place)
		return fail(failure, STATUS_BATCH, tr("%s: header line not understood: %.*s", "%s：文件头这一行无法识别：%.*s"),
			policy->file, (int)line.length, line.text);
	line.length -= length + 1;
	line.text = colon + 1;
	while (line.length > 0 && *line.text == ' ')
		line.text++, line.length--;
	char *value = append(copy_text(failure, ""), line, failure);
	const char *next = *at;
	while (value && next_line(&next, &line) && is_continuation(line)) {
		line.text += 3;
		line.length -= 3;
		value = append(value, line, failure);
		*at = next;
	}
	*place = value;
	bool done = value != NULL;
	free(unkept);
	return done;
}

/* The header ends at the first line that is a bare "--" or no comment. */
static bool read_header(struct policy *policy, const char *kind, struct failure *failure)
{
	const char *at = policy->sql;
	struct line line;
	while (next_line(&at, &line) && line.length > 0)
		if (!read_key(policy, kind, line, &at, failure))
			return false;
	if (!policy->id || !policy->title || !policy->reads)
		return fail(failure, STATUS_BATCH, tr("%s: the header lacks %s, title or reads", "%s：文件头缺少 %s、title 或 reads"),
			policy->file, kind);
	char **optional[] = { &policy->after, &policy->kept, &policy->scan, &policy->needs };
	for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
		if (!*optional[i] && !(*optional[i] = copy_text(failure, "")))
			return false;
	return true;
}

bool policy_read(struct policy *policy, const char *home, const char *name, const char *kind,
	struct failure *failure)
{
	*policy = (struct policy){ 0 };
	char *path = NULL;
	policy->file = print_text(failure, "transform/%s", name);
	bool done = policy->file && (path = layout_join(failure, home, policy->file)) != NULL;
	done = done && (policy->sql = layout_read(failure, path, FILE_LIMIT, NULL)) != NULL;
	done = done && read_header(policy, kind, failure);
	free(path);
	if (!done)
		policy_free(policy);
	return done;
}

bool policy_has_plain_name(const struct policy *policy, struct failure *failure)
{
	if (*policy->id && policy->id[strspn(policy->id, "abcdefghijklmnopqrstuvwxyz_")] == '\0')
		return true;
	return fail(failure, STATUS_BATCH, tr("%s: not a table's name: %s", "%s：不是表名：%s"), policy->file, policy->id);
}

void policy_free(struct policy *policy)
{
	free(policy->file);
	free(policy->id);
	free(policy->title);
	free(policy->reads);
	free(policy->after);
	free(policy->kept);
	free(policy->scan);
	free(policy->needs);
	free(policy->sql);
	*policy = (struct policy){ 0 };
}

static bool read_named(struct policies *policies, const char *home, const char *folder, const char *kind,
	const struct layout_names *names, struct failure *failure)
{
	policies->items = allocate(failure, names->count, sizeof *policies->items);
	if (!policies->items)
		return false;
	for (unsigned long i = 0; i < names->count; i++) {
		char *name = layout_join(failure, folder, names->names[i]);
		bool done = name && policy_read(&policies->items[i], home, name, kind, failure);
		free(name);
		if (!done)
			return false;
		policies->count++;
	}
	return true;
}

/* Whether all that the file names with `after` stand among the first `placed`. */
static bool is_ready(const struct policies *policies, size_t placed, const struct policy *policy)
{
	for (const char *at = policy->after; *at;) {
		size_t length = strcspn(at, " ");
		bool found = length == 0;
		for (size_t i = 0; i < placed && !found; i++)
			found = strlen(policies->items[i].id) == length && strncmp(policies->items[i].id, at, length) == 0;
		if (!found)
			return false;
		at += length + (at[length] == ' ');
	}
	return true;
}

/* Moves each file behind those that it names with `after`. */
static bool put_in_order(struct policies *policies, struct failure *failure)
{
	for (size_t placed = 0; placed < policies->count; placed++) {
		size_t next = placed;
		while (next < policies->count && !is_ready(policies, placed, &policies->items[next]))
			next++;
		if (next == policies->count)
			return fail(failure, STATUS_BATCH, tr("%s: nothing to come after: %s", "%s：after 所指的“%s”不存在或互相等待"),
				policies->items[placed].file, policies->items[placed].after);
		struct policy chosen = policies->items[next];
		memmove(&policies->items[placed + 1], &policies->items[placed], (next - placed) * sizeof chosen);
		policies->items[placed] = chosen;
	}
	return true;
}

bool policies_read(struct policies *policies, const char *home, const char *folder, const char *kind,
	struct failure *failure)
{
	*policies = (struct policies){ 0 };
	struct layout_names names = { 0 };
	char *path = print_text(failure, "%s/transform/%s", home, folder);
	bool done = path && layout_names(&names, path, ".sql", failure)
		&& read_named(policies, home, folder, kind, &names, failure)
		&& put_in_order(policies, failure);
	layout_names_free(&names);
	free(path);
	if (!done)
		policies_free(policies);
	return done;
}

void policies_free(struct policies *policies)
{
	for (size_t i = 0; i < policies->count; i++)
		policy_free(&policies->items[i]);
	free(policies->items);
	*policies = (struct policies){ 0 };
}

static bool bind(sqlite3_stmt *statement, const struct policy *policy, const struct parameters *parameters,
	struct failure *failure)
{
	for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++) {
		const char *name = sqlite3_bind_parameter_name(statement, i);
		const char *value = NULL;
		if (name && parameters && strcmp(name, ":scenario") == 0)
			value = parameters->scenario;
		else if (name && parameters && strcmp(name, ":basis") == 0)
			value = parameters->basis;
		if (!value)
			return fail(failure, STATUS_BATCH, tr("%s: unknown parameter %s", "%s：未知参数 %s"), policy->file,
				name ? name : "?");
		if (sqlite3_bind_text(statement, i, value, -1, SQLITE_TRANSIENT) != SQLITE_OK)
			return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	}
	return true;
}

/* One statement and nothing after it but white space and a semicolon. */
static bool is_alone(const char *tail)
{
	return tail[strspn(tail, " \t\r\n;")] == '\0';
}

bool query_open(struct query *query, struct database *database, const struct policy *policy,
	const struct parameters *parameters, struct failure *failure)
{
	*query = (struct query){ .database = database, .policy = policy, .budget = budget };
	const char *tail = "";
	bool done = false;
	database_cage(database, policy->file, policy->reads, budget);
	if (sqlite3_prepare_v2(database->handle, policy->sql, -1, &query->statement, &tail) != SQLITE_OK)
		database_failed(database, policy->sql, failure);
	else if (!query->statement || !is_alone(tail))
		fail(failure, STATUS_BATCH, tr("%s: not one SELECT alone", "%s：须有且只有一条 SELECT"), policy->file);
	else
		done = bind(query->statement, policy, parameters, failure);
	database_uncage(database);
	if (!done)
		query_close(query);
	return done;
}

bool query_step(struct query *query, bool *row, struct failure *failure)
{
	database_cage(query->database, query->policy->file, query->policy->reads, query->budget);
	bool done = database_step(query->database, query->statement, row, failure);
	query->budget = query->database->budget;
	database_uncage(query->database);
	return done;
}

void query_close(struct query *query)
{
	sqlite3_finalize(query->statement);
	query->statement = NULL;
}
