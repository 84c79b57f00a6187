/* Writes the rows of a sheet, from the top down (the workbook keeps only the row at
 * hand in memory). */
#include <stdlib.h>
#include <string.h>

#include "report/cell.h"

enum { TOLD_ROWS = 256 }; /* the display hears of so many at once */

/* A new row of the part: counted for the check, nothing may be written above it. */
static lxw_row_t line(struct rows *rows)
{
	struct sheet *sheet = rows->sheet;
	sheet->lines[rows->part]++;
	return sheet->next[rows->part]++;
}

static lxw_worksheet *worksheet(const struct rows *rows)
{
	return rows->sheet->parts[rows->part];
}

/* A text of `size` points across all columns of the sheet, as high as it needs. */
static bool write_across(struct rows *rows, const char *text, lxw_format *format, double size,
	struct failure *failure)
{
	int columns = sheet_columns(rows->sheet);
	lxw_row_t row = line(rows);
	double height = size * 1.45 * cell_lines(text, sheet_width(rows->sheet) * 0.96 * 10.5 / size) + 4;
	if (!cell_text(rows, text, strlen(text), failure))
		return false;
	worksheet_set_row(worksheet(rows), row, height > 400 ? 400 : height, NULL);
	lxw_error error = columns > 1
		? worksheet_merge_range(worksheet(rows), row, 0, row, (lxw_col_t)(columns - 1), rows->text.bytes, format)
		: worksheet_write_string(worksheet(rows), row, 0, rows->text.bytes, format);
	return cell_written(rows, error, failure);
}

static bool write_headings(struct rows *rows, struct failure *failure)
{
	const struct block *block = &rows->sheet->blocks[rows->block];
	struct style *style = &rows->book->style;
	if (block->title && *block->title) {
		lxw_row_t row = line(rows);
		worksheet_set_row(worksheet(rows), row, 22, NULL);
		if (!cell_text(rows, block->title, strlen(block->title), failure)
			|| !cell_written(rows, worksheet_write_string(worksheet(rows), row, 0, rows->text.bytes, style->block),
				failure))
			return false;
	} else if (block->title) {
		rows->sheet->next[rows->part]++;
	}
	lxw_row_t row = line(rows);
	int most = 1;
	for (int i = 0; i < block->column_count; i++) {
		int count = cell_lines(block->columns[i].heading, block->columns[i].width);
		most = count > most ? count : most;
	}
	worksheet_set_row(worksheet(rows), row, 14.5 * most + 8, NULL);
	for (int i = 0; i < block->column_count; i++) {
		const char *heading = block->columns[i].heading;
		if (!cell_text(rows, heading, strlen(heading), failure)
			|| !cell_written(rows,
				worksheet_write_string(worksheet(rows), row, (lxw_col_t)i, rows->text.bytes, style->heading), failure))
			return false;
	}
	return true;
}

/* Paper between the margins, in pixels of 96 to the inch: A4, or A3 for a sheet that would
 * shrink below three quarters on A4 and be hard to read. */
struct paper {
	uint8_t number; /* as spreadsheets count papers */
	double width, height;
};

static double sheet_pixels(const struct sheet *sheet)
{
	return sheet_width(sheet) * 7 + 5 * sheet_columns(sheet);
}

static struct paper choose_paper(const struct sheet *sheet)
{
	struct paper a4 = { 9, (8.27 - 0.8) * 96, (11.69 - 1.1) * 96 };
	struct paper a3 = { 8, (11.69 - 0.8) * 96, (16.54 - 1.1) * 96 };
	if (!sheet->portrait) {
		a4 = (struct paper){ 9, (11.69 - 0.8) * 96, (8.27 - 1.1) * 96 };
		a3 = (struct paper){ 8, (16.54 - 0.8) * 96, (11.69 - 1.1) * 96 };
	}
	return sheet_pixels(sheet) * 0.75 > a4.width ? a3 : a4;
}

