/* Cells -> values and findings, field by field of the real schemas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/calendar.h"
#include "ingest/typing.h"

#include <cmocka.h> /* last: it has a macro fail */

static struct schema *schema;

static const struct field *field_of(const char *path)
{
	char name[64];
	snprintf(name, sizeof name, "%s", path);
	char *point = strchr(name, '.');
	assert_non_null(point);
	*point = '\0';
	const struct dataset *dataset = schema_dataset(schema, name);
	assert_non_null(dataset);
	int position = dataset_field(dataset, point + 1);
	assert_true(position >= 0);
	return &dataset->fields[position];
}

/* One expectation. `expected`: the integer, or the text with a leading '=', or the rule
 * of the finding ("F02"), or "" for an empty value. */
struct expectation {
	const char *field;
	enum cell_kind kind;
	const char *text;
	const char *expected;
	const char *understood; /* NULL: any */
};

static void expect_at(const struct expectation *e, int epoch)
{
	const struct field *field = field_of(e->field);
	size_t length = strlen(e->text);
	char *exact = malloc(length ? length : 1); /* no byte beyond the cell may be read */
	assert_non_null(exact);
	memcpy(exact, e->text, length);
	struct cell cell = { exact, (uint32_t)length, e->kind };
	char scratch[TYPING_SCRATCH_BYTES];
	struct value value;
	struct field_fault fault;
	char got[1024] = "";
	typing_read(field, &cell, epoch, scratch, &value, &fault);
	if (fault.rule)
		snprintf(got, sizeof got, "%s", fault.rule);
	else if (value.state == VALUE_INTEGER)
		snprintf(got, sizeof got, "%lld", (long long)value.integer);
	else if (value.state == VALUE_TEXT)
		snprintf(got, sizeof got, "=%.*s", (int)value.length, value.text);
	if (strcmp(got, e->expected) != 0)
		fail_msg("%s, kind %d, '%s': got %s, expected %s", e->field, e->kind, e->text, got, e->expected);
	if (fault.rule) {
		if (strcmp(fault.rule, "F01") != 0)
			assert_int_equal(value.state, VALUE_UNKNOWN);
		assert_true(strlen(fault.message) > 20);
		assert_non_null(strstr(fault.message, field->heading));
		if (e->understood && strcmp(fault.understood, e->understood) != 0)
			fail_msg("%s '%s': understood '%s', expected '%s'", e->field, e->text, fault.understood, e->understood);
	}
	free(exact);
}

static void expect_all(const struct expectation *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect_at(&table[i], 1900);
}
#define EXPECT_ALL(table) expect_all(table, sizeof(table) / sizeof *(table))

