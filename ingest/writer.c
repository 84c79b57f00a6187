#include "ingest/writer.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/attempts.h"
#include "ingest/entry.h"
#include "ingest/payload.h"
#include "ingest/tables.h"
#include "ingest/terms.h"
#include "ingest/tree.h"

struct part {
	struct tree *tree;
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
	struct pages *pages;     /* of the dataset tables */
	struct payload payload;
	const char *at;          /* what is left of the block */
	/* the record being written */
	struct value values[SCHEMA_MAX_FIELDS];    /* by field */
	struct value columns[TABLES_MAX_COLUMNS];  /* by column of its table */
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

/* Reads the record at writer->at into the columns; *out is the part it belongs to. */
static bool take_record(struct writer *writer, const struct part **out, struct failure *failure)
{
	int64_t number;
	const char *at = entry_take_number(writer->at, &number); /* the kind */
	at = entry_take_number(at, &number);
	const struct dataset *dataset = &writer->schema->datasets[number];
	const struct part *part = *out = &writer->parts[number];
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

static bool write_record(struct writer *writer, struct failure *failure)
{
	const struct part *part;
	return take_record(writer, &part, failure)
		&& payload_write(&writer->payload, writer->columns, part->binding.columns, failure)
		&& tree_add(part->tree, writer->columns[STORED_ID].integer, writer->payload.bytes, writer->payload.length,
			failure);
}

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
		return write_record(writer, failure);
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
	while (writer->at < bytes + length)
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
	tables_bind(dataset, &part->binding);
	return tables_create(writer->database, dataset, failure);
}

/* When all tables are there: SQLite's pages of them come first in the file. */
static bool open_tree(struct writer *writer, int at, struct failure *failure)
{
	sqlite3_int64 root;
	char *sql = print_text(failure, "SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = '%s'",
		writer->schema->datasets[at].name);
	bool done = sql && database_number(writer->database, sql, &root, failure)
		&& (writer->parts[at].tree = tree_open(writer->pages, (uint32_t)root, failure));
	free(sql);
	return done;
}

struct writer *writer_open(struct database *database, const struct schema *schema, struct failure *failure)
{
	struct writer *writer = allocate(failure, 1, sizeof *writer);
	if (!writer)
		return NULL;
	writer->database = database;
	writer->schema = schema;
	writer->parts = allocate(failure, (unsigned long)schema->dataset_count, sizeof *writer->parts);
	bool done = writer->parts && (writer->terms = terms_open(database, failure))
		&& (writer->attempts = attempts_open(database, failure)) && prepare(writer, failure);
	for (int i = 0; done && i < schema->dataset_count; i++)
		done = open_part(writer, i, failure);
	done = done && (writer->pages = pages_open(database, failure));
	for (int i = 0; done && i < schema->dataset_count; i++)
		done = open_tree(writer, i, failure);
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
		tree_close(writer->parts[i].tree);
	free(writer->parts);
	pages_close(writer->pages);
	free(writer->payload.buffer);
	terms_close(writer->terms);
	attempts_close(writer->attempts);
	sqlite3_finalize(writer->insert_finding);
	sqlite3_finalize(writer->insert_raw);
	sqlite3_finalize(writer->insert_source);
	sqlite3_finalize(writer->insert_column);
	free(writer);
}

bool writer_finish(struct writer *writer, struct failure *failure)
{
	bool done = attempts_flush(writer->attempts, failure);
	for (int i = 0; done && i < writer->schema->dataset_count; i++)
		done = tree_finish(writer->parts[i].tree, failure);
	return done && pages_finish(writer->pages, failure);
}
