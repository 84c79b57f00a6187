/* Columns of a text, and texts cut to columns. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/terminal.h"

static void expect_fit(const char *text, int columns, const char *expected)
{
	char target[64];
	int taken = terminal_fit(target, sizeof target, text, columns);
	assert_string_equal(target, expected);
	assert_int_equal(taken, terminal_width(expected));
	assert_true(taken <= (columns < 0 ? 0 : columns));
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(terminal_width(""), 0);
	assert_int_equal(terminal_width("abc 1"), 5);
	assert_int_equal(terminal_width("考核记录.csv"), 12);
	assert_int_equal(terminal_width("，"), 2);
	assert_int_equal(terminal_width("e\xCC\x81"), 1); /* a letter and a combining accent */
	assert_int_equal(terminal_width("\xF0\xA0\x80\x80"), 2); /* U+20000, a Chinese character */
	assert_int_equal(terminal_width("\x1B[31m"), 5);
	assert_int_equal(terminal_width("\xFF\xFE"), 2);
}

static void test_fit(void **state)
{
	(void)state;
	expect_fit("考核记录.csv", 12, "考核记录.csv");
	expect_fit("考核记录.csv", 11, "考核记录.…");
	expect_fit("考核记录.csv", 10, "考核记录…");
	expect_fit("考核记录.csv", 9, "考核记…");
	expect_fit("考核记录.csv", 3, "…");
	expect_fit("考核记录.csv", 2, "…");
	expect_fit("考核记录.csv", 1, "");
	expect_fit("考核", 0, "");
	expect_fit("考核", -5, "");
	expect_fit("", 10, "");
}

static void test_hostile(void **state)
{
	(void)state;
	expect_fit("a\x1B[2Jb\r\n", 20, "a?[2Jb??");
	expect_fit("\xC2\x9B""31m", 20, "?31m"); /* U+009B begins a control sequence too */
	expect_fit("x\xE2\x80\xAEgpj", 20, "x?gpj");     /* U+202E turns the direction of writing */
	expect_fit("\xE8\x80", 20, "??");
	expect_fit("\xED\xA0\x80", 20, "???");
}

/* A buffer that is too small cuts at a character, and always has room for its end. */
static void test_small_buffer(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 24; size++) {
		char *target = malloc(size);
		assert_non_null(target);
		int taken = terminal_fit(target, size, "考核记录读取中", 40);
		assert_true(strlen(target) < size);
		assert_int_equal(taken, terminal_width(target));
		assert_null(strchr(target, '?'));
		free(target);
	}
}

static void test_columns(void **state)
{
	(void)state;
	int columns = terminal_columns();
	assert_true(columns > 0);
	setenv("TERM", "dumb", 1);
	assert_false(terminal_is_live());
	unsetenv("TERM");
	assert_false(terminal_is_live());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_width), cmocka_unit_test(test_fit), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_small_buffer), cmocka_unit_test(test_columns),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
