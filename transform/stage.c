#include "transform/stage.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/layout.h"
#include "transform/count.h"
#include "transform/crosscheck.h"
#include "transform/scenario.h"

static struct database *open_batch(const char *out, struct failure *failure)
{
	struct database *database = NULL;
	char *path = layout_join(failure, out, "batch.db");
	if (path && access(path, F_OK) != 0 && errno == ENOENT)
		fail(failure, STATUS_BATCH, tr("there is no %s: run onex-ingest first", "没有 %s：请先运行 onex-ingest"), path);
	else if (path)
		database = database_open(path, DATABASE_TRANSFORM, failure);
	free(path);
	return database;
}

static bool is_validated(struct database *database, int64_t *applications, struct failure *failure)
{
	sqlite3_int64 count, judged;
	if (!database_number(database, "SELECT COUNT(*) FROM application", &count, failure)
		|| !database_number(database, "SELECT COUNT(*) FROM (SELECT 1 FROM outcome LIMIT 1)", &judged, failure))
		return false;
	*applications = count;
	return count == 0 || judged > 0
		|| fail(failure, STATUS_BATCH, "%s", tr("the applications have not been judged: run onex-validate first",
			"申报还没有核查结论：请先运行 onex-validate"));
}

static bool fill(struct database *database, const char *home, struct transformed *result, struct failure *failure)
{
	char first[CROSSCHECK_TEXT_BYTES];
	int differing = 0;
	bool done = is_validated(database, &result->applications, failure)
		&& database_run(database, "BEGIN", failure)
		&& views_make(database, home, failure)
		&& counts_make(database, home, failure)
		&& scenarios_run(database, home, &result->runs, &result->refused, failure)
		&& crosschecks_make(database, home, &differing, first, failure)
		&& database_run(database, "COMMIT", failure);
	sqlite3_int64 checks = 0;
	done = done && database_number(database, "SELECT COUNT(*) FROM crosscheck", &checks, failure);
	result->checks = (int)checks;
	if (done && differing > 0)
		return fail(failure, STATUS_BUG, tr("%d totals disagree, first: %s", "对账有 %d 处不符，第一处：%s"), differing, first);
	return done;
}

bool transform_run(const char *home, const char *out, struct transformed *result, struct failure *failure)
{
	*result = (struct transformed){ 0 };
	struct database *database = open_batch(out, failure);
	if (!database)
		return false;
	bool done = fill(database, home, result, failure);
	struct failure closing;
	if (!database_close(database, &closing) && done) {
		*failure = closing;
		done = false;
	}
	return done;
}
