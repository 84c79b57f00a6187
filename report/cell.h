/* Single cells. */
#ifndef REPORT_CELL_H
#define REPORT_CELL_H

#include "report/formula.h"

enum { MOST_COLUMNS = 64 };

/* Where writing stands. */
struct rows {
	struct book *book;
	struct sheet *sheet;
	int block, part;
	int64_t totals[MOST_COLUMNS]; /* in the database's unit */
	int lines;                    /* of the record at hand: most in a cell */
	struct buffer text, formula;
};

/* Cleans `text` into rows->text as a cell may hold it: escapes of the file form
 * taken literally, too long texts cut with a word about it. */
bool cell_text(struct rows *rows, const char *text, size_t length, struct failure *failure);

/* How many lines a text takes in `width` characters; Chinese ones count two. */
int cell_lines(const char *text, double width);

/* Whether the library took a cell. */
bool cell_written(const struct rows *rows, lxw_error error, struct failure *failure);

bool cell_write(struct rows *rows, lxw_row_t row, int column, sqlite3_stmt *statement, struct failure *failure);
bool cell_total(struct rows *rows, lxw_row_t row, int column, lxw_row_t last, struct failure *failure);
bool cell_spare(struct rows *rows, lxw_row_t row, int column, struct failure *failure);

/* Drop-downs and bounds of the block's columns from row to row. */
bool cell_validations(struct rows *rows, lxw_row_t first, lxw_row_t last, struct failure *failure);

#endif
