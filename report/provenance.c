/* What an output is made from, as values for all scripts. */
#include <stdlib.h>
#include <string.h>

#include "common/calendar.h"
#include "common/digest.h"
#include "common/layout.h"
#include "report/report.h"

/* The digest of the first column of `sql`, one line per row. */
static bool digest_rows(struct report *report, const char *name, const char *sql, struct failure *failure)
{
	char text[DIGEST_TEXT_BYTES];
	struct digest *digest = digest_open("SHA256", failure);
	sqlite3_stmt *statement = digest ? database_prepare(report->database, sql, failure) : NULL;
	bool row = false;
	bool done = statement && database_step(report->database, statement, &row, failure);
	while (done && row) {
		const char *line = (const char *)sqlite3_column_text(statement, 0);
		done = (digest_add(digest, line ? line : "", line ? strlen(line) : 0) && digest_add(digest, "\n", 1))
			|| fail(failure, STATUS_SYSTEM, "%s", tr("the digest failed", "摘要计算失败"));
		done = done && database_step(report->database, statement, &row, failure);
	}
	sqlite3_finalize(statement);
	bool closed = digest_close(digest, text);
	if (done && !closed)
		done = fail(failure, STATUS_SYSTEM, "%s", tr("the digest failed", "摘要计算失败"));
	return done && values_set(&report->values, name, text, failure);
}

/* Adds "digest  folder/name" for each file of a folder of the program's data. */
static bool add_folder(struct report *report, struct digest *digest, const char *folder, const char *suffix,
	struct failure *failure)
{
	struct layout_names names = { 0 };
	char *path = layout_join(failure, report->home, folder);
	bool done = path && layout_names(&names, path, suffix, failure);
	for (unsigned long i = 0; done && i < names.count; i++) {
		char text[DIGEST_TEXT_BYTES];
		char *file = layout_join(failure, path, names.names[i]);
		done = file && digest_file("SHA256", file, text, failure);
		char *line = done ? print_text(failure, "%s  %s/%s\n", text, folder, names.names[i]) : NULL;
		done = line && digest_add(digest, line, strlen(line));
		free(line);
		free(file);
	}
	layout_names_free(&names);
	free(path);
	return done;
}

/* All SQL and page files that are data: with the program's version they are what
 * the outputs were made by. */
static bool digest_definitions(struct report *report, struct failure *failure)
{
	static const char *const folders[] = { "report/allocation", "report/data", "report/page", "report/published",
		"report/returns", "report/review", "transform/counts", "transform/measures", "validate/outcome",
		"validate/rules", NULL };
	char text[DIGEST_TEXT_BYTES] = "";
	struct digest *digest = digest_open("SHA256", failure);
	bool done = digest != NULL;
	for (int i = 0; done && folders[i]; i++)
		done = add_folder(report, digest, folders[i], ".sql", failure);
	for (int i = 0; done && i < 2; i++)
		done = add_folder(report, digest, "report/page", i ? ".js" : ".css", failure);
	bool closed = digest_close(digest, text);
	if (done && !closed)
		done = fail(failure, STATUS_SYSTEM, "%s", tr("the digest failed", "摘要计算失败"));
	return done && values_set(&report->values, "definitions_sha256", text, failure);
}

static bool load_batch(struct report *report, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(report->database,
		"SELECT id AS batch, year, number, document, title AS notice_title, notice_sha256, as_of AS as_of_day FROM batch",
		failure);
	bool row = false;
	bool done = statement && database_step(report->database, statement, &row, failure);
	if (done && !row)
		done = fail(failure, STATUS_BATCH, "%s", tr("batch.db holds no batch", "batch.db 中没有批次"));
	done = done && values_set_row(&report->values, statement, failure);
	if (done) {
		char day[CALENDAR_DAY_BYTES];
		report->as_of = sqlite3_column_int64(statement, 6);
		calendar_day_text(report->as_of, day);
		done = values_set(&report->values, "as_of", day, failure);
	}
	sqlite3_finalize(statement);
	return done;
}

bool provenance_load(struct report *report, struct failure *failure)
{
	return load_batch(report, failure)
		&& digest_rows(report, "inputs_sha256",
			"SELECT sha256 || '  ' || file FROM source GROUP BY file, sha256 ORDER BY file, sha256", failure)
		&& digest_rows(report, "rules_sha256",
			"SELECT coalesce(sha256, '') || '  ' || rule FROM rule GROUP BY rule, sha256 ORDER BY rule, sha256", failure)
		&& digest_definitions(report, failure)
		&& values_set(&report->values, "program", "onex " ONEX_VERSION, failure);
}
