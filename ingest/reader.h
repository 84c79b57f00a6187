/* The row model that all forms share.
 *
 *     file -> reader (csv, xlsx, xls, xml) -> sink: sheet, row, row, … , end
 *                                               |
 *                       heading -> typed fields -> store (table.h)
 *
 * A reader pushes what it finds into a sink; it knows cells and places and
 * nothing of datasets, except that an XML file names its dataset itself. */
#ifndef INGEST_READER_H
#define INGEST_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"
#include "common/progress.h"
#include "common/schema.h"

enum cell_kind {
	CELL_EMPTY,
	CELL_TEXT,   /* text as it stood; CSV cells are all of this kind */
	CELL_NUMBER, /* text is the number as stored, '.' decimal, perhaps with an exponent */
	CELL_DATE,   /* a number under a date format: text is the serial, see sheet.epoch */
	CELL_DAY,    /* the same under a format that shows no time of day */
	CELL_BOOL,   /* text is "1" or "0" */
	CELL_ERROR   /* text is the error value, as #N/A */
};

struct cell {
	const char *text; /* valid UTF-8, not NUL-terminated, lives until the callback returns */
	uint32_t length;  /* bytes */
	enum cell_kind kind;
};

struct row {
	const struct cell *cells; /* by column from 0; missing ones are CELL_EMPTY */
	uint32_t count;
	int64_t row;    /* spreadsheet row from 1; CSV: physical line it begins on; XML: line */
	int64_t offset; /* byte where the record begins (CSV, XML), else -1 */
};

struct sheet {
	const char *name;     /* "" for CSV and XML */
	int position;         /* from 1 */
	bool hidden;
	const char *form;     /* "csv", "xlsx", "xls", "xml" */
	const char *encoding; /* CSV and XML; "" for workbooks */
	char separator;       /* CSV, else '\0' */
	int epoch;            /* 1900 or 1904, 0 for CSV and XML */
	bool of_onex;         /* the workbook is a report of onex itself */
	/* XML only: the dataset that the root element names; column k of its rows is
	 * field k of the dataset and no heading row is sent. NULL: find the heading. */
	const struct dataset *dataset;
};

/* Something wrong with the file or one place of it: rule is "S01", "S02", "S05", "S06",
 * "S09" or "S10". row 0: the file or sheet as a whole. place and raw may be NULL. */
struct source_fault {
	const char *rule;
	int64_t row;
	const char *place;
	const char *raw;
	const char *allowed; /* what would have been right, Chinese, may be NULL */
	char message[512];   /* Chinese, one sentence, says what to do */
};

/* The callbacks return false to stop the reader (their failure is already
 * filled: memory or the database). A fault reported outside a sheet belongs to the
 * file. After a fault a reader goes on where that makes sense, else it ends its
 * sheet and file normally: rows already sent stay. */
struct sink {
	void *context;
	bool (*sheet)(void *context, const struct sheet *sheet, struct failure *failure);
	bool (*row)(void *context, const struct row *row, struct failure *failure);
	bool (*end)(void *context, struct failure *failure); /* of the sheet */
	bool (*fault)(void *context, const struct source_fault *fault, struct failure *failure);
	/* XML only: an element of persons' data (dataset.personal) is left out; within the
	 * sheet, once per name. May be NULL. */
	bool (*dropped)(void *context, const char *label, struct failure *failure);
};

/* One file of the inbox. */
struct digester;
struct input {
	const char *path;   /* to open */
	const char *name;   /* relative to inbox/, for messages */
	int file;           /* open for reading at its beginning, a regular file */
	int64_t bytes;
	const struct schema *schema;
	struct digester *digester; /* to be given every block that is read, may be NULL */
	struct progress *progress; /* or NULL */
};

/* Each reads one file into the sink. false: stopped by the sink, or memory or
 * reading failed. A file that is no sound file of its form is a fault, not a failure.
 * Blank spreadsheet rows between filled ones are sent as rows without cells;
 * trailing ones are not. */
bool reader_csv(const struct input *input, const struct sink *sink, struct failure *failure);
bool reader_xlsx(const struct input *input, const struct sink *sink, struct failure *failure);
bool reader_xls(const struct input *input, const struct sink *sink, struct failure *failure);
bool reader_xml(const struct input *input, const struct sink *sink, struct failure *failure);

/* The reader for a file, told from its first bytes, never from its name alone;
 * reports the fault itself (encrypted, HTML named .xls, empty, …) and returns true
 * with *reader NULL where there is none. */
typedef bool reader_function(const struct input *input, const struct sink *sink, struct failure *failure);
bool reader_choose(const struct input *input, const struct sink *sink, reader_function **reader,
	struct failure *failure);

#endif
