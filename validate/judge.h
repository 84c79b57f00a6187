/* Running rules: each in the cage, its findings into a spool, in bytes that sort in
 * the order of the finding table. */
#ifndef VALIDATE_JUDGE_H
#define VALIDATE_JUDGE_H

#include "common/database.h"
#include "common/schema.h"
#include "validate/rulefile.h"
#include "common/spool.h"

struct column_table;
struct wanted;

enum { JUDGE_TABLES = 2 };

/* What one thread judges with. */
struct judge {
	struct database *database;     /* caged while a rule's SQL runs */
	const struct schema *schema;
	struct subjects *subjects;
	struct spool *spool;
	struct column_table *tables[JUDGE_TABLES]; /* big ones by column, of its owner; or NULL */
	const char *batch;             /* batch.id */
	sqlite3_int64 budget;          /* thousand steps for one rule */
};

/* `folder` holds the temporary file. False leaves nothing behind. */
bool judge_open(struct judge *judge, struct database *database, const struct schema *schema, const char *batch,
	const char *folder, struct failure *failure);
void judge_close(struct judge *judge);

/* Runs `rule`, sets its `checked`, and gives its findings as a batch that lives as
 * long as the judge (free the batch too). Wrong SQL and what the cage refuses are
 * STATUS_BATCH naming the file. */
bool judge_rule(struct judge *judge, struct rule *rule, struct spool_batch *findings, struct failure *failure);

/* Adds to `wanted` the columns of `table` that the rule, if it fits, will go through
 * (column_table_want()). Wrong SQL adds nothing: judge_rule() tells. */
bool judge_plan(struct judge *judge, struct column_table *table, const struct rule *rule, struct wanted *wanted,
	struct failure *failure);

/* A finding as it stands in a spool record; the texts point into the record. */
struct finding {
	char rule_case;                /* '\0': none */
	const char *dataset, *record_key;
	int64_t source, row, row_id;   /* 0: none */
	const char *place, *application_no, *school_code, *raw, *understood, *allowed, *message; /* or NULL */
	size_t subject_length;         /* records with the same first bytes: same case and subject */
};

/* Hands the findings of `rule` to `take` in the order of the finding table, of several
 * of one case and subject the first, until it returns false. */
typedef bool finding_taker(void *context, struct rule_case *of, const struct finding *finding, struct failure *failure);
bool finding_each(const struct spool_batch *findings, struct rule *rule, finding_taker *take, void *context,
	struct failure *failure);

#endif
