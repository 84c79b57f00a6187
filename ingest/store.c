#include "ingest/store.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/intern.h"
#include "ingest/tables.h"
#include "ingest/terms.h"
#include "ingest/twins.h"

enum { RAW_LIMIT = 3000 }; /* bytes of a raw text in a finding */

struct part {
	struct store_part open;
	sqlite3_stmt *insert;
	struct binding binding;
	int certificate_name, issuer;           /* fields, or -1 */
	int major_code, major_name, major_level;
	bool is_assessment;
	int registration_no, certificate_no;
};

struct store {
	struct database *database;
	const struct schema *schema;
	const char *folder;
	struct terms *terms;
	struct part *parts; /* by dataset */
	struct twins *certificate_twins;
	int64_t sources;
	sqlite3_stmt *insert_finding, *insert_raw, *insert_source, *insert_column;
};

static bool prepare(struct store *store, struct failure *failure)
{
	struct database *database = store->database;
	return (store->insert_finding = database_prepare(database,
			"INSERT INTO ingest_finding VALUES(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", failure))
		&& (store->insert_raw = database_prepare(database, "INSERT INTO raw_text VALUES(?,?,?,?)", failure))
		&& (store->insert_source = database_prepare(database,
			"INSERT INTO source VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", failure))
		&& (store->insert_column = database_prepare(database, "INSERT INTO source_column VALUES(?,?,?,?)", failure));
}

static bool open_part(struct store *store, int at, struct failure *failure)
{
	const struct dataset *dataset = &store->schema->datasets[at];
	struct part *part = &store->parts[at];
	part->certificate_name = dataset_field(dataset, "certificate_name");
	part->issuer = dataset_field(dataset, "issuer");
	part->major_code = dataset_field(dataset, "major_code");
	part->major_name = dataset_field(dataset, "major_name");
	part->major_level = dataset_field(dataset, "major_level");
	part->is_assessment = strcmp(dataset->name, "assessment") == 0;
	part->registration_no = dataset_field(dataset, "registration_no");
	part->certificate_no = dataset_field(dataset, "certificate_no");
	return tables_create(store->database, dataset, failure)
		&& (part->insert = tables_insert(store->database, dataset, &part->binding, failure))
		&& (part->open.records = twins_open(store->folder, failure));
}

struct store *store_open(struct database *database, const struct schema *schema, const char *folder,
	struct failure *failure)
{
	struct store *store = allocate(failure, 1, sizeof *store);
	if (!store)
		return NULL;
	store->database = database;
	store->schema = schema;
	store->folder = folder;
	store->parts = allocate(failure, (unsigned long)schema->dataset_count, sizeof *store->parts);
	bool done = store->parts && (store->terms = terms_open(database, failure)) && prepare(store, failure)
		&& (store->certificate_twins = twins_open(folder, failure));
	for (int i = 0; done && i < schema->dataset_count; i++)
		done = open_part(store, i, failure);
	if (done)
		return store;
	store_close(store);
	return NULL;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	for (int i = 0; store->parts && i < store->schema->dataset_count; i++) {
		sqlite3_finalize(store->parts[i].insert);
		twins_close(store->parts[i].open.records);
	}
	free(store->parts);
	twins_close(store->certificate_twins);
	terms_close(store->terms);
	sqlite3_finalize(store->insert_finding);
	sqlite3_finalize(store->insert_raw);
	sqlite3_finalize(store->insert_source);
	sqlite3_finalize(store->insert_column);
	free(store);
}

static bool run(struct store *store, sqlite3_stmt *statement, struct failure *failure)
{
	bool row;
	bool done = database_step(store->database, statement, &row, failure);
	sqlite3_reset(statement);
	return done;
}

/* ---- records */

static bool intern_text(struct store *store, const struct value *value, int64_t *id, struct failure *failure)
{
	*id = 0;
	return value->state != VALUE_TEXT || terms_text(store->terms, value->text, value->length, id, failure);
}

static bool bind_value(struct store *store, sqlite3_stmt *insert, int at, const struct field *field,
	const struct value *value, struct failure *failure)
{
	int64_t id;
	if (value->state == VALUE_INTEGER) {
		sqlite3_bind_int64(insert, at, value->integer);
	} else if (value->state != VALUE_TEXT) {
		sqlite3_bind_null(insert, at);
	} else if (field->dictionary) {
		if (!intern_text(store, value, &id, failure))
			return false;
		sqlite3_bind_int64(insert, at, id);
	} else {
		sqlite3_bind_text(insert, at, value->text, (int)value->length, SQLITE_STATIC);
	}
	return true;
}

