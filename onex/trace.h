/* From a figure down to the cells that it rests on, and from a cell up to what it
 * influenced. */
#ifndef ONEX_TRACE_H
#define ONEX_TRACE_H

#include "common/database.h"
#include "onex/tree.h"

/* The tree of a figure named by its key: finding/17 or finding/R33b/RECORD,
 * application/SB1, school/4299…, certificate/YL0001[/初级], allocation/4299…[/RUN] (a school
 * also by its name, a run by its title), rule/R33[b], unit/420100, outcome/退回, kind/中职,
 * release/3, source/FILE[!SHEET], crosscheck/7, run/RUN, total/, or cell/FILE!SHEET!B12
 * (upwards; the sheet is empty for CSV and XML: cell/a.csv!!B12). NULL on failure:
 * STATUS_USAGE for a key that is no such form, STATUS_UNMET where nothing has that key. */
struct node *trace_figure(struct database *database, const char *figure, struct failure *failure);

/* One kind of figure each (trace_*.c); `rest` is what follows the slash. */
struct node *trace_finding(struct database *database, const char *rest, struct failure *failure);
struct node *trace_application(struct database *database, const char *rest, struct failure *failure);
struct node *trace_school(struct database *database, const char *rest, struct failure *failure);
struct node *trace_certificate(struct database *database, const char *rest, struct failure *failure);
struct node *trace_allocation(struct database *database, const char *rest, struct failure *failure);
struct node *trace_cell(struct database *database, const char *rest, struct failure *failure);

/* The code of a school that is named by its code or its name; freed with free(). */
char *trace_school_code(struct database *database, const char *school, struct failure *failure);

/* The kinds that stand for many (trace_groups.c); *known tells whether the figure's form
 * is one of them. */
struct node *trace_group(struct database *database, const char *figure, bool *known, struct failure *failure);

/* Appends a node for each filled field of a typed row (all, or those named in
 * `fields`, separated by spaces): heading, value, place, raw text. */
bool trace_row(struct database *database, struct node *parent, const char *dataset, sqlite3_int64 id,
	const char *fields, struct failure *failure);

/* Appends a node per row of `sql`: label, value, place and raw are its columns 0 to 3.
 * Further columns of a row name what stands below it: dataset, row id, fields for
 * trace_row. Parameters ?1 and ?2 are the texts. */
bool trace_rows(struct database *database, struct node *parent, const char *sql, const char *first, const char *second,
	struct failure *failure);

#endif
