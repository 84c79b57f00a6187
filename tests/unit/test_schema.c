/* The definitions as read from the XSDs in schemas/ against what datasets.md says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/canonical.h"
#include "common/schema.h"

#include <cmocka.h> /* last: it has a macro fail */

static struct schema *schema;

static const struct field *field_of(const char *dataset, const char *name)
{
	const struct dataset *found = schema_dataset(schema, dataset);
	assert_non_null(found);
	int position = dataset_field(found, name);
	assert_true(position >= 0);
	return &found->fields[position];
}

static void datasets(void **state)
{
	(void)state;
	static const struct {
		const char *name, *title, *root;
		int fields;
	} expected[] = {
		{ "account", "平台注册", "accounts", 5 },
		{ "application", "试点申报", "applications", 38 },
		{ "approval", "既往获批", "approvals", 6 },
		{ "assessment", "考核记录", "assessments", 8 },
		{ "certificate", "证书名录", "certificates", 7 },
		{ "city_review", "市州初审", "city_reviews", 6 },
		{ "complaint", "投诉台账", "complaints", 4 },
		{ "decision", "审核决定", "decisions", 8 },
		{ "fee_ceiling", "考核费用上限", "fee_ceilings", 5 },
		{ "major", "专业目录", "majors", 5 },
		{ "performance", "执行情况", "performances", 9 },
		{ "published", "往批公布", "published_list", 8 },
		{ "region", "市州", "regions", 3 },
		{ "school", "院校名录", "schools", 8 },
	};
	assert_int_equal(schema->dataset_count, 14);
	for (int i = 0; i < 14; i++) {
		const struct dataset *dataset = &schema->datasets[i];
		assert_int_equal(dataset->id, i + 1);
		assert_string_equal(dataset->name, expected[i].name);
		assert_string_equal(dataset->title, expected[i].title);
		assert_string_equal(dataset->root, expected[i].root);
		assert_int_equal(dataset->field_count, expected[i].fields);
		assert_ptr_equal(schema_dataset(schema, expected[i].name), dataset);
	}
	assert_null(schema_dataset(schema, "types"));
	assert_int_equal(dataset_field(schema_dataset(schema, "region"), "nothing"), -1);
}

static void kinds(void **state)
{
	(void)state;
	static const struct {
		const char *dataset, *field;
		enum field_kind kind;
		int digits, length;
		int64_t minimum, maximum;
	} expected[] = {
		{ "application", "school_code", FIELD_CODE, 10, 10, -1, -1 },
		{ "city_review", "reviewing_unit", FIELD_CODE, 6, 6, -1, -1 },
		{ "application", "application_no", FIELD_IDENTIFIER, 0, 200, -1, -1 },
		{ "application", "school_name", FIELD_TEXT, 0, 200, -1, -1 },
		{ "application", "remark", FIELD_TEXT, 0, 1000, -1, -1 },
		{ "city_review", "opinion", FIELD_TEXT, 0, 1000, -1, -1 },
		{ "decision", "reason", FIELD_TEXT, 0, 1000, -1, -1 },
		{ "application", "major_code", FIELD_MAJOR_CODE, 0, -1, -1, -1 },
		{ "school", "credit_code", FIELD_CREDIT_CODE, 0, 18, -1, -1 },
		{ "application", "plan_digest", FIELD_DIGEST, 0, 200, -1, -1 },
		{ "decision", "row_digest", FIELD_ROW_DIGEST, 0, 64, -1, -1 },
		{ "application", "declared", FIELD_COUNT, 0, -1, 0, 999999999 },
		{ "certificate", "release_batch", FIELD_COUNT, 0, -1, 1, 4 },
		{ "application", "fee", FIELD_MONEY, 0, -1, 0, 999999999999 },
		{ "application", "fee_date", FIELD_DAY, 0, -1, -1, -1 },
		{ "application", "submitted", FIELD_INSTANT, 0, -1, -1, -1 },
		{ "application", "voluntary", FIELD_YES_NO, 0, -1, -1, -1 },
		{ "application", "level", FIELD_ENUMERATION, 0, -1, -1, -1 },
		{ "school", "school_kind", FIELD_ENUMERATION, 0, -1, -1, -1 },
	};
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		const struct field *field = field_of(expected[i].dataset, expected[i].field);
		assert_int_equal(field->kind, expected[i].kind);
		assert_int_equal(field->digits, expected[i].digits);
		if (expected[i].length >= 0)
			assert_int_equal(field->max_length, expected[i].length);
		if (expected[i].maximum >= 0) {
			assert_true(field->minimum == expected[i].minimum);
			assert_true(field->maximum == expected[i].maximum);
		}
	}
	assert_string_equal(field_of("application", "level")->type, "level");
	assert_string_equal(field_of("school", "school_kind")->type, "");
	assert_string_equal(field_of("certificate", "release_batch")->type, "count");
}

