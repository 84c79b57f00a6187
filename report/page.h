/* The page: the same sheets as the workbook's, as HTML (page.c writes it, pagetable.c
 * its tables, pagechart.c its charts). */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "report/sheet.h"

enum { PAGE_CAP = 1000 }; /* rows of a table on the page */

struct page {
	struct report *report;
	struct values values;
	struct sheets sheets;
	struct buffer out; /* emptied into the file now and then */
	FILE *file;
	int64_t records;      /* read for the section, for --profile */
};

int page_sheet(const struct page *page, const char *name); /* index or -1 */

/* Appends a text of a user, or a template's text of ours that may hold one. */
void page_text(struct page *page, const char *text);

/* 1234567 -> "1,234,567" */
void page_grouped(struct buffer *out, int64_t value);

/* Writes what has gathered to the file. */
bool page_flush(struct page *page, struct failure *failure);

bool page_table(struct page *page, int sheet, int block, struct failure *failure);
bool page_charts(struct page *page, int sheet, int block, struct failure *failure);

#endif
