/* The XLSX reader against workbooks made part by part. With a file's name as its argument
 * it prints what the reader sends, for the Python tests. */
#include "tests/unit/recording.h"

#include <zip.h>

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define STRICT "http://purl.oclc.org/ooxml/spreadsheetml/main"
#define RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE_RELS "http://schemas.openxmlformats.org/package/2006/relationships"

struct part {
	const char *name;
	const char *text;
};

enum { MAX_PARTS = 16 };

/* The container of these parts as bytes, freed with free(). */
static void *make_zip(const struct part *parts, size_t *count)
{
	char path[] = "/tmp/onex-test-zip-XXXXXX";
	int error, file = mkstemp(path);
	assert_true(file >= 0);
	close(file);
	zip_t *zip = zip_open(path, ZIP_TRUNCATE, &error);
	assert_non_null(zip);
	for (; parts->name; parts++) {
		zip_source_t *source = zip_source_buffer(zip, parts->text, strlen(parts->text), 0);
		assert_true(zip_file_add(zip, parts->name, source, ZIP_FL_ENC_UTF_8) >= 0);
	}
	assert_int_equal(zip_close(zip), 0);
	FILE *in = fopen(path, "rb");
	fseek(in, 0, SEEK_END);
	*count = (size_t)ftell(in);
	rewind(in);
	void *bytes = malloc(*count);
	assert_int_equal(fread(bytes, 1, *count, in), *count);
	fclose(in);
	unlink(path);
	return bytes;
}

#define ROOT_RELS "<Relationships xmlns='" PACKAGE_RELS "'><Relationship Id='r1' Type='" RELS "/officeDocument'" \
	" Target='xl/workbook.xml'/></Relationships>"
#define BOOK_RELS "<Relationships xmlns='" PACKAGE_RELS "'>" \
	"<Relationship Id='s1' Type='" RELS "/worksheet' Target='worksheets/sheet1.xml'/>" \
	"<Relationship Id='t' Type='" RELS "/sharedStrings' Target='sharedStrings.xml'/>" \
	"<Relationship Id='y' Type='" RELS "/styles' Target='styles.xml'/></Relationships>"
#define BOOK(inside) "<workbook xmlns='" MAIN "' xmlns:r='" RELS "'>" inside "</workbook>"
#define ONE_SHEET BOOK("<sheets><sheet name='表' sheetId='1' r:id='s1'/></sheets>")
#define SHEET(rows) "<worksheet xmlns='" MAIN "'><sheetData>" rows "</sheetData></worksheet>"
#define STYLES "<styleSheet xmlns='" MAIN "'><numFmts><numFmt numFmtId='176' formatCode='yyyy\"年\"m\"月\"d\"日\"'/>" \
	"<numFmt numFmtId='177' formatCode='0.00\"days\"'/><numFmt numFmtId='178' formatCode='[h]:mm'/></numFmts>" \
	"<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>" \
	"<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='176'/><xf numFmtId='177'/><xf numFmtId='57'/>" \
	"<xf numFmtId='178'/></cellXfs></styleSheet>"
#define STRINGS "<sst xmlns='" MAIN "'><si><t>零</t></si><si><r><t>富</t></r><r><rPr><b/></rPr><t xml:space='preserve'> 文本</t></r>" \
	"<rPh sb='0' eb='1'><t>注音</t></rPh><phoneticPr/></si><si><t>a_x000A_b_x005F_x000A_c_x4e2D__xD83D__xDE00_</t></si><si/></sst>"

/* A workbook of one sheet with these rows, and the common tables. */
static void read_sheet(struct recording *recording, const char *sheet)
{
	const struct part parts[] = {
		{ "_rels/.rels", ROOT_RELS }, { "xl/workbook.xml", ONE_SHEET }, { "xl/_rels/workbook.xml.rels", BOOK_RELS },
		{ "xl/worksheets/sheet1.xml", sheet }, { "xl/sharedStrings.xml", STRINGS }, { "xl/styles.xml", STYLES }, { 0 },
	};
	size_t count;
	void *bytes = make_zip(parts, &count);
	record_bytes(recording, "a.xlsx", bytes, count, NULL);
	free(bytes);
}

