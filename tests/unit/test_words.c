/* Numbered texts: the same number for the same bytes, each text back as it was; an end where they are many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate/words.h"

/* Text `i`: of many lengths, with NULs in it, the first one empty. */
static size_t make_text(int i, char text[64])
{
	size_t length = (size_t)i % 41;
	memset(text, i % 3 ? 'a' : 0, 64);
	if (length >= sizeof i)
		memcpy(text + length - sizeof i, &i, sizeof i);
	return length;
}

static void number_texts(void **unused)
{
	enum { TEXTS = 5000 };
	struct failure failure;
	struct words *words = words_open(&failure);
	static int64_t numbers[TEXTS];
	char text[64];
	(void)unused;
	assert_non_null(words);
	for (int turn = 0; turn < 2; turn++) {
		for (int i = 0; i < TEXTS; i++) {
			size_t length = make_text(i, text), own_length;
			int64_t number = words_number(words, text, length);
			assert_true(number >= 0 && (turn == 0 || number == numbers[i]));
			numbers[i] = number;
			const char *own = words_text(words, number, &own_length);
			assert_true(own && own_length == length && memcmp(own, text, length) == 0);
		}
	}
	for (int i = 0; i < TEXTS; i += 7) { /* other texts have other numbers */
		char other[64];
		size_t length = make_text(i, text);
		for (int k = 0; k < TEXTS; k++)
			if (numbers[i] == numbers[k])
				assert_true(make_text(k, other) == length && memcmp(other, text, length) == 0);
	}
	words_close(words);
}

static int64_t fill(size_t length)
{
	struct failure failure;
	struct words *words = words_open(&failure);
	char *text = calloc(1, length);
	int64_t last = -1;
	assert_true(words && text);
	for (uint32_t i = 0; i < 1000000; i++) {
		memcpy(text, &i, sizeof i);
		int64_t number = words_number(words, text, length);
		if (number < 0)
			break;
		assert_true(number == (int64_t)i);
		last = number;
	}
	free(text);
	words_close(words);
	return last + 1;
}

static void give_up(void **unused)
{
	(void)unused;
	assert_int_equal(fill(4), 1 << 17);
	assert_int_equal(fill(8192), (8 << 20) / 8192 - 1); /* a byte stands before them */
	assert_int_equal(fill(16 << 20), 0);
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = { cmocka_unit_test(number_texts), cmocka_unit_test(give_up) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
