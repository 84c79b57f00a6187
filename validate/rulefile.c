#include "validate/rulefile.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the parser is. `value` is where a continuation line is appended. */
struct reading {
	struct rule *rule;
	int line;
	char **value;
	bool severity_given, after_given;
	enum severity severity;
	int cases_line;      /* of the first fires or passes line, 0: none yet */
	struct failure *failure;
};

enum { TEXT_FIELD, TEXT_UNDERSTOOD, TEXT_ALLOWED, TEXT_MESSAGE };

static bool wrong(struct reading *reading, const char *english, const char *chinese, const char *what)
{
	return fail(reading->failure, STATUS_BATCH, tr("%s, line %d: %s: %.200s", "%s 第 %d 行：%s：%.200s"),
		reading->rule->name, reading->line, tr(english, chinese), what);
}

/* Puts `value` into an empty slot and makes it the one that continues. */
static bool keep(struct reading *reading, char **slot, const char *key, const char *value)
{
	if (*slot)
		return wrong(reading, "given twice", "重复", key);
	if (!*value)
		return wrong(reading, "without a value", "没有内容", key);
	*slot = copy_text(reading->failure, value);
	reading->value = slot;
	return *slot != NULL;
}

static bool append(struct reading *reading, char **slot, const char *separator, const char *value)
{
	char *longer = print_text(reading->failure, "%s%s%s", *slot, separator, value);
	if (!longer)
		return false;
	free(*slot);
	*slot = longer;
	return true;
}

static bool keep_sentence(struct reading *reading, const char *value)
{
	char **slot = &reading->rule->sentence;
	if (!*slot)
		return keep(reading, slot, "sentence", value);
	reading->value = slot;
	return *value ? append(reading, slot, "\n", value) : wrong(reading, "without a value", "没有内容", "sentence");
}

static bool add_case(struct reading *reading, char name, const char *value)
{
	struct rule *rule = reading->rule;
	enum severity severity;
	if (name == 'x')
		return wrong(reading, "case x needs no line", "情形 x 不用写", "case x");
	if (!severity_of(value, &severity))
		return wrong(reading, "not a severity", "不是处理级别", value);
	if (rule->case_count && rule->cases[rule->case_count - 1].name >= name)
		return wrong(reading, "cases are not in order", "情形次序有误", value);
	rule->cases[rule->case_count++] = (struct rule_case){ .name = name, .original = severity, .severity = severity };
	reading->value = NULL;
	return true;
}

static bool keep_severity(struct reading *reading, const char *value)
{
	if (reading->severity_given)
		return wrong(reading, "given twice", "重复", "severity");
	reading->severity_given = true;
	reading->value = NULL;
	return severity_of(value, &reading->severity) || wrong(reading, "not a severity", "不是处理级别", value);
}

static bool keep_after(struct reading *reading, const char *value)
{
	if (reading->after_given || strcmp(value, "outcome") != 0)
		return wrong(reading, "after can only be `outcome`, once", "after 只能写一次 outcome", value);
	reading->after_given = true;
	reading->rule->after_outcome = true;
	reading->value = NULL;
	return true;
}

static bool keep_id(struct reading *reading, const char *value)
{
	struct rule *rule = reading->rule;
	if (strlen(value) != 3 || value[0] != 'R' || !isdigit((unsigned char)value[1]) || !isdigit((unsigned char)value[2]))
		return wrong(reading, "not a rule's ID", "不是规则编号", value);
	if (strncmp(rule->name, value, 3) != 0 || rule->name[3] != '-')
		return wrong(reading, "the file's name begins with another ID", "与文件名的编号不一致", value);
	if (rule->id[0])
		return wrong(reading, "given twice", "重复", "rule");
	memcpy(rule->id, value, RULE_ID_BYTES);
	reading->value = NULL;
	return true;
}