#define DECLARED "application.declared"
static void counts(void **state)
{
	(void)state;
	static const struct expectation table[] = {
		{ DECLARED, CELL_TEXT, "120", "120", NULL },
		{ DECLARED, CELL_TEXT, "0", "0", NULL },
		{ DECLARED, CELL_TEXT, "-0", "0", NULL },
		{ DECLARED, CELL_TEXT, "+5", "5", NULL },
		{ DECLARED, CELL_TEXT, "007", "7", NULL },
		{ DECLARED, CELL_TEXT, "１２０", "120", NULL },
		{ DECLARED, CELL_TEXT, "1,200", "1200", NULL },
		{ DECLARED, CELL_TEXT, "１，２００", "1200", NULL },
		{ DECLARED, CELL_TEXT, "12,345,678", "12345678", NULL },
		{ DECLARED, CELL_TEXT, " 120 ", "120", NULL },
		{ DECLARED, CELL_TEXT, "\xC2\xA0" "120\xE3\x80\x80", "120", NULL },
		{ DECLARED, CELL_TEXT, "1\xE2\x80\x8B" "20", "120", NULL },
		{ DECLARED, CELL_TEXT, "\xEF\xBB\xBF" "120", "120", NULL },
		{ DECLARED, CELL_TEXT, "1 200", "1200", NULL },
		{ DECLARED, CELL_TEXT, "'120", "120", NULL },
		{ DECLARED, CELL_TEXT, "\t120", "120", NULL },
		{ DECLARED, CELL_TEXT, "120\r\n", "120", NULL },
		{ DECLARED, CELL_TEXT, "120.0", "120", NULL },
		{ DECLARED, CELL_TEXT, "120.", "120", NULL },
		{ DECLARED, CELL_TEXT, "999999999", "999999999", NULL },
		{ DECLARED, CELL_TEXT, "1000000000", "F05", NULL },
		{ DECLARED, CELL_TEXT, "99999999999999999999999999999", "F05", NULL },
		{ DECLARED, CELL_TEXT, "-99999999999999999999999999999", "F05", NULL },
		{ DECLARED, CELL_TEXT, "-5", "F05", NULL },
		{ DECLARED, CELL_TEXT, "－5", "F05", NULL },
		{ DECLARED, CELL_TEXT, "−5", "F05", NULL },
		{ DECLARED, CELL_TEXT, "1,20", "F02", NULL },
		{ DECLARED, CELL_TEXT, "1,2000", "F02", NULL },
		{ DECLARED, CELL_TEXT, "1200,000", "F02", NULL },
		{ DECLARED, CELL_TEXT, "120.5", "F02", NULL },
		{ DECLARED, CELL_TEXT, "120-130", "F02", NULL },
		{ DECLARED, CELL_TEXT, "1.2E+03", "F02", NULL },
		{ DECLARED, CELL_TEXT, "一百二十", "F02", NULL },
		{ DECLARED, CELL_TEXT, "无", "F02", NULL },
		{ DECLARED, CELL_TEXT, "-", "F02", NULL },
		{ DECLARED, CELL_TEXT, "/", "F02", NULL },
		{ DECLARED, CELL_TEXT, ".", "F02", NULL },
		{ DECLARED, CELL_TEXT, "同上", "F02", "" },
		{ DECLARED, CELL_TEXT, " 同 上 ", "F02", "" },
		{ DECLARED, CELL_TEXT, "〃", "F02", "" },
		{ DECLARED, CELL_TEXT, "120人", "F09", "120" },
		{ DECLARED, CELL_TEXT, "约120", "F09", "120" },
		{ DECLARED, CELL_TEXT, "约120人", "F09", "120" },
		{ DECLARED, CELL_TEXT, "约１，２００人左右", "F09", "1,200" },
		{ DECLARED, CELL_TEXT, "（120）", "F09", "120" },
		{ DECLARED, CELL_TEXT, "1万人", "F09", "" },
		{ DECLARED, CELL_TEXT, "#N/A", "F07", NULL },
		{ DECLARED, CELL_TEXT, "#REF!", "F07", NULL },
		{ DECLARED, CELL_TEXT, "#value!", "F07", NULL },
		{ DECLARED, CELL_TEXT, "#DIV/0!", "F07", NULL },
		{ DECLARED, CELL_ERROR, "#N/A", "F07", NULL },
		{ DECLARED, CELL_ERROR, "", "F07", NULL },
		{ DECLARED, CELL_TEXT, "", "F01", NULL },
		{ DECLARED, CELL_TEXT, " \xE3\x80\x80\t", "F01", NULL },
		{ DECLARED, CELL_TEXT, "'", "F01", NULL },
		{ DECLARED, CELL_EMPTY, "", "F01", NULL },
		{ "application.carried_over", CELL_TEXT, "", "", NULL },
		{ "application.carried_over", CELL_TEXT, "\xE2\x80\x8B", "", NULL },
		{ "application.carried_over", CELL_EMPTY, "", "", NULL },
		{ DECLARED, CELL_NUMBER, "120", "120", NULL },
		{ DECLARED, CELL_NUMBER, "120.0", "120", NULL },
		{ DECLARED, CELL_NUMBER, "1.2E3", "1200", NULL },
		{ DECLARED, CELL_NUMBER, "1.2e+003", "1200", NULL },
		{ DECLARED, CELL_NUMBER, "119.99999999999999", "120", NULL },
		{ DECLARED, CELL_NUMBER, "119.9999999999", "F02", NULL },
		{ DECLARED, CELL_NUMBER, "120.00000000000001", "120", NULL },
		{ DECLARED, CELL_NUMBER, "120.5", "F02", NULL },
		{ DECLARED, CELL_NUMBER, "-3", "F05", NULL },
		{ DECLARED, CELL_NUMBER, "1E300", "F05", NULL },
		{ DECLARED, CELL_NUMBER, "1E-300", "F02", NULL },
		{ DECLARED, CELL_NUMBER, "1E999999999", "F02", NULL },
		{ DECLARED, CELL_NUMBER, "nan", "F02", NULL },
		{ DECLARED, CELL_NUMBER, "", "F01", NULL },
		{ DECLARED, CELL_DATE, "120", "F02", NULL },
		{ DECLARED, CELL_BOOL, "1", "F02", NULL },
		{ "certificate.release_batch", CELL_TEXT, "1", "1", NULL },
		{ "certificate.release_batch", CELL_TEXT, "4", "4", NULL },
		{ "certificate.release_batch", CELL_TEXT, "0", "F05", NULL },
		{ "certificate.release_batch", CELL_TEXT, "5", "F05", NULL },
		{ "certificate.release_batch", CELL_TEXT, "第4批", "F09", "4" },
	};
	EXPECT_ALL(table);
}

