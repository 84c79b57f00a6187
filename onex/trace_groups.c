/* The trees of what stands for many: rules, reviewing units, outcomes, sources,
 * cross-checks, scenarios. Each is a few statements; ?1 and ?2 are the parts of the key. */
#include <stdlib.h>
#include <string.h>

#include "onex/trace.h"

#define APPLICATION_NODE \
	"SELECT '申报 application/' || a.application_no, o.outcome || '；申报 ' || coalesce(o.declared, '无') || '，初审 '" \
	" || coalesce(o.first_review, '无') || '，核定 ' || coalesce(o.approved, '无'), s.file || ' 第 ' || a.row || ' 行'" \
	" FROM application a JOIN outcome o ON o.application = a.id JOIN source s ON s.id = a.source "
#define NUMBERS "'申报 ' || applications || ' 条、' || declared || ' 人，初审 ' || first_review || ' 人，核定 ' || approved || ' 人'"
#define YUAN(fen) "printf('%d.%02d 元', " fen " / 100, " fen " % 100)"
#define RUN_OF(run) \
	"(SELECT r.run FROM scenario_run r JOIN scenario s ON s.id = r.scenario WHERE r.run = " run \
	" OR s.title || iif(r.basis = 'final', '（核定）', '（预测算）') = " run " OR s.title = " run " ORDER BY r.position LIMIT 1)"
#define UNIT "(SELECT reviewing_unit FROM region_count WHERE reviewing_unit = ?1 OR unit_name = ?1 OR (reviewing_unit = '' AND ?1 LIKE '%名录外%'))"

struct group {
	const char *prefix;
	const char *english, *chinese;
	char split; /* what parts ?1 from ?2; 0: nothing */
	const char *statements[4];
};

