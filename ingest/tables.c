#include "ingest/tables.h"

#include <stdio.h>
#include <stdlib.h>

#include "ingest/table_view.h"

static const char *group_column(enum field_group group)
{
	return group == GROUP_CERTIFICATE ? "certificate_ref" : "major_ref";
}

static bool is_first_of_group(const struct dataset *dataset, int field)
{
	for (int k = 0; k < field; k++)
		if (dataset->fields[k].group == dataset->fields[field].group)
			return false;
	return true;
}

static bool is_text_column(const struct field *field)
{
	if (field->dictionary)
		return false;
	switch (field->kind) {
	case FIELD_TEXT:
	case FIELD_IDENTIFIER:
	case FIELD_MAJOR_CODE:
	case FIELD_CREDIT_CODE:
	case FIELD_DIGEST:
	case FIELD_ROW_DIGEST:
		return true;
	default:
		return false;
	}
}

static bool write_create(FILE *sql, const struct dataset *dataset)
{
	fprintf(sql, "CREATE TABLE \"%s\"(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, row INTEGER NOT NULL,"
		" record INTEGER NOT NULL, byte_offset INTEGER, unknown INTEGER NOT NULL", dataset->name);
	for (int k = 0; k < dataset->field_count; k++) {
		const struct field *field = &dataset->fields[k];
		if (field->group == GROUP_NONE)
			fprintf(sql, ", \"%s\" %s", field->name, is_text_column(field) ? "TEXT" : "INTEGER");
		else if (is_first_of_group(dataset, k))
			fprintf(sql, ", %s INTEGER NOT NULL", group_column(field->group));
	}
	for (int k = 0; k < dataset->field_count; k++)
		fprintf(sql, ", \"%s_unknown\" INTEGER AS (unknown >> %d & 1) VIRTUAL", dataset->fields[k].name, k);
	fputs(")", sql);
	return ferror(sql) == 0;
}

/* Runs what `write` writes for the dataset. */
static bool run_written(struct database *database, const struct dataset *dataset,
	bool (*write)(FILE *sql, const struct dataset *dataset), struct failure *failure)
{
	char *text = NULL;
	size_t length = 0;
	FILE *sql = open_memstream(&text, &length);
	bool done = sql && write(sql, dataset);
	if (sql && fclose(sql) != 0)
		done = false;
	done = done ? database_run(database, text, failure)
		: fail(failure, STATUS_SYSTEM, tr("out of memory", "内存不足"));
	free(text);
	return done;
}

bool tables_create(struct database *database, const struct dataset *dataset, struct failure *failure)
{
	return run_written(database, dataset, write_create, failure)
		&& run_written(database, dataset, table_view_write, failure);
}

void tables_bind(const struct dataset *dataset, struct binding *binding)
{
	int next = STORED_FIELDS;
	binding->certificate = binding->major = -1;
	for (int k = 0; k < dataset->field_count; k++) {
		enum field_group group = dataset->fields[k].group;
		binding->field[k] = -1;
		if (group != GROUP_NONE && !is_first_of_group(dataset, k))
			continue;
		if (group == GROUP_CERTIFICATE)
			binding->certificate = next;
		else if (group == GROUP_MAJOR)
			binding->major = next;
		else
			binding->field[k] = next;
		next++;
	}
	binding->columns = next;
}

/* The name of a kind as schemas/types.xsd has it. */
static const char *kind_name(const struct field *field)
{
	switch (field->kind) {
	case FIELD_TEXT:
		return field->max_length > 200 ? "longText" : "text";
	case FIELD_IDENTIFIER:
		return "identifier";
	case FIELD_CODE:
		return field->digits == 6 ? "code6" : "code10";
	case FIELD_MAJOR_CODE:
		return "majorCode";
	case FIELD_CREDIT_CODE:
		return "creditCode";
	case FIELD_DIGEST:
		return "digest";
	case FIELD_ROW_DIGEST:
		return "rowDigest";
	case FIELD_COUNT:
		return "count";
	case FIELD_MONEY:
		return "money";
	case FIELD_DAY:
		return "day";
	case FIELD_INSTANT:
		return "instant";
	case FIELD_YES_NO:
		return "yesNo";
	case FIELD_ENUMERATION:
	default:
		return "enumeration";
	}
}

static bool step(struct database *database, sqlite3_stmt *statement, struct failure *failure)
{
	return database_once(database, statement, NULL, failure);
}

static bool describe_field(struct database *database, sqlite3_stmt *insert, sqlite3_stmt *insert_value,
	const struct dataset *dataset, int k, struct failure *failure)
{
	const struct field *field = &dataset->fields[k];
	sqlite3_bind_text(insert, 1, dataset->name, -1, SQLITE_STATIC);
	sqlite3_bind_int(insert, 2, k);
	sqlite3_bind_text(insert, 3, field->name, -1, SQLITE_STATIC);
	sqlite3_bind_text(insert, 4, field->heading, -1, SQLITE_STATIC);
	sqlite3_bind_text(insert, 5, kind_name(field), -1, SQLITE_STATIC);
	sqlite3_bind_text(insert, 6, field->unit, -1, SQLITE_STATIC);
	sqlite3_bind_int(insert, 7, field->required);
	sqlite3_bind_int(insert, 8, field->key);
	bool done = step(database, insert, failure);
	for (int i = 0; done && field->kind == FIELD_ENUMERATION && i < field->values.count; i++) {
		sqlite3_bind_text(insert_value, 1, dataset->name, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert_value, 2, field->name, -1, SQLITE_STATIC);
		sqlite3_bind_int(insert_value, 3, i + 1);
		sqlite3_bind_text(insert_value, 4, field->values.items[i], -1, SQLITE_STATIC);
		done = step(database, insert_value, failure);
	}
	return done;
}

bool tables_describe(struct database *database, const struct schema *schema, const bool *present,
	struct failure *failure)
{
	sqlite3_stmt *insert = database_prepare(database, "INSERT INTO dataset VALUES(?,?,?,?)", failure);
	sqlite3_stmt *insert_field = insert
		? database_prepare(database, "INSERT INTO field VALUES(?,?,?,?,?,?,?,?)", failure) : NULL;
	sqlite3_stmt *insert_value = insert_field
		? database_prepare(database, "INSERT INTO enumeration VALUES(?,?,?,?)", failure) : NULL;
	bool done = insert_value != NULL;
	for (int d = 0; done && d < schema->dataset_count; d++) {
		const struct dataset *dataset = &schema->datasets[d];
		sqlite3_bind_int(insert, 1, dataset->id);
		sqlite3_bind_text(insert, 2, dataset->name, -1, SQLITE_STATIC);
		sqlite3_bind_text(insert, 3, dataset->title, -1, SQLITE_STATIC);
		sqlite3_bind_int(insert, 4, present[d]);
		done = step(database, insert, failure);
		for (int k = 0; done && k < dataset->field_count; k++)
			done = describe_field(database, insert_field, insert_value, dataset, k, failure);
	}
	sqlite3_finalize(insert);
	sqlite3_finalize(insert_field);
	sqlite3_finalize(insert_value);
	return done;
}
