#include "transform/scan.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { ENOUGH_FOR_TWO = 20000 }; /* rows; below, a thread costs more than it saves */

/* The columns that the tallies of a scan read, each once. */
struct columns {
	const char *names[SCAN_COLUMNS]; /* as the shapes have them */
	int count;
};

static int place_of(struct columns *columns, const char *name)
{
	for (int i = 0; i < columns->count; i++)
		if (strcmp(columns->names[i], name) == 0)
			return i;
	if (columns->count == SCAN_COLUMNS)
		return -1;
	columns->names[columns->count] = name;
	return columns->count++;
}

static bool place_item(struct tally *tally, int i, struct columns *columns)
{
	const struct shape_item *item = &tally->shape->items[i];
	bool done = true;
	for (int f = 0; f < item->filter_count; f++) {
		tally->filters[i][f] = place_of(columns, item->filters[f].column);
		done = done && tally->filters[i][f] >= 0;
	}
	tally->places[i] = item->verb == SHAPE_COUNT ? 0 : place_of(columns, item->column);
	return done && tally->places[i] >= 0;
}

static bool place_columns(struct scan *scan, struct columns *columns)
{
	for (int t = 0; t < scan->tally_count; t++)
		for (int i = 0; i < scan->tallies[t].shape->count; i++)
			if (!place_item(&scan->tallies[t], i, columns))
				return fail(&scan->failure, STATUS_BATCH, tr("%s: more than %d columns are read",
					"%s：读取的列超过 %d 个"), scan->source->file, SCAN_COLUMNS);
	return true;
}

/* Rows on their way into the tallies. */
struct intake {
	struct scan *scan;
	int count;
	struct progress *progress;
	uint64_t nulls[TALLY_ROWS];
	int64_t values[TALLY_ROWS * SCAN_COLUMNS]; /* by column */
};

static bool flush(struct intake *intake)
{
	struct scan *scan = intake->scan;
	struct tally_rows rows = { .count = intake->count, .values = intake->values, .nulls = intake->nulls };
	progress_rows(intake->progress, intake->count);
	progress_work(intake->progress, intake->count);
	intake->count = 0;
	for (int t = 0; t < scan->tally_count; t++)
		if (!tally_add(&scan->tallies[t], &rows, &scan->failure))
			return false;
	return true;
}

/* The rows are taken where SQLite has them, in an aggregate function: to step out of
 * its machine for each of ten million rows would cost as much as the scan. */
static void take_row(sqlite3_context *context, int count, sqlite3_value **row)
{
	struct intake *intake = sqlite3_user_data(context);
	int64_t *values = intake->values + intake->count;
	uint64_t nulls = 0;
	for (int i = 0; i < count; i++) {
		int type = sqlite3_value_type(row[i]);
		values[i * TALLY_ROWS] = type == SQLITE_INTEGER ? sqlite3_value_int64(row[i]) : 0;
		if (type == SQLITE_NULL)
			nulls |= UINT64_C(1) << i;
		else if (type != SQLITE_INTEGER) {
			fail(&intake->scan->failure, STATUS_BATCH, tr("%s: a value is not a whole number",
				"%s：有的数值不是整数"), intake->scan->source->file);
			sqlite3_result_error(context, "not a whole number", -1);
			return;
		}
	}
	intake->nulls[intake->count++] = nulls;
	if (intake->count == TALLY_ROWS && !flush(intake))
		sqlite3_result_error(context, "tally", -1);
}

static void end_rows(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

static sqlite3_stmt *prepare(struct intake *intake, const struct columns *columns, struct database *database)
{
	struct scan *scan = intake->scan;
	sqlite3_str *sql = sqlite3_str_new(NULL);
	sqlite3_str_appendall(sql, "SELECT tally_row(");
	for (int i = 0; i < columns->count; i++)
		sqlite3_str_appendf(sql, "%s%s", i ? ", " : "", columns->names[i]);
	sqlite3_str_appendf(sql, ") FROM %s WHERE %s BETWEEN ?1 AND ?2", scan->source->id, scan->source->scan);
	char *text = sqlite3_str_finish(sql);
	if (!text || sqlite3_create_function_v2(database->handle, "tally_row", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, intake,
		NULL, take_row, end_rows, NULL) != SQLITE_OK) {
		sqlite3_free(text);
		fail(&scan->failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
		return NULL;
	}
	sqlite3_stmt *statement = database_prepare(database, text, &scan->failure);
	sqlite3_free(text);
	if (statement) {
		sqlite3_bind_int64(statement, 1, scan->low);
		sqlite3_bind_int64(statement, 2, scan->high);
	}
	return statement;
}

bool scan_run(struct scan *scan, struct database *database)
{
	struct columns columns = { .count = 0 };
	struct intake *intake = allocate(&scan->failure, 1, sizeof *intake);
	if (!intake || !place_columns(scan, &columns)) {
		free(intake);
		return false;
	}
	intake->scan = scan;
	intake->progress = database->progress;
	sqlite3_stmt *statement = prepare(intake, &columns, database);
	bool row;
	struct failure failure; /* the function's own tells more */
	scan->done = statement && database_step(database, statement, &row, &failure) && flush(intake);
	if (statement && !scan->done && !*scan->failure.text)
		scan->failure = failure;
	sqlite3_finalize(statement);
	free(intake);
	return scan->done;
}

/* What the two threads share: each takes the next scan until there is none. */
struct line {
	struct scan *scans;
	size_t count, next;
	bool stopped;
	const char *path;
	const struct database *stage;
	pthread_mutex_t mutex;
};

static struct scan *take_next(struct line *line, bool stop)
{
	pthread_mutex_lock(&line->mutex);
	line->stopped = line->stopped || stop;
	struct scan *scan = !line->stopped && line->next < line->count ? &line->scans[line->next++] : NULL;
	pthread_mutex_unlock(&line->mutex);
	return scan;
}

static void *work(void *context)
{
	struct line *line = context;
	struct database *database = NULL;
	bool stop = false;
	for (struct scan *scan; (scan = take_next(line, stop)) != NULL;) {
		if (!database && (database = database_open(line->path, DATABASE_READ, &scan->failure)) != NULL)
			database->progress = line->stage->progress;
		struct span span;
		profile_begin(line->stage->profile, &span);
		stop = !database || !scan_run(scan, database);
		profile_end(line->stage->profile, &span, "scan", scan->source->id, scan->high - scan->low + 1, 0);
	}
	struct failure ignored; /* of a connection that only read */
	database_close(database, &ignored);
	return NULL;
}

bool scans_run(struct scan *scans, size_t count, const char *path, const struct database *stage,
	bool (*meanwhile)(void *context, struct failure *failure), void *context, struct failure *failure)
{
	struct line line = { .scans = scans, .count = count, .path = path, .stage = stage };
	int64_t rows = 0;
	for (size_t i = 0; i < count; i++)
		rows += scans[i].high - scans[i].low + 1;
	progress_begin(stage->progress, tr("counting", "汇总"), rows, 0, NULL);
	if (pthread_mutex_init(&line.mutex, NULL) != 0)
		return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	pthread_t second;
	bool has_second = rows >= ENOUGH_FOR_TWO && pthread_create(&second, NULL, work, &line) == 0;
	bool done = !meanwhile || meanwhile(context, failure);
	if (done)
		work(&line);
	else
		take_next(&line, true);
	if (has_second)
		pthread_join(second, NULL);
	pthread_mutex_destroy(&line.mutex);
	for (size_t i = 0; done && i < count; i++)
		if (!scans[i].done && *scans[i].failure.text) {
			*failure = scans[i].failure;
			done = false;
		}
	return done;
}
