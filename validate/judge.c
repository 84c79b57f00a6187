#include "validate/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/column_table.h"
#include "validate/subject.h"
#include "validate/template.h"

/* Steps that every rule has, and for each row of the batch: far above what a rule
 * that ends needs. In thousands. */
enum { BUDGET_BASE = 1000000, BUDGET_PER_ROW = 10 };

bool judge_open(struct judge *judge, struct database *database, const struct schema *schema, const char *batch,
	const char *folder, struct failure *failure)
{
	sqlite3_int64 rows = 0;
	*judge = (struct judge){ .database = database, .schema = schema, .batch = batch };
	bool done = database_number(database, "SELECT ifnull(sum(accepted + held), 0) FROM source", &rows, failure);
	judge->budget = BUDGET_BASE + BUDGET_PER_ROW * rows;
	judge->subjects = done ? subjects_open(database, failure) : NULL;
	judge->spool = judge->subjects ? spool_open(folder, failure) : NULL;
	if (judge->spool)
		return true;
	judge_close(judge);
	return false;
}

void judge_close(struct judge *judge)
{
	subjects_close(judge->subjects);
	spool_close(judge->spool);
	judge->subjects = NULL;
	judge->spool = NULL;
}

/* A rule being run: its statement, the columns with a meaning, its templates. */
struct running {
	struct judge *judge;
	struct rule *rule;
	sqlite3_stmt *statement;
	int id, rule_case, dataset, field, application_no, raw; /* columns, -1: none */
	struct { struct template *understood, *allowed, *message; } templates[RULE_MAX_CASES];
	sqlite3_int64 budget;          /* left */
	struct bytes record, text;
	struct failure *failure;
};

static void close_cage(struct running *running)
{
	database_cage(running->judge->database, running->rule->name, running->rule->reads, running->budget);
}

static void open_cage(struct running *running)
{
	running->budget = running->judge->database->budget;
	database_uncage(running->judge->database);
}

static bool prepare_one(struct running *running, const char *sql)
{
	struct database *database = running->judge->database;
	const char *tail = NULL;
	close_cage(running);
	int code = sqlite3_prepare_v2(database->handle, sql, -1, &running->statement, &tail);
	bool done = code == SQLITE_OK || database_failed(database, sql, running->failure);
	open_cage(running);
	if (!done)
		return false;
	if (!running->statement || !sqlite3_stmt_readonly(running->statement))
		return fail(running->failure, STATUS_BATCH, tr("%s: no SELECT", "%s：没有 SELECT"), running->rule->name);
	if (tail[strspn(tail, " \t\r\n;")])
		return fail(running->failure, STATUS_BATCH, tr("%s: more than one statement", "%s：多于一条语句"),
			running->rule->name);
	return true;
}

/* Shows the tables by column that the rule may read. */
static bool show_tables(struct running *running)
{
	for (int i = 0; i < JUDGE_TABLES; i++) {
		struct column_table *table = running->judge->tables[i];
		if (table && !column_table_show(table, strstr(running->rule->reads, column_table_name(table)) != NULL,
			running->failure))
			return false;
	}
	return true;
}

/* Hides those that do not fit what was prepared. */
static bool hide_tables(struct running *running, bool *changed)
{
	bool rowid = running->judge->database->rowid;
	*changed = false;
	for (int i = 0; i < JUDGE_TABLES; i++) {
		struct column_table *table = running->judge->tables[i];
		if (!table || !column_table_shown(table) || (column_table_fits(table) && !rowid))
			continue;
		if (!*changed)
			sqlite3_finalize(running->statement);
		running->statement = NULL;
		*changed = true;
		if (!column_table_show(table, false, running->failure))
			return false;
	}
	return true;
}

/* Prepares the rule's one SELECT: over the columns of big tables where these are there
 * and fit it, else over the tables themselves. */
static bool prepare(struct running *running, const char *sql)
{
	bool changed = true;
	if (!show_tables(running))
		return false;
	while (changed)
		if (!prepare_one(running, sql) || !hide_tables(running, &changed))
			return false;
	return true;
}

