/* The applications by column against the table itself: random rows with NULLs and the
 * extremes of 64 bits, every comparison with numbers, fractions, texts, blobs and NULL,
 * on either side, from literals and from columns of every affinity; joins, lists,
 * texts, look-ups. What main.thing gives, thing must give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/bytes.h"
#include "validate/column_table.h"

enum { ROWS = BLOCK_ROWS + 700, PAGE_SIZES = 3 };

struct state {
	char folder[64], path[96];
	struct database *database;
	struct columns *columns;
	struct column_table *table;
};

static char field_names[][8] = { "wide", "small", "middle", "note", "code", "never", "late" };
static struct field fields[] = { { .name = field_names[0] }, { .name = field_names[1] }, { .name = field_names[2] },
	{ .name = field_names[3] }, { .name = field_names[4] }, { .name = field_names[5] }, { .name = field_names[6] } };
static char dataset_name[] = "thing";
static const struct dataset dataset = { .id = 1, .name = dataset_name, .fields = fields, .field_count = 7 };

enum { SMALL = 3, NOTE = 5, LATE = 8 }; /* columns, from 0 */
static const uint64_t all = UINT64_MAX, some = 1 << SMALL | 1 << LATE;

static const char make_table[] =
	"CREATE TABLE thing(id INTEGER PRIMARY KEY, unknown INTEGER NOT NULL, wide INTEGER, small INTEGER,"
	" middle INTEGER, note TEXT, code INTEGER, never INTEGER, late INTEGER,"
	" small_unknown INTEGER AS (unknown >> 1 & 1) VIRTUAL, late_unknown INTEGER AS (unknown >> 6 & 1) VIRTUAL);"
	"CREATE INDEX thing_by_code ON thing(code, small);"
	"CREATE TABLE operand(id INTEGER PRIMARY KEY, whole INTEGER, text TEXT, fraction REAL, any, number NUMERIC)";

static const char *const operands[] = { "0", "1", "-1", "5", "127", "-129", "32768", "2147483648", "9223372036854775807",
	"-9223372036854775808", "9223372036854775808", "-9223372036854775809", "0.0", "-0.0", "0.5", "-0.5", "4.999", "5.0",
	"1e19", "-1e19", "9e999", "-9e999", "9007199254740993.0", "'5'", "' 5 '", "'5.0'", "'5.5'", "'5x'", "''", "'abc'",
	"'9223372036854775807'", "'1e2'", "x'35'", "x''", "NULL" };
enum { OPERANDS = sizeof operands / sizeof *operands };

static void tell_and_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
static void tell_and_fail(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	_fail(__FILE__, __LINE__);
	abort();
}

