/* The XML reader. With a file's name as its argument it prints what the reader sends. */
#include "tests/unit/recording.h"

#include <iconv.h>

static struct schema *schema;

static int load(void **state)
{
	(void)state;
	struct failure failure;
	schema = schema_load(".", &failure);
	return schema ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	schema_free(schema);
	return 0;
}

static void expect_bytes(const char *bytes, size_t count, const char *expected)
{
	struct recording recording;
	assert_true(record_bytes(&recording, "a.xml", bytes, count, schema));
	assert_string_equal(recording.text, expected);
	recording_free(&recording);
}

/* The XML in an encoding; after each @ of `expected` comes the place of the next of `starts` in it. */
static void expect_encoded(const char *xml, const char *encoding, const char *mark, const char *expected,
	const char *const *starts)
{
	char *bytes = calloc(1, 65536), *in = strdup(xml), *from = in, *to = bytes, whole[4096];
	size_t left = strlen(xml), room = 65536, used = 0, length = strlen(mark) > 0 ? 2 : 0;
	memcpy(bytes, mark, length);
	to += length;
	iconv_t converter = iconv_open(encoding, "UTF-8");
	for (; *expected; expected++) {
		whole[used++] = *expected;
		if (*expected != '@' || (expected[1] != '|' && expected[1] != '\n'))
			continue;
		char *at = strstr(from + (from > in), *starts++);
		assert_non_null(at);
		size_t before = (size_t)(at - from);
		left -= before;
		assert_int_equal(iconv(converter, &from, &before, &to, &room), 0);
		used += (size_t)sprintf(whole + used, "%d", (int)(to - bytes));
	}
	whole[used] = '\0';
	assert_int_equal(iconv(converter, &from, &left, &to, &room), 0);
	iconv_close(converter);
	expect_bytes(bytes, (size_t)(to - bytes), whole);
	free(in);
	free(bytes);
}

static void expect_records(const char *xml, const char *expected, const char *const *starts)
{
	expect_encoded(xml, "UTF-8", "", expected, starts);
}

/* Records that begin with <city_review>. */
static void expect(const char *xml, const char *expected)
{
	static const char *const starts[] = { "<city_review>", "<city_review>", "<city_review>" };
	expect_records(xml, expected, starts);
}

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define SENT "sheet city_review 1 xml UTF-80\n"

static void records_of_the_schema(void **state)
{
	(void)state;
	static const char *const starts[] = { "<city_review>", "<city_review\n" };
	expect_records(HEAD "<city_reviews xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:noNamespaceSchemaLocation='c.xsd'>\n"
		"<!-- 注 --><city_review><application_no> A&amp;1 </application_no><reviewing_unit>420100</reviewing_unit>\n"
		"<conclusion><![CDATA[同意]]></conclusion><opinion/></city_review>\n<city_review\n/></city_reviews>\n",
		SENT "3@|T420100|T A&1 |T同意\n5@\nend\n", starts);
}

static void names_in_chinese(void **state)
{
	(void)state;
	static const char *const starts[] = { "<记录>" };
	expect_records("<市州初审><记录><申报编号>1</申报编号><初审单位>2</初审单位><序号>9</序号></记录></市州初审>",
		SENT "1@|T2|T1\nend\n", starts);
	static const char *const fees[] = { "<fee_ceiling>" };
	expect_records("<fee_ceilings><fee_ceiling><上限>280</上限></fee_ceiling></fee_ceilings>",
		"sheet fee_ceiling 1 xml UTF-80\n1@|||T280\nend\n", fees);
}