static void particulars(void **state)
{
	(void)state;
	const struct field *declared = field_of("application", "declared");
	assert_string_equal(declared->heading, "拟考证人数");
	assert_string_equal(declared->unit, "人");
	assert_int_equal(declared->aliases.count, 2);
	assert_string_equal(declared->aliases.items[0], "2021年度拟考证人数");
	assert_string_equal(declared->aliases.items[1], "计划人数");
	assert_true(declared->spread && declared->required && !declared->key);

	const struct field *kind = field_of("school", "school_kind");
	assert_int_equal(kind->values.count, 6);
	assert_string_equal(kind->values.items[0], "高职高专");
	assert_string_equal(kind->values.items[5], "技工学校");

	const struct field *region = field_of("school", "reviewing_region");
	const struct dataset *school = schema_dataset(schema, "school");
	assert_false(region->required);
	assert_int_equal(region->required_field, dataset_field(school, "affiliation"));
	assert_int_equal(region->required_value, 2); /* 省属, 市州属 */
	assert_int_equal(kind->required_field, -1);

	assert_int_equal(field_of("application", "issuer")->group, GROUP_CERTIFICATE);
	assert_int_equal(field_of("application", "major_level")->group, GROUP_MAJOR);
	assert_int_equal(field_of("complaint", "issuer")->group, GROUP_NONE);
	assert_true(field_of("complaint", "issuer")->dictionary);
	assert_true(field_of("decision", "row_digest")->prefilled);
	const struct field *rule = field_of("decision", "rule");
	assert_true(rule->key && !rule->required);
	assert_false(field_of("application", "email")->required);

	const struct dataset *assessment = schema_dataset(schema, "assessment");
	assert_string_equal(assessment->personal.items[0], "姓名");
	assert_true(assessment->personal.count > 10);
	for (int i = 0; i < schema->dataset_count; i++)
		assert_string_equal(schema->datasets[i].ignored.items[0], "序号");
}

/* The keys of datasets.md, in its order. */
static void keys(void **state)
{
	(void)state;
	static const char *const expected[][2] = {
		{ "region", "行政区划码" }, { "school", "学校标识码" }, { "certificate", "证书代码|等级" },
		{ "fee_ceiling", "考核形式|等级" }, { "major", "目录版本|层次|专业代码" }, { "account", "注册账号" },
		{ "application", "申报编号" }, { "approval", "学校标识码|证书名称|年度" }, { "city_review", "初审单位|申报编号" },
		{ "performance", "年度|学校标识码|证书名称|等级" }, { "assessment", "报名号|考核日期" },
		{ "published", "年度|批次|学校标识码|证书名称|等级|专业代码" }, { "complaint", "培训评价组织|日期" },
		{ "decision", "申报编号|规则编号|审核日期" },
	};
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		const struct dataset *dataset = schema_dataset(schema, expected[i][0]);
		char joined[512] = "";
		for (int k = 0; k < dataset->field_count; k++)
			if (dataset->fields[k].key) {
				if (*joined)
					strcat(joined, "|");
				strcat(joined, dataset->fields[k].heading);
			}
		assert_string_equal(joined, expected[i][1]);
	}
}

static void canonical(void **state)
{
	(void)state;
	static const struct {
		const char *dataset, *field;
		int64_t value;
		const char *text;
	} expected[] = {
		{ "application", "school_code", 142010834, "0142010834" },
		{ "city_review", "reviewing_unit", 420100, "420100" },
		{ "application", "declared", 0, "0" },
		{ "application", "declared", 999999999, "999999999" },
		{ "application", "fee", 35000, "350.00" },
		{ "application", "fee", 5, "0.05" },
		{ "application", "fee", 0, "0.00" },
		{ "application", "fee", 999999999999, "9999999999.99" },
		{ "application", "fee_date", 18761, "2021-05-14" },
		{ "application", "submitted", 18761 * (int64_t)86400 + 29100, "2021-05-14T08:05:00" },
		{ "application", "voluntary", 1, "是" },
		{ "application", "voluntary", 0, "否" },
		{ "application", "level", 2, "中级" },
		{ "application", "level", 0, "" },
		{ "application", "level", 4, "" },
	};
	char text[CANONICAL_BYTES];
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		assert_string_equal(canonical_integer(field_of(expected[i].dataset, expected[i].field), expected[i].value, text),
			expected[i].text);
	canonical_yuan(-5, text);
	assert_string_equal(text, "-0.05");
	canonical_yuan(INT64_MIN, text);
	assert_string_equal(text, "-92233720368547758.08");
	canonical_yuan(INT64_MAX, text);
	assert_string_equal(text, "92233720368547758.07");
}

