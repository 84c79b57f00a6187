/* Which dataset a table is, and which column is which field: told from the words
 * of its heading, one row or two, within its first rows (docs/conventions.md,
 * "Recognising a table"). */
#ifndef INGEST_HEADING_H
#define INGEST_HEADING_H

#include "ingest/reader.h"

enum { HEADING_ROWS = 30 }; /* the heading is looked for in so many rows */

enum column_role {
	COLUMN_EMPTY,    /* no heading */
	COLUMN_FIELD,
	COLUMN_IGNORED,  /* known, and not a field: 序号 and what the schema lists */
	COLUMN_PERSONAL, /* names and ID numbers: dropped unread */
	COLUMN_UNKNOWN,
	COLUMN_REPEATED  /* a field that stands in an earlier column already */
};

struct heading_column {
	enum column_role role;
	int field;   /* COLUMN_FIELD, COLUMN_REPEATED: position in the dataset */
	int variant; /* 0, or the level (1 to 3) of a spread column */
	char *label; /* as it stood, without line breaks; "" where empty */
};

struct heading {
	const struct dataset *dataset; /* NULL: none or ambiguous, see rule */
	const char *rule;  /* "S02" or "S03" where there is no dataset */
	char text[1024];   /* Chinese: why this dataset, or what the finding says */
	uint32_t first;    /* index of the heading's first row among the rows given */
	uint32_t rows;     /* 1 or 2 */
	struct heading_column *columns;
	uint32_t count;
	bool spread;       /* levels stand side by side */
};

/* Words of all datasets' headings, made once. */
struct vocabulary;
struct vocabulary *vocabulary_open(const struct schema *schema, struct failure *failure);
void vocabulary_close(struct vocabulary *vocabulary); /* NULL is let pass */

/* Recognises the table that begins with `rows` (at most HEADING_ROWS + 1; the last
 * may only be a second heading row). Free with heading_free. */
bool heading_find(const struct vocabulary *vocabulary, const struct row *rows, uint32_t count,
	struct heading *heading, struct failure *failure);
void heading_free(struct heading *heading);

/* The folded form of a heading cell, "" where it is empty or too long to be one:
 * NFKC, one case, no white space, brackets of one width, no asterisk at the ends. */
enum { HEADING_BYTES = 256 };
void heading_fold(const struct cell *cell, char folded[HEADING_BYTES]);

#endif
