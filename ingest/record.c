#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/canonical.h"
#include "ingest/table_private.h"

enum { KEY_BYTES = 4096 };

static const struct cell empty = { .kind = CELL_EMPTY };

/* One record that a row gives: of a spread row, one level. */
struct taking {
	const struct row *row;
	int variant;         /* level, or 0 */
	bool is_spread;
	uint64_t unknown;    /* fields with a finding, and the level of a row without numbers */
};

static const struct cell *cell_of(const struct row *row, int column)
{
	return column >= 0 && (uint32_t)column < row->count ? &row->cells[column] : NULL;
}

bool record_is_blank(const struct table *table, const struct row *row)
{
	for (int k = 0; k < table->dataset->field_count; k++) {
		const struct cell *cell = cell_of(row, table->column[k]);
		if (cell && !table->dataset->fields[k].prefilled && !cell_is_blank(cell))
			return false;
	}
	for (int level = 1; level <= 3; level++) {
		const struct cell *cell = cell_of(row, table->spread.column[level]);
		if (table->spread.field >= 0 && cell && !cell_is_blank(cell))
			return false;
	}
	return true;
}

static uint64_t bit(int k)
{
	return UINT64_C(1) << k;
}

/* The lowest of the fields whose bits are set. */
static int first_of(uint64_t fields)
{
	return __builtin_ctzll(fields);
}

void record_start(struct table *table)
{
	const struct dataset *dataset = table->dataset;
	table->keys = table->required_keys = table->conditional = 0;
	for (int k = 0; k < dataset->field_count; k++) {
		const struct field *field = &dataset->fields[k];
		table->keys |= field->key ? bit(k) : 0;
		table->required_keys |= field->key && field->required ? bit(k) : 0;
		table->conditional |= field->required_field >= 0 ? bit(k) : 0;
	}
	memset(table->recalls, 0, sizeof table->recalls);
}

static void read_field(struct table *table, int k, const struct cell *cell)
{
	const struct field *field = &table->dataset->fields[k];
	struct value *value = &table->values[k];
	bool is_filled = cell && cell->kind != CELL_EMPTY && cell->length > 0;
	bool canonical = false;
	table->cells[k] = cell;
	if (is_filled && recall_take(&table->recalls[k], cell, value, &canonical)) {
		table->raws[k] = canonical ? NULL : cell;
		return;
	}
	typing_read(field, cell ? cell : &empty, table->source.epoch, table->scratch[k].bytes, value, &table->faulty[k]);
	if (table->faulty[k].rule) {
		table->faulted |= bit(k);
	} else if (is_filled) {
		bool own = value->state == VALUE_TEXT && value->text == cell->text && value->length == cell->length;
		canonical = own || (value->state != VALUE_EMPTY && typing_is_canonical(field, cell, value));
		recall_keep(&table->recalls[k], cell, value, canonical);
	}
	table->raws[k] = canonical ? NULL : cell;
}

static void miss_field(struct table *table, int k)
{
	typing_missing(&table->dataset->fields[k], &table->faulty[k]);
	table->faulted |= bit(k);
}

/* Fields that must be filled because of what another says. */
static void read_conditions(struct table *table)
{
	for (uint64_t left = table->conditional & ~table->faulted; left; left &= left - 1) {
		int k = first_of(left);
		const struct field *field = &table->dataset->fields[k];
		if (table->values[k].state != VALUE_EMPTY)
			continue;
		const struct value *other = &table->values[field->required_field];
		if (other->state == VALUE_INTEGER && other->integer == field->required_value)
			miss_field(table, k);
	}
}

static void read_fields(struct table *table, const struct row *row)
{
	table->faulted = 0;
	for (int k = 0; k < table->dataset->field_count; k++) {
		if (table->spread.field >= 0 && (k == table->spread.field || k == table->spread.level)) {
			table->cells[k] = table->raws[k] = NULL;
			table->values[k].state = VALUE_EMPTY;
		} else {
			read_field(table, k, cell_of(row, table->column[k]));
		}
	}
	read_conditions(table);
}

/* Appends the canonical text of a value; nothing where it has none. */
static void append_value(char *text, size_t size, const struct field *field, const struct value *value)
{
	char buffer[CANONICAL_BYTES];
	size_t used = strlen(text);
	if (value->state == VALUE_INTEGER) {
		snprintf(text + used, size - used, "%s", canonical_integer(field, value->integer, buffer));
	} else if (value->state == VALUE_TEXT && value->length < size - used) {
		memcpy(text + used, value->text, value->length);
		text[used + value->length] = '\0';
	}
}

static const char *text_of(const struct table *table, const char *name, uint64_t unknown, char *text, size_t size)
{
	int k = dataset_field(table->dataset, name);
	text[0] = '\0';
	if (k >= 0 && !(unknown >> k & 1))
		append_value(text, size, &table->dataset->fields[k], &table->values[k]);
	return *text ? text : NULL;
}

static void write_key(const struct table *table, uint64_t unknown, char key[KEY_BYTES])
{
	bool first = true;
	key[0] = '\0';
	for (int k = 0; k < table->dataset->field_count; k++) {
		if (!table->dataset->fields[k].key)
			continue;
		size_t used = strlen(key);
		if (!first && used + 1 < KEY_BYTES) {
			key[used] = '|';
			key[used + 1] = '\0';
		}
		first = false;
		if (!(unknown >> k & 1))
			append_value(key, KEY_BYTES, &table->dataset->fields[k], &table->values[k]);
	}
}

