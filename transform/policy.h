/* The SQL files under transform/: a view, a count, a measure, a check. Each is a
 * header of comment lines `-- key: value` (continued by lines that begin with two
 * hyphens and three spaces) and one SELECT, which the stock sqlite3 shell runs as it
 * stands. */
#ifndef TRANSFORM_POLICY_H
#define TRANSFORM_POLICY_H

#include <stddef.h>

#include "common/database.h"

struct policy {
	char *file;   /* "transform/measures/level.sql", for messages */
	char *id;     /* the value of the key that names its kind, as `measure` */
	char *title;  /* Chinese */
	char *reads;  /* tables and views that the SELECT may read */
	char *after;  /* views and counts: those that must be made before, or "" */
	char *kept;   /* views: "tally", "rows" or "" (views.h) */
	char *scan;   /* views: the table of whose ids one column is, or "" */
	char *needs;  /* measures: datasets without which there are no data; | is "or" */
	char *sql;    /* the whole file */
};

struct policies {
	struct policy *items;
	size_t count;
};

/* Reads home/transform/<name>, the header key `kind` naming it. A header that lacks
 * kind, title or reads, or has an unknown key, is STATUS_BATCH. */
bool policy_read(struct policy *policy, const char *home, const char *name, const char *kind,
	struct failure *failure);
void policy_free(struct policy *policy);

/* Whether the id may become part of a statement as a table's name: small letters and
 * underscores only. */
bool policy_has_plain_name(const struct policy *policy, struct failure *failure);

/* All *.sql files of home/transform/<folder>, in byte order of their names, but each
 * behind the one that its header names with `after`. */
bool policies_read(struct policies *policies, const char *home, const char *folder, const char *kind,
	struct failure *failure);
void policies_free(struct policies *policies);

/* Values for the parameters :scenario and :basis; NULL where there are none. */
struct parameters {
	const char *scenario;
	const char *basis;
};

/* The open SELECT of a policy. It may read what its header names, is stopped
 * when it spends its budget, and is caged only while it is prepared and stepped, so
 * that the engine can write between two rows. */
struct query {
	struct database *database;
	const struct policy *policy;
	sqlite3_stmt *statement;
	sqlite3_int64 budget;
};

/* Prepares and binds; false leaves nothing to close. */
bool query_open(struct query *query, struct database *database, const struct policy *policy,
	const struct parameters *parameters, struct failure *failure);
bool query_step(struct query *query, bool *row, struct failure *failure);
void query_close(struct query *query);

#endif
