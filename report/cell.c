#include "report/cell.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

enum { SERIAL_OF_1970 = 25569, MOST_CHARACTERS = 2000, MOST_LINK_BYTES = 180 };

bool cell_written(const struct rows *rows, lxw_error error, struct failure *failure)
{
	if (memory_refused())
		return memory_enough(rows->book->name, failure);
	if (error == LXW_NO_ERROR)
		return true;
	return fail(failure, error == LXW_ERROR_MEMORY_MALLOC_FAILED ? STATUS_SYSTEM : STATUS_BUG,
		tr("%s: cannot write a cell: %s", "%s：无法写入单元格：%s"), rows->sheet->script, lxw_strerror(error));
}

int cell_lines(const char *text, double width)
{
	double used = 0;
	int count = 1;
	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		if ((*at & 0xC0) == 0x80)
			continue;
		double step = *at < 0x80 ? 1 : 2;
		if (*at == '\n' || used + step > width) {
			count++;
			used = 0;
		}
		if (*at != '\n')
			used += step;
	}
	return count;
}

static bool is_hex(const char *text, int count)
{
	for (int i = 0; i < count; i++)
		if (!text[i] || !strchr("0123456789abcdefABCDEF", text[i]))
			return false;
	return true;
}

/* Spreadsheets read _x0041_ in a text as a character's number: the underscore itself
 * is written so, and the text stays what it was. */
static bool escape_underscores(struct buffer *text, struct failure *failure)
{
	struct buffer escaped = { 0 };
	const char *kept = text->bytes;
	for (const char *at = kept; (at = strstr(at, "_x")) != NULL; at += 2) {
		if (!is_hex(at + 2, 4) || at[6] != '_')
			continue;
		buffer_add(&escaped, kept, (size_t)(at - kept));
		buffer_text(&escaped, "_x005F_");
		kept = at + 1;
	}
	if (kept != text->bytes) {
		buffer_text(&escaped, kept);
		buffer_empty(text);
		if (escaped.bytes)
			buffer_add(text, escaped.bytes, escaped.length);
		text->broken = text->broken || escaped.broken;
	}
	buffer_free(&escaped);
	return buffer_sound(text, failure);
}

bool cell_text(struct rows *rows, const char *bytes, size_t length, struct failure *failure)
{
	struct buffer *text = &rows->text;
	buffer_empty(text);
	buffer_clean(text, bytes, length);
	if (!buffer_sound(text, failure))
		return false;
	size_t characters = 0, cut = 0;
	for (size_t i = 0; i < text->length && text->length > MOST_CHARACTERS; i++) {
		if (((unsigned char)text->bytes[i] & 0xC0) == 0x80)
			continue;
		if (characters++ == MOST_CHARACTERS)
			cut = i;
	}
	if (characters > MOST_CHARACTERS) {
		text->length = cut;
		buffer_print(text, "……（仅显示前%d字，原文共%zu字）", (int)MOST_CHARACTERS, characters);
	}
	return escape_underscores(text, failure);
}

static bool write_text(struct rows *rows, lxw_row_t row, int column, sqlite3_stmt *statement, struct failure *failure)
{
	const struct column *what = &rows->sheet->blocks[rows->block].columns[column];
	const char *bytes = (const char *)sqlite3_column_text(statement, what->source);
	size_t length = (size_t)sqlite3_column_bytes(statement, what->source);
	if (!cell_text(rows, bytes ? bytes : "", bytes ? length : 0, failure))
		return false;
	int lines = cell_lines(rows->text.bytes, what->width * 1.05);
	if (lines > rows->lines && what->form != FORM_DIGEST)
		rows->lines = lines;
	struct style *style = &rows->book->style;
	lxw_format *format = what->form == FORM_STATE && !what->open ? style_state(style, rows->text.bytes)
		: style_cell(style, what->form, what->open ? DRESS_OPEN : DRESS_PLAIN, what->center);
	return cell_written(rows, worksheet_write_string(rows->sheet->parts[rows->part], row, (lxw_col_t)column,
		rows->text.bytes, format), failure);
}

/* A link to the row of another sheet's last block. The text is ours, so that nothing
 * a user typed comes into a formula. */
