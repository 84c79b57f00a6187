#include "validate/column_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/column_plan.h"
#include "validate/screen.h"
#include "validate/seen.h"

enum { BLOCK_COST = 2 /* thousand steps that a block of rows counts as in the cage */ };

struct column_table {
	struct database *database;
	const struct columns *columns;
	char *declaration;
	bool shown;
	struct column_use use;  /* since it was shown */
};

struct virtual_table {
	sqlite3_vtab base;      /* first, as SQLite has it */
	struct column_table *of;
	int text_count;
	sqlite3_stmt **texts;   /* per column: its value by id, made when first wanted */
};

/* A column's values of a block. */
struct loaded {
	int block;
	struct column_values values;
};

struct cursor {
	sqlite3_vtab_cursor base;
	struct screen screens[PLAN_SCREENS];
	int screen_count;
	struct seen seen;       /* where only different rows are wanted */
	int block, at, count;   /* the present row: rows[at], or `at` where all rows pass */
	bool whole;
	bool by_id, ended;
	int64_t id;             /* by_id */
	struct loaded **loaded; /* per stored column */
	uint16_t rows[BLOCK_ROWS];
};

static struct virtual_table *table_of(sqlite3_vtab *base)
{
	return (struct virtual_table *)(void *)base;
}

static struct cursor *cursor_of(sqlite3_vtab_cursor *base)
{
	return (struct cursor *)(void *)base;
}

static int disconnect(sqlite3_vtab *base)
{
	struct virtual_table *table = table_of(base);
	for (int i = 0; table->texts && i < table->text_count; i++)
		sqlite3_finalize(table->texts[i]);
	free(table->texts);
	free(table);
	return SQLITE_OK;
}

static int connect(sqlite3 *handle, void *context, int count, const char *const *arguments, sqlite3_vtab **out, char **error)
{
	struct column_table *of = context;
	(void)count, (void)arguments, (void)error;
	struct virtual_table *table = calloc(1, sizeof *table);
	if (!table)
		return SQLITE_NOMEM;
	table->of = of;
	table->text_count = of->columns->count;
	table->texts = calloc((size_t)of->columns->count, sizeof(sqlite3_stmt *));
	int code = table->texts ? sqlite3_declare_vtab(handle, of->declaration) : SQLITE_NOMEM;
	if (code != SQLITE_OK)
		disconnect(&table->base);
	else
		*out = &table->base;
	return code;
}

static int best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
	struct column_table *of = table_of(base)->of;
	return column_plan(of->columns, info, &of->use);
}

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
	struct cursor *cursor = calloc(1, sizeof *cursor);
	if (!cursor)
		return SQLITE_NOMEM;
	cursor->loaded = calloc((size_t)table_of(base)->of->columns->stored, sizeof(struct loaded *));
	if (!cursor->loaded) {
		free(cursor);
		return SQLITE_NOMEM;
	}
	*out = &cursor->base;
	return SQLITE_OK;
}

static void drop_screens(struct cursor *cursor)
{
	for (int i = 0; i < cursor->screen_count; i++)
		screen_free(&cursor->screens[i]);
	cursor->screen_count = 0;
	seen_free(&cursor->seen);
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
	struct cursor *cursor = cursor_of(base);
	int stored = table_of(base->pVtab)->of->columns->stored;
	drop_screens(cursor);
	for (int i = 0; i < stored; i++)
		free(cursor->loaded[i]);
	free(cursor->loaded);
	free(cursor);
	return SQLITE_OK;
}

/* The column's values in the present block. NULL: no memory, or the file cannot be read. */
static const struct column_values *values_of(struct cursor *cursor, int stored)
{
	struct loaded *loaded = cursor->loaded[stored];
	if (!loaded) {
		loaded = malloc(sizeof *loaded);
		if (!loaded)
			return NULL;
		loaded->block = -1;
		cursor->loaded[stored] = loaded;
	}
	if (loaded->block != cursor->block) {
		loaded->block = -1;
		if (!columns_load(table_of(cursor->base.pVtab)->of->columns, cursor->block, stored, &loaded->values))
			return NULL;
		loaded->block = cursor->block;
	}
	return &loaded->values;
}

static void list_rows(struct cursor *cursor)
{
	for (int row = 0; cursor->whole && row < cursor->count; row++)
		cursor->rows[row] = (uint16_t)row;
	cursor->whole = false;
}

/* Leaves out rows of the present block that are like some before them. */
static int drop_seen(struct cursor *cursor)
{
	const struct column_values *values[SEEN_COLUMNS];
	for (int i = 0; i < cursor->seen.count; i++) {
		values[i] = values_of(cursor, cursor->seen.columns[i]);
		if (!values[i])
			return SQLITE_IOERR;
	}
	list_rows(cursor);
	cursor->count = seen_keep(&cursor->seen, values, cursor->rows, cursor->count);
	return SQLITE_OK;
}

