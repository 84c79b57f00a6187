/* What a sheet looks like, read from a script (report/script.h).
 *
 * Headings of the file's first part say what holds for the sheet:
 *   sheet: 问题清单              its name
 *   name: findings               the name others refer to it by (else `sheet`)
 *   each: SELECT …               one sheet per row; the columns become {values}
 *   title: …  intro: …           lines above the table; intro may be repeated
 *                                (one that begins with > stands at the right)
 *   more: …                      on the page: where to find the rows beyond its cap
 *   filter: yes                  on the page: rows can be searched, filtered and sorted
 *   freeze: 2                    columns that stay when scrolling; the heading row always does
 *   cap: 200000                  rows per sheet; more go to 问题清单(2), (3), …
 *   paper: portrait              else landscape
 *   protect: yes                 only columns marked `open` can be filled in
 * and those of every part, for its table:
 *   block: …                     a line above this table
 *   column: heading | form | width | attribute | attribute …
 *   empty: …                     the line that stands there without rows
 *   note: …                      lines below, may be repeated
 *   spare: 30                    empty rows to fill in after the data: open columns and the first
 *   chart: kind | title | heading of the categories | heading, heading, … of the series [| rows]
 * {name} is replaced by values everywhere. The SELECT's columns fill the columns in
 * order; those beyond them are helpers for attributes. A column whose heading
 * becomes empty is left out.
 *
 * Forms: text wrap code count real yuan wan day instant percent ppm hundredths state
 *   row (number of a row in the sheet named by `link`), file (a path below inbox/),
 *   digest (id of an application: its row digest). money is given in fen; yuan and wan
 *   (万元) say what is shown.
 * Attributes: sum · open · center · = formula · if HELPER (formula only where not 0)
 *   · link SHEET · shown HELPER (on the page: what a link says) · list SHEET!HEADING · upto HEADING · spare = formula (in spare rows)
 * Formulas: report/formula.h. */
#ifndef REPORT_SHEET_H
#define REPORT_SHEET_H

#include <xlsxwriter.h>

#include "report/report.h"
#include "report/script.h"

enum form {
	FORM_TEXT, FORM_WRAP, FORM_CODE, FORM_COUNT, FORM_REAL, FORM_YUAN, FORM_WAN, FORM_DAY, FORM_INSTANT,
	FORM_PERCENT, FORM_PPM, FORM_HUNDREDTHS, FORM_STATE, FORM_ROW, FORM_FILE, FORM_DIGEST, FORM_COUNT_OF
};

/* What one unit in the database is in the cell: a count 1, fen 1/100 yuan, … */
int64_t form_divisor(enum form form);

struct column {
	char *heading;
	enum form form;
	double width;       /* characters */
	int source;         /* column of the SELECT */
	bool sum, open, center;
	char *formula, *condition, *link, *shown, *list, *upto, *spare; /* each may be NULL */
};

enum { CHART_SERIES = 8 };
struct chart {
	char *kind;         /* bars, stacked, shares (stacked to 100 %), columns, stacked-columns, pie */
	char *title, *category;
	char *series[CHART_SERIES];
	int series_count, rows;
};

struct block {
	char *title, *empty, *sql;
	struct column *columns;
	int column_count;
	struct chart *charts;
	int chart_count;
	char **notes;
	int note_count;
	int spare;
	/* where it stands: filled in by sheet_place and while writing */
	int64_t rows;       /* of the SELECT, -1: not counted yet */
	lxw_row_t first;    /* sheet row of the first record, from 0 */
	lxw_row_t below;    /* of its charts, once written */
};

enum { SHEET_NAME_BYTES = 31 * 4 + 1, SHEET_PARTS = 64 };

struct sheet {
	char *script;       /* for messages */
	char *reference;    /* name for links and formulas */
	char *visible, *title;
	char **intros;
	int intro_count;
	int freeze;
	int64_t cap;
	bool portrait, protect, filter;
	char *more;
	struct block *blocks;
	int block_count;
	struct values values; /* of this instance */
	bool placed;
	/* filled in while writing: a sheet of the file per part */
	char part_names[SHEET_PARTS][SHEET_NAME_BYTES];
	lxw_worksheet *parts[SHEET_PARTS];
	lxw_row_t next[SHEET_PARTS];    /* the row after the last one written */
	unsigned long lines[SHEET_PARTS]; /* rows written, for the check */
	int part_count;
};

/* The sheet that `script` describes, with {values} replaced; NULL on failure. */
struct sheet *sheet_read(const struct script *script, const struct values *values, struct failure *failure);
void sheet_free(struct sheet *sheet); /* NULL is let pass */

/* Sheets in a row. Adds that of a script, or one for each row of its `each`. */
struct sheets {
	struct sheet **items;
	int count;
};
bool sheets_add(struct sheets *sheets, const struct script *script, const struct values *values,
	struct database *database, struct failure *failure);
void sheets_free(struct sheets *sheets);

/* Counts rows where a later place depends on it and sets block.first. */
bool sheet_place(struct sheet *sheet, struct database *database, struct failure *failure);

/* The rows of a block (counted once). */
bool sheet_count(struct sheet *sheet, int block, struct database *database, struct failure *failure);

/* The part and sheet row (from 0) of record `ordinal` (from 1) of a block. Only the
 * last block runs over several parts. */
lxw_row_t sheet_row(const struct sheet *sheet, int block, int64_t ordinal, int *part);

/* Column index of a heading in a block, or -1. */
int sheet_column(const struct block *block, const char *heading);

double sheet_width(const struct sheet *sheet);  /* characters, all columns */
int sheet_columns(const struct sheet *sheet);   /* columns of the widest block */

#endif