static bool keep_value(struct reading *reading, const char *key, const char *value)
{
	struct rule *rule = reading->rule;
	const struct { const char *key; char **slot; } plain[] = {
		{ "title", &rule->title }, { "clause", &rule->clause }, { "subject", &rule->subject },
		{ "reads", &rule->reads }, { "needs", &rule->needs }, { "field", &rule->field },
		{ "understood", &rule->understood }, { "allowed", &rule->allowed }, { "message", &rule->message },
	};
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (strcmp(plain[i].key, key) == 0)
			return keep(reading, plain[i].slot, key, value);
	if (strcmp(key, "rule") == 0)
		return keep_id(reading, value);
	if (strcmp(key, "sentence") == 0)
		return keep_sentence(reading, value);
	if (strcmp(key, "severity") == 0)
		return keep_severity(reading, value);
	if (strcmp(key, "after") == 0)
		return keep_after(reading, value);
	return wrong(reading, "unknown key", "不认识的项目", key);
}

static bool keep_case_value(struct reading *reading, const char *key, char name, const char *value)
{
	static const char *const keys[] = { "field", "understood", "allowed", "message" };
	if (strcmp(key, "case") == 0)
		return add_case(reading, name, value);
	for (int i = 0; i < 4; i++)
		if (strcmp(keys[i], key) == 0)
			return keep(reading, &reading->rule->texts[i][name - 'a'], key, value);
	return wrong(reading, "this key has no cases", "此项不分情形", key);
}

/* `fires a 3 | words | changes`: tests/rules/test_rules.py runs them; here only
 * their form is looked at. */
static bool check_example(struct reading *reading, const char *line)
{
	const char *first = strchr(line, '|');
	if (!first || !strchr(first + 1, '|'))
		return wrong(reading, "a case needs two bars", "用例应有两个竖线", line);
	if (!reading->cases_line)
		reading->cases_line = reading->line;
	reading->value = NULL;
	return true;
}

static char *trim(char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	size_t length = strlen(text);
	while (length && strchr(" \t\r", text[length - 1]))
		text[--length] = '\0';
	return text;
}

static bool is_example(const char *line)
{
	return strncmp(line, "fires", 5) == 0 || strncmp(line, "passes", 6) == 0;
}

/* One line of the header, without its leading `--`. */
static bool read_header_line(struct reading *reading, char *line)
{
	if (!*trim(line))
		return true;
	if (strncmp(line, "   ", 3) == 0) {
		if (reading->cases_line && !reading->value)
			return true; /* goes on with an example */
		if (!reading->value)
			return wrong(reading, "continues nothing", "没有可接续的上一行", trim(line));
		return append(reading, reading->value, " ", trim(line));
	}
	line = trim(line);
	if (is_example(line))
		return check_example(reading, line);
	char *colon = strchr(line, ':');
	if (!colon)
		return wrong(reading, "neither `key: value` nor a case", "既不是项目也不是用例", line);
	*colon = '\0';
	char *value = trim(colon + 1);
	char *space = strchr(line, ' ');
	if (!space)
		return keep_value(reading, line, value);
	*space = '\0';
	char name = space[1];
	if (space[2] || !((name >= 'a' && name <= 'z') || name == '-'))
		return wrong(reading, "not a case", "不是情形", space + 1);
	return name == '-' ? keep_value(reading, line, value) : keep_case_value(reading, line, name, value);
}

/* The texts of a case: its own, else the rule's. */
static bool join_case(struct reading *reading, struct rule_case *of)
{
	struct rule *rule = reading->rule;
	char *own[4] = { NULL, NULL, NULL, NULL };
	for (int i = 0; of->name && i < 4; i++)
		own[i] = rule->texts[i][of->name - 'a'];
	bool judged = of->name != 'x'; /* what is 无法判定 points to nothing of its own accord */
	of->field = own[TEXT_FIELD] ? own[TEXT_FIELD] : rule->field;
	of->understood = own[TEXT_UNDERSTOOD] || !judged ? own[TEXT_UNDERSTOOD] : rule->understood;
	of->allowed = own[TEXT_ALLOWED] || !judged ? own[TEXT_ALLOWED] : rule->allowed;
	of->message = own[TEXT_MESSAGE] || !judged ? own[TEXT_MESSAGE] : rule->message;
	char name[2] = { of->name, '\0' };
	return of->message || wrong(reading, "no message for the case", "缺少该情形的 message", name);
}

static bool has_texts(const struct rule *rule, char name)
{
	for (int i = 0; i < 4; i++)
		if (rule->texts[i][name - 'a'])
			return true;
	return false;
}