#define FEE "application.fee"
static void money(void **state)
{
	(void)state;
	static const struct expectation table[] = {
		{ FEE, CELL_TEXT, "350", "35000", NULL },
		{ FEE, CELL_TEXT, "350.5", "35050", NULL },
		{ FEE, CELL_TEXT, "350.55", "35055", NULL },
		{ FEE, CELL_TEXT, "0.00", "0", NULL },
		{ FEE, CELL_TEXT, ".5", "50", NULL },
		{ FEE, CELL_TEXT, "350.", "35000", NULL },
		{ FEE, CELL_TEXT, "350.550", "35055", NULL },
		{ FEE, CELL_TEXT, "1,350.55", "135055", NULL },
		{ FEE, CELL_TEXT, "３５０．５５", "35055", NULL },
		{ FEE, CELL_TEXT, "350.555", "F02", NULL },
		{ FEE, CELL_TEXT, "0.001", "F02", NULL },
		{ FEE, CELL_TEXT, "-350.00", "F05", NULL },
		{ FEE, CELL_TEXT, "350元", "F09", "350" },
		{ FEE, CELL_TEXT, "￥350.50", "F09", "350.50" },
		{ FEE, CELL_TEXT, "350元/人", "F09", "350" },
		{ FEE, CELL_TEXT, "9999999999.99", "999999999999", NULL },
		{ FEE, CELL_TEXT, "10000000000", "F05", NULL },
		{ FEE, CELL_TEXT, "9999999999999999", "F05", NULL },
		{ FEE, CELL_TEXT, "99999999999999999999", "F05", NULL },
		{ FEE, CELL_TEXT, "1.2.3", "F02", NULL },
		{ FEE, CELL_TEXT, "免费", "F02", NULL },
		{ FEE, CELL_NUMBER, "350.55000000000001", "35055", NULL },
		{ FEE, CELL_NUMBER, "350.54999999999995", "35055", NULL },
		{ FEE, CELL_NUMBER, "3.5055E2", "35055", NULL },
		{ FEE, CELL_NUMBER, "5.0E-2", "5", NULL },
		{ FEE, CELL_NUMBER, "0.005", "F02", NULL },
		{ FEE, CELL_NUMBER, "350.555", "F02", NULL },
		{ FEE, CELL_DATE, "350", "F02", NULL },
		{ FEE, CELL_BOOL, "0", "F02", NULL },
		{ "application.training_fee", CELL_TEXT, "0.00", "0", NULL },
	};
	EXPECT_ALL(table);
}

#define CODE "application.school_code"
static void codes(void **state)
{
	(void)state;
	static const struct expectation table[] = {
		{ CODE, CELL_TEXT, "4142010834", "4142010834", NULL },
		{ CODE, CELL_TEXT, "0142010834", "142010834", NULL },
		{ CODE, CELL_TEXT, "4142 0108 34", "4142010834", NULL },
		{ CODE, CELL_TEXT, "４１４２０１０８３４", "4142010834", NULL },
		{ CODE, CELL_TEXT, "'4142010834", "4142010834", NULL },
		{ CODE, CELL_TEXT, "\t4142010834", "4142010834", NULL },
		{ CODE, CELL_TEXT, "4142010834\xE2\x80\x8B", "4142010834", NULL },
		{ CODE, CELL_NUMBER, "4142010834", "4142010834", NULL },
		{ CODE, CELL_NUMBER, "4142010834.0", "4142010834", NULL },
		{ CODE, CELL_NUMBER, "4.142010834E9", "4142010834", NULL },
		{ CODE, CELL_NUMBER, "4.14201E+09", "F08", NULL },
		{ CODE, CELL_TEXT, "4.14201E+09", "F08", NULL },
		{ CODE, CELL_TEXT, "４.14201e+09", "F08", NULL },
		{ CODE, CELL_TEXT, "4E9", "F08", NULL },
		{ CODE, CELL_TEXT, "142010834", "F08", "0142010834" },
		{ CODE, CELL_NUMBER, "142010834", "F08", "0142010834" },
		{ CODE, CELL_TEXT, "42010834", "F04", NULL },
		{ CODE, CELL_TEXT, "41420108345", "F04", NULL },
		{ CODE, CELL_TEXT, "414201083X", "F04", NULL },
		{ CODE, CELL_TEXT, "4142010834.0", "F04", NULL },
		{ CODE, CELL_TEXT, "-142010834", "F04", NULL },
		{ CODE, CELL_NUMBER, "-142010834", "F04", NULL },
		{ CODE, CELL_NUMBER, "4142010834.5", "F04", NULL },
		{ CODE, CELL_NUMBER, "nan", "F04", NULL },
		{ CODE, CELL_NUMBER, "4142010834414201083", "F08", NULL },
		{ CODE, CELL_DATE, "44330", "F08", NULL },
		{ CODE, CELL_BOOL, "1", "F04", NULL },
		{ CODE, CELL_TEXT, "同上", "F02", NULL },
		{ CODE, CELL_TEXT, "#N/A", "F07", NULL },
		{ CODE, CELL_TEXT, "", "F01", NULL },
		{ "school.location_region", CELL_TEXT, "420100", "420100", NULL },
		{ "school.location_region", CELL_TEXT, "42010", "F08", "042010" },
		{ "application.major_code", CELL_TEXT, "510201", "=510201", NULL },
		{ "application.major_code", CELL_TEXT, "090100", "=090100", NULL },
		{ "application.major_code", CELL_TEXT, "510201K", "=510201K", NULL },
		{ "application.major_code", CELL_TEXT, "510201T", "=510201T", NULL },
		{ "application.major_code", CELL_TEXT, "510201TK", "=510201TK", NULL },
		{ "application.major_code", CELL_TEXT, "５１０２０１ＴＫ", "=510201TK", NULL },
		{ "application.major_code", CELL_TEXT, "510201 K", "=510201K", NULL },
		{ "application.major_code", CELL_TEXT, "510201k", "F04", "510201K" },
		{ "application.major_code", CELL_TEXT, "510201KT", "F04", "" },
		{ "application.major_code", CELL_TEXT, "51020", "F08", "051020" },
		{ "application.major_code", CELL_TEXT, "90100", "F08", "090100" },
		{ "application.major_code", CELL_NUMBER, "90100", "F08", "090100" },
		{ "application.major_code", CELL_NUMBER, "510201", "=510201", NULL },
		{ "application.major_code", CELL_TEXT, "5102", "F04", NULL },
		{ "application.major_code", CELL_TEXT, "5.1E+05", "F08", NULL },
		{ "application.application_no", CELL_TEXT, "SB2021-0001", "=SB2021-0001", NULL },
		{ "application.application_no", CELL_TEXT, " SB 2021 0001 ", "=SB20210001", NULL },
		{ "application.application_no", CELL_TEXT, "ＳＢ２０２１", "=SB2021", NULL },
		{ "application.application_no", CELL_TEXT, "'0001", "=0001", NULL },
		{ "application.application_no", CELL_TEXT, "鄂申2021E05", "=鄂申2021E05", NULL },
		{ "application.application_no", CELL_TEXT, "2021E05", "=2021E05", NULL },
		{ "application.application_no", CELL_TEXT, "2.02105E+11", "F08", NULL },
		{ "application.application_no", CELL_TEXT, "2E+11", "F08", NULL },
		{ "application.application_no", CELL_TEXT, "v1.2+3", "=v1.2+3", NULL },
		{ "application.application_no", CELL_NUMBER, "20210001", "=20210001", NULL },
		{ "application.application_no", CELL_NUMBER, "2.0210001E7", "=20210001", NULL },
		{ "application.application_no", CELL_NUMBER, "202100010001000199", "F08", NULL },
		{ "application.application_no", CELL_DATE, "44330", "F08", NULL },
		{ "application.plan_digest", CELL_TEXT, "00ffAB", "=00ffab", NULL },
		{ "application.plan_digest", CELL_TEXT, "1e10", "=1e10", NULL },
		{ "application.plan_digest", CELL_TEXT, "00fg", "F04", NULL },
		{ "application.plan_digest", CELL_TEXT, "1.2E+30", "F08", NULL },
		{ "decision.row_digest", CELL_TEXT,
			"0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF",
			"=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", NULL },
		{ "decision.row_digest", CELL_TEXT, "0123456789abcdef", "F04", NULL },
		{ "decision.rule", CELL_TEXT, "", "", NULL },
	};
	EXPECT_ALL(table);
}

