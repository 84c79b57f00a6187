/* Tables built page by page beside SQLite are what SQLite itself would have made of the same
 * rows: it reads them back, finds them whole and goes on writing in them. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/sqlite_format.h"
#include "common/spool.h"
#include "ingest/payload.h"
#include "ingest/sortkey.h"
#include "ingest/tree.h"

#include <cmocka.h> /* last: it has a macro fail */

enum { COLUMNS = 6, TABLES = 3, LONGEST = 300000 };

static char folder[] = "/tmp/onex-pages-XXXXXX";
static char path[sizeof folder + 8];
static char *long_text;

/* ---- rows */

static uint64_t turn(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

static void set_integer(struct value *value, int64_t integer)
{
	*value = (struct value){ .state = VALUE_INTEGER, .integer = integer };
}

/* Every width of an integer with its edges, NULLs, texts; now and then a long text. */
static void make_row(uint64_t *seed, int64_t id, size_t longest, struct value columns[COLUMNS])
{
	set_integer(&columns[0], id);
	for (int i = 1; i < COLUMNS; i++) {
		struct value *value = &columns[i];
		uint64_t kind = turn(seed) % 9;
		int64_t edge = (int64_t)(UINT64_C(1) << turn(seed) % 64);
		if (kind == 0) {
			value->state = turn(seed) % 2 ? VALUE_EMPTY : VALUE_UNKNOWN;
		} else if (kind == 1) {
			set_integer(value, (int64_t)(turn(seed) % 5) - 2);
		} else if (kind == 2) {
			set_integer(value, edge);
		} else if (kind == 3) {
			set_integer(value, ~edge);
		} else if (kind == 4) {
			set_integer(value, edge > INT64_MIN ? -edge : 0);
		} else {
			size_t most = turn(seed) % 50 == 0 ? longest : turn(seed) % 10 == 0 ? 90 : 20;
			*value = (struct value){ .state = VALUE_TEXT, .text = long_text, .length = (uint32_t)(turn(seed) % (most + 1)) };
		}
	}
}

static void insert_row(sqlite3_stmt *insert, const struct value columns[COLUMNS])
{
	for (int i = 0; i < COLUMNS; i++)
		if (columns[i].state == VALUE_INTEGER)
			sqlite3_bind_int64(insert, i + 1, columns[i].integer);
		else if (columns[i].state == VALUE_TEXT)
			sqlite3_bind_text(insert, i + 1, columns[i].text, (int)columns[i].length, SQLITE_STATIC);
		else
			sqlite3_bind_null(insert, i + 1);
	assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
	sqlite3_reset(insert);
}

/* ---- databases: tables t0, t1, t2 and their indexes are built, s0, s1, s2 are SQLite's */

static const int indexed[] = { 2, 1, 3, 0 };
enum { INDEXED = 4 };

struct world {
	struct database *database;
	struct pages *pages;
	struct tree *trees[TABLES];
	struct spool *spools[TABLES];
	struct bytes key;
	struct payload payload;
	struct failure failure;
};

static void run(struct world *world, const char *sql)
{
	if (!database_run(world->database, sql, &world->failure))
		fail_msg("%s", world->failure.text);
}

static sqlite3_int64 number(struct world *world, const char *sql)
{
	sqlite3_int64 result;
	if (!database_number(world->database, sql, &result, &world->failure))
		fail_msg("%s", world->failure.text);
	return result;
}

static void open_database(struct world *world, int page_size, int reserved)
{
	char sql[64];
	*world = (struct world){ .database = NULL };
	unlink(path);
	world->database = database_open(path, DATABASE_INGEST, &world->failure);
	assert_non_null(world->database);
	snprintf(sql, sizeof sql, "PRAGMA page_size = %d", page_size);
	run(world, sql);
	sqlite3_file_control(world->database->handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
}

static void open_trees(struct world *world)
{
	char sql[256];
	run(world, "BEGIN");
	for (int i = 0; i < TABLES; i++) {
		snprintf(sql, sizeof sql, "CREATE TABLE t%d(id INTEGER PRIMARY KEY, a, b, c, d, e,"
			" f INTEGER AS (a & 1) VIRTUAL); CREATE TABLE s%d(id INTEGER PRIMARY KEY, a, b, c, d, e);"
			" CREATE INDEX i%d ON t%d(b, a, c)", i, i, i, i);
		run(world, sql);
	}
	world->pages = pages_open(world->database, &world->failure);
	assert_non_null(world->pages);
	for (int i = 0; i < TABLES; i++) {
		snprintf(sql, sizeof sql, "SELECT rootpage FROM sqlite_schema WHERE name = 't%d'", i);
		world->trees[i] = tree_open(world->pages, (uint32_t)number(world, sql), &world->failure);
		world->spools[i] = spool_open(folder, &world->failure);
		assert_non_null(world->trees[i]);
		assert_non_null(world->spools[i]);
	}
}

static bool add_row(struct world *world, int table, struct value columns[COLUMNS])
{
	world->key.used = 0;
	for (int i = 0; i < INDEXED; i++)
		if (!sortkey_add(&world->key, &columns[indexed[i]], &world->failure))
			return false;
	if (!spool_add(world->spools[table], &world->key, &world->failure))
		return false;
	columns[0].state = VALUE_EMPTY; /* it stands beside the row */
	return payload_write(&world->payload, columns, COLUMNS, &world->failure)
		&& tree_add(world->trees[table], columns[0].integer, world->payload.bytes, world->payload.length,
			&world->failure);
}

static bool finish_index(struct world *world, int table)
{
	char sql[80];
	const char *key;
	size_t length;
	struct value values[INDEXED];
	struct spool_batch batch;
	snprintf(sql, sizeof sql, "SELECT rootpage FROM sqlite_schema WHERE name = 'i%d'", table);
	struct tree *tree = tree_open_index(world->pages, (uint32_t)number(world, sql), &world->failure);
	bool done = spool_take(world->spools[table], &batch, &world->failure);
	struct spool_merge *merge = spool_merge_open(&batch, &world->failure);
	assert_non_null(tree);
	assert_non_null(merge);
	while (done && (done = spool_merge_next(merge, &key, &length, &world->failure)) && key)
		done = sortkey_read(key, values, INDEXED, &world->key, &world->failure)
			&& payload_write(&world->payload, values, INDEXED, &world->failure)
			&& tree_add(tree, 0, world->payload.bytes, world->payload.length, &world->failure);
	done = done && tree_finish(tree, &world->failure);
	spool_merge_close(merge);
	spool_batch_free(&batch);
	tree_close(tree);
	return done;
}

static bool finish(struct world *world)
{
	bool done = true;
	for (int i = 0; done && i < TABLES; i++)
		done = tree_finish(world->trees[i], &world->failure) && finish_index(world, i);
	return done && pages_finish(world->pages, &world->failure);
}

static void close_world(struct world *world)
{
	for (int i = 0; i < TABLES; i++) {
		tree_close(world->trees[i]);
		spool_close(world->spools[i]);
	}
	tree_close(NULL);
	bytes_free(&world->key);
	pages_close(world->pages);
	pages_close(NULL);
	free(world->payload.buffer);
	if (world->database)
		database_close(world->database, &world->failure);
}

static void assert_whole(struct world *world)
{
	assert_int_equal(number(world, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
}

/* The same rows, value and type, in the same order. */
static void assert_same(struct world *world)
{
	static const char each[] = "SELECT id, a, typeof(a), b, typeof(b), c, typeof(c), d, typeof(d), e, typeof(e)";
	char sql[600];
	for (int i = 0; i < TABLES; i++) {
		snprintf(sql, sizeof sql, "SELECT (SELECT count(*) FROM t%d) <> (SELECT count(*) FROM s%d)", i, i);
		assert_int_equal(number(world, sql), 0);
		snprintf(sql, sizeof sql, "SELECT count(*) FROM (%s FROM t%d EXCEPT %s FROM s%d)", each, i, each, i);
		assert_int_equal(number(world, sql), 0);
		snprintf(sql, sizeof sql, "SELECT count(*) FROM s%d s WHERE (SELECT t.id FROM t%d t WHERE t.id = s.id) IS NULL", i, i);
		assert_int_equal(number(world, sql), 0);
		/* every row is found by the index, and those alone */
		snprintf(sql, sizeof sql, "SELECT count(*) FROM s%d s WHERE s.b IS NOT NULL AND NOT EXISTS(SELECT 1 FROM t%d t"
			" INDEXED BY i%d WHERE t.b = s.b AND t.a IS s.a AND t.c IS s.c AND t.id = s.id)", i, i, i);
		assert_int_equal(number(world, sql), 0);
	}
}

/* ---- tests */

/* Keys of values in the order that SQLite sorts them in come in that order, and are read back. */
static void test_sortkey(void **state)
{
	(void)state;
	static const int64_t numbers[] = { INT64_MIN, INT64_MIN + 1, -4294967297, -65537, -65536, -257, -256, -255, -2, -1,
		0, 1, 2, 127, 128, 255, 256, 65535, 65536, 4294967296, INT64_MAX - 1, INT64_MAX };
	static const struct { const char *text; uint32_t length; } texts[] = { { "", 0 }, { "\0", 1 }, { "\0\0", 2 },
		{ "\0\1", 2 }, { "\1", 1 }, { "a", 1 }, { "a\0", 2 }, { "a\0b", 3 }, { "a\1", 2 }, { "ab", 2 }, { "b", 1 },
		{ "\xE6\xB1\x89", 3 } };
	enum { NUMBERS = sizeof numbers / sizeof *numbers, ALL = 1 + NUMBERS + sizeof texts / sizeof *texts };
	struct bytes keys[ALL] = { { 0 } };
	struct bytes read = { 0 };
	struct failure failure;
	for (int i = 0; i < ALL; i++) {
		struct value value = { .state = VALUE_UNKNOWN };
		struct value back[2];
		if (i > NUMBERS)
			value = (struct value){ .state = VALUE_TEXT, .text = texts[i - 1 - NUMBERS].text,
				.length = texts[i - 1 - NUMBERS].length };
		else if (i > 0)
			set_integer(&value, numbers[i - 1]);
		assert_true(sortkey_add(&keys[i], &value, &failure) && sortkey_add(&keys[i], &value, &failure));
		assert_true(sortkey_read(keys[i].at, back, 2, &read, &failure));
		assert_int_equal(back[1].state, i == 0 ? VALUE_EMPTY : value.state);
		if (value.state == VALUE_INTEGER)
			assert_true(back[1].integer == value.integer);
		if (value.state == VALUE_TEXT)
			assert_int_equal(back[1].length, value.length);
		if (value.state == VALUE_TEXT && value.length)
			assert_memory_equal(back[1].text, value.text, value.length);
		size_t least = i == 0 ? 0 : keys[i].used < keys[i - 1].used ? keys[i].used : keys[i - 1].used;
		if (i > 0)
			assert_true(memcmp(keys[i - 1].at, keys[i].at, least) < 0);
	}
	for (int i = 0; i < ALL; i++)
		bytes_free(&keys[i]);
	bytes_free(&read);
}

/* Rows go round the tables, SQLite inserting them too: its pages and ours alternate. */
static void build(int page_size, int reserved, const int64_t counts[TABLES], int64_t step, size_t longest)
{
	struct world world;
	struct value columns[COLUMNS];
	sqlite3_stmt *inserts[TABLES];
	uint64_t seed = (uint64_t)page_size + (uint64_t)counts[0];
	open_database(&world, page_size, reserved);
	open_trees(&world);
	assert_int_equal(pages_size(world.pages), page_size);
	assert_int_equal(pages_usable(world.pages), page_size - reserved);
	for (int i = 0; i < TABLES; i++) {
		char sql[64];
		snprintf(sql, sizeof sql, "INSERT INTO s%d VALUES(?,?,?,?,?,?)", i);
		inserts[i] = database_prepare(world.database, sql, &world.failure);
		assert_non_null(inserts[i]);
	}
	for (int64_t n = 0; n < counts[0] || n < counts[1] || n < counts[2]; n++)
		for (int i = 0; i < TABLES; i++)
			if (n < counts[i]) {
				make_row(&seed, 1 + n * step, longest, columns);
				insert_row(inserts[i], columns);
				if (!add_row(&world, i, columns))
					fail_msg("%s", world.failure.text);
			}
	if (!finish(&world))
		fail_msg("%s", world.failure.text);
	for (int i = 0; i < TABLES; i++)
		sqlite3_finalize(inserts[i]);
	assert_same(&world);
	assert_whole(&world);
	/* SQLite goes on in the same transaction */
	run(&world, "DELETE FROM t0 WHERE id % 3 = 0; INSERT INTO t1 SELECT NULL, 1, 'x', 'y', 2, 3 FROM s0;"
		"CREATE INDEX t0_a ON t0(b); UPDATE t2 SET b = b || b; COMMIT");
	assert_whole(&world);
	close_world(&world);
}

static void test_counts(void **state)
{
	(void)state;
	static const int sizes[] = { 512, 4096, 16384, 65536 };
	for (int i = 0; i < 4; i++) {
		build(sizes[i], 0, (const int64_t[TABLES]){ 0, 1, 2 }, 1, 100);
		build(sizes[i], 0, (const int64_t[TABLES]){ 20, 300, 0 }, 1, 100);
		build(sizes[i], 0, (const int64_t[TABLES]){ 20000, 700, 5 }, 1, 100);
		build(sizes[i], 0, (const int64_t[TABLES]){ 2000, 1, 1000 }, 1000003, 100);
		build(sizes[i], 0, (const int64_t[TABLES]){ 8000, 100, 10 }, INT64_C(1) << 50, 100);
	}
}

/* Rows longer than pages, some by far, and pages of which SQLite has not every byte. */
static void test_long(void **state)
{
	(void)state;
	build(512, 0, (const int64_t[TABLES]){ 900, 30, 3 }, 1, 9000);
	build(4096, 32, (const int64_t[TABLES]){ 900, 30, 3 }, 1, 40000);
	build(16384, 255, (const int64_t[TABLES]){ 300, 30, 1 }, 7, LONGEST);
	build(65536, 1, (const int64_t[TABLES]){ 300, 30, 1 }, 1, LONGEST);
}

/* Every length of payload about the bound up to which a row is kept in one piece, and
 * about those at which the rest fills its pages. */
static void test_bounds(void **state)
{
	(void)state;
	struct world world;
	struct value columns[COLUMNS] = { { .state = VALUE_EMPTY } };
	open_database(&world, 1024, 0);
	open_trees(&world);
	sqlite3_stmt *insert = database_prepare(world.database, "INSERT INTO s0 VALUES(?,?,?,?,?,?)", &world.failure);
	assert_non_null(insert);
	for (uint32_t length = 0; length < 4200; length++) {
		set_integer(&columns[0], length + 1);
		columns[2] = (struct value){ .state = VALUE_TEXT, .text = long_text, .length = length };
		insert_row(insert, columns);
		assert_true(add_row(&world, 0, columns));
	}
	sqlite3_finalize(insert);
	assert_true(finish(&world));
	assert_same(&world);
	assert_whole(&world);
	/* SQLite fills pages alike when rows are appended */
	assert_int_equal(number(&world, "SELECT (SELECT sum(payload) FROM dbstat WHERE name = 't0')"
		" = (SELECT sum(payload) FROM dbstat WHERE name = 's0')"), 1);
	assert_true(number(&world, "SELECT (SELECT count(*) FROM dbstat WHERE name = 't0')"
		" <= (SELECT count(*) FROM dbstat WHERE name = 's0')"));
	close_world(&world);
}

/* ---- the page at 1 GiB */

/* Makes the file end a few pages before that page: all between are free ones, and a hole. */
static void lengthen(uint32_t size, uint32_t count)
{
	unsigned char header[FORMAT_HEADER_BYTES];
	unsigned char *trunk = calloc(1, size);
	assert_non_null(trunk);
	FILE *file = fopen(path, "r+b");
	assert_non_null(file);
	assert_int_equal(fread(header, 1, sizeof header, file), sizeof header);
	uint32_t first = format_take_32(header + FORMAT_PAGE_COUNT) + 1;
	format_put_32(trunk + 4, count - first);
	assert_true(count - first <= size / 4 - 2);
	for (uint32_t i = 0; i < count - first; i++)
		format_put_32(trunk + 8 + 4 * i, first + 1 + i);
	format_put_32(header + FORMAT_PAGE_COUNT, count);
	format_put_32(header + FORMAT_FREE_TRUNK, first);
	format_put_32(header + FORMAT_FREE_COUNT, count - first + 1);
	rewind(file);
	assert_int_equal(fwrite(header, 1, sizeof header, file), sizeof header);
	assert_int_equal(fseeko(file, (off_t)(first - 1) * size, SEEK_SET), 0);
	assert_int_equal(fwrite(trunk, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(truncate(path, (off_t)count * size), 0);
	free(trunk);
}

/* The last extent ends about that page in turn. */
static void cross(uint32_t before, int64_t rows)
{
	enum { SIZE = 65536 };
	struct world world;
	struct value columns[COLUMNS] = { { .state = VALUE_EMPTY } };
	open_database(&world, SIZE, 0);
	run(&world, "CREATE TABLE x(a)");
	lengthen(SIZE, FORMAT_LOCK_BYTE / SIZE - before);
	open_trees(&world);
	for (int64_t i = 1; i <= rows; i++) {
		set_integer(&columns[0], i);
		columns[3] = (struct value){ .state = VALUE_TEXT, .text = long_text, .length = 40000 };
		assert_true(add_row(&world, 1, columns));
	}
	assert_true(finish(&world));
	assert_int_equal(number(&world, "SELECT sum(id) FROM t1"), rows * (rows + 1) / 2);
	assert_int_equal(number(&world, "SELECT count(*) FROM t1 WHERE length(CAST(c AS BLOB)) = 40000"), rows);
	assert_whole(&world);
	run(&world, "INSERT INTO x SELECT randomblob(200000) FROM t1; COMMIT");
	assert_whole(&world);
	close_world(&world);
}

static void test_lock_page(void **state)
{
	(void)state;
	for (uint32_t before = 0; before < 10; before++) {
		cross(before, 4);
		cross(before, 30);
	}
}

/* ---- what goes wrong */

/* A file that may not grow further: each size ends in a failure or in a whole table. */
static void test_no_room(void **state)
{
	(void)state;
	struct rlimit usual, low;
	struct value columns[COLUMNS];
	int refused = 0;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
	signal(SIGXFSZ, SIG_IGN);
	for (rlim_t room = 1; room < 400; room += 13) {
		struct world world;
		uint64_t seed = 1;
		open_database(&world, 4096, 0);
		open_trees(&world);
		low = (struct rlimit){ room * 4096, usual.rlim_max };
		setrlimit(RLIMIT_FSIZE, &low);
		bool done = true;
		for (int64_t i = 1; done && i <= 5000; i++) {
			make_row(&seed, i, 100, columns);
			done = add_row(&world, (int)(i % TABLES), columns);
		}
		done = done && finish(&world);
		setrlimit(RLIMIT_FSIZE, &usual);
		if (done) {
			assert_whole(&world);
		} else {
			assert_int_equal(world.failure.status, STATUS_SYSTEM);
			assert_true(strlen(world.failure.text) > 10);
			refused++;
		}
		close_world(&world);
	}
	assert_in_range(refused, 1, 400);
	signal(SIGXFSZ, SIG_DFL);
}

static int set_up(void **state)
{
	(void)state;
	long_text = malloc(LONGEST);
	if (!long_text || !mkdtemp(folder))
		return 1;
	for (int i = 0; i < LONGEST; i++)
		long_text[i] = (char)(i % 97 == 96 ? 0 : i % 89 == 88 ? 1 : '0' + i % 71);
	snprintf(path, sizeof path, "%s/db", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(long_text);
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sortkey),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_lock_page),
		cmocka_unit_test(test_no_room),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