static bool bind_certificate(struct store *store, const struct part *part, const struct record *record,
	struct failure *failure)
{
	static const struct value none = { .state = VALUE_EMPTY };
	int64_t name;
	int64_t issuer;
	int64_t ref;
	const struct value *given = part->issuer >= 0 ? &record->values[part->issuer] : &none;
	if (!intern_text(store, &record->values[part->certificate_name], &name, failure)
		|| !intern_text(store, given, &issuer, failure)
		|| !terms_certificate(store->terms, name, issuer, &ref, failure))
		return false;
	sqlite3_bind_int64(part->insert, part->binding.certificate, ref);
	return true;
}

static bool bind_major(struct store *store, const struct part *part, const struct record *record,
	struct failure *failure)
{
	static const struct value none = { .state = VALUE_EMPTY };
	const struct value *code = &record->values[part->major_code];
	const struct value *name = part->major_name >= 0 ? &record->values[part->major_name] : &none;
	const struct value *level = part->major_level >= 0 ? &record->values[part->major_level] : &none;
	bool has_code = code->state == VALUE_TEXT;
	int64_t name_id;
	int64_t ref;
	if (!intern_text(store, name, &name_id, failure)
		|| !terms_major(store->terms, has_code ? code->text : NULL, has_code ? code->length : 0, name_id,
			level->state == VALUE_INTEGER ? level->integer : 0, &ref, failure))
		return false;
	sqlite3_bind_int64(part->insert, part->binding.major, ref);
	return true;
}

static uint64_t hash_value(uint64_t seed, const struct value *value, const struct cell *cell)
{
	seed = hash_number(seed, (uint64_t)value->state);
	if (value->state == VALUE_INTEGER)
		return hash_number(seed, (uint64_t)value->integer);
	if (value->state == VALUE_TEXT)
		return hash_bytes(seed, value->text, value->length);
	/* unreadable cells are alike only where they say the same */
	if (value->state == VALUE_UNKNOWN && cell && cell->kind != CELL_EMPTY)
		return hash_bytes(seed, cell->text, cell->length);
	return seed;
}

/* Records that are identical have the same 报名号, so that one key serves both. */
static bool gather(struct store *store, struct part *part, const struct record *record, int64_t id,
	struct failure *failure)
{
	const struct value *values = record->values;
	uint64_t key = 0;
	if (part->is_assessment) {
		const struct value *number = &values[part->certificate_no];
		key = hash_value(0, &values[part->registration_no], NULL);
		if (number->state == VALUE_TEXT
			&& !twins_add(store->certificate_twins, hash_value(0, number, NULL), id, failure))
			return false;
	} else {
		for (int k = 0; k < record->dataset->field_count; k++)
			key = hash_value(key, &values[k], record->cells[k]);
	}
	return twins_add(part->open.records, key, id, failure);
}

static bool keep_raw(struct store *store, const struct record *record, int64_t id, struct failure *failure)
{
	for (int k = 0; k < record->dataset->field_count; k++) {
		const struct cell *cell = record->cells[k];
		if (!cell || cell->kind == CELL_EMPTY)
			continue;
		const struct value *value = &record->values[k];
		bool is_known = value->state == VALUE_INTEGER || value->state == VALUE_TEXT;
		if (is_known && typing_is_canonical(&record->dataset->fields[k], cell, value))
			continue;
		sqlite3_bind_int(store->insert_raw, 1, record->dataset->id);
		sqlite3_bind_int64(store->insert_raw, 2, id);
		sqlite3_bind_int(store->insert_raw, 3, k);
		sqlite3_bind_text(store->insert_raw, 4, cell->text, (int)cell->length, SQLITE_STATIC);
		if (!run(store, store->insert_raw, failure))
			return false;
	}
	return true;
}

bool store_record(struct store *store, const struct record *record, int64_t *id, struct failure *failure)
{
	struct part *part = &store->parts[record->dataset - store->schema->datasets];
	sqlite3_stmt *insert = part->insert;
	*id = ++part->open.count;
	sqlite3_bind_int64(insert, BIND_ID, *id);
	sqlite3_bind_int64(insert, BIND_SOURCE, record->source);
	sqlite3_bind_int64(insert, BIND_ROW, record->row);
	sqlite3_bind_int64(insert, BIND_RECORD, record->line);
	if (record->offset >= 0)
		sqlite3_bind_int64(insert, BIND_OFFSET, record->offset);
	else
		sqlite3_bind_null(insert, BIND_OFFSET);
	sqlite3_bind_int64(insert, BIND_UNKNOWN, (sqlite3_int64)record->unknown);
	for (int k = 0; k < record->dataset->field_count; k++)
		if (part->binding.field[k] && !bind_value(store, insert, part->binding.field[k],
			&record->dataset->fields[k], &record->values[k], failure))
			return false;
	return (!part->binding.certificate || bind_certificate(store, part, record, failure))
		&& (!part->binding.major || bind_major(store, part, record, failure))
		&& run(store, insert, failure) && gather(store, part, record, *id, failure)
		&& keep_raw(store, record, *id, failure);
}