/* 91350100M000100Y43 is the worked example of GB 32100-2015. */
#define CREDIT "school.credit_code"
static void credit_codes(void **state)
{
	(void)state;
	static const struct expectation table[] = {
		{ CREDIT, CELL_TEXT, "91350100M000100Y43", "=91350100M000100Y43", NULL },
		{ CREDIT, CELL_TEXT, "９１３５０１００Ｍ０００１００Ｙ４３", "=91350100M000100Y43", NULL },
		{ CREDIT, CELL_TEXT, "9135 0100 M000 100Y 43", "=91350100M000100Y43", NULL },
		{ CREDIT, CELL_TEXT, "91350100M000100Y44", "F10", NULL },
		{ CREDIT, CELL_TEXT, "91350100M000100Y34", "F10", NULL },
		{ CREDIT, CELL_TEXT, "91350100m000100y43", "F04", "91350100M000100Y43" },
		{ CREDIT, CELL_TEXT, "91350100O000100Y43", "F04", NULL },
		{ CREDIT, CELL_TEXT, "91350100M000100Y4", "F04", NULL },
		{ CREDIT, CELL_TEXT, "91350100M000100Y4I", "F04", NULL },
		{ CREDIT, CELL_TEXT, "9.1E+17", "F08", NULL },
		{ CREDIT, CELL_NUMBER, "9.1350100000100E17", "F08", NULL },
		{ CREDIT, CELL_TEXT, "", "", NULL },
	};
	EXPECT_ALL(table);
}

/* The check character by the definition: the weighted sum over all 18 is 0 modulo 31. */
static void credit_check_by_definition(void **state)
{
	(void)state;
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int weights[] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1 };
	uint32_t seed = 20210514;
	for (int round = 0; round < 200; round++) {
		char code[19] = "";
		int sum = 0;
		for (int i = 0; i < 18; i++) {
			seed = seed * 1664525u + 1013904223u;
			int digit = (int)(seed >> 16) % 31;
			code[i] = alphabet[digit];
			sum += digit * weights[i];
		}
		struct expectation e = { CREDIT, CELL_TEXT, code, "F10", NULL };
		char sound[24];
		snprintf(sound, sizeof sound, "=%s", code);
		if (sum % 31 == 0)
			e.expected = sound;
		expect_at(&e, 0);
	}
}

static void number_text(char text[32], int64_t number)
{
	snprintf(text, 32, "%lld", (long long)number);
}

