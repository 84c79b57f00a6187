/* Reading rule files: what a sound header gives, and that each mistake is refused
 * with the file and the line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail
#include <string.h>

#include "validate/rulefile.h"

static const char sound[] =
	"-- rule: R98\n"
	"-- title: 试验\n"
	"-- clause: 三.5 四.1\n"
	"-- sentence: 第一句。\n"
	"-- sentence: 第二\n"
	"--   句。\n"
	"-- subject: application\n"
	"-- reads: application batch\n"
	"-- needs: school\n"
	"-- case a: return\n"
	"-- case b: review\n"
	"-- field: submitted\n"
	"-- field b: fee\n"
	"-- understood: {submitted:instant}\n"
	"-- allowed a: 甲\n"
	"-- message: 通用\n"
	"-- message b: 乙情形\n"
	"-- message x: 缺少{missing}\n"
	"--\n"
	"-- fires a | words | application 备注=x\n"
	"--   , 学生自愿=否\n"
	"-- passes | words |\n"
	"-- a line of SQL comment would be a mistake here: the header ends at SELECT\n";

static struct rule *read_with(const char *header, const char *sql, struct failure *failure)
{
	char text[4096];
	strcpy(text, header);
	strcat(text, sql);
	return rule_read("R98-trial.sql", text, failure);
}

static void reads_all_keys(void **state)
{
	(void)state;
	struct failure failure = { .text = "" };
	char header[sizeof sound];
	strcpy(header, sound);
	*strstr(header, "-- a line of SQL") = '\0';
	struct rule *rule = read_with(header, "SELECT id FROM application -- : not a header\n", &failure);
	assert_non_null(rule);
	assert_string_equal(rule->id, "R98");
	assert_string_equal(rule->sentence, "第一句。\n第二 句。");
	assert_string_equal(rule->clause, "三.5 四.1");
	assert_string_equal(rule->needs, "school");
	assert_int_equal(rule->case_count, 3);
	const struct rule_case *a = rule_case_of(rule, 'a'), *b = rule_case_of(rule, 'b'), *x = rule_case_of(rule, 'x');
	assert_int_equal(a->severity, SEVERITY_RETURN);
	assert_int_equal(b->severity, SEVERITY_REVIEW);
	assert_int_equal(x->severity, SEVERITY_NOTE);
	assert_string_equal(a->field, "submitted");
	assert_string_equal(b->field, "fee");
	assert_string_equal(a->message, "通用");
	assert_string_equal(b->message, "乙情形");
	assert_string_equal(x->message, "缺少{missing}");
	assert_string_equal(a->allowed, "甲");
	assert_null(b->allowed);
	assert_null(x->understood);
	assert_string_equal(rule->sql, "SELECT id FROM application -- : not a header\n");
	assert_int_equal(strlen(rule->sha256), 64);
	assert_null(rule_case_of(rule, 'c'));
	rule_free(rule);
}

static void without_cases(void **state)
{
	(void)state;
	struct failure failure = { .text = "" };
	struct rule *rule = read_with("-- rule: R98\n-- title: t\n-- clause: general\n-- subject: batch\n-- reads: batch\n"
		"-- severity: note\n-- message: m\n-- after: outcome\n", "SELECT NULL AS id", &failure);
	assert_non_null(rule);
	assert_int_equal(rule->case_count, 1);
	assert_int_equal(rule->cases[0].name, '\0');
	assert_true(rule->after_outcome);
	assert_string_equal(rule->sentence, "");
	rule_free(rule);
}

/* `header` with `line` as line 2 must be refused, naming file and `where`. */
static void refuse(const char *header, const char *where)
{
	struct failure failure = { .text = "", .status = STATUS_DONE };
	struct rule *rule = read_with(header, "SELECT 1 AS id\n", &failure);
	if (rule)
		print_error("not refused: %s\n", header);
	assert_null(rule);
	assert_int_equal(failure.status, STATUS_BATCH);
	assert_non_null(strstr(failure.text, "R98-trial.sql"));
	if (!strstr(failure.text, where))
		print_error("%s\n", failure.text);
	assert_non_null(strstr(failure.text, where));
}

#define START "-- rule: R98\n-- title: t\n-- clause: general\n-- subject: batch\n-- reads: batch\n"

static void refuses_mistakes(void **state)
{
	(void)state;
	refuse("-- rule: R98\n-- colour: red\n", "line 2");
	refuse("-- rule: R97\n", "line 1");
	refuse("-- rule: R9\n", "line 1");
	refuse("-- rule: R98\n-- just words\n", "line 2");
	refuse("-- rule: R98\n-- title:\n", "line 2");
	refuse("-- rule: R98\n-- title: a\n-- title: b\n", "line 3");
	refuse("-- rule: R98\n-- case a: harsh\n", "line 2");
	refuse("-- rule: R98\n-- case b: note\n-- case a: note\n", "line 3");
	refuse("-- rule: R98\n-- case x: note\n", "line 2");
	refuse("-- rule: R98\n-- case A: note\n", "line 2");
	refuse("-- rule: R98\n-- severity: harsh\n", "line 2");
	refuse("-- rule: R98\n-- after: lunch\n", "line 2");
	refuse("-- rule: R98\n-- title a: t\n", "line 2");
	refuse("-- rule: R98\n-- fires a | no second bar\n", "line 2");
	refuse("--   continues nothing\n", "line 1");
	refuse(START "-- severity: note\n", "message");
	refuse(START "-- message: m\n", "severity");
	refuse(START "-- severity: note\n-- case a: note\n-- message: m\n", "severity");
	refuse(START "-- severity: note\n-- message: m\n-- message c: m\n", "case");
	refuse(START "-- severity: note\n-- message: m\n-- needs: school\n", "message x");
	refuse(START "-- case a: note\n-- message b: m\n-- case b: note\n", "message");
	refuse(START "-- severity: note\n-- message: m\n-- sentence: quoted though general\n", "sentence");
	refuse("-- rule: R98\n-- title: t\n-- clause: 三.1\n-- subject: batch\n-- reads: batch\n-- severity: note\n"
	       "-- message: m\n", "sentence");
	refuse("-- rule: R98\n-- title: t\n-- clause: general\n-- subject: batch\n-- severity: note\n-- message: m\n", "reads");
}

static void wants_sql(void **state)
{
	(void)state;
	struct failure failure = { .text = "" };
	assert_null(read_with(START "-- severity: note\n-- message: m\n", "\n \n", &failure));
	assert_non_null(strstr(failure.text, "SELECT"));
	assert_null(rule_read("R98-trial.sql", "", &failure));
	assert_int_equal(failure.status, STATUS_BATCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_keys), cmocka_unit_test(without_cases), cmocka_unit_test(refuses_mistakes),
		cmocka_unit_test(wants_sql),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
