#include "transform/stage.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/layout.h"
#include "transform/count.h"
#include "transform/crosscheck.h"
#include "transform/scenario.h"
#include "transform/views.h"

static bool is_validated(struct database *database, struct failure *failure)
{
	sqlite3_int64 missing;
	if (!database_number(database, "SELECT EXISTS(SELECT 1 FROM application) AND NOT EXISTS(SELECT 1 FROM outcome)",
		&missing, failure))
		return false;
	return !missing
		|| fail(failure, STATUS_BATCH, "%s", tr("the applications have not been judged: run onex-validate first",
			"申报还没有核查结论：请先运行 onex-validate"));
}

/* One line for each run that was refused; NULL where none was. */
static bool read_refusals(struct database *database, char **lines, struct failure *failure)
{
	sqlite3_stmt *row = database_prepare(database, "SELECT group_concat(run || ': ' || refused, char(10)) FROM"
		" (SELECT run, refused FROM scenario_run WHERE refused IS NOT NULL ORDER BY position)", failure);
	bool more;
	bool done = row && database_step(database, row, &more, failure);
	if (done && more && sqlite3_column_type(row, 0) == SQLITE_TEXT) {
		*lines = copy_text(failure, (const char *)sqlite3_column_text(row, 0));
		done = *lines != NULL;
	}
	sqlite3_finalize(row);
	return done;
}

static bool tell(const struct database *database, const char *verb)
{
	progress_begin(database->progress, verb, 0, 0, NULL);
	return true;
}

static bool fill(struct database *database, const char *path, const char *home, struct transformed *result, struct failure *failure)
{
	char first[CROSSCHECK_TEXT_BYTES];
	int differing = 0;
	struct span span;
	profile_begin(database->profile, &span);
	bool done = is_validated(database, failure)
		&& views_make(database, path, home, failure)
		&& database_run(database, "BEGIN", failure)
		&& tell(database, tr("counting by school and certificate", "分项汇总")) && counts_make(database, home, failure)
		&& tell(database, tr("allocating", "测算资金")) && scenarios_run(database, home, &result->runs, &result->refused, failure);
	profile_end(database->profile, &span, "part", "views, counts and scenarios", 0, 0);
	profile_begin(database->profile, &span);
	done = done && tell(database, tr("checking totals", "核对总数")) && crosschecks_make(database, home, &differing, first, failure)
		&& database_run(database, "COMMIT", failure);
	profile_end(database->profile, &span, "part", "crosschecks", 0, 0);
	sqlite3_int64 checks = 0, applications = 0;
	done = done && database_number(database, "SELECT COUNT(*) FROM crosscheck", &checks, failure)
		&& database_number(database, "SELECT SUM(applications) FROM school_count", &applications, failure)
		&& read_refusals(database, &result->refusals, failure);
	result->checks = (int)checks;
	result->applications = applications;
	if (done && differing > 0)
		return fail(failure, STATUS_BUG, tr("%d totals disagree, first: %s", "对账有 %d 处不符，第一处：%s"), differing, first);
	return done;
}

bool transform_run(const char *home, const char *out, struct transformed *result, struct profile *profile,
	struct progress *progress, struct failure *failure)
{
	*result = (struct transformed){ 0 };
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* counting memory is a lock that threads wait for */
	char *path = layout_join(failure, out, "batch.db");
	struct database *database = path ? database_open(path, DATABASE_TRANSFORM, failure) : NULL;
	if (database) {
		database->profile = profile;
		database->progress = progress;
	}
	bool done = database && fill(database, path, home, result, failure);
	struct failure closing;
	if (!database_close(database, &closing) && done) {
		*failure = closing;
		done = false;
	}
	free(path);
	return done;
}