bool book_add_part(struct book *book, struct sheet *sheet, struct failure *failure)
{
	int part = sheet->part_count;
	if (part >= SHEET_PARTS || book->worksheet_count >= (int)(sizeof book->worksheets / sizeof *book->worksheets))
		return fail(failure, STATUS_BATCH, tr("%s: too many sheets", "%s：工作表过多"), book->name);
	lxw_worksheet *added = workbook_add_worksheet(book->workbook, sheet->part_names[part]);
	if (!added)
		return fail(failure, STATUS_BUG, tr("%s: cannot add sheet %s", "%s：无法加入工作表 %s"), book->name,
			sheet->part_names[part]);
	sheet->parts[part] = added;
	sheet->part_count++;
	book->lines[book->worksheet_count] = &sheet->lines[part];
	book->worksheets[book->worksheet_count++] = added;
	if (!sheet->portrait)
		worksheet_set_landscape(added);
	worksheet_set_paper(added, choose_paper(sheet).number);
	worksheet_fit_to_pages(added, 1, 0);
	worksheet_set_margins(added, 0.4, 0.4, 0.5, 0.6);
	worksheet_center_horizontally(added);
	worksheet_set_footer(added, book->footer);
	for (int column = 0; column < sheet_columns(sheet); column++) {
		double widest = 4;
		for (int i = 0; i < sheet->block_count; i++) {
			const struct block *block = &sheet->blocks[i];
			if (column < block->column_count && block->columns[column].width > widest)
				widest = block->columns[column].width;
		}
		worksheet_set_column(added, (lxw_col_t)column, (lxw_col_t)column, widest, NULL);
	}
	struct rows rows = { .book = book, .sheet = sheet, .part = part };
	bool done = write_across(&rows, sheet->title, book->style.title, 16, failure);
	for (int i = 0; done && i < sheet->intro_count; i++)
		done = sheet->intros[i][0] == '>'
			? write_across(&rows, sheet->intros[i] + 1, book->style.right, 10.5, failure)
			: write_across(&rows, sheet->intros[i], book->style.intro, 10.5, failure);
	buffer_free(&rows.text);
	return done;
}

static int chart_rows(const struct block *block)
{
	int most = 0;
	for (int i = 0; i < block->chart_count; i++)
		most = block->charts[i].rows > most ? block->charts[i].rows : most;
	return block->rows > 0 ? most : 0;
}

/* Where charts stand on a sheet, their tables begin on a new page, and so do charts
 * that would not fit below their table. Fitting to the width would drop such
 * breaks, so the scale is reckoned here, with room for fonts that differ. */
static void break_pages(struct sheet *sheet)
{
	lxw_row_t breaks[LXW_BREAKS_MAX];
	int count = 0;
	struct paper paper = choose_paper(sheet);
	double scale = paper.width / sheet_pixels(sheet) * 0.74;
	scale = scale > 1 ? 1 : scale < 0.1 ? 0.1 : scale;
	double page = paper.height / 20 / scale * 0.85;
	for (int i = 0; i < sheet->block_count && count + 2 < (int)(sizeof breaks / sizeof *breaks); i++) {
		const struct block *block = &sheet->blocks[i];
		if (chart_rows(block) == 0)
			continue;
		lxw_row_t top = i > 0 ? block->first - 2 : 0;
		if (i > 0)
			breaks[count++] = top;
		if (block->below + (lxw_row_t)chart_rows(block) - top > page)
			breaks[count++] = block->below;
	}
	if (count == 0)
		return;
	breaks[count] = 0;
	worksheet_set_h_pagebreaks(sheet->parts[0], breaks);
	worksheet_set_print_scale(sheet->parts[0], (uint16_t)(scale * 100));
}

/* Prints the columns alone: a digest that reaches over the last one would widen the page. Where
 * there are charts they may reach further. */
static void limit_print(struct sheet *sheet)
{
	for (int i = 0; i < sheet->block_count; i++)
		if (sheet->blocks[i].chart_count > 0)
			return;
	for (int part = 0; part < sheet->part_count; part++)
		worksheet_print_area(sheet->parts[part], 0, 0, sheet->next[part] - 1, (lxw_col_t)(sheet_columns(sheet) - 1));
}

static bool write_record(struct rows *rows, sqlite3_stmt *statement, struct failure *failure)
{
	const struct block *block = &rows->sheet->blocks[rows->block];
	lxw_row_t row = line(rows);
	rows->lines = 1;
	for (int i = 0; i < block->column_count; i++)
		if (!cell_write(rows, row, i, statement, failure))
			return false;
	double height = 14.0 * rows->lines + 3;
	if (rows->lines > 1) /* not every program finds the height of wrapped lines itself */
		worksheet_set_row(worksheet(rows), row, height > 409 ? 409 : height, NULL);
	return true;
}

/* What stands below a table's heading and above its total, known when it is done. */
static void finish_table(struct rows *rows, lxw_row_t heading, lxw_row_t last)
{
	struct sheet *sheet = rows->sheet;
	const struct block *block = &sheet->blocks[rows->block];
	if (sheet->block_count > 1)
		return;
	worksheet_freeze_panes(worksheet(rows), heading + 1, (lxw_col_t)sheet->freeze);
	worksheet_repeat_rows(worksheet(rows), heading, heading);
	if (last > heading)
		worksheet_autofilter(worksheet(rows), heading, 0, last, (lxw_col_t)(block->column_count - 1));
}

