/* Rows read beside the XML parser against the parser itself, and what is left to it. */
#include "tests/unit/recording.h"

#include <zip.h>

#include "ingest/reader_xlsx.h"

static struct lane_row row;

static enum lane_verdict verdict_of(const char *text, size_t length, size_t *taken)
{
	char *exact = malloc(length ? length : 1); /* no byte beyond may be read */
	assert_non_null(exact);
	if (length)
		memcpy(exact, text, length);
	enum lane_verdict verdict = lane_row(exact, length, &row, taken);
	free(exact);
	return verdict;
}

/* Of whatever a simple row begins with nothing can be told until it is whole. */
static void prefixes(void **state)
{
	(void)state;
	static const char *const simple[] = {
		"<row></row>", "<row/>", "\n\t <row r=\"12\" spans=\"1:3\" x14ac:dyDescent=\"0.25\"/>",
		"<row r=\"1\"><c r=\"A1\" s=\"2\" t=\"s\"><v>12</v></c><c/><c r=\"C1\"></c> </row>",
		"<row r=\"1\">\n<c t=\"inlineStr\"><is><t xml:space=\"preserve\"> 学校&#23398;&#x5B66;&amp;&lt;&gt;&quot;&apos;</t></is></c>\n</row>",
		"<row><c> <v>a]b]]c</v> </c><c t=\"inlineStr\"><is><t></t></is></c></row>",
	};
	for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
		char more[400];
		size_t taken = 0;
		size_t length = strlen(simple[i]);
		for (size_t part = 0; part < length; part++)
			assert_int_equal(verdict_of(simple[i], part, &taken), LANE_CUT);
		assert_int_equal(verdict_of(simple[i], length, &taken), LANE_ROW);
		assert_int_equal(taken, length);
		snprintf(more, sizeof more, "%s<row", simple[i]);
		assert_int_equal(verdict_of(more, length + 4, &taken), LANE_ROW);
		assert_int_equal(taken, length);
	}
}

static void others(void **state)
{
	(void)state;
	static const char *const other[] = {
		"</sheetData>", "<x:row>", "<rows>", "<row r='1'>", "<row r=\"1\" r=\"2\">", "<row r=\"1\"r=\"2\">", "<row x=\"1\">",
		"<row xmlns=\"u\">", "<row  r=\"1\">", "<row r = \"1\">", "<row r=\"&#49;\">", "<row r=\"1<\">", "<row r=\"\xE5\xAD\xA6\">",
		"<row></row >", "<row>text</row>", "<row><c></row>", "<row><c><f>1</f></c></row>", "<row><c><v>1</v><v>1</v></c></row>",
		"<row><c><v>1</c></row>", "<row><c><v a=\"1\">1</v></c></row>", "<row><c><is><r><t>1</t></r></is></c></row>",
		"<row><!-- c --></row>", "<row><c><v><![CDATA[1]]></v></c></row>", "<row><c><v>]]></v></c></row>",
		"<row><c><v>&nbsp;</v></c></row>", "<row><c><v>&#0;</v></c></row>", "<row><c><v>&#xD800;</v></c></row>",
		"<row><c><v>&#xFFFE;</v></c></row>", "<row><c><v>&#x110000;</v></c></row>", "<row><c><v>&#99999999999999999;</v></c></row>",
		"<row><c><v>&#;</v></c></row>", "<row><c><v>&#x;</v></c></row>", "<row><c><v>&#12a;</v></c></row>",
		"<row><c><v>\x01</v></c></row>", "<row><c><v>\r</v></c></row>", "<row>\r\n</row>", "<row><c><v>\xC0\x80</v></c></row>",
		"<row><c><v>\xE5\xAD</v></c></row>", "<row><c><v>\xEF\xBF\xBF</v></c></row>", "<row><c><v>&amp;\xFF</v></c></row>",
		"<row><c r=\"A1\" t=\"s\" r=\"A1\"/></row>", "<row><cols/></row>",
	};
	size_t taken;
	for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
		enum lane_verdict verdict = verdict_of(other[i], strlen(other[i]), &taken);
		if (verdict != LANE_OTHER)
			print_message("# number %zu\n", i);
		assert_int_equal(verdict, LANE_OTHER);
	}
	/* longer than what is kept for a verdict, and more cells than there is room for */
	char *longest = malloc(LANE_BYTES + 100);
	memset(longest, 'a', LANE_BYTES + 100);
	memcpy(longest, "<row><c><v>", 11);
	assert_int_equal(lane_row(longest, LANE_BYTES + 100, &row, &taken), LANE_CUT);
	size_t used = (size_t)sprintf(longest, "<row>");
	for (int i = 0; i < LANE_CELLS; i++)
		used += (size_t)sprintf(longest + used, "<c/>");
	strcpy(longest + used, "</row>");
	assert_int_equal(lane_row(longest, strlen(longest), &row, &taken), LANE_ROW);
	strcpy(longest + used, "<c/></row>");
	assert_int_equal(lane_row(longest, strlen(longest), &row, &taken), LANE_OTHER);
	free(longest);
}

/* ---- whole sheets */