bool judge_plan(struct judge *judge, struct column_table *table, const struct rule *rule, struct wanted *wanted,
	struct failure *failure)
{
	struct database *database = judge->database;
	sqlite3_stmt *statement = NULL;
	if (!column_table_show(table, true, failure))
		return false;
	database_cage(database, rule->name, rule->reads, judge->budget);
	if (sqlite3_prepare_v2(database->handle, rule->sql, -1, &statement, NULL) == SQLITE_OK && column_table_fits(table)
		&& !database->rowid)
		column_table_want(table, wanted);
	database_uncage(database);
	sqlite3_finalize(statement);
	return column_table_show(table, false, failure);
}

static bool read_template(struct running *running, const char *text, struct template **template)
{
	*template = NULL;
	if (!text)
		return true;
	*template = template_read(text, running->statement, running->judge->schema, running->failure);
	return *template || fail_within(running->failure, running->rule->name);
}

static bool read_templates(struct running *running, int at)
{
	const struct rule_case *of = &running->rule->cases[at];
	return read_template(running, of->understood, &running->templates[at].understood)
		&& read_template(running, of->allowed, &running->templates[at].allowed)
		&& read_template(running, of->message, &running->templates[at].message);
}

static void free_templates(struct running *running, int at)
{
	template_free(running->templates[at].understood);
	template_free(running->templates[at].allowed);
	template_free(running->templates[at].message);
	running->templates[at].understood = running->templates[at].allowed = running->templates[at].message = NULL;
}

/* The columns with a meaning, and the templates of the cases that may fire. Of a
 * rule that `needs` datasets, x is for their absence; its SELECT may give x too where
 * it has the columns that the texts of x want. */
static bool read_columns(struct running *running, bool only_x)
{
	struct rule *rule = running->rule;
	sqlite3_stmt *statement = running->statement;
	running->id = template_column(statement, "id");
	running->rule_case = template_column(statement, "rule_case");
	running->dataset = template_column(statement, "dataset");
	running->field = template_column(statement, "field");
	running->application_no = template_column(statement, "application_no");
	running->raw = template_column(statement, "raw");
	if (running->id < 0)
		return fail(running->failure, STATUS_BATCH, tr("%s: the SELECT has no column id", "%s：SELECT 没有 id 列"),
			rule->name);
	for (int i = 0; i < rule->case_count; i++) {
		const struct rule_case *of = &rule->cases[i];
		if (of->name != 'x' && only_x)
			continue;
		if (read_templates(running, i))
			continue;
		if (of->name != 'x' || only_x || !*rule->needs)
			return false;
		free_templates(running, i);
	}
	return true;
}

static const char *column_text(const struct running *running, int column)
{
	return column < 0 ? NULL : (const char *)sqlite3_column_text(running->statement, column);
}

static bool wrong_value(const struct running *running, const char *column, const char *value)
{
	return fail(running->failure, STATUS_BATCH, tr("%s: column %s: unknown value: %.60s", "%s：%s 列的值无法识别：%.60s"),
		running->rule->name, column, value ? value : "NULL");
}

/* The case of the present row: its index in rule->cases. */
static bool find_case(const struct running *running, int *at)
{
	const char *name = column_text(running, running->rule_case);
	char wanted = name ? name[0] : '\0';
	for (int i = 0; i < running->rule->case_count; i++) {
		if (running->rule->cases[i].name == wanted && running->templates[i].message && (!wanted || !name[1])) {
			*at = i;
			return true;
		}
	}
	return wrong_value(running, "rule_case", name);
}

/* The subject of the present row; a batch finding has no row and no place. */
static bool find_subject(struct running *running, const struct rule_case *of, const char **dataset, int64_t *id,
	struct subject *subject)
{
	struct judge *judge = running->judge;
	const char *name = column_text(running, running->dataset);
	*dataset = name ? name : running->rule->subject;
	*id = 0;
	*subject = (struct subject){ .record_key = judge->batch };
	if (sqlite3_column_type(running->statement, running->id) == SQLITE_NULL) {
		*dataset = "batch";
		return true;
	}
	const struct dataset *found = schema_dataset(judge->schema, *dataset);
	if (!found)
		return wrong_value(running, "dataset", *dataset);
	*dataset = found->name;
	*id = sqlite3_column_int64(running->statement, running->id);
	const char *field = column_text(running, running->field);
	if (!field)
		field = of->field;
	int at = field ? dataset_field(found, field) : -1;
	if (field && at < 0 && running->field >= 0)
		return wrong_value(running, "field", field);
	return subjects_find(judge->subjects, found, at, *id, subject, running->failure)
		|| fail_within(running->failure, running->rule->name);
}

