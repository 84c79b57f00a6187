#include "ingest/writer.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/attempts.h"
#include "ingest/entry.h"
#include "ingest/tables.h"
#include "ingest/terms.h"
#include "ingest/typing.h"

struct part {
	sqlite3_stmt *insert;
	struct binding binding;
	int certificate_name, issuer;           /* fields, or -1 */
	int major_code, major_name, major_level;
	bool is_assessment;
	int school_code, level, exam_date, result;
};

struct writer {
	struct database *database;
	const struct schema *schema;
	struct terms *terms;
	struct attempts *attempts;
	struct part *parts; /* by dataset */
	sqlite3_stmt *insert_finding, *insert_raw, *insert_source, *insert_column;
	const char *at, *end;    /* what is left of the block */
	/* the records being written */
	int64_t dataset;
	struct value values[SCHEMA_MAX_FIELDS];    /* by field */
	struct value columns[TABLES_MAX_COLUMNS];  /* by column: the row of the feed */
	struct failure *failure;
	bool broken;             /* the feed failed */
};

static bool run(struct writer *writer, sqlite3_stmt *statement, struct failure *failure)
{
	bool row;
	bool done = database_step(writer->database, statement, &row, failure);
	sqlite3_reset(statement);
	return done;
}

/* ---- records */

static bool intern_text(struct writer *writer, int field, int64_t *id, struct failure *failure)
{
	*id = 0;
	if (field < 0 || writer->values[field].state != VALUE_TEXT)
		return true;
	return terms_text(writer->terms, writer->values[field].text, writer->values[field].length, id, failure);
}

static void set_number(struct writer *writer, int column, int64_t number)
{
	writer->columns[column].state = VALUE_INTEGER;
	writer->columns[column].integer = number;
}

static bool set_certificate(struct writer *writer, const struct part *part, struct failure *failure)
{
	int64_t name;
	int64_t issuer;
	int64_t ref;
	if (!intern_text(writer, part->certificate_name, &name, failure)
		|| !intern_text(writer, part->issuer, &issuer, failure)
		|| !terms_certificate(writer->terms, name, issuer, &ref, failure))
		return false;
	set_number(writer, part->binding.certificate, ref);
	return true;
}

static bool set_major(struct writer *writer, const struct part *part, struct failure *failure)
{
	const struct value *code = &writer->values[part->major_code];
	const struct value *level = part->major_level >= 0 ? &writer->values[part->major_level] : NULL;
	bool has_code = code->state == VALUE_TEXT;
	int64_t name;
	int64_t ref;
	if (!intern_text(writer, part->major_name, &name, failure)
		|| !terms_major(writer->terms, has_code ? code->text : NULL, has_code ? code->length : 0, name,
			level && level->state == VALUE_INTEGER ? level->integer : 0, &ref, failure))
		return false;
	set_number(writer, part->binding.major, ref);
	return true;
}

static int64_t number_of(const struct writer *writer, int field)
{
	return writer->values[field].state == VALUE_INTEGER ? writer->values[field].integer : 0;
}

/* An attempt of which any part of its group is unknown is in no group. */
static bool count_attempt(struct writer *writer, const struct part *part, struct failure *failure)
{
	const struct value *values = writer->values;
	if (values[part->school_code].state != VALUE_INTEGER || values[part->level].state != VALUE_INTEGER
		|| values[part->exam_date].state != VALUE_INTEGER)
		return true;
	const struct attempt attempt = { writer->columns[STORED_ID].integer, values[part->school_code].integer,
		writer->columns[part->binding.certificate].integer, values[part->level].integer,
		values[part->exam_date].integer, number_of(writer, part->result) };
	return attempts_add(writer->attempts, &attempt, failure);
}

static const char *take_value(const char *at, struct value *value)
{
	int length;
	value->state = (enum value_state)*at++;
	if (value->state == VALUE_INTEGER)
		return entry_take_number(at, &value->integer);
	if (value->state != VALUE_TEXT)
		return at;
	at = entry_take_text(at, &value->text, &length);
	value->length = (uint32_t)length;
	return at;
}

/* Makes the record at writer->at the row of the feed. */
static bool take_record(struct writer *writer, struct failure *failure)
{
	int64_t number;
	const char *at = entry_take_number(writer->at, &number); /* the kind */
	at = entry_take_number(at, &number);
	const struct dataset *dataset = &writer->schema->datasets[number];
	const struct part *part = &writer->parts[number];
	for (int i = STORED_ID; i <= STORED_UNKNOWN; i++) {
		at = entry_take_number(at, &number);
		set_number(writer, i, number);
		if (i == STORED_OFFSET && number < 0)
			writer->columns[i].state = VALUE_EMPTY;
	}
	for (int k = 0; k < dataset->field_count; k++) {
		struct value *value = &writer->values[k];
		int column = part->binding.field[k];
		at = take_value(at, value);
		if (column < 0)
			continue;
		if (dataset->fields[k].dictionary && value->state == VALUE_TEXT) {
			if (!intern_text(writer, k, &number, failure))
				return false;
			set_number(writer, column, number);
		} else {
			writer->columns[column] = *value;
		}
	}
	writer->at = at;
	return (part->binding.certificate < 0 || set_certificate(writer, part, failure))
		&& (part->binding.major < 0 || set_major(writer, part, failure))
		&& (!part->is_assessment || count_attempt(writer, part, failure));
}