/* All records; on return rows->part is the last part and *heading its heading row. */
static bool write_records(struct rows *rows, sqlite3_stmt *statement, lxw_row_t *heading, struct failure *failure)
{
	struct sheet *sheet = rows->sheet;
	struct database *database = rows->book->report->database;
	int64_t count = 0, in_part = 0;
	bool row = false;
	bool done = database_step(database, statement, &row, failure);
	while (done && row) {
		if (in_part == sheet->cap && rows->block + 1 == sheet->block_count) {
			finish_table(rows, *heading, sheet->next[rows->part] - 1);
			done = cell_validations(rows, *heading + 1, sheet->next[rows->part] - 1, failure)
				&& book_add_part(rows->book, sheet, failure);
			if (!done)
				break;
			rows->part++;
			in_part = 0;
			done = write_headings(rows, failure);
			*heading = sheet->next[rows->part] - 1;
		}
		done = done && write_record(rows, statement, failure) && database_step(database, statement, &row, failure);
		count++;
		in_part++;
		if (count % TOLD_ROWS == 0)
			progress_rows(rows->book->report->database->progress, TOLD_ROWS);
	}
	progress_rows(rows->book->report->database->progress, count % TOLD_ROWS);
	if (done && sheet->blocks[rows->block].rows >= 0 && sheet->blocks[rows->block].rows != count)
		done = fail(failure, STATUS_BUG, tr("%s: rows counted and rows read differ", "%s：计数与读出的行数不同"),
			sheet->script);
	sheet->blocks[rows->block].rows = count;
	return done;
}

static bool write_total(struct rows *rows, lxw_row_t last, struct failure *failure)
{
	const struct block *block = &rows->sheet->blocks[rows->block];
	bool any = false;
	for (int i = 0; i < block->column_count; i++)
		any = any || block->columns[i].sum;
	if (!any || block->rows == 0)
		return true;
	lxw_row_t row = line(rows);
	for (int i = 0; i < block->column_count; i++)
		if (!cell_total(rows, row, i, last, failure))
			return false;
	return true;
}

static bool write_spare(struct rows *rows, struct failure *failure)
{
	const struct block *block = &rows->sheet->blocks[rows->block];
	for (int n = 0; n < block->spare; n++) {
		lxw_row_t row = line(rows);
		for (int i = 0; i < block->column_count; i++)
			if (!cell_spare(rows, row, i, failure))
				return false;
	}
	return true;
}

static bool write_block(struct rows *rows, struct failure *failure)
{
	struct sheet *sheet = rows->sheet;
	struct block *block = &sheet->blocks[rows->block];
	struct book *book = rows->book;
	sqlite3_stmt *statement =
		values_prepare(&sheet->values, book->report->database, sheet->script, block->sql, failure);
	if (!statement || !write_headings(rows, failure)) {
		sqlite3_finalize(statement);
		return false;
	}
	if (sqlite3_column_count(statement) <= block->columns[block->column_count - 1].source) {
		sqlite3_finalize(statement);
		return fail(failure, STATUS_BATCH, tr("%s: more columns than its SELECT gives", "%s：列数多于 SELECT 的列"),
			sheet->script);
	}
	memset(rows->totals, 0, sizeof rows->totals);
	lxw_row_t heading = sheet->next[rows->part] - 1;
	bool done = write_records(rows, statement, &heading, failure);
	sqlite3_finalize(statement);
	lxw_row_t last = sheet->next[rows->part] - 1;
	if (done && block->rows == 0)
		done = write_across(rows, block->empty && *block->empty ? block->empty : "（无）", book->style.empty, 10, failure);
	done = done && write_spare(rows, failure);
	if (done)
		finish_table(rows, heading, block->spare ? sheet->next[rows->part] - 1 : last);
	done = done && cell_validations(rows, heading + 1, sheet->next[rows->part] - 1, failure)
		&& write_total(rows, last, failure);
	for (int i = 0; done && i < block->note_count; i++)
		done = write_across(rows, block->notes[i], book->style.note, 10, failure);
	block->below = sheet->next[rows->part];
	if (done && block->chart_count && block->rows > 0)
		done = charts_insert(book, sheet, rows->block, sheet->next[rows->part], failure);
	return done;
}

bool rows_write(struct book *book, struct sheet *sheet, struct failure *failure)
{
	struct rows rows = { .book = book, .sheet = sheet };
	progress_name(book->report->database->progress, sheet->visible);
	bool done = book_add_part(book, sheet, failure);
	for (int i = 0; done && i < sheet->block_count; i++) {
		const struct block *block = &sheet->blocks[i];
		lxw_row_t top = block->first - 1 - (block->title ? 1 : 0);
		if (top < sheet->next[0])
			done = fail(failure, STATUS_BUG, tr("%s: blocks overlap", "%s：表块重叠"), sheet->script);
		if (i > 0)
			sheet->next[0] = top;
		rows.block = i;
		done = done && write_block(&rows, failure);
	}
	if (done) {
		break_pages(sheet);
		limit_print(sheet);
	}
	if (done && sheet->protect) {
		lxw_protection allowed = { .format_columns = 1, .format_rows = 1, .autofilter = 1 };
		for (int part = 0; part < sheet->part_count; part++)
			worksheet_protect(sheet->parts[part], NULL, &allowed);
	}
	buffer_free(&rows.text);
	buffer_free(&rows.formula);
	return done;
}
