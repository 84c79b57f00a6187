#include "validate/validate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/layout.h"
#include "common/memory.h"
#include "common/temporary.h"
#include "validate/aside.h"
#include "validate/catalogue.h"
#include "validate/crew.h"
#include "validate/prepare.h"
#include "validate/print.h"
#include "validate/writer.h"

/* One run over one batch. */
struct stage {
	const char *home, *folder;   /* the folder of batch.db, and of temporary files */
	char *aside;                 /* the same where only a copy is worked on, else NULL */
	char *path;                  /* batch.db */
	struct schema *schema;
	struct catalogue *catalogue;
	struct database *database;   /* the writer */
	char *batch;                 /* batch.id */
	struct crew *crew;
	struct rule **rules;         /* to run, in the order of their IDs: */
	int count, last;             /* all; those that run before the outcome */
	struct spool_batch *findings;
	bool writing;                /* findings and outcomes, in a transaction */
	int written;                 /* rules whose findings are */
	struct failure *failure;
};

static bool is_among(const char *const *names, int count, const char *id)
{
	for (int i = 0; i < count; i++)
		if (strcmp(names[i], id) == 0)
			return true;
	return false;
}

static bool check_names(const struct catalogue *catalogue, const char *const *names, int count,
	struct failure *failure)
{
	for (int i = 0; i < count; i++)
		if (!catalogue_rule(catalogue, names[i]))
			return fail(failure, STATUS_USAGE, tr("no such rule: %s; --list shows them", "没有规则 %s，可用 --list 查看全部规则"), names[i]);
	return true;
}

static bool choose_rules(struct stage *stage, const struct validate_options *options)
{
	struct catalogue *catalogue = stage->catalogue;
	if (!check_names(catalogue, options->only, options->only_count, stage->failure)
		|| !check_names(catalogue, options->skip, options->skip_count, stage->failure))
		return false;
	stage->rules = allocate(stage->failure, (unsigned long)catalogue->count, sizeof *stage->rules);
	stage->findings = allocate(stage->failure, (unsigned long)catalogue->count, sizeof *stage->findings);
	if (!stage->rules || !stage->findings)
		return false;
	for (int i = 0; i < catalogue->count; i++) {
		struct rule *rule = catalogue->rules[i];
		bool chosen = !options->only_count || is_among(options->only, options->only_count, rule->id);
		if (!chosen || is_among(options->skip, options->skip_count, rule->id))
			continue;
		stage->rules[stage->count++] = rule;
		if (!rule->after_outcome) /* these stand last: catalogue_load() saw to it */
			stage->last = stage->count;
	}
	return true;
}

static bool read_batch_id(struct stage *stage)
{
	bool row = false;
	sqlite3_stmt *statement = database_prepare(stage->database, "SELECT id FROM batch", stage->failure);
	bool done = statement && database_step(stage->database, statement, &row, stage->failure);
	const char *id = row ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	if (done && id)
		stage->batch = copy_text(stage->failure, id);
	else if (done)
		fail(stage->failure, STATUS_BATCH, tr("%s holds no batch", "%s 中没有批次"), stage->path);
	sqlite3_finalize(statement);
	return stage->batch != NULL;
}

/* Where some rules are only tried, batch.db stays as it is, for it stands in the manifest: what rules
 * look things up in is prepared in a copy. */
static bool open_database(struct stage *stage, const struct validate_options *options)
{
	struct failure *failure = stage->failure;
	if (!options->only_count) {
		stage->database = database_open(stage->path, DATABASE_VALIDATE, failure);
		return stage->database != NULL;
	}
	stage->aside = temporary_folder("onex-validate", failure);
	char *copy = stage->aside ? layout_join(failure, stage->aside, "batch.db") : NULL;
	stage->database = copy ? aside_open(stage->path, copy, failure) : NULL;
	free(stage->path);
	stage->path = copy;
	stage->folder = stage->aside;
	return stage->database != NULL;
}

