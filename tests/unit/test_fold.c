/* Which names are equal when folded, and which are not (rules.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fold.h"

#include <cmocka.h> /* last: it has a macro fail */

static bool same(const char *a, const char *b)
{
	struct failure failure;
	char *left = fold_name(a, strlen(a), &failure);
	char *right = fold_name(b, strlen(b), &failure);
	assert_non_null(left);
	assert_non_null(right);
	bool equal = strcmp(left, right) == 0;
	free(left);
	free(right);
	return equal;
}

static void equal_names(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{ "建筑信息模型(BIM)", "建筑信息模型（BIM）" },
		{ "建筑信息模型BIM", "建筑信息模型" },
		{ "建筑信息模型（ＢＩＭ）职业技能等级证书", "建筑信息模型" },
		{ "Web前端开发", "ｗｅｂ前端开发" },
		{ "WEB前端开发", "Web 前端　开发" },
		{ "物流管理职业技能等级证书", "物流管理" },
		{ "物流管理 职业技能 等级证书 ", "物流管理" },
		{ "甲\xE2\x80\x8B乙", "甲乙" },
		{ "甲\xC2\xA0乙\n", "甲乙" },
		{ "〔甲〕【乙】《丙》[丁]{戊}", "甲乙丙丁戊" },
		{ "1＋X", "1+x" },
		{ "①", "1" },
		{ "", " \t" },
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (!same(pairs[i][0], pairs[i][1]))
			fail_msg("'%s' and '%s' are one name", pairs[i][0], pairs[i][1]);
}

static void different_names(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{ "某某有限公司", "某某有限责任公司" },
		{ "物流管理", "物流管理职业技能" },
		{ "物流管理职业技能等级证书", "智慧物流管理" },
		{ "BIM建筑信息模型", "建筑信息模型" },
		{ "网络安全BIM", "网络安全" },
		{ "甲-乙", "甲乙" },
		{ "甲、乙", "甲乙" },
		{ "职业技能等级证书", "" },
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (same(pairs[i][0], pairs[i][1]))
			fail_msg("'%s' and '%s' are two names", pairs[i][0], pairs[i][1]);
}

/* Folding twice is folding once, for names as they come. */
static void idempotent(void **state)
{
	(void)state;
	static const char *const names[] = { "Web前端开发", "ﬁ ﾃｽﾄ ㈱", "İstanbul", "ẞ", "Å", "（甲）职业技能等级证书", "建筑信息模型BIM" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct failure failure;
		char *once = fold_name(names[i], strlen(names[i]), &failure);
		assert_non_null(once);
		assert_true(same(once, names[i]));
		free(once);
	}
}

static void bytes_that_are_no_text(void **state)
{
	(void)state;
	static const char *const wrong[] = { "\xFF", "\xE4\xB8", "\xC0\x80", "\xED\xA0\x80", "a\x80" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct failure failure = { 0 };
		assert_null(fold_name(wrong[i], strlen(wrong[i]), &failure));
		assert_true(failure.text[0] != '\0');
	}
}

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_names),
		cmocka_unit_test(different_names),
		cmocka_unit_test(idempotent),
		cmocka_unit_test(bytes_that_are_no_text),
	};
	return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