static uint64_t step(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

static int64_t wide_value(uint64_t *seed)
{
	static const int64_t special[] = { 0, 1, -1, 5, 127, 128, -128, -129, 32767, 32768, INT32_MAX, INT32_MIN,
		(int64_t)INT32_MAX + 1, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1, INT64_C(9007199254740993) };
	uint64_t which = step(seed) % 30;
	return which < sizeof special / sizeof *special ? special[which] : (int64_t)(step(seed) << 33 ^ step(seed));
}

static void bind(sqlite3_stmt *insert, int at, bool null, int64_t value)
{
	assert_int_equal(null ? sqlite3_bind_null(insert, at) : sqlite3_bind_int64(insert, at, value), SQLITE_OK);
}

/* Ids with gaps; now and then a text that goes on over many pages before the last columns. */
static void fill(sqlite3 *handle, uint64_t *seed)
{
	static char long_text[100000];
	sqlite3_stmt *insert;
	memset(long_text, 'x', sizeof long_text);
	assert_int_equal(sqlite3_prepare_v2(handle, "INSERT INTO thing VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", -1, &insert, NULL),
		SQLITE_OK);
	int64_t id = -40;
	for (int i = 0; i < ROWS; i++) {
		bool odd = i / BLOCK_ROWS == 1; /* the second block has NULLs in places of its own */
		id += 1 + (step(seed) % 50 == 0 ? (int64_t)(step(seed) % 1000) : 0);
		bind(insert, 1, false, id);
		bind(insert, 2, false, (int64_t)(step(seed) % 20 == 0 ? step(seed) % 128 : 0));
		bind(insert, 3, step(seed) % 9 == 0, wide_value(seed));
		bind(insert, 4, odd && step(seed) % 3 == 0, (int64_t)(step(seed) % 8));
		bind(insert, 5, i < BLOCK_ROWS, (int64_t)(step(seed) % 70000) - 35000);
		uint64_t kind = step(seed) % 100;
		if (kind < 30)
			sqlite3_bind_null(insert, 6);
		else
			sqlite3_bind_text(insert, 6, long_text, kind == 99 ? (int)(step(seed) % sizeof long_text) : (int)(kind % 40),
				SQLITE_STATIC);
		bind(insert, 7, step(seed) % 20 == 0, INT64_C(4299900000) + (int64_t)(step(seed) % 50));
		bind(insert, 8, true, 0);
		bind(insert, 9, step(seed) % 4 == 0, (int64_t)(step(seed) % 300000) - 150000);
		assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
}

static void run(sqlite3 *handle, const char *sql)
{
	char *error = NULL;
	if (sqlite3_exec(handle, sql, NULL, NULL, &error) != SQLITE_OK)
		tell_and_fail("%s: %s", error, sql);
}

/* `used`: the columns that are built. */
static void open_state(struct state *state, uint64_t seed, int page_bytes, uint64_t used)
{
	struct failure failure;
	sqlite3 *handle;
	char sql[256];
	bool fits;
	snprintf(state->folder, sizeof state->folder, "/tmp/columns-XXXXXX");
	assert_non_null(mkdtemp(state->folder));
	snprintf(state->path, sizeof state->path, "%s/a.db", state->folder);
	assert_int_equal(sqlite3_open(state->path, &handle), SQLITE_OK);
	snprintf(sql, sizeof sql, "PRAGMA page_size = %d; PRAGMA journal_mode = OFF; BEGIN", page_bytes);
	run(handle, sql);
	run(handle, make_table);
	fill(handle, &seed);
	for (int i = 0; i < OPERANDS; i++) {
		snprintf(sql, sizeof sql, "INSERT INTO operand VALUES(%d, %s, %s, %s, %s, %s)", i, operands[i], operands[i],
			operands[i], operands[i], operands[i]);
		run(handle, sql);
	}
	run(handle, "COMMIT");
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
	state->database = database_open(state->path, DATABASE_READ, &failure);
	assert_non_null(state->database);
	state->columns = columns_open(state->database, &dataset, &fits, &failure);
	assert_non_null(state->columns);
	if (!columns_fill(state->columns, state->database, &(struct wanted){ used, used }, state->folder, &fits, &failure))
		tell_and_fail("%d %s", fits, failure.text);
	state->table = column_table_open(state->database, state->columns, &failure);
	assert_non_null(state->table);
	assert_true(column_table_show(state->table, true, &failure));
}

static void close_state(struct state *state)
{
	struct failure failure;
	column_table_close(state->table);
	columns_free(state->columns);
	assert_true(database_close(state->database, &failure));
	unlink(state->path);
	assert_int_equal(rmdir(state->folder), 0);
}

static int by_line(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Puts the lines of `out` in order: no ORDER BY, no promise. */
static void sort_lines(struct bytes *out)
{
	struct failure failure;
	struct bytes sorted = { 0 };
	size_t count = 0;
	assert_true(bytes_add(out, "", 1, &failure));
	char **lines = calloc(out->used, sizeof *lines);
	assert_non_null(lines);
	for (char *save = NULL, *line = strtok_r(out->at, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		lines[count++] = line;
	if (count)
		qsort(lines, count, sizeof *lines, by_line);
	for (size_t i = 0; i < count; i++)
		assert_true(bytes_add_text(&sorted, lines[i], &failure) && bytes_add(&sorted, "\n", 1, &failure));
	free(lines);
	bytes_free(out);
	*out = sorted;
}

/* Adds what the statement gives, each value with its type, to `out`. */
static void collect(sqlite3 *handle, const char *sql, struct bytes *out)
{
	struct failure failure;
	sqlite3_stmt *statement;
	out->used = 0;
	if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) != SQLITE_OK)
		tell_and_fail("%s: %s", sqlite3_errmsg(handle), sql);
	int code;
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(statement); i++) {
			char type = (char)('0' + sqlite3_column_type(statement, i));
			const char *text = (const char *)sqlite3_column_text(statement, i);
			assert_true(bytes_add(out, &type, 1, &failure) && bytes_add_text(out, text ? text : "", &failure)
				&& bytes_add(out, "|", 1, &failure));
		}
		assert_true(bytes_add(out, "\n", 1, &failure));
	}
	if (code != SQLITE_DONE)
		tell_and_fail("%s: %s", sqlite3_errmsg(handle), sql);
	sqlite3_finalize(statement);
}

/* `format` has one or two %s for the table. */
static void same(struct state *state, const char *format)
{
	struct bytes plain = { 0 }, columns = { 0 };
	char *one = sqlite3_mprintf(format, "main.thing", "main.thing"), *other = sqlite3_mprintf(format, "thing", "thing");
	collect(state->database->handle, one, &plain);
	collect(state->database->handle, other, &columns);
	if (!strstr(format, "ORDER BY id")) {
		sort_lines(&plain);
		sort_lines(&columns);
	}
	if (plain.used != columns.used || (plain.used && memcmp(plain.at, columns.at, plain.used) != 0))
		tell_and_fail("%s: %zu bytes, not %zu", other, columns.used, plain.used);
	sqlite3_free(one);
	sqlite3_free(other);
	bytes_free(&plain);
	bytes_free(&columns);
}

static void same_where(struct state *state, const char *condition)
{
	char *format = sqlite3_mprintf("SELECT count(*), sum(id), min(wide), sum(late) FROM %%s AS t WHERE %s", condition);
	same(state, format);
	sqlite3_free(format);
}

static const char *const comparisons[] = { "=", "==", "<>", "<", "<=", ">", ">=", "IS", "IS NOT" };
static const char *const columns_compared[] = { "id", "wide", "small", "never", "late", "small_unknown" };
enum { COMPARISONS = sizeof comparisons / sizeof *comparisons, COMPARED = sizeof columns_compared / sizeof *columns_compared };

static void compare_all(struct state *state)
{
	char condition[200];
	for (int c = 0; c < COMPARED; c++) {
		for (int k = 0; k < COMPARISONS; k++) {
			for (int o = 0; o < OPERANDS; o++) {
				snprintf(condition, sizeof condition, "%s %s %s", columns_compared[c], comparisons[k], operands[o]);
				same_where(state, condition);
				if (k == 0 || o % 3)
					continue;
				snprintf(condition, sizeof condition, "%s %s %s", operands[o], comparisons[k], columns_compared[c]);
				same_where(state, condition);
			}
		}
	}
}

/* Against columns of each affinity, all operands in turn. */
static void compare_columns(struct state *state)
{
	static const char *const kinds[] = { "whole", "text", "fraction", "any", "number", "+text", "CAST(text AS BLOB)" };
	char format[200];
	for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
		for (int k = 0; k < COMPARISONS; k++) {
			snprintf(format, sizeof format, "SELECT o.id, count(*), sum(t.small), min(t.id) FROM operand o CROSS JOIN %%s t"
				" WHERE t.wide %s %s%s GROUP BY o.id", comparisons[k], kinds[kind][0] == '+' ? "+o." : "",
				kinds[kind][0] == '+' ? "text" : kinds[kind]);
			same(state, format);
			snprintf(format, sizeof format, "SELECT o.id, o.text, t.id FROM operand o LEFT JOIN %%s t ON t.late %s %s"
				" AND t.small = 3 AND t.id < 300", comparisons[k], kinds[kind][0] == '+' ? "o.text" : kinds[kind]);
			same(state, format);
		}
		snprintf(format, sizeof format, "SELECT t.id FROM %%s t WHERE t.wide IN (SELECT %s FROM operand)",
			kinds[kind]);
		same(state, format);
		snprintf(format, sizeof format, "SELECT t.id FROM %%s t WHERE t.small NOT IN (SELECT %s FROM operand"
			" WHERE any IS NOT NULL)", kinds[kind]);
		same(state, format);
	}
}

