/* The dataset tables of batch.db, made from the definitions (schemas/batch.sql,
 * "Dataset tables"), and what the definitions say as tables. */
#ifndef INGEST_TABLES_H
#define INGEST_TABLES_H

#include "common/database.h"
#include "common/schema.h"

/* Which parameter of a dataset's INSERT takes which part of a record. The first
 * six are always id, source, row, record, byte_offset, unknown. */
enum { BIND_ID = 1, BIND_SOURCE, BIND_ROW, BIND_RECORD, BIND_OFFSET, BIND_UNKNOWN, BIND_FIELDS };

struct binding {
	int field[SCHEMA_MAX_FIELDS]; /* 0 for a field of a group */
	int certificate, major;       /* 0 where the dataset has no such group */
};

/* Creates the table, its virtual columns and its view. */
bool tables_create(struct database *database, const struct dataset *dataset, struct failure *failure);

/* The INSERT of a dataset and its parameters. */
sqlite3_stmt *tables_insert(struct database *database, const struct dataset *dataset, struct binding *binding,
	struct failure *failure);

/* Fills dataset, field and enumeration; `present` by position of the dataset. */
bool tables_describe(struct database *database, const struct schema *schema, const bool *present,
	struct failure *failure);

#endif