static void encodings_and_places(void **state)
{
	(void)state;
	static const char *const starts[] = { "<city_review>", "<city_review\n", "<city_review>" };
	static const struct { const char *declared, *encoding, *mark, *name; } cases[] = {
		{ "UTF-8", "UTF-8", "", "UTF-8" }, { "GB2312", "GB18030", "", "GB18030" }, { "gb18030", "GB18030", "", "GB18030" },
		{ "UTF-16", "UTF-16LE", "\xFF\xFE", "UTF-16LE" }, { "UTF-16", "UTF-16BE", "\xFE\xFF", "UTF-16BE" },
		{ "UTF-16", "UTF-16LE", "", "UTF-16LE" }, { "utf-16", "UTF-8", "", "UTF-8" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char xml[1000], expected[1000];
		snprintf(xml, sizeof xml, "<?xml version='1.0' encoding='%s'?>\n<city_reviews>\n<!--䶮ēЖ→😀-->\n"
			"<city_review><opinion>镕😀é䶮</opinion></city_review>\r\n  <city_review\n><opinion>二</opinion></city_review>"
			"<city_review><opinion>三</opinion></city_review></city_reviews>", cases[i].declared);
		snprintf(expected, sizeof expected, "sheet city_review 1 xml %s0\n4@||||||T镕😀é䶮\n5@||||||T二\n6@||||||T三\nend\n",
			cases[i].name);
		expect_encoded(xml, cases[i].encoding, cases[i].mark, expected, starts);
	}
}

static void what_the_schema_does_not_have(void **state)
{
	(void)state;
	expect("<city_reviews><city_review><opinion>a<b>q</b>c</opinion><foo>x<bar>y</bar></foo></city_review>\n"
		"<city_review><opinion k='v'>1</opinion><opinion>2</opinion> 多余 <foo/></city_review>之间</city_reviews>",
		SENT "fault S10 1 /city_reviews/city_review/opinion/b #q\n1@||||||Tac\n"
		"fault S10 2 /city_reviews/city_review/opinion #2\nfault S10 2 /city_reviews/city_review #多余\n2@||||||T1\n"
		"fault S10 2 /city_reviews #之间\n"
		"fault S10 1 /city_reviews/city_review/foo #xy\nfault S10 2 /city_reviews/city_review/opinion/@k #v\nend\n");
}

static void records_of_another_name(void **state)
{
	(void)state;
	static const char *const starts[] = { "<row>" };
	expect_records("<city_reviews xmlns='urn:x'><row><opinion>1</opinion></row><nothing><foo/></nothing></city_reviews>",
		SENT "1@||||||T1\nfault S10 1 /city_reviews #urn:x\nfault S10 1 /city_reviews/row #\n"
		"fault S10 1 /city_reviews/nothing/foo #\nfault S10 1 /city_reviews/nothing #\nend\n", starts);
}

/* Names and ID numbers do not leave the reader, nor does what stands under unknown names. */
static void data_of_persons(void **state)
{
	(void)state;
	static const char *const starts[] = { "<assessment>", "<assessment>" };
	expect_records("<assessments><assessment><registration_no>1</registration_no><姓名>张三</姓名><XM k='李四'>张三</XM></assessment>"
		"<assessment><姓名>李四</姓名><xingming>王五</xingming>赵六</assessment></assessments>",
		"sheet assessment 1 xml UTF-80\ndropped 姓名\ndropped XM\n1@|T1\nfault S10 1 /assessments/assessment #\n1@\n"
		"fault S10 1 /assessments/assessment/XM/@k #\nfault S10 1 /assessments/assessment/xingming #\nend\n", starts);
}

static void files_that_are_no_xml(void **state)
{
	(void)state;
	expect("<foo><city_review/></foo>", "fault S02 1 foo\n");
	expect("<city_reviews>\n<city_review><opinion>1</opinion></city_review>\n<city_review>", SENT "2@||||||T1\nfault S01 3\nend\n");
	expect("<city_reviews>\n<city_review></opinion>", SENT "fault S01 2\nend\n");
	expect("<city_reviews><city_review>&x;</city_review></city_reviews>", SENT "fault S01 1\nend\n");
	expect("<a", "fault S01 1\n");
	expect("<city_reviews><city_review><opinion>\x01</opinion></city_review></city_reviews>", SENT "fault S01 1\nend\n");
	expect(HEAD "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><city_reviews/>", "fault S09 2\n");
	expect(HEAD "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><city_reviews>&b;</city_reviews>", "fault S09 2\n");
	expect("<?xml version='1.0' encoding='klingon'?><city_reviews/>", "fault S05 1\n");
}

static void bytes_that_are_no_text(void **state)
{
	(void)state;
	struct recording recording;
	static const char xml[] = "<city_reviews>\n<city_review><opinion>\xD6\xD0</opinion></city_review></city_reviews>";
	assert_true(record_bytes(&recording, "a.xml", xml, sizeof xml - 1, schema));
	assert_string_equal(recording.text, SENT "fault S05 2\nend\n");
	assert_non_null(strstr(recording.message, "第37字节"));
	recording_free(&recording);
	static const char overlong[] = "<city_reviews><city_review><opinion>\xC1\x81</opinion></city_review></city_reviews>";
	expect_bytes(overlong, sizeof overlong - 1, SENT "fault S05 1\nend\n");
	static const char gbk[] = "<?xml version='1.0' encoding='GBK'?>\n<city_reviews>\n<city_review>\xFF</city_review></city_reviews>";
	assert_true(record_bytes(&recording, "a.xml", gbk, sizeof gbk - 1, schema));
	assert_non_null(strstr(recording.text, "fault S05 "));
	assert_non_null(strstr(recording.message, "第65字节"));
	recording_free(&recording);
}

static void a_field_of_two_megabytes(void **state)
{
	(void)state;
	char *xml = calloc(1, 3 << 20);
	size_t used = (size_t)sprintf(xml, "<city_reviews><city_review><opinion>");
	memset(xml + used, 'x', 2 << 20);
	strcat(xml, "</opinion></city_review></city_reviews>");
	expect_bytes(xml, strlen(xml), SENT "fault S09 1\nend\n");
	free(xml);
}

/* A depth of 100,000, 300,000 attributes, a tag that does not end. */
static void bombs(void **state)
{
	(void)state;
	char *xml = calloc(1, 4 << 20);
	size_t used = (size_t)sprintf(xml, "<city_reviews><city_review>");
	for (int i = 0; i < 100000; i++)
		used += (size_t)sprintf(xml + used, "<a>");
	expect_bytes(xml, used, SENT "fault S09 1\nend\n");
	used = (size_t)sprintf(xml, "<city_reviews><city_review ");
	for (int i = 0; i < 300000; i++)
		used += (size_t)sprintf(xml + used, "a%d='' ", i);
	strcpy(xml + used, "/></city_reviews>");
	expect_bytes(xml, strlen(xml), SENT "fault S09 1\nend\n");
	free(xml);
}

/* Line numbers beyond what a tree of libxml2 can hold. */
static void many_lines(void **state)
{
	(void)state;
	enum { LINES = 70000 };
	char *xml = malloc(LINES * 40);
	size_t used = (size_t)sprintf(xml, "<city_reviews>\n");
	for (int i = 0; i < LINES; i++)
		xml[used++] = '\n';
	char expected[200];
	sprintf(expected, SENT "%d@%zu||||||T1\nend\n", LINES + 2, used);
	strcpy(xml + used, "<city_review><opinion>1</opinion></city_review></city_reviews>");
	expect_bytes(xml, strlen(xml), expected);
	free(xml);
}

/* Records across the pieces in which the file is read. */
static void many_records(void **state)
{
	(void)state;
	enum { RECORDS = 3000 };
	char *xml = malloc(RECORDS * 200), *expected = malloc(RECORDS * 100);
	size_t used = (size_t)sprintf(xml, HEAD "<city_reviews>\n"), length = (size_t)sprintf(expected, SENT);
	for (int i = 0; i < RECORDS; i++) {
		length += (size_t)sprintf(expected + length, "%d@%zu|||T同意|T%d\n", i + 3, used, i);
		used += (size_t)sprintf(xml + used, "<city_review><conclusion>同意</conclusion><reviewed_number>%d</reviewed_number></city_review>\n", i);
	}
	strcpy(xml + used, "</city_reviews>");
	strcpy(expected + length, "end\n");
	expect_bytes(xml, strlen(xml), expected);
	free(xml);
	free(expected);
}

int main(int count, char **words)
{
	if (count == 2)
		return load(NULL) == 0 ? record_to_stdout(words[1], schema) : 4;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_of_the_schema), cmocka_unit_test(names_in_chinese), cmocka_unit_test(encodings_and_places),
		cmocka_unit_test(what_the_schema_does_not_have), cmocka_unit_test(records_of_another_name),
		cmocka_unit_test(data_of_persons), cmocka_unit_test(files_that_are_no_xml), cmocka_unit_test(bytes_that_are_no_text),
		cmocka_unit_test(a_field_of_two_megabytes), cmocka_unit_test(bombs), cmocka_unit_test(many_lines),
		cmocka_unit_test(many_records),
	};
	return cmocka_run_group_tests_name("xml", tests, load, unload);
}
