#include "ingest/store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/entry.h"
#include "ingest/intern.h"
#include "ingest/queue.h"
#include "ingest/writer.h"

enum { RAW_LIMIT = 3000 }; /* bytes of a raw text */

struct store {
	struct database *database;
	const struct schema *schema;
	struct writer *writer;
	struct queue *queue;
	struct store_part *parts; /* by dataset */
	int64_t sources;
};

static bool insert(void *context, const char *bytes, size_t length, struct failure *failure)
{
	struct store *store = context;
	struct span span;
	profile_begin(store->database->profile, &span);
	bool done = writer_work(store->writer, bytes, length, failure);
	profile_end(store->database->profile, &span, "insert", "entries", 0, (int64_t)length);
	return done;
}

struct store *store_open(struct database *database, const struct schema *schema, const char *folder,
	struct failure *failure)
{
	struct store *store = allocate(failure, 1, sizeof *store);
	if (!store)
		return NULL;
	store->database = database;
	store->schema = schema;
	store->parts = allocate(failure, (unsigned long)schema->dataset_count, sizeof *store->parts);
	if (store->parts && (store->writer = writer_open(database, schema, folder, failure))
		&& (store->queue = queue_open(insert, store, failure)))
		return store;
	store_close(store);
	return NULL;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	queue_close(store->queue);
	writer_close(store->writer);
	free(store->parts);
	free(store);
}

bool store_drain(struct store *store, struct failure *failure)
{
	return queue_drain(store->queue, failure);
}

/* ---- records */

