#include "ingest/writer.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/attempts.h"
#include "ingest/entry.h"
#include "ingest/indexes.h"
#include "ingest/intern.h"
#include "ingest/payload.h"
#include "ingest/tables.h"
#include "ingest/terms.h"
#include "ingest/tree.h"

/* Where a value of the record stands in writer.values: those that are stored as they are stand
 * in their columns, the others behind all columns. */
enum { SLOTS = TABLES_MAX_COLUMNS + SCHEMA_MAX_FIELDS };

struct part {
	struct tree *tree;
	struct twins *twins;
	const struct binding *binding;
	int slots[SCHEMA_MAX_FIELDS];           /* of each field */
	int dictionary[SCHEMA_MAX_FIELDS];      /* fields stored as term.id */
	int dictionary_count;
	int certificate_name, issuer;           /* slots, or -1 */
	int major_code, major_name, major_level;
	bool is_assessment;
	int school_code, level, exam_date, result, registration_no, certificate_no;
};

/* The text that a slot held last: it often comes again. */
struct recollection {
	char text[120];
	uint32_t length;
	int64_t id; /* term.id, 0: none yet */
};

struct writer {
	struct database *database;
	const struct schema *schema;
	struct terms *terms;
	struct attempts *attempts;
	struct twins *certificate_twins;
	struct part *parts;      /* by dataset */
	struct binding *bindings;/* the same */
	struct indexes *indexes;
	sqlite3_stmt *insert_finding, *insert_raw, *insert_source, *insert_column;
	struct pages *pages;     /* of the dataset tables */
	struct payload payload;
	const char *at;          /* what is left of the block */
	/* the record being written */
	int64_t unreadable;                        /* a hash of its unreadable cells */
	struct value values[SLOTS];                /* its table's columns, then the rest */
	struct recollection last[SLOTS];
};

static bool run(struct writer *writer, sqlite3_stmt *statement, struct failure *failure)
{
	return database_once(writer->database, statement, NULL, failure);
}

/* ---- records */

static bool intern_text(struct writer *writer, int slot, int64_t *id, struct failure *failure)
{
	*id = 0;
	if (slot < 0 || writer->values[slot].state != VALUE_TEXT)
		return true;
	const struct value *value = &writer->values[slot];
	struct recollection *last = &writer->last[slot];
	if (last->id && last->length == value->length && memcmp(last->text, value->text, value->length) == 0) {
		*id = last->id;
		return true;
	}
	if (!terms_text(writer->terms, value->text, value->length, id, failure))
		return false;
	if (value->length <= sizeof last->text) {
		memcpy(last->text, value->text, value->length);
		last->length = value->length;
		last->id = *id;
	}
	return true;
}

static void set_number(struct writer *writer, int column, int64_t number)
{
	writer->values[column].state = VALUE_INTEGER;
	writer->values[column].integer = number;
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
	set_number(writer, part->binding->certificate, ref);
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
	set_number(writer, part->binding->major, ref);
	return true;
}

static int64_t number_of(const struct writer *writer, int slot)
{
	return writer->values[slot].state == VALUE_INTEGER ? writer->values[slot].integer : 0;
}

