#include "validate/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "common/layout.h"

enum { RULE_FILE_LIMIT = 1 << 20 };

/* Field findings (F) and source findings (S) that onex-ingest makes. */
static const struct ingest_rule ingest_rules[INGEST_RULES] = {
	{ "F01", "必填项为空", SEVERITY_REVIEW, SEVERITY_RETURN, SEVERITY_RETURN, 0 },
	{ "F02", "类型不符", SEVERITY_REVIEW, SEVERITY_RETURN, SEVERITY_RETURN, 0 },
	{ "F03", "不在可选值之内", SEVERITY_REVIEW, SEVERITY_RETURN, SEVERITY_RETURN, 0 },
	{ "F04", "格式不符", SEVERITY_REVIEW, SEVERITY_RETURN, SEVERITY_RETURN, 0 },
	{ "F05", "超出范围", SEVERITY_REVIEW, SEVERITY_RETURN, SEVERITY_RETURN, 0 },
	{ "F06", "文字过长", SEVERITY_REVIEW, SEVERITY_RETURN, SEVERITY_RETURN, 0 },
	{ "F07", "电子表格错误值", SEVERITY_REVIEW, SEVERITY_RETURN, SEVERITY_RETURN, 0 },
	{ "F08", "代码被电子表格改坏", SEVERITY_REVIEW, SEVERITY_RETURN, SEVERITY_RETURN, 0 },
	{ "F09", "数字夹带文字", SEVERITY_REVIEW, SEVERITY_RETURN, SEVERITY_RETURN, 0 },
	{ "F10", "校验码不符", SEVERITY_REVIEW, SEVERITY_RETURN, SEVERITY_RETURN, 0 },
	{ "S01", "文件无法读取或不完整", SEVERITY_REVIEW, SEVERITY_REVIEW, SEVERITY_REVIEW, 0 },
	{ "S02", "未识别出数据集", SEVERITY_NOTE, SEVERITY_NOTE, SEVERITY_NOTE, 0 },
	{ "S03", "数据集有歧义", SEVERITY_NOTE, SEVERITY_NOTE, SEVERITY_NOTE, 0 },
	{ "S04", "文件重复", SEVERITY_NOTE, SEVERITY_NOTE, SEVERITY_NOTE, 0 },
	{ "S05", "文字编码无法识别", SEVERITY_REVIEW, SEVERITY_REVIEW, SEVERITY_REVIEW, 0 },
	{ "S06", "文件已加密", SEVERITY_REVIEW, SEVERITY_REVIEW, SEVERITY_REVIEW, 0 },
	{ "S07", "合计行与明细不符", SEVERITY_REVIEW, SEVERITY_REVIEW, SEVERITY_REVIEW, 0 },
	{ "S08", "列无法识别", SEVERITY_NOTE, SEVERITY_NOTE, SEVERITY_NOTE, 0 },
	{ "S09", "超出安全限度", SEVERITY_REVIEW, SEVERITY_REVIEW, SEVERITY_REVIEW, 0 },
	{ "S10", "XML 结构与定义不符", SEVERITY_REVIEW, SEVERITY_REVIEW, SEVERITY_REVIEW, 0 },
};

static bool check_field(const struct rule *rule, const struct dataset *subject, const char *field,
	struct failure *failure)
{
	return !field || (subject && dataset_field(subject, field) >= 0)
		|| fail(failure, STATUS_BATCH, tr("%s: the subject has no field %s", "%s：主体没有字段 %s"), rule->name, field);
}

/* Each of the words of `needs` is a dataset. */
static bool check_needs(const struct rule *rule, const struct schema *schema, struct failure *failure)
{
	for (const char *at = rule->needs + strspn(rule->needs, " "); *at; at += strspn(at, " ")) {
		char name[64];
		size_t length = strcspn(at, " ");
		if (length >= sizeof name)
			return fail(failure, STATUS_BATCH, tr("%s: no such dataset", "%s：没有这种数据集"), rule->name);
		memcpy(name, at, length);
		name[length] = '\0';
		if (!schema_dataset(schema, name))
			return fail(failure, STATUS_BATCH, tr("%s: no such dataset: %s", "%s：没有这种数据集：%s"), rule->name, name);
		at += length;
	}
	return true;
}

static bool check_rule(const struct rule *rule, const struct schema *schema, struct failure *failure)
{
	const struct dataset *subject = schema_dataset(schema, rule->subject);
	if (!subject && strcmp(rule->subject, "batch") != 0)
		return fail(failure, STATUS_BATCH, tr("%s: no such subject: %s", "%s：没有这种主体：%s"), rule->name,
			rule->subject);
	for (int i = 0; i < rule->case_count; i++)
		if (!check_field(rule, subject, rule->cases[i].field, failure))
			return false;
	return check_needs(rule, schema, failure);
}

static struct rule *load_rule(const char *folder, const char *name, const struct schema *schema,
	struct failure *failure)
{
	char *path = layout_join(failure, folder, name);
	unsigned long length = 0;
	char *text = path ? layout_read(failure, path, RULE_FILE_LIMIT, &length) : NULL;
	struct rule *rule = NULL;
	if (text && strlen(text) != length)
		fail(failure, STATUS_BATCH, tr("%s: not a text", "%s：不是文本文件"), name);
	else if (text)
		rule = rule_read(name, text, failure);
	free(path);
	free(text);
	if (!rule || check_rule(rule, schema, failure))
		return rule;
	rule_free(rule);
	return NULL;
}