/* ---- findings and sources */

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC); /* NULL binds NULL */
}

static void bind_positive(sqlite3_stmt *statement, int at, int64_t number)
{
	if (number > 0)
		sqlite3_bind_int64(statement, at, number);
	else
		sqlite3_bind_null(statement, at);
}

/* The bytes of `text` that fit, up to a whole character. */
static size_t cut_text(const char *text, size_t length)
{
	if (length <= RAW_LIMIT)
		return length;
	length = RAW_LIMIT;
	while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
		length--;
	return length;
}

bool store_finding(struct store *store, const struct entry_finding *finding, struct failure *failure)
{
	sqlite3_stmt *insert = store->insert_finding;
	bind_text(insert, 1, finding->rule);
	sqlite3_bind_int64(insert, 2, finding->source);
	bind_text(insert, 3, finding->dataset);
	bind_positive(insert, 4, finding->row_id);
	bind_text(insert, 5, finding->record_key);
	bind_text(insert, 6, finding->application_no);
	bind_text(insert, 7, finding->school_code);
	bind_positive(insert, 8, finding->row);
	bind_text(insert, 9, finding->place);
	bind_text(insert, 10, finding->field);
	if (finding->raw)
		sqlite3_bind_text(insert, 11, finding->raw, (int)cut_text(finding->raw, finding->raw_length), SQLITE_STATIC);
	else
		sqlite3_bind_null(insert, 11);
	bind_text(insert, 12, finding->understood);
	bind_text(insert, 13, finding->allowed);
	bind_text(insert, 14, finding->message);
	return run(store, insert, failure);
}

int64_t store_next_source(struct store *store)
{
	return ++store->sources;
}

bool store_source(struct store *store, const struct source *source, struct failure *failure)
{
	sqlite3_stmt *insert = store->insert_source;
	char separator[2] = { source->separator, '\0' };
	sqlite3_bind_int64(insert, 1, source->id);
	bind_text(insert, 2, source->file);
	bind_text(insert, 3, source->sha256);
	sqlite3_bind_int64(insert, 4, source->bytes);
	bind_text(insert, 5, source->sheet);
	sqlite3_bind_int(insert, 6, source->sheet_position);
	sqlite3_bind_int(insert, 7, source->hidden);
	bind_text(insert, 8, source->form);
	bind_text(insert, 9, source->dataset ? source->dataset->name : "");
	bind_text(insert, 10, source->encoding);
	bind_text(insert, 11, separator);
	bind_positive(insert, 12, source->epoch);
	bind_positive(insert, 13, source->heading_row);
	bind_text(insert, 14, source->reason);
	bind_text(insert, 15, source->dropped);
	sqlite3_bind_int64(insert, 16, source->seen);
	sqlite3_bind_int64(insert, 17, source->accepted);
	sqlite3_bind_int64(insert, 18, source->held);
	sqlite3_bind_int64(insert, 19, source->rejected);
	sqlite3_bind_int64(insert, 20, source->skipped);
	if (source->dataset)
		store->parts[source->dataset - store->schema->datasets].open.present = true;
	return run(store, insert, failure);
}

bool store_column(struct store *store, int64_t source, const char *field, int variant, const char *place,
	struct failure *failure)
{
	sqlite3_stmt *insert = store->insert_column;
	sqlite3_bind_int64(insert, 1, source);
	bind_text(insert, 2, field);
	sqlite3_bind_int(insert, 3, variant);
	bind_text(insert, 4, place);
	return run(store, insert, failure);
}

/* ---- for settling */

struct database *store_database(const struct store *store)
{
	return store->database;
}

const struct schema *store_schema(const struct store *store)
{
	return store->schema;
}

struct store_part *store_part(struct store *store, int dataset)
{
	return &store->parts[dataset].open;
}

struct twins *store_certificate_twins(struct store *store)
{
	return store->certificate_twins;
}
