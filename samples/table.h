/* Writes a table as the exports of the day look: GB18030 or UTF-8 CSV, XLSX, XML. */
#ifndef SAMPLES_TABLE_H
#define SAMPLES_TABLE_H

#include <stdbool.h>

#include "common/failure.h"

enum table_form { TABLE_UTF8, TABLE_GB18030, TABLE_XLSX, TABLE_XML };

enum cell_type { CELL_AS_TEXT, CELL_AS_NUMBER, CELL_AS_DAY, CELL_AS_INSTANT };

struct column {
	const char *heading; /* Chinese */
	const char *name;    /* XML element */
	enum cell_type type;
};

struct table_definition {
	enum table_form form;
	const char *root, *record; /* XML elements */
	const struct column *columns;
	int count;
	const char *title; /* a title line and 填报单位 above the heading, or NULL */
	int total;         /* column that a 合计 line sums, or -1 */
	bool slashes;      /* CSV: dates as 2021/5/14 8:05 instead of ISO */
};

struct table;

/* `definition` must outlive the table. */
struct table *table_open(const char *path, const struct table_definition *definition, struct failure *failure);
/* One text per column; "" is an empty cell. Days and instants come as ISO text;
 * what is no such text is written as it is. */
bool table_row(struct table *table, const char *const *cells, struct failure *failure);
bool table_close(struct table *table, struct failure *failure);

#endif