/* Every way of writing a moment gives the same one. */
static void dates(void **state)
{
	(void)state;
	/* 2021-05-14 is day 18761: 51 years, 13 leap days, then 31+28+31+30+13 days */
	static const char day[] = "18761";
	int64_t midnight = 18761 * (int64_t)86400;
	static const char *const days[] = { "2021-05-14", "2021/5/14", "2021/05/14", "2021.5.14", "2021.05.14", "20210514",
		"2021年5月14日", "2021年05月14日", "２０２１－０５－１４", "２０２１年５月１４日", " 2021-05-14 ", "2021 - 5 - 14",
		"2021年 5月 14日", "'2021-05-14", "2021—5—14", "2021-05-14T00:00:00", "2021-05-14 23:59:59", "2021-05-14 8:05",
		"2021-05-14 下午3:20", "2021-05-14+08:00", "2021-05-14Z", "2021-05-13T16:00:00Z", "2021-05-14T15:59:59Z",
		"2021-05-13 24:00:00" };
	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		expect_at(&(struct expectation){ "application.fee_date", CELL_TEXT, days[i], day, NULL }, 0);

	static const struct {
		const char *text;
		int seconds;
	} instants[] = {
		{ "2021-05-14 08:05:09", 29109 }, { "2021-05-14T08:05:09", 29109 }, { "2021-05-14T08:05:09+08:00", 29109 },
		{ "2021-05-14T00:05:09Z", 29109 }, { "2021-05-14T09:05:09+09:00", 29109 }, { "2021-05-14 09:05:09 +0900", 29109 },
		{ "2021-05-13T19:05:09-05:00", 29109 }, { "2021/5/14 8:05", 29100 }, { "2021.5.14 08:05", 29100 },
		{ "20210514 8:05", 29100 }, { "2021年5月14日 8:05", 29100 }, { "2021年5月14日8:05", 29100 },
		{ "2021年5月14日 8时05分", 29100 }, { "2021年5月14日 8时05分09秒", 29109 }, { "２０２１／５／１４　８：０５", 29100 },
		{ "2021/5/14 上午8:05", 29100 }, { "2021/5/14 下午3:20", 55200 }, { "2021年5月14日下午3:20", 55200 },
		{ "2021-05-14 3:20 PM", 55200 }, { "2021-05-14 3:20:00 pm", 55200 }, { "2021-05-14 下午 15:20", 55200 },
		{ "2021-05-14 上午12:10", 600 }, { "2021-05-14 下午12:10", 43800 }, { "2021-05-14 00:00", 0 },
		{ "2021-05-14T00:00:00", 0 }, { "2021-05-14T24:00:00", 86400 }, { "2021-05-14 23:59:59", 86399 },
		{ "2021-05-14T08:05:09.4", 29109 }, { "2021-05-14T08:05:09.500", 29110 }, { "2021-05-14  08:05:09", 29109 },
	};
	for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
		char expected[32];
		number_text(expected, midnight + instants[i].seconds);
		expect_at(&(struct expectation){ "application.submitted", CELL_TEXT, instants[i].text, expected, NULL }, 0);
	}
	/* a date cell under a format without a time of day is only a day, unless it has one */
	char shown[32];
	expect_at(&(struct expectation){ "application.submitted", CELL_DAY, "44330", "F02", NULL }, 1900);
	number_text(shown, midnight + 43200);
	expect_at(&(struct expectation){ "application.submitted", CELL_DAY, "44330.5", shown, NULL }, 1900);
	number_text(shown, midnight);
	expect_at(&(struct expectation){ "application.submitted", CELL_DATE, "44330", shown, NULL }, 1900);
	number_text(shown, midnight / 86400);
	expect_at(&(struct expectation){ "application.fee_date", CELL_DAY, "44330", shown, NULL }, 1900);
}

static void wrong_dates(void **state)
{
	(void)state;
	static const char *const days[] = { "2021-02-29", "2021-13-01", "2021-00-10", "2021-05-32", "20210229", "21-5-14",
		"5/14/2021", "2021-5/14", "2021-05", "2021", "202105", "2021年5月", "2021年5月14", "待定", "/", "44330.5", "44330",
		"2021-05-14 星期五", "2021-05-14 25:00", "2021-05-14 8:60", "2021-05-14 8:5", "2021-05-14 上午13:00",
		"2021-05-14 下午0:10", "2021-05-14T24:00:01", "2021-05-14T08:05:60", "2021-05-14T", "2021-05-14T08:05:09+15:00",
		"-2021-05-14", "12021-05-14", "0000-01-01", "2021-05-14 08:05:09 CST", "99999999999999999999", "2021-05-14 8:05:" };
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		expect_at(&(struct expectation){ "application.fee_date", CELL_TEXT, days[i], "F02", NULL }, 0);
		expect_at(&(struct expectation){ "application.submitted", CELL_TEXT, days[i], "F02", NULL }, 0);
	}
	static const struct expectation table[] = {
		{ "application.fee_date", CELL_TEXT, "44330", "F02", "2021-05-14" },
		{ "application.fee_date", CELL_NUMBER, "44330", "F02", "2021-05-14" },
		{ "application.fee_date", CELL_NUMBER, "20210514", "18761", NULL },
		{ "application.submitted", CELL_TEXT, "44330.5", "F02", "2021-05-14T12:00:00" },
		{ "application.submitted", CELL_TEXT, "2021-05-14", "F02", NULL },
		{ "application.submitted", CELL_TEXT, "2021年5月14日", "F02", NULL },
		{ "application.submitted", CELL_TEXT, "20210514", "F02", NULL },
		{ "application.submitted", CELL_TEXT, "2021-05-14Z", "F02", NULL },
		{ "application.fee_date", CELL_TEXT, "同上", "F02", NULL },
		{ "application.fee_date", CELL_TEXT, "#VALUE!", "F07", NULL },
		{ "application.fee_date", CELL_BOOL, "1", "F02", NULL },
		{ "application.fee_date", CELL_TEXT, "", "F01", NULL },
		{ "application.pilot_start", CELL_TEXT, " ", "", NULL },
	};
	EXPECT_ALL(table);
}