static bool add_text(struct running *running, const char *text)
{
	static const char nothing[1] = { 0 }, something[1] = { 1 };
	if (!text)
		return bytes_add(&running->record, nothing, 1, running->failure);
	return bytes_add(&running->record, something, 1, running->failure)
		&& bytes_add(&running->record, text, strlen(text) + 1, running->failure);
}

/* Appends the template's text, or `fallback` where there is no template. */
static bool add_template(struct running *running, const struct template *template, const char *fallback)
{
	if (!template)
		return add_text(running, fallback);
	running->text.used = 0;
	return template_fill(template, running->statement, &running->text, running->failure)
		&& bytes_add(&running->text, "", 1, running->failure) && add_text(running, running->text.at);
}

/* The record of the present row (see finding_read). Its bytes sort by case, dataset,
 * record key, place; everything behind makes the order of equals stable. */
static bool write_record(struct running *running, int at, const char *dataset, int64_t id, const struct subject *subject)
{
	struct bytes *record = &running->record;
	struct failure *failure = running->failure;
	const struct rule_case *of = &running->rule->cases[at];
	const char *number = running->application_no < 0 ? subject->application_no
							 : column_text(running, running->application_no);
	const char *raw = running->raw < 0 ? subject->raw : column_text(running, running->raw);
	record->used = 0;
	return bytes_add(record, &of->name, 1, failure) && bytes_add(record, dataset, strlen(dataset) + 1, failure)
		&& bytes_add(record, subject->record_key, strlen(subject->record_key) + 1, failure)
		&& bytes_add_ordered(record, subject->source, failure) && bytes_add_ordered(record, subject->row, failure)
		&& bytes_add_ordered(record, id, failure) && add_text(running, subject->place) && add_text(running, number)
		&& add_text(running, subject->school_code) && add_text(running, raw)
		&& add_template(running, running->templates[at].understood, subject->understood)
		&& add_template(running, running->templates[at].allowed, NULL)
		&& add_template(running, running->templates[at].message, NULL);
}

static bool keep_row(struct running *running)
{
	int at = 0;
	int64_t id;
	const char *dataset;
	struct subject subject;
	return find_case(running, &at) && find_subject(running, &running->rule->cases[at], &dataset, &id, &subject)
		&& write_record(running, at, dataset, id, &subject)
		&& spool_add(running->judge->spool, &running->record, running->failure);
}

static bool run(struct running *running)
{
	for (;;) {
		bool row = false;
		close_cage(running);
		bool done = database_step(running->judge->database, running->statement, &row, running->failure);
		open_cage(running);
		if (!done)
			return false;
		if (!row)
			return true;
		if (!keep_row(running))
			return false;
	}
}

/* The Chinese titles of the datasets that the rule needs and the batch has not,
 * joined by 、; NULL where none is missing. Freed with free(). */
static bool missing_datasets(struct running *running, char **missing)
{
	struct database *database = running->judge->database;
	sqlite3_stmt *row = database_prepare(database, "SELECT group_concat(title, '、') FROM (SELECT title FROM dataset"
		" WHERE NOT present AND instr(' ' || ?1 || ' ', ' ' || name || ' ') ORDER BY id)", running->failure);
	bool found = false;
	*missing = NULL;
	if (!row)
		return false;
	sqlite3_bind_text(row, 1, running->rule->needs, -1, SQLITE_STATIC);
	bool done = database_step(database, row, &found, running->failure);
	const char *text = done && found ? (const char *)sqlite3_column_text(row, 0) : NULL;
	if (text) {
		*missing = copy_text(running->failure, text);
		done = *missing != NULL;
	}
	sqlite3_finalize(row);
	return done;
}