/* Once as it stands, which is the XML parser's, and once with the other quotation marks, by
 * which its simple rows are read beside the parser. */
static void expect_sheet(const char *sheet, const char *expected)
{
	struct recording recording;
	char whole[4096];
	char *other = strdup(sheet);
	assert_non_null(other);
	for (char *at = other; *at; at++)
		if (*at == '\'')
			*at = '"';
	snprintf(whole, sizeof whole, "sheet 表 1 xlsx 1900\n%send\n", expected);
	for (int i = 0; i < 2; i++) {
		read_sheet(&recording, i ? other : sheet);
		assert_string_equal(recording.text, whole);
		recording_free(&recording);
	}
	free(other);
}

static void expect_parts(const struct part *parts, const char *expected)
{
	struct recording recording;
	size_t count;
	void *bytes = make_zip(parts, &count);
	record_bytes(&recording, "a.xlsx", bytes, count, NULL);
	assert_string_equal(recording.text, expected);
	recording_free(&recording);
	free(bytes);
}

static void cells_of_all_kinds(void **state)
{
	(void)state;
	expect_sheet(SHEET("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1' t='s'><v>2</v></c>"
		"<c r='D1' t='s'><v>3</v></c><c r='E1'><v>1.5E-2</v></c><c r='F1' t='b'><v>1</v></c><c r='G1' t='b'><v>0</v></c>"
		"<c r='H1' t='e'><v>#N/A</v></c><c r='I1' t='str'><f>A1</f><v>x_x0041_</v></c>"
		"<c r='J1' t='inlineStr'><is><t>内</t><rPh sb='0' eb='1'><t>no</t></rPh></is></c>"
		"<c r='K1' t='inlineStr'><is><r><t>a</t></r><r><t>b</t></r></is></c><c r='L1' t='n'><v> 7 </v></c></row>"),
		"1@-1|T零|T富 文本|Ta\nb_x000A_c中😀||N1.5E-2|B1|B0|E#N/A|TxA|T内|Tab|N7\n");
}

static void dates(void **state)
{
	(void)state;
	expect_sheet(SHEET("<row r='2'><c r='A2' s='1'><v>44330</v></c><c r='B2' s='2'><v>44330.5</v></c><c r='C2' s='3'><v>3</v></c>"
		"<c r='D2' s='4'><v>44330</v></c><c r='E2' s='5'><v>1.25</v></c><c r='F2' s='99'><v>5</v></c>"
		"<c r='G2' t='d'><v>2021-05-14</v></c><c r='H2' t='d'><v>2021-05-14T12:00:00</v></c>"
		"<c r='I2' t='d'><v>2021-05-14T12:00:00Z</v></c><c r='J2' t='d'><v>1900-02-28</v></c></row>"),
		"1@-1\n2@-1|D44330|D44330.5|N3|D44330|D1.25|N5|D44330|D44330.5000000000|T2021-05-14T12:00:00Z|D59\n");
}

static void formulas_without_values(void **state)
{
	(void)state;
	expect_sheet(SHEET("<row r='1'><c r='A1'><f>1+1</f></c><c r='B1'><f>1+1</f><v></v></c><c r='C1' t='str'><f>\"\"</f><v></v></c>"
		"<c r='D1'><f>1+1</f><v>2</v></c><c r='E1' t='str'><f>x</f></c></row>"),
		"1@-1|E#未计算|E#未计算||N2|E#未计算\n");
}

static void missing_references_and_blank_rows(void **state)
{
	(void)state;
	expect_sheet(SHEET("<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c r='C3'><v>3</v></c><c><v>4</v></c></row>"
		"<row r='6'><c r='A6' s='1'/><c r='B6'><v>5</v></c></row><row r='9'><c r='A9' s='1'/></row>"),
		"1@-1|N1|N2\n2@-1\n3@-1|||N3|N4\n4@-1\n5@-1\n6@-1||N5\n");
}

