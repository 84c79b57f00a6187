/* The trees of findings, applications, schools, certificates and cells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "onex/trace.h"

/* A root and the rows of its statements (NULL-terminated), with ?1 = `key`, ?2 = `second`. */
static struct node *grow(struct database *database, const char *label, const char *key, const char *second,
	const char *const *statements, struct failure *failure)
{
	struct node *root = tree_add(NULL, label, key, NULL, NULL, failure);
	for (; root && *statements; statements++)
		if (!trace_rows(database, root, *statements, key, second, failure)) {
			tree_free(root);
			root = NULL;
		}
	return root;
}

/* Where a finding or typed row `x` joined with its source `s` stands. */
#define PLACE(row, place) \
	"s.file || CASE s.sheet WHEN '' THEN '' ELSE ' ' || s.sheet END || ' ' || " \
	"CASE WHEN s.form = 'xml' THEN '第 ' || " row " || ' 行 ' || coalesce(" place ", '') ELSE coalesce(" place ", '') || coalesce(" row ", '') END"

/* ?1 is the id, or with ?2 the rule and case of a record. */
#define FINDING "(f.id = CAST(?1 AS INTEGER) AND ?2 = '' OR ?2 <> '' AND f.rule || f.rule_case = ?1 AND f.record_key = ?2)"

struct node *trace_finding(struct database *database, const char *rest, struct failure *failure)
{
	static const char *const statements[] = {
		"SELECT f.rule || f.rule_case || ' ' || f.severity, f.message, " PLACE("f.row", "f.place") ", f.raw,"
		" CASE WHEN f.row_id IS NOT NULL THEN f.dataset END, f.row_id, ''"
		" FROM finding f LEFT JOIN source s ON s.id = f.source WHERE " FINDING " ORDER BY f.id",
		"SELECT DISTINCT '规则 ' || r.rule, r.title || '（' || r.clause || '）', NULL, r.sentence"
		" FROM finding f JOIN rule r ON r.rule = f.rule AND r.rule_case = f.rule_case WHERE " FINDING,
		"SELECT DISTINCT '影响的申报 application/' || f.application_no, o.outcome FROM finding f"
		" JOIN application a ON a.application_no = f.application_no JOIN outcome o ON o.application = a.id WHERE " FINDING,
		NULL };
	char *rule = copy_text(failure, rest);
	if (!rule)
		return NULL;
	char *record = strchr(rule, '/');
	if (record)
		*record++ = '\0';
	struct node *root = grow(database, tr("finding", "问题"), rule, record ? record : "", statements, failure);
	free(rule);
	return root;
}

struct node *trace_application(struct database *database, const char *rest, struct failure *failure)
{
	static const char *const statements[] = {
		"SELECT '结论', o.outcome || '；申报 ' || coalesce(o.declared, '无') || '，初审 ' || coalesce(o.first_review, '无')"
		" || '，核定 ' || coalesce(o.approved, '无'), NULL, NULL, 'application', a.id, ''"
		" FROM application a JOIN outcome o ON o.application = a.id WHERE a.application_no = ?1 ORDER BY a.id",
		"SELECT '问题 finding/' || f.id || ' ' || f.rule || f.rule_case, f.message || CASE f.settled WHEN 1 THEN '（已由审核决定处理）' ELSE '' END,"
		" " PLACE("f.row", "f.place") ", f.raw"
		" FROM finding f LEFT JOIN source s ON s.id = f.source WHERE f.application_no = ?1 ORDER BY f.id",
		"SELECT '市州初审', CASE WHEN o.latest = r.id THEN '计入的最新一次' ELSE '' END, NULL, NULL, 'city_review', r.id, ''"
		" FROM city_review r LEFT JOIN application a ON a.application_no = r.application_no"
		" LEFT JOIN review_of o ON o.application = a.id AND o.latest = r.id WHERE r.application_no = ?1 ORDER BY r.id",
		"SELECT '审核决定', s.state, NULL, NULL, 'decision', d.id, ''"
		" FROM decision d JOIN decision_state s ON s.decision = d.id WHERE d.application_no = ?1 ORDER BY d.id",
		NULL };
	return grow(database, tr("application", "申报"), rest, NULL, statements, failure);
}

