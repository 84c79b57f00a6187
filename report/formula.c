#include "report/formula.h"

#include <stdlib.h>
#include <string.h>

struct reference {
	char *sheet, *column, *from, *to; /* any may be NULL but column */
};

bool formula_helper(sqlite3_stmt *statement, const char *name, int64_t *value, bool *null)
{
	*null = true;
	for (int i = 0; statement && i < sqlite3_column_count(statement); i++) {
		if (strcmp(sqlite3_column_name(statement, i), name) != 0)
			continue;
		*null = sqlite3_column_type(statement, i) == SQLITE_NULL;
		*value = sqlite3_column_int64(statement, i);
		return true;
	}
	return false;
}

void formula_sheet(struct buffer *out, const char *sheet_name)
{
	buffer_text(out, "'");
	for (const char *at = sheet_name; *at; at++) {
		buffer_add(out, at, 1);
		if (*at == '\'')
			buffer_text(out, "'");
	}
	buffer_text(out, "'!");
}

static void add_cell(struct buffer *out, lxw_row_t row, int column, bool absolute)
{
	char text[LXW_MAX_CELL_NAME_LENGTH];
	if (absolute)
		lxw_rowcol_to_cell_abs(text, row, (lxw_col_t)column, true, true);
	else
		lxw_rowcol_to_cell(text, row, (lxw_col_t)column);
	buffer_text(out, text);
}

void formula_sum(struct buffer *out, const struct sheet *sheet, int block, int column, lxw_row_t last)
{
	bool runs_on = block + 1 == sheet->block_count && sheet->part_count > 1;
	int parts = runs_on ? sheet->part_count : 1;
	buffer_text(out, "SUM(");
	for (int part = 0; part < parts; part++) {
		int same;
		lxw_row_t first = sheet_row(sheet, block, part * sheet->cap + 1, &same);
		if (part > 0)
			buffer_text(out, ",");
		if (part + 1 < parts)
			formula_sheet(out, sheet->part_names[part]);
		add_cell(out, first, column, false);
		buffer_text(out, ":");
		add_cell(out, part + 1 < parts ? first + (lxw_row_t)sheet->cap - 1 : last, column, false);
	}
	buffer_text(out, ")");
}

/* Splits the inside of the brackets in place. */
static struct reference parse(char *text)
{
	struct reference reference = { 0 };
	char *mark = strchr(text, '!');
	if (mark) {
		*mark = '\0';
		reference.sheet = text;
		text = mark + 1;
	}
	reference.column = text;
	if ((mark = strchr(text, '@')) != NULL) {
		*mark = '\0';
		reference.from = mark + 1;
		if ((mark = strchr(reference.from, ':')) != NULL) {
			*mark = '\0';
			reference.to = mark + 1;
		}
	}
	return reference;
}

/* The block and column that a reference means. */
static bool locate(const struct reference *reference, const struct sheet *sheet, const struct spot *spot, int *block,
	int *column)
{
	if (reference->column[0] == '#') {
		int64_t number = 0;
		bool null;
		*block = sheet->block_count - 1;
		if (!formula_helper(spot->statement, reference->column + 1, &number, &null) || null)
			return false;
		*column = (int)number - 1;
		return *column >= 0 && *column < sheet->blocks[*block].column_count;
	}
	if (sheet == spot->sheet) {
		*block = spot->block;
		*column = sheet_column(&sheet->blocks[*block], reference->column);
		if (*column >= 0)
			return true;
	}
	for (*block = sheet->block_count - 1; *block >= 0; (*block)--)
		if ((*column = sheet_column(&sheet->blocks[*block], reference->column)) >= 0)
			return true;
	return false;
}

static void add_records(struct buffer *out, const struct sheet *sheet, const struct spot *spot, int column, bool *whole)
{
	const struct block *block = &sheet->blocks[spot->block];
	int64_t before = spot->part * sheet->cap;
	int part;
	if (block->rows <= before) {
		*whole = false;
		return;
	}
	add_cell(out, sheet_row(sheet, spot->block, before + 1, &part), column, true);
	buffer_text(out, ":");
	int64_t last = block->rows < before + sheet->cap ? block->rows : before + sheet->cap;
	add_cell(out, sheet_row(sheet, spot->block, last, &part), column, true);
}

/* *whole = false: no formula is possible here. */
static bool add_reference(struct buffer *out, char *text, const struct book *book, const struct spot *spot, bool *whole,
	struct failure *failure)
{
	struct reference reference = parse(text);
	const struct sheet *sheet = reference.sheet ? book_sheet(book, reference.sheet) : spot->sheet;
	int block = 0, column = 0;
	if (!sheet || !locate(&reference, sheet, spot, &block, &column))
		return fail(failure, STATUS_BATCH, tr("%s: no such cell: [%s]", "%s：没有这样的单元格：[%s]"), spot->sheet->script,
			reference.column);
	if (!reference.from) {
		add_cell(out, spot->row, column, false);
		return true;
	}
	if (strcmp(reference.from, "") == 0 && reference.to && sheet == spot->sheet) {
		add_records(out, sheet, spot, column, whole);
		return true;
	}
	int64_t first = 0, last = 0;
	bool null = false, null_last = false;
	bool known = formula_helper(spot->statement, reference.from, &first, &null)
		&& (!reference.to || formula_helper(spot->statement, reference.to, &last, &null_last));
	if (!known)
		return fail(failure, STATUS_BATCH, tr("%s: no helper column %s", "%s：没有辅助列 %s"), spot->sheet->script,
			reference.from);
	int part = 0, part_last = 0;
	if (null || null_last || first < 1) {
		*whole = false;
		return true;
	}
	lxw_row_t row = sheet_row(sheet, block, first, &part);
	lxw_row_t row_last = reference.to ? sheet_row(sheet, block, last, &part_last) : row;
	if ((reference.to && part != part_last) || part >= SHEET_PARTS) {
		*whole = false;
		return true;
	}
	if (sheet != spot->sheet || part != spot->part)
		formula_sheet(out, sheet->part_names[part]);
	add_cell(out, row, column, true);
	if (reference.to) {
		buffer_text(out, ":");
		add_cell(out, row_last, column, true);
	}
	return true;
}

bool formula_expand(struct buffer *out, const char *template, const struct book *book, const struct spot *spot,
	struct failure *failure)
{
	buffer_empty(out);
	buffer_text(out, "=");
	template += strspn(template, " ");
	while (*template) {
		size_t plain = strcspn(template, "[");
		buffer_add(out, template, plain);
		template += plain;
		if (!*template)
			break;
		size_t length = strcspn(++template, "]");
		char *inside = strndup(template, length);
		bool whole = true;
		bool done = inside ? add_reference(out, inside, book, spot, &whole, failure)
			: fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
		free(inside);
		if (!done)
			return false;
		if (!whole) {
			buffer_empty(out);
			return buffer_sound(out, failure);
		}
		template += length + (template[length] == ']');
	}
	return buffer_sound(out, failure);
}