static uint32_t draw(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 10;
}

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE_RELS "http://schemas.openxmlformats.org/package/2006/relationships"

static void read_sheet(struct recording *recording, const char *sheet)
{
	const char *const parts[][2] = {
		{ "_rels/.rels", "<Relationships xmlns='" PACKAGE_RELS "'><Relationship Id='r1' Type='" RELS "/officeDocument'"
			" Target='xl/workbook.xml'/></Relationships>" },
		{ "xl/workbook.xml", "<workbook xmlns='" MAIN "' xmlns:r='" RELS "'><sheets><sheet name='a' sheetId='1' r:id='s1'/>"
			"</sheets></workbook>" },
		{ "xl/_rels/workbook.xml.rels", "<Relationships xmlns='" PACKAGE_RELS "'><Relationship Id='s1' Type='" RELS
			"/worksheet' Target='worksheets/sheet1.xml'/></Relationships>" },
		{ "xl/worksheets/sheet1.xml", sheet },
	};
	char folder[] = "/tmp/onex-test-lane-XXXXXX", path[64];
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/a.xlsx", folder);
	int error;
	zip_t *zip = zip_open(path, ZIP_CREATE, &error);
	assert_non_null(zip);
	for (size_t i = 0; i < 4; i++)
		assert_true(zip_file_add(zip, parts[i][0], zip_source_buffer(zip, parts[i][1], strlen(parts[i][1]), 0), 0) >= 0);
	assert_int_equal(zip_close(zip), 0);
	record_file(recording, path, NULL);
	unlink(path);
	rmdir(folder);
}

/* Writes a sheet whose rows hold a comment each where `plain` is false, and so are the parser's;
 * else one in `odd` rows does. `ending` is where the sheet goes wrong, or "". */
static char *make_sheet(uint32_t seed, int odd, const char *ending)
{
	static const char *const texts[] = { "1", "12.50", "学校&#21517;称", "a]b", "_x0041_", "&amp;&lt;", " x ", "2021-05-14", "１" };
	char *sheet = malloc(4 << 20);
	assert_non_null(sheet);
	uint32_t comments = seed;
	size_t used = (size_t)sprintf(sheet, "<worksheet xmlns=\"" MAIN "\"><sheetData>");
	for (int r = 1; r <= 2000; r++) {
		used += (size_t)sprintf(sheet + used, draw(&seed) % 2 ? "<row r=\"%d\">" : "<row r=\"%d\" spans=\"1:9\">", r);
		for (int c = 0; c < 9; c++) {
			const char *text = texts[draw(&seed) % (sizeof texts / sizeof *texts)];
			switch (draw(&seed) % 4) {
			case 0:
				used += (size_t)sprintf(sheet + used, "<c r=\"%c%d\"><v>%d</v></c>", 'A' + c, r, (int)(draw(&seed) % 1000));
				break;
			case 1:
				used += (size_t)sprintf(sheet + used, "<c t=\"inlineStr\"><is><t>%s</t></is></c>\n", text);
				break;
			case 2:
				used += (size_t)sprintf(sheet + used, "<c r=\"%c%d\" t=\"str\"><v>%s</v></c>", 'A' + c, r, text);
				break;
			default:
				used += (size_t)sprintf(sheet + used, "<c r=\"%c%d\"/>", 'A' + c, r);
			}
		}
		bool is_odd = odd && draw(&comments) % (uint32_t)odd == 0;
		used += (size_t)sprintf(sheet + used, "%s</row>", is_odd ? "<!---->" : "");
	}
	sprintf(sheet + used, "%s</sheetData></worksheet>", ending);
	return sheet;
}

/* Rows that are the parser's among others, all of them or none: the same is read, and what goes
 * wrong at the end stands in the same line of the part. */
static void same_rows(void **state)
{
	(void)state;
	static const char *const endings[] = { "", "<row r=\"2001\"><c r=\"A2001\"><v>1</w></c></row>", "<row r=\"7\"/>",
		"<row r=\"2001\"><c r=\"A3\"/></row>", "<row r=\"2001\"><c r=\"B2001\"><v>1</v></c><c r=\"B2001\"><v>1</v></c></row>" };
	for (uint32_t seed = 1; seed <= 5; seed++) {
		struct recording read[3]; /* each stays where its stream began */
		for (int i = 0; i < 3; i++) {
			static const int odd[] = { 1, 6, 0 };
			char *sheet = make_sheet(seed, odd[i], endings[seed % 5]);
			read_sheet(&read[i], sheet);
			free(sheet);
		}
		/* the column counts the comments; up to the line all is the same */
		const char *stop = strstr(read[0].message, "行第");
		size_t length = stop ? (size_t)(stop - read[0].message) : strlen(read[0].message) + 1;
		for (int i = 1; i < 3; i++) {
			assert_string_equal(read[i].text, read[0].text);
			assert_memory_equal(read[i].message, read[0].message, length);
		}
		for (int i = 0; i < 3; i++)
			recording_free(&read[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes), cmocka_unit_test(others), cmocka_unit_test(same_rows),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("lane", tests, NULL, NULL);
}