/* An attempt of which any part of its group is unknown is in no group. */
static bool count_attempt(struct writer *writer, const struct part *part, struct failure *failure)
{
	const struct value *values = writer->values;
	if (values[part->school_code].state != VALUE_INTEGER || values[part->level].state != VALUE_INTEGER
		|| values[part->exam_date].state != VALUE_INTEGER)
		return true;
	const struct attempt attempt = { writer->values[STORED_ID].integer, values[part->school_code].integer,
		writer->values[part->binding->certificate].integer, values[part->level].integer,
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

/* Reads the record at writer->at; *out is the part it belongs to. */
static void take_record(struct writer *writer, const struct part **out)
{
	int64_t number;
	const char *at = entry_take_number(writer->at, &number); /* the kind */
	at = entry_take_number(at, &number);
	const struct part *part = *out = &writer->parts[number];
	int count = writer->schema->datasets[number].field_count;
	for (int i = STORED_ID; i <= STORED_UNKNOWN; i++) {
		at = entry_take_number(at, &number);
		set_number(writer, i, number);
		if (i == STORED_OFFSET && number < 0)
			writer->values[i].state = VALUE_EMPTY;
	}
	writer->values[STORED_ID].state = VALUE_EMPTY; /* it stands beside the row */
	at = entry_take_number(at, &writer->unreadable);
	for (int k = 0; k < count; k++)
		at = take_value(at, &writer->values[part->slots[k]]);
	writer->at = at;
}

/* Gives the columns that stand for texts their numbers. */
static bool set_terms(struct writer *writer, const struct part *part, struct failure *failure)
{
	for (int i = 0; i < part->dictionary_count; i++) {
		int k = part->dictionary[i];
		int64_t id;
		if (!intern_text(writer, part->slots[k], &id, failure))
			return false;
		set_number(writer, part->binding->field[k], id);
		if (!id)
			writer->values[part->binding->field[k]].state = VALUE_EMPTY;
	}
	return (part->binding->certificate < 0 || set_certificate(writer, part, failure))
		&& (part->binding->major < 0 || set_major(writer, part, failure));
}

/* ---- records that may be the same */

static uint64_t hash_value(uint64_t seed, const struct value *value)
{
	if (value->state == VALUE_INTEGER)
		return hash_number(seed, (uint64_t)value->integer);
	if (value->state == VALUE_TEXT)
		return hash_bytes(seed, value->text, value->length);
	return hash_number(seed, UINT64_MAX);
}

/* Assessments that are the same have the same 报名号, so that one key serves both. */
static bool gather(struct writer *writer, const struct part *part, struct failure *failure)
{
	int64_t id = writer->values[STORED_ID].integer;
	uint64_t key = (uint64_t)writer->unreadable;
	if (part->is_assessment) {
		const struct value *number = &writer->values[part->certificate_no];
		key = hash_value(0, &writer->values[part->registration_no]);
		if (number->state == VALUE_TEXT
			&& !twins_add(writer->certificate_twins, hash_value(0, number), id, failure))
			return false;
	} else {
		for (int i = STORED_UNKNOWN; i < part->binding->columns; i++)
			key = hash_value(key, &writer->values[i]);
	}
	return twins_add(part->twins, key, id, failure);
}

struct twins *writer_twins(struct writer *writer, int dataset)
{
	return writer->parts[dataset].twins;
}

struct twins *writer_certificate_twins(struct writer *writer)
{
	return writer->certificate_twins;
}

static bool write_record(struct writer *writer, struct failure *failure)
{
	const struct part *part;
	take_record(writer, &part);
	return set_terms(writer, part, failure) && (!part->is_assessment || count_attempt(writer, part, failure))
		&& gather(writer, part, failure)
		&& payload_write(&writer->payload, writer->values, part->binding->columns, failure)
		&& tree_add(part->tree, writer->values[STORED_ID].integer, writer->payload.bytes, writer->payload.length,
			failure)
		&& indexes_add(writer->indexes, (int)(part - writer->parts), writer->values,
			writer->values[STORED_ID].integer, failure);
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

static int slot_of(const struct part *part, const struct dataset *dataset, const char *name)
{
	int field = dataset_field(dataset, name);
	return field < 0 ? -1 : part->slots[field];
}

static void find_slots(struct part *part, const struct dataset *dataset)
{
	for (int k = 0; k < dataset->field_count; k++) {
		bool stands = part->binding->field[k] >= 0 && !dataset->fields[k].dictionary;
		part->slots[k] = stands ? part->binding->field[k] : TABLES_MAX_COLUMNS + k;
		if (part->binding->field[k] >= 0 && !stands)
			part->dictionary[part->dictionary_count++] = k;
	}
	part->certificate_name = slot_of(part, dataset, "certificate_name");
	part->issuer = slot_of(part, dataset, "issuer");
	part->major_code = slot_of(part, dataset, "major_code");
	part->major_name = slot_of(part, dataset, "major_name");
	part->major_level = slot_of(part, dataset, "major_level");
	part->is_assessment = strcmp(dataset->name, "assessment") == 0;
	part->school_code = slot_of(part, dataset, "school_code");
	part->level = slot_of(part, dataset, "level");
	part->exam_date = slot_of(part, dataset, "exam_date");
	part->result = slot_of(part, dataset, "result");
	part->registration_no = slot_of(part, dataset, "registration_no");
	part->certificate_no = slot_of(part, dataset, "certificate_no");
}

static bool open_part(struct writer *writer, int at, const char *folder, struct failure *failure)
{
	const struct dataset *dataset = &writer->schema->datasets[at];
	struct part *part = &writer->parts[at];
	part->binding = &writer->bindings[at];
	tables_bind(dataset, &writer->bindings[at]);
	find_slots(part, dataset);
	part->twins = twins_open(folder, failure);
	return part->twins && tables_create(writer->database, dataset, failure);
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

struct writer *writer_open(struct database *database, const struct schema *schema, const char *folder,
	struct failure *failure)
{
	struct writer *writer = allocate(failure, 1, sizeof *writer);
	if (!writer)
		return NULL;
	writer->database = database;
	writer->schema = schema;
	writer->parts = allocate(failure, (unsigned long)schema->dataset_count, sizeof *writer->parts);
	writer->bindings = allocate(failure, (unsigned long)schema->dataset_count, sizeof *writer->bindings);
	bool done = writer->parts && writer->bindings && (writer->terms = terms_open(database, failure))
		&& (writer->attempts = attempts_open(database, failure))
		&& (writer->certificate_twins = twins_open(folder, failure)) && prepare(writer, failure);
	for (int i = 0; done && i < schema->dataset_count; i++)
		done = open_part(writer, i, folder, failure);
	done = done && (writer->indexes = indexes_open(database, schema, writer->bindings, folder, failure))
		&& (writer->pages = pages_open(database, failure));
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
	for (int i = 0; writer->parts && i < writer->schema->dataset_count; i++) {
		tree_close(writer->parts[i].tree);
		twins_close(writer->parts[i].twins);
	}
	free(writer->parts);
	free(writer->bindings);
	indexes_close(writer->indexes);
	twins_close(writer->certificate_twins);
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
	return done && indexes_finish(writer->indexes, writer->pages, failure) && pages_finish(writer->pages, failure);
}

bool writer_search(struct writer *writer, struct failure *failure)
{
	bool done = twins_search(writer->certificate_twins, failure);
	for (int i = 0; done && i < writer->schema->dataset_count; i++)
		done = twins_search(writer->parts[i].twins, failure);
	return done;
}