/* Puts the screens to the present block. */
static int screen_block(struct cursor *cursor, const struct columns *columns)
{
	bool look[PLAN_SCREENS];
	cursor->whole = true;
	cursor->at = 0;
	cursor->count = columns->blocks[cursor->block].rows;
	for (int i = 0; i < cursor->screen_count; i++) {
		const struct screen *screen = &cursor->screens[i];
		enum screen_verdict verdict = screen_verdict(screen, columns_zone(columns, cursor->block, screen->stored));
		look[i] = verdict == VERDICT_LOOK;
		if (verdict == VERDICT_NONE)
			cursor->count = 0;
	}
	for (int i = 0; cursor->count && i < cursor->screen_count; i++) {
		if (!look[i])
			continue;
		const struct column_values *values = values_of(cursor, cursor->screens[i].stored);
		if (!values)
			return SQLITE_IOERR;
		list_rows(cursor);
		cursor->count = screen_keep(&cursor->screens[i], values, cursor->rows, cursor->count);
	}
	return cursor->seen.count && cursor->count ? drop_seen(cursor) : SQLITE_OK;
}

/* Goes on to the next block in which a row passes. Blocks count in the cage's budget, which
 * otherwise knows the steps of SQLite's machine only. */
static int next_block(struct cursor *cursor)
{
	struct column_table *of = table_of(cursor->base.pVtab)->of;
	do {
		if (++cursor->block >= of->columns->block_count) {
			cursor->ended = true;
			return SQLITE_OK;
		}
		if (of->database->caged && (of->database->budget -= BLOCK_COST) < 0)
			return SQLITE_INTERRUPT;
		int code = screen_block(cursor, of->columns);
		if (code != SQLITE_OK)
			return code;
	} while (!cursor->count);
	return SQLITE_OK;
}

/* The statement that gives a column by id from the table itself, with the id bound. */
static int text_statement(struct virtual_table *table, int column, int64_t id, sqlite3_stmt **out)
{
	const struct columns *columns = table->of->columns;
	*out = NULL;
	if (!table->texts[column]) {
		char *sql = sqlite3_mprintf("SELECT \"%w\" FROM main.\"%w\" WHERE id = ?", columns->items[column].name,
			columns->table);
		int code = sql ? sqlite3_prepare_v3(table->of->database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
			&table->texts[column], NULL) : SQLITE_NOMEM;
		sqlite3_free(sql);
		if (code != SQLITE_OK)
			return code;
	}
	*out = table->texts[column];
	return sqlite3_bind_int64(*out, 1, id);
}

/* The row of an id that is a whole number, if there is one. */
static int find_by_id(struct cursor *cursor, sqlite3_value *value)
{
	struct screen screen = { 0 };
	sqlite3_stmt *statement;
	cursor->ended = true;
	if (!screen_set(&screen, SQLITE_INDEX_CONSTRAINT_EQ, value))
		return SQLITE_NOMEM;
	if (screen.kind != SCREEN_RANGE)
		return SQLITE_OK;
	cursor->id = screen.low;
	int code = text_statement(table_of(cursor->base.pVtab), 0, cursor->id, &statement);
	if (code != SQLITE_OK)
		return code;
	cursor->ended = sqlite3_step(statement) != SQLITE_ROW;
	return sqlite3_reset(statement);
}

/* Reads a number of the plan's words. */
static int read_word(const char **words)
{
	char *end;
	long number = strtol(*words, &end, 10);
	*words = end;
	return (int)number;
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *words, int count, sqlite3_value **values)
{
	struct cursor *cursor = cursor_of(base);
	drop_screens(cursor);
	cursor->block = -1;
	cursor->ended = false;
	cursor->by_id = plan == PLAN_BY_ID;
	if (cursor->by_id)
		return find_by_id(cursor, values[0]);
	for (int i = 0; i < count; i++) {
		struct screen *screen = &cursor->screens[cursor->screen_count++];
		*screen = (struct screen){ 0 };
		int constraint = read_word(&words);
		screen->stored = read_word(&words);
		int code = read_word(&words) ? screen_set_list(screen, values[i])
			: screen_set(screen, constraint, values[i]) ? SQLITE_OK : SQLITE_NOMEM;
		if (code != SQLITE_OK)
			return code;
	}
	for (cursor->seen.count = 0; plan == PLAN_DIFFERENT && *words; )
		cursor->seen.columns[cursor->seen.count++] = read_word(&words);
	if (cursor->seen.count && !seen_clear(&cursor->seen))
		return SQLITE_NOMEM;
	return next_block(cursor);
}

static int next_row(sqlite3_vtab_cursor *base)
{
	struct cursor *cursor = cursor_of(base);
	if (cursor->by_id)
		cursor->ended = true;
	else if (++cursor->at >= cursor->count)
		return next_block(cursor);
	return SQLITE_OK;
}

static int has_ended(sqlite3_vtab_cursor *base)
{
	return cursor_of(base)->ended;
}

static int present_row(const struct cursor *cursor)
{
	return cursor->whole ? cursor->at : cursor->rows[cursor->at];
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *id)
{
	struct cursor *cursor = cursor_of(base);
	if (cursor->by_id) {
		*id = cursor->id;
		return SQLITE_OK;
	}
	const struct column_values *ids = values_of(cursor, 0);
	if (!ids)
		return SQLITE_IOERR;
	*id = ids->values[present_row(cursor)];
	return SQLITE_OK;
}