static void date_cells(void **state)
{
	(void)state;
	static const struct {
		int epoch;
		const char *serial, *field;
		const char *expected; /* the value's text, or the rule */
	} table[] = {
		{ 1900, "44330", "application.fee_date", "2021-05-14" },
		{ 1900, "44330.0", "application.fee_date", "2021-05-14" },
		{ 1900, "4.433E4", "application.fee_date", "2021-05-14" },
		{ 1904, "42868", "application.fee_date", "2021-05-14" },
		{ 1900, "44330.99999", "application.fee_date", "2021-05-14" },
		{ 1900, "44330.999999", "application.fee_date", "2021-05-15" }, /* rounds to midnight */
		{ 1900, "1", "application.fee_date", "1900-01-01" },
		{ 1900, "59", "application.fee_date", "1900-02-28" },
		{ 1900, "60", "application.fee_date", "F02" },
		{ 1900, "60.5", "application.fee_date", "F02" },
		{ 1900, "61", "application.fee_date", "1900-03-01" },
		{ 1900, "0", "application.fee_date", "F02" },
		{ 1900, "0.5", "application.fee_date", "F02" },
		{ 1900, "-1", "application.fee_date", "F02" },
		{ 1900, "2958465", "application.fee_date", "9999-12-31" },
		{ 1900, "2958466", "application.fee_date", "F02" },
		{ 1900, "1E300", "application.fee_date", "F02" },
		{ 1900, "x", "application.fee_date", "F02" },
		{ 1904, "0", "application.fee_date", "1904-01-01" },
		{ 1904, "60", "application.fee_date", "1904-03-01" },
		{ 1904, "2957003", "application.fee_date", "9999-12-31" },
		{ 1904, "2957004", "application.fee_date", "F02" },
		{ 1900, "44330", "application.submitted", "2021-05-14T00:00:00" },
		{ 1900, "44330.5", "application.submitted", "2021-05-14T12:00:00" },
		{ 1900, "44330.336909722223", "application.submitted", "2021-05-14T08:05:09" },
		{ 1900, "44330.336903935188", "application.submitted", "2021-05-14T08:05:09" }, /* 08.5 s */
		{ 1904, "42868.336909722223", "application.submitted", "2021-05-14T08:05:09" },
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char expected[CALENDAR_INSTANT_BYTES];
		int year, month, day, hour = 0, minute = 0, second = 0;
		int64_t number;
		snprintf(expected, sizeof expected, "%s", table[i].expected);
		if (sscanf(expected, "%d-%d-%dT%d:%d:%d", &year, &month, &day, &hour, &minute, &second) >= 3) {
			assert_true(calendar_day(year, month, day, &number));
			if (strchr(expected, 'T'))
				number = number * 86400 + hour * 3600 + minute * 60 + second;
			number_text(expected, number);
		}
		expect_at(&(struct expectation){ table[i].field, CELL_DATE, table[i].serial, expected, NULL }, table[i].epoch);
	}
}

#define YES_NO "application.voluntary"
static void choices(void **state)
{
	(void)state;
	static const char *const yes[] = { "是", "1", "Y", "y", "Ｙ", "√", "true", "TRUE", "True", "✓", " 是 ", "１" };
	static const char *const no[] = { "否", "0", "N", "n", "Ｎ", "×", "false", "FALSE", "False", "✗", "\t否", "０" };
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		expect_at(&(struct expectation){ YES_NO, CELL_TEXT, yes[i], "1", NULL }, 0);
		expect_at(&(struct expectation){ YES_NO, CELL_TEXT, no[i], "0", NULL }, 0);
	}
	static const struct expectation table[] = {
		{ YES_NO, CELL_BOOL, "1", "1", NULL },
		{ YES_NO, CELL_BOOL, "0", "0", NULL },
		{ YES_NO, CELL_NUMBER, "1", "1", NULL },
		{ YES_NO, CELL_NUMBER, "0.0", "0", NULL },
		{ YES_NO, CELL_NUMBER, "2", "F02", NULL },
		{ YES_NO, CELL_TEXT, "也许", "F02", NULL },
		{ YES_NO, CELL_TEXT, "是否", "F02", NULL },
		{ YES_NO, CELL_TEXT, "〃", "F02", NULL },
		{ YES_NO, CELL_TEXT, "#NAME?", "F07", NULL },
		{ YES_NO, CELL_TEXT, "", "F01", NULL },
		{ YES_NO, CELL_DATE, "1", "F02", NULL },
		{ "application.level", CELL_TEXT, "初级", "1", NULL },
		{ "application.level", CELL_TEXT, "高级", "3", NULL },
		{ "application.level", CELL_TEXT, "1", "1", NULL },
		{ "application.level", CELL_TEXT, "３", "3", NULL },
		{ "application.level", CELL_NUMBER, "2", "2", NULL },
		{ "application.level", CELL_NUMBER, "2.0", "2", NULL },
		{ "application.level", CELL_TEXT, "4", "F03", NULL },
		{ "application.level", CELL_TEXT, "0", "F03", NULL },
		{ "application.level", CELL_TEXT, "高级证书", "F03", "高级" },
		{ "application.level", CELL_TEXT, "初 级", "1", NULL },
		{ "application.level", CELL_TEXT, "（中级）", "2", NULL },
		{ "application.level", CELL_DATE, "1", "F03", NULL },
		{ "application.level", CELL_TEXT, "同上", "F02", NULL },
		{ "application.level", CELL_TEXT, "", "F01", NULL },
		{ "major.catalogue", CELL_TEXT, "２０２０旧目录", "1", NULL },
		{ "major.catalogue", CELL_TEXT, "1", "F03", NULL },
		{ "school.school_kind", CELL_TEXT, "技工学校", "6", NULL },
		{ "school.school_kind", CELL_TEXT, "大专", "F03", "" },
		{ "school.school_kind", CELL_BOOL, "1", "F03", NULL },
		{ "certificate.status", CELL_TEXT, "", "", NULL },
	};
	EXPECT_ALL(table);
}

