/* What is gathered while inserting: texts numbered once, keys that several share, and
 * blocks handed to another thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/intern.h"
#include "ingest/queue.h"
#include "ingest/twins.h"

#include <cmocka.h> /* last: it has a macro fail */

static void test_intern(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	struct intern *intern = intern_open(&failure);
	bool is_new;
	assert_non_null(intern);
	for (int pass = 0; pass < 2; pass++)
		for (int64_t i = 0; i < 20000; i++) {
			int64_t number = intern_number(intern, &i, sizeof i, pass ? 1 : i + 7, &is_new, &failure);
			assert_int_equal(number, i + 7);
			assert_int_equal(is_new, pass == 0);
		}
	/* an empty key is a key; a key that another begins with is another */
	assert_int_equal(intern_number(intern, "", 0, 99, &is_new, &failure), 99);
	assert_int_equal(intern_number(intern, "", 0, 98, &is_new, &failure), 99);
	assert_int_equal(intern_number(intern, "abcdefghi", 9, 100, &is_new, &failure), 100);
	assert_int_equal(intern_number(intern, "abcdefgh", 8, 101, &is_new, &failure), 101);
	intern_close(intern);
	intern_close(NULL);
}

/* The same on every machine: the bytes, not the machine's words, are hashed. */
static void test_hash(void **state)
{
	(void)state;
	const unsigned char bytes[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	char shifted[20];
	memcpy(shifted + 3, bytes, 16);
	for (size_t length = 0; length <= 16; length++) {
		assert_true(hash_bytes(0, bytes, length) == hash_bytes(0, shifted + 3, length));
		assert_true(hash_bytes(0, bytes, length) != hash_bytes(1, bytes, length));
		for (size_t other = 0; other < length; other++)
			assert_true(hash_bytes(0, bytes, length) != hash_bytes(0, bytes, other));
	}
}

struct groups {
	int count;
	int64_t sum; /* of the ids */
	uint64_t order;
};

/* Ids i and i + SPAN share a key, for every i divisible by 1000. */
enum { SPAN = 700000 };

static bool on_group(void *context, const int64_t *ids, size_t count, struct failure *failure)
{
	(void)failure;
	struct groups *groups = context;
	assert_int_equal(count, 2);
	assert_int_equal(ids[0] % 1000, 0);
	assert_int_equal(ids[1], ids[0] + SPAN);
	groups->count++;
	groups->sum += ids[0];
	groups->order = hash_number(groups->order, (uint64_t)ids[0]);
	return true;
}

static void test_twins(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	struct twins *twins = twins_open("/tmp", &failure);
	struct groups first = { 0 };
	struct groups second = { 0 };
	assert_non_null(twins);
	assert_true(twins_search(twins, &failure));
	assert_true(twins_groups(twins, on_group, &first, &failure));
	assert_int_equal(first.count, 0);
	for (int64_t i = 0; i < SPAN; i++)
		assert_true(twins_add(twins, hash_number(0, (uint64_t)i), i, &failure));
	for (int64_t i = 0; i < SPAN; i += 1000)
		assert_true(twins_add(twins, hash_number(0, (uint64_t)i), i + SPAN, &failure));
	assert_true(twins_search(twins, &failure));
	assert_true(twins_groups(twins, on_group, &first, &failure));
	assert_true(twins_groups(twins, on_group, &second, &failure));
	assert_int_equal(first.count, SPAN / 1000);
	assert_int_equal(first.sum, (int64_t)1000 * (SPAN / 1000) * (SPAN / 1000 - 1) / 2);
	assert_true(first.order == second.order);
	twins_close(twins);
	twins_close(NULL);
}

enum { CROWD = 50000 };

struct crowd {
	bool seen[3 * CROWD];
	size_t groups;
};

/* Those below CROWD are all one group, each other is in one with its neighbour. */
static bool on_crowd(void *context, const int64_t *ids, size_t count, struct failure *failure)
{
	(void)failure;
	struct crowd *crowd = context;
	assert_int_equal(count, ids[0] < CROWD ? CROWD : 2);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(ids[i], ids[0] + (int64_t)i);
		assert_false(crowd->seen[ids[i]]);
		crowd->seen[ids[i]] = true;
	}
	crowd->groups++;
	return true;
}

/* More groups than are kept in memory, one of them larger than that alone. */
static void test_crowd(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	struct twins *twins = twins_open("/tmp", &failure);
	for (int64_t i = 0; i < 3 * CROWD; i++)
		assert_true(twins_add(twins, hash_number(7, i < CROWD ? 0 : (uint64_t)i / 2), i, &failure));
	assert_true(twins_search(twins, &failure));
	for (int pass = 0; pass < 2; pass++) {
		struct crowd *crowd = calloc(1, sizeof *crowd);
		assert_non_null(crowd);
		assert_true(twins_groups(twins, on_crowd, crowd, &failure));
		assert_int_equal(crowd->groups, 1 + CROWD);
		for (size_t i = 0; i < 3 * CROWD; i++)
			assert_true(crowd->seen[i]);
		free(crowd);
	}
	twins_close(twins);
}

static void test_no_folder(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	struct twins *twins = twins_open("/nowhere/at/all", &failure);
	bool done = true;
	for (int64_t i = 0; done && i < SPAN; i++)
		done = twins_add(twins, (uint64_t)i, i, &failure);
	assert_false(done);
	assert_int_equal(failure.status, STATUS_SYSTEM);
	twins_close(twins);
}

struct reception {
	uint32_t next;
	uint32_t stop; /* fails at this number */
};

static bool receive(void *context, const char *bytes, size_t length, struct failure *failure)
{
	struct reception *reception = context;
	for (size_t at = 0; at < length; at += 64) {
		uint32_t number;
		memcpy(&number, bytes + at, sizeof number);
		if (number != reception->next || number == reception->stop) {
			failure->status = STATUS_SYSTEM;
			strcpy(failure->text, "stopped");
			return false;
		}
		reception->next++;
	}
	return true;
}

static bool send(struct queue *queue, uint32_t count, struct failure *failure)
{
	for (uint32_t i = 0; i < count; i++) {
		char *at = queue_room(queue, 64, failure);
		if (!at)
			return false;
		memset(at, 0, 64);
		memcpy(at, &i, sizeof i);
		queue_add(queue, 64);
	}
	return queue_drain(queue, failure);
}

static void test_queue(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	struct reception reception = { .stop = UINT32_MAX };
	struct queue *queue = queue_open(receive, &reception, &failure);
	assert_true(send(queue, 100000, &failure));
	assert_int_equal(reception.next, 100000);
	assert_non_null(queue_room(queue, 3 * QUEUE_BLOCK_BYTES, &failure)); /* a large entry has room too */
	queue_close(queue);

	reception = (struct reception) { .stop = 5000 };
	queue = queue_open(receive, &reception, &failure);
	assert_false(send(queue, 100000, &failure));
	assert_string_equal(failure.text, "stopped");
	assert_int_equal(reception.next, 5000);
	queue_close(queue);
	queue_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intern), cmocka_unit_test(test_hash), cmocka_unit_test(test_twins), cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_no_folder), cmocka_unit_test(test_queue),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