/* The dataset of the record that comes next, -1 where something else does. */
static int64_t next_dataset(const struct writer *writer)
{
	int64_t kind;
	int64_t dataset = -1;
	if (writer->at == writer->end)
		return -1;
	const char *at = entry_take_number(writer->at, &kind);
	if (kind == ENTRY_RECORD)
		entry_take_number(at, &dataset);
	return dataset;
}

/* Inserts the records from writer->at on that are of one dataset. */
static bool write_records(struct writer *writer, struct failure *failure)
{
	writer->dataset = next_dataset(writer);
	writer->failure = failure;
	writer->broken = false;
	struct failure said;
	bool done = run(writer, writer->parts[writer->dataset].insert, &said);
	if (!done && !writer->broken) /* else its failure says more than SQLite's */
		*failure = said;
	return done;
}

/* ---- the virtual table `feed`: one row per record, columns c0, c1, … An INSERT from
 * it costs a third less than a statement bound and run for each record. */

struct feed {
	sqlite3_vtab base;
	struct writer *writer;
};

struct cursor {
	sqlite3_vtab_cursor base;
	sqlite3_int64 row;
	bool ended;
};

static int feed_connect(sqlite3 *handle, void *context, int count, const char *const *arguments,
	sqlite3_vtab **table, char **message)
{
	(void)count;
	(void)arguments;
	(void)message;
	char sql[16 * TABLES_MAX_COLUMNS] = "CREATE TABLE feed(c0";
	for (int i = 1; i < TABLES_MAX_COLUMNS; i++)
		sqlite3_snprintf(16, sql + strlen(sql), ",c%d", i);
	strcat(sql, ")");
	int code = sqlite3_declare_vtab(handle, sql);
	struct feed *feed = code == SQLITE_OK ? sqlite3_malloc(sizeof *feed) : NULL;
	if (!feed)
		return code == SQLITE_OK ? SQLITE_NOMEM : code;
	*feed = (struct feed) { .writer = context };
	*table = &feed->base;
	return SQLITE_OK;
}

static int feed_disconnect(sqlite3_vtab *table)
{
	sqlite3_free(table);
	return SQLITE_OK;
}

static int feed_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	info->estimatedCost = 1000000;
	return SQLITE_OK;
}

static int feed_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	(void)table;
	struct cursor *cursor = sqlite3_malloc(sizeof *cursor);
	if (!cursor)
		return SQLITE_NOMEM;
	*cursor = (struct cursor) { .row = 0 };
	*out = &cursor->base;
	return SQLITE_OK;
}

static int feed_close(sqlite3_vtab_cursor *cursor)
{
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static struct writer *writer_of(const sqlite3_vtab_cursor *cursor)
{
	return ((const struct feed *)(const void *)cursor->pVtab)->writer;
}

static int feed_next(sqlite3_vtab_cursor *base)
{
	struct cursor *cursor = (struct cursor *)(void *)base;
	struct writer *writer = writer_of(base);
	cursor->row++;
	cursor->ended = next_dataset(writer) != writer->dataset;
	if (cursor->ended)
		return SQLITE_OK;
	writer->broken = !take_record(writer, writer->failure);
	return writer->broken ? SQLITE_ERROR : SQLITE_OK;
}

static int feed_filter(sqlite3_vtab_cursor *base, int number, const char *text, int count, sqlite3_value **values)
{
	(void)number;
	(void)text;
	(void)count;
	(void)values;
	return feed_next(base);
}

static int feed_eof(sqlite3_vtab_cursor *base)
{
	return ((struct cursor *)(void *)base)->ended;
}

static int feed_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
	const struct value *value = &writer_of(base)->columns[column];
	if (value->state == VALUE_INTEGER)
		sqlite3_result_int64(context, value->integer);
	else if (value->state == VALUE_TEXT)
		sqlite3_result_text(context, value->text, (int)value->length, SQLITE_STATIC);
	return SQLITE_OK;
}

static int feed_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *row)
{
	*row = ((struct cursor *)(void *)base)->row;
	return SQLITE_OK;
}

static const sqlite3_module feed_module = {
	.xConnect = feed_connect, .xBestIndex = feed_best_index, .xDisconnect = feed_disconnect, .xOpen = feed_open,
	.xClose = feed_close, .xFilter = feed_filter, .xNext = feed_next, .xEof = feed_eof, .xColumn = feed_column,
	.xRowid = feed_rowid,
};

/* ---- all else: numbers and texts in the order of the statement's parameters */

enum { NUMBER = 'n', TEXT = 't', POSITIVE = 'p' }; /* positive: else NULL */

