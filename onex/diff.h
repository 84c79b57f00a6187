/* What changed between two out folders. A section of the answer is a file of
 * onex/diff/ (its SELECT runs over both databases, main before and other after):
 *
 *   -- title: 问题                    what it tells
 *   -- shows: all                    rows stand there even where nothing changed
 *   -- column: heading | form | width    text, count or yuan (given in fen), per column
 *   -- table: changed_finding        instead of a title: a temporary table for later files
 *   -- index: column                 of that table
 *   SELECT …
 *
 * Before them temp.pair (applications by number and ordinal: before_id, after_id) and
 * temp.changed_field (their changed fields) are filled. */
#ifndef ONEX_DIFF_H
#define ONEX_DIFF_H

#include "common/database.h"

enum diff_form { DIFF_TEXT, DIFF_COUNT, DIFF_YUAN };
enum { DIFF_COLUMNS = 16 };

struct diff_column {
	char *heading;
	enum diff_form form;
	int width; /* characters */
};

struct diff_section {
	char *name;  /* of the file, without .sql */
	char *title, *table, *index; /* NULL where not given */
	bool shows_all;
	struct diff_column columns[DIFF_COLUMNS];
	int column_count;
	char *sql;
};

/* Where the answer goes; each call may fail. The statement stands on the row. */
struct diff_sink {
	void *context;
	bool (*begin)(void *context, const struct diff_section *section, sqlite3_stmt *statement, struct failure *failure);
	bool (*row)(void *context, const struct diff_section *section, sqlite3_stmt *statement, struct failure *failure);
	bool (*end)(void *context, const struct diff_section *section, long rows, struct failure *failure);
};

/* Compares two out folders; *changes is the number of changed things. */
bool diff_outs(const char *before, const char *after, const struct diff_sink *sinks, int sink_count, long *changes,
	struct failure *failure);

/* Reads onex/diff/NAME of the data folder; NULL on failure. */
struct diff_section *diff_section_read(const char *home, const char *name, struct failure *failure);
void diff_section_free(struct diff_section *section); /* NULL is let pass */

/* Fills temp.pair and temp.changed_field. */
bool diff_fields(struct database *database, struct failure *failure);

/* A value as people read it: yuan with two decimals; "" for NULL. Lives until the next
 * call for the statement; `room` holds what is not a column's own text. */
const char *diff_text(const struct diff_column *column, sqlite3_stmt *statement, int index, char room[64]);

/* The sinks: text on stdout (the first rows of each section), JSON on stdout, a
 * workbook. */
struct diff_printer {
	long rows, sections; /* so far; start zeroed */
};
struct diff_sink diff_sink_text(struct diff_printer *printer);
struct diff_sink diff_sink_json(struct diff_printer *printer);

struct diff_book; /* a workbook being written */
struct diff_book *diff_book_begin(const char *path, struct failure *failure);
struct diff_sink diff_sink_book(struct diff_book *book);
/* Writes it whole to its path, or with `keep` false gives it up; frees it. */
bool diff_book_end(struct diff_book *book, bool keep, struct failure *failure);

#endif