static bool open_stage(struct stage *stage, const struct validate_options *options)
{
	struct failure *failure = stage->failure;
	stage->path = layout_join(failure, stage->folder, "batch.db");
	stage->schema = stage->path ? schema_load(stage->home, failure) : NULL;
	stage->catalogue = stage->schema ? catalogue_load(stage->home, stage->schema, failure) : NULL;
	if (!stage->catalogue || !choose_rules(stage, options))
		return false;
	if (!open_database(stage, options))
		return false;
	stage->database->profile = options->profile;
	stage->database->progress = options->progress;
	return database_run(stage->database, "PRAGMA cache_size = -16384", failure)
		&& read_batch_id(stage) && catalogue_change(stage->catalogue, stage->database, failure);
}

static bool close_stage(struct stage *stage, bool done)
{
	struct failure ignored;
	for (int i = 0; stage->findings && i < stage->count; i++)
		spool_batch_free(&stage->findings[i]);
	crew_close(stage->crew);
	done = database_close(stage->database, done ? stage->failure : &ignored) && done;
	catalogue_free(stage->catalogue);
	schema_free(stage->schema);
	free(stage->rules);
	free(stage->findings);
	free(stage->batch);
	free(stage->path);
	aside_remove(stage->aside);
	return done;
}

/* Begins the transaction in which findings and outcomes are written. */
static bool begin_writing(struct stage *stage)
{
	struct database *database = stage->database;
	stage->writing = database_run(database, "BEGIN", stage->failure);
	return stage->writing && writer_clear(database, stage->failure)
		&& writer_run_by_column(database, crew_columns(stage->crew, "application"), stage->home,
			"outcome/presumed.sql", stage->failure)
		&& writer_ingest_findings(database, stage->catalogue, 'F', stage->failure);
}

/* Writes the findings of the next rule. */
static bool write_rule(void *context, int rule, struct failure *failure)
{
	struct stage *stage = context;
	struct span span;
	profile_begin(stage->database->profile, &span);
	stage->written = rule + 1;
	bool done = writer_findings(stage->database, stage->rules[rule], &stage->findings[rule], failure);
	profile_end(stage->database->profile, &span, "write", "findings", 0, 0);
	return done;
}

/* There is no journal that could roll back: what is left has no outcome, and is whole. */
static void give_up_writing(struct stage *stage)
{
	struct failure ignored;
	crew_close(stage->crew); /* nobody reads while it is committed */
	stage->crew = NULL;
	if (writer_clear(stage->database, &ignored))
		database_run(stage->database, "COMMIT", &ignored);
}

/* Fills the tables that rules look things up in, and runs the rules that come before the
 * outcome, on both cores. Meanwhile what is to be written begins, where `writes`. */
static bool run_crew(struct stage *stage, bool writes)
{
	stage->crew = crew_open(stage->path, stage->schema, stage->batch, stage->folder,
		stage->database->profile, stage->database->progress, stage->failure);
	if (stage->aside)
		unlink(stage->path); /* all that read it are open: a killed run leaves no copy */
	if (!stage->crew || !crew_begin(stage->crew, stage->rules, stage->last, stage->findings, stage->failure)
		|| !prepare_tables(stage->database, stage->schema, stage->home, stage->failure))
		return false;
	crew_go_on(stage->crew);
	return (!writes || begin_writing(stage))
		&& crew_run(stage->crew, writes ? write_rule : NULL, stage, stage->failure)
		&& crew_rest(stage->crew, stage->failure);
}

/* Runs a rule on the writer's own connection, caged: it sees what this transaction
 * has written. Its findings go to the table, or to `to`. */
static bool run_late(struct stage *stage, struct rule *rule, FILE *to)
{
	struct judge judge;
	struct spool_batch findings = { 0 };
	if (!judge_open(&judge, stage->database, stage->schema, stage->batch, stage->folder, stage->failure))
		return false;
	bool done = judge_rule(&judge, rule, &findings, stage->failure)
		&& (to ? print_findings(to, stage->database, rule, &findings, stage->failure)
		       : writer_findings(stage->database, rule, &findings, stage->failure));
	spool_batch_free(&findings);
	judge_close(&judge);
	return done;
}