static void compare_operators(void **unused)
{
	struct state state;
	(void)unused;
	open_state(&state, 7, 16384, all);
	compare_all(&state);
	compare_columns(&state);
	close_state(&state);
}

static const char *const statements[] = {
	"SELECT * FROM %s",
	"SELECT count(*) FROM %s",
	"SELECT id FROM %s ORDER BY id",
	"SELECT rowid, id FROM %s ORDER BY id DESC LIMIT 20",
	"SELECT id, note FROM %s WHERE note IS NULL",
	"SELECT id, note FROM %s WHERE note IS NOT NULL AND small = 4",
	"SELECT id, length(note), late FROM %s WHERE length(note) > 50",
	"SELECT id FROM %s WHERE note = 'xxx'",
	"SELECT id FROM %s WHERE note > 'xxx' AND late IN (1, 2, 3, '4', 5.0, 6.5, NULL, 'x', x'37')",
	"SELECT id, unknown, small_unknown, late_unknown FROM %s WHERE unknown <> 0",
	"SELECT id FROM %s WHERE NOT small_unknown AND late_unknown",
	"SELECT id FROM %s WHERE small_unknown = 1 OR late_unknown = '1'",
	"SELECT id FROM %s WHERE small = 3 OR late = 5 OR wide > 9e18",
	"SELECT id FROM %s WHERE small = 3 AND (late < 5 OR wide IS NULL)",
	"SELECT id FROM %s WHERE late BETWEEN -5 AND 1000 AND small BETWEEN 2 AND 3",
	"SELECT id FROM %s WHERE middle IS NULL",
	"SELECT id FROM %s WHERE middle IS NOT NULL AND middle < 0",
	"SELECT id FROM %s WHERE middle = never",
	"SELECT id FROM %s WHERE middle < late",
	"SELECT id FROM %s WHERE never IS NULL AND small = 2",
	"SELECT id FROM %s WHERE never IS NOT 5 AND small IS NOT 2",
	"SELECT id FROM %s WHERE late * 2 > small",
	"SELECT id FROM %s WHERE id = 77",
	"SELECT * FROM %s WHERE id = '77'",
	"SELECT * FROM %s WHERE id = 77.5 OR id = 78",
	"SELECT * FROM %s WHERE id IN (3, 70, 12345, NULL, 99999999, 'x')",
	"SELECT * FROM %s WHERE id IN (SELECT id FROM operand) AND small > 2",
	"SELECT * FROM %s WHERE rowid > 100 AND rowid <= 130",
	"SELECT id FROM %s WHERE id < -10",
	"SELECT code, count(*), count(small), sum(late) FROM %s GROUP BY code",
	"SELECT DISTINCT small FROM %s",
	"SELECT DISTINCT small, late FROM %s",
	"SELECT DISTINCT wide FROM %s",
	"SELECT DISTINCT wide, never, small, late FROM %s",
	"SELECT DISTINCT wide, never, small, late, middle FROM %s",
	"SELECT DISTINCT small, note FROM %s",
	"SELECT DISTINCT note FROM %s",
	"SELECT DISTINCT note, code FROM %s WHERE small = 1",
	"SELECT DISTINCT small, late_unknown, note FROM %s",
	"SELECT DISTINCT note COLLATE NOCASE, small FROM %s",
	"SELECT count(*), max(length(note)) FROM (SELECT DISTINCT note, small FROM %s ORDER BY note)",
	"SELECT DISTINCT small, late_unknown FROM %s",
	"SELECT DISTINCT small FROM %s WHERE late > 100 AND late < 120",
	"SELECT DISTINCT small FROM %s WHERE small > 3 AND abs(late) < 300",
	"SELECT DISTINCT late FROM %s WHERE abs(late) < 300",
	"SELECT DISTINCT late, 7 FROM %s WHERE late < 300",
	"SELECT DISTINCT late / 1000 FROM %s",
	"SELECT count(DISTINCT late) FROM %s",
	"SELECT count(DISTINCT small), count(*), sum(small) FROM %s",
	"SELECT count(DISTINCT small), count(small) FROM %s",
	"SELECT sum(small) FROM (SELECT DISTINCT small, code FROM %s)",
	"SELECT late, count(DISTINCT small) FROM %s GROUP BY late",
	"SELECT small, count(DISTINCT small), count(*) FROM %s GROUP BY small",
	"SELECT count(DISTINCT small) FROM %s GROUP BY small",
	"SELECT sum(DISTINCT small), max(small) FROM %s",
	"SELECT sum(small), total(DISTINCT small) FROM %s",
	"SELECT group_concat(DISTINCT small) IS NULL, avg(small) FROM %s",
	"SELECT small FROM %s GROUP BY small",
	"SELECT DISTINCT small FROM %s GROUP BY small, late",
	"SELECT DISTINCT t.small FROM operand o LEFT JOIN %s t ON t.small = o.whole",
	"SELECT DISTINCT t.small FROM %s t WHERE EXISTS (SELECT 1 FROM operand o WHERE o.whole = t.late)",
	"SELECT (SELECT count(*) FROM (SELECT DISTINCT small FROM %s)), count(*) FROM %s",
	"SELECT count(*) FROM (SELECT DISTINCT small, late FROM %s UNION ALL SELECT small, late FROM %s)",
	"SELECT count(*) FROM (SELECT small, late FROM %s EXCEPT SELECT late, small FROM %s)",
	"SELECT DISTINCT t.small FROM %s t CROSS JOIN operand o WHERE o.whole > t.small",
	"SELECT DISTINCT t.small, o.id FROM %s t CROSS JOIN operand o WHERE o.whole > t.small",
	"SELECT small FROM %s WHERE late = 3 UNION SELECT small FROM %s WHERE late < 9",
	"SELECT DISTINCT a.small, b.small FROM %s a CROSS JOIN %s b WHERE a.late = 7 AND b.late < 9",
	"SELECT DISTINCT a.small FROM %s a CROSS JOIN %s b WHERE a.late = 7 AND b.late = a.wide",
	"SELECT o.id FROM operand o WHERE o.whole IN (SELECT DISTINCT late FROM %s)",
	"SELECT DISTINCT id FROM %s",
	"SELECT DISTINCT small FROM %s ORDER BY small DESC",
	"SELECT DISTINCT small, late FROM %s ORDER BY late LIMIT 50",
	"SELECT DISTINCT small FROM %s GROUP BY small, late HAVING count(*) > 1",
	"SELECT DISTINCT max(late) FROM %s GROUP BY small",
	"SELECT DISTINCT small, row_number() OVER (PARTITION BY small ORDER BY id) FROM %s WHERE late < 1000",
	"SELECT DISTINCT code, small FROM %s ORDER BY code, small",
	"SELECT small, min(wide), max(wide) FROM %s WHERE small IN (1, 7) GROUP BY small",
	"SELECT id FROM %s WHERE (small, late) IN (SELECT whole, 5 FROM operand UNION SELECT 3, 77)",
	"SELECT id FROM %s WHERE (small, late) = (3, 77)",
	"SELECT id FROM %s WHERE (small, late) > (6, 149000)",
	"SELECT a.id, b.id FROM %s a JOIN %s b ON b.id = a.id + 1 WHERE a.late BETWEEN 1 AND 400",
	"SELECT a.id, b.id, b.note IS NULL FROM %s a CROSS JOIN %s b WHERE a.late IN (7, 8) AND b.late = a.late + 1",
	"SELECT o.id, (SELECT count(*) FROM %s t WHERE t.small = o.whole) FROM operand o",
	"SELECT o.id FROM operand o WHERE EXISTS (SELECT 1 FROM %s t WHERE t.late = o.any)",
	"SELECT o.id, t.id FROM operand o LEFT JOIN %s t ON t.late = o.any AND t.small > 1 WHERE t.id IS NULL",
	"SELECT o.id, t.id, t.note FROM operand o LEFT JOIN %s t ON t.id = o.any",
	"SELECT t.id, o.id FROM %s t LEFT JOIN operand o ON o.whole = t.late WHERE t.late BETWEEN -3 AND 130",
	"SELECT id FROM (SELECT id, small FROM %s WHERE late > 0 UNION ALL SELECT id, late FROM %s WHERE small = 3)"
	" WHERE small = 3",
	"WITH s AS MATERIALIZED (SELECT late FROM %s WHERE small = 5) SELECT id FROM %s WHERE late IN (SELECT late FROM s)",
	"SELECT id, row_number() OVER (PARTITION BY code ORDER BY id) FROM %s WHERE small = 1",
	"SELECT id FROM %s WHERE late = 5 LIMIT 3 OFFSET 1",
	"SELECT id FROM %s WHERE small = 1 AND small = 1 AND small >= 0 AND small < 9 AND late > 0 AND late > 1 AND late > 2"
	" AND late > 3 AND late > 4 AND late > 5 AND late > 6 AND late > 7 AND late > 8 AND late > 9 AND late > 10"
	" AND late > 11 AND late > 12 AND late > 1300 AND late < 9000",
	"SELECT id FROM %s WHERE small = (SELECT NULL)",
	"SELECT id FROM %s WHERE small = 3 COLLATE NOCASE AND late > '149900'",
};

