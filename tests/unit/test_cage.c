/* What a rule may not do: each attempt is refused, and the refusal names the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/layout.h"
#include "validate/judge.h"

struct world {
	char folder[64], path[96];
	struct schema *schema;
	struct database *database;
	struct judge judge;
};

/* A batch.db with the contract's tables and 1,000 schools. */
static int make_world(void **state)
{
	static struct world world;
	struct failure failure = { .text = "" };
	strcpy(world.folder, "/tmp/onex-cage-XXXXXX");
	if (!mkdtemp(world.folder))
		return -1;
	snprintf(world.path, sizeof world.path, "%s/batch.db", world.folder);
	world.schema = schema_load(".", &failure);
	char *contract = layout_read(&failure, "schemas/batch.sql", 1 << 20, NULL);
	struct database *maker = world.schema && contract ? database_open(world.path, DATABASE_INGEST, &failure) : NULL;
	bool done = maker && database_run(maker, contract, &failure)
		&& database_run(maker, "CREATE TABLE school(id INTEGER PRIMARY KEY, source INTEGER, row INTEGER,"
			" school_code INTEGER, school_kind INTEGER);"
			"CREATE VIEW school_text AS SELECT id, printf('%010d', school_code) AS school_code FROM school;"
			"CREATE VIEW everything AS SELECT text FROM term;"
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
			" INSERT INTO school SELECT i, 1, i + 1, 4200000000 + i, i % 6 + 1 FROM n;"
			"INSERT INTO term(text, folded, folded_text) VALUES('x', 1, 'x')", &failure)
		&& database_close(maker, &failure);
	free(contract);
	world.database = done ? database_open(world.path, DATABASE_READ, &failure) : NULL;
	*state = &world;
	if (world.database && judge_open(&world.judge, world.database, world.schema, "2021-1", world.folder, &failure))
		return 0;
	print_error("%s\n", failure.text);
	return -1;
}

static int end_world(void **state)
{
	struct world *world = *state;
	struct failure failure;
	judge_close(&world->judge);
	bool closed = database_close(world->database, &failure);
	schema_free(world->schema);
	unlink(world->path);
	return closed && rmdir(world->folder) == 0 ? 0 : -1;
}

/* Runs `sql` as rule R98 that may read school, school_text and batch. Returns the
 * number of findings, -1 where it was refused. */
static int judge(struct world *world, const char *sql, struct failure *failure)
{
	char text[2048];
	snprintf(text, sizeof text, "-- rule: R98\n-- title: t\n-- clause: general\n-- subject: school\n"
		"-- reads: school school_text batch\n-- severity: note\n-- message: m\n%s", sql);
	*failure = (struct failure){ .status = STATUS_DONE, .text = "" };
	struct rule *rule = rule_read("R98-trial.sql", text, failure);
	assert_non_null(rule);
	struct spool_batch findings;
	int count = -1;
	if (judge_rule(&world->judge, rule, &findings, failure)) {
		struct spool_merge *merge = spool_merge_open(&findings, failure);
		const char *record;
		size_t length;
		for (count = 0; spool_merge_next(merge, &record, &length, failure) && record;)
			count++;
		spool_merge_close(merge);
	}
	spool_batch_free(&findings);
	rule_free(rule);
	return count;
}

static void refuse(struct world *world, const char *sql)
{
	struct failure failure;
	int count = judge(world, sql, &failure);
	if (count >= 0)
		print_error("not refused: %s\n", sql);
	assert_int_equal(count, -1);
	if (failure.status != STATUS_BATCH)
		print_error("%s: %s\n", sql, failure.text);
	assert_int_equal(failure.status, STATUS_BATCH);
	assert_non_null(strstr(failure.text, "R98-trial.sql"));
}

static void allows_reading(void **state)
{
	struct failure failure;
	assert_int_equal(judge(*state, "SELECT id FROM school WHERE school_kind = 3", &failure), 167);
	assert_int_equal(judge(*state, "SELECT id FROM school_text WHERE school_code = '4200000007';\n", &failure), 1);
	assert_int_equal(judge(*state, "WITH one AS (SELECT id FROM school WHERE id = 1)"
		" SELECT id FROM school WHERE EXISTS (SELECT 1 FROM one) AND (SELECT count(*) FROM one) = id", &failure), 1);
	assert_int_equal(judge(*state, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5)"
		" SELECT i AS id FROM n", &failure), 5);
}

