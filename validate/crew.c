#include "validate/crew.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/column_table.h"
#include "validate/prepare.h"
#include "validate/subject.h"

enum { CREW = 2 };

/* Rows; of fewer the columns are not worth building. `make sanitize` sets 1, so that
 * the tests' small batches are read by column there. */
#ifndef COLUMNS_LEAST
#define COLUMNS_LEAST 20000
#endif

/* The tables that are read by column. */
static const char *const by_column[JUDGE_TABLES] = { "application", "assessment" };

struct member {
	struct crew *crew;
	struct judge judge;
	struct database *database;
	pthread_t thread;
	bool started;
	bool early;            /* reads the file as it was before the tables were prepared */
	int failed_rule;       /* index of the first rule that failed here, -1: none */
	struct failure failure;
};

/* A rule's turn: the costly ones come first, so that none is left for the end. */
struct turn {
	int rule;              /* index in crew.rules */
	int64_t rows;          /* of the datasets that it reads */
	bool waits;            /* for the prepared tables */
	bool taken;
};

/* What the threads tell each other stands below `lock`. */
struct crew {
	struct member members[CREW];
	const struct schema *schema;
	const char *folder;
	struct rule **rules;
	struct spool_batch *findings;
	struct turn *turns;
	bool *judged;            /* per rule */
	int count;
	crew_taker *take;        /* these are the first member's alone */
	void *context;
	int taken;               /* rules */
	bool take_failed;
	struct failure take_failure;
	struct progress *progress;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool prepared;           /* the tables that rules look things up in are filled */
	bool stopped;            /* they could not be: take no more turns */
	struct { bool begun, done; } building[JUDGE_TABLES]; /* done: what is in `columns` stays */
	struct columns *columns[JUDGE_TABLES]; /* or NULL */
	bool columns_failed;
	struct failure failure;  /* why */
};

static bool has_word(const char *words, const char *word)
{
	for (const char *at = words; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		if (strlen(word) == length && memcmp(word, at, length) == 0)
			return true;
		at += length;
	}
	return false;
}

/* How many records a dataset has. */
static bool count_rows(struct database *database, const char *dataset, sqlite3_int64 *rows, struct failure *failure)
{
	char sql[160];
	snprintf(sql, sizeof sql, "SELECT ifnull(sum(accepted + held), 0) FROM source WHERE dataset = '%s'", dataset);
	return database_number(database, sql, rows, failure);
}

/* The columns of a table that rules will go through. The table by column is shown to the
 * member for this, and stays known to it. */
static bool plan_columns(struct member *member, int table, struct wanted *wanted)
{
	struct crew *crew = member->crew;
	struct failure *failure = &crew->failure;
	struct column_table *shown = column_table_open(member->database, crew->columns[table], failure);
	member->judge.tables[table] = shown;
	bool done = shown != NULL;
	for (int i = 0; done && i < crew->count; i++)
		if (has_word(crew->rules[i]->reads, by_column[table]))
			done = judge_plan(&member->judge, shown, crew->rules[i], wanted, failure);
	return done;
}

static void forget_columns(struct member *member, int table)
{
	column_table_close(member->judge.tables[table]);
	member->judge.tables[table] = NULL;
	columns_free(member->crew->columns[table]);
	member->crew->columns[table] = NULL;
}

/* Builds the columns of a table that rules go through, where it has rows enough. */
static bool build_table(struct member *member, int table)
{
	struct crew *crew = member->crew;
	struct failure *failure = &crew->failure;
	struct database *database = member->database;
	const struct dataset *dataset = schema_dataset(crew->schema, by_column[table]);
	struct span span;
	sqlite3_int64 rows = 0;
	struct wanted wanted = { 0 };
	bool fits = true;
	if (!dataset || !count_rows(database, by_column[table], &rows, failure))
		return !dataset;
	if (rows < COLUMNS_LEAST)
		return true;
	profile_begin(database->profile, &span);
	crew->columns[table] = columns_open(database, dataset, &fits, failure);
	bool done = crew->columns[table] && plan_columns(member, table, &wanted);
	if (crew->columns[table] && (!done || !wanted.columns
		|| !columns_fill(crew->columns[table], database, &wanted, crew->folder, &fits, failure)))
		forget_columns(member, table);
	profile_end(database->profile, &span, "columns", by_column[table], rows, 0);
	return crew->columns[table] || !fits || (done && !wanted.columns);
}

