/* Blocks of bytes against a loop over the bytes; verdicts on damaged text; lines and
 * cells wherever blocks and buffers end; recalled values against values read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ingest/encoding.h"
#include "ingest/gb18030.h"
#include "ingest/lines.h"
#include "ingest/reader.h"
#include "ingest/recall.h"
#include "ingest/scan.h"
#include "ingest/utf8.h"

#include <cmocka.h> /* last: it has a macro fail */

static uint32_t draw(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static int file_of(const void *bytes, size_t length)
{
	int file = memfd_create("bytes", MFD_CLOEXEC);
	assert_true(file >= 0);
	assert_int_equal(write(file, bytes, length), (ssize_t)length);
	return file;
}

static void test_either(void **state)
{
	(void)state;
	static const unsigned char some[] = { ',', '"', 0, 0x7F, 0x80, 0xAC, 0xFF, 'a', ',' ^ 0x80, '#', '!' };
	uint32_t seed = 1;
	for (int round = 0; round < 4000; round++) {
		char block[SCAN_BYTES];
		for (int i = 0; i < SCAN_BYTES; i++)
			block[i] = (char)(round & 1 ? some[draw(&seed) % sizeof some] : draw(&seed) & 0xFF);
		char a = (char)some[draw(&seed) % sizeof some];
		char b = (char)some[draw(&seed) % sizeof some];
		uint64_t wanted = 0;
		for (int i = 0; i < SCAN_BYTES; i++)
			wanted |= (uint64_t)(block[i] == a || block[i] == b) << i;
		assert_true(scan_either(block, a, b) == wanted);
		assert_true(scan_either_plainly(block, a, b) == wanted);
	}
	assert_true(scan_first(0) == 0 && scan_first(1) == 1 && scan_first(63) == UINT64_MAX >> 1);
	assert_true(scan_first(64) == UINT64_MAX && scan_first(1000) == UINT64_MAX);
}

/* Whole characters from the start, NUL not among them. */
static size_t sound_of(const unsigned char *text, size_t length)
{
	size_t at = 0;
	while (at < length && text[at]) {
		size_t size = utf8_character(text + at, length - at);
		if (size == 0)
			break;
		at += size;
	}
	return at;
}

static const char *const pieces[] = { "a", ",", "\n", "\xC2\xB7", "\xDF\xBF", "\xE5\xAD\xA6", "\xE9\xBE\xA5",
	"\xEF\xBC\x8C", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xF0\xA0\x80\x80", "0123456789", "\xE6\xA0\xA1\xE5\xAD\xA6" };
static const char *const damages[] = { "\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE5\xAD",
	"\xE5", "\xC2", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xF0\x8F\x80\x80", "\xE5\xAD\xA6\x80" };

/* Text of random pieces, of which the last `rare` seldom come; *length is what was written. */
static void write_text(uint32_t *seed, unsigned char *text, size_t room, size_t *length)
{
	size_t count = sizeof pieces / sizeof *pieces;
	size_t usual = draw(seed) % 3 ? 8 : count;
	*length = 0;
	for (;;) {
		const char *piece = pieces[draw(seed) % (draw(seed) % 16 ? usual : count)];
		if (*length + strlen(piece) > room)
			return;
		memcpy(text + *length, piece, strlen(piece));
		*length += strlen(piece);
	}
}

static void test_text_blocks(void **state)
{
	(void)state;
	uint32_t seed = 2;
	for (int round = 0; round < 20000; round++) {
		unsigned char text[2 * SCAN_BYTES];
		size_t length;
		write_text(&seed, text, sizeof text, &length);
		if (draw(&seed) % 2)
			text[draw(&seed) % length] = (unsigned char)draw(&seed);
		bool wide = false;
		size_t taken = scan_text(text, &wide);
		assert_true(taken <= SCAN_BYTES && taken <= sound_of(text, length));
		bool high = false;
		for (size_t i = 0; i < taken; i++)
			high = high || text[i] >= 0x80;
		assert_int_equal(wide, high);
		/* short of the block's end only where a lead stands whose tails are beyond it */
		assert_true(taken == 0 || taken == SCAN_BYTES || text[taken] >= (taken == SCAN_BYTES - 1 ? 0xC2 : 0xE1));
	}
}

/* Sound text with a damage somewhere: the verdict names its byte, wherever it stands. */
static void test_damage(void **state)
{
	(void)state;
	uint32_t seed = 3;
	for (int round = 0; round < 1500; round++) {
		unsigned char text[700] = "\xE5\xAD\xA6\xE6\xA0\xA1"; /* UTF-8 beyond doubt */
		size_t length;
		write_text(&seed, text + 6, 600, &length);
		length += 6;
		size_t at = 6 + sound_of(text + 6, draw(&seed) % (length - 6));
		const char *damage = damages[draw(&seed) % (sizeof damages / sizeof *damages)];
		memmove(text + at + strlen(damage), text + at, length - at);
		memcpy(text + at, damage, strlen(damage));
		length += strlen(damage);
		text[length++] = 0xFF; /* nor is it GB18030 */
		size_t sound = sound_of(text, length);
		struct failure failure = { 0 };
		struct encoding_verdict verdict;
		int file = file_of(text, length);
		assert_true(encoding_detect(file, &verdict, &failure));
		close(file);
		assert_false(verdict.known);
		assert_int_equal(verdict.offset, sound);
	}
}

/* The same of GB18030, told from UTF-8 by its first character. */
static void test_damaged_gb18030(void **state)
{
	(void)state;
	static const char *const some[] = { "\xBA\xFE", "\xB1\xB1", "a", ",", "\n", "0123456789", "\x81\x40", "\xFE\xFE", "\x81\x39\xEF\x30",
		"\xB0\x80", "\xA1\xA1\xA1\xA2\xA1\xA3\xA1\xA4" };
	static const char *const bad[] = { "\xFF", "\x80", "\xB0\x7F", "\xB0\xFF", "\xB0,", "\x81\x39\xEF,", "\x81\x39,", "" };
	struct failure failure = { 0 };
	struct gb18030 *table = gb18030_open(&failure);
	assert_non_null(table);
	uint32_t seed = 7;
	for (int round = 0; round < 1500; round++) {
		unsigned char text[700] = "\xBA\xFE\xB1\xB1"; /* 湖北, no UTF-8 */
		size_t length = 4;
		size_t at = draw(&seed) % 500;
		bool is_damaged = round % 4 != 0;
		for (bool done = false; length < 600;) {
			const char *piece = some[draw(&seed) % (sizeof some / sizeof *some)];
			if (is_damaged && !done && length >= at) {
				piece = bad[draw(&seed) % (sizeof bad / sizeof *bad)];
				done = true;
				length += *piece == '\0'; /* a NUL of the text itself */
			}
			memcpy(text + length, piece, strlen(piece));
			length += strlen(piece);
		}
		text[length++] = '\n';
		text[length] = 'x';
		length += length % 2 == 0; /* and no UTF-16 */
		size_t sound = 0;
		while (sound < length && text[sound]) {
			int taken = text[sound] < 0x80 ? 1 : gb18030_character(table, text + sound, length - sound, NULL, NULL);
			if (taken <= 0)
				break;
			sound += (size_t)taken;
		}
		struct encoding_verdict verdict = { 0 };
		int file = file_of(text, length);
		assert_true(encoding_detect(file, &verdict, &failure));
		close(file);
		assert_int_equal(verdict.known, sound == length);
		if (sound == length)
			assert_int_equal(verdict.encoding, ENCODING_GB18030);
		else
			assert_int_equal(verdict.offset, sound);
	}
	gb18030_close(table);
}

/* The same bytes in each encoding: lines of all lengths around the blocks, of all three ends,
 * and more of them than a buffer holds. */
static void test_lines(void **state)
{
	(void)state;
	static const char *const ends[] = { "\n", "\r", "\r\n" };
	enum { LINES = 9000 };
	char *bytes = malloc(LINES * 160);
	size_t *starts = calloc(LINES + 1, sizeof *starts);
	size_t *lengths = calloc(LINES, sizeof *lengths);
	assert_true(bytes && starts && lengths);
	uint32_t seed = 4;
	for (int i = 0; i < LINES; i++) {
		size_t at = starts[i];
		lengths[i] = draw(&seed) % 8 ? draw(&seed) % 140 : 0;
		memset(bytes + at, 'a' + i % 26, lengths[i]);
		/* an LF after an empty line that ended with CR would be taken for its other half */
		const char *end = ends[lengths[i] ? draw(&seed) % 3 : 2];
		strcpy(bytes + at + lengths[i], end);
		starts[i + 1] = at + lengths[i] + strlen(end);
	}
	struct failure failure = { 0 };
	int file = file_of(bytes, starts[LINES]);
	struct lines *lines = lines_open(file, ENCODING_UTF8, 0, (int64_t)starts[LINES], &failure);
	struct line line;
	enum line_state reached;
	for (int i = 0; i < LINES; i++) {
		assert_true(lines_next(lines, &line, &reached, &failure));
		assert_int_equal(reached, LINE_READ);
		assert_int_equal(line.number, i + 1);
		assert_int_equal(line.offset, starts[i]);
		assert_int_equal(line.length, lengths[i]);
		assert_int_equal(line.end, starts[i + 1] - starts[i] - lengths[i]);
		assert_memory_equal(line.bytes, bytes + starts[i], line.length);
	}
	assert_true(lines_next(lines, &line, &reached, &failure));
	assert_int_equal(reached, LINE_LAST);
	lines_close(lines);
	close(file);
	free(lengths);
	free(starts);
	free(bytes);
}

/* ---- cells: a digest of what the reader sends against one of what was written */

struct sent {
	uint64_t sum;
	long rows, cells;
};

static void add_bytes(struct sent *sent, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sent->sum = (sent->sum ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001B3);
}

static bool take_sheet(void *context, const struct sheet *sheet, struct failure *failure)
{
	(void)context;
	(void)failure;
	return sheet->separator == ',';
}

static bool take_row(void *context, const struct row *row, struct failure *failure)
{
	struct sent *sent = context;
	(void)failure;
	for (uint32_t i = 0; i < row->count; i++) {
		add_bytes(sent, row->cells[i].text, row->cells[i].length);
		add_bytes(sent, "|", 1);
	}
	sent->rows++;
	sent->cells += row->count;
	add_bytes(sent, "\n", 1);
	return true;
}

static bool take_end(void *context, struct failure *failure)
{
	(void)context;
	(void)failure;
	return true;
}

static bool take_fault(void *context, const struct source_fault *fault, struct failure *failure)
{
	(void)context;
	(void)fault;
	(void)failure;
	return false;
}

/* Rows of cells of random length, now and then quoted with separators, quotes and line ends
 * within, so that each stands at each place of a block and across the ends of buffers. */
static void test_cells(void **state)
{
	(void)state;
	enum { ROWS = 12000 };
	char *bytes = malloc(ROWS * 400);
	assert_non_null(bytes);
	size_t used = (size_t)sprintf(bytes, "a,b,c,d,e\nf,g,h,i,j\n");
	struct sent wanted = { .rows = 2 }, got = { 0 };
	add_bytes(&wanted, "a|b|c|d|e|\nf|g|h|i|j|\n", 22);
	uint32_t seed = 5;
	for (int r = 0; r < ROWS; r++) {
		for (int c = 0; c < 5; c++) {
			char cell[80];
			size_t length = draw(&seed) % 70;
			memset(cell, 'A' + (int)(draw(&seed) % 26), sizeof cell);
			bool quoted = length > 0 && draw(&seed) % 12 == 0;
			if (quoted)
				cell[draw(&seed) % length] = "\",\nx"[draw(&seed) % 4];
			if (c)
				bytes[used++] = ',';
			if (quoted)
				bytes[used++] = '"';
			for (size_t i = 0; i < length; i++) {
				if (cell[i] == '"')
					bytes[used++] = '"';
				bytes[used++] = cell[i];
			}
			if (quoted)
				bytes[used++] = '"';
			add_bytes(&wanted, cell, length);
			add_bytes(&wanted, "|", 1);
		}
		bytes[used++] = '\n';
		add_bytes(&wanted, "\n", 1);
		wanted.rows++;
	}
	struct failure failure = { 0 };
	int file = file_of(bytes, used);
	struct input input = { .path = "", .name = "x.csv", .file = file, .bytes = (int64_t)used };
	struct sink sink = { .context = &got, .sheet = take_sheet, .row = take_row, .end = take_end, .fault = take_fault };
	assert_true(reader_csv(&input, &sink, &failure));
	close(file);
	assert_int_equal(got.rows, wanted.rows);
	assert_int_equal(got.cells, 5 * wanted.rows);
	assert_true(got.sum == wanted.sum);
	free(bytes);
}

/* ---- values recalled */

static void test_same(void **state)
{
	(void)state;
	for (size_t length = 1; length <= 40; length++) {
		char a[40], b[40];
		memset(a, 'x', sizeof a);
		memset(b, 'x', sizeof b);
		assert_true(recall_same(a, b, length));
		for (size_t i = 0; i < length; i++) {
			b[i] = 'y';
			assert_false(recall_same(a, b, length));
			b[i] = 'x';
		}
	}
}

static void expect_recalled(const struct field *field, struct recall *recall, const struct cell *cell)
{
	static char scratch[2][TYPING_SCRATCH_BYTES];
	struct value plain, value;
	struct field_fault fault;
	typing_read(field, cell, 1900, scratch[0], &plain, &fault);
	bool sound = !fault.rule;
	bool canonical = sound && plain.state != VALUE_EMPTY && typing_is_canonical(field, cell, &plain);
	bool recalled = false;
	if (!recall_take(recall, cell, &value, &recalled)) {
		typing_read(field, cell, 1900, scratch[1], &value, &fault);
		if (sound)
			recall_keep(recall, cell, &value, canonical);
	} else {
		assert_true(sound);
		assert_int_equal(recalled, canonical);
	}
	assert_int_equal(value.state, plain.state);
	if (plain.state == VALUE_INTEGER)
		assert_true(value.integer == plain.integer);
	if (plain.state == VALUE_TEXT) {
		assert_int_equal(value.length, plain.length);
		assert_memory_equal(value.text, plain.text, plain.length);
		assert_int_equal(value.text == cell->text, plain.text == cell->text);
	}
}

/* Cells of all kinds that often repeat themselves, over every field of every dataset. */
static void test_recall(void **state)
{
	(void)state;
	static const char *const texts[] = { "4299900000", "44330", "2021-05-14", "20210514", "\xE9\xAB\x98\xE7\xBA\xA7",
		"\xE6\x98\xAF", "1", "0", "12.50", " 12.50", "X1", "X 1", "#N/A", "\xE5\x90\x8C\xE4\xB8\x8A", "510101",
		"\xEF\xBC\x91", "x,y", "9" };
	struct failure failure = { 0 };
	struct schema *schema = schema_load(".", &failure);
	assert_non_null(schema);
	uint32_t seed = 6;
	char buffers[4][RECALL_BYTES + 2];
	for (int i = 0; i < 4; i++)
		memset(buffers[i], 'k', sizeof buffers[i]);
	buffers[3][RECALL_BYTES - 1] = 'l';
	for (int d = 0; d < schema->dataset_count; d++)
		for (int k = 0; k < schema->datasets[d].field_count; k++) {
			struct recall recall = { 0 };
			for (int round = 0; round < 200; round++) {
				size_t count = sizeof texts / sizeof *texts;
				uint32_t which = draw(&seed) % (draw(&seed) % 4 ? 2 : (uint32_t)count + 4);
				struct cell cell = { .kind = draw(&seed) % 4 ? CELL_TEXT : CELL_TEXT + draw(&seed) % 5 };
				char own[RECALL_BYTES + 2];
				size_t length = which < count ? strlen(texts[which]) : RECALL_BYTES - 1 + (which - count) % 3;
				memcpy(own, which < count ? texts[which] : buffers[which - count], length);
				cell.text = own;
				cell.length = (uint32_t)length;
				expect_recalled(&schema->datasets[d].fields[k], &recall, &cell);
			}
		}
	schema_free(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_either), cmocka_unit_test(test_text_blocks), cmocka_unit_test(test_damage),
		cmocka_unit_test(test_damaged_gb18030), cmocka_unit_test(test_lines), cmocka_unit_test(test_cells), cmocka_unit_test(test_same),
		cmocka_unit_test(test_recall),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