static void texts(void **state)
{
	(void)state;
	char long_text[3 * 201 + 1] = "", longest[3 * 200 + 2] = "=";
	for (int i = 0; i < 201; i++)
		strcat(long_text, "长");
	for (int i = 0; i < 200; i++)
		strcat(longest, "长");
	const struct expectation table[] = {
		{ "application.school_name", CELL_TEXT, "武汉职业技术学院", "=武汉职业技术学院", NULL },
		{ "application.school_name", CELL_TEXT, "\xE3\x80\x80武汉 职院 \xC2\xA0", "=武汉 职院", NULL },
		{ "application.school_name", CELL_TEXT, "\xEF\xBB\xBF（甲）", "=（甲）", NULL },
		{ "application.school_name", CELL_TEXT, "同济", "=同济", NULL },
		{ "application.school_name", CELL_TEXT, "同上", "F02", NULL },
		{ "application.school_name", CELL_TEXT, " 〃", "F02", NULL },
		{ "application.school_name", CELL_TEXT, "#N/A", "F07", NULL },
		{ "application.school_name", CELL_TEXT, "#1 校", "=#1 校", NULL },
		{ "application.school_name", CELL_TEXT, "\xE3\x80\x80", "F01", NULL },
		{ "application.school_name", CELL_TEXT, long_text, "F06", NULL },
		{ "application.school_name", CELL_TEXT, longest + 1, longest, NULL },
		{ "application.remark", CELL_TEXT, "", "", NULL },
		{ "application.telephone", CELL_TEXT, "027-87328019", "=027-87328019", NULL },
		{ "application.telephone", CELL_NUMBER, "13800000000", "=13800000000", NULL },
		{ "application.telephone", CELL_NUMBER, "1.3800000000E10", "=13800000000", NULL },
		{ "application.telephone", CELL_NUMBER, "0.5", "=0.5", NULL },
		{ "application.telephone", CELL_NUMBER, "1E-3", "=0.001", NULL },
		{ "application.telephone", CELL_NUMBER, "-12.50", "=-12.5", NULL },
		{ "application.remark", CELL_DATE, "44330", "=2021-05-14", NULL },
		{ "application.remark", CELL_DATE, "44330.5", "=2021-05-14 12:00:00", NULL },
		{ "application.remark", CELL_BOOL, "1", "=TRUE", NULL },
		{ "application.remark", CELL_ERROR, "#REF!", "F07", NULL },
	};
	EXPECT_ALL(table);
	char identifier[201 + 1];
	memset(identifier, 'A', 201);
	identifier[201] = '\0';
	expect_at(&(struct expectation){ "application.application_no", CELL_TEXT, identifier, "F06", NULL }, 0);
}

/* What the words of a finding must tell: what stood there, what is allowed. */
static void messages(void **state)
{
	(void)state;
	char scratch[TYPING_SCRATCH_BYTES];
	struct value value;
	struct field_fault fault;
	struct cell cell = { "大专", 6, CELL_TEXT };
	typing_read(field_of("school.school_kind"), &cell, 0, scratch, &value, &fault);
	assert_non_null(strstr(fault.message, "“大专”"));
	assert_non_null(strstr(fault.message, "高职高专、职业本科、中职、应用型本科、普通本科、技工学校"));
	assert_string_equal(fault.allowed, "高职高专、职业本科、中职、应用型本科、普通本科、技工学校");

	cell = (struct cell){ "5", 1, CELL_TEXT };
	typing_read(field_of("certificate.release_batch"), &cell, 0, scratch, &value, &fault);
	assert_string_equal(fault.allowed, "1 至 4 的整数");

	typing_missing(field_of(CODE), &fault);
	assert_string_equal(fault.rule, "F01");
	assert_string_equal(fault.allowed, "10 位数字");
	assert_non_null(strstr(fault.message, "学校标识码"));
}

/* Cells of every size and of random bytes of UTF-8: no crash, no overflow, and whole
 * characters in what is said. */
