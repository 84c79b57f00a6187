/* GROUP BY by hashing against SQLite's own, over random rows with NULLs; in one part and
 * merged from two. */
#include "transform/tally.h" /* before cmocka.h, which has a macro fail() */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 4, ROWS = 6000 };

static const char select_text[] =
	"-- view: t\n-- a comment, SELECT nothing\n"
	"SELECT a, b, COUNT(*) AS n, SUM(c) AS s, MIN(c) AS least, COUNT(DISTINCT d) AS kinds,\n"
	"  COUNT(*) FILTER (WHERE a = 2) AS twos, SUM(c) FILTER (WHERE a = 1 AND d = 7) AS few -- the last\n"
	"FROM r GROUP BY a, b;\n";

static uint64_t next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

struct rows {
	int64_t values[ROWS * COLUMNS];
	uint64_t nulls[ROWS];
};

static void invent(struct rows *rows, uint64_t seed, int spread)
{
	uint64_t state = seed;
	for (int r = 0; r < ROWS; r++) {
		rows->nulls[r] = next(&state) % 8 == 0 ? next(&state) % 16 : 0;
		for (int c = 0; c < COLUMNS; c++) {
			int64_t value = (int64_t)(next(&state) % (uint64_t)(c < 2 ? 5 : spread)) - (c == 2 ? 100 : 0);
			rows->values[r * COLUMNS + c] = rows->nulls[r] >> c & 1 ? 0 : value;
		}
	}
}

static void read_shape(struct shape *shape, const char *sql)
{
	char file[] = "t.sql", text[1024];
	snprintf(text, sizeof text, "%s", sql);
	struct policy policy = { .file = file, .sql = text };
	struct failure failure;
	assert_true(shape_read(shape, &policy, &failure));
}

/* a, b, c, d are columns 0 to 3. */
static void open_tally(struct tally *tally, const struct shape *shape)
{
	struct failure failure;
	assert_true(tally_open(tally, shape, "t.sql", &failure));
	for (int i = 0; i < shape->count; i++) {
		tally->places[i] = *shape->items[i].column ? shape->items[i].column[0] - 'a' : 0;
		for (int f = 0; f < shape->items[i].filter_count; f++)
			tally->filters[i][f] = shape->items[i].filters[f].column[0] - 'a';
	}
}

static void add(struct tally *tally, const struct rows *rows, int from, int to)
{
	struct failure failure;
	for (int r = from; r < to; r += TALLY_ROWS) {
		int64_t values[TALLY_ROWS * COLUMNS];
		struct tally_rows part = { .count = to - r < TALLY_ROWS ? to - r : TALLY_ROWS, .values = values,
			.nulls = rows->nulls + r };
		for (int k = 0; k < part.count; k++)
			for (int c = 0; c < COLUMNS; c++)
				values[c * TALLY_ROWS + k] = rows->values[(r + k) * COLUMNS + c];
		assert_true(tally_add(tally, &part, &failure));
	}
}

static sqlite3 *store(const struct rows *rows)
{
	sqlite3 *database;
	sqlite3_stmt *insert;
	assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, "CREATE TABLE r(a, b, c, d); BEGIN", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(database, "INSERT INTO r VALUES(?, ?, ?, ?)", -1, &insert, NULL), SQLITE_OK);
	for (int r = 0; r < ROWS; r++) {
		for (int c = 0; c < COLUMNS; c++)
			if (rows->nulls[r] >> c & 1)
				sqlite3_bind_null(insert, c + 1);
			else
				sqlite3_bind_int64(insert, c + 1, rows->values[r * COLUMNS + c]);
		assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
	return database;
}

/* SQLite's groups come in the order of their keys, NULL first, as a finished tally's. */
static void compare(const struct tally *tally, sqlite3 *database)
{
	sqlite3_stmt *row;
	char sql[1100];
	snprintf(sql, sizeof sql, "SELECT * FROM (%.*s) ORDER BY a, b", (int)(strlen(select_text) - 2), select_text);
	assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &row, NULL), SQLITE_OK);
	uint32_t group = 0;
	for (; sqlite3_step(row) == SQLITE_ROW; group++) {
		assert_true(group < tally->count);
		for (int i = 0; i < tally->shape->count; i++) {
			int64_t value = 0;
			bool is_null = !tally_value(tally, group, i, &value);
			assert_int_equal(is_null, sqlite3_column_type(row, i) == SQLITE_NULL);
			if (!is_null)
				assert_int_equal(value, sqlite3_column_int64(row, i));
		}
	}
	assert_int_equal(group, tally->count);
	sqlite3_finalize(row);
}

