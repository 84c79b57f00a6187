#include "samples/table.h"

#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

struct table {
	const struct table_definition *definition;
	FILE *file;          /* CSV and XML */
	iconv_t converter;   /* GB18030 */
	bool converts;
	lxw_workbook *workbook;
	lxw_worksheet *sheet;
	lxw_format *day, *instant, *text;
	uint32_t row;        /* XLSX: the next one, from 0 */
	int64_t sum;
};

static bool put(struct table *table, const char *text, struct failure *failure)
{
	if (!table->converts)
		return fputs(text, table->file) >= 0 || fail_system(failure, "write");
	char buffer[4096];
	char *in = NULL;
	char *copy = copy_text(failure, text);
	if (!copy)
		return false;
	in = copy;
	size_t left = strlen(copy);
	bool done = true;
	while (done && left) {
		char *out = buffer;
		size_t room = sizeof buffer;
		size_t code = iconv(table->converter, &in, &left, &out, &room);
		done = (code != (size_t)-1 || room < sizeof buffer) && fwrite(buffer, 1, sizeof buffer - room, table->file);
	}
	free(copy);
	return done || fail_system(failure, "iconv");
}

static bool put_csv_cell(struct table *table, const char *text, struct failure *failure)
{
	if (!strpbrk(text, ",\"\r\n"))
		return put(table, text, failure);
	char quoted[2048];
	size_t used = 0;
	quoted[used++] = '"';
	for (; *text && used < sizeof quoted - 3; text++) {
		if (*text == '"')
			quoted[used++] = '"';
		quoted[used++] = *text;
	}
	quoted[used++] = '"';
	quoted[used] = '\0';
	return put(table, quoted, failure);
}

/* 2021-05-14T08:05:00 as 2021/5/14 8:05, where it is such a text. */
static const char *slashed(const char *text, char buffer[64])
{
	int year, month, day, hour, minute, second;
	int fields = sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second);
	if (fields == 6 && second == 0)
		snprintf(buffer, 64, "%d/%d/%d %d:%02d", year, month, day, hour, minute);
	else if (fields == 6)
		snprintf(buffer, 64, "%d/%d/%d %d:%02d:%02d", year, month, day, hour, minute, second);
	else if (fields == 3)
		snprintf(buffer, 64, "%d/%d/%d", year, month, day);
	else
		return text;
	return buffer;
}

static bool put_csv(struct table *table, const char *const *cells, bool heading, struct failure *failure)
{
	const struct table_definition *definition = table->definition;
	char buffer[64];
	for (int i = 0; i < definition->count; i++) {
		bool date = definition->columns[i].type == CELL_AS_DAY || definition->columns[i].type == CELL_AS_INSTANT;
		const char *text = heading ? definition->columns[i].heading : cells[i];
		if (!heading && date && definition->slashes)
			text = slashed(text, buffer);
		if ((i && !put(table, ",", failure)) || !put_csv_cell(table, text, failure))
			return false;
	}
	return put(table, definition->form == TABLE_GB18030 ? "\r\n" : "\n", failure);
}

static bool put_xml(struct table *table, const char *const *cells, struct failure *failure)
{
	const struct table_definition *definition = table->definition;
	fprintf(table->file, "  <%s>\n", definition->record);
	for (int i = 0; i < definition->count; i++) {
		if (!cells[i][0])
			continue;
		fprintf(table->file, "    <%s>", definition->columns[i].name);
		for (const char *c = cells[i]; *c; c++) {
			const char *entity = *c == '&' ? "&amp;" : *c == '<' ? "&lt;" : *c == '>' ? "&gt;" : NULL;
			if (entity)
				fputs(entity, table->file);
			else
				putc(*c, table->file);
		}
		fprintf(table->file, "</%s>\n", definition->columns[i].name);
	}
	return fprintf(table->file, "  </%s>\n", definition->record) > 0 || fail_system(failure, "write");
}

static bool put_date(struct table *table, lxw_col_t column, const char *text)
{
	lxw_datetime value = { 0 };
	int second = 0;
	int fields = sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &value.year, &value.month, &value.day, &value.hour,
		&value.min, &second);
	if (fields != 3 && fields != 6)
		return false;
	value.sec = second;
	worksheet_write_datetime(table->sheet, table->row, column, &value, fields == 3 ? table->day : table->instant);
	return true;
}

static bool put_number(struct table *table, lxw_col_t column, const char *text)
{
	char *end;
	double value = strtod(text, &end);
	if (end == text || *end)
		return false;
	worksheet_write_number(table->sheet, table->row, column, value, NULL);
	return true;
}