/* Unreadable cells are alike only where they say the same; 0 where there are none. */
static uint64_t hash_unreadable(const struct record *record)
{
	uint64_t key = 0;
	for (int k = 0; record->unknown && k < record->dataset->field_count; k++) {
		const struct cell *cell = record->cells[k];
		if (record->values[k].state == VALUE_UNKNOWN && cell && cell->kind != CELL_EMPTY)
			key = hash_bytes(hash_number(key, (uint64_t)k), cell->text, cell->length);
	}
	return key;
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

static bool keep_raw(struct store *store, const struct record *record, int k, int64_t id, struct failure *failure)
{
	const struct cell *cell = record->cells[k];
	size_t length = cut_text(cell->text, cell->length);
	char *start = queue_room(store->queue, 4 * ENTRY_NUMBER_BYTES + ENTRY_TEXT_BYTES + length, failure);
	if (!start)
		return false;
	char *at = entry_put_number(start, ENTRY_RAW);
	at = entry_put_number(at, record->dataset->id);
	at = entry_put_number(at, id);
	at = entry_put_number(at, k);
	at = entry_put_text(at, cell->text, length);
	queue_add(store->queue, (size_t)(at - start));
	return true;
}

static bool keep_raws(struct store *store, const struct record *record, int64_t id, struct failure *failure)
{
	for (int k = 0; k < record->dataset->field_count; k++) {
		const struct cell *cell = record->cells[k];
		if (!cell || cell->kind == CELL_EMPTY)
			continue;
		const struct value *value = &record->values[k];
		bool is_known = value->state == VALUE_INTEGER || value->state == VALUE_TEXT;
		if (is_known && typing_is_canonical(&record->dataset->fields[k], cell, value))
			continue;
		if (!keep_raw(store, record, k, id, failure))
			return false;
	}
	return true;
}

static size_t record_size(const struct record *record)
{
	size_t size = 9 * ENTRY_NUMBER_BYTES;
	for (int k = 0; k < record->dataset->field_count; k++)
		size += 1 + ENTRY_TEXT_BYTES + (record->values[k].state == VALUE_TEXT ? record->values[k].length : 0);
	return size;
}

static char *put_value(char *at, const struct value *value)
{
	*at++ = (char)value->state;
	if (value->state == VALUE_INTEGER)
		return entry_put_number(at, value->integer);
	return value->state == VALUE_TEXT ? entry_put_text(at, value->text, value->length) : at;
}

bool store_record(struct store *store, const struct record *record, int64_t *id, struct failure *failure)
{
	int64_t position = record->dataset - store->schema->datasets;
	*id = ++store->parts[position].count;
	char *start = queue_room(store->queue, record_size(record), failure);
	if (!start)
		return false;
	char *at = entry_put_number(start, ENTRY_RECORD);
	at = entry_put_number(at, position);
	at = entry_put_number(at, *id);
	at = entry_put_number(at, record->source);
	at = entry_put_number(at, record->row);
	at = entry_put_number(at, record->line);
	at = entry_put_number(at, record->offset);
	at = entry_put_number(at, (int64_t)record->unknown);
	at = entry_put_number(at, (int64_t)hash_unreadable(record));
	for (int k = 0; k < record->dataset->field_count; k++)
		at = put_value(at, &record->values[k]);
	queue_add(store->queue, (size_t)(at - start));
	return keep_raws(store, record, *id, failure);
}

/* ---- findings and sources */

static size_t size_of(const char *text)
{
	return ENTRY_TEXT_BYTES + (text ? strlen(text) : 0);
}

static char *put_words(char *at, const char *text)
{
	return entry_put_text(at, text, text ? strlen(text) : 0);
}

bool store_finding(struct store *store, const struct entry_finding *finding, struct failure *failure)
{
	size_t raw_length = finding->raw ? cut_text(finding->raw, finding->raw_length) : 0;
	size_t size = 4 * ENTRY_NUMBER_BYTES + size_of(finding->rule) + size_of(finding->dataset)
		+ size_of(finding->record_key) + size_of(finding->application_no) + size_of(finding->school_code)
		+ size_of(finding->place) + size_of(finding->field) + ENTRY_TEXT_BYTES + raw_length
		+ size_of(finding->understood) + size_of(finding->allowed) + size_of(finding->message);
	char *start = queue_room(store->queue, size, failure);
	if (!start)
		return false;
	char *at = entry_put_number(start, ENTRY_FINDING);
	at = put_words(at, finding->rule);
	at = entry_put_number(at, finding->source);
	at = put_words(at, finding->dataset);
	at = entry_put_number(at, finding->row_id);
	at = put_words(at, finding->record_key);
	at = put_words(at, finding->application_no);
	at = put_words(at, finding->school_code);
	at = entry_put_number(at, finding->row);
	at = put_words(at, finding->place);
	at = put_words(at, finding->field);
	at = entry_put_text(at, finding->raw, raw_length);
	at = put_words(at, finding->understood);
	at = put_words(at, finding->allowed);
	at = put_words(at, finding->message);
	queue_add(store->queue, (size_t)(at - start));
	return true;
}

int64_t store_next_source(struct store *store)
{
	return ++store->sources;
}

bool store_source(struct store *store, const struct source *source, struct failure *failure)
{
	const char *dataset = source->dataset ? source->dataset->name : "";
	char separator[2] = { source->separator, '\0' };
	size_t size = 12 * ENTRY_NUMBER_BYTES + size_of(source->file) + size_of(source->sha256) + size_of(source->sheet)
		+ size_of(source->form) + size_of(dataset) + size_of(source->encoding) + size_of(separator)
		+ size_of(source->reason) + size_of(source->dropped);
	char *start = queue_room(store->queue, size, failure);
	if (!start)
		return false;
	char *at = entry_put_number(start, ENTRY_SOURCE);
	at = entry_put_number(at, source->id);
	at = put_words(at, source->file);
	at = put_words(at, source->sha256);
	at = entry_put_number(at, source->bytes);
	at = put_words(at, source->sheet);
	at = entry_put_number(at, source->sheet_position);
	at = entry_put_number(at, source->hidden);
	at = put_words(at, source->form);
	at = put_words(at, dataset);
	at = put_words(at, source->encoding);
	at = put_words(at, separator);
	at = entry_put_number(at, source->epoch);
	at = entry_put_number(at, source->heading_row);
	at = put_words(at, source->reason);
	at = put_words(at, source->dropped);
	at = entry_put_number(at, source->seen);
	at = entry_put_number(at, source->accepted);
	at = entry_put_number(at, source->held);
	at = entry_put_number(at, source->rejected);
	at = entry_put_number(at, source->skipped);
	queue_add(store->queue, (size_t)(at - start));
	if (source->dataset)
		store->parts[source->dataset - store->schema->datasets].present = true;
	return true;
}

bool store_column(struct store *store, int64_t source, const char *field, int variant, const char *place,
	struct failure *failure)
{
	char *start = queue_room(store->queue, 3 * ENTRY_NUMBER_BYTES + size_of(field) + size_of(place), failure);
	if (!start)
		return false;
	char *at = entry_put_number(start, ENTRY_COLUMN);
	at = entry_put_number(at, source);
	at = put_words(at, field);
	at = entry_put_number(at, variant);
	at = put_words(at, place);
	queue_add(store->queue, (size_t)(at - start));
	return true;
}

/* ---- for settling */

struct search {
	struct store *store;
	bool done;
	struct failure failure;
};

static void *search(void *context)
{
	struct search *search = context;
	struct profile *profile = search->store->database->profile;
	struct span span;
	profile_begin(profile, &span);
	search->done = writer_search(search->store->writer, &search->failure);
	profile_end(profile, &span, "settle", "search for the same", 0, 0);
	return NULL;
}

/* The search for records that may be the same needs no database and runs beside. */
bool store_finish(struct store *store, struct failure *failure)
{
	struct search beside = { .store = store };
	pthread_t thread;
	if (!store_drain(store, failure))
		return false;
	bool has_thread = pthread_create(&thread, NULL, search, &beside) == 0;
	if (!has_thread)
		search(&beside);
	bool done = writer_finish(store->writer, failure);
	if (has_thread)
		pthread_join(thread, NULL);
	if (done && !beside.done)
		*failure = beside.failure;
	return done && beside.done;
}

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
	return &store->parts[dataset];
}

struct twins *store_twins(struct store *store, int dataset)
{
	return writer_twins(store->writer, dataset);
}

struct twins *store_certificate_twins(struct store *store)
{
	return writer_certificate_twins(store->writer);
}