static void hostile_cells(void **state)
{
	(void)state;
	static const char *const pieces[] = { "1", "9", "0", ".", "-", "E", "+", ",", ":", "/", " ", "'", "#", "年", "月", "日",
		"下午", "T", "Z", "人", "\xE3\x80\x80", "\xE2\x80\x8B", "１", "，", "\xF0\xA0\x80\x80", "长", "同上", "\n" };
	static const size_t piece_count = sizeof pieces / sizeof *pieces;
	static char text[20000];
	char scratch[TYPING_SCRATCH_BYTES];
	struct value value;
	struct field_fault fault;
	uint32_t seed = 1;
	for (int round = 0; round < 3000; round++) {
		size_t length = 0;
		size_t limit = round % 100 == 0 ? 19000 : (size_t)(round % 30);
		while (length < limit) {
			seed = seed * 1664525u + 1013904223u;
			const char *piece = pieces[(seed >> 16) % piece_count];
			memcpy(text + length, piece, strlen(piece));
			length += strlen(piece);
		}
		char *exact = malloc(length ? length : 1);
		assert_non_null(exact);
		memcpy(exact, text, length);
		for (int d = 0; d < schema->dataset_count; d += 5)
			for (int k = 0; k < schema->datasets[d].field_count; k++) {
				struct cell cell = { exact, (uint32_t)length, (enum cell_kind)(1 + round % 5) };
				typing_read(&schema->datasets[d].fields[k], &cell, 1900 + round % 2 * 4, scratch, &value, &fault);
				typing_is_canonical(&schema->datasets[d].fields[k], &cell, &value);
				if (!fault.rule)
					continue;
				assert_true(strlen(fault.message) < sizeof fault.message);
				size_t last = strlen(fault.understood);
				assert_true(last == 0 || (unsigned char)fault.understood[last - 1] < 0xC0);
			}
		free(exact);
	}
}

static void canonical_texts(void **state)
{
	(void)state;
	static const struct {
		const char *field;
		enum cell_kind kind;
		const char *text;
		bool canonical;
	} table[] = {
		{ DECLARED, CELL_TEXT, "120", true }, { DECLARED, CELL_TEXT, "0120", false },
		{ DECLARED, CELL_TEXT, " 120", false }, { DECLARED, CELL_NUMBER, "120", true },
		{ DECLARED, CELL_TEXT, "120人", false }, { CODE, CELL_TEXT, "0142010834", true },
		{ CODE, CELL_TEXT, "'0142010834", false }, { FEE, CELL_TEXT, "350.00", true }, { FEE, CELL_TEXT, "350", false },
		{ YES_NO, CELL_TEXT, "是", true }, { YES_NO, CELL_TEXT, "1", false }, { YES_NO, CELL_BOOL, "1", false },
		{ "application.level", CELL_TEXT, "中级", true }, { "application.level", CELL_TEXT, "2", false },
		{ "application.fee_date", CELL_TEXT, "2021-05-14", true }, { "application.fee_date", CELL_TEXT, "2021/05/14", false },
		{ "application.fee_date", CELL_DATE, "44330", false },
		{ "application.submitted", CELL_TEXT, "2021-05-14T08:05:00", true },
		{ "application.submitted", CELL_TEXT, "2021-05-14 08:05:00", false },
		{ "application.school_name", CELL_TEXT, "甲校", true }, { "application.school_name", CELL_TEXT, "甲校 ", false },
		{ "application.plan_digest", CELL_TEXT, "ab", true }, { "application.plan_digest", CELL_TEXT, "AB", false },
		{ "application.remark", CELL_TEXT, "", true }, { "application.remark", CELL_TEXT, " ", false },
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char scratch[TYPING_SCRATCH_BYTES];
		struct value value;
		struct field_fault fault;
		struct cell cell = { table[i].text, (uint32_t)strlen(table[i].text), table[i].kind };
		const struct field *field = field_of(table[i].field);
		typing_read(field, &cell, 1900, scratch, &value, &fault);
		if (typing_is_canonical(field, &cell, &value) != table[i].canonical)
			fail_msg("%s '%s'", table[i].field, table[i].text);
	}
}

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

/* Every ASCII character at every place of an identifier: blanks and controls are left out, all
 * others stay. */
static void identifier_characters(void **state)
{
	(void)state;
	const struct field *field = field_of("application.application_no");
	char scratch[TYPING_SCRATCH_BYTES];
	for (int c = 1; c < 0x80; c++)
		for (size_t at = 1; at < 19; at++) {
			char text[20], wanted[20];
			size_t kept = 0;
			memset(text, 'A', sizeof text);
			text[at] = (char)c;
			for (size_t i = 0; i < 19; i++)
				if (text[i] > 0x20 && text[i] < 0x7F)
					wanted[kept++] = text[i];
			struct cell cell = { text, 19, CELL_TEXT };
			struct value value;
			struct field_fault fault;
			typing_read(field, &cell, 1900, scratch, &value, &fault);
			assert_null(fault.rule);
			assert_int_equal(value.state, VALUE_TEXT);
			assert_int_equal(value.length, kept);
			assert_memory_equal(value.text, wanted, kept);
			assert_int_equal(value.text == text, kept == 19 && c != '.' && c != '+');
		}
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(money),
		cmocka_unit_test(codes),
		cmocka_unit_test(credit_codes),
		cmocka_unit_test(credit_check_by_definition),
		cmocka_unit_test(dates),
		cmocka_unit_test(wrong_dates),
		cmocka_unit_test(date_cells),
		cmocka_unit_test(choices),
		cmocka_unit_test(texts),
		cmocka_unit_test(messages),
		cmocka_unit_test(hostile_cells),
		cmocka_unit_test(identifier_characters),
		cmocka_unit_test(canonical_texts),
	};
	return cmocka_run_group_tests_name("typing", tests, load, unload);
}