/* Findings in the order of rules: F, then R, then S. Rules on the outcome look at
 * weighed findings, and then are weighed themselves. */
static bool write_stage(struct stage *stage)
{
	struct database *database = stage->database;
	struct failure *failure = stage->failure;
	struct span span;
	bool done = true;
	progress_begin(database->progress, tr("writing findings of", "写入问题"), 0, stage->last - stage->written,
		tr("rules", "条规则"));
	while (done && stage->written < stage->last) {
		done = write_rule(stage, stage->written, failure);
		progress_item(database->progress);
	}
	progress_begin(database->progress, tr("drawing conclusions", "形成结论"), 0, 0, NULL);
	profile_begin(database->profile, &span);
	done = done && writer_index(database, failure);
	profile_end(database->profile, &span, "write", "index", 0, 0);
	done = done
		&& writer_run_file(database, stage->home, "outcome/weigh.sql", failure);
	for (int i = stage->last; done && i < stage->count; i++)
		done = run_late(stage, stage->rules[i], NULL);
	done = done && writer_run_file(database, stage->home, "outcome/weigh.sql", failure)
		&& writer_ingest_findings(database, stage->catalogue, 'S', failure)
		&& writer_run_file(database, stage->home, "outcome/outcome.sql", failure)
		&& writer_rules(database, stage->catalogue, failure) && database_run(database, "COMMIT", failure);
	stage->writing = !done;
	return done;
}

static bool print_stage(struct stage *stage, FILE *to)
{
	bool done = true;
	progress_rest(stage->database->progress);
	for (int i = 0; done && i < stage->last; i++)
		done = print_findings(to, stage->database, stage->rules[i], &stage->findings[i], stage->failure);
	for (int i = stage->last; done && i < stage->count; i++)
		done = run_late(stage, stage->rules[i], to);
	return done;
}

bool validate_batch(const char *home, const char *out, const struct validate_options *options, FILE *to,
	struct failure *failure)
{
	struct stage stage = { .home = home, .folder = out, .failure = failure };
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* counting memory is a lock that threads wait for */
	memory_watch(); /* while libxml2 reads the definitions: SQLite and the rest look themselves */
	bool done = open_stage(&stage, options);
	memory_unwatch();
	done = memory_enough(NULL, failure) && done && run_crew(&stage, !options->only_count);
	if (done && options->only_count)
		done = print_stage(&stage, to);
	else if (done)
		done = write_stage(&stage);
	if (!done && stage.writing)
		give_up_writing(&stage);
	progress_rest(options->progress);
	if (done && to && !options->only_count)
		done = print_verdict(to, stage.database, failure);
	return close_stage(&stage, done);
}

/* The catalogue alone, without a batch. */
static struct catalogue *load_catalogue(const char *home, struct schema **schema, struct failure *failure)
{
	*schema = schema_load(home, failure);
	return *schema ? catalogue_load(home, *schema, failure) : NULL;
}

bool validate_list(const char *home, FILE *to, struct failure *failure)
{
	struct schema *schema;
	struct catalogue *catalogue = load_catalogue(home, &schema, failure);
	for (int i = 0; catalogue && i < catalogue->count; i++)
		print_rule_line(to, catalogue->rules[i]);
	bool done = catalogue != NULL;
	catalogue_free(catalogue);
	schema_free(schema);
	return done;
}

bool validate_explain(const char *home, const char *rule, FILE *to, struct failure *failure)
{
	struct schema *schema;
	struct catalogue *catalogue = load_catalogue(home, &schema, failure);
	bool done = catalogue && check_names(catalogue, &rule, 1, failure);
	if (done)
		print_rule(to, catalogue_rule(catalogue, rule));
	catalogue_free(catalogue);
	schema_free(schema);
	return done;
}
