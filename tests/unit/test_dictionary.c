/* docs/data-dictionary.md is what the definitions say. After a change of schemas/:
 *     build/tests/test_dictionary docs/data-dictionary.md
 * writes it anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/layout.h"
#include "onex/dictionary.h"

#include <cmocka.h> /* last: it has a macro fail */

static char *generate(size_t *length)
{
	struct failure failure;
	char *text = NULL;
	struct schema *schema = schema_load(".", &failure);
	FILE *file = schema ? open_memstream(&text, length) : NULL;
	if (file) {
		bool done = dictionary_write(schema, file, &failure);
		fclose(file);
		if (!done) {
			free(text);
			text = NULL;
		}
	}
	schema_free(schema);
	return text;
}

static void document_is_current(void **state)
{
	(void)state;
	struct failure failure;
	size_t length = 0;
	char *generated = generate(&length);
	char *stored = layout_read(&failure, "docs/data-dictionary.md", 1 << 20, NULL);
	assert_non_null(generated);
	assert_non_null(stored);
	assert_true(strcmp(generated, stored) == 0);
	free(generated);
	free(stored);
}

static void lines(void **state)
{
	(void)state;
	static const char *const expected[] = {
		"\n## 试点申报 `application`\n",
		"\n| 拟考证人数 | `declared` | 整数 | 是 | | 人 | 2021年度拟考证人数、计划人数 | 0 至 999999999 |\n",
		"\n| 学校标识码 | `school_code` | 数字代码 | 是 | 是 | | XXDM、院校标识码 | 10 位数字，保留开头的 0 |\n",
		"\n| 主管市州 | `reviewing_region` | 数字代码 | 隶属为市州属时 | | | | 6 位数字，保留开头的 0 |\n",
		"\n| 等级 | `level` | 选项 | 是 | 是 | | ZSDJ | 初级、中级、高级（也可写 1、2、3） |\n",
		"\n| 公布批次 | `release_batch` | 整数 | 是 | | | | 1 至 4 |\n",
		"\n| 规则编号 | `rule` | 编号 | | 是 | | | 不超过 200 个字符，不含空格 |\n",
		"最多两位小数，0.00 至 9999999999.99 |\n",
	};
	size_t length = 0;
	char *generated = generate(&length);
	assert_non_null(generated);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		if (!strstr(generated, expected[i]))
			fail_msg("no line%s", expected[i]);
	free(generated);
}

static void full_disk(void **state)
{
	(void)state;
	struct failure failure = { 0 };
	struct schema *schema = schema_load(".", &failure);
	FILE *file = fopen("/dev/full", "w");
	assert_non_null(schema);
	assert_non_null(file);
	assert_false(dictionary_write(schema, file, &failure));
	assert_int_equal(failure.status, STATUS_SYSTEM);
	fclose(file);
	schema_free(schema);
}

int main(int argc, char **argv)
{
	if (argc == 2) {
		size_t length = 0;
		char *text = generate(&length);
		FILE *file = text ? fopen(argv[1], "w") : NULL;
		bool done = file && fwrite(text, 1, length, file) == length;
		done = file && fclose(file) == 0 && done;
		free(text);
		return done ? 0 : 1;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(document_is_current),
		cmocka_unit_test(lines),
		cmocka_unit_test(full_disk),
	};
	return cmocka_run_group_tests_name("dictionary", tests, NULL, NULL);
}
