/* A file's digest beside its reading: whatever is handed over, it is that of all its bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ingest/digester.h"
#include "ingest/lines.h"

#include <cmocka.h> /* last: it has a macro fail */

enum { LARGE = (3 << 20) + 77 }; /* large enough for a thread */

static unsigned char *bytes_of(size_t length)
{
	unsigned char *bytes = malloc(length + 1);
	assert_non_null(bytes);
	uint32_t seed = 9;
	for (size_t i = 0; i < length; i++) {
		seed = seed * 1664525U + 1013904223U;
		bytes[i] = (unsigned char)(seed >> 30 ? 'a' + (seed >> 24) % 26 : '\n');
	}
	return bytes;
}

static int file_of(const void *bytes, size_t length)
{
	int file = memfd_create("bytes", MFD_CLOEXEC);
	assert_true(file >= 0);
	assert_int_equal(write(file, bytes, length), (ssize_t)length);
	return file;
}

static void assert_digest(struct digester *digester, const void *bytes, size_t length)
{
	struct failure failure = { 0 };
	char got[DIGEST_TEXT_BYTES], wanted[DIGEST_TEXT_BYTES];
	bool changed;
	assert_true(digester_finish(digester, got, &changed, &failure));
	assert_false(changed);
	assert_true(digest_bytes("SHA256", bytes, length, wanted, &failure));
	assert_string_equal(got, wanted);
	digester_close(digester);
}

/* Nothing handed over, all of it in blocks of several sizes, and with gaps. */
static void test_blocks(void **state)
{
	(void)state;
	static const size_t lengths[] = { 0, 1, 65536, LARGE };
	static const size_t blocks[] = { 1 << 12, 65536, 100003, LARGE };
	struct failure failure = { 0 };
	unsigned char *bytes = bytes_of(LARGE);
	for (int i = 0; i < 4; i++) {
		int file = file_of(bytes, lengths[i]);
		struct digester *digester = digester_open(file, (int64_t)lengths[i], NULL, &failure);
		assert_digest(digester, bytes, lengths[i]);
		for (int k = 0; k < 4; k++)
			for (size_t gap = 0; gap < 8; gap += 7) {
				digester = digester_open(file, (int64_t)lengths[i], NULL, &failure);
				for (size_t at = gap; at < lengths[i]; at += blocks[k] + gap) {
					size_t left = lengths[i] - at;
					assert_true(digester_add(digester, (int64_t)at, bytes + at, left < blocks[k] ? left : blocks[k], &failure));
				}
				assert_digest(digester, bytes, lengths[i]);
			}
		close(file);
	}
	/* given up midway */
	int file = file_of(bytes, LARGE);
	struct digester *digester = digester_open(file, LARGE, NULL, &failure);
	for (size_t at = 0; at < LARGE / 2; at += 65536)
		assert_true(digester_add(digester, (int64_t)at, bytes + at, 65536, &failure));
	digester_close(digester);
	digester_close(NULL);
	close(file);
	free(bytes);
}

/* A block may be written over once it was waited for. */
static void test_reuse(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	unsigned char *bytes = bytes_of(LARGE);
	unsigned char room[2][50000];
	int file = file_of(bytes, LARGE);
	struct digester *digester = digester_open(file, LARGE, NULL, &failure);
	for (size_t at = 0, turn = 0; at < LARGE; at += sizeof room[0], turn ^= 1) {
		size_t left = LARGE - at;
		size_t count = left < sizeof room[0] ? left : sizeof room[0];
		digester_wait(digester, 1);
		memset(room[turn], 0, sizeof room[turn]);
		memcpy(room[turn], bytes + at, count);
		assert_true(digester_add(digester, (int64_t)at, room[turn], count, &failure));
	}
	assert_digest(digester, bytes, LARGE);
	close(file);
	free(bytes);
}

static void test_changed(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	char text[DIGEST_TEXT_BYTES];
	unsigned char *bytes = bytes_of(LARGE);
	int file = file_of(bytes, LARGE);
	for (int64_t more = -1; more <= 1; more++) {
		struct digester *digester = digester_open(file, LARGE - more, NULL, &failure);
		bool changed;
		assert_int_equal(digester_finish(digester, text, &changed, &failure), more == 0);
		assert_int_equal(changed, more != 0);
		digester_close(digester);
	}
	close(file);
	struct digester *digester = digester_open(-1, 10, NULL, &failure);
	bool changed = true;
	assert_false(digester_finish(digester, text, &changed, &failure));
	assert_false(changed);
	digester_close(digester);
	free(bytes);
}

/* The lines are the same whether or not their blocks are handed over; one of them is longer than
 * several buffers. Some are left unread. */
static void test_lines(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	unsigned char *bytes = bytes_of(LARGE);
	memset(bytes + 100000, 'z', 900000);
	int file = file_of(bytes, LARGE);
	for (int part = 0; part < 2; part++) {
		struct digester *digester = digester_open(file, LARGE, NULL, &failure);
		struct lines *lines = lines_open(file, ENCODING_UTF8, 3, LARGE - 1, &failure);
		struct line line;
		enum line_state reached;
		size_t at = 3;
		lines_share(lines, digester);
		for (long left = part ? 1000 : LARGE; left > 0; left--) {
			assert_true(lines_next(lines, &line, &reached, &failure));
			if (reached == LINE_LAST)
				break;
			const unsigned char *end = memchr(bytes + at, '\n', LARGE - 1 - at);
			size_t length = end ? (size_t)(end - bytes) - at : LARGE - 1 - at;
			assert_int_equal(line.offset, at);
			assert_int_equal(line.length, length);
			assert_memory_equal(line.bytes, bytes + at, length);
			at += length + 1;
		}
		assert_true(part || at >= LARGE - 1);
		lines_close(lines);
		assert_digest(digester, bytes, LARGE);
	}
	close(file);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks), cmocka_unit_test(test_reuse), cmocka_unit_test(test_changed),
		cmocka_unit_test(test_lines),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
