/* The dataset tables of batch.db, made from the definitions (schemas/batch.sql,
 * "Dataset tables"), and what the definitions say as tables. */
#ifndef INGEST_TABLES_H
#define INGEST_TABLES_H

#include "common/database.h"
#include "common/schema.h"

/* Which column of a dataset's table takes which part of a record. The first
 * six are always id, source, row, record, byte_offset, unknown. */
enum { STORED_ID, STORED_SOURCE, STORED_ROW, STORED_RECORD, STORED_OFFSET, STORED_UNKNOWN, STORED_FIELDS };

enum { TABLES_MAX_COLUMNS = STORED_FIELDS + SCHEMA_MAX_FIELDS };

struct binding {
	int field[SCHEMA_MAX_FIELDS]; /* -1 for a field of a group */
	int certificate, major;       /* -1 where the dataset has no such group */
	int columns;                  /* stored ones; virtual ones follow them */
};

/* Creates the table, its virtual columns and its view. */
bool tables_create(struct database *database, const struct dataset *dataset, struct failure *failure);

/* Where a record's parts stand in the table that tables_create made. */
void tables_bind(const struct dataset *dataset, struct binding *binding);

/* Fills dataset, field and enumeration; `present` by position of the dataset. */
bool tables_describe(struct database *database, const struct schema *schema, const bool *present,
	struct failure *failure);

#endif
