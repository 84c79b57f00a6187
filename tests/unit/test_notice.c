/* notice.xml -> the notice's tables, and every way in which it can be wrong. Each case is
 * the sample's notice with one text replaced by another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/layout.h"
#include "ingest/notice.h"

#include <cmocka.h> /* last: it has a macro fail */

static char folder[] = "/tmp/onex-notice-XXXXXX";
static char *sample, *tables;

static void path_of(char path[128], const char *name)
{
	snprintf(path, 128, "%s/%s", folder, name);
}

static void write_notice(const char *text, size_t length)
{
	char path[128];
	path_of(path, "notice.xml");
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

/* The sample with the first `from` replaced; returns the line that it stands on. */
static int write_changed(const char *from, const char *to)
{
	const char *place = strstr(sample, from);
	assert_non_null(place);
	char *text = malloc(strlen(sample) + strlen(to) + 1);
	assert_non_null(text);
	size_t before = (size_t)(place - sample);
	memcpy(text, sample, before);
	strcpy(text + before, to);
	strcat(text, place + strlen(from));
	write_notice(text, strlen(text));
	free(text);
	int line = 1;
	for (const char *c = sample; c < place; c++)
		line += *c == '\n';
	return line;
}

static struct database *open_database(void)
{
	char path[128];
	struct failure failure = { 0 };
	path_of(path, "batch.db");
	unlink(path);
	struct database *database = database_open(path, DATABASE_INGEST, &failure);
	if (!database || !database_run(database, tables, &failure))
		fail_msg("%s", failure.text);
	return database;
}

static bool load(struct database *database, struct failure *failure)
{
	char path[128];
	path_of(path, "notice.xml");
	return notice_load(path, ".", database, failure);
}

static void expect_number(struct database *database, const char *sql, int64_t expected)
{
	sqlite3_int64 number = -1;
	struct failure failure = { 0 };
	if (!database_number(database, sql, &number, &failure))
		fail_msg("%s", failure.text);
	if (number != expected)
		fail_msg("%s: %lld, expected %lld", sql, (long long)number, (long long)expected);
}

static void sample_notice(void **state)
{
	(void)state;
	struct database *database = open_database();
	struct failure failure = { 0 };
	write_notice(sample, strlen(sample));
	if (!load(database, &failure))
		fail_msg("%s", failure.text);
	expect_number(database, "SELECT count(*) FROM batch WHERE id = '2021-1' AND year = 2021 AND number = 1"
		" AND document = '鄂教职成办函〔2021〕7号' AND title LIKE '省教育厅办公室%工作的通知'", 1);
	static const char *const dates[] = { "as_of", "filing_opens", "disputed_day", "city_review_until",
		"province_review_from", "province_review_until" };
	static const char *const days[] = { "2021-05-31", "2021-05-14", "2021-05-25", "2021-05-27", "2021-05-28", "2021-05-31" };
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		char sql[200];
		snprintf(sql, sizeof sql, "SELECT %s * 86400 = CAST(strftime('%%s', '%s') AS INTEGER) FROM batch", dates[i], days[i]);
		expect_number(database, sql, 1);
	}
	expect_number(database, "SELECT late_from = CAST(strftime('%s', '2021-05-26 00:00:00') AS INTEGER) FROM batch", 1);
	expect_number(database, "SELECT catalogue FROM batch", 1);
	expect_number(database, "SELECT share_threshold_ppm FROM batch", 800000);
	expect_number(database, "SELECT length(notice_sha256) FROM batch", 64);
	expect_number(database, "SELECT group_concat(release_batch || standing, ',') = '1closed,2closed,3main,4main'"
		" FROM (SELECT * FROM release_batch_policy ORDER BY 1)", 1);
	expect_number(database, "SELECT group_concat(affiliation || path, ',') = '1direct,2city,3direct'"
		" FROM (SELECT * FROM review_path ORDER BY 1)", 1);
	expect_number(database, "SELECT count(*) FROM severity_change", 0);
	expect_number(database, "SELECT count(*) FROM scenario", 2);
	expect_number(database, "SELECT count(*) FROM scenario WHERE id = 'base' AND position = 1 AND title = '基本方案'"
		" AND pool_fen = 1000000000 AND unit_fen = 10000 AND newcomer_ppm = 500000 AND floor_fen IS NULL AND cap_fen IS NULL", 1);
	expect_number(database, "SELECT sum(weight_ppm) FROM scenario_factor WHERE scenario = 'base'", 1000000);
	expect_number(database, "SELECT group_concat(factor, ',') = 'progress,training,examination,scale,level'"
		" FROM (SELECT factor FROM scenario_factor WHERE scenario = 'base' ORDER BY position)", 1);
	expect_number(database, "SELECT group_concat(coefficient_hundredths, ',') = '100,120,150'"
		" FROM (SELECT * FROM scenario_level WHERE scenario = 'base' ORDER BY level)", 1);
	expect_number(database, "SELECT group_concat(school_kind, ',') = '1,2,3'"
		" FROM (SELECT * FROM scenario_kind WHERE scenario = 'base' ORDER BY school_kind)", 1);
	expect_number(database, "SELECT count(*) FROM scenario_kind WHERE scenario = 'with-undergraduate'", 5);
	assert_true(database_close(database, &failure));
}

