#include "onex/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/database.h"
#include "common/layout.h"
#include "onex/difference.h"
#include "onex/inputs.h"
#include "onex/pipeline.h"

static bool tell(const struct audit_listener *listener, enum audit_step step, const char *what, const char *place,
	const char *found, const char *expected, struct failure *failure)
{
	const struct audit_difference difference = { step, what, place, found, expected };
	return listener->difference(listener->context, &difference, failure);
}

/* One line of a list: "digest  path"; NULL at the end. */
struct line {
	const char *digest, *path;
	int length; /* of the path */
	const char *next;
};

static bool take_line(const char *list, struct line *line)
{
	const char *end = strchr(list, '\n');
	const char *gap = strstr(list, "  ");
	if (!end || !gap || gap > end)
		return false;
	*line = (struct line){ list, gap + 2, (int)(end - gap - 2), end + 1 };
	return true;
}

static int compare_paths(const struct line *a, const struct line *b)
{
	int length = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->path, b->path, (size_t)length);
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

static bool tell_line(const struct audit_listener *listener, enum audit_step step, const struct line *line,
	const char *found, const char *expected, struct failure *failure)
{
	char *path = print_text(failure, "%.*s", line->length, line->path);
	bool done = path && tell(listener, step, path, "", found, expected, failure);
	free(path);
	return done;
}

/* The list that was written down against the one found now, both in byte order of
 * their paths; `own` is left out of the found one. */
static bool compare_lists(const char *written, const char *found, const char *own, enum audit_step step,
	const struct audit_listener *listener, long *checked, struct failure *failure)
{
	bool done = true;
	struct line a, b;
	while (done) {
		bool more_written = take_line(written, &a);
		bool more_found = take_line(found, &b);
		if (!more_written && !more_found)
			break;
		if (more_found && own && b.length == (int)strlen(own) && memcmp(b.path, own, strlen(own)) == 0) {
			found = b.next;
			continue;
		}
		++*checked;
		int order = !more_written ? 1 : !more_found ? -1 : compare_paths(&a, &b);
		if (order < 0)
			done = tell_line(listener, step, &a, tr("missing", "缺失"), tr("there", "存在"), failure);
		else if (order > 0)
			done = tell_line(listener, step, &b, tr("there", "存在"), tr("not in the list", "清单中没有"), failure);
		else if (memcmp(a.digest, b.digest, 64) != 0) {
			char now[65], then[65];
			snprintf(now, sizeof now, "%.64s", b.digest);
			snprintf(then, sizeof then, "%.64s", a.digest);
			done = tell_line(listener, step, &a, now, then, failure);
		}
		if (order <= 0)
			written = a.next;
		if (order >= 0)
			found = b.next;
	}
	return done;
}

/* Compares the list in `out`/`name` with `found`, which it frees (NULL: the failure
 * stands already). */
static bool check_list(const char *out, const char *name, char *found, const char *own, enum audit_step step,
	const struct audit_listener *listener, long *checked, struct failure *failure)
{
	struct failure why;
	char *path = found ? layout_join(failure, out, name) : NULL;
	char *written = path ? layout_read(&why, path, 1UL << 26, NULL) : NULL;
	bool done = path != NULL;
	if (written)
		done = compare_lists(written, found, own, step, listener, checked, failure);
	else if (path)
		done = tell(listener, step, name, "", why.text, tr("there", "存在"), failure);
	free(path);
	free(written);
	free(found);
	return done;
}

static bool compare_file(const char *out, const char *work, const struct line *line, const struct audit_listener *listener,
	struct failure *failure)
{
	struct difference difference = { 0 };
	char *name = print_text(failure, "%.*s", line->length, line->path);
	char *left = name ? layout_join(failure, out, name) : NULL;
	char *right = left ? layout_join(failure, work, name) : NULL;
	bool done = right && difference_files(left, right, &difference, failure);
	if (done && difference.differs)
		done = tell(listener, AUDIT_AGAIN, name, difference.place, difference.left, difference.right, failure);
	free(name);
	free(left);
	free(right);
	return done;
}

/* Every file of the fresh run against the one in `out`; those only in `out` are the
 * manifest's to name. */