/* Sees that the columns of a table are built: who is here first builds, in the order of the tables, so
 * that no two are built at once. */
static bool see_built(struct member *member, int table)
{
	struct crew *crew = member->crew;
	pthread_mutex_lock(&crew->lock);
	if (!crew->building[table].begun && !crew->columns_failed) {
		crew->building[table].begun = true;
		pthread_mutex_unlock(&crew->lock);
		bool built = build_table(member, table);
		pthread_mutex_lock(&crew->lock);
		crew->columns_failed = !built;
		crew->building[table].done = true;
		pthread_cond_broadcast(&crew->changed);
	}
	while (!crew->building[table].done && !crew->columns_failed)
		pthread_cond_wait(&crew->changed, &crew->lock);
	bool done = !crew->columns_failed;
	pthread_mutex_unlock(&crew->lock);
	return done;
}

const struct columns *crew_columns(struct crew *crew, const char *table)
{
	const struct columns *columns = NULL;
	for (int i = 0; i < JUDGE_TABLES; i++) {
		if (strcmp(by_column[i], table) != 0)
			continue;
		pthread_mutex_lock(&crew->lock);
		while (crew->members[CREW - 1].started && !crew->building[i].done && !crew->columns_failed)
			pthread_cond_wait(&crew->changed, &crew->lock);
		if (crew->building[i].done && !crew->columns_failed)
			columns = crew->columns[i];
		pthread_mutex_unlock(&crew->lock);
	}
	return columns;
}

/* Shows the columns of all tables to the member. */
static bool open_columns(struct member *member)
{
	struct crew *crew = member->crew;
	bool done = true;
	for (int i = 0; done && i < JUDGE_TABLES; i++)
		done = see_built(member, i);
	for (int i = 0; done && i < JUDGE_TABLES; i++) {
		if (!crew->columns[i] || member->judge.tables[i])
			continue;
		member->judge.tables[i] = column_table_open(member->database, crew->columns[i], &member->failure);
		done = member->judge.tables[i] != NULL;
		if (!done)
			member->failed_rule = 0;
	}
	return done;
}

static void close_tables(struct member *member)
{
	for (int i = 0; i < JUDGE_TABLES; i++) {
		column_table_close(member->judge.tables[i]);
		member->judge.tables[i] = NULL;
	}
}

struct crew *crew_open(const char *path, const struct schema *schema, const char *batch, const char *folder,
	struct profile *profile, struct progress *progress, struct failure *failure)
{
	struct crew *crew = allocate(failure, 1, sizeof *crew);
	if (!crew)
		return NULL;
	bool done = true;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->changed, NULL);
	crew->schema = schema;
	crew->folder = folder;
	crew->progress = progress;
	for (int i = 0; done && i < CREW; i++) {
		struct member *member = &crew->members[i];
		member->crew = crew;
		member->failed_rule = -1;
		member->database = database_open(path, DATABASE_BESIDE, failure);
		if (member->database)
			member->database->profile = profile;
		done = member->database && database_run(member->database, "PRAGMA cache_size = -4096", failure)
			&& judge_open(&member->judge, member->database, schema, batch, folder, failure);
	}
	if (done)
		return crew;
	crew_close(crew);
	return NULL;
}

