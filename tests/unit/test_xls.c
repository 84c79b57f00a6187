/* The XLS reader: workbooks that LibreOffice wrote (in tests/data), compared with what freexl
 * makes of them, and workbooks made record by record. With a file's name as its
 * argument it prints what the reader sends. */
#include "tests/unit/recording.h"

#include <freexl.h>
#include <math.h>

#include "ingest/reader_xls.h"

/* ---- making a workbook: records into a stream, the stream into a compound file */

struct bytes {
	unsigned char data[64 << 10];
	size_t count;
};

static void add(struct bytes *bytes, const void *data, size_t count)
{
	assert_true(bytes->count + count <= sizeof bytes->data);
	memcpy(bytes->data + bytes->count, data, count);
	bytes->count += count;
}

static void add16(struct bytes *bytes, unsigned value)
{
	add(bytes, (unsigned char[]){ value & 0xFF, value >> 8 & 0xFF }, 2);
}

static void add32(struct bytes *bytes, uint32_t value)
{
	add16(bytes, value & 0xFFFF);
	add16(bytes, value >> 16);
}

static void add_record(struct bytes *bytes, unsigned type, const void *data, size_t count)
{
	add16(bytes, type);
	add16(bytes, (unsigned)count);
	add(bytes, data, count);
}

#define RECORD(bytes, type, ...) \
	add_record(bytes, type, (const unsigned char[]){ __VA_ARGS__ }, sizeof((const unsigned char[]){ __VA_ARGS__ }))

