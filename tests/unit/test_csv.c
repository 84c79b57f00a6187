/* The CSV reader: cells, places and faults, from files in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ingest/reader.h"
#include "ingest/separator.h"

#include <cmocka.h> /* last: it has a macro fail */

/* What was received, as one text: rows as "line@offset:cell|cell", faults as "!rule line". */
struct record {
	char text[1 << 16];
	size_t used;
	char separator;
	int stop_after; /* rows; 0: never */
	int rows;
};

static void note(struct record *record, const char *words, size_t length)
{
	assert_true(record->used + length < sizeof record->text);
	if (length)
		memcpy(record->text + record->used, words, length);
	record->used += length;
	record->text[record->used] = '\0';
}

static bool on_sheet(void *context, const struct sheet *sheet, struct failure *failure)
{
	(void)failure;
	struct record *record = context;
	record->separator = sheet->separator;
	return true;
}

static bool on_row(void *context, const struct row *row, struct failure *failure)
{
	struct record *record = context;
	char head[64];
	note(record, head, (size_t)snprintf(head, sizeof head, "%lld@%lld:", (long long)row->row, (long long)row->offset));
	for (uint32_t i = 0; i < row->count; i++) {
		assert_int_equal(row->cells[i].kind, row->cells[i].length ? CELL_TEXT : CELL_EMPTY);
		note(record, "|", i > 0);
		note(record, row->cells[i].text, row->cells[i].length);
	}
	note(record, "\n", 1);
	(void)failure;
	return ++record->rows != record->stop_after;
}

static bool on_end(void *context, struct failure *failure)
{
	(void)failure;
	note(context, "end\n", 4);
	return true;
}

static bool on_fault(void *context, const struct source_fault *fault, struct failure *failure)
{
	(void)failure;
	char text[64];
	note(context, text, (size_t)snprintf(text, sizeof text, "!%s %lld\n", fault->rule, (long long)fault->row));
	return true;
}

static bool read_bytes(struct record *record, const void *bytes, size_t length)
{
	struct failure failure = { 0 };
	int file = memfd_create("csv", MFD_CLOEXEC);
	assert_true(file >= 0);
	assert_int_equal(write(file, bytes, length), (ssize_t)length);
	struct input input = { .path = "", .name = "x.csv", .file = file, .bytes = (int64_t)length };
	struct sink sink = { .context = record, .sheet = on_sheet, .row = on_row, .end = on_end, .fault = on_fault };
	bool done = reader_csv(&input, &sink, &failure);
	close(file);
	return done;
}

static void assert_read(const char *text, const char *wanted)
{
	struct record *record = calloc(1, sizeof *record);
	assert_non_null(record);
	assert_true(read_bytes(record, text, strlen(text)));
	assert_string_equal(record->text, wanted);
	free(record);
}

static void test_plain(void **state)
{
	(void)state;
	assert_read("a,b\n1,\n", "1@0:a|b\n2@4:1|\nend\n");
	assert_read("a,b\r\n1, 2 ", "1@0:a|b\n2@5:1| 2 \nend\n");
	assert_read("a,b\n\n,,\n\n", "1@0:a|b\n2@4:\n3@5:||\n4@8:\nend\n");
	assert_read("\xEF\xBB\xBF" "a,b\n", "1@3:a|b\nend\n");
	assert_read("a\tb,c\nd\te\n", "1@0:a|b,c\n2@6:d|e\nend\n");
}

static void test_quotes(void **state)
{
	(void)state;
	assert_read("\"a\",\"b,\"\"c\"\n", "1@0:a|b,\"c\nend\n");
	assert_read("a,\"b\r\nc\"\r\nd,e\n", "1@0:a|b\nc\n3@10:d|e\nend\n");
	assert_read("a,5\"x\"\nb,c\n", "1@0:a|5\"x\"\n2@7:b|c\nend\n");
	assert_read("\"a\nb\",\"c\nd\"\ne,f\n", "1@0:a\nb|c\nd\n4@12:e|f\nend\n");
	assert_read("\"\",\"\"\n", "1@0:|\nend\n");
}

static void test_unclosed(void **state)
{
	(void)state;
	assert_read("a,b\n1,2\nx,\"y\nz,z\n", "1@0:a|b\n2@4:1|2\n!S01 3\nend\n");
	/* the quote of the second cell opens on the second line of its record */
	assert_read("a,b\n\"1\n2\",\"y\nz\n", "1@0:a|b\n!S01 3\nend\n");
	assert_read("a,b\n\"", "1@0:a|b\n!S01 2\nend\n");
}

static void test_stopped(void **state)
{
	(void)state;
	struct record *record = calloc(1, sizeof *record);
	record->stop_after = 2;
	assert_false(read_bytes(record, "a\nb\nc\n", 6));
	assert_string_equal(record->text, "1@0:a\n2@2:b\n");
	free(record);
}

static void test_separators(void **state)
{
	(void)state;
	struct separator found = { 0 };
	assert_int_equal(separator_choose(&found), ',');
	const char *const lines[] = { "title, with a comma", "a;b;c", "1,5;2,5;\"x,y,z,z,z\"", "2;3;4" };
	for (int i = 0; i < 4; i++)
		separator_add(&found, lines[i], strlen(lines[i]));
	assert_int_equal(separator_choose(&found), ';');
}

/* Random cells, quoted where they must be and sometimes where they need not. */
static void test_random(void **state)
{
	(void)state;
	static const char *const cells[] = { "", "a", " b ", "\"", "\"\"", "x,y", "\n", "p\nq", "\xE5\xAD\xA6\xE6\xA0\xA1",
		",", "5\"", "\t" };
	uint32_t seed = 7;
	struct record *record = calloc(1, sizeof *record);
	char *csv = malloc(1 << 16);
	char *wanted = malloc(1 << 16);
	assert_true(record && csv && wanted);
	for (int round = 0; round < 200; round++) {
		size_t used = 0;
		size_t told = 0;
		int line = 1;
		/* a heading that settles the separator */
		used += (size_t)sprintf(csv, ",,,,,,,,\n,,,,,,,,\n");
		told += (size_t)sprintf(wanted, "1@0:||||||||\n2@9:||||||||\n");
		line += 2;
		for (int r = 0; r < 8; r++) {
			told += (size_t)sprintf(wanted + told, "%d@%zu:", line, used);
			for (int c = 0; c < 9; c++) {
				seed = seed * 1664525U + 1013904223U;
				const char *cell = cells[(seed >> 16) % 12];
				bool quoted = (seed >> 28) == 0 || strpbrk(cell, "\",\n");
				if (c) {
					csv[used++] = ',';
					wanted[told++] = '|';
				}
				if (quoted)
					csv[used++] = '"';
				for (const char *at = cell; *at; at++) {
					if (*at == '"')
						csv[used++] = '"';
					line += *at == '\n';
					csv[used++] = *at;
					wanted[told++] = *at;
				}
				if (quoted)
					csv[used++] = '"';
			}
			csv[used++] = '\n';
			wanted[told++] = '\n';
			line++;
		}
		strcpy(wanted + told, "end\n");
		record->used = 0;
		assert_true(read_bytes(record, csv, used));
		assert_string_equal(record->text, wanted);
	}
	free(csv);
	free(wanted);
	free(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain), cmocka_unit_test(test_quotes), cmocka_unit_test(test_unclosed),
		cmocka_unit_test(test_stopped), cmocka_unit_test(test_separators), cmocka_unit_test(test_random),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