/* The next turn that may be taken; waits for one. NULL: none is left. */
static struct turn *take_turn(struct crew *crew)
{
	struct turn *taken = NULL;
	pthread_mutex_lock(&crew->lock);
	for (bool left = true; left && !taken && !crew->stopped;) {
		left = false;
		for (int i = 0; !taken && i < crew->count; i++) {
			if (crew->turns[i].taken)
				continue;
			left = true;
			if (crew->prepared || !crew->turns[i].waits)
				taken = &crew->turns[i];
		}
		if (left && !taken)
			pthread_cond_wait(&crew->changed, &crew->lock);
	}
	if (taken)
		taken->taken = true;
	pthread_mutex_unlock(&crew->lock);
	return taken;
}

/* Ends the transaction that saw the file as it was before the tables were prepared. */
static bool end_early(struct member *member, struct failure *failure)
{
	member->early = false;
	subjects_rest(member->judge.subjects);
	if (!database_run(member->database, "COMMIT", failure))
		return false;
	return sqlite3_txn_state(member->database->handle, "main") == SQLITE_TXN_NONE
		|| fail(failure, STATUS_BUG, "%s", tr("a reading of batch.db did not end", "对 batch.db 的读取没有结束"));
}

static bool judge_turn(struct member *member, const struct turn *turn, struct failure *failure)
{
	struct crew *crew = member->crew;
	if (member->early && turn->waits && !end_early(member, failure))
		return false;
	return judge_rule(&member->judge, crew->rules[turn->rule], &crew->findings[turn->rule], failure);
}

static void tell(struct crew *crew, bool *what)
{
	pthread_mutex_lock(&crew->lock);
	*what = true;
	pthread_cond_broadcast(&crew->changed);
	pthread_mutex_unlock(&crew->lock);
}

/* Gives away the rules whose turn it is. */
static bool give_judged(struct crew *crew, struct failure *failure)
{
	for (;;) {
		pthread_mutex_lock(&crew->lock);
		bool is_next = crew->taken < crew->count && crew->judged[crew->taken];
		pthread_mutex_unlock(&crew->lock);
		if (!is_next)
			return true;
		if (!crew->take(crew->context, crew->taken++, failure))
			return false;
	}
}

static void note_judged(struct crew *crew, int rule)
{
	pthread_mutex_lock(&crew->lock);
	crew->judged[rule] = true;
	pthread_mutex_unlock(&crew->lock);
}

static void *work(void *context)
{
	struct member *member = context;
	struct crew *crew = member->crew;
	const struct turn *turn;
	if (!open_columns(member))
		return NULL;
	while ((turn = take_turn(crew)) != NULL) {
		struct failure failure;
		bool judged = judge_turn(member, turn, &failure);
		progress_item(crew->progress);
		progress_work(crew->progress, turn->rows);
		if (judged)
			note_judged(crew, turn->rule);
		if (judged && crew->take && member == &crew->members[0] && !give_judged(crew, &crew->take_failure)) {
			crew->take_failed = true;
			tell(crew, &crew->stopped);
		}
		if (judged || (member->failed_rule >= 0 && member->failed_rule < turn->rule))
			continue;
		member->failed_rule = turn->rule;
		member->failure = failure;
	}
	return NULL;
}

static int by_rows(const void *a, const void *b)
{
	const struct turn *one = a, *other = b;
	return one->rows != other->rows ? (one->rows < other->rows) - (one->rows > other->rows) : one->rule - other->rule;
}

/* Whether a rule looks at what prepare_tables() fills; of reviews and decisions even the
 * place in a finding does. */
static bool waits(const struct rule *rule)
{
	char table[64];
	for (const char *at = rule->reads; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		snprintf(table, sizeof table, "%.*s", (int)length, at);
		if (prepare_fills(table) || strcmp(table, "city_review") == 0 || strcmp(table, "decision") == 0)
			return true;
		at += length;
	}
	return false;
}