/* ------------------------------------------------------ definitions that are wrong */

static char home[] = "/tmp/onex-schema-XXXXXX";

static void write_schema(const char *name, const char *text)
{
	char path[128];
	snprintf(path, sizeof path, "%s/schemas/%s", home, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

#define HEAD "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:onex='urn:onex:schema'>\n"
#define ABOUT "<xs:annotation><xs:appinfo><onex:dataset name='thing' title='物'/></xs:appinfo></xs:annotation>\n"
#define INFO "<xs:annotation><xs:appinfo><onex:field heading='甲'/></xs:appinfo></xs:annotation>"
#define RECORD(fields) HEAD "<xs:element name='things'>" ABOUT "<xs:complexType><xs:sequence><xs:element name='thing'>\n" \
	"<xs:complexType><xs:all>\n" fields "</xs:all></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>"

static void wrong_definitions(void **state)
{
	(void)state;
	static const struct {
		const char *text, *told;
	} wrong[] = {
		{ "<xs:schema", "thing.xsd" },
		{ "<!DOCTYPE x [<!ENTITY a 'b'>]>" HEAD "</xs:schema>", "DOCTYPE" },
		{ HEAD "</xs:schema>", "root" },
		{ RECORD(""), "without fields" },
		{ RECORD("<xs:element name='a' type='text'/>"), "thing.xsd:5" },
		{ RECORD("<xs:element name='a' type='nothing'>" INFO "</xs:element>"), "types.xsd" },
		{ RECORD("<xs:element name='a'>" INFO "</xs:element>"), "type" },
		{ RECORD("<xs:element name='a'>" INFO "<xs:simpleType><xs:restriction base='xs:string'/></xs:simpleType></xs:element>"),
			"values" },
		{ RECORD("<xs:element name='a' type='loop'>" INFO "</xs:element>"), "refer" },
		{ RECORD("<xs:element name='a'>" INFO "<xs:simpleType><xs:restriction base='count'>"
			 "<xs:maxInclusive value='x'/></xs:restriction></xs:simpleType></xs:element>"), "bound" },
		{ RECORD("<xs:element name='a' type='text'><xs:annotation><xs:appinfo>"
			 "<onex:field heading='甲' requiredWhere='b=c'/></xs:appinfo></xs:annotation></xs:element>"), "requiredWhere" },
	};
	assert_non_null(mkdtemp(home));
	char path[128];
	snprintf(path, sizeof path, "%s/schemas", home);
	assert_int_equal(mkdir(path, 0700), 0);
	write_schema("types.xsd", HEAD "<xs:simpleType name='text'><xs:restriction base='xs:string'><xs:maxLength value='9'/>"
		"</xs:restriction></xs:simpleType><xs:simpleType name='count'><xs:restriction base='xs:nonNegativeInteger'/>"
		"</xs:simpleType><xs:simpleType name='loop'><xs:restriction base='loop'/></xs:simpleType></xs:schema>");
	setenv("LC_ALL", "C", 1);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct failure failure = { 0 };
		write_schema("thing.xsd", wrong[i].text);
		assert_null(schema_load(home, &failure));
		assert_int_equal(failure.status, STATUS_BATCH);
		if (!strstr(failure.text, wrong[i].told))
			fail_msg("%zu: '%s' does not tell '%s'", i, failure.text, wrong[i].told);
	}
	struct failure failure = { 0 };
	write_schema("thing.xsd", RECORD("<xs:element name='a' type='text'>" INFO "</xs:element>"));
	struct schema *sound = schema_load(home, &failure);
	assert_non_null(sound);
	assert_int_equal(sound->datasets[0].fields[0].max_length, 9);
	schema_free(sound);

	snprintf(path, sizeof path, "rm -r %s", home);
	assert_int_equal(system(path), 0);
	assert_null(schema_load(home, &failure));
	assert_int_equal(failure.status, STATUS_SYSTEM);
	schema_free(NULL);
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

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datasets),
		cmocka_unit_test(kinds),
		cmocka_unit_test(particulars),
		cmocka_unit_test(keys),
		cmocka_unit_test(canonical),
		cmocka_unit_test(wrong_definitions),
	};
	return cmocka_run_group_tests_name("schema", tests, load, unload);
}