static void refuses_writing(void **state)
{
	refuse(*state, "DELETE FROM school");
	refuse(*state, "INSERT INTO finding SELECT * FROM finding");
	refuse(*state, "UPDATE school SET school_kind = 1 RETURNING id");
	refuse(*state, "CREATE TABLE t(id)");
	refuse(*state, "CREATE TEMP TABLE t(id)");
	refuse(*state, "DROP TABLE school");
	refuse(*state, "BEGIN");
	refuse(*state, "COMMIT");
	refuse(*state, "VACUUM");
	refuse(*state, "ATTACH '/tmp/elsewhere.db' AS e");
	refuse(*state, "DETACH main");
	refuse(*state, "PRAGMA user_version");
	refuse(*state, "PRAGMA writable_schema = 1");
	refuse(*state, "SELECT id FROM school; DELETE FROM school");
	refuse(*state, "SELECT id FROM school; SELECT id FROM school");
}

static void refuses_unlisted_tables(void **state)
{
	refuse(*state, "SELECT id FROM term");
	refuse(*state, "SELECT count(*) AS id FROM term");
	refuse(*state, "SELECT id FROM school WHERE EXISTS (SELECT 1 FROM term)");
	refuse(*state, "SELECT text AS id FROM everything");
	refuse(*state, "SELECT count(*) AS id FROM everything");
	refuse(*state, "SELECT rowid AS id FROM sqlite_schema");
	refuse(*state, "SELECT count(*) AS id FROM sqlite_master");
	refuse(*state, "SELECT cid AS id FROM pragma_table_info('school')");
	refuse(*state, "SELECT key AS id FROM json_each('[1]')");
}

static void refuses_chance_and_clock(void **state)
{
	static const char *const calls[] = { "random()", "RANDOM()", "randomblob(8)", "date('now')", "time('now')",
		"datetime('now')", "julianday('now')", "strftime('%s', 'now')", "unixepoch()", "current_date",
		"CURRENT_TIMESTAMP", "current_time", "date(0)", "load_extension('x')", "sqlite_version()",
		"last_insert_rowid()", "changes()", "zeroblob(9)", "nosuchfunction()" };
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		char sql[128];
		snprintf(sql, sizeof sql, "SELECT id FROM school WHERE %s IS NOT NULL", calls[i]);
		refuse(*state, sql);
	}
	refuse(*state, "SELECT id FROM school ORDER BY random()");
}

static void stops_what_does_not_end(void **state)
{
	struct world *world = *state;
	struct failure failure;
	world->judge.budget = 2000;
	int count = judge(world, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
		" SELECT max(i) AS id FROM n", &failure);
	assert_int_equal(count, -1);
	assert_int_equal(failure.status, STATUS_BATCH);
	assert_string_equal(failure.text, "R98-trial.sql does not end: stopped");
	/* the connection is sound afterwards, and the next rule has its own budget */
	assert_int_equal(judge(world, "SELECT id FROM school WHERE id = 1", &failure), 1);
}

static void refuses_wrong_answers(void **state)
{
	refuse(*state, "SELECT school_code FROM school");
	refuse(*state, "SELECT id, 'b' AS rule_case FROM school");
	refuse(*state, "SELECT id, 'nowhere' AS dataset FROM school");
	refuse(*state, "SELECT id, 'nofield' AS field FROM school");
	refuse(*state, "SELECT id + 100000 AS id FROM school");
	refuse(*state, "SELECT nosuchcolumn AS id FROM school");
	refuse(*state, "SELEC id FROM school");
}

int main(void)
{
	setenv("LC_ALL", "C", 1);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allows_reading), cmocka_unit_test(refuses_writing),
		cmocka_unit_test(refuses_unlisted_tables), cmocka_unit_test(refuses_chance_and_clock),
		cmocka_unit_test(stops_what_does_not_end), cmocka_unit_test(refuses_wrong_answers),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_world, end_world);
}