static bool check_unique(const struct catalogue *catalogue, struct failure *failure)
{
	for (int i = 1; i < catalogue->count; i++) {
		const struct rule *before = catalogue->rules[i - 1], *rule = catalogue->rules[i];
		if (strcmp(before->id, rule->id) == 0)
			return fail(failure, STATUS_BATCH, tr("two files of one rule: %s, %s", "同一规则有两个文件：%s、%s"),
				before->name, rule->name);
	}
	return true;
}

/* Rules that judge the outcome stand last, whatever their ID: findings are numbered in
 * the order of the rules, and those come when the others are weighed. */
static void put_last(struct catalogue *catalogue)
{
	int first = 0; /* of those after the outcome */
	for (int i = 0; i < catalogue->count; i++) {
		struct rule *rule = catalogue->rules[i];
		if (rule->after_outcome)
			continue;
		memmove(catalogue->rules + first + 1, catalogue->rules + first, (size_t)(i - first) * sizeof(struct rule *));
		catalogue->rules[first++] = rule;
	}
}

struct catalogue *catalogue_load(const char *home, const struct schema *schema, struct failure *failure)
{
	struct catalogue *catalogue = allocate(failure, 1, sizeof *catalogue);
	char *folder = layout_join(failure, home, "validate/rules");
	struct layout_names names = { 0 };
	bool done = catalogue && folder && layout_names(&names, folder, ".sql", failure);
	if (done) {
		memcpy(catalogue->ingest, ingest_rules, sizeof ingest_rules);
		catalogue->rules = allocate(failure, names.count, sizeof(struct rule *));
		done = catalogue->rules != NULL;
	}
	for (unsigned long i = 0; done && i < names.count; i++) {
		struct rule *rule = load_rule(folder, names.names[i], schema, failure);
		done = rule != NULL;
		if (done)
			catalogue->rules[catalogue->count++] = rule;
	}
	done = done && check_unique(catalogue, failure);
	if (done)
		put_last(catalogue);
	layout_names_free(&names);
	free(folder);
	if (done)
		return catalogue;
	catalogue_free(catalogue);
	return NULL;
}

void catalogue_free(struct catalogue *catalogue)
{
	if (!catalogue)
		return;
	for (int i = 0; i < catalogue->count; i++)
		rule_free(catalogue->rules[i]);
	free(catalogue->rules);
	free(catalogue);
}

struct rule *catalogue_rule(const struct catalogue *catalogue, const char *id)
{
	for (int i = 0; i < catalogue->count; i++)
		if (strcmp(catalogue->rules[i]->id, id) == 0)
			return catalogue->rules[i];
	return NULL;
}

const struct ingest_rule *catalogue_ingest(const struct catalogue *catalogue, const char *id)
{
	for (int i = 0; i < INGEST_RULES; i++)
		if (strcmp(catalogue->ingest[i].id, id) == 0)
			return &catalogue->ingest[i];
	return NULL;
}

/* Without a case all cases of the rule change, but not x: what cannot be judged
 * stays a note unless x itself is named. */
static bool change_rule(struct rule *rule, const char *name, enum severity severity)
{
	bool found = false;
	for (int i = 0; i < rule->case_count; i++) {
		struct rule_case *of = &rule->cases[i];
		bool meant = *name ? name[0] == of->name && !name[1] : of->name != 'x';
		if (meant)
			of->severity = severity;
		found = found || meant;
	}
	return found;
}

static bool change_ingest(struct catalogue *catalogue, const char *id, const char *name, enum severity severity)
{
	for (int i = 0; i < INGEST_RULES; i++) {
		struct ingest_rule *rule = &catalogue->ingest[i];
		if (strcmp(rule->id, id) != 0 || *name)
			continue;
		rule->elsewhere = rule->in_applications = severity;
		return true;
	}
	return false;
}

static bool apply_change(struct catalogue *catalogue, sqlite3_stmt *row, struct failure *failure)
{
	const char *id = (const char *)sqlite3_column_text(row, 0);
	const char *name = (const char *)sqlite3_column_text(row, 1);
	const char *is = (const char *)sqlite3_column_text(row, 2);
	int line = sqlite3_column_int(row, 3);
	enum severity severity = SEVERITY_NOTE;
	if (!id || !name || !is || !severity_of(is, &severity))
		return fail(failure, STATUS_BATCH, tr("notice.xml, line %d: unknown severity: %.40s",
			"notice.xml 第 %d 行：不认识的处理级别：%.40s"), line, is ? is : "");
	struct rule *rule = catalogue_rule(catalogue, id);
	if (rule ? change_rule(rule, name, severity) : change_ingest(catalogue, id, name, severity))
		return true;
	if (rule || catalogue_ingest(catalogue, id))
		return fail(failure, STATUS_BATCH, tr("notice.xml, line %d: rule %s has no case %.40s",
			"notice.xml 第 %d 行：规则 %s 没有情形 %.40s"), line, id, *name ? name : "-");
	return fail(failure, STATUS_BATCH, tr("notice.xml, line %d: unknown rule: %.40s",
		"notice.xml 第 %d 行：不认识的规则：%.40s"), line, id);
}

bool catalogue_change(struct catalogue *catalogue, struct database *database, struct failure *failure)
{
	/* a change of the whole rule comes before one of its cases, wherever it stands */
	static const char sql[] = "SELECT rule, ifnull(rule_case, ''), severity, line FROM severity_change ORDER BY rule, 2";
	sqlite3_stmt *row = database_prepare(database, sql, failure);
	bool more = row != NULL;
	bool done = more;
	while (done && more) {
		done = database_step(database, row, &more, failure);
		if (done && more)
			done = apply_change(catalogue, row, failure);
	}
	sqlite3_finalize(row);
	return done;
}
