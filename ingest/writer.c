#include "ingest/writer.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/entry.h"
#include "ingest/tables.h"
#include "ingest/terms.h"
#include "ingest/typing.h"

struct part {
	sqlite3_stmt *insert;
	struct binding binding;
	int certificate_name, issuer;           /* fields, or -1 */
	int major_code, major_name, major_level;
};

struct writer {
	struct database *database;
	const struct schema *schema;
	struct terms *terms;
	struct part *parts; /* by dataset */
	sqlite3_stmt *insert_finding, *insert_raw, *insert_source, *insert_column;
	struct value values[SCHEMA_MAX_FIELDS]; /* of the record being written */
};

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
	return tables_create(writer->database, dataset, failure)
		&& (part->insert = tables_insert(writer->database, dataset, &part->binding, failure));
}

struct writer *writer_open(struct database *database, const struct schema *schema, struct failure *failure)
{
	struct writer *writer = allocate(failure, 1, sizeof *writer);
	if (!writer)
		return NULL;
	writer->database = database;
	writer->schema = schema;
	writer->parts = allocate(failure, (unsigned long)schema->dataset_count, sizeof *writer->parts);
	bool done = writer->parts && (writer->terms = terms_open(database, failure)) && prepare(writer, failure);
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
	sqlite3_finalize(writer->insert_finding);
	sqlite3_finalize(writer->insert_raw);
	sqlite3_finalize(writer->insert_source);
	sqlite3_finalize(writer->insert_column);
	free(writer);
}

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

static bool bind_value(struct writer *writer, sqlite3_stmt *insert, int at, const struct dataset *dataset, int k,
	struct failure *failure)
{
	const struct value *value = &writer->values[k];
	int64_t id;
	if (value->state == VALUE_INTEGER) {
		sqlite3_bind_int64(insert, at, value->integer);
	} else if (value->state != VALUE_TEXT) {
		sqlite3_bind_null(insert, at);
	} else if (dataset->fields[k].dictionary) {
		if (!intern_text(writer, k, &id, failure))
			return false;
		sqlite3_bind_int64(insert, at, id);
	} else {
		sqlite3_bind_text(insert, at, value->text, (int)value->length, SQLITE_STATIC);
	}
	return true;
}

static bool bind_certificate(struct writer *writer, const struct part *part, struct failure *failure)
{
	int64_t name;
	int64_t issuer;
	int64_t ref;
	if (!intern_text(writer, part->certificate_name, &name, failure)
		|| !intern_text(writer, part->issuer, &issuer, failure)
		|| !terms_certificate(writer->terms, name, issuer, &ref, failure))
		return false;
	sqlite3_bind_int64(part->insert, part->binding.certificate, ref);
	return true;
}

static bool bind_major(struct writer *writer, const struct part *part, struct failure *failure)
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
	sqlite3_bind_int64(part->insert, part->binding.major, ref);
	return true;
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

static const char *write_record(struct writer *writer, const char *at, struct failure *failure)
{
	int64_t number;
	at = entry_take_number(at, &number);
	const struct dataset *dataset = &writer->schema->datasets[number];
	const struct part *part = &writer->parts[number];
	for (int i = BIND_ID; i <= BIND_UNKNOWN; i++) {
		at = entry_take_number(at, &number);
		if (i == BIND_OFFSET && number < 0)
			sqlite3_bind_null(part->insert, i);
		else
			sqlite3_bind_int64(part->insert, i, number);
	}
	for (int k = 0; k < dataset->field_count; k++) {
		at = take_value(at, &writer->values[k]);
		if (part->binding.field[k]
			&& !bind_value(writer, part->insert, part->binding.field[k], dataset, k, failure))
			return NULL;
	}
	bool done = (!part->binding.certificate || bind_certificate(writer, part, failure))
		&& (!part->binding.major || bind_major(writer, part, failure)) && run(writer, part->insert, failure);
	return done ? at : NULL;
}

/* ---- all else: numbers and texts in the order of the statement's parameters */

enum { NUMBER = 'n', TEXT = 't', POSITIVE = 'p' }; /* positive: else NULL */

static const char *write_plain(struct writer *writer, sqlite3_stmt *insert, const char *parameters, const char *at,
	struct failure *failure)
{
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
	return run(writer, insert, failure) ? at : NULL;
}

bool writer_work(void *context, const char *bytes, size_t length, struct failure *failure)
{
	struct writer *writer = context;
	const char *end = bytes + length;
	for (const char *at = bytes; at && at < end;) {
		int64_t kind;
		at = entry_take_number(at, &kind);
		switch ((enum entry_kind)kind) {
		case ENTRY_RECORD:
			at = write_record(writer, at, failure);
			break;
		case ENTRY_RAW:
			at = write_plain(writer, writer->insert_raw, "nnnt", at, failure);
			break;
		case ENTRY_FINDING:
			at = write_plain(writer, writer->insert_finding, "tntptttptttttt", at, failure);
			break;
		case ENTRY_SOURCE:
			at = write_plain(writer, writer->insert_source, "nttntnnttttppttnnnnn", at, failure);
			break;
		case ENTRY_COLUMN:
			at = write_plain(writer, writer->insert_column, "ntnt", at, failure);
			break;
		default:
			return fail(failure, STATUS_BUG, "entry %lld", (long long)kind);
		}
		if (!at)
			return false;
	}
	return true;
}
