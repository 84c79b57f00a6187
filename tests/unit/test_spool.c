/* The spool against a sort of the whole in memory: many runs, few, one, none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/spool.h"

static uint32_t step(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* A record of 1 to 600 bytes, of few different beginnings. */
static void make_record(uint32_t *seed, struct bytes *record)
{
	struct failure failure;
	record->used = 0;
	uint32_t length = 1 + step(seed) % 600;
	for (uint32_t i = 0; i < length; i++) {
		char byte = (char)(i < 6 ? 'a' + step(seed) % 3 : step(seed) % 256);
		assert_true(bytes_add(record, &byte, 1, &failure));
	}
}

static int by_bytes(const void *a, const void *b)
{
	const struct bytes *one = a, *other = b;
	size_t least = one->used < other->used ? one->used : other->used;
	int order = memcmp(one->at, other->at, least);
	return order ? order : (one->used > other->used) - (one->used < other->used);
}

static void compare(struct spool *spool, uint32_t seed, int count)
{
	struct failure failure = { .text = "" };
	struct spool_batch batch;
	struct bytes *records = calloc((size_t)count + 1, sizeof *records);
	assert_non_null(records);
	for (int i = 0; i < count; i++) {
		make_record(&seed, &records[i]);
		assert_true(spool_add(spool, &records[i], &failure));
	}
	assert_true(spool_take(spool, &batch, &failure));
	qsort(records, (size_t)count, sizeof *records, by_bytes);
	struct spool_merge *merge = spool_merge_open(&batch, &failure);
	assert_non_null(merge);
	const char *record;
	size_t length;
	for (int i = 0; i < count; i++) {
		assert_true(spool_merge_next(merge, &record, &length, &failure));
		assert_non_null(record);
		assert_int_equal(length, records[i].used);
		assert_memory_equal(record, records[i].at, length);
		bytes_free(&records[i]);
	}
	for (int i = 0; i < 2; i++) {
		assert_true(spool_merge_next(merge, &record, &length, &failure));
		assert_null(record);
	}
	spool_merge_close(merge);
	spool_batch_free(&batch);
	free(records);
}

static void sorts_like_one_sort(void **state)
{
	(void)state;
	struct failure failure = { .text = "" };
	struct spool *spool = spool_open("/tmp", &failure);
	assert_non_null(spool);
	compare(spool, 1, 0);
	compare(spool, 2, 1);
	compare(spool, 3, 1000);
	compare(spool, 4, 60000); /* some 18 MB: several buffers */
	compare(spool, 5, 10);
	spool_close(spool);
}

static void refuses_what_is_too_long(void **state)
{
	(void)state;
	struct failure failure = { .text = "" };
	struct spool *spool = spool_open("/tmp", &failure);
	struct bytes record = { 0 };
	static char much[1 << 20];
	for (int i = 0; i < 5; i++)
		assert_true(bytes_add(&record, much, sizeof much, &failure));
	assert_false(spool_add(spool, &record, &failure));
	assert_int_equal(failure.status, STATUS_BATCH);
	bytes_free(&record);
	spool_close(spool);
	assert_null(spool_open("/nonexistent/folder", &failure));
	assert_int_equal(failure.status, STATUS_SYSTEM);
}

static void ordered_numbers(void **state)
{
	(void)state;
	struct failure failure;
	const int64_t numbers[] = { 0, 1, 255, 256, 65536, 4200000001, INT64_MAX };
	struct bytes last = { 0 }, bytes = { 0 };
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		bytes.used = 0;
		assert_true(bytes_add_ordered(&bytes, numbers[i], &failure));
		assert_int_equal(bytes.used, 8);
		assert_true(bytes_ordered(bytes.at) == numbers[i]);
		if (i)
			assert_true(memcmp(last.at, bytes.at, 8) < 0);
		last.used = 0;
		assert_true(bytes_add(&last, bytes.at, 8, &failure));
	}
	bytes_free(&last);
	bytes_free(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sorts_like_one_sort),
		cmocka_unit_test(refuses_what_is_too_long), cmocka_unit_test(ordered_numbers) };
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
