/* The tree of a school's amount: runs, factors, what each factor counts, cells. */
#include <stdlib.h>
#include <string.h>

#include "onex/trace.h"

/* ?1 is the school's code, ?2 the run. */
static const char total[] =
	"SELECT '测算额', printf('%d.%02d 元', amount_fen / 100, amount_fen % 100)"
	" || CASE bound WHEN '' THEN '' ELSE '（因素合计 ' || printf('%d.%02d', uncapped_fen / 100, uncapped_fen % 100) || ' 元，'"
	"    || CASE bound WHEN 'floor' THEN '保底' ELSE '封顶' END || '调整 ' || printf('%.2f', adjusted_fen / 100.0) || ' 元）' END"
	" FROM allocation_total WHERE school_code = CAST(?1 AS INTEGER) AND run = ?2";
static const char factor[] =
	"SELECT '因素 ' || p.title, printf('%d.%02d 元', a.amount_fen / 100, a.amount_fen % 100)"
	" || '：本校 ' || a.x || '，合计 ' || p.sum_x || '；因素资金 ' || printf('%d.%02d 元', p.pool_fen / 100, p.pool_fen % 100)"
	" || '（权重 ' || printf('%d.%04d', p.weight_ppm / 1000000, p.weight_ppm % 1000000 / 100) || '）；整单位 ' || a.quota_units"
	" || '，余数 ' || a.remainder || '，余数排名 ' || a.rank || CASE a.extra WHEN 1 THEN '，补 1 个单位' ELSE '' END"
	" FROM allocation a JOIN factor_pool p ON p.run = a.run AND p.factor = a.factor"
	" WHERE a.school_code = CAST(?1 AS INTEGER) AND a.run = ?2 AND a.factor = ";
static const char granted[] =
	"SELECT '申报 application/' || a.application_no, o.outcome || '，计 '"
	" || CASE o.outcome WHEN '通过' THEN o.approved ELSE o.declared END || ' 人', NULL, NULL,"
	" 'application', a.id, 'certificate_name level declared'"
	" FROM application a JOIN outcome o ON o.application = a.id JOIN scenario_run r ON r.run = ?2"
	" WHERE a.school_code = CAST(?1 AS INTEGER)"
	" AND (o.outcome = '通过' OR o.outcome = '建议通过' AND r.basis = 'provisional') ORDER BY a.id";
static const char performed[] =
	"SELECT '执行情况 ' || p.year || ' 年', '培训 ' || coalesce(p.trained, '不明') || '，考核 ' || coalesce(p.examined, '不明'), NULL, NULL,"
	" 'performance', p.id, 'certificate_name level trained examined'"
	" FROM performance p JOIN batch b ON p.year < b.year WHERE p.school_code = CAST(?1 AS INTEGER) ORDER BY p.id";
static const char approved[] =
	"SELECT '既往获批 ' || p.year || ' 年', coalesce(p.approved_before, '不明') || ' 人', NULL, NULL,"
	" 'approval', p.id, 'certificate_name year approved_before'"
	" FROM approval p JOIN batch b ON p.year < b.year WHERE p.school_code = CAST(?1 AS INTEGER) ORDER BY p.id";
static const char attempted[] =
	"SELECT '考核记录', s.file || CASE s.sheet WHEN '' THEN '' ELSE ' ' || s.sheet END || '：' || count(*) || ' 条，第 '"
	" || min(a.row) || ' 至 ' || max(a.row) || ' 行' FROM assessment a JOIN source s ON s.id = a.source"
	" WHERE a.school_code = CAST(?1 AS INTEGER) AND a.result <= 2 GROUP BY s.id ORDER BY s.id";

static bool add_basis(struct database *database, struct node *node, const char *id, const char *code, const char *run,
	struct failure *failure)
{
	if (strcmp(id, "scale") == 0 || strcmp(id, "level") == 0)
		return trace_rows(database, node, granted, code, run, failure);
	if (strcmp(id, "training") == 0)
		return trace_rows(database, node, performed, code, run, failure);
	if (strcmp(id, "examination") == 0)
		return trace_rows(database, node, attempted, code, run, failure)
			&& trace_rows(database, node, performed, code, run, failure);
	if (strcmp(id, "progress") == 0)
		return trace_rows(database, node, performed, code, run, failure)
			&& trace_rows(database, node, attempted, code, run, failure)
			&& trace_rows(database, node, approved, code, run, failure);
	return true;
}

static bool add_run(struct database *database, struct node *root, const char *code, const char *run, struct failure *failure)
{
	struct node *node = tree_add(root, tr("run", "方案"), run, NULL, NULL, failure);
	sqlite3_stmt *factors = node ? database_prepare(database,
		"SELECT factor FROM factor_pool WHERE run = ? ORDER BY position", failure) : NULL;
	bool row = false;
	bool done = factors && trace_rows(database, node, total, code, run, failure)
		&& sqlite3_bind_text(factors, 1, run, -1, SQLITE_TRANSIENT) == SQLITE_OK;
	while (done && (done = database_step(database, factors, &row, failure)) && row) {
		const char *id = (const char *)sqlite3_column_text(factors, 0);
		char *sql = sqlite3_mprintf("%s%Q", factor, id);
		done = sql && trace_rows(database, node, sql, code, run, failure)
			&& (!node->last || add_basis(database, node->last, id, code, run, failure));
		sqlite3_free(sql);
	}
	sqlite3_finalize(factors);
	return done;
}

/* CODE or CODE/RUN; a name or a title does as well */
struct node *trace_allocation(struct database *database, const char *rest, struct failure *failure)
{
	char *school = copy_text(failure, rest);
	char *slash = school ? strchr(school, '/') : NULL;
	if (slash)
		*slash++ = '\0';
	char *code = school ? trace_school_code(database, school, failure) : NULL;
	struct node *root = code ? tree_add(NULL, tr("allocation", "资金测算"), code, NULL, NULL, failure) : NULL;
	sqlite3_stmt *runs = root ? database_prepare(database,
		"SELECT t.run FROM allocation_total t JOIN scenario_run r ON r.run = t.run JOIN scenario s ON s.id = r.scenario"
		" WHERE t.school_code = CAST(?1 AS INTEGER) AND (?2 IS NULL OR t.run = ?2"
		" OR s.title || iif(r.basis = 'final', '（核定）', '（预测算）') = ?2) ORDER BY r.position", failure) : NULL;
	bool row = false;
	bool done = runs && sqlite3_bind_text(runs, 1, code, -1, SQLITE_TRANSIENT) == SQLITE_OK
		&& sqlite3_bind_text(runs, 2, slash, -1, SQLITE_TRANSIENT) == SQLITE_OK;
	while (done && (done = database_step(database, runs, &row, failure)) && row)
		done = add_run(database, root, code, (const char *)sqlite3_column_text(runs, 0), failure);
	sqlite3_finalize(runs);
	free(school);
	free(code);
	if (!done) {
		tree_free(root);
		root = NULL;
	}
	return root;
}