static int give_from_table(struct cursor *cursor, sqlite3_context *to, int column)
{
	sqlite3_int64 id;
	sqlite3_stmt *statement;
	int code = row_id(&cursor->base, &id);
	if (code == SQLITE_OK)
		code = text_statement(table_of(cursor->base.pVtab), column, id, &statement);
	if (code != SQLITE_OK)
		return code;
	if (sqlite3_step(statement) == SQLITE_ROW)
		sqlite3_result_value(to, sqlite3_column_value(statement, 0));
	return sqlite3_reset(statement);
}

static int give_column(sqlite3_vtab_cursor *base, sqlite3_context *to, int at)
{
	struct cursor *cursor = cursor_of(base);
	const struct columns *columns = table_of(base->pVtab)->of->columns;
	const struct column *column = &columns->items[at];
	const struct words *words = columns_words(columns, column);
	if (cursor->by_id || (column->is_text && !words) || column->kind == COLUMN_ABSENT)
		return give_from_table(cursor, to, at);
	const struct column_values *values = values_of(cursor, column->stored);
	if (!values)
		return SQLITE_IOERR;
	int row = present_row(cursor);
	if (values->has_nulls && (values->nulls[row / 64] >> (row % 64) & 1))
		return SQLITE_OK; /* the result is NULL until one is given */
	int64_t value = values->values[row];
	if (words) {
		size_t length;
		const char *text = words_text(words, value, &length);
		sqlite3_result_text(to, text, (int)length, SQLITE_STATIC); /* it outlives the statement */
		return SQLITE_OK;
	}
	sqlite3_result_int64(to, column->kind == COLUMN_UNKNOWN ? value >> column->bit & 1 : value);
	return SQLITE_OK;
}

static const sqlite3_module module = {
	.iVersion = 1,
	.xCreate = connect,
	.xConnect = connect,
	.xBestIndex = best_index,
	.xDisconnect = disconnect,
	.xDestroy = disconnect,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = filter,
	.xNext = next_row,
	.xEof = has_ended,
	.xColumn = give_column,
	.xRowid = row_id,
};

/* The table's columns, with types that give them the affinity that they have there. */
static char *declare(const struct columns *columns, struct failure *failure)
{
	char *text = copy_text(failure, "CREATE TABLE x(");
	for (int i = 0; text && i < columns->count; i++) {
		char *longer = print_text(failure, "%s%s\"%s\" %s", text, i ? ", " : "", columns->items[i].name,
			columns->items[i].is_text ? "TEXT" : "INTEGER");
		free(text);
		text = longer;
	}
	char *whole = text ? print_text(failure, "%s)", text) : NULL;
	free(text);
	return whole;
}

/* SQLite's, of a module that nothing stands on any more: after a failure a transaction may hold
 * the virtual table until it is rolled back. */
static void destroy(void *context)
{
	struct column_table *table = context;
	free(table->declaration);
	free(table);
}

static bool set_module(struct database *database, const char *table, const sqlite3_module *its, void *context,
	struct failure *failure)
{
	char *name = print_text(failure, "columns_of_%s", table);
	if (!name && context)
		destroy(context);
	bool done = name && (sqlite3_create_module_v2(database->handle, name, its, context, context ? destroy : NULL) == SQLITE_OK
		|| database_failed(database, name, failure));
	free(name);
	return done;
}

struct column_table *column_table_open(struct database *database, const struct columns *columns, struct failure *failure)
{
	struct column_table *table = allocate(failure, 1, sizeof *table);
	if (!table)
		return NULL;
	table->database = database;
	table->columns = columns;
	table->declaration = declare(columns, failure);
	if (!table->declaration) {
		free(table);
		return NULL;
	}
	return set_module(database, columns->table, &module, table, failure) ? table : NULL; /* destroyed where it failed */
}

void column_table_close(struct column_table *table)
{
	struct failure ignored;
	if (!table)
		return;
	column_table_show(table, false, &ignored);
	/* where even this fails the module goes with its connection */
	set_module(table->database, table->columns->table, NULL, NULL, &ignored);
}

bool column_table_show(struct column_table *table, bool shown, struct failure *failure)
{
	table->use = (struct column_use){ 0 };
	if (table->shown == shown)
		return true;
	const char *name = table->columns->table;
	char *sql = shown ? print_text(failure, "CREATE VIRTUAL TABLE temp.\"%s\" USING \"columns_of_%s\"", name, name)
		: print_text(failure, "DROP TABLE temp.\"%s\"", name);
	bool done = sql && database_run(table->database, sql, failure);
	free(sql);
	if (done)
		table->shown = shown;
	return done;
}

bool column_table_shown(const struct column_table *table)
{
	return table->shown;
}

bool column_table_fits(const struct column_table *table)
{
	return !table->use.asked || (table->use.scanned && !table->use.unfit);
}

void column_table_want(const struct column_table *table, struct wanted *wanted)
{
	wanted->columns |= table->use.wanted.columns;
	wanted->texts |= table->use.wanted.texts;
}

const char *column_table_name(const struct column_table *table)
{
	return table->columns->table;
}
