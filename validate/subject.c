#include "validate/subject.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/canonical.h"
#include "common/fieldsql.h"

enum { LOOKUPS = 16, KEY_COLUMN = 7 };

/* The statement for one dataset and field; the few last used are kept. */
struct lookup {
	const struct dataset *dataset;
	int field;
	sqlite3_stmt *statement;
};

struct subjects {
	struct database *database;
	struct lookup lookups[LOOKUPS];
	int next;                    /* the one to be replaced next */
	struct bytes key;
	char value[CANONICAL_BYTES], code[CANONICAL_BYTES];
};

struct subjects *subjects_open(struct database *database, struct failure *failure)
{
	struct subjects *subjects = allocate(failure, 1, sizeof *subjects);
	if (subjects)
		subjects->database = database;
	return subjects;
}

void subjects_close(struct subjects *subjects)
{
	if (!subjects)
		return;
	for (int i = 0; i < LOOKUPS; i++)
		sqlite3_finalize(subjects->lookups[i].statement);
	bytes_free(&subjects->key);
	free(subjects);
}

void subjects_rest(struct subjects *subjects)
{
	for (int i = 0; i < LOOKUPS; i++)
		sqlite3_reset(subjects->lookups[i].statement);
}

/* The school of the finding: the subject's own, or that of the application that a
 * city review or decision attaches to (none of an ambiguous number). */
static const char *school_sql(const struct dataset *dataset)
{
	if (dataset_field(dataset, "school_code") >= 0)
		return "d.school_code";
	if (dataset_field(dataset, "application_no") >= 0)
		return "(SELECT a.school_code FROM main.application a WHERE a.application_no = d.application_no"
		       " AND NOT EXISTS (SELECT 1 FROM ambiguous_application x WHERE x.application_no = a.application_no))";
	return "NULL";
}

/* Value, raw text and column of the pointed field. */
static char *pointed_sql(const struct dataset *dataset, int at, struct failure *failure)
{
	if (at < 0)
		return copy_text(failure, "NULL, NULL, NULL");
	const struct field *field = &dataset->fields[at];
	char *value = field_sql(field, "d", failure);
	const char *variant = field->spread ? "IN (0, coalesce(d.level, 0)) ORDER BY c.variant DESC LIMIT 1" : "= 0";
	char *sql = value ? print_text(failure, "%s, (SELECT w.text FROM raw_text w WHERE w.dataset = %d AND w.row_id = d.id"
		" AND w.field = %d), (SELECT c.place FROM source_column c WHERE c.source = d.source AND c.field = '%s'"
		" AND c.variant %s)", value, dataset->id, at, field->name, variant) : NULL;
	free(value);
	return sql;
}

/* Key fields, each with a comma before it. */
static char *keys_sql(const struct dataset *dataset, struct failure *failure)
{
	char *sql = copy_text(failure, "");
	for (int i = 0; sql && i < dataset->field_count; i++) {
		if (!dataset->fields[i].key)
			continue;
		char *field = field_sql(&dataset->fields[i], "d", failure);
		char *longer = field ? print_text(failure, "%s, %s", sql, field) : NULL;
		free(field);
		free(sql);
		sql = longer;
	}
	return sql;
}

static sqlite3_stmt *prepare(struct subjects *subjects, const struct dataset *dataset, int field,
	struct failure *failure)
{
	char *pointed = pointed_sql(dataset, field, failure);
	char *keys = pointed ? keys_sql(dataset, failure) : NULL;
	const char *number = dataset_field(dataset, "application_no") >= 0 ? "d.application_no" : "NULL";
	char *sql = keys ? print_text(failure, "SELECT d.source, d.row, %s, %s, %s%s FROM main.%s d WHERE d.id = ?", number,
		school_sql(dataset), pointed, keys, dataset->name) : NULL;
	sqlite3_stmt *statement = sql ? database_prepare(subjects->database, sql, failure) : NULL;
	free(pointed);
	free(keys);
	free(sql);
	return statement;
}

static sqlite3_stmt *lookup(struct subjects *subjects, const struct dataset *dataset, int field,
	struct failure *failure)
{
	for (int i = 0; i < LOOKUPS; i++)
		if (subjects->lookups[i].dataset == dataset && subjects->lookups[i].field == field)
			return subjects->lookups[i].statement;
	struct lookup *slot = &subjects->lookups[subjects->next];
	subjects->next = (subjects->next + 1) % LOOKUPS;
	sqlite3_finalize(slot->statement);
	*slot = (struct lookup){ .statement = prepare(subjects, dataset, field, failure) };
	if (slot->statement) {
		slot->dataset = dataset;
		slot->field = field;
	}
	return slot->statement;
}

/* The canonical text of column `i`, NULL where there is no value. */
static const char *text_of(const struct field *field, sqlite3_stmt *row, int i, char text[CANONICAL_BYTES])
{
	if (sqlite3_column_type(row, i) == SQLITE_NULL)
		return NULL;
	if (field_is_text(field))
		return (const char *)sqlite3_column_text(row, i);
	return canonical_integer(field, sqlite3_column_int64(row, i), text);
}

/* The key of the record, joined by `|`: the schemas list their key fields in the
 * order of the keys. */
static bool join_key(struct subjects *subjects, const struct dataset *dataset, sqlite3_stmt *row,
	struct failure *failure)
{
	int column = KEY_COLUMN;
	subjects->key.used = 0;
	for (int i = 0; i < dataset->field_count; i++) {
		if (!dataset->fields[i].key)
			continue;
		char text[CANONICAL_BYTES];
		const char *value = text_of(&dataset->fields[i], row, column, text);
		if (column > KEY_COLUMN && !bytes_add_text(&subjects->key, "|", failure))
			return false;
		if (value && !bytes_add_text(&subjects->key, value, failure))
			return false;
		column++;
	}
	return bytes_add(&subjects->key, "", 1, failure);
}

bool subjects_find(struct subjects *subjects, const struct dataset *dataset, int field, int64_t id,
	struct subject *subject, struct failure *failure)
{
	sqlite3_stmt *row = lookup(subjects, dataset, field, failure);
	if (!row)
		return false;
	bool found = false;
	sqlite3_reset(row);
	sqlite3_bind_int64(row, 1, id);
	if (!database_step(subjects->database, row, &found, failure))
		return false;
	if (!found)
		return fail(failure, STATUS_BATCH, tr("there is no row %" PRId64 " in %s", "没有第 %" PRId64 " 行：%s"), id,
			dataset->name);
	static const struct field code10 = { .kind = FIELD_CODE, .digits = 10 };
	*subject = (struct subject){
		.source = sqlite3_column_int64(row, 0),
		.row = sqlite3_column_int64(row, 1),
		.application_no = (const char *)sqlite3_column_text(row, 2),
		.school_code = text_of(&code10, row, 3, subjects->code),
		.raw = (const char *)sqlite3_column_text(row, 5),
		.place = (const char *)sqlite3_column_text(row, 6),
	};
	if (field >= 0)
		subject->understood = text_of(&dataset->fields[field], row, 4, subjects->value);
	if (!subject->raw)
		subject->raw = subject->understood;
	if (!join_key(subjects, dataset, row, failure))
		return false;
	subject->record_key = subjects->key.at;
	return true;
}