static void check(int spread)
{
	static struct rows rows;
	struct shape shape;
	struct tally whole, first, second;
	struct failure failure;
	invent(&rows, 2021 + (uint64_t)spread, spread);
	read_shape(&shape, select_text);
	assert_int_equal(shape.count, 8);
	sqlite3 *database = store(&rows);
	open_tally(&whole, &shape);
	add(&whole, &rows, 0, ROWS);
	assert_true(tally_finish(&whole, &failure));
	compare(&whole, database);
	open_tally(&first, &shape);
	open_tally(&second, &shape);
	add(&first, &rows, 0, ROWS / 3);
	add(&second, &rows, ROWS / 3, ROWS);
	assert_true(tally_merge(&first, &second, &failure) && tally_finish(&first, &failure));
	compare(&first, database);
	tally_close(&whole);
	tally_close(&first);
	tally_close(&second);
	sqlite3_close(database);
}

static void test_dense(void **context)
{
	(void)context;
	check(10);
}

static void test_sparse(void **context)
{
	(void)context;
	check(100000);
}

static void test_many_groups(void **context)
{
	(void)context;
	static struct rows rows;
	struct shape shape;
	struct tally tally;
	struct failure failure;
	read_shape(&shape, "SELECT c, COUNT(*) AS n, COUNT(DISTINCT d) AS kinds FROM r GROUP BY c");
	for (int r = 0; r < ROWS; r++) {
		rows.values[r * COLUMNS + 2] = r * INT64_C(1000003);
		rows.values[r * COLUMNS + 3] = r / 2;
		rows.nulls[r] = 0;
	}
	open_tally(&tally, &shape);
	add(&tally, &rows, 0, ROWS);
	assert_true(tally_finish(&tally, &failure));
	assert_int_equal(tally.count, ROWS);
	for (uint32_t g = 0; g < tally.count; g++) {
		int64_t key, n, kinds;
		assert_true(tally_value(&tally, g, 0, &key) && tally_value(&tally, g, 1, &n) && tally_value(&tally, g, 2, &kinds));
		assert_int_equal(key, g * INT64_C(1000003));
		assert_int_equal(n, 1);
		assert_int_equal(kinds, 1);
	}
	tally_close(&tally);
}

static void test_overflow(void **context)
{
	(void)context;
	struct shape shape;
	struct tally tally;
	struct failure failure;
	read_shape(&shape, "SELECT a, SUM(c) AS s FROM r GROUP BY a");
	open_tally(&tally, &shape);
	const int64_t values[TALLY_ROWS * COLUMNS] = { [0] = 1, [1] = 1, [2 * TALLY_ROWS] = INT64_MAX,
		[2 * TALLY_ROWS + 1] = 1 };
	const uint64_t nulls[2] = { 0, 0 };
	struct tally_rows rows = { .count = 2, .values = values, .nulls = nulls };
	assert_false(tally_add(&tally, &rows, &failure));
	assert_int_equal(failure.status, STATUS_BATCH);
	tally_close(&tally);
}

/* What is no tally is refused, not misread. */
static void test_other_shapes(void **context)
{
	(void)context;
	static const char *const others[] = { "", "SELECT", "SELECT a FROM r", "SELECT a FROM r GROUP BY b",
		"SELECT a, b FROM r GROUP BY a", "SELECT a FROM r GROUP BY a, b", "SELECT a FROM r WHERE a = 1 GROUP BY a",
		"SELECT a + 1 FROM r GROUP BY a", "SELECT a, SUM(c) FROM r GROUP BY a", "SELECT a, SUM(c + 1) AS s FROM r GROUP BY a",
		"SELECT a, MAX(c) AS s FROM r GROUP BY a", "SELECT a, COUNT(c) AS s FROM r GROUP BY a",
		"SELECT a, COUNT(DISTINCT c) FILTER (WHERE a = 1) AS s FROM r GROUP BY a",
		"SELECT a, SUM(c) FILTER (WHERE a > 1) AS s FROM r GROUP BY a", "SELECT a FROM r GROUP BY a LIMIT 1",
		"SELECT a FROM r, q GROUP BY a", "SELECT a FROM r GROUP BY a; SELECT 1", "SELECT a FROM main.r GROUP BY a",
		"SELECT a, SUM(c) FILTER (WHERE a = 1 AND b = 1 AND d = 1) AS s FROM r GROUP BY a" };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		char file[] = "t.sql", text[256];
		snprintf(text, sizeof text, "%s", others[i]);
		struct policy policy = { .file = file, .sql = text };
		struct shape shape;
		struct failure failure;
		assert_false(shape_read(&shape, &policy, &failure));
		assert_int_equal(failure.status, STATUS_BATCH);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dense),
		cmocka_unit_test(test_sparse),
		cmocka_unit_test(test_many_groups),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_other_shapes),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
