/* Filling the tables that onex-validate owns: the finding table in its order, the
 * catalogue of rules, the outcomes. One transaction around all of it is the caller's. */
#ifndef VALIDATE_WRITER_H
#define VALIDATE_WRITER_H

#include "common/database.h"
#include "validate/catalogue.h"
#include "common/spool.h"

struct columns;

/* Empties rule, finding and outcome, and drops the index of findings. */
bool writer_clear(struct database *database, struct failure *failure);

/* Indexes the findings by the application that they weigh on. */
bool writer_index(struct database *database, struct failure *failure);

/* Copies the findings of ingest whose rule begins with `kind` ('F' or 'S') and counts
 * them. */
bool writer_ingest_findings(struct database *database, struct catalogue *catalogue, char kind,
	struct failure *failure);

/* Writes a rule's findings and counts them in its cases; of findings with the same
 * case and subject only the first is kept. */
bool writer_findings(struct database *database, struct rule *rule, const struct spool_batch *findings,
	struct failure *failure);

/* Writes the catalogue with what each rule checked and found. */
bool writer_rules(struct database *database, const struct catalogue *catalogue, struct failure *failure);

/* Runs the SQL of `home`/validate/`name` as it is, uncaged. */
bool writer_run_file(struct database *database, const char *home, const char *name, struct failure *failure);

/* Likewise for a file of one statement, which reads `columns` (or NULL) in the place of their table
 * where that fits it. */
bool writer_run_by_column(struct database *database, const struct columns *columns, const char *home, const char *name,
	struct failure *failure);

#endif