enum { NEXT_LINE = -1 }; /* the line after the change */

/* One change, one number that it must lead to. */
static void changed_values(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to, *sql;
		int64_t expected;
	} cases[] = {
		{ "<severities/>", "<severities><severity rule='R33' case='b' is='return'/><severity rule='R05' is='note'/></severities>",
			"SELECT count(*) FROM severity_change WHERE (rule, rule_case, severity) IN (('R33','b','return'),('R05','','note'))", 2 },
		{ "<severities/>", "<severities>\n<severity rule='R33' case='b' is='return'/></severities>",
			"SELECT line FROM severity_change", NEXT_LINE },
		{ "<severities/>", "", "SELECT count(*) FROM severity_change", 0 },
		{ "affiliation=\"省属\" path=\"direct\"", "affiliation=\"省属\" path=\"city\"",
			"SELECT path = 'city' FROM review_path WHERE affiliation = 1", 1 },
		{ "<secondarySchool affiliation=\"部委属\" path=\"direct\"/>", "",
			"SELECT path = 'direct' FROM review_path WHERE affiliation = 3", 1 },
		{ "pool=\"1000\"", "pool=\"0.000001\"", "SELECT pool_fen FROM scenario WHERE id = 'base'", 1 },
		{ "pool=\"1000\"", "pool=\"10000000000\"", "SELECT pool_fen FROM scenario WHERE id = 'base'", 10000000000000000 },
		{ "pool=\"1000\"", "pool=\" +0012.340000000 \"", "SELECT pool_fen FROM scenario WHERE id = 'base'", 12340000 },
		{ "pool=\"1000\"", "pool=\"1000\" floor=\"1.5\"", "SELECT floor_fen FROM scenario WHERE id = 'base'", 1500000 },
		{ "pool=\"1000\"", "pool=\"1000\" cap=\"0\"", "SELECT cap_fen = 0 FROM scenario WHERE id = 'base'", 1 },
		{ " unit=\"0.01\"", "", "SELECT unit_fen FROM scenario WHERE id = 'base'", 10000 },
		{ "weight=\"0.20\"", "weight=\".2001\"", "SELECT weight_ppm FROM scenario_factor WHERE scenario = 'base' AND factor = 'progress'",
			200100 },
		{ "coefficient=\"1.20\"", "coefficient=\"1000\"", "SELECT coefficient_hundredths FROM scenario_level WHERE level = 2", 100000 },
		{ "declaredShare=\"0.80\"", "declaredShare=\"1\"", "SELECT share_threshold_ppm FROM batch", 1000000 },
		{ "2020旧目录", "2021新目录", "SELECT catalogue FROM batch", 2 },
		{ "batch=\"2021-1\"", "batch=\"2021-12\"", "SELECT number FROM batch", 12 },
		{ "lateFrom=\"2021-05-26T00:00:00\"", "lateFrom=\"2021-05-25T00:00:01\"", "SELECT late_from - disputed_day * 86400 FROM batch", 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct database *database = open_database();
		struct failure failure = { 0 };
		int line = write_changed(cases[i].from, cases[i].to);
		if (!load(database, &failure))
			fail_msg("%s: %s", cases[i].to, failure.text);
		expect_number(database, cases[i].sql, cases[i].expected == NEXT_LINE ? line + 1 : cases[i].expected);
		assert_true(database_close(database, &failure));
	}
}

