/* The reader's side of a sink: sends faults and rows, and remembers when the sink
 * has had enough, so that parser callbacks need not carry a result. */
#ifndef INGEST_OUTLET_H
#define INGEST_OUTLET_H

#include "ingest/reader.h"

struct outlet {
	const struct sink *sink;
	struct failure *failure;
	bool broken; /* the sink stopped the reader, or memory is out: `failure` is filled */
};

/* Sends a fault with a message made by printf. All of row, place, raw, allowed as in
 * struct source_fault. Returns !broken. */
bool outlet_fault(struct outlet *outlet, const char *rule, int64_t row, const char *place,
	const char *format, ...) __attribute__((format(printf, 5, 6)));
bool outlet_fault_raw(struct outlet *outlet, const struct source_fault *fault, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Memory that is not there breaks the outlet. */
void *outlet_allocate(struct outlet *outlet, size_t count, size_t size);

/* `memory` grown to `count` items of `size` bytes; NULL breaks the outlet and leaves
 * `memory` as it was. */
void *outlet_grow(struct outlet *outlet, void *memory, size_t count, size_t size);

/* ---- rows of a spreadsheet, filled cell by cell
 *
 *     cells:  [A][ ][C]…      text of each: in `arena`, or memory that the caller keeps
 *     arena:  the row's own texts, emptied when the row is sent
 */
struct rows {
	struct outlet *outlet;
	struct cell *cells;   /* LIMIT_COLUMNS of them, CELL_EMPTY from `count` on */
	uint32_t count;       /* one more than the last filled column */
	int64_t sent;         /* the last row sent of this sheet, 0: none */
	int64_t blank;        /* blank rows sent of all sheets */
	char *arena;
	size_t used, size;
};

bool rows_open(struct rows *rows, struct outlet *outlet);
void rows_close(struct rows *rows);
void rows_begin(struct rows *rows); /* a sheet */

/* Adds bytes to the arena; false where memory is out or the row is over
 * LIMIT_ROW_BYTES (then the outlet is not broken). Cells that point into the arena
 * are moved with it. */
bool rows_append(struct rows *rows, const char *bytes, size_t length);

/* Fills the cell of `column` (below LIMIT_COLUMNS, from 0); false where it is filled already. */
bool rows_put(struct rows *rows, uint32_t column, enum cell_kind kind, const char *text, size_t length);

/* Sends what was put as row `row` (above `sent`), and blank rows before it where rows
 * were left out; nothing where nothing was put. False where the outlet broke, or with a
 * fault sent where the blank rows are over LIMIT_BLANK_ROWS. */
bool rows_send(struct rows *rows, int64_t row);

/* "A", "AB" of a column from 0; `text` holds 8 bytes. */
enum { COLUMN_LETTERS_BYTES = 8 };
void column_letters(uint32_t column, char text[COLUMN_LETTERS_BYTES]);

#endif