static void prefixes_extensions_and_a_lying_dimension(void **state)
{
	(void)state;
	expect_sheet("<x:worksheet xmlns:x='" MAIN "' xmlns:e='urn:e'><x:dimension ref='A1:A1'/><x:sheetViews><x:row/></x:sheetViews>"
		"<x:sheetData><x:row r='1'><e:c><e:v>9</e:v></e:c><x:c r='B1'><x:v>1</x:v><x:extLst><x:v>8</x:v></x:extLst></x:c></x:row>"
		"</x:sheetData><e:row/></x:worksheet>", "1@-1||N1\n");
}

static void places_that_contradict(void **state)
{
	(void)state;
	expect_sheet(SHEET("<row r='2'><c r='A2'><v>1</v></c></row><row r='2'><c r='A2'><v>1</v></c></row>"),
		"1@-1\n2@-1|N1\nfault S01 2\n");
	expect_sheet(SHEET("<row r='1'><c r='A1'><v>1</v></c><c r='A1'><v>2</v></c></row>"), "fault S01 1 A\n");
	expect_sheet(SHEET("<row r='1'><c r='A2'><v>1</v></c></row>"), "fault S01 1 A\n");
	expect_sheet(SHEET("<row r='1'><c r='XFE1'><v>1</v></c></row>"), "fault S09 1 A\n");
	expect_sheet(SHEET("<row r='1048577'/>"), "fault S09 1048577\n");
}

static void a_string_that_is_not_there(void **state)
{
	(void)state;
	expect_sheet(SHEET("<row r='1'><c r='A1' t='s'><v>9</v></c><c r='B1' t='s'><v>-1</v></c></row>"),
		"fault S01 1 A\n1@-1|E#REF!|E#REF!\n");
}

static void damaged_sheets(void **state)
{
	(void)state;
	expect_sheet("<worksheet xmlns='" MAIN "'><sheetData><row r='1'><c r='A1'><v>1</v></c></row><row r='2'>",
		"1@-1|N1\nfault S01 2\n");
	expect_sheet("<chart/>", "fault S01 0\n");
	expect_sheet("<!DOCTYPE w [<!ENTITY a 'b'>]>" SHEET("<row><c><v>1</v></c></row>"), "fault S09 0\n");
}

static void deep_nesting(void **state)
{
	(void)state;
	char *sheet = malloc(200000);
	strcpy(sheet, "<worksheet xmlns='" MAIN "'><sheetData>");
	size_t used = strlen(sheet);
	for (int i = 0; i < 20000; i++, used += 3)
		memcpy(sheet + used, "<a>", 3);
	sheet[used] = '\0';
	expect_sheet(sheet, "fault S09 0\n");
	free(sheet);
}

static void many_attributes(void **state)
{
	(void)state;
	char *sheet = malloc(4000000);
	size_t used = (size_t)sprintf(sheet, "<worksheet xmlns='" MAIN "'><sheetData><row ");
	for (int i = 0; i < 300000; i++)
		used += (size_t)sprintf(sheet + used, "a%d='' ", i);
	strcpy(sheet + used, "/></sheetData></worksheet>");
	expect_sheet(sheet, "fault S09 0\n");
	free(sheet);
}

#define SHEET_OF(text) SHEET("<row r='1'><c r='A1' t='inlineStr'><is><t>" text "</t></is></c></row>")

