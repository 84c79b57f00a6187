/* Texts on their way into reports, and the reading of scripts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/buffer.h"
#include "report/script.h"
#include "report/values.h"

#include <cmocka.h> /* after our headers: it defines fail */

static void test_clean(void **state)
{
	(void)state;
	static const struct {
		const char *from, *to;
	} cases[] = {
		{ "", "" }, { "武汉 a\tb\nc\r", "武汉 a\tb\nc\r" }, { "a\x01z", "a\xEF\xBF\xBDz" }, { "\x7F", "\xEF\xBF\xBD" },
		{ "\xC2\x85", "\xEF\xBF\xBD" },            /* a C1 control */
		{ "\xE2\x80\xAEx", "\xEF\xBF\xBDx" },      /* right-to-left override */
		{ "\xEF\xBF\xBF", "\xEF\xBF\xBD" },        /* U+FFFF */
		{ "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" }, /* a surrogate */
		{ "\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD" },/* an overlong NUL */
		{ "\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" }, /* beyond U+10FFFF */
		{ "x\xE6\xAD", "x\xEF\xBF\xBD\xEF\xBF\xBD" }, /* cut short */
		{ "\xE6\xAD" "A", "\xEF\xBF\xBD\xEF\xBF\xBD" "A" }, /* its last byte is none */
		{ "\xE3\x80\x80\xEC\xBF\xBF", "\xE3\x80\x80\xEC\xBF\xBF" }, /* U+3000, U+CFFF */
		{ "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer out = { 0 };
		buffer_empty(&out);
		buffer_clean(&out, cases[i].from, strlen(cases[i].from));
		assert_string_equal(out.bytes, cases[i].to);
		buffer_free(&out);
	}
}

static void test_markup(void **state)
{
	(void)state;
	struct buffer out = { 0 };
	buffer_markup(&out, "<a href='x\">&\x02", 14);
	assert_string_equal(out.bytes, "&lt;a href=&#39;x&quot;&gt;&amp;\xEF\xBF\xBD");
	buffer_free(&out);
}

static void test_values(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	struct values outer = { 0 };
	struct values inner = { .around = &outer };
	assert_true(values_set(&outer, "batch", "2021-1", &failure));
	assert_true(values_set(&outer, "unit", "甲", &failure));
	assert_true(values_set(&inner, "unit", "{batch}", &failure));
	char *text = values_expand(&inner, "{batch}批次{unit}", &failure);
	assert_string_equal(text, "2021-1批次{batch}"); /* a value is not expanded again */
	free(text);
	assert_null(values_expand(&inner, "{nothing}", &failure));
	assert_int_equal(failure.status, STATUS_BATCH);
	values_free(&inner);
	values_free(&outer);
}

static struct script *load(const char *text, struct failure *failure)
{
	char folder[] = "/tmp/onex-script-XXXXXX";
	char path[64];
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/x.sql", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	struct script *script = script_load(folder, "x.sql", failure);
	unlink(path);
	rmdir(folder);
	return script;
}

static void test_script(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	struct script *script = load("-- title: 甲\n--   乙\n-- column: a | text | 3\n-- no heading, let pass\n"
		"SELECT 1 -- aside\nFROM x;\n\n-- block: 丙\nSELECT 2;\n", &failure);
	assert_non_null(script);
	assert_int_equal(script->part_count, 2);
	assert_string_equal(script_heading(&script->parts[0], "title"), "甲 乙");
	assert_string_equal(script_heading(&script->parts[0], "column"), "a | text | 3");
	assert_string_equal(script->parts[0].sql, "SELECT 1 -- aside\nFROM x");
	assert_string_equal(script_heading(&script->parts[1], "block"), "丙");
	assert_null(script_heading(&script->parts[1], "title"));
	script_free(script);
	assert_null(load("-- title: x\nSELECT 1\n", &failure)); /* no end */
	assert_null(load("-- title: x\n", &failure));
	assert_int_equal(failure.status, STATUS_BATCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_markup),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_script),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("report texts", tests, NULL, NULL);
}