static bool check_again(const struct audit_subject *subject, const struct audit_listener *listener, long *checked,
	struct failure *failure)
{
	const struct pipeline_options quietly = { .quiet = true, .progress = subject->progress };
	if (!pipeline_run(subject->batch, subject->work, &quietly, failure)) /* inputs that no run can have come from */
		return failure->status == STATUS_BATCH
			&& tell(listener, AUDIT_AGAIN, tr("the pipeline", "处理流程"), "", failure->text, tr("a whole run", "能够完成"), failure);
	char *list = inputs_list(subject->work, failure);
	bool done = list != NULL;
	struct line line;
	for (const char *at = list; done && take_line(at, &line); at = line.next) {
		++*checked;
		done = compare_file(subject->out, subject->work, &line, listener, failure);
	}
	free(list);
	return done;
}

/* Runs audit.sql: its statements return rows (what, place, found, expected) where
 * something differs. */
static bool run_script(struct database *database, const char *sql, const struct audit_listener *listener, long *checked,
	struct failure *failure, bool *told)
{
	bool done = true;
	*told = true;
	for (const char *at = sql; done && *at;) {
		sqlite3_stmt *statement = NULL;
		bool row = false;
		if (sqlite3_prepare_v2(database->handle, at, -1, &statement, &at) != SQLITE_OK)
			return database_failed(database, "audit.sql", failure);
		if (!statement)
			continue;
		++*checked;
		while (done && *told && (done = database_step(database, statement, &row, failure)) && row)
			*told = tell(listener, AUDIT_SECOND, (const char *)sqlite3_column_text(statement, 0),
				(const char *)sqlite3_column_text(statement, 1), (const char *)sqlite3_column_text(statement, 2),
				(const char *)sqlite3_column_text(statement, 3), failure);
		sqlite3_finalize(statement);
		if (!*told)
			break;
	}
	return done;
}

/* The script of the program judges, not the one that may have been tampered with. A
 * batch.db that cannot be read differs. */
static bool check_second(const struct audit_subject *subject, const struct audit_listener *listener, long *checked,
	struct failure *failure)
{
	char *script = layout_join(failure, subject->work, "audit.sql");
	char *sql = script ? layout_read(failure, script, 1UL << 22, NULL) : NULL;
	char *path = sql ? layout_join(failure, subject->out, "batch.db") : NULL;
	struct failure why;
	bool told = true;
	struct database *database = path ? database_open(path, DATABASE_READ, &why) : NULL;
	bool done = path != NULL;
	if (done && (!database || !run_script(database, sql, listener, checked, &why, &told)))
		done = tell(listener, AUDIT_SECOND, "batch.db", "", why.text, tr("readable", "可以读取"), failure);
	else if (!told)
		done = fail(failure, why.status, "%s", why.text);
	struct failure ignored;
	database_close(database, &ignored);
	free(script);
	free(sql);
	free(path);
	return done;
}

/* A batch.db that cannot be read differs here too. */
static bool check_sample(const struct audit_subject *subject, const struct audit_listener *listener, long *checked,
	struct failure *failure)
{
	struct failure why;
	return audit_sample(subject->batch, subject->out, subject->seed, listener, checked, &why)
		|| tell(listener, AUDIT_SAMPLE, "batch.db", "", why.text, tr("readable", "可以读取"), failure);
}

bool audit_batch(const struct audit_subject *subject, const struct audit_listener *listener, long checked[AUDIT_STEPS],
	struct failure *failure)
{
	const char *out = subject->out;
	char *home = layout_home(failure);
	bool done = home != NULL;
	if (done && subject->archived)
		done = check_list(out, INPUTS_OF_PROGRAM, inputs_of_program(subject->archived, failure), NULL, AUDIT_BAG, listener,
			&checked[AUDIT_BAG], failure);
	done = done
		&& check_list(out, INPUTS_OF_BATCH, inputs_of_batch(subject->batch, failure), NULL, AUDIT_INPUTS, listener,
			&checked[AUDIT_INPUTS], failure)
		&& check_list(out, INPUTS_OF_PROGRAM, inputs_of_program(home, failure), NULL, AUDIT_PROGRAM, listener,
			&checked[AUDIT_PROGRAM], failure);
	char *outputs = done ? inputs_list(out, failure) : NULL;
	/* check_list frees the list also where it fails */
	done = outputs && check_list(out, INPUTS_MANIFEST, outputs, INPUTS_MANIFEST, AUDIT_MANIFEST, listener,
		&checked[AUDIT_MANIFEST], failure);
	done = done && check_again(subject, listener, &checked[AUDIT_AGAIN], failure)
		&& check_second(subject, listener, &checked[AUDIT_SECOND], failure)
		&& check_sample(subject, listener, &checked[AUDIT_SAMPLE], failure);
	free(home);
	return done;
}