static bool write_row_link(struct rows *rows, lxw_row_t row, int column, int64_t ordinal, lxw_format *format,
	struct failure *failure)
{
	const struct column *what = &rows->sheet->blocks[rows->block].columns[column];
	const struct sheet *target = what->link ? book_sheet(rows->book, what->link) : NULL;
	if (!target)
		return fail(failure, STATUS_BATCH, tr("%s: no sheet to link to: %s", "%s：没有要链接的工作表：%s"),
			rows->sheet->script, what->link ? what->link : "");
	int part = 0;
	lxw_row_t to = sheet_row(target, target->block_count - 1, ordinal, &part);
	struct buffer *formula = &rows->formula;
	char shown[64];
	snprintf(shown, sizeof shown, "第%u行", (unsigned)to + 1);
	buffer_empty(formula);
	buffer_text(formula, "=HYPERLINK(\"#");
	formula_sheet(formula, target->part_names[part < SHEET_PARTS ? part : 0]);
	buffer_print(formula, "A%u\",\"%s\")", (unsigned)to + 1, shown);
	return buffer_sound(formula, failure)
		&& cell_written(rows, worksheet_write_formula_str(rows->sheet->parts[rows->part], row, (lxw_col_t)column,
			formula->bytes, format, shown), failure);
}

/* A link to a file below inbox/, for a workbook in out/reports. File names that a
 * formula or a link cannot carry safely get none. */
static bool write_file_link(struct rows *rows, lxw_row_t row, int column, const char *path, lxw_format *format,
	struct failure *failure)
{
	struct buffer *formula = &rows->formula;
	bool safe = path && *path && strlen(path) <= MOST_LINK_BYTES && !strpbrk(path, "\"#%?*<>|\\\t\r\n");
	buffer_empty(formula);
	buffer_text(formula, "=HYPERLINK(\"../../inbox/");
	size_t before = formula->length;
	if (safe)
		buffer_clean(formula, path, strlen(path));
	safe = safe && !formula->broken && strcmp(formula->bytes + before, path) == 0;
	buffer_text(formula, "\",\"打开\")");
	lxw_worksheet *sheet = rows->sheet->parts[rows->part];
	return buffer_sound(formula, failure)
		&& cell_written(rows, safe
			? worksheet_write_formula_str(sheet, row, (lxw_col_t)column, formula->bytes, format, "打开")
			: worksheet_write_blank(sheet, row, (lxw_col_t)column, format), failure);
}

static bool write_digest(struct rows *rows, lxw_row_t row, int column, int64_t application, lxw_format *format,
	struct failure *failure)
{
	char text[DIGEST_TEXT_BYTES];
	return row_digest(rows->book->report->digest, application, text, failure)
		&& cell_written(rows, worksheet_write_string(rows->sheet->parts[rows->part], row, (lxw_col_t)column, text, format),
			failure);
}

static double number_of(const struct column *column, sqlite3_stmt *statement)
{
	switch (column->form) {
	case FORM_DAY:
		return (double)(sqlite3_column_int64(statement, column->source) + SERIAL_OF_1970);
	case FORM_INSTANT:
		return (double)sqlite3_column_int64(statement, column->source) / 86400.0 + SERIAL_OF_1970;
	case FORM_REAL:
	case FORM_PERCENT:
		return sqlite3_column_double(statement, column->source);
	default: /* one division of two whole numbers: the nearest number there is */
		return (double)sqlite3_column_int64(statement, column->source) / (double)form_divisor(column->form);
	}
}

/* The formula of a cell in rows->formula, empty where it has none. */
static bool expand(struct rows *rows, lxw_row_t row, const struct column *column, const char *template,
	sqlite3_stmt *statement, struct failure *failure)
{
	struct spot spot = { .sheet = rows->sheet, .block = rows->block, .part = rows->part, .row = row,
		.statement = statement };
	int64_t wanted = 1;
	bool null = false;
	buffer_empty(&rows->formula);
	if (!template)
		return buffer_sound(&rows->formula, failure);
	if (statement && column->condition && !formula_helper(statement, column->condition, &wanted, &null))
		return fail(failure, STATUS_BATCH, tr("%s: no helper column %s", "%s：没有辅助列 %s"), rows->sheet->script,
			column->condition);
	if (null || wanted == 0)
		return true;
	return formula_expand(&rows->formula, template, rows->book, &spot, failure);
}

static bool add_total(struct rows *rows, int column, int64_t value, struct failure *failure)
{
	if (column >= MOST_COLUMNS || __builtin_add_overflow(rows->totals[column], value, &rows->totals[column]))
		return fail(failure, STATUS_BATCH, tr("%s: a total is too large", "%s：合计超出范围"), rows->sheet->script);
	return true;
}

static bool write_number(struct rows *rows, lxw_row_t row, int column, sqlite3_stmt *statement, lxw_format *format,
	struct failure *failure)
{
	const struct column *what = &rows->sheet->blocks[rows->block].columns[column];
	lxw_worksheet *sheet = rows->sheet->parts[rows->part];
	double value = number_of(what, statement);
	if (what->sum && !add_total(rows, column, sqlite3_column_int64(statement, what->source), failure))
		return false;
	if (!expand(rows, row, what, what->formula, statement, failure))
		return false;
	return cell_written(rows, rows->formula.length > 0
		? worksheet_write_formula_num(sheet, row, (lxw_col_t)column, rows->formula.bytes, format, value)
		: worksheet_write_number(sheet, row, (lxw_col_t)column, value, format), failure);
}