static bool plan_turns(struct crew *crew, struct failure *failure)
{
	struct database *database = crew->members[0].database;
	crew->turns = allocate(failure, (unsigned long)crew->count, sizeof *crew->turns);
	sqlite3_stmt *rows = crew->turns ? database_prepare(database, "SELECT ifnull(sum(accepted + held), 0) FROM source"
		" WHERE instr(' ' || ?1 || ' ', ' ' || dataset || ' ')", failure) : NULL;
	bool done = rows != NULL;
	for (int i = 0; done && i < crew->count; i++) {
		bool row;
		sqlite3_bind_text(rows, 1, crew->rules[i]->reads, -1, SQLITE_STATIC);
		done = database_step(database, rows, &row, failure);
		crew->turns[i] = (struct turn){ .rule = i, .rows = sqlite3_column_int64(rows, 0), .waits = waits(crew->rules[i]) };
		sqlite3_reset(rows);
	}
	sqlite3_finalize(rows);
	if (done && crew->count)
		qsort(crew->turns, (size_t)crew->count, sizeof *crew->turns, by_rows);
	return done;
}

bool crew_begin(struct crew *crew, struct rule **rules, int count, struct spool_batch *findings,
	struct failure *failure)
{
	crew->rules = rules;
	crew->count = count;
	crew->findings = findings;
	crew->judged = allocate(failure, (unsigned long)count, sizeof *crew->judged);
	if (!crew->judged || !plan_turns(crew, failure))
		return false;
	int64_t rows = 0;
	for (int i = 0; i < count; i++)
		rows += crew->turns[i].rows;
	progress_begin(crew->progress, tr("judging", "核验"), rows, count, tr("rules", "条规则"));
	for (int i = 1; i < CREW; i++) {
		struct member *member = &crew->members[i];
		/* the transaction lasts until the tables are prepared: database.h */
		if (!database_run(member->database, "BEGIN; SELECT count(*) FROM batch", failure))
			return false;
		member->early = true;
		/* the first member works in crew_run(); where no other can start, alone */
		member->started = pthread_create(&member->thread, NULL, work, member) == 0;
	}
	return true;
}

void crew_go_on(struct crew *crew)
{
	tell(crew, &crew->prepared);
}

/* Waits for the threads that were started. */
static void join(struct crew *crew)
{
	for (int i = 0; i < CREW; i++) {
		if (crew->members[i].started)
			pthread_join(crew->members[i].thread, NULL);
		crew->members[i].started = false;
	}
}

bool crew_run(struct crew *crew, crew_taker *take, void *context, struct failure *failure)
{
	crew->take = take;
	crew->context = context;
	work(&crew->members[0]);
	join(crew);
	if (crew->columns_failed) {
		*failure = crew->failure;
		return false;
	}
	const struct member *first = NULL;
	for (int i = 0; i < CREW; i++) {
		const struct member *member = &crew->members[i];
		if (member->failed_rule >= 0 && (!first || member->failed_rule < first->failed_rule))
			first = member;
	}
	if (first)
		*failure = first->failure;
	else if (crew->take_failed)
		*failure = crew->take_failure;
	return !first && !crew->take_failed;
}

bool crew_rest(struct crew *crew, struct failure *failure)
{
	bool done = true;
	for (int i = 0; i < CREW; i++) {
		struct member *member = &crew->members[i];
		subjects_close(member->judge.subjects);
		member->judge.subjects = NULL;
		close_tables(member);
		done = database_close(member->database, failure) && done;
		member->database = NULL;
	}
	return done;
}

void crew_close(struct crew *crew)
{
	struct failure ignored;
	if (!crew)
		return;
	tell(crew, &crew->stopped);
	join(crew);
	for (int i = 0; i < CREW; i++) {
		judge_close(&crew->members[i].judge);
		close_tables(&crew->members[i]);
		database_close(crew->members[i].database, &ignored);
	}
	for (int i = 0; i < JUDGE_TABLES; i++)
		columns_free(crew->columns[i]);
	free(crew->turns);
	free(crew->judged);
	pthread_cond_destroy(&crew->changed);
	pthread_mutex_destroy(&crew->lock);
	free(crew);
}
