/* Formulas of columns, with references in square brackets:
 *
 *   [核定]               the cell of column 核定 in this row
 *   [核定@n]             … in the row that helper column n gives (from 1), absolute
 *   [核定@a:b]           … the rows a to b
 *   [核定@:]             … all records of this block in this part
 *   [因素数据!x@n]       … of the last block of another sheet that has this column
 *   [因素数据!#slot@n]   … of the column whose number helper `slot` gives (from 1)
 */
#ifndef REPORT_FORMULA_H
#define REPORT_FORMULA_H

#include "report/book.h"

struct spot {
	const struct sheet *sheet;
	int block, part;
	lxw_row_t row;
	sqlite3_stmt *statement; /* NULL in total and spare rows */
};

/* The formula's text in `out`, with its leading =; empty where a helper is NULL or a
 * range would run over two parts: then the value stands alone. */
bool formula_expand(struct buffer *out, const char *template, const struct book *book, const struct spot *spot,
	struct failure *failure);

/* The value of helper column `name`; false where there is no such column (`null`: it
 * has no value). */
bool formula_helper(sqlite3_stmt *statement, const char *name, int64_t *value, bool *null);

/* Appends 'sheet'! with quotes doubled. */
void formula_sheet(struct buffer *out, const char *sheet_name);

/* SUM over a column of the last block in all its parts (of another block: in part 0),
 * without =. `last` is the last record's row in the last part. */
void formula_sum(struct buffer *out, const struct sheet *sheet, int block, int column, lxw_row_t last);

#endif