static void compare_statements(void **unused)
{
	static const int pages[PAGE_SIZES] = { 16384, 512, 65536 };
	(void)unused;
	for (int i = 0; i < PAGE_SIZES; i++) {
		struct state state;
		open_state(&state, 100 + (uint64_t)i, pages[i], i == 1 ? some : all);
		for (size_t k = 0; k < sizeof statements / sizeof *statements; k++)
			same(&state, statements[k]);
		close_state(&state);
	}
}

/* A long list is asked of every row by SQLite. */
static void compare_long_list(void **unused)
{
	struct state state;
	(void)unused;
	open_state(&state, 9, 4096, all);
	same(&state, "WITH n(i) AS (SELECT -150000 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
		" SELECT id FROM %s WHERE late IN (SELECT i FROM n)");
	close_state(&state);
}

static bool fits(struct state *state, const char *sql)
{
	struct failure failure;
	sqlite3_stmt *statement;
	assert_true(column_table_show(state->table, true, &failure));
	state->database->rowid = false;
	assert_int_equal(sqlite3_prepare_v2(state->database->handle, sql, -1, &statement, NULL), SQLITE_OK);
	sqlite3_finalize(statement);
	return column_table_fits(state->table) && !state->database->rowid;
}

/* Rows gone through fit; rows looked up, and texts of all rows, do not. */
static void tell_what_fits(void **unused)
{
	struct state state;
	struct failure failure;
	(void)unused;
	open_state(&state, 11, 4096, all);
	assert_true(fits(&state, "SELECT id FROM thing WHERE small = 1"));
	assert_true(fits(&state, "SELECT id, note FROM thing WHERE small = 1"));
	assert_true(fits(&state, "SELECT DISTINCT code, small FROM thing"));
	assert_true(fits(&state, "SELECT DISTINCT note, small FROM thing"));
	assert_true(fits(&state, "SELECT id FROM thing WHERE code IN (SELECT id FROM operand)"));
	assert_true(fits(&state, "SELECT t.id FROM thing t CROSS JOIN operand o ON o.id = t.code"));
	assert_true(fits(&state, "SELECT note FROM (SELECT id FROM thing WHERE small = 1) o CROSS JOIN thing t ON t.id = o.id"));
	assert_true(fits(&state, "SELECT id FROM operand"));
	assert_false(fits(&state, "SELECT small FROM operand o CROSS JOIN thing t ON t.id = o.id"));
	assert_false(fits(&state, "SELECT id FROM thing WHERE note GLOB 'x*'"));
	assert_false(fits(&state, "SELECT id, note FROM thing WHERE small <> 1"));
	assert_false(fits(&state, "SELECT t.id FROM operand o CROSS JOIN thing t ON o.id = t.code"));
	assert_false(fits(&state, "SELECT code, count(*) FROM thing GROUP BY code"));
	assert_false(fits(&state, "SELECT DISTINCT small FROM thing WHERE rowid % 2"));
	assert_true(fits(&state, "SELECT code FROM thing WHERE small = 1 AND late_unknown"));
	struct wanted wanted = { 0 };
	column_table_want(state.table, &wanted);
	assert_true(wanted.columns == (UINT64_C(1) << SMALL | 1 << 6 | 1 << 10) && !wanted.texts);
	assert_true(fits(&state, "SELECT DISTINCT note, code FROM thing"));
	wanted.columns = 0;
	column_table_want(state.table, &wanted);
	assert_true(wanted.columns == (UINT64_C(1) << NOTE | 1 << 6) && wanted.texts == 1 << NOTE);
	assert_true(column_table_show(state.table, false, &failure));
	assert_true(column_table_show(state.table, false, &failure));
	same(&state, "SELECT count(*) FROM %s");
	close_state(&state);
}

