#include "ingest/ingest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/database.h"
#include "common/layout.h"
#include "common/memory.h"
#include "ingest/inbox.h"
#include "ingest/notice.h"
#include "ingest/settle.h"
#include "ingest/store.h"

enum { SCHEMA_LIMIT = 1 << 20 };

static bool create_tables(const char *home, struct database *database, struct failure *failure)
{
	char *path = layout_join(failure, home, "schemas/batch.sql");
	char *sql = path ? layout_read(failure, path, SCHEMA_LIMIT, NULL) : NULL;
	bool done = sql && database_run(database, sql, failure);
	free(path);
	free(sql);
	return done;
}

static bool sum_up(struct database *database, struct ingested *result, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database,
		"SELECT count(*), sum(accepted), sum(held), sum(rejected), (SELECT count(*) FROM ingest_finding) FROM source",
		failure);
	bool row = false;
	bool done = statement && database_step(database, statement, &row, failure);
	if (row)
		*result = (struct ingested) { sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
			sqlite3_column_int64(statement, 2), sqlite3_column_int64(statement, 3), sqlite3_column_int64(statement, 4) };
	sqlite3_finalize(statement);
	return done;
}

static bool has_applications(struct store *store, const struct schema *schema, struct failure *failure)
{
	const struct dataset *application = schema_dataset(schema, "application");
	if (application && store_part(store, (int)(application - schema->datasets))->count > 0)
		return true;
	return fail(failure, STATUS_BATCH, tr("the inbox holds no readable application (试点申报)",
		"收到的文件里没有一条可以读取的试点申报，批次无法处理"));
}

/* Everything between opening the database and closing it, in one transaction. */
static bool fill(const char *home, const char *batch, const char *out, struct inbox *inbox,
	struct database *database, struct ingested *result, struct failure *failure)
{
	struct store *store = NULL;
	struct table *table = NULL;
	struct schema *schema = schema_load(home, failure);
	char *notice = layout_join(failure, batch, "notice.xml");
	bool done = schema && notice && database_run(database, "BEGIN", failure)
		&& create_tables(home, database, failure) && notice_load(notice, home, database, failure)
		&& (store = store_open(database, schema, out, failure)) && (table = table_open(store, schema, failure))
		&& inbox_read(inbox, table, schema, database, failure) && store_drain(store, failure)
		&& has_applications(store, schema, failure)
		&& settle(store, failure) && sum_up(database, result, failure) && database_run(database, "COMMIT", failure);
	table_close(table);
	store_close(store);
	schema_free(schema);
	free(notice);
	return done;
}

static bool make_folder(const char *out, bool *made, struct failure *failure)
{
	*made = mkdir(out, 0777) == 0;
	return *made || errno == EEXIST || fail_system(failure, tr("cannot make %s", "无法建立 %s"), out);
}

static bool is_file(const char *path, const struct stat *known)
{
	struct stat info;
	return stat(path, &info) == 0 && info.st_ino == known->st_ino && info.st_dev == known->st_dev;
}

/* Takes the new file's place as batch.db, unless another run made it anew meanwhile. */
static bool put_in_place(const char *fresh, const char *final, const struct stat *known, struct failure *failure)
{
	if (!is_file(fresh, known))
		return fail(failure, STATUS_SYSTEM, tr("%s was replaced: another run is at work", "%s 已被替换：另有一次运行正在进行"),
			fresh);
	return rename(fresh, final) == 0 || fail_system(failure, tr("cannot rename %s", "无法改名 %s"), fresh);
}

bool ingest_batch(const char *home, const char *batch, const char *out, struct ingested *result,
	struct profile *profile, struct progress *progress, struct failure *failure)
{
	bool made = false;
	bool done = false;
	bool created = false;
	struct stat known;
	struct database *database = NULL;
	memory_watch();
	char *fresh = layout_join(failure, out, "batch.db.new");
	char *final = layout_join(failure, out, "batch.db");
	char *folder = layout_join(failure, batch, "inbox");
	struct inbox *inbox = fresh && final && folder ? inbox_open(folder, failure) : NULL;
	if (!inbox || !make_folder(out, &made, failure))
		goto out;
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* counting memory costs a lock at every turn */
	unlink(fresh); /* of a run that was killed */
	database = database_open(fresh, DATABASE_INGEST, failure);
	created = database != NULL;
	if (database) {
		database->profile = profile;
		database->progress = progress;
	}
	if (!database || stat(fresh, &known) != 0)
		goto out;
	done = fill(home, batch, out, inbox, database, result, failure);
	struct failure closing = { 0 };
	if (!database_close(database, done ? failure : &closing))
		done = false;
	done = done && memory_enough(final, failure) && put_in_place(fresh, final, &known, failure);
out:
	if (!done && memory_refused()) /* else a library's word for it, or none */
		memory_enough(final, failure);
	if (!done && created)
		unlink(fresh);
	if (!done && made)
		rmdir(out);
	inbox_close(inbox);
	free(fresh);
	free(final);
	free(folder);
	return done;
}
