/* What the parts of the XLSX reader share.
 *
 *     package (zip) -> workbook, relationships   reader_xlsx_book.c
 *                   -> styles, shared strings    reader_xlsx_tables.c
 *                   -> sheet, sheet, …           reader_xlsx_sheet.c, _lane.c -> rows -> sink
 *                   -> custom properties         reader_xlsx_maker.c
 *
 * Shared strings and styles are kept in memory, sheets stream. */
#ifndef INGEST_READER_XLSX_H
#define INGEST_READER_XLSX_H

#include "ingest/number_format.h"
#include "ingest/outlet.h"
#include "ingest/sax.h"
#include "ingest/strings.h"

/* ---- reader_xlsx_package.c: the container and its parts */

struct package;

/* Opens the container; NULL where it is no sound one (the fault is sent) or the outlet broke. */
struct package *package_open(const struct input *input, struct outlet *outlet);
void package_close(struct package *package); /* NULL is let pass */

bool package_has(const struct package *package, const char *part);

/* A short cut beside the parser: where `take` is given bytes and the parser is between two of
 * the elements that it knows, it reads as many of them as it can and returns their bytes.
 * *cut: it may take more once it has more bytes. `next` tells how many of the bytes, at
 * least one, the parser is to be fed before it is asked again. */
struct package_lane {
	size_t (*take)(struct sax *sax, const char *bytes, size_t count, bool *cut);
	size_t (*next)(const struct sax *sax, const char *bytes, size_t count);
};

/* Parses a part ("xl/workbook.xml", letters in any case) through `sax`, counting what it unpacks. False
 * where something was wrong with it: the fault is sent, or the outlet broke; nothing
 * is sent where the user's callbacks stopped it (SAX_STOPPED). `row` tells where a sheet
 * stands, and `lane` how its rows are taken; NULL for other parts. */
bool package_parse(struct package *package, const char *part, struct sax *sax, const struct package_lane *lane,
	const int64_t *row);

/* The same for a part that no table depends on: whatever is wrong with it is no fault. */
bool package_parse_quietly(struct package *package, const char *part, struct sax *sax);

/* ---- reader_xlsx_maker.c: whether one of the reports of onex has come back */

bool maker_is_onex(struct package *package, struct outlet *outlet);

/* ---- reader_xlsx_book.c: which parts there are */

enum sheet_kind { SHEET_CELLS, SHEET_OTHER };

struct book_sheet {
	char *name, *part; /* part NULL: its relationship is missing */
	char *relation;
	bool hidden;
	enum sheet_kind kind;
};

struct book {
	struct book_sheet *sheets;
	size_t count;
	char *strings, *styles; /* parts, NULL where there are none */
	int epoch;
};

/* Reads the workbook part and its relationships. False: fault sent or outlet broken. */
bool book_read(struct book *book, struct package *package, struct outlet *outlet);
void book_free(struct book *book);

/* ---- reader_xlsx_tables.c: styles and shared strings */

struct styles {
	enum shown *date; /* by cell style: what its number format shows */
	size_t count;
};

bool styles_read(struct styles *styles, const char *part, struct package *package, struct outlet *outlet);
bool shared_read(struct strings *strings, const char *part, struct package *package, struct outlet *outlet);

/* Replaces _xHHHH_ in UTF-8 text in place; returns the new length. */
size_t xstring_unescape(char *text, size_t length);

/* ---- reader_xlsx_lane.c */

struct lane_text {
	const char *at; /* NULL: not there */
	size_t length;
};

enum { LANE_R, LANE_S, LANE_T, LANE_ATTRIBUTES };
enum lane_form { LANE_BLANK, LANE_VALUE, LANE_INLINE };

struct lane_cell {
	struct lane_text attributes[LANE_ATTRIBUTES];
	struct lane_text text;
	enum lane_form form;
};

enum { LANE_CELLS = 256, LANE_BYTES = 64 << 10 };

struct lane_row {
	struct lane_text number;
	struct lane_cell cells[LANE_CELLS];
	size_t count;
	char decoded[LANE_BYTES]; /* texts that had references in them */
	size_t used;
	int lines;              /* line ends in it */
	const char *line_start; /* behind the last of them */
	ptrdiff_t tails;        /* bytes from there on that begin no character */
	ptrdiff_t characters;   /* from there on */
};

enum lane_verdict { LANE_ROW, LANE_OTHER, LANE_CUT };

/* The row that `bytes` begin with, perhaps after blanks: LANE_ROW and the bytes *taken where it
 * is a simple one; LANE_OTHER where it is not, LANE_CUT where that cannot be told yet. */
enum lane_verdict lane_row(const char *bytes, size_t count, struct lane_row *row, size_t *taken);

/* ---- reader_xlsx_sheet.c */

struct sheet_task {
	struct package *package;
	struct outlet *outlet;
	struct rows *rows;
	const struct strings *strings;
	const struct styles *styles;
	int epoch;
	bool of_onex;
};

/* Reads one sheet's cells into its rows; faults are sent. Returns !broken. */
bool sheet_read(const struct sheet_task *task, const char *part);

#endif
