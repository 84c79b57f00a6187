/* Where the rows of a sheet stand.
 *
 *     title
 *     intro lines
 *     block: [its line], heading, records (or the empty line), spare rows, [total],
 *            [notes], [charts], one line free
 *     next block …
 *
 * A further part of a sheet over its cap repeats title and intro lines above the
 * last block's line and heading. */
#include <stdlib.h>
#include <string.h>

#include "report/sheet.h"

static bool has_total(const struct block *block)
{
	for (int i = 0; i < block->column_count; i++)
		if (block->columns[i].sum)
			return true;
	return false;
}

bool sheet_count(struct sheet *sheet, int index, struct database *database, struct failure *failure)
{
	struct block *block = &sheet->blocks[index];
	if (block->rows >= 0)
		return true;
	char *sql = print_text(failure, "SELECT count(*) FROM (%s)", block->sql);
	sqlite3_stmt *statement = sql ? values_prepare(&sheet->values, database, sheet->script, sql, failure) : NULL;
	bool row = false;
	bool done = statement && database_step(database, statement, &row, failure);
	if (done && row)
		block->rows = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	free(sql);
	return done;
}

static lxw_row_t rows_of_charts(const struct block *block)
{
	int most = 0;
	for (int i = 0; i < block->chart_count; i++)
		if (block->charts[i].rows > most)
			most = block->charts[i].rows;
	return (lxw_row_t)(most ? most + 1 : 0);
}

/* Rows from the first record of a block to the next block's first line. */
static lxw_row_t height(const struct block *block)
{
	lxw_row_t rows = block->rows > 0 ? (lxw_row_t)block->rows : 1;
	return rows + (lxw_row_t)block->spare + (lxw_row_t)(block->rows > 0 && has_total(block))
		+ (lxw_row_t)block->note_count + rows_of_charts(block) + 1;
}

bool sheet_place(struct sheet *sheet, struct database *database, struct failure *failure)
{
	if (sheet->placed)
		return true;
	lxw_row_t row = 1 + (lxw_row_t)sheet->intro_count;
	for (int i = 0; i < sheet->block_count; i++) {
		struct block *block = &sheet->blocks[i];
		block->first = row + (block->title ? 1 : 0) + 1;
		if (i + 1 == sheet->block_count)
			break;
		if (!sheet_count(sheet, i, database, failure))
			return false;
		row = block->first + height(block);
	}
	sheet->placed = true;
	return true;
}

lxw_row_t sheet_row(const struct sheet *sheet, int index, int64_t ordinal, int *part)
{
	const struct block *block = &sheet->blocks[index];
	*part = 0;
	if (index + 1 == sheet->block_count)
		*part = (int)((ordinal - 1) / sheet->cap);
	if (*part == 0)
		return block->first + (lxw_row_t)(ordinal - 1);
	lxw_row_t first = 1 + (lxw_row_t)sheet->intro_count + (block->title ? 1 : 0) + 1;
	return first + (lxw_row_t)((ordinal - 1) % sheet->cap);
}

int sheet_column(const struct block *block, const char *heading)
{
	for (int i = 0; i < block->column_count; i++)
		if (strcmp(block->columns[i].heading, heading) == 0)
			return i;
	return -1;
}

int sheet_columns(const struct sheet *sheet)
{
	int most = 0;
	for (int i = 0; i < sheet->block_count; i++)
		if (sheet->blocks[i].column_count > most)
			most = sheet->blocks[i].column_count;
	return most;
}

double sheet_width(const struct sheet *sheet)
{
	double width = 0;
	for (int column = 0; column < sheet_columns(sheet); column++) {
		double widest = 0;
		for (int i = 0; i < sheet->block_count; i++)
			if (column < sheet->blocks[i].column_count && sheet->blocks[i].columns[column].width > widest)
				widest = sheet->blocks[i].columns[column].width;
		width += widest;
	}
	return width;
}
