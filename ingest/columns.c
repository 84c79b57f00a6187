#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/outlet.h"
#include "ingest/table_private.h"

enum { MOST_UNNAMED = 20 };

void table_place(const struct table *table, int field, int variant, char place[PLACE_BYTES])
{
	place[0] = '\0';
	if (strcmp(table->form, "xml") == 0) {
		snprintf(place, PLACE_BYTES, "/%s/%s/%s", table->dataset->root, table->dataset->name,
			table->dataset->fields[field].name);
		return;
	}
	int column = table->column[field];
	for (int level = 3; field == table->spread.field && level >= 1; level--)
		if (table->spread.column[level] >= 0 && (variant == level || variant == 0))
			column = table->spread.column[level];
	if (column >= 0)
		column_letters((uint32_t)column, place);
}

bool columns_write(struct table *table, struct failure *failure)
{
	char place[PLACE_BYTES];
	const struct spread *spread = &table->spread;
	for (int k = 0; k < table->dataset->field_count; k++) {
		if (k == spread->field || table->column[k] < 0)
			continue;
		table_place(table, k, 0, place);
		if (!store_column(table->store, table->source.id, table->dataset->fields[k].name, 0, place, failure))
			return false;
	}
	for (int level = 1; spread->field >= 0 && level <= 3; level++) {
		table_place(table, spread->field, level, place);
		if (spread->column[level] >= 0 && !store_column(table->store, table->source.id,
			table->dataset->fields[spread->field].name, level, place, failure))
			return false;
	}
	return true;
}

static bool report_column(struct table *table, const struct row *row, uint32_t at, struct failure *failure)
{
	const struct heading_column *column = &table->heading.columns[at];
	char letters[COLUMN_LETTERS_BYTES];
	column_letters(at, letters);
	struct source_fault fault = { .rule = "S08", .row = row->row, .place = letters, .raw = column->label,
		.allowed = "模板中的列名" };
	bool of_levels = column->field >= 0 && column->variant == 0
		&& (column->field == table->spread.field || column->field == table->spread.level);
	if (of_levels)
		snprintf(fault.message, sizeof fault.message, "列“%.200s”与并列的各等级列重复，该列没有读取；请删去多余的列",
			column->label);
	else if (column->role == COLUMN_REPEATED)
		snprintf(fault.message, sizeof fault.message, "列名“%.200s”重复出现，只读取前面的一列；请删去多余的列",
			column->label);
	else
		snprintf(fault.message, sizeof fault.message, "列名“%.200s”不在“%s”的列名之中，该列没有读取；如是必报内容，请改用模板的列名",
			column->label, table->dataset->title);
	return table_source_finding(table, &fault, -1, failure);
}

/* A column that holds something and has no heading: S08 where it first does; a sheet
 * without end of such columns is told by the first of them. */
static bool report_unnamed(struct table *table, const struct row *row, uint32_t at, struct failure *failure)
{
	if (at >= table->unnamed_count) {
		uint32_t count = row->count;
		bool *larger = resize(failure, table->unnamed, count, sizeof *larger);
		if (!larger)
			return false;
		memset(larger + table->unnamed_count, 0, (count - table->unnamed_count) * sizeof *larger);
		table->unnamed = larger;
		table->unnamed_count = count;
	}
	if (table->unnamed[at] || table->unnamed_told == MOST_UNNAMED)
		return true;
	table->unnamed_told++;
	char letters[COLUMN_LETTERS_BYTES];
	column_letters(at, letters);
	struct source_fault fault = { .rule = "S08", .row = row->row, .place = letters, .allowed = "模板中的列名" };
	snprintf(fault.message, sizeof fault.message,
		"%s 列没有列名而有内容（从第 %lld 行起），该列没有读取；请补上列名，或检查这一行是否错位", letters,
		(long long)row->row);
	table->unnamed[at] = true;
	return table_source_finding(table, &fault, -1, failure);
}

