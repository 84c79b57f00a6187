/* Recognising tables by the words of their headings, with the real schemas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/heading.h"

#include <cmocka.h> /* last: it has a macro fail */

static struct schema *schema;
static struct vocabulary *vocabulary;

/* Rows written as "a|b|c"; a NULL ends them. */
static void find(const char *const *lines, struct heading *heading)
{
	static struct cell cells[HEADING_ROWS + 1][64];
	struct row rows[HEADING_ROWS + 1];
	struct failure failure = { 0 };
	uint32_t count = 0;
	for (; lines[count]; count++) {
		const char *at = lines[count];
		uint32_t width = 0;
		for (;;) {
			size_t length = strcspn(at, "|");
			cells[count][width++] = (struct cell) { at, (uint32_t)length, length ? CELL_TEXT : CELL_EMPTY };
			if (!at[length])
				break;
			at += length + 1;
		}
		rows[count] = (struct row) { .cells = cells[count], .count = width, .row = count + 1, .offset = -1 };
	}
	assert_true(heading_find(vocabulary, rows, count, heading, &failure));
}

#define ROWS(...) (const char *const[]) { __VA_ARGS__, NULL }

static void assert_found(const struct heading *heading, const char *dataset, uint32_t first, uint32_t rows)
{
	assert_non_null(heading->dataset);
	assert_string_equal(heading->dataset->name, dataset);
	assert_int_equal(heading->first, first);
	assert_int_equal(heading->rows, rows);
}

static void assert_column(const struct heading *heading, uint32_t at, const char *field, int variant)
{
	assert_int_equal(heading->columns[at].role, COLUMN_FIELD);
	assert_string_equal(heading->dataset->fields[heading->columns[at].field].name, field);
	assert_int_equal(heading->columns[at].variant, variant);
}