/* A formula whose result is a text of ours. */
static bool write_text_formula(struct rows *rows, lxw_row_t row, int column, sqlite3_stmt *statement,
	struct failure *failure)
{
	const struct column *what = &rows->sheet->blocks[rows->block].columns[column];
	const char *bytes = (const char *)sqlite3_column_text(statement, what->source);
	if (!cell_text(rows, bytes ? bytes : "", bytes ? strlen(bytes) : 0, failure)
		|| !expand(rows, row, what, what->formula, statement, failure))
		return false;
	if (rows->formula.length == 0)
		return write_text(rows, row, column, statement, failure);
	lxw_format *format = what->form == FORM_STATE ? style_state(&rows->book->style, rows->text.bytes)
		: style_cell(&rows->book->style, what->form, DRESS_PLAIN, what->center);
	return cell_written(rows, worksheet_write_formula_str(rows->sheet->parts[rows->part], row, (lxw_col_t)column,
		rows->formula.bytes, format, rows->text.bytes), failure);
}

bool cell_write(struct rows *rows, lxw_row_t row, int column, sqlite3_stmt *statement, struct failure *failure)
{
	const struct column *what = &rows->sheet->blocks[rows->block].columns[column];
	int type = sqlite3_column_type(statement, what->source);
	lxw_format *format = style_cell(&rows->book->style, what->form, what->open ? DRESS_OPEN : DRESS_PLAIN, what->center);
	if (type == SQLITE_NULL)
		return cell_written(rows,
			worksheet_write_blank(rows->sheet->parts[rows->part], row, (lxw_col_t)column, format), failure);
	switch (what->form) {
	case FORM_TEXT:
	case FORM_WRAP:
	case FORM_CODE:
	case FORM_STATE:
		return what->formula ? write_text_formula(rows, row, column, statement, failure)
			: write_text(rows, row, column, statement, failure);
	case FORM_ROW:
		return write_row_link(rows, row, column, sqlite3_column_int64(statement, what->source), format, failure);
	case FORM_FILE:
		return write_file_link(rows, row, column, (const char *)sqlite3_column_text(statement, what->source), format,
			failure);
	case FORM_DIGEST:
		return write_digest(rows, row, column, sqlite3_column_int64(statement, what->source), format, failure);
	default:
		if (type == SQLITE_TEXT)
			return write_text(rows, row, column, statement, failure);
		return write_number(rows, row, column, statement, format, failure);
	}
}

bool cell_total(struct rows *rows, lxw_row_t row, int column, lxw_row_t last, struct failure *failure)
{
	const struct column *what = &rows->sheet->blocks[rows->block].columns[column];
	lxw_worksheet *sheet = rows->sheet->parts[rows->part];
	lxw_format *format = style_cell(&rows->book->style, what->form, DRESS_TOTAL, what->center);
	if (!what->sum) {
		format = style_cell(&rows->book->style, FORM_TEXT, DRESS_TOTAL, true);
		return cell_written(rows, column == 0 ? worksheet_write_string(sheet, row, 0, "合计", format)
			: worksheet_write_blank(sheet, row, (lxw_col_t)column, format), failure);
	}
	struct buffer *formula = &rows->formula;
	int64_t divisor = form_divisor(what->form);
	buffer_empty(formula);
	buffer_text(formula, divisor > 1 ? "=ROUND(" : "=");
	formula_sum(formula, rows->sheet, rows->block, column, last);
	if (divisor > 1) /* the sum of fractions, without the noise of their binary form */
		buffer_print(formula, ",%d)", divisor == 100 ? 2 : 6);
	return buffer_sound(formula, failure)
		&& cell_written(rows, worksheet_write_formula_num(sheet, row, (lxw_col_t)column, formula->bytes, format,
			(double)rows->totals[column] / (double)divisor), failure);
}

bool cell_spare(struct rows *rows, lxw_row_t row, int column, struct failure *failure)
{
	const struct column *what = &rows->sheet->blocks[rows->block].columns[column];
	lxw_worksheet *sheet = rows->sheet->parts[rows->part];
	if (!expand(rows, row, what, what->spare, NULL, failure))
		return false;
	lxw_format *format = style_cell(&rows->book->style, what->form,
		what->open || column == 0 ? DRESS_OPEN : DRESS_PLAIN, what->center);
	return cell_written(rows, rows->formula.length > 0
		? worksheet_write_formula_str(sheet, row, (lxw_col_t)column, rows->formula.bytes, format, "")
		: worksheet_write_blank(sheet, row, (lxw_col_t)column, format), failure);
}