static bool write_plain(struct writer *writer, sqlite3_stmt *insert, const char *parameters, struct failure *failure)
{
	int64_t kind;
	const char *at = entry_take_number(writer->at, &kind);
	for (int i = 1; *parameters; i++, parameters++) {
		int64_t number;
		const char *text;
		int length;
		if (*parameters == TEXT) {
			at = entry_take_text(at, &text, &length);
			sqlite3_bind_text(insert, i, text, length, SQLITE_STATIC); /* NULL binds NULL */
			continue;
		}
		at = entry_take_number(at, &number);
		if (*parameters == POSITIVE && number <= 0)
			sqlite3_bind_null(insert, i);
		else
			sqlite3_bind_int64(insert, i, number);
	}
	writer->at = at;
	return run(writer, insert, failure);
}

static bool write_entry(struct writer *writer, struct failure *failure)
{
	int64_t kind;
	entry_take_number(writer->at, &kind);
	switch ((enum entry_kind)kind) {
	case ENTRY_RECORD:
		return write_records(writer, failure);
	case ENTRY_RAW:
		return write_plain(writer, writer->insert_raw, "nnnt", failure);
	case ENTRY_FINDING:
		return write_plain(writer, writer->insert_finding, "tntptttptttttt", failure);
	case ENTRY_SOURCE:
		return write_plain(writer, writer->insert_source, "nttntnnttttppttnnnnn", failure);
	case ENTRY_COLUMN:
		return write_plain(writer, writer->insert_column, "ntnt", failure);
	default:
		return fail(failure, STATUS_BUG, tr("entry %lld", "第 %lld 项"), (long long)kind);
	}
}

bool writer_work(void *context, const char *bytes, size_t length, struct failure *failure)
{
	struct writer *writer = context;
	writer->at = bytes;
	writer->end = bytes + length;
	while (writer->at < writer->end)
		if (!write_entry(writer, failure))
			return false;
	return true;
}

static bool prepare(struct writer *writer, struct failure *failure)
{
	struct database *database = writer->database;
	return (writer->insert_finding = database_prepare(database,
			"INSERT INTO ingest_finding VALUES(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", failure))
		&& (writer->insert_raw = database_prepare(database, "INSERT INTO raw_text VALUES(?,?,?,?)", failure))
		&& (writer->insert_source = database_prepare(database,
			"INSERT INTO source VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", failure))
		&& (writer->insert_column = database_prepare(database, "INSERT INTO source_column VALUES(?,?,?,?)", failure));
}

static bool open_part(struct writer *writer, int at, struct failure *failure)
{
	const struct dataset *dataset = &writer->schema->datasets[at];
	struct part *part = &writer->parts[at];
	part->certificate_name = dataset_field(dataset, "certificate_name");
	part->issuer = dataset_field(dataset, "issuer");
	part->major_code = dataset_field(dataset, "major_code");
	part->major_name = dataset_field(dataset, "major_name");
	part->major_level = dataset_field(dataset, "major_level");
	part->is_assessment = strcmp(dataset->name, "assessment") == 0;
	part->school_code = dataset_field(dataset, "school_code");
	part->level = dataset_field(dataset, "level");
	part->exam_date = dataset_field(dataset, "exam_date");
	part->result = dataset_field(dataset, "result");
	return tables_create(writer->database, dataset, failure)
		&& (part->insert = tables_insert(writer->database, dataset, &part->binding, failure));
}

static bool make_feed(struct writer *writer, struct failure *failure)
{
	sqlite3 *handle = writer->database->handle;
	return sqlite3_create_module_v2(handle, "feed", &feed_module, writer, NULL) == SQLITE_OK
		|| database_failed(writer->database, "feed", failure);
}

static void drop_feed(struct writer *writer)
{
	sqlite3_create_module_v2(writer->database->handle, "feed", NULL, NULL, NULL);
}

struct writer *writer_open(struct database *database, const struct schema *schema, struct failure *failure)
{
	struct writer *writer = allocate(failure, 1, sizeof *writer);
	if (!writer)
		return NULL;
	writer->database = database;
	writer->schema = schema;
	writer->parts = allocate(failure, (unsigned long)schema->dataset_count, sizeof *writer->parts);
	bool done = writer->parts && make_feed(writer, failure) && (writer->terms = terms_open(database, failure))
		&& (writer->attempts = attempts_open(database, failure)) && prepare(writer, failure);
	for (int i = 0; done && i < schema->dataset_count; i++)
		done = open_part(writer, i, failure);
	if (done)
		return writer;
	writer_close(writer);
	return NULL;
}

void writer_close(struct writer *writer)
{
	if (!writer)
		return;
	for (int i = 0; writer->parts && i < writer->schema->dataset_count; i++)
		sqlite3_finalize(writer->parts[i].insert);
	free(writer->parts);
	terms_close(writer->terms);
	attempts_close(writer->attempts);
	sqlite3_finalize(writer->insert_finding);
	sqlite3_finalize(writer->insert_raw);
	sqlite3_finalize(writer->insert_source);
	sqlite3_finalize(writer->insert_column);
	drop_feed(writer);
	free(writer);
}

bool writer_finish(struct writer *writer, struct failure *failure)
{
	return attempts_flush(writer->attempts, failure);
}