/* Header, sector table, directory, stream: in sectors of 512 bytes. */
static void wrap(const struct bytes *stream, const char *name, struct bytes *file)
{
	size_t size = stream->count < 4096 ? 4096 : stream->count;
	size_t sectors = (size + 511) / 512;
	file->count = 0;
	add(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x3E\0\x03\0\xFE\xFF\x09\0\x06\0", 34);
	while (file->count < 44)
		add(file, "", 1);
	const uint32_t fields[] = { 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0 };
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		add32(file, fields[i]);
	while (file->count < 512)
		add32(file, 0xFFFFFFFF);
	add32(file, 0xFFFFFFFD); /* sector 0: this table */
	add32(file, 0xFFFFFFFE); /* sector 1: the directory */
	for (size_t i = 0; i < 126; i++)
		add32(file, i + 1 < sectors ? (uint32_t)(i + 3) : i < sectors ? 0xFFFFFFFE : 0xFFFFFFFF);
	const char *names[] = { "Root Entry", name, "", "" };
	for (int entry = 0; entry < 4; entry++) {
		size_t start = file->count, length = strlen(names[entry]);
		for (size_t i = 0; i < 32; i++)
			add16(file, i < length ? (unsigned char)names[entry][i] : 0);
		add16(file, (unsigned)(length ? 2 * (length + 1) : 0));
		add(file, entry == 0 ? "\5\1" : entry == 1 ? "\2\1" : "\0\1", 2);
		while (file->count < start + 116)
			add(file, "", 1);
		add32(file, entry == 1 ? 2 : 0xFFFFFFFE);
		add32(file, entry == 1 ? (uint32_t)size : 0);
		add32(file, 0);
	}
	add(file, stream->data, stream->count);
	while (file->count < 512 * (sectors + 3))
		add(file, "", 1);
}

/* Globals with one sheet 表, whose records follow; `extra` stands among the globals. */
static void make_book(struct bytes *stream, const struct bytes *extra, const struct bytes *sheet)
{
	stream->count = 0;
	RECORD(stream, BIFF_BOF, 0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	RECORD(stream, BIFF_XF, 0, 0, 0, 0);
	RECORD(stream, BIFF_XF, 0, 0, 14, 0);
	add(stream, extra->data, extra->count);
	size_t place = stream->count + 4 + 10 + 4;
	unsigned char bound[10] = { place & 0xFF, (unsigned char)(place >> 8), 0, 0, 0, 0, 1, 1, 0x68, 0x88 };
	add_record(stream, BIFF_BOUNDSHEET, bound, sizeof bound);
	add_record(stream, BIFF_EOF, "", 0);
	RECORD(stream, BIFF_BOF, 0, 6, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	add(stream, sheet->data, sheet->count);
}

static void expect_book(const struct bytes *extra, const struct bytes *sheet, const char *expected)
{
	struct bytes *stream = calloc(2, sizeof *stream), *file = stream + 1;
	struct recording recording;
	make_book(stream, extra, sheet);
	wrap(stream, "Workbook", file);
	assert_true(record_bytes(&recording, "a.xls", file->data, file->count, NULL));
	assert_string_equal(recording.text, expected);
	recording_free(&recording);
	free(stream);
}

static void number(struct bytes *sheet, unsigned row, unsigned column, unsigned format, double value)
{
	unsigned char data[14] = { row & 0xFF, row >> 8 & 0xFF, column & 0xFF, 0, format & 0xFF, 0 };
	memcpy(data + 6, &value, 8); /* the tests run on little-endian machines */
	add_record(sheet, BIFF_NUMBER, data, sizeof data);
}

static void end(struct bytes *sheet)
{
	add_record(sheet, BIFF_EOF, "", 0);
}

static const struct bytes nothing;

/* ---- tests */

static void a_workbook_of_libreoffice(void **state)
{
	(void)state;
	struct recording recording;
	assert_true(record_file(&recording, "tests/data/cells.xls", NULL));
	assert_string_equal(recording.text,
		"sheet 申报表 1 xls 1900\n"
		"1@-1|T文本|T数|T日期|T时刻|T公式|T文公式|T错|T布尔|T名\n"
		"2@-1|T中文😀|N12.5|D44330|D44330.33690972222|N25|Ta中|E#N/A|B1|E#DIV/0!\n"
		"3@-1|T  x |N4142010834|N-3|N1e-07|B1||N0.1|B0|N280.55\n"
		"4@-1\n5@-1\n6@-1|T行六|N-0.01|N100000000000000\nend\n"
		"sheet 隐藏 2 xls 1900 hidden\n1@-1\n2@-1\n3@-1||Th\nend\n");
	recording_free(&recording);
	assert_true(record_file(&recording, "tests/data/epoch1904.xls", NULL));
	assert_string_equal(recording.text, "sheet 1904 1 xls 1904\n1@-1|D42868|D42868.5\nend\n");
	recording_free(&recording);
}

/* What freexl can read, texts and plain numbers, it reads alike. */
static void freexl_agrees(void **state)
{
	(void)state;
	struct recording recording;
	assert_true(record_file(&recording, "tests/data/cells.xls", NULL));
	const void *book;
	unsigned rows;
	unsigned short columns;
	int compared = 0;
	assert_int_equal(freexl_open("tests/data/cells.xls", &book), FREEXL_OK);
	assert_int_equal(freexl_select_active_worksheet(book, 0), FREEXL_OK);
	assert_int_equal(freexl_worksheet_dimensions(book, &rows, &columns), FREEXL_OK);
	for (unsigned row = 0; row < rows; row++)
		for (unsigned short column = 0; column < columns; column++) {
			FreeXL_CellValue value;
			char text[200] = "";
			assert_int_equal(freexl_get_cell_value(book, row, column, &value), FREEXL_OK);
			if (value.type == FREEXL_CELL_TEXT || value.type == FREEXL_CELL_SST_TEXT)
				snprintf(text, sizeof text, "|T%s", value.value.text_value);
			else if (value.type == FREEXL_CELL_DOUBLE)
				snprintf(text, sizeof text, "|N%.15g", value.value.double_value);
			else if (value.type == FREEXL_CELL_INT)
				snprintf(text, sizeof text, "|N%d", value.value.int_value);
			assert_non_null(strstr(recording.text, text));
			compared += *text != '\0';
		}
	assert_int_equal(compared, 9 + 2 + 6 + 3); /* without dates, formulas, truth values */
	freexl_close(book);
	recording_free(&recording);
}

static void numbers_in_short_forms(void **state)
{
	(void)state;
	struct bytes *sheet = calloc(1, sizeof *sheet);
	RECORD(sheet, BIFF_RK, 0, 0, 0, 0, 0, 0, 0x32, 0, 0, 0);              /* 12 as an integer */
	RECORD(sheet, BIFF_RK, 0, 0, 1, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF);     /* -1 */
	RECORD(sheet, BIFF_RK, 0, 0, 2, 0, 0, 0, 0x5F, 0xB6, 1, 0);           /* 280.55 in hundredths */
	RECORD(sheet, BIFF_RK, 0, 0, 3, 0, 0, 0, 0, 0, 0xF8, 0x3F);           /* 1.5, half a double */
	RECORD(sheet, BIFF_RK, 0, 0, 4, 0, 0, 0, 1, 0, 0xF8, 0x3F);           /* 0.015 */
	RECORD(sheet, BIFF_MULRK, 1, 0, 1, 0, 0, 0, 0x06, 0, 0, 0, 1, 0, 0x0A, 0, 0, 0, 2, 0);
	number(sheet, 2, 0, 1, 44330.25);
	number(sheet, 2, 1, 7, 0.1);
	number(sheet, 2, 2, 0, (double)INFINITY);
	end(sheet);
	expect_book(&nothing, sheet, "sheet 表 1 xls 1900\n1@-1|N12|N-1|N280.55|N1.5|N0.015\n2@-1||N1|D2\n"
		"3@-1|D44330.25|N0.1|E#NUM!\nend\n");
	free(sheet);
}

static void results_of_formulas(void **state)
{
	(void)state;
	struct bytes *sheet = calloc(1, sizeof *sheet);
#define FORMULA(column, ...) RECORD(sheet, BIFF_FORMULA, 0, 0, column, 0, 0, 0, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
	FORMULA(0, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F);
	FORMULA(1, 1, 0, 1, 0, 0, 0, 0xFF, 0xFF);
	FORMULA(2, 2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF);
	FORMULA(3, 3, 0, 0, 0, 0, 0, 0xFF, 0xFF);
	FORMULA(4, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF);
	RECORD(sheet, 0x04BC, 0, 0);
	RECORD(sheet, BIFF_STRING, 3, 0, 1, 0x2D, 0x4E, 0x61, 0);
	RECORD(sheet, BIFF_CONTINUE, 0, 0x62);
	FORMULA(5, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF); /* its text is missing */
	RECORD(sheet, BIFF_BOOLERR, 0, 0, 6, 0, 0, 0, 0x17, 1);
	RECORD(sheet, BIFF_BOOLERR, 0, 0, 7, 0, 0, 0, 0, 0);
	end(sheet);
	expect_book(&nothing, sheet, "sheet 表 1 xls 1900\n1@-1|N1.5|B1|E#N/A||T中ab|E#未计算|E#REF!|B0\nend\n");
	free(sheet);
}

static void shared_strings_that_run_on(void **state)
{
	(void)state;
	struct bytes *extra = calloc(2, sizeof *extra), *sheet = extra + 1;
	/* Three strings; the second is rich and goes on narrow, the third has a pair of halves
	 * that the boundary parts, then a lone one. */
	RECORD(extra, BIFF_SST, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 'x', 4, 0, 9, 1, 0, 0x2D, 0x4E, 0x87, 0x65);
	RECORD(extra, BIFF_CONTINUE, 0, 'a', 'b', 9, 9, 9, 9, 3, 0, 1, 0x3D, 0xD8);
	RECORD(extra, BIFF_CONTINUE, 1, 0x00, 0xDE, 0x3D, 0xD8);
	for (unsigned char i = 0; i < 4; i++)
		RECORD(sheet, BIFF_LABELSST, 0, 0, i, 0, 0, 0, i, 0, 0, 0);
	end(sheet);
	expect_book(extra, sheet, "sheet 表 1 xls 1900\nfault S01 1 D\n1@-1|Tx|T中文ab|T😀\xEF\xBF\xBD|E#REF!\nend\n");
	free(extra);
}

static void rows_out_of_order(void **state)
{
	(void)state;
	struct bytes *sheet = calloc(1, sizeof *sheet);
	number(sheet, 4, 0, 0, 5);
	number(sheet, 1, 1, 0, 2);
	RECORD(sheet, BIFF_BOF, 0, 6, 0x20, 0); /* a chart within: not its cells */
	number(sheet, 0, 0, 0, 9);
	end(sheet);
	number(sheet, 1, 0, 0, 1);
	end(sheet);
	expect_book(&nothing, sheet, "sheet 表 1 xls 1900\n1@-1\n2@-1|N1|N2\n3@-1\n4@-1\n5@-1|N5\nend\n");
	free(sheet);
}

static void damaged_sheets(void **state)
{
	(void)state;
	struct bytes *sheet = calloc(1, sizeof *sheet);
	number(sheet, 0, 0, 0, 1);
	number(sheet, 0, 0, 0, 2);
	end(sheet);
	expect_book(&nothing, sheet, "sheet 表 1 xls 1900\nfault S01 1 A\n1@-1|N1\nend\n");
	sheet->count = 0;
	number(sheet, 0, 0, 0, 1);
	RECORD(sheet, BIFF_LABEL, 1, 0, 0, 0, 0, 0, 0xFF, 0xFF, 1, 'a');
	end(sheet);
	expect_book(&nothing, sheet, "sheet 表 1 xls 1900\n1@-1|N1\nfault S05 2 A\nend\n");
	free(sheet);
}

static void an_encrypted_workbook(void **state)
{
	(void)state;
	struct bytes *extra = calloc(2, sizeof *extra), *sheet = extra + 1;
	RECORD(extra, BIFF_FILEPASS, 1, 0, 1, 0, 1, 0);
	end(sheet);
	expect_book(extra, sheet, "fault S06 0\n");
	extra->count = 0;
	struct recording recording;
	wrap(&nothing, "EncryptedPackage", sheet);
	assert_true(record_bytes(&recording, "a.xlsx", sheet->data, sheet->count, NULL));
	assert_string_equal(recording.text, "fault S06 0\n");
	recording_free(&recording);
	wrap(&nothing, "WordDocument", sheet);
	assert_true(record_bytes(&recording, "a.doc", sheet->data, sheet->count, NULL));
	assert_string_equal(recording.text, "fault S02 0\n");
	recording_free(&recording);
	free(extra);
}

/* Excel 95: texts are bytes of the code page. */
static void an_older_workbook(void **state)
{
	(void)state;
	struct bytes *stream = calloc(2, sizeof *stream), *file = stream + 1;
	struct recording recording;
	RECORD(stream, BIFF_BOF, 0, 5, 5, 0, 0, 0, 0, 0);
	RECORD(stream, BIFF_CODEPAGE, 0xA8, 0x03);
	RECORD(stream, BIFF_FORMAT, 0xB0, 0, 4, 'y', 'y', 0xC4, 0xEA);
	RECORD(stream, BIFF_XF, 0, 0, 0xB0, 0);
	RECORD(stream, BIFF_BOUNDSHEET, 77, 0, 0, 0, 1, 0, 2, 0xB1, 0xED);
	add_record(stream, BIFF_EOF, "", 0);
	/* where the sheet begins, into the record that says so */
	stream->data[stream->count - 4 - 13 + 4] = (unsigned char)stream->count;
	RECORD(stream, BIFF_BOF, 0, 5, 0x10, 0, 0, 0, 0, 0);
	RECORD(stream, BIFF_LABEL, 0, 0, 0, 0, 0, 0, 4, 0, 0xD6, 0xD0, 0xCE, 0xC4);
	number(stream, 0, 1, 0, 44330);
	end(stream);
	wrap(stream, "Book", file);
	assert_true(record_bytes(&recording, "a.xls", file->data, file->count, NULL));
	assert_string_equal(recording.text, "sheet 表 1 xls 1900 hidden\n1@-1|T中文|D44330\nend\n");
	recording_free(&recording);
	free(stream);
}

/* Cut anywhere or with any byte changed, a file is read or refused, and nothing crashes. */
static void damaged_files(void **state)
{
	(void)state;
	FILE *in = fopen("tests/data/cells.xls", "rb");
	unsigned char bytes[16384];
	size_t count = fread(bytes, 1, sizeof bytes, in);
	fclose(in);
	for (size_t at = 0; at < count; at += 13) {
		struct recording recording;
		unsigned char kept = bytes[at];
		assert_true(record_bytes(&recording, "a.xls", bytes, at, NULL));
		recording_free(&recording);
		bytes[at] ^= 0xFF;
		assert_true(record_bytes(&recording, "a.xls", bytes, count, NULL));
		recording_free(&recording);
		bytes[at] = kept;
	}
}

int main(int count, char **words)
{
	if (count == 2)
		return record_to_stdout(words[1], NULL);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_workbook_of_libreoffice), cmocka_unit_test(freexl_agrees),
		cmocka_unit_test(numbers_in_short_forms), cmocka_unit_test(results_of_formulas),
		cmocka_unit_test(shared_strings_that_run_on), cmocka_unit_test(rows_out_of_order),
		cmocka_unit_test(damaged_sheets), cmocka_unit_test(an_encrypted_workbook),
		cmocka_unit_test(an_older_workbook), cmocka_unit_test(damaged_files),
	};
	return cmocka_run_group_tests_name("xls", tests, NULL, NULL);
}
