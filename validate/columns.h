/* The whole numbers of a table, column by column, in a temporary file without a name.
 * Rules that go through all rows read from here the few columns that they look at,
 * instead of whole rows from batch.db.
 *
 *   rows in the order of their ids, in blocks of BLOCK_ROWS
 *   block:   column | column | …        each: [bits of NULLs] values of 0, 1, 2, 4 or 8 bytes
 *   zones:   of every block and column the least and greatest value and whether there
 *            are NULLs, in memory: a block that cannot hold what is wanted is not read
 *
 * Of a text only this is kept: whether it is NULL; and where texts are to be told apart and few
 * are different, which one it is. <field>_unknown is worked out
 * from `unknown`. Columns that nobody will ask for are left out. Once filled, several
 * threads may read. */
#ifndef VALIDATE_COLUMNS_H
#define VALIDATE_COLUMNS_H

#include <stdint.h>

#include "common/database.h"
#include "common/schema.h"
#include "validate/words.h"

enum { BLOCK_ROWS = 8192, BLOCK_WORDS = BLOCK_ROWS / 64 };

enum column_kind {
	COLUMN_ID,
	COLUMN_NUMBER,
	COLUMN_TEXT,
	COLUMN_UNKNOWN,        /* bit of the number `unknown` */
	COLUMN_ABSENT          /* left out */
};

struct column {
	char *name;
	enum column_kind kind;
	int stored;            /* which of the stored columns, -1: none; of COLUMN_UNKNOWN that of `unknown` */
	int bit;               /* COLUMN_UNKNOWN */
	bool is_text, generated;
	bool indexed;          /* an index of the table begins with it */
};

/* A column in one block. */
struct zone {
	int64_t low, high;     /* of the values that are not NULL, where there are any: */
	uint32_t at;           /* begins in the block */
	uint8_t width;         /* bytes of a value; 0: all are `low` */
	bool some, nulls;      /* there are values; there are NULLs */
};

struct block {
	int64_t at;            /* begins in the file */
	int rows;
};

/* Columns that are wanted, in masks as that of sqlite3_index_info.colUsed. */
struct wanted {
	uint64_t columns;
	uint64_t texts;        /* of these the texts that are to be told apart */
};

struct columns {
	char *table;
	struct column *items;  /* in the order of the table, generated ones too */
	int count, stored;
	struct block *blocks;
	struct zone *zones;    /* [block * stored + column.stored] */
	int block_count;
	struct words **words;  /* [column.stored]: the texts, whose numbers are the values; or NULL */
	int file;              /* -1: not filled yet */
};

/* A column of a block, spread out; allocated by who loads. */
struct column_values {
	uint64_t nulls[BLOCK_WORDS]; /* bit set: NULL; only where `has_nulls` */
	int64_t values[BLOCK_ROWS];
	bool has_nulls;
};

/* Learns the columns of a dataset's table, without their values: enough for plans. NULL with
 * `*fits` where it failed; NULL without where the table is not as a dataset's
 * table is: use the table itself. */
struct columns *columns_open(struct database *database, const struct dataset *dataset, bool *fits,
	struct failure *failure);

/* Reads the values of the columns that are wanted; `folder` holds the file. False as NULL above; then only columns_free() is left. */
bool columns_fill(struct columns *columns, struct database *database, const struct wanted *wanted, const char *folder,
	bool *fits, struct failure *failure);
void columns_free(struct columns *columns); /* NULL is let pass */

static inline const struct zone *columns_zone(const struct columns *columns, int block, int stored)
{
	return &columns->zones[(size_t)block * (size_t)columns->stored + (size_t)stored];
}

/* The texts of a column of texts, NULL where they are not told apart. */
static inline const struct words *columns_words(const struct columns *columns, const struct column *column)
{
	return column->is_text && column->stored >= 0 ? columns->words[column->stored] : NULL;
}

/* Reads a stored column of a block. False where the file cannot be read. */
bool columns_load(const struct columns *columns, int block, int stored, struct column_values *to);

#endif
