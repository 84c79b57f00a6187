/* A workbook while it is made. */
#ifndef REPORT_BOOK_H
#define REPORT_BOOK_H

#include "report/style.h"

struct book {
	struct report *report;
	struct values values;   /* of this workbook, around them the report's */
	struct sheets sheets;
	lxw_workbook *workbook;
	struct style style;
	char *name;             /* relative to the out folder */
	char *footer;
	lxw_worksheet *worksheets[1024]; /* in the order of the file */
	const unsigned long *lines[1024];/* rows written to each */
	int worksheet_count;
};

/* The sheet by its reference or visible name, or NULL. */
struct sheet *book_sheet(const struct book *book, const char *name);

/* Adds the next part of a sheet to the workbook, with its title lines. */
bool book_add_part(struct book *book, struct sheet *sheet, struct failure *failure);

/* Writes a sheet whole (rows.c). */
bool rows_write(struct book *book, struct sheet *sheet, struct failure *failure);

/* Inserts the charts of a block below `row`; the block's records stand in part 0
 * (charts.c). */
bool charts_insert(struct book *book, struct sheet *sheet, int block, lxw_row_t row, struct failure *failure);

/* Reopens a written workbook: sound ZIP, whole XML parts, and in each worksheet as
 * many rows as were written (verify.c). */
bool verify_workbook(const char *path, const char *name, const unsigned long *const *lines, int worksheets,
	struct failure *failure);

#endif
