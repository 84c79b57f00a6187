/* Fill-in workbooks: written whole or not at all, the same bytes each time. What
 * stands in them is looked at by test_template.py, for which
 *     build/tests/test_template DATASET FILE.xlsx
 * writes one. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/layout.h"
#include "onex/template.h"

#include <cmocka.h> /* last: it has a macro fail */

static struct schema *schema;
static char folder[] = "/tmp/onex-template-XXXXXX";

static void path_of(char path[128], const char *name)
{
	snprintf(path, 128, "%s/%s", folder, name);
}

static bool exists(const char *name)
{
	char path[128];
	path_of(path, name);
	return access(path, F_OK) == 0;
}

static void same_bytes(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	char first[128], second[128];
	path_of(first, "first.xlsx");
	path_of(second, "second.xlsx");
	for (int i = 0; i < schema->dataset_count; i++) {
		const char *name = schema->datasets[i].name;
		unsigned long lengths[2] = { 0, 0 };
		if (!template_write(schema, name, first, &failure) || !template_write(schema, name, second, &failure))
			fail_msg("%s: %s", name, failure.text);
		char *left = layout_read(&failure, first, 1 << 24, &lengths[0]);
		char *right = layout_read(&failure, second, 1 << 24, &lengths[1]);
		assert_non_null(left);
		assert_non_null(right);
		assert_int_equal(lengths[0], lengths[1]);
		assert_memory_equal(left, right, lengths[0]);
		free(left);
		free(right);
	}
	assert_false(exists("first.xlsx.part"));
}

static void refusals(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	char path[128];
	path_of(path, "none.xlsx");
	assert_false(template_write(schema, "nothing", path, &failure));
	assert_int_equal(failure.status, STATUS_USAGE);
	assert_non_null(strstr(failure.text, " application"));
	path_of(path, "no/such/folder.xlsx");
	assert_false(template_write(schema, "region", path, &failure));
	assert_int_equal(failure.status, STATUS_SYSTEM);
	assert_false(exists("none.xlsx"));
}

/* A disk that takes no more, at every point: told, and the old file still stands. */
static void full_disk(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	char path[128];
	path_of(path, "kept.xlsx");
	assert_true(template_write(schema, "region", path, &failure));
	unsigned long before = 0, after = 0;
	char *old = layout_read(&failure, path, 1 << 24, &before);
	assert_non_null(old);
	struct rlimit limit, small;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, SIG_IGN);
	for (rlim_t bytes = 0; bytes < 6000; bytes += 500) {
		small = limit;
		small.rlim_cur = bytes;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		bool done = template_write(schema, "region", path, &failure);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		if (done)
			fail_msg("written whole with %lu bytes at most", (unsigned long)bytes);
		assert_int_equal(failure.status, STATUS_SYSTEM);
		char *now = layout_read(&failure, path, 1 << 24, &after);
		assert_non_null(now);
		assert_int_equal(after, before);
		assert_memory_equal(now, old, before);
		free(now);
		assert_false(exists("kept.xlsx.part"));
	}
	free(old);
}

static int prepare(void **state)
{
	(void)state;
	setenv("LC_ALL", "C", 1);
	return mkdtemp(folder) ? 0 : -1;
}

static int clear(void **state)
{
	(void)state;
	static const char *const names[] = { "first.xlsx", "second.xlsx", "kept.xlsx" };
	char path[128];
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		path_of(path, names[i]);
		unlink(path);
	}
	rmdir(folder);
	return 0;
}

int main(int argc, char **argv)
{
	struct failure failure = { 0 };
	int status;
	schema = schema_load(".", &failure);
	if (!schema)
		return 1;
	if (argc == 3) {
		status = template_write(schema, argv[1], argv[2], &failure) ? 0 : 1;
		if (status)
			fprintf(stderr, "%s\n", failure.text);
	} else {
		cmocka_set_message_output(CM_OUTPUT_TAP);
		const struct CMUnitTest tests[] = {
			cmocka_unit_test(same_bytes),
			cmocka_unit_test(refusals),
			cmocka_unit_test(full_disk),
		};
		status = cmocka_run_group_tests_name("template", tests, prepare, clear);
	}
	schema_free(schema);
	return status;
}