char *trace_school_code(struct database *database, const char *school, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database,
		"SELECT coalesce((SELECT min(school_code) FROM school_count WHERE school_name = ?1), ?1)", failure);
	bool row = false;
	char *code = NULL;
	if (statement && sqlite3_bind_text(statement, 1, school, -1, SQLITE_TRANSIENT) == SQLITE_OK
		&& database_step(database, statement, &row, failure) && row)
		code = copy_text(failure, (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	return code;
}

struct node *trace_school(struct database *database, const char *rest, struct failure *failure)
{
	static const char *const statements[] = {
		"SELECT '学校', school_name || '：申报 ' || declared || ' 人，初审 ' || first_review || ' 人，核定 ' || approved || ' 人'"
		" FROM school_count WHERE school_code = ?1",
		"SELECT '申报 application/' || a.application_no, o.outcome || '；申报 ' || coalesce(o.declared, '无') || '，初审 '"
		" || coalesce(o.first_review, '无') || '，核定 ' || coalesce(o.approved, '无'), NULL, NULL,"
		" 'application', a.id, 'application_no certificate_name level declared'"
		" FROM application a JOIN outcome o ON o.application = a.id"
		" WHERE a.school_code = CAST(?1 AS INTEGER) ORDER BY a.id",
		"SELECT '测算 allocation/' || ?1 || '/' || t.run, printf('%d.%02d 元', t.amount_fen / 100, t.amount_fen % 100)"
		" FROM allocation_total t WHERE t.school_code = CAST(?1 AS INTEGER) ORDER BY t.run",
		NULL };
	char *code = trace_school_code(database, rest, failure);
	struct node *root = code ? grow(database, tr("school", "学校"), code, NULL, statements, failure) : NULL;
	free(code);
	return root;
}

struct node *trace_certificate(struct database *database, const char *rest, struct failure *failure)
{
	static const char *const statements[] = {
		"SELECT '证书', certificate_name || ' ' || level || '：申报 ' || declared || ' 人，初审 ' || first_review || ' 人，核定 ' || approved || ' 人'"
		" FROM certificate_count WHERE certificate_code = ?1 AND (?2 = '' OR level = ?2) ORDER BY level",
		"SELECT '申报 application/' || a.application_no, o.outcome, NULL, NULL, 'application', a.id,"
		" 'application_no school_code school_name level declared'"
		" FROM application a JOIN outcome o ON o.application = a.id JOIN certificate_ref r ON r.id = a.certificate_ref"
		" JOIN term t ON t.id = r.certificate LEFT JOIN enumeration e ON e.dataset = 'application' AND e.field = 'level'"
		" AND e.position = a.level WHERE t.text = ?1 AND (?2 = '' OR e.text = ?2) ORDER BY a.id",
		NULL };
	char *code = copy_text(failure, rest);
	if (!code)
		return NULL;
	char *slash = strchr(code, '/');
	if (slash)
		*slash++ = '\0';
	struct node *root = grow(database, tr("certificate", "证书"), code, slash ? slash : "", statements, failure);
	free(code);
	return root;
}

/* The typed rows that stand in a line of a sheet, each with what it influenced. */
static bool add_rows_of(struct database *database, struct node *root, const char *dataset, const char *source,
	const char *row, struct failure *failure)
{
	char *sql = sqlite3_mprintf("SELECT '记录', %Q || ' #' || id, NULL, NULL, %Q, id, '' FROM \"%w\""
		" WHERE source = CAST(?1 AS INTEGER) AND row = CAST(?2 AS INTEGER) ORDER BY id", dataset, dataset, dataset);
	bool done = sql ? trace_rows(database, root, sql, source, row, failure)
			: fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	sqlite3_free(sql);
	return done;
}

/* What the rows of line ?2 of source ?1 lead to: applications (their own, or those that a
 * review or decision is about) and schools. */
#define HERE "source = CAST(?1 AS INTEGER) AND row = CAST(?2 AS INTEGER)"
#define CONCERNED \
	"WITH concerned AS (SELECT id, school_code, certificate_ref, level FROM application WHERE " HERE " OR application_no IN (" \
	"  SELECT application_no FROM city_review WHERE " HERE " UNION SELECT application_no FROM decision WHERE " HERE "))," \
	" affected AS (SELECT school_code FROM concerned UNION SELECT school_code FROM performance WHERE " HERE \
	" UNION SELECT school_code FROM approval WHERE " HERE " UNION SELECT school_code FROM assessment WHERE " HERE \
	" UNION SELECT school_code FROM school WHERE " HERE " UNION SELECT school_code FROM account WHERE " HERE \
	" UNION SELECT school_code FROM published WHERE " HERE ") "

static const char *const influence[] = {
	"SELECT '问题 finding/' || id || ' ' || rule || rule_case, message, place || row, raw FROM finding WHERE " HERE " ORDER BY id",
	CONCERNED "SELECT DISTINCT '申报 application/' || a.application_no, o.outcome || '；申报 ' || coalesce(o.declared, '无')"
	" || '，初审 ' || coalesce(o.first_review, '无') || '，核定 ' || coalesce(o.approved, '无')"
	" FROM concerned c JOIN application a ON a.id = c.id JOIN outcome o ON o.application = a.id",
	CONCERNED "SELECT '学校 school/' || s.school_code, s.school_name || '：申报 ' || s.declared || '，初审 ' || s.first_review || '，核定 ' || s.approved"
	" FROM school_count s WHERE s.school_code IN (SELECT printf('%010d', school_code) FROM affected) ORDER BY s.school_code",
	CONCERNED "SELECT DISTINCT '证书 certificate/' || t.text || '/' || coalesce(e.text, ''), n.text FROM concerned c"
	" JOIN certificate_ref r ON r.id = c.certificate_ref JOIN term t ON t.id = r.certificate JOIN term n ON n.id = r.certificate_name"
	" LEFT JOIN enumeration e ON e.dataset = 'application' AND e.field = 'level' AND e.position = c.level ORDER BY 1",
	CONCERNED "SELECT '审核单位 unit/' || g.reviewing_unit, g.unit_name FROM region_count g WHERE g.reviewing_unit IN ("
	" SELECT CASE WHEN p.school_code IS NULL THEN '' WHEN p.path = 'city' THEN printf('%06d', p.unit) ELSE 'province' END"
	" FROM concerned c LEFT JOIN school_path p ON p.school_code = c.school_code) ORDER BY g.reviewing_unit",
	CONCERNED "SELECT '测算 allocation/' || printf('%010d', t.school_code) || '/' || t.run,"
	" printf('%d.%02d 元', t.amount_fen / 100, t.amount_fen % 100) FROM allocation_total t"
	" WHERE t.school_code IN (SELECT school_code FROM affected) ORDER BY t.run, t.school_code",
	NULL };

static bool bind_both(sqlite3_stmt *statement, const char *text)
{
	return sqlite3_bind_text(statement, 1, text, -1, SQLITE_TRANSIENT) == SQLITE_OK
		&& sqlite3_bind_text(statement, 2, text, -1, SQLITE_TRANSIENT) == SQLITE_OK;
}

/* "FILE!SHEET!B12": the file and the sheet, and the row's number. */
struct node *trace_cell(struct database *database, const char *rest, struct failure *failure)
{
	const char *last = strrchr(rest, '!');
	const char *row = last ? last + 1 + strcspn(last + 1, "0123456789") : NULL;
	char *head = last ? print_text(failure, "%.*s", (int)(last - rest), rest) : copy_text(failure, rest);
	sqlite3_stmt *source = head ? database_prepare(database,
		"SELECT id, dataset FROM source WHERE file || '!' || sheet = ? OR (sheet = '' AND file = ?)", failure) : NULL;
	struct node *root = NULL;
	bool found = false;
	bool done = source && row && bind_both(source, head) && database_step(database, source, &found, failure);
	if (source && !row)
		fail(failure, STATUS_USAGE, tr("cell/%s: write FILE!SHEET!B12", "cell/%s：请写成 文件!工作表!B12"), rest);
	if (done && found) {
		char *id = copy_text(failure, (const char *)sqlite3_column_text(source, 0));
		const char *dataset = (const char *)sqlite3_column_text(source, 1);
		root = id ? grow(database, tr("cell", "单元格"), rest, NULL, (const char *const[]){ NULL }, failure) : NULL;
		done = root && (!*dataset || add_rows_of(database, root, dataset, id, row, failure));
		for (size_t i = 0; done && influence[i]; i++)
			done = trace_rows(database, root, influence[i], id, row, failure);
		free(id);
	} else if (done)
		fail(failure, STATUS_UNMET, tr("no source is called %.*s", "没有名为 %.*s 的数据来源"),
			(int)(strlen(head) - (*head && head[strlen(head) - 1] == '!')), head);
	if (!done) {
		tree_free(root);
		root = NULL;
	}
	sqlite3_finalize(source);
	free(head);
	return root;
}
