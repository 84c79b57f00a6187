#include "validate/prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/layout.h"
#include "common/rowdigest.h"
#include "validate/nearest.h"
#include "validate/writer.h"

/* What is filled here. A table that is missing in this list would keep the rows of the run before, and
 * a rule that reads it might begin too early. */
static const char *const filled[] = { "school_path", "near_certificate", "ambiguous_application",
	"reviewed_application", "review_of", "decision_state" };

bool prepare_fills(const char *table)
{
	for (size_t i = 0; i < sizeof filled / sizeof *filled; i++)
		if (strcmp(filled[i], table) == 0)
			return true;
	return false;
}

static bool clear_tables(struct database *database, struct failure *failure)
{
	char sql[64];
	bool done = true;
	for (size_t i = 0; done && i < sizeof filled / sizeof *filled; i++) {
		snprintf(sql, sizeof sql, "DELETE FROM %s", filled[i]);
		done = database_run(database, sql, failure);
	}
	return done;
}

/* temp.row_digest: the digest of every application that a decision names. */
static bool prepare_digests(struct database *database, const struct schema *schema, struct failure *failure)
{
	static const char sql[] = "CREATE TEMP TABLE row_digest(application INTEGER PRIMARY KEY, digest TEXT NOT NULL)";
	char text[DIGEST_TEXT_BYTES];
	bool more = true;
	if (!database_run(database, sql, failure))
		return false;
	struct row_digest *digest = row_digest_open(database, schema, failure);
	sqlite3_stmt *named = digest ? database_prepare(database,
		"SELECT DISTINCT a.id FROM decision d CROSS JOIN application a ON a.application_no = d.application_no", failure) : NULL;
	sqlite3_stmt *insert = named ? database_prepare(database, "INSERT INTO temp.row_digest VALUES(?, ?)", failure) : NULL;
	bool done = insert != NULL;
	while (done) {
		done = database_step(database, named, &more, failure);
		if (!done || !more)
			break;
		int64_t application = sqlite3_column_int64(named, 0);
		done = row_digest(digest, application, text, failure);
		if (!done)
			break;
		sqlite3_bind_int64(insert, 1, application);
		sqlite3_bind_text(insert, 2, text, -1, SQLITE_STATIC);
		done = database_once(database, insert, NULL, failure);
	}
	sqlite3_finalize(named);
	sqlite3_finalize(insert);
	row_digest_close(digest);
	return done;
}

static bool run_files(struct database *database, const char *home, struct failure *failure)
{
	struct layout_names names = { 0 };
	char *folder = layout_join(failure, home, "validate/prepare");
	bool done = folder && layout_names(&names, folder, ".sql", failure);
	for (unsigned long i = 0; done && i < names.count; i++) {
		char *name = layout_join(failure, "prepare", names.names[i]);
		done = name && writer_run_file(database, home, name, failure);
		free(name);
	}
	layout_names_free(&names);
	free(folder);
	return done;
}

bool prepare_tables(struct database *database, const struct schema *schema, const char *home,
	struct failure *failure)
{
	struct span span;
	profile_begin(database->profile, &span);
	bool done = database_run(database, "BEGIN", failure) && clear_tables(database, failure)
		&& prepare_digests(database, schema, failure) && run_files(database, home, failure)
		&& nearest_fill(database, failure)
		&& database_run(database, "DROP TABLE temp.row_digest; COMMIT;"
			" PRAGMA shrink_memory", failure); /* the writer rests while the rules run */
	profile_end(database->profile, &span, "prepare", "all", 0, 0);
	return done;
}
