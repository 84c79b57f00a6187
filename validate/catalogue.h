/* All rules, and what the notice changes in them. */
#ifndef VALIDATE_CATALOGUE_H
#define VALIDATE_CATALOGUE_H

#include "common/database.h"
#include "common/schema.h"
#include "validate/rulefile.h"

/* A field or source finding that ingest makes (datasets.md, "What bad input gets"). */
struct ingest_rule {
	const char *id, *title;
	enum severity elsewhere;       /* F: in datasets other than applications */
	enum severity in_applications; /* S: the same as elsewhere */
	enum severity original;        /* in applications, whatever the notice changes */
	int64_t fired;                 /* findings of it in this run */
};

enum { INGEST_RULES = 20 };

struct catalogue {
	struct rule **rules;           /* by ID */
	int count;
	struct ingest_rule ingest[INGEST_RULES]; /* by ID */
};

/* Reads `home`/validate/rules/R*.sql and holds their subjects, fields and needs
 * against the schema. NULL on failure (STATUS_BATCH with file and line). */
struct catalogue *catalogue_load(const char *home, const struct schema *schema, struct failure *failure);
void catalogue_free(struct catalogue *catalogue); /* NULL is let pass */

struct rule *catalogue_rule(const struct catalogue *catalogue, const char *id); /* or NULL */
const struct ingest_rule *catalogue_ingest(const struct catalogue *catalogue, const char *id); /* or NULL */

/* Applies the notice's changes of severity (table severity_change). A rule or case
 * that does not exist is STATUS_BATCH and names notice.xml and the line. */
bool catalogue_change(struct catalogue *catalogue, struct database *database, struct failure *failure);

#endif