static void sheets_in_order_hidden_and_other_kinds(void **state)
{
	(void)state;
	const struct part parts[] = {
		{ "[Content_Types].xml", "<Types/>" },
		{ "_rels/.rels", "<Relationships xmlns='" PACKAGE_RELS "'><Relationship Id='a' Type='http://purl.oclc.org/ooxml/"
			"officeDocument/relationships/officeDocument' Target='/Book/Main.xml'/></Relationships>" },
		{ "book/main.xml", "<workbook xmlns='" STRICT "' xmlns:q='http://purl.oclc.org/ooxml/officeDocument/relationships'>"
			"<workbookPr date1904='true'/><sheets><sheet name='乙' sheetId='7' q:id='b'/><sheet name='图' sheetId='3' q:id='c'/>"
			"<sheet name='甲' sheetId='1' state='hidden' q:id='a'/><sheet name='深' sheetId='2' state='veryHidden' q:id='d'/>"
			"<sheet name='无' sheetId='9' q:id='zz'/></sheets></workbook>" },
		{ "book/_rels/main.xml.rels", "<Relationships xmlns='" PACKAGE_RELS "'>"
			"<Relationship Id='a' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet' Target='../sheets/%61.xml'/>"
			"<Relationship Id='b' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet' Target='/sheets/b.xml'/>"
			"<Relationship Id='c' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/chartsheet' Target='c.xml'/>"
			"<Relationship Id='d' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet' Target='./x/../d.xml'/>"
			"<Relationship Id='x' TargetMode='External' Type='/styles' Target='http://example.org/styles.xml'/></Relationships>" },
		{ "Sheets\\A.xml", "<worksheet xmlns='" STRICT "'><sheetData><row><c t='inlineStr'><is><t>a</t></is></c></row></sheetData></worksheet>" },
		{ "sheets/b.xml", SHEET_OF("b") }, { "book/d.xml", SHEET_OF("d") }, { 0 },
	};
	expect_parts(parts, "sheet 乙 1 xlsx 1904\n1@-1|Tb\nend\nsheet 甲 3 xlsx 1904 hidden\n1@-1|Ta\nend\n"
		"sheet 深 4 xlsx 1904 hidden\n1@-1|Td\nend\nfault S01 0\n");
}

static void two_parts_of_one_name(void **state)
{
	(void)state;
	const struct part parts[] = { { "_rels/.rels", ROOT_RELS }, { "xl/workbook.xml", ONE_SHEET },
		{ "XL/Workbook.xml", ONE_SHEET }, { "xl/_rels/workbook.xml.rels", BOOK_RELS }, { 0 } };
	expect_parts(parts, "fault S01 0\n");
}

static void parts_that_are_missing(void **state)
{
	(void)state;
	const struct part no_book[] = { { "[Content_Types].xml", "<Types/>" }, { 0 } };
	expect_parts(no_book, "fault S01 0\n");
	const struct part no_sheet[] = { { "[Content_Types].xml", "<Types/>" }, { "xl/workbook.xml", ONE_SHEET },
		{ "xl/_rels/workbook.xml.rels", BOOK_RELS }, { "xl/styles.xml", STYLES }, { 0 } };
	expect_parts(no_sheet, "sheet 表 1 xlsx 1900\nfault S01 0\nend\n");
	const struct part nothing[] = { { "[Content_Types].xml", "<Types/>" }, { "xl/workbook.xml", BOOK("") }, { 0 } };
	expect_parts(nothing, "fault S01 0\n");
}

static void cut_short(void **state)
{
	(void)state;
	const struct part parts[] = { { "[Content_Types].xml", "<Types/>" }, { "xl/workbook.xml", ONE_SHEET },
		{ "xl/_rels/workbook.xml.rels", BOOK_RELS }, { "xl/worksheets/sheet1.xml", SHEET_OF("a") }, { 0 } };
	size_t count;
	void *bytes = make_zip(parts, &count);
	for (size_t cut = 1; cut < count; cut += 7) {
		struct recording recording;
		assert_true(record_bytes(&recording, "a.xlsx", bytes, cut, NULL));
		assert_non_null(strstr(recording.text, cut < 4 ? "" : "fault S01"));
		recording_free(&recording);
	}
	free(bytes);
}

