/* Failures: the sentence, the status, the user's language, whole characters. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/failure.h"

/* cmocka has a macro of the same name */
static bool tell(struct failure *failure, enum status status, const char *text)
{
	return fail(failure, status, "%s", text);
}

#include <cmocka.h>

static void sentences(void **state)
{
	(void)state;
	struct failure failure;
	assert_false(tell(&failure, STATUS_BATCH, "读不了"));
	assert_int_equal(failure.status, STATUS_BATCH);
	assert_string_equal(failure.text, "读不了");
	assert_false(fail_within(&failure, "notice.xml"));
	assert_int_equal(failure.status, STATUS_BATCH);
	assert_string_equal(failure.text, "notice.xml: 读不了");
	errno = ENOENT;
	assert_false(fail_system(&failure, "cannot open %s", "x"));
	assert_int_equal(failure.status, STATUS_SYSTEM);
	assert_string_equal(failure.text, "cannot open x: No such file or directory");
}

/* However long the text, what stays is whole characters. */
static void cut_at_characters(void **state)
{
	(void)state;
	static const char *const characters[] = { "a", "é", "长", "\xF0\xA0\x80\x80" };
	struct failure failure;
	for (size_t kind = 0; kind < sizeof characters / sizeof *characters; kind++)
		for (size_t lead = 0; lead < 4; lead++) {
			char text[4096] = "";
			size_t length = strlen(characters[kind]);
			memset(text, 'x', lead);
			for (size_t at = lead; at + length < sizeof text; at += length)
				memcpy(text + at, characters[kind], length);
			tell(&failure, STATUS_BUG, text);
			size_t kept = strlen(failure.text);
			assert_true(kept < sizeof failure.text && kept + length >= sizeof failure.text);
			assert_int_equal((kept - lead) % length, 0);
			for (int again = 0; again < 5; again++)
				fail_within(&failure, "长");
			assert_true(strlen(failure.text) < sizeof failure.text);
		}
}

static void languages(void **state)
{
	(void)state;
	static const struct {
		const char *all, *messages, *lang, *told;
	} cases[] = {
		{ "zh_CN.UTF-8", "C", "C", "中" }, { "C", "zh_CN", "zh_CN", "en" }, { NULL, "zh_CN", "C", "中" },
		{ "", "", "zh", "中" }, { NULL, NULL, "en_US.UTF-8", "en" }, { NULL, NULL, NULL, "en" },
		{ NULL, "en", "zh_CN", "en" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *const values[] = { cases[i].all, cases[i].messages, cases[i].lang };
		static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
		for (int k = 0; k < 3; k++) {
			if (values[k])
				setenv(names[k], values[k], 1);
			else
				unsetenv(names[k]);
		}
		assert_string_equal(tr("en", "中"), cases[i].told);
	}
}

/* The user reads Chinese: so does the cause of a failed call. */
static void causes(void **state)
{
	(void)state;
	struct failure failure;
	setenv("LC_ALL", "zh_CN.UTF-8", 1);
	errno = EACCES;
	assert_false(fail_system(&failure, "无法打开 %s", "x"));
	assert_string_equal(failure.text, "无法打开 x：没有权限");
	setenv("LC_ALL", "C", 1);
}

static void memory(void **state)
{
	(void)state;
	struct failure failure;
	char *bytes = allocate(&failure, 16, 1);
	assert_non_null(bytes);
	for (int i = 0; i < 16; i++)
		assert_int_equal(bytes[i], 0);
	free(bytes);
	void *nothing = allocate(&failure, 0, 0); /* still memory of its own */
	assert_non_null(nothing);
	free(nothing);
#ifndef __SANITIZE_ADDRESS__ /* which stops the program instead */
	assert_null(allocate(&failure, (unsigned long)-1 / 2, 4)); /* the product overflows */
	assert_int_equal(failure.status, STATUS_SYSTEM);
#endif
	char *text = print_text(&failure, "%d-%s", 5, "月");
	assert_string_equal(text, "5-月");
	free(text);
	char *copy = copy_text(&failure, "x");
	assert_string_equal(copy, "x");
	free(copy);
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	setenv("LC_ALL", "C", 1);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences),
		cmocka_unit_test(cut_at_characters),
		cmocka_unit_test(memory),
		cmocka_unit_test(languages),
		cmocka_unit_test(causes),
	};
	return cmocka_run_group_tests_name("failure", tests, NULL, NULL);
}