static void wrong_notices(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to, *told; /* "@": the file and the line of the change */
	} cases[] = {
		{ "<notice batch", "<notes batch", "notice.xml:" },
		{ "<thresholds declaredShare=\"0.80\"/>", "", "notice.xml:" },
		{ "<thresholds declaredShare=\"0.80\"/>", "<thresholds declaredShare=\"0.80\" more=\"1\"/>", "@" },
		{ "declaredShare=\"0.80\"", "declaredShare=\"1.2\"", "@" },
		{ "declaredShare=\"0.80\"", "declaredShare=\"0.80001\"", "@" },
		{ "opens=\"2021-05-14\"", "opens=\"2021-02-30\"", "@" },
		{ "opens=\"2021-05-14\"", "opens=\"2021-05-14Z\"", "2021-05-14Z" },
		{ "opens=\"2021-05-14\"", "opens=\"2021-05-26\"", "order" },
		{ "lateFrom=\"2021-05-26T00:00:00\"", "lateFrom=\"2021-05-25T00:00:00\"", "order" },
		{ "lateFrom=\"2021-05-26T00:00:00\"", "lateFrom=\"2021-05-32T00:00:00\"", "2021-05-32" },
		{ "lateFrom=\"2021-05-26T00:00:00\"", "lateFrom=\"2021-05-26T24:00:00\"", "T24" },
		{ "from=\"2021-05-28\"", "from=\"2021-06-01\"", "until" },
		{ "batch=\"2021-1\"", "batch=\"2022-1\"", "unknown year" },
		{ "batch=\"2021-1\"", "batch=\"2018-1\"", "unknown year" },
		{ "batch=\"2021-1\"", "batch=\"2021-0\"", "@" },
		{ "edition=\"2020旧目录\"", "edition=\"2019\"", "@" },
		{ "number=\"2\"", "number=\"1\"", "twice" },
		{ "number=\"2\"", "number=\"01\"", "twice" },
		{ "affiliation=\"部委属\"", "affiliation=\"省属\"", "twice" },
		{ "<severities/>", "<severities><severity rule='R05' is='note'/><severity rule='R05' is='review'/></severities>", "twice" },
		{ "<severities/>", "<severities><severity rule='R05' is='fatal'/></severities>", "@" },
		{ "<severities/>", "<severities><severity rule='X05' is='note'/></severities>", "@" },
		{ "unit=\"0.01\"", "unit=\"0\"", "unit" },
		{ "unit=\"0.01\"", "unit=\"0.0000001\"", "notice.xml:" },
		{ "pool=\"1000\"", "pool=\"-1\"", "notice.xml:" },
		{ "id=\"with-undergraduate\"", "id=\"base\"", "notice.xml:" },
		{ "measure=\"training\"", "measure=\"progress\"", "notice.xml:" },
		{ "<level name=\"中级\"", "<level name=\"初级\"", "notice.xml:" },
		{ "</notice>", "", "notice.xml:" },
		{ "<notice batch", "<!DOCTYPE notice><notice batch", "DOCTYPE" },
		{ "<notice batch", "<!DOCTYPE notice [<!ENTITY x SYSTEM '/etc/passwd'>]><notice batch", "DOCTYPE" },
		{ "</title>", "&x;</title>", "notice.xml:" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct database *database = open_database();
		struct failure failure = { 0 };
		char place[64];
		snprintf(place, sizeof place, "notice.xml:%d:", write_changed(cases[i].from, cases[i].to));
		const char *told = strcmp(cases[i].told, "@") == 0 ? place : cases[i].told;
		if (load(database, &failure))
			fail_msg("%s was taken", cases[i].to);
		if (failure.status != STATUS_BATCH || !strstr(failure.text, told))
			fail_msg("%s: status %d, '%s' does not tell '%s'", cases[i].to, failure.status, failure.text, told);
		assert_true(database_close(database, &failure));
	}
}

