#include "validate/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "validate/column_table.h"
#include "validate/subject.h"

enum {
	CREW = 2,
	COLUMNS_LEAST = 20000  /* applications; of fewer the columns are not worth building */
};

struct member {
	struct crew *crew;
	struct judge judge;
	struct database *database;
	pthread_t thread;
	bool started;
	int failed_rule;       /* index of the first rule that failed here, -1: none */
	struct failure failure;
};

/* A rule's turn: the costly ones come first, so that none is left for the end. */
struct turn {
	int rule;              /* index in crew.rules */
	int64_t rows;          /* of the datasets that it reads */
};

struct crew {
	struct member members[CREW];
	struct columns *columns; /* of the applications, or NULL */
	struct rule **rules;
	struct spool_batch *findings;
	struct turn *turns;
	int count;
	atomic_int next;       /* turn to take */
};

/* Builds the columns of the applications and shows them to each member. */
static bool open_columns(struct crew *crew, const struct schema *schema, const char *folder, struct failure *failure)
{
	struct database *database = crew->members[0].database;
	const struct dataset *dataset = schema_dataset(schema, "application");
	sqlite3_int64 rows = 0;
	bool fits = true;
	struct span span;
	if (!dataset || !database_number(database, "SELECT ifnull(sum(accepted + held), 0) FROM source"
		" WHERE dataset = 'application'", &rows, failure))
		return !dataset;
	if (rows < COLUMNS_LEAST)
		return true;
	profile_begin(database->profile, &span);
	crew->columns = columns_build(database, dataset, folder, &fits, failure);
	profile_end(database->profile, &span, "columns", dataset->name, rows, 0);
	bool done = crew->columns || !fits;
	for (int i = 0; crew->columns && done && i < CREW; i++) {
		struct judge *judge = &crew->members[i].judge;
		judge->table = column_table_open(judge->database, crew->columns, failure);
		done = judge->table != NULL;
	}
	return done;
}

struct crew *crew_open(const char *path, const struct schema *schema, const char *batch, const char *folder,
	struct profile *profile, struct failure *failure)
{
	struct crew *crew = allocate(failure, 1, sizeof *crew);
	bool done = crew != NULL;
	for (int i = 0; done && i < CREW; i++) {
		struct member *member = &crew->members[i];
		member->crew = crew;
		member->database = database_open(path, DATABASE_READ, failure);
		if (member->database)
			member->database->profile = profile;
		done = member->database && database_run(member->database, "PRAGMA cache_size = -4096", failure)
			&& judge_open(&member->judge, member->database, schema, batch, folder, failure);
	}
	if (done && open_columns(crew, schema, folder, failure))
		return crew;
	crew_close(crew);
	return NULL;
}

static void *work(void *context)
{
	struct member *member = context;
	struct crew *crew = member->crew;
	for (;;) {
		int at = atomic_fetch_add(&crew->next, 1);
		struct failure failure;
		if (at >= crew->count)
			return NULL;
		int i = crew->turns[at].rule;
		if (judge_rule(&member->judge, crew->rules[i], &crew->findings[i], &failure)
			|| (member->failed_rule >= 0 && member->failed_rule < i))
			continue;
		member->failed_rule = i;
		member->failure = failure;
	}
}

static int by_rows(const void *a, const void *b)
{
	const struct turn *one = a, *other = b;
	return one->rows != other->rows ? (one->rows < other->rows) - (one->rows > other->rows) : one->rule - other->rule;
}

static bool plan_turns(struct crew *crew, struct failure *failure)
{
	struct database *database = crew->members[0].database;
	free(crew->turns);
	crew->turns = allocate(failure, (unsigned long)crew->count, sizeof *crew->turns);
	sqlite3_stmt *rows = crew->turns ? database_prepare(database, "SELECT ifnull(sum(accepted + held), 0) FROM source"
		" WHERE instr(' ' || ?1 || ' ', ' ' || dataset || ' ')", failure) : NULL;
	bool done = rows != NULL;
	for (int i = 0; done && i < crew->count; i++) {
		bool row;
		sqlite3_bind_text(rows, 1, crew->rules[i]->reads, -1, SQLITE_STATIC);
		done = database_step(database, rows, &row, failure);
		crew->turns[i] = (struct turn){ .rule = i, .rows = sqlite3_column_int64(rows, 0) };
		sqlite3_reset(rows);
	}
	sqlite3_finalize(rows);
	if (done && crew->count)
		qsort(crew->turns, (size_t)crew->count, sizeof *crew->turns, by_rows);
	return done;
}

bool crew_run(struct crew *crew, struct rule **rules, int count, struct spool_batch *findings,
	struct failure *failure)
{
	crew->rules = rules;
	crew->count = count;
	crew->findings = findings;
	atomic_store(&crew->next, 0);
	if (!plan_turns(crew, failure))
		return false;
	for (int i = 0; i < CREW; i++) {
		struct member *member = &crew->members[i];
		member->failed_rule = -1;
		/* the first member works in this thread; where no other can start, alone */
		member->started = i > 0 && pthread_create(&member->thread, NULL, work, member) == 0;
	}
	work(&crew->members[0]);
	const struct member *first = NULL;
	for (int i = 0; i < CREW; i++) {
		struct member *member = &crew->members[i];
		if (member->started)
			pthread_join(member->thread, NULL);
		if (member->failed_rule >= 0 && (!first || member->failed_rule < first->failed_rule))
			first = member;
	}
	if (first)
		*failure = first->failure;
	return !first;
}

bool crew_rest(struct crew *crew, struct failure *failure)
{
	bool done = true;
	for (int i = 0; i < CREW; i++) {
		struct member *member = &crew->members[i];
		subjects_close(member->judge.subjects);
		member->judge.subjects = NULL;
		column_table_close(member->judge.table);
		member->judge.table = NULL;
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
	for (int i = 0; i < CREW; i++) {
		judge_close(&crew->members[i].judge);
		column_table_close(crew->members[i].judge.table);
		database_close(crew->members[i].database, &ignored);
	}
	columns_free(crew->columns);
	free(crew->turns);
	free(crew);
}
