/* SQLite connections: opening, running, and the cage for SQL that comes from
 * files. Every failure carries the statement that failed. */
#ifndef COMMON_DATABASE_H
#define COMMON_DATABASE_H

#include <sqlite3.h>

#include "common/failure.h"
#include "common/profile.h"
#include "common/progress.h"

/* Who a connection works for: decides which tables of batch.db it may write
 * (schemas/batch.sql, "writer"). */
enum database_role {
	DATABASE_INGEST,
	DATABASE_VALIDATE,
	DATABASE_TRANSFORM,
	DATABASE_READ,
	DATABASE_BESIDE /* reads, without locks, beside a writer of the same process; see below */
};

struct database {
	sqlite3 *handle;
	struct profile *profile; /* of the stage that it works for, set by its owner; or NULL */
	struct progress *progress; /* likewise */
	enum database_role role;
	const char *caged;   /* the file whose SQL runs in the cage, or NULL */
	const char *reads;   /* tables it may read, separated by spaces; NULL: any */
	char *tables;        /* all tables and views, once a cage with `reads` was closed */
	sqlite3_int64 budget;/* progress calls left in the cage */
	bool drops_view;     /* the authorizer was last asked about DROP VIEW */
	bool rowid;          /* since the cage was closed: some rowid without a name was asked for */
	char denied[256];    /* what the authorizer refused last */
};

/* Opens `path`. DATABASE_INGEST creates it anew (the file must not exist);
 * DATABASE_READ opens it read-only, and so does DATABASE_BESIDE, for a thread that reads
 * tables which the stage's writer leaves alone: the caller sees to it that it holds one
 * read transaction from before the writer's begins, since between the pages of a
 * commit the file is not whole. Journal and sync are off for writers: they
 * work on a file in a folder that is renamed when whole. NULL on failure. */
struct database *database_open(const char *path, enum database_role role, struct failure *failure);

/* Opens two batch.db read-only on one connection: `path` as main, `other` as other. SQL
 * may read both, cage or not, and make temporary tables. NULL on failure. */
struct database *database_open_pair(const char *path, const char *other, struct failure *failure);

/* Closes; NULL is let pass. False where SQLite reports that a write was lost. */
bool database_close(struct database *database, struct failure *failure);

/* Runs all statements of `sql`. */
bool database_run(struct database *database, const char *sql, struct failure *failure);

/* Prepares one statement; NULL on failure. Finalize with sqlite3_finalize. */
sqlite3_stmt *database_prepare(struct database *database, const char *sql, struct failure *failure);

/* Steps: true with *row = true for a row, *row = false at the end. */
bool database_step(struct database *database, sqlite3_stmt *statement, bool *row, struct failure *failure);
/* One step of a statement that is made ready again at once; `row` may be NULL. */
bool database_once(struct database *database, sqlite3_stmt *statement, bool *row, struct failure *failure);

/* The first column of the first row of `sql`, 0 where there is none or NULL. */
bool database_number(struct database *database, const char *sql, sqlite3_int64 *number, struct failure *failure);

/* Fills `failure` with SQLite's message and `sql`; returns false. In the cage
 * it names the caged file and what was refused, with STATUS_BATCH. */
bool database_failed(struct database *database, const char *sql, struct failure *failure);

/* The cage, for SQL that is data. While it is closed SQL may only read the
 * tables in `reads` (NULL: any of the contract): no write, ATTACH, PRAGMA,
 * transaction or extension, and of functions only stock ones that depend on their
 * arguments alone (no random(), no clock); and it ends after `budget`
 * thousand steps of SQLite's machine. `name` is the file, for the refusal; both
 * texts must outlive the cage. The authorizer is installed once by
 * database_open; these two only switch its mode, for setting an authorizer
 * would expire prepared statements. */
void database_cage(struct database *database, const char *name, const char *reads, sqlite3_int64 budget);
void database_uncage(struct database *database);

#endif