/* The whole sentence that an official reads, after the file's path. */
static void told_in_chinese(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to, *told;
	} cases[] = {
		{ "asOf=\"2021-05-31\"", "asOf=\"2021-5-31\"", "取值不符合规定。元素 notice 的属性 asOf：“2021-5-31”不是日期，应写作 2021-05-31 的样子" },
		{ "T00:00:00", "零点", "取值不符合规定。元素 filing 的属性 lateFrom：“2021-05-26零点”不是日期和时间，应写作 2021-05-31T08:00:00 的样子" },
		{ "\"省属\"", "\"it's\"", "取值不符合规定。元素 secondarySchool 的属性 affiliation：“it's”不在允许的取值之中：'省属', '部委属'" },
		{ "declaredShare=\"0.80\"", "declaredShare=\"1.2\"", "取值不符合规定。元素 thresholds 的属性 declaredShare：“1.2”大于允许的最大值 1" },
		{ "declaredShare=\"0.80\"", "declaredShare=\"80%\"", "取值不符合规定。元素 thresholds 的属性 declaredShare：“80%”不是应填的数值" },
		{ "declaredShare=\"0.80\"", "", "缺少必需的属性。元素 thresholds：缺少属性“declaredShare”" },
		{ "declaredShare=\"0.80\"", "declaredShare=\"0.80\" x=\"1\"", "有不认识的属性。元素 thresholds 的属性 x：不应有属性“x”" },
		{ "<catalogue", "<catalog", "内容或顺序不对（缺少元素，或有不该出现的元素）。元素 catalog：此处不应出现该元素，应为 catalogue" },
		{ "number=\"1\"", "number=\"一\"", "取值不符合规定。元素 releaseBatch 的属性 number：“一”不是正整数" },
	};
	setenv("LC_ALL", "zh_CN.UTF-8", 1);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct database *database = open_database();
		struct failure failure = { 0 };
		char told[600];
		snprintf(told, sizeof told, "notice.xml 第 %d 行：%s", write_changed(cases[i].from, cases[i].to), cases[i].told);
		assert_false(load(database, &failure));
		assert_true(strlen(failure.text) > strlen(told));
		assert_string_equal(failure.text + strlen(failure.text) - strlen(told), told);
		assert_true(database_close(database, &failure));
	}
	setenv("LC_ALL", "C", 1);
}

static void files_that_are_none(void **state)
{
	(void)state;
	struct database *database = open_database();
	struct failure failure = { 0 };
	char path[128];
	path_of(path, "notice.xml");
	unlink(path);
	assert_false(load(database, &failure));
	assert_int_equal(failure.status, STATUS_BATCH);
	assert_non_null(strstr(failure.text, "missing"));

	write_notice("", 0);
	assert_false(load(database, &failure));
	assert_int_equal(failure.status, STATUS_BATCH);
	write_notice("\0\0\0", 3);
	assert_false(load(database, &failure));
	assert_int_equal(failure.status, STATUS_BATCH);

	char *large = calloc(1, NOTICE_LIMIT + 1); /* over the limit */
	assert_non_null(large);
	write_notice(large, NOTICE_LIMIT + 1);
	assert_false(load(database, &failure));
	assert_int_equal(failure.status, STATUS_BATCH);

	/* deep, and with attributes without end: refused, and at once */
	size_t length = 0;
	while (length + 3 < 300000) {
		memcpy(large + length, "<a>", 3);
		length += 3;
	}
	write_notice(large, length);
	assert_false(load(database, &failure));
	assert_int_equal(failure.status, STATUS_BATCH);
	length = (size_t)sprintf(large, "<notice");
	for (int i = 0; length < NOTICE_LIMIT - 100; i++)
		length += (size_t)sprintf(large + length, " a%d=''", i);
	write_notice(large, length);
	assert_false(load(database, &failure));
	assert_int_equal(failure.status, STATUS_BATCH);
	free(large);
	assert_true(database_close(database, &failure));
}

static int prepare(void **state)
{
	(void)state;
	struct failure failure;
	setenv("LC_ALL", "C", 1);
	sample = layout_read(&failure, "samples/2021-1/notice.xml", 1 << 20, NULL);
	tables = layout_read(&failure, "schemas/batch.sql", 1 << 20, NULL);
	return sample && tables && mkdtemp(folder) ? 0 : -1;
}

static int clear(void **state)
{
	(void)state;
	char path[128];
	path_of(path, "notice.xml");
	unlink(path);
	path_of(path, "batch.db");
	unlink(path);
	rmdir(folder);
	free(sample);
	free(tables);
	return 0;
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sample_notice),
		cmocka_unit_test(changed_values),
		cmocka_unit_test(wrong_notices),
		cmocka_unit_test(told_in_chinese),
		cmocka_unit_test(files_that_are_none),
	};
	return cmocka_run_group_tests_name("notice", tests, prepare, clear);
}
