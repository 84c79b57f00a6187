/* The tables that rules look things up in: school_path, ambiguous_application,
 * reviewed_application, review_of, decision_state, near_certificate (schemas/batch.sql). */
#ifndef VALIDATE_PREPARE_H
#define VALIDATE_PREPARE_H

#include "common/database.h"
#include "common/schema.h"

/* Fills them anew, in one transaction. The SQL is `home`/validate/prepare/. */
bool prepare_tables(struct database *database, const struct schema *schema, const char *home,
	struct failure *failure);

/* Whether prepare_tables() fills the table: rules that read it must wait for that. */
bool prepare_fills(const char *table);

#endif