static bool write_findings(struct table *table, const struct taking *taking, int64_t row_id, struct failure *failure)
{
	char key[KEY_BYTES];
	char application_no[1024];
	char school_code[CANONICAL_BYTES];
	char place[PLACE_BYTES];
	write_key(table, taking->unknown, key);
	struct entry_finding finding = { .dataset = table->dataset->name, .record_key = key,
		.application_no = text_of(table, "application_no", taking->unknown, application_no, sizeof application_no),
		.school_code = text_of(table, "school_code", taking->unknown, school_code, sizeof school_code),
		.source = table->source.id, .row_id = row_id, .row = taking->row->row, .place = place };
	for (uint64_t left = table->faulted; left; left &= left - 1) {
		int k = first_of(left);
		const struct field_fault *fault = &table->faulty[k];
		const struct cell *cell = table->cells[k];
		finding.rule = fault->rule;
		finding.field = table->dataset->fields[k].name;
		finding.raw = cell && cell->kind != CELL_EMPTY ? cell->text : "";
		finding.raw_length = cell && cell->kind != CELL_EMPTY ? cell->length : 0;
		finding.understood = fault->understood;
		finding.allowed = fault->allowed;
		finding.message = fault->message;
		table_place(table, k, k == table->spread.field ? taking->variant : 0, place);
		if (!store_finding(table->store, &finding, failure))
			return false;
	}
	return true;
}

static bool has_key(const struct table *table)
{
	for (uint64_t left = table->required_keys; left; left &= left - 1) {
		enum value_state state = table->values[first_of(left)].state;
		if (state == VALUE_EMPTY || state == VALUE_UNKNOWN)
			return false;
	}
	return !(table->faulted & table->keys);
}

static bool keep(struct table *table, struct taking *taking, struct failure *failure)
{
	taking->unknown |= table->faulted;
	for (uint64_t left = table->faulted; left; left &= left - 1)
		table->values[first_of(left)].state = VALUE_UNKNOWN;
	table->source.seen++;
	if (!has_key(table)) {
		table->source.rejected++;
		return write_findings(table, taking, 0, failure);
	}
	struct record record = { .dataset = table->dataset, .source = table->source.id, .row = taking->row->row,
		.line = table->source.lines, .offset = taking->row->offset, .unknown = taking->unknown,
		.values = table->values, .cells = table->raws };
	int64_t id;
	if (taking->unknown)
		table->source.held++;
	else
		table->source.accepted++;
	return store_record(table->store, &record, &id, failure)
		&& (!table->faulted || write_findings(table, taking, id, failure));
}

/* 申报编号 followed by the level's number. */
static void number_level(struct table *table, int level, int key)
{
	struct value *value = &table->values[key];
	if (value->state != VALUE_TEXT || value->length > sizeof table->number - 4)
		return;
	int length = snprintf(table->number, sizeof table->number, "%.*s-%d", (int)value->length, value->text, level);
	value->text = table->number;
	value->length = (uint32_t)length;
	table->raws[key] = table->cells[key];
}

static bool keep_level(struct table *table, const struct row *row, int level, const struct value *number,
	struct failure *failure)
{
	struct taking taking = { .row = row, .variant = level, .is_spread = true };
	int key = dataset_field(table->dataset, "application_no");
	table->faulted &= ~bit(table->spread.field);
	read_field(table, table->spread.field, cell_of(row, table->spread.column[level]));
	table->values[table->spread.level] = (struct value) { .state = VALUE_INTEGER, .integer = level };
	if (key >= 0) {
		table->values[key] = *number;
		if (!(table->faulted & bit(key)))
			number_level(table, level, key);
	}
	return keep(table, &taking, failure);
}

/* A row whose levels stand side by side: one record for each that is filled. */
static bool take_spread(struct table *table, const struct row *row, struct failure *failure)
{
	int key = dataset_field(table->dataset, "application_no");
	struct value number = key >= 0 ? table->values[key] : (struct value) { .state = VALUE_EMPTY };
	bool any = false;
	for (int level = 1; level <= 3; level++) {
		const struct cell *cell = cell_of(row, table->spread.column[level]);
		if (!cell || cell_is_blank(cell))
			continue;
		any = true;
		if (!keep_level(table, row, level, &number, failure))
			return false;
	}
	if (any)
		return true;
	struct taking taking = { .row = row, .is_spread = true, .unknown = bit(table->spread.level) };
	miss_field(table, table->spread.field);
	return keep(table, &taking, failure);
}

bool record_take(struct table *table, const struct row *row, struct failure *failure)
{
	struct taking taking = { .row = row };
	const struct profile *profile = store_database(table->store)->profile;
	int64_t begun = profile_now(profile);
	read_fields(table, row);
	total_add(table, row);
	int64_t typed = profile_now(profile);
	bool done = table->spread.field >= 0 ? take_spread(table, row, failure) : keep(table, &taking, failure);
	table->typing += typed - begun;
	table->handing += profile_now(profile) - typed;
	table->typed++;
	return done;
}