static void test_fold(void **state)
{
	(void)state;
	static const struct {
		const char *cell, *folded;
	} cases[] = {
		{ "上限（元／人）", "上限(元/人)" }, { " 学 校\n名 称\t", "学校名称" }, { "ＸＸＤＭ", "xxdm" },
		{ "*申报编号＊", "申报编号" }, { "〔备注〕", "(备注)" }, { "", "" }, { "A B-1", "ab-1" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char folded[HEADING_BYTES];
		struct cell cell = { cases[i].cell, (uint32_t)strlen(cases[i].cell), CELL_TEXT };
		heading_fold(&cell, folded);
		assert_string_equal(folded, cases[i].folded);
	}
}

static void test_one_row(void **state)
{
	(void)state;
	struct heading heading;
	find(ROWS("title", "", "XZQHM|序号|别名|市州名称|x", "420100|1||武汉市|", "420200|2||黄石市|"), &heading);
	assert_found(&heading, "region", 2, 1);
	assert_column(&heading, 0, "region_code", 0);
	assert_int_equal(heading.columns[1].role, COLUMN_IGNORED);
	assert_column(&heading, 2, "region_alias", 0);
	assert_column(&heading, 3, "region_name", 0);
	assert_int_equal(heading.columns[4].role, COLUMN_UNKNOWN);
	assert_string_equal(heading.columns[4].label, "x");
	heading_free(&heading);
}

/* A merged group heading stands in its first cell only. */
static void test_two_rows(void **state)
{
	(void)state;
	struct heading heading;
	find(ROWS("年度|学校|||等级|人数|||考核费是否结清", "|学校标识码|证书名称|培训评价组织||培训人数|考核人数|取证人数|",
		"2020|4142010834|x|y|初级|1|1|1|是"), &heading);
	assert_found(&heading, "performance", 0, 2);
	assert_column(&heading, 1, "school_code", 0);
	assert_column(&heading, 4, "level", 0);
	assert_column(&heading, 7, "certified", 0);
	assert_column(&heading, 8, "fee_settled", 0);
	heading_free(&heading);
	/* a group's name and the column's give one heading */
	find(ROWS("考核||上限|依据", "形式|等级|(元/人)|文件"), &heading);
	assert_found(&heading, "fee_ceiling", 0, 2);
	assert_column(&heading, 0, "exam_form", 0);
	assert_column(&heading, 2, "ceiling", 0);
	heading_free(&heading);
}

static void test_spread(void **state)
{
	(void)state;
	struct heading heading;
	find(ROWS("", "申报编号|注册账号|学校标识码|学校名称|证书名称|培训评价组织|专业代码|专业名称|专业层次|在校生数|参与试点学生数"
		"|计划人数|||是否新增试点|考核费用标准|费用确定日期|学校承担考核费人数|是否作为毕业条件|学生自愿|试点工作方案|合作协议"
		"|统筹管理部门|负责人|联系人|联系电话|提交时间", "|||||||||||初级|中级|高级"), &heading);
	assert_found(&heading, "application", 1, 2);
	assert_true(heading.spread);
	assert_column(&heading, 11, "declared", 1);
	assert_column(&heading, 12, "declared", 2);
	assert_column(&heading, 13, "declared", 3);
	assert_column(&heading, 14, "is_new_unit", 0);
	heading_free(&heading);
}

static void test_lenient(void **state)
{
	(void)state;
	struct heading heading;
	/* 3 of 4 required, key among them, and half of the headings its own */
	find(ROWS("注册账号|学校标识码|注册时间|甲|乙|丙"), &heading);
	assert_found(&heading, "account", 0, 1);
	heading_free(&heading);
	/* one foreign heading more */
	find(ROWS("注册账号|学校标识码|注册时间|甲|乙|丙|丁"), &heading);
	assert_null(heading.dataset);
	assert_string_equal(heading.rule, "S02");
	assert_non_null(strstr(heading.text, "平台注册"));
	assert_non_null(strstr(heading.text, "学校名称"));
	heading_free(&heading);
	/* without its key */
	find(ROWS("学校标识码|学校名称|注册时间"), &heading);
	assert_null(heading.dataset);
	heading_free(&heading);
}

static void test_choice(void **state)
{
	(void)state;
	struct heading heading;
	/* the dataset with the most fields, not the first that fits */
	find(ROWS("年度|学校标识码|证书名称|等级|专业代码|批次|培训人数|考核人数|取证人数|考核费是否结清"), &heading);
	assert_found(&heading, "performance", 0, 1);
	heading_free(&heading);
	/* the heading, not a row of data that repeats some of its words */
	find(ROWS("学校名称|学校标识码|x", "行政区划码|市州名称|别名", "行政区划码|420100|"), &heading);
	assert_found(&heading, "region", 1, 1);
	heading_free(&heading);
	find(ROWS("培训评价组织|类型|情节|日期|考核形式|等级|上限|依据文件"), &heading);
	assert_null(heading.dataset);
	assert_string_equal(heading.rule, "S03");
	heading_free(&heading);
}

static void test_bounds(void **state)
{
	(void)state;
	struct heading heading;
	const char *lines[HEADING_ROWS + 2] = { NULL };
	find(lines, &heading);
	assert_string_equal(heading.rule, "S02");
	heading_free(&heading);
	for (int i = 0; i <= HEADING_ROWS; i++)
		lines[i] = "";
	lines[HEADING_ROWS - 1] = "行政区划码|市州名称";
	find(lines, &heading);
	assert_found(&heading, "region", HEADING_ROWS - 1, 1);
	heading_free(&heading);
	lines[HEADING_ROWS] = lines[HEADING_ROWS - 1];
	lines[HEADING_ROWS - 1] = "";
	find(lines, &heading);
	assert_null(heading.dataset);
	heading_free(&heading);
}

static void test_personal(void **state)
{
	(void)state;
	struct heading heading;
	find(ROWS("姓名|报名号|学校标识码|证书名称|等级|考核日期|结果|身份证件号|报名号"), &heading);
	assert_found(&heading, "assessment", 0, 1);
	assert_int_equal(heading.columns[0].role, COLUMN_PERSONAL);
	assert_int_equal(heading.columns[7].role, COLUMN_PERSONAL);
	assert_int_equal(heading.columns[8].role, COLUMN_REPEATED);
	heading_free(&heading);
}

static int load(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	schema = schema_load(".", &failure);
	vocabulary = schema ? vocabulary_open(schema, &failure) : NULL;
	return vocabulary ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	vocabulary_close(vocabulary);
	schema_free(schema);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold), cmocka_unit_test(test_one_row), cmocka_unit_test(test_two_rows),
		cmocka_unit_test(test_spread), cmocka_unit_test(test_lenient), cmocka_unit_test(test_choice),
		cmocka_unit_test(test_bounds), cmocka_unit_test(test_personal),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load, unload);
}