/* The cage stands: tables not allowed, and work that does not end. */
static void stay_caged(void **unused)
{
	struct state state;
	sqlite3_stmt *statement = NULL;
	(void)unused;
	open_state(&state, 13, 4096, all);
	sqlite3 *handle = state.database->handle;
	database_cage(state.database, "a rule", "operand", 1000);
	assert_int_not_equal(sqlite3_prepare_v2(handle, "SELECT id FROM thing", -1, &statement, NULL), SQLITE_OK);
	assert_int_not_equal(sqlite3_prepare_v2(handle, "SELECT id FROM temp.thing", -1, &statement, NULL), SQLITE_OK);
	assert_int_not_equal(sqlite3_prepare_v2(handle, "SELECT count(*) FROM thing", -1, &statement, NULL), SQLITE_OK);
	database_cage(state.database, "a rule", "thing", 1000);
	assert_int_not_equal(sqlite3_prepare_v2(handle, "DROP TABLE temp.thing", -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(handle, "SELECT count(*) FROM thing a CROSS JOIN thing b"
		" WHERE b.late = a.late + 1000000", -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement) & 0xFF, SQLITE_INTERRUPT);
	sqlite3_finalize(statement);
	database_uncage(state.database);
	close_state(&state);
}

/* A table that is not as a dataset's is refused without a failure, one with a fraction too. */
static void refuse_odd_tables(void **unused)
{
	static const char *const odd[] = {
		"CREATE TABLE thing(id INTEGER PRIMARY KEY, wide INTEGER)",
		"CREATE TABLE thing(id INTEGER PRIMARY KEY, unknown INTEGER, wide REAL)",
		"CREATE TABLE thing(id INTEGER PRIMARY KEY, unknown INTEGER, wide INTEGER); INSERT INTO thing VALUES(1, 0, 2.5)",
		"CREATE TABLE thing(id INTEGER PRIMARY KEY, unknown INTEGER, wide INTEGER); INSERT INTO thing VALUES(1, 0, 'x')",
		"CREATE TABLE thing(id INTEGER PRIMARY KEY, unknown INTEGER, more_unknown AS (unknown & 1))",
		"CREATE TABLE another(id INTEGER PRIMARY KEY)",
	};
	(void)unused;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		char path[] = "/tmp/columns-XXXXXX";
		struct failure failure;
		sqlite3 *handle;
		bool is_failure = true;
		int file = mkstemp(path);
		assert_true(file >= 0 && close(file) == 0);
		assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
		run(handle, odd[i]);
		sqlite3_close(handle);
		struct database *database = database_open(path, DATABASE_READ, &failure);
		struct columns *columns = columns_open(database, &dataset, &is_failure, &failure);
		if (columns)
			assert_false(columns_fill(columns, database, &(struct wanted){ all, 0 }, "/tmp", &is_failure, &failure));
		assert_false(is_failure);
		columns_free(columns);
		database_close(database, &failure);
		unlink(path);
	}
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = { cmocka_unit_test(compare_operators), cmocka_unit_test(compare_statements),
		cmocka_unit_test(compare_long_list), cmocka_unit_test(tell_what_fits), cmocka_unit_test(stay_caged),
		cmocka_unit_test(refuse_odd_tables) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