bool columns_look_for_unnamed(struct table *table, const struct row *row, struct failure *failure)
{
	const struct heading *heading = &table->heading;
	for (uint32_t i = table->named; i < row->count; i++) {
		bool has_name = i < heading->count && heading->columns[i].role != COLUMN_EMPTY;
		if (!has_name && !cell_is_blank(&row->cells[i]) && !report_unnamed(table, row, i, failure))
			return false;
	}
	return true;
}

bool columns_drop(struct table *table, const char *label, struct failure *failure)
{
	char *longer = print_text(failure, "%s%s%s", table->dropped ? table->dropped : "", table->dropped ? "、" : "", label);
	free(table->dropped);
	table->dropped = longer;
	return longer != NULL;
}

/* The columns of levels that stand side by side. */
static void take_levels(struct table *table)
{
	const struct heading *heading = &table->heading;
	if (heading->spread)
		table->spread.level = dataset_field(table->dataset, "level");
	for (uint32_t i = 0; i < heading->count; i++) {
		const struct heading_column *column = &heading->columns[i];
		if (column->role != COLUMN_FIELD || column->variant == 0)
			continue;
		table->spread.field = column->field;
		table->spread.column[column->variant] = (int)i;
	}
}

static bool take_columns(struct table *table, struct failure *failure)
{
	const struct heading *heading = &table->heading;
	while (table->named < heading->count && heading->columns[table->named].role != COLUMN_EMPTY)
		table->named++;
	take_levels(table);
	for (uint32_t i = 0; i < heading->count; i++) {
		const struct heading_column *column = &heading->columns[i];
		if (column->variant > 0 && column->role == COLUMN_FIELD)
			continue;
		if (column->role == COLUMN_FIELD) {
			table->column[column->field] = (int)i;
		} else if (column->role == COLUMN_PERSONAL) {
			if (!columns_drop(table, column->label, failure))
				return false;
		} else if (column->role == COLUMN_UNKNOWN || column->role == COLUMN_REPEATED) {
			if (!report_column(table, &table->lead.rows[heading->first], i, failure))
				return false;
		}
	}
	return true;
}

static bool has_content(const struct lead *lead)
{
	for (uint32_t r = 0; r < lead->count; r++)
		for (uint32_t i = 0; i < lead->rows[r].count; i++)
			if (!cell_is_blank(&lead->rows[r].cells[i]))
				return true;
	return false;
}

/* A sheet of the review workbook, which comes back for its decisions, that is no form. */
static bool is_report(const struct table *table)
{
	for (int i = 0; table->of_onex && i < table->schema->dataset_count; i++) {
		const char *title = table->schema->datasets[i].title;
		size_t length = strlen(title);
		if (strncmp(table->sheet_name, title, length) == 0
			&& (table->sheet_name[length] == '\0' || table->sheet_name[length] == '('))
			return false; /* the form, or a further part of it */
	}
	return table->of_onex;
}

/* No dataset: S02 or S03. The blank sheets that every new workbook has are none. */
static bool pass_over(struct table *table, struct failure *failure)
{
	if (is_report(table))
		return table_keep_reason(table, "程序生成的报表，不是报送内容", failure);
	struct source_fault fault = { .rule = table->heading.rule, .allowed = "模板的表头" };
	if (!has_content(&table->lead) && strcmp(table->form, "csv") != 0)
		return table_keep_reason(table, "空白工作表", failure);
	snprintf(fault.message, sizeof fault.message, "%.500s", table->heading.text);
	return table_keep_reason(table, table->heading.text, failure) && table_source_finding(table, &fault, -1, failure);
}

bool columns_recognise(struct table *table, struct failure *failure)
{
	table->decided = true;
	if (!heading_find(table->vocabulary, table->lead.rows, table->lead.count, &table->heading, failure))
		return false;
	table->dataset = table->source.dataset = table->heading.dataset;
	if (!table->dataset)
		return pass_over(table, failure);
	table->source.heading_row = table->lead.rows[table->heading.first].row;
	record_start(table);
	return table_keep_reason(table, table->heading.text, failure) && take_columns(table, failure)
		&& columns_write(table, failure) && total_start(table, failure);
}
