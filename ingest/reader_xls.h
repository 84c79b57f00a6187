/* What the parts of the legacy .xls reader share (BIFF8 of Excel 97-2003, BIFF5 of
 * Excel 95).
 *
 *     compound file -> stream "Workbook" -> records
 *        globals: sheets, formats, shared strings    reader_xls_book.c
 *        sheet: numbers, texts, formulas' results    reader_xls_sheet.c -> rows -> sink
 *
 * freexl 1.0.6, which Debian has for this, gives no result of any formula, reads every
 * error value as the number 1, cannot tell hidden sheets or the Chinese date formats, and
 * copies lengths from the file unchecked; the tests compare what it does read. */
#ifndef INGEST_READER_XLS_H
#define INGEST_READER_XLS_H

#include "ingest/bytes.h"
#include "ingest/compound.h"
#include "ingest/number_format.h"
#include "ingest/outlet.h"
#include "ingest/strings.h"

enum biff_record {
	BIFF_FORMULA = 0x0006, BIFF_EOF = 0x000A, BIFF_DATEMODE = 0x0022, BIFF_FILEPASS = 0x002F,
	BIFF_CONTINUE = 0x003C, BIFF_CODEPAGE = 0x0042, BIFF_BOUNDSHEET = 0x0085, BIFF_MULRK = 0x00BD,
	BIFF_RSTRING = 0x00D6, BIFF_XF = 0x00E0, BIFF_SST = 0x00FC, BIFF_LABELSST = 0x00FD,
	BIFF_NUMBER = 0x0203, BIFF_LABEL = 0x0204, BIFF_BOOLERR = 0x0205, BIFF_STRING = 0x0207,
	BIFF_RK = 0x027E, BIFF_FORMAT = 0x041E, BIFF_BOF = 0x0809
};

/* The records of a stream, one after the other. */
struct records {
	const struct stream *stream;
	int64_t next;            /* where the next record begins */
	unsigned type, length;   /* of the current record */
	const unsigned char *data;
	bool failed;             /* reading failed: errno is set */
	int64_t window_start;
	size_t window_bytes;
	unsigned char window[128 << 10];
};

void records_seek(struct records *records, int64_t position);
/* False at the end of the stream, in a record that is cut short, or where reading failed. */
bool records_next(struct records *records);
/* The type of the record after the current one, 0 where there is none. */
unsigned records_peek(struct records *records);

struct xls_sheet {
	char *name;
	uint32_t place;   /* of its records in the stream */
	bool hidden;
	bool cells;       /* a worksheet, not a chart or macros */
};

struct xls_book {
	bool biff8;
	int epoch;
	unsigned codepage;
	struct xls_sheet *sheets;
	size_t sheet_count;
	enum shown *date; /* by cell format (XF) */
	size_t format_count;
	struct strings strings;
};

/* ---- reader_xls_book.c. False: the fault is sent or the outlet broke. */
bool xls_book_read(struct xls_book *book, struct records *records, struct outlet *outlet);
void xls_book_free(struct xls_book *book);

/* ---- reader_xls_sheet.c. Returns !broken; faults are sent. */
bool xls_sheet_read(const struct xls_book *book, const struct xls_sheet *sheet, struct records *records,
	struct rows *rows);

/* ---- reader_xls_text.c: texts to UTF-8 */

/* Characters of BIFF8: 16 bits each, or 8 where `narrow`. */
bool xls_append_units(struct strings *to, const unsigned char *units, size_t count, bool narrow,
	struct outlet *outlet);

/* A BIFF8 string that lies within the record from `at`: a count of 1 or 2 bytes, flags,
 * characters. Ends a string of `to`. False where it is cut short or memory is out. */
bool xls_read_string(struct strings *to, const unsigned char *data, size_t length, size_t at, int count_bytes,
	struct outlet *outlet);

/* The same in BIFF5: bytes of the code page. False also where they are no text in it. */
bool xls_read_bytes(struct strings *to, const unsigned char *data, size_t length, size_t at, int count_bytes,
	unsigned codepage, struct outlet *outlet);

/* Either of the two. */
bool xls_read_text(const struct xls_book *book, struct strings *to, const struct records *records, size_t at,
	int count_bytes, struct outlet *outlet);

/* A BIFF8 string that begins the current record and may run on into CONTINUE records: a
 * formula's text. */
bool xls_read_long(struct strings *to, struct records *records, struct outlet *outlet);

/* The shared string table from its record on, with what follows in CONTINUE records. */
bool xls_read_shared(struct xls_book *book, struct records *records, struct outlet *outlet);

#endif
