/* Writes typed records, findings and sources into batch.db, and gathers what
 * settle.h needs afterwards. Everything is inserted in the order of the calls, by a
 * thread of its own: between two calls the database is not the caller's until
 * store_drain. */
#ifndef INGEST_STORE_H
#define INGEST_STORE_H

#include "common/database.h"
#include "common/schema.h"
#include "ingest/typing.h"

struct store;

/* Creates the dataset tables. `folder` is where temporary files may stand. */
struct store *store_open(struct database *database, const struct schema *schema, const char *folder,
	struct failure *failure);
void store_close(struct store *store); /* NULL is let pass */

/* Waits until all is inserted: then the database may be used until the next call. */
bool store_drain(struct store *store, struct failure *failure);

/* A record with its key. Values and cells are by field; a cell may be NULL. */
struct record {
	const struct dataset *dataset;
	int64_t source, row, line, offset; /* line: ordinal in the sheet; offset -1: none */
	uint64_t unknown;
	const struct value *values;
	const struct cell *const *cells;
};
bool store_record(struct store *store, const struct record *record, int64_t *id, struct failure *failure);

/* A field or source finding. Texts that may be NULL are stored as NULL. */
struct entry_finding {
	const char *rule, *dataset, *record_key;
	const char *application_no, *school_code; /* may be NULL */
	int64_t source;
	int64_t row_id; /* 0: none */
	int64_t row;    /* 0: none */
	const char *place, *field, *understood, *allowed, *message; /* all but message may be NULL */
	const char *raw;  /* may be NULL; cut where it is long */
	size_t raw_length;
};
bool store_finding(struct store *store, const struct entry_finding *finding, struct failure *failure);

/* One row of table source. */
struct source {
	int64_t id;
	const char *file, *sha256;
	int64_t bytes;
	const char *sheet;
	int sheet_position;
	bool hidden;
	const char *form;
	const struct dataset *dataset; /* may be NULL */
	const char *encoding;
	char separator;  /* '\0': none */
	int epoch;       /* 0: none */
	int64_t heading_row; /* 0: none */
	const char *reason, *dropped;
	int64_t seen, accepted, held, rejected, skipped;
	int64_t lines;   /* not stored: every line once, for repeated files */
};
int64_t store_next_source(struct store *store); /* ids in order, from 1 */
bool store_source(struct store *store, const struct source *source, struct failure *failure);
bool store_column(struct store *store, int64_t source, const char *field, int variant, const char *place,
	struct failure *failure);

/* For settle.c. */
bool store_finish(struct store *store, struct failure *failure); /* drains, then writes what was counted */
struct store_part {
	int64_t count;           /* records stored */
	bool present;            /* a source was recognised as this dataset */
};
struct database *store_database(const struct store *store);
const struct schema *store_schema(const struct store *store);
struct store_part *store_part(struct store *store, int dataset); /* by position in the schema */
struct twins *store_twins(struct store *store, int dataset); /* records by all typed values; of assessments by 报名号 */
struct twins *store_certificate_twins(struct store *store);  /* assessments by 证书编号 */

#endif
