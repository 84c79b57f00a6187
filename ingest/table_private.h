/* What the parts of the table sink share.
 *
 *     table.c    files, sheets, faults      lead.c     the first rows, kept until the heading
 *     columns.c  headings to columns        record.c   rows to records
 *     total.c    lines after the data, 合计 rows
 */
#ifndef INGEST_TABLE_PRIVATE_H
#define INGEST_TABLE_PRIVATE_H

#include "ingest/heading.h"
#include "ingest/recall.h"
#include "ingest/table.h"

/* ---- lead.c: copies of a sheet's first rows */

enum { LEAD_ROWS = HEADING_ROWS + 1, LEAD_BYTES = 8 << 20 };

struct lead {
	struct row rows[LEAD_ROWS];
	uint32_t count;
	size_t bytes;
};
bool lead_add(struct lead *lead, const struct row *row, struct failure *failure);
bool lead_is_full(const struct lead *lead);
void lead_clear(struct lead *lead);
/* Whether `row` says the same as `kept`, which is not blank. */
bool lead_repeats(const struct row *kept, const struct row *row);

/* Nothing, or only white space. */
bool cell_is_blank(const struct cell *cell);

/* ---- total.c: sums of the number columns, to check 合计 rows against */

struct total {
	int field, variant;
	uint32_t column;
	int64_t sum, part;   /* of all rows; since the last 小计; saturated */
	int64_t unreadable;  /* filled cells that gave no number */
	bool reported;
};

struct totals {
	struct total *items;
	int count;
};

struct spread {
	int field, level;    /* 拟考证人数, 等级; -1: the levels do not stand side by side */
	int column[4];       /* by level, -1: none */
};

struct scratch {
	char bytes[TYPING_SCRATCH_BYTES];
};

struct pending_fault; /* a fault before the first sheet of a file */

struct table {
	struct store *store;
	const struct schema *schema;
	struct vocabulary *vocabulary;
	struct sink sink;
	int64_t *lines;        /* of each source, by id, for repeated files */
	size_t lines_capacity;

	struct table_file file;
	int64_t file_source;   /* the file's first source, 0: none yet */
	struct pending_fault *faults, **last_fault;

	/* the open sheet */
	bool open;
	bool decided;          /* the heading was looked for */
	bool of_onex;          /* its workbook is a report of onex itself */
	struct source source;
	char *sheet_name, *dropped, *reason;
	const char *form;
	struct lead lead;
	struct heading heading;
	const struct dataset *dataset; /* NULL: its lines are skipped */
	int column[SCHEMA_MAX_FIELDS]; /* of each field, -1: none */
	struct spread spread;
	struct totals totals;
	bool *unnamed;         /* by column, to unnamed_count: reported as without a heading */
	uint32_t unnamed_count, unnamed_told;
	uint32_t named;        /* so many columns from the left have a heading each */
	uint64_t keys, required_keys, conditional; /* bits of the dataset's fields */

	int64_t typing, handing, typed; /* nanoseconds and rows, for --profile */
	int64_t passed;        /* rows of the sheet, for the display */

	/* the row being read, by field */
	uint64_t faulted;      /* bits of the fields whose `faulty` has a finding; of others it says nothing */
	struct value values[SCHEMA_MAX_FIELDS];
	const struct cell *cells[SCHEMA_MAX_FIELDS];
	const struct cell *raws[SCHEMA_MAX_FIELDS]; /* the same, NULL where the value says all that the cell does */
	struct recall recalls[SCHEMA_MAX_FIELDS];
	struct field_fault faulty[SCHEMA_MAX_FIELDS];
	struct scratch scratch[SCHEMA_MAX_FIELDS];
	char number[1024];     /* 申报编号 with its level */
};

/* The column letter, or the element's path; "" where the field has no place. */
enum { PLACE_BYTES = 256 };
void table_place(const struct table *table, int field, int variant, char place[PLACE_BYTES]);

/* A finding on the source: S. `field` may be -1. */
bool table_source_finding(struct table *table, const struct source_fault *fault, int field, struct failure *failure);

bool table_keep_reason(struct table *table, const char *reason, struct failure *failure);

/* ---- columns.c */
/* Looks for the heading among the rows kept; S02, S03, S08 and the columns' places. */
bool columns_recognise(struct table *table, struct failure *failure);
/* Writes where each field stands. */
bool columns_write(struct table *table, struct failure *failure);
/* Remembers the name of a column of persons' data. */
bool columns_drop(struct table *table, const char *label, struct failure *failure);
/* Content in columns without a heading: S08. */
bool columns_look_for_unnamed(struct table *table, const struct row *row, struct failure *failure);

/* ---- record.c: one row of a recognised sheet that is neither heading nor footer */
/* What holds for all rows of the sheet, whose dataset is known. */
void record_start(struct table *table);
bool record_take(struct table *table, const struct row *row, struct failure *failure);
/* Whether nothing stands in the row's fields but what a form has filled in already. */
bool record_is_blank(const struct table *table, const struct row *row);

/* ---- total.c */
bool total_start(struct table *table, struct failure *failure);
/* Adds the numbers of a row. */
void total_add(struct table *table, const struct row *row);
/* Whether the row stands after the data: 合计, 填表人 and the like. */
bool total_is_footer(const struct table *table, const struct row *row);
/* Compares a 合计 row with what stands above it. */
bool total_check(struct table *table, const struct row *row, struct failure *failure);

#endif