static void a_sink_that_stops(void **state)
{
	(void)state;
	struct failure failure;
	struct recording recording;
	struct sink sink = recording_sink(&recording);
	recording.rows_left = 1;
	const struct part parts[] = { { "[Content_Types].xml", "<Types/>" }, { "xl/workbook.xml", ONE_SHEET },
		{ "xl/_rels/workbook.xml.rels", BOOK_RELS }, { "xl/styles.xml", STYLES },
		{ "xl/worksheets/sheet1.xml", SHEET("<row><c><v>1</v></c></row><row><c><v>2</v></c></row>") }, { 0 } };
	size_t count;
	void *bytes = make_zip(parts, &count);
	char path[] = "/tmp/onex-test-XXXXXX";
	int file = mkstemp(path);
	assert_int_equal(write(file, bytes, count), count);
	struct input input = { .path = path, .name = "a.xlsx", .file = file, .bytes = (int64_t)count };
	assert_false(reader_xlsx(&input, &sink, &failure));
	assert_string_equal(failure.text, "enough");
	fflush(recording.out);
	assert_string_equal(recording.text, "sheet 表 1 xlsx 1900\n1@-1|N1\n");
	recording_free(&recording);
	free(bytes);
	close(file);
	unlink(path);
}

static void forms_told_by_their_bytes(void **state)
{
	(void)state;
	static const struct { const char *name, *bytes; size_t count; const char *rule, *word; } files[] = {
		{ "a.csv", "", 0, "S01", "空" },
		{ "a.xlsx", "%PDF-1.4 x", 10, "S01", "PDF" },
		{ "a.pdf", "%PDF-1.4 x", 10, "S02", "PDF" },
		{ "a.png", "\x89PNG\r\n\x1A\n....", 12, "S02", "PNG" },
		{ "a.xls", "\xEF\xBB\xBF \n<HTML><table>", 18, "S01", "HTML" },
		{ "a.xls", "<?xml version='1.0'?><html xmlns='x'>", 37, "S01", "HTML" },
		{ "a.xls", "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook/>", 72, "S01", "2003" },
		{ "a.xls", "\xFF\xFE<\0h\0t\0m\0l\0>\0", 14, "S01", "HTML" },
		{ "a.rar", "Rar!\x1A\x07\x01\x00", 8, "S01", "RAR" },
		{ "a.xlsx", "PK\3\4............", 16, "S01", "" },
		{ "a.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....", 12, "S01", "XLS" },
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct recording recording;
		char expected[32];
		assert_true(record_bytes(&recording, files[i].name, files[i].bytes, files[i].count, NULL));
		snprintf(expected, sizeof expected, "fault %s 0\n", files[i].rule);
		assert_string_equal(recording.text, expected);
		assert_non_null(strstr(recording.message, files[i].word));
		recording_free(&recording);
	}
}

static void columns_as_letters(void **state)
{
	(void)state;
	static const struct { uint32_t column; const char *letters; } cases[] = {
		{ 0, "A" }, { 25, "Z" }, { 26, "AA" }, { 701, "ZZ" }, { 702, "AAA" }, { 16383, "XFD" } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char letters[COLUMN_LETTERS_BYTES];
		column_letters(cases[i].column, letters);
		assert_string_equal(letters, cases[i].letters);
	}
}

int main(int count, char **words)
{
	if (count == 2)
		return record_to_stdout(words[1], NULL);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_of_all_kinds), cmocka_unit_test(dates), cmocka_unit_test(formulas_without_values),
		cmocka_unit_test(missing_references_and_blank_rows),
		cmocka_unit_test(prefixes_extensions_and_a_lying_dimension), cmocka_unit_test(places_that_contradict),
		cmocka_unit_test(a_string_that_is_not_there), cmocka_unit_test(damaged_sheets), cmocka_unit_test(deep_nesting),
		cmocka_unit_test(many_attributes), cmocka_unit_test(sheets_in_order_hidden_and_other_kinds),
		cmocka_unit_test(two_parts_of_one_name), cmocka_unit_test(parts_that_are_missing), cmocka_unit_test(cut_short),
		cmocka_unit_test(a_sink_that_stops), cmocka_unit_test(forms_told_by_their_bytes),
		cmocka_unit_test(columns_as_letters),
	};
	return cmocka_run_group_tests_name("xlsx", tests, NULL, NULL);
}