static const struct group groups[] = {
	{ "rule/", "rule", "规则", 0, {
		"SELECT rule || rule_case || ' ' || severity, title || iif(clause = '', '', '（' || clause || '）') || '：核查 ' || coalesce(checked, 0) || '，发现 '"
		" || coalesce(fired, 0), NULL, sentence FROM rule WHERE rule = ?1 OR rule || rule_case = ?1 ORDER BY rule, rule_case",
		"SELECT '问题合计', count(*) || ' 条' || iif(count(*) > 1000, '，以下列出 1000 条', '') FROM finding"
		" WHERE rule = ?1 OR rule || rule_case = ?1 HAVING count(*) > 0",
		"SELECT '问题 finding/' || f.id || ' ' || f.rule || f.rule_case, f.message, s.file || ' 第 ' || f.row || ' 行', f.raw"
		" FROM finding f LEFT JOIN source s ON s.id = f.source WHERE f.rule = ?1 OR f.rule || f.rule_case = ?1 ORDER BY f.id LIMIT 1000" } },
	{ "unit/", "reviewing unit", "审核单位", 0, {
		"SELECT coalesce(nullif(unit_name, ''), '名录外学校'), schools || ' 所院校；' || " NUMBERS " FROM region_count"
		" WHERE reviewing_unit = " UNIT,
		APPLICATION_NODE "LEFT JOIN school_path p ON p.school_code = a.school_code WHERE CASE WHEN p.school_code IS NULL THEN ''"
		" WHEN p.path = 'city' THEN printf('%06d', p.unit) ELSE 'province' END = " UNIT " ORDER BY a.id" } },
	{ "outcome/", "outcome", "结论", 0, {
		"SELECT ?1, count(*) || ' 条；申报 ' || coalesce(sum(declared), 0) || ' 人，初审 ' || coalesce(sum(first_review), 0)"
		" || ' 人，核定 ' || coalesce(sum(approved), 0) || ' 人' FROM outcome WHERE outcome = ?1"
		" HAVING ?1 IN ('通过', '建议通过', '待研判', '退回', '不符合')",
		APPLICATION_NODE "WHERE o.outcome = ?1 ORDER BY a.id" } },
	{ "kind/", "kind of school", "学校类型", 0, {
		"SELECT coalesce(nullif(school_kind, ''), '名录外学校'), schools || ' 所院校；' || " NUMBERS " FROM kind_count"
		" WHERE school_kind = iif(?1 LIKE '%名录外%', '', ?1)",
		"SELECT '学校 school/' || school_code, school_name || '：' || " NUMBERS " FROM school_count"
		" WHERE coalesce(school_kind, '') = iif(?1 LIKE '%名录外%', '', ?1) ORDER BY school_code" } },
	{ "release/", "certificate batch", "证书批次", 0, {
		"SELECT iif(release_batch = 0, '名录外证书', '第 ' || release_batch || ' 批证书'), " NUMBERS " FROM release_count"
		" WHERE release_batch = CASE WHEN ?1 LIKE '%名录外%' THEN 0 WHEN ?1 LIKE '第%批' THEN instr('一二三四五六七八九', substr(?1, 2, 1))"
		" ELSE CAST(?1 AS INTEGER) END",
		"SELECT '证书 certificate/' || certificate_code || '/' || level, certificate_name || '：' || " NUMBERS " FROM certificate_count"
		" WHERE coalesce(release_batch, 0) = CASE WHEN ?1 LIKE '%名录外%' THEN 0 WHEN ?1 LIKE '第%批' THEN instr('一二三四五六七八九', substr(?1, 2, 1))"
		" ELSE CAST(?1 AS INTEGER) END ORDER BY certificate_code, certificate_name, level" } },
	{ "source/", "source", "数据来源", '!', {
		"SELECT coalesce((SELECT title FROM dataset d WHERE d.name = s.dataset), '未识别'), '读到 ' || seen || ' = 接收 ' || accepted"
		" || ' + 暂存 ' || held || ' + 拒收 ' || rejected || ' + 跳过 ' || skipped || '；SHA-256 ' || sha256, file || iif(sheet = '', '', ' ' || sheet)"
		" FROM source s WHERE file = ?1 AND (?2 = '' OR sheet = ?2) ORDER BY id",
		"SELECT '问题 finding/' || f.id || ' ' || f.rule || f.rule_case, f.message, coalesce(f.place, '') || coalesce(f.row, ''), f.raw"
		" FROM finding f JOIN source s ON s.id = f.source WHERE s.file = ?1 AND (?2 = '' OR s.sheet = ?2) ORDER BY f.id LIMIT 1000" } },
	{ "crosscheck/", "cross-check", "对账", 0, {
		"SELECT title, left_name || ' ' || left_value || iif(left_value IS right_value, ' 等于 ', ' 不等于 ') || right_name || ' ' || right_value"
		" FROM (SELECT *, row_number() OVER (ORDER BY position) AS n FROM crosscheck) WHERE n = CAST(?1 AS INTEGER)" } },
	{ "total/", "the whole batch", "全部申报", 0, {
		"SELECT '合计', count(*) || ' 条；申报 ' || coalesce(sum(declared), 0) || ' 人，初审 ' || coalesce(sum(first_review), 0)"
		" || ' 人，核定 ' || coalesce(sum(approved), 0) || ' 人' FROM outcome",
		"SELECT '学校 school/' || school_code, school_name || '：' || " NUMBERS " FROM school_count ORDER BY school_code" } },
	{ "run/", "scenario", "测算方案", 0, {
		"SELECT s.title || iif(r.basis = 'final', '（核定）', '（预测算）'), '资金总额 ' || " YUAN("s.pool_fen") " || '，纳入学校 ' || r.schools || ' 所'"
		" || coalesce('；未能测算：' || r.refused, ''), 'notice.xml' FROM scenario_run r JOIN scenario s ON s.id = r.scenario"
		" WHERE r.run = " RUN_OF("?1"),
		"SELECT '因素 ' || title, '权重 ' || printf('%d.%04d', weight_ppm / 1000000, weight_ppm % 1000000 / 100) || '；资金 ' || " YUAN("pool_fen")
		" || '；因素值合计 ' || sum_x, 'notice.xml' FROM factor_pool WHERE run = " RUN_OF("?1") " ORDER BY position",
		"SELECT '学校 allocation/' || printf('%010d', school_code) || '/' || run, " YUAN("amount_fen") " FROM allocation_total"
		" WHERE run = " RUN_OF("?1") " ORDER BY school_code" } },
};

struct node *trace_group(struct database *database, const char *figure, bool *known, struct failure *failure)
{
	*known = false;
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		const struct group *group = &groups[i];
		size_t length = strlen(group->prefix);
		if (strncmp(figure, group->prefix, length) != 0)
			continue;
		*known = true;
		char *first = copy_text(failure, figure + length);
		char *second = first && group->split ? strchr(first, group->split) : NULL;
		if (second)
			*second++ = '\0';
		struct node *root = first ? tree_add(NULL, tr(group->english, group->chinese), first, NULL, NULL, failure) : NULL;
		for (int k = 0; root && k < 4 && group->statements[k]; k++)
			if (!trace_rows(database, root, group->statements[k], first, second ? second : "", failure)) {
				tree_free(root);
				root = NULL;
			}
		free(first);
		return root;
	}
	return NULL;
}