/* Stored records are those accepted or held; counting them would be another scan. */
static bool count_checked(struct running *running)
{
	char sql[160];
	sqlite3_int64 rows = 1; /* the batch */
	snprintf(sql, sizeof sql, "SELECT ifnull(sum(accepted + held), 0) FROM source WHERE dataset = '%s'",
		running->rule->subject);
	bool done = strcmp(running->rule->subject, "batch") == 0
		|| database_number(running->judge->database, sql, &rows, running->failure);
	running->rule->checked = rows;
	return done;
}

/* The x of a rule whose datasets are not there, on the batch. */
static bool run_missing(struct running *running, const char *missing)
{
	bool done = prepare(running, "SELECT NULL AS id, 'x' AS rule_case, ?1 AS missing");
	if (done)
		sqlite3_bind_text(running->statement, 1, missing, -1, SQLITE_STATIC);
	done = done && read_columns(running, true) && run(running);
	sqlite3_finalize(running->statement);
	running->statement = NULL;
	for (int i = 0; i < running->rule->case_count; i++)
		free_templates(running, i);
	return done;
}

static bool run_select(struct running *running)
{
	bool done = prepare(running, running->rule->sql) && count_checked(running) && read_columns(running, false)
		&& run(running);
	sqlite3_finalize(running->statement);
	running->statement = NULL;
	return done;
}

static bool run_rule(struct running *running)
{
	char *missing = NULL;
	bool done = *running->rule->needs == '\0' || missing_datasets(running, &missing);
	running->rule->checked = 0;
	if (done && missing)
		done = run_missing(running, missing);
	if (done && (!missing || running->rule->partly))
		done = run_select(running);
	free(missing);
	return done;
}

bool judge_rule(struct judge *judge, struct rule *rule, struct spool_batch *findings, struct failure *failure)
{
	struct running running = { .judge = judge, .rule = rule, .budget = judge->budget, .failure = failure };
	*findings = (struct spool_batch){ 0 };
	struct span span;
	profile_begin(judge->database->profile, &span);
	bool done = run_rule(&running);
	profile_end(judge->database->profile, &span, "rule", rule->id, rule->checked, 0);
	for (int i = 0; i < rule->case_count; i++)
		free_templates(&running, i);
	bytes_free(&running.record);
	bytes_free(&running.text);
	struct failure ignored;
	if (!spool_take(judge->spool, findings, done ? failure : &ignored))
		done = false;
	return done;
}

static const char *next_text(const char **at)
{
	if (*(*at)++ == 0)
		return NULL;
	const char *text = *at;
	*at += strlen(text) + 1;
	return text;
}

/* Records come from this program alone. */
static void finding_read(const char *record, struct finding *finding)
{
	const char *at = record;
	finding->rule_case = *at++;
	finding->dataset = at;
	at += strlen(at) + 1;
	finding->record_key = at;
	at += strlen(at) + 1;
	finding->source = bytes_ordered(at);
	finding->row = bytes_ordered(at + 8);
	finding->row_id = bytes_ordered(at + 16);
	at += 24;
	finding->subject_length = (size_t)(at - record);
	finding->place = next_text(&at);
	finding->application_no = next_text(&at);
	finding->school_code = next_text(&at);
	finding->raw = next_text(&at);
	finding->understood = next_text(&at);
	finding->allowed = next_text(&at);
	finding->message = next_text(&at);
}

bool finding_each(const struct spool_batch *findings, struct rule *rule, finding_taker *take, void *context,
	struct failure *failure)
{
	struct bytes last = { 0 }; /* case and subject of the finding before */
	struct spool_merge *merge = spool_merge_open(findings, failure);
	bool done = merge != NULL;
	while (done) {
		const char *record;
		size_t length;
		struct finding finding;
		done = spool_merge_next(merge, &record, &length, failure);
		if (!done || !record)
			break;
		finding_read(record, &finding);
		if (last.at && last.used == finding.subject_length && memcmp(last.at, record, last.used) == 0)
			continue;
		last.used = 0;
		struct rule_case *of = rule_case_of(rule, finding.rule_case);
		done = of && bytes_add(&last, record, finding.subject_length, failure) && take(context, of, &finding, failure);
	}
	bytes_free(&last);
	spool_merge_close(merge);
	return done;
}