static bool finish_cases(struct reading *reading)
{
	struct rule *rule = reading->rule;
	if (reading->severity_given == (rule->case_count > 0))
		return wrong(reading, "either `severity` or cases, not both or none", "severity 与 case 应有且只有一种", rule->id);
	if (reading->severity_given)
		rule->cases[rule->case_count++] = (struct rule_case){ .original = reading->severity, .severity = reading->severity };
	if (rule->texts[TEXT_MESSAGE]['x' - 'a'])
		rule->cases[rule->case_count++] = (struct rule_case){ .name = 'x' };
	else if (rule->needs && *rule->needs)
		return wrong(reading, "`needs` wants a `message x`", "有 needs 就要有 message x", rule->needs);
	for (char name = 'a'; name <= 'z'; name++) {
		char text[2] = { name, '\0' };
		if (has_texts(rule, name) && !rule_case_of(rule, name))
			return wrong(reading, "no such case", "没有这种情形", text);
	}
	for (int i = 0; i < rule->case_count; i++)
		if (!join_case(reading, &rule->cases[i]))
			return false;
	return true;
}

static bool finish(struct reading *reading)
{
	struct rule *rule = reading->rule;
	const struct { const char *key; const char *value; } needed[] = {
		{ "rule", rule->id[0] ? rule->id : NULL }, { "title", rule->title }, { "clause", rule->clause },
		{ "subject", rule->subject }, { "reads", rule->reads }, { "SELECT", *rule->sql ? rule->sql : NULL },
	};
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!needed[i].value)
			return wrong(reading, "is missing", "缺少", needed[i].key);
	bool general = strcmp(rule->clause, "general") == 0;
	if (general == (rule->sentence != NULL))
		return wrong(reading, "a clause has its sentence, general has none", "条款要有原文，general 没有原文", rule->clause);
	if (!rule->needs && !(rule->needs = copy_text(reading->failure, "")))
		return false;
	static const char partly[] = "partly ";
	rule->partly = strncmp(rule->needs, partly, sizeof partly - 1) == 0;
	if (rule->partly)
		memmove(rule->needs, rule->needs + sizeof partly - 1, strlen(rule->needs) - sizeof partly + 2);
	if (!rule->sentence && !(rule->sentence = copy_text(reading->failure, "")))
		return false;
	return finish_cases(reading);
}

/* Reads the header line by line; *sql is where the rest begins. */
static bool read_header(struct reading *reading, char *text, char **sql)
{
	char *at = text;
	while (strncmp(at, "--", 2) == 0) {
		char *end = strchr(at, '\n');
		char *next = end ? end + 1 : at + strlen(at);
		if (end)
			*end = '\0';
		reading->line++;
		if (!read_header_line(reading, at + 2))
			return false;
		at = next;
	}
	*sql = at;
	return true;
}

struct rule *rule_read(const char *name, const char *text, struct failure *failure)
{
	struct rule *rule = allocate(failure, 1, sizeof *rule);
	char *copy = copy_text(failure, text);
	bool done = false;
	if (!rule || !copy)
		goto out;
	struct reading reading = { .rule = rule, .failure = failure };
	rule->name = copy_text(failure, name);
	if (!rule->name || !digest_bytes("SHA256", text, strlen(text), rule->sha256, failure))
		goto out;
	char *sql = copy;
	if (!read_header(&reading, copy, &sql))
		goto out;
	rule->sql = copy_text(failure, sql + strspn(sql, " \t\r\n"));
	done = rule->sql && finish(&reading);
out:
	free(copy);
	if (!done) {
		rule_free(rule);
		rule = NULL;
	}
	return rule;
}

void rule_free(struct rule *rule)
{
	if (!rule)
		return;
	char *const owned[] = { rule->name, rule->title, rule->clause, rule->sentence, rule->subject, rule->reads,
		rule->needs, rule->field, rule->understood, rule->allowed, rule->message, rule->sql };
	for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
		free(owned[i]);
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 26; k++)
			free(rule->texts[i][k]);
	free(rule);
}

struct rule_case *rule_case_of(struct rule *rule, char name)
{
	for (int i = 0; i < rule->case_count; i++)
		if (rule->cases[i].name == name)
			return &rule->cases[i];
	return NULL;
}
