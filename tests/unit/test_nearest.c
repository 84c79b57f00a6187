/* Edit distance against a plain recursive definition, and the reading of characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail
#include <string.h>

#include "validate/nearest.h"

/* The definition itself, exponential: for short texts. */
static int naive(const uint32_t *a, int m, const uint32_t *b, int n)
{
	if (m == 0 || n == 0)
		return m + n;
	int replaced = naive(a, m - 1, b, n - 1) + (a[m - 1] != b[n - 1]);
	int deleted = naive(a, m - 1, b, n) + 1;
	int inserted = naive(a, m, b, n - 1) + 1;
	int best = replaced < deleted ? replaced : deleted;
	return best < inserted ? best : inserted;
}

static void agrees_with_the_definition(void **state)
{
	(void)state;
	uint32_t seed = 7, a[6], b[6];
	int row[7];
	for (int turn = 0; turn < 400; turn++) {
		int counts[2];
		uint32_t *texts[2] = { a, b };
		for (int t = 0; t < 2; t++) {
			seed = seed * 1664525u + 1013904223u;
			counts[t] = (int)(seed >> 16) % 7;
			for (int i = 0; i < counts[t]; i++) {
				seed = seed * 1664525u + 1013904223u;
				texts[t][i] = 0x4E00 + (seed >> 16) % 3;
			}
		}
		int wanted = naive(a, counts[0], b, counts[1]);
		assert_int_equal(nearest_distance(a, counts[0], b, counts[1], 100, row), wanted);
		for (int limit = 0; limit < 7; limit++)
			assert_int_equal(nearest_distance(a, counts[0], b, counts[1], limit, row), wanted > limit ? limit + 1 : wanted);
	}
}

static int distance(const char *one, const char *other)
{
	uint32_t a[64], b[64];
	int row[65];
	return nearest_distance(a, nearest_characters(one, a, 64), b, nearest_characters(other, b, 64), 64, row);
}

static void counts_characters_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(distance("kitten", "sitting"), 3);
	assert_int_equal(distance("数据采集", "数据采集"), 0);
	assert_int_equal(distance("数据采集处理", "数据彩集处理"), 1);
	assert_int_equal(distance("", "证书"), 2);
	uint32_t characters[4];
	assert_int_equal(nearest_characters("a证𠀀", characters, 4), 3);
	assert_int_equal(characters[1], 0x8BC1);
	assert_int_equal(characters[2], 0x20000);
	assert_int_equal(nearest_characters("证书证书", characters, 2), 2);
	assert_int_equal(nearest_characters("\xE8\xAF", characters, 4), 2); /* cut short: byte by byte */
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(agrees_with_the_definition),
		cmocka_unit_test(counts_characters_not_bytes) };
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