static void put_xlsx(struct table *table, const char *const *cells)
{
	const struct table_definition *definition = table->definition;
	for (int i = 0; i < definition->count; i++) {
		enum cell_type type = definition->columns[i].type;
		lxw_col_t column = (lxw_col_t)i;
		if (!cells[i][0]
			|| ((type == CELL_AS_DAY || type == CELL_AS_INSTANT) && put_date(table, column, cells[i]))
			|| (type == CELL_AS_NUMBER && put_number(table, column, cells[i])))
			continue;
		worksheet_write_string(table->sheet, table->row, column, cells[i], table->text);
	}
	table->row++;
}

static bool open_xlsx(struct table *table, const char *path, struct failure *failure)
{
	const struct table_definition *definition = table->definition;
	char title[] = "onex sample"; /* the library's struct is not const */
	lxw_doc_properties properties = { .title = title, .created = 1620921600 };
	table->workbook = workbook_new(path);
	if (!table->workbook)
		return fail_system(failure, "%s", path);
	workbook_set_properties(table->workbook, &properties);
	table->sheet = workbook_add_worksheet(table->workbook, "Sheet1");
	table->day = workbook_add_format(table->workbook);
	format_set_num_format(table->day, "yyyy/m/d");
	table->instant = workbook_add_format(table->workbook);
	format_set_num_format(table->instant, "yyyy/m/d h:mm:ss");
	table->text = workbook_add_format(table->workbook);
	format_set_num_format(table->text, "@");
	if (definition->title) {
		lxw_format *centred = workbook_add_format(table->workbook);
		format_set_align(centred, LXW_ALIGN_CENTER);
		format_set_bold(centred);
		worksheet_merge_range(table->sheet, 0, 0, 0, (lxw_col_t)(definition->count - 1), definition->title, centred);
		worksheet_write_string(table->sheet, 1, 0, "填报单位：样例", NULL);
		table->row = 2;
	}
	for (int i = 0; i < definition->count; i++)
		worksheet_write_string(table->sheet, table->row, (lxw_col_t)i, definition->columns[i].heading, NULL);
	table->row++;
	return true;
}

static bool open_text(struct table *table, const char *path, struct failure *failure)
{
	const struct table_definition *definition = table->definition;
	table->file = fopen(path, "w");
	if (!table->file)
		return fail_system(failure, "%s", path);
	if (definition->form == TABLE_XML)
		return fprintf(table->file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s>\n", definition->root) > 0;
	if (definition->form == TABLE_GB18030) {
		table->converter = iconv_open("GB18030", "UTF-8");
		table->converts = table->converter != (iconv_t)-1;
		if (!table->converts)
			return fail_system(failure, "iconv");
	}
	if (definition->title
		&& (!put(table, definition->title, failure) || !put(table, "\r\n填报单位：样例\r\n", failure)))
		return false;
	return put_csv(table, NULL, true, failure);
}

struct table *table_open(const char *path, const struct table_definition *definition, struct failure *failure)
{
	struct table *table = allocate(failure, 1, sizeof *table);
	if (!table)
		return NULL;
	table->definition = definition;
	if (definition->form == TABLE_XLSX ? open_xlsx(table, path, failure) : open_text(table, path, failure))
		return table;
	free(table);
	return NULL;
}

bool table_row(struct table *table, const char *const *cells, struct failure *failure)
{
	int total = table->definition->total;
	if (total >= 0)
		table->sum += strtol(cells[total], NULL, 10);
	switch (table->definition->form) {
	case TABLE_XLSX:
		put_xlsx(table, cells);
		return true;
	case TABLE_XML:
		return put_xml(table, cells, failure);
	case TABLE_UTF8:
	case TABLE_GB18030:
	default:
		return put_csv(table, cells, false, failure);
	}
}

/* The 合计 line and the line for signatures, as people leave them below a table. */
static void put_footer(struct table *table)
{
	if (table->definition->total < 0 || !table->sheet)
		return;
	worksheet_write_string(table->sheet, table->row, 0, "合计", NULL);
	worksheet_write_number(table->sheet, table->row, (lxw_col_t)table->definition->total, (double)table->sum, NULL);
	worksheet_write_string(table->sheet, table->row + 2, 0, "填表人：样例    审核人：样例    （盖章）", NULL);
}

bool table_close(struct table *table, struct failure *failure)
{
	bool done = true;
	put_footer(table);
	if (table->workbook)
		done = workbook_close(table->workbook) == LXW_NO_ERROR || fail(failure, STATUS_SYSTEM, "workbook");
	if (table->definition->form == TABLE_XML)
		fprintf(table->file, "</%s>\n", table->definition->root);
	if (table->file && fclose(table->file) != 0)
		done = fail_system(failure, "close");
	if (table->converts)
		iconv_close(table->converter);
	free(table);
	return done;
}
