#include "onex/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/layout.h"
#include "onex/cells.h"

/* What a column tells of its row, by its heading. */
enum kind {
	APPLICATION, RULE, CASE, RECORD, CERTIFICATE, LEVEL, SCHOOL, SCHOOL_NAME, UNIT, UNIT_NAME, SOURCE, SHEET, ORDINAL, CHECK,
	SCHEME, BASIS, OUTCOME, RELEASE, SCHOOL_KIND, KINDS
};
static const struct {
	enum kind kind;
	const char *heading;
} headings[] = {
	{ APPLICATION, "申报编号" }, { RULE, "规则" }, { CASE, "情形" }, { RECORD, "记录" }, { CERTIFICATE, "证书代码" }, { LEVEL, "等级" },
	{ SCHOOL, "学校标识码" }, { SCHOOL, "标识码" }, { SCHOOL_NAME, "学校名称" }, { SCHOOL_NAME, "试点院校名称" }, { UNIT, "单位代码" },
	{ UNIT_NAME, "审核单位" }, { SOURCE, "文件" }, { SOURCE, "来源文件" }, { SHEET, "工作表" }, { ORDINAL, "序号" },
	{ CHECK, "核对事项" }, { SCHEME, "测算方案" }, { BASIS, "口径" }, { OUTCOME, "结论" }, { RELEASE, "证书批次" },
	{ SCHOOL_KIND, "学校类型" },
};
enum { HEADINGS = sizeof headings / sizeof *headings, LETTERS = 8, KEY = 512 };

struct search {
	const char *sheet, *cell;      /* as addressed */
	char column[LETTERS];          /* its letters */
	long row;
	long heading_row;              /* of the table at hand */
	char columns[KINDS][LETTERS];  /* letters of the key columns above the row, "" for none */
	char keys[KINDS][KEY];         /* the texts of the row in them */
	char scheme[KEY];              /* the scenario that the column or the sheet is about */
	bool total;                    /* a 合计 row */
	char *text;
};

/* A row is one of headings where its first cell is a known one: a table begins there, and
 * what the columns of an earlier one told ends. Words below it are only data. */
static void take_heading(struct search *search, long row, const char *letters, const char *text)
{
	for (int i = 0; i < HEADINGS; i++) {
		if (strcmp(text, headings[i].heading) != 0)
			continue;
		if (strcmp(letters, "A") == 0) {
			memset(search->columns, 0, sizeof search->columns);
			search->heading_row = row;
		}
		if (row == search->heading_row)
			snprintf(search->columns[headings[i].kind], LETTERS, "%s", letters);
	}
}

/* "基本方案（核定）　资金总额…" above the table, or as the heading of the column. */
static void take_scheme(struct search *search, const char *letters, const char *text)
{
	static const char *const ends[] = { "（核定）", "（预测算）" };
	if (strcmp(letters, "A") != 0 && strcmp(letters, search->column) != 0)
		return;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		const char *end = strstr(text, ends[i]);
		const char *after = end ? end + strlen(ends[i]) : NULL;
		if (after && (!*after || strncmp(after, "　", strlen("　")) == 0 || strncmp(after, "，", strlen("，")) == 0))
			snprintf(search->scheme, KEY, "%.*s", (int)(after - text), text);
	}
}

static void take(struct search *search, const char *place, const char *text, struct failure *failure)
{
	char letters[LETTERS];
	size_t length = strcspn(place, "0123456789");
	if (length >= LETTERS)
		return;
	snprintf(letters, LETTERS, "%.*s", (int)length, place);
	long row = strtol(place + length, NULL, 10);
	if (row < search->row) {
		take_heading(search, row, letters, text);
		take_scheme(search, letters, text);
	} else if (row == search->row) {
		for (int kind = 0; kind < KINDS; kind++)
			if (strcmp(search->columns[kind], letters) == 0 && strcmp(text, "—") != 0)
				snprintf(search->keys[kind], KEY, "%s", text);
		search->total = search->total || strcmp(text, "合计") == 0;
		if (strcmp(place, search->cell) == 0 && !search->text)
			search->text = copy_text(failure, text);
	}
}

static bool scan(struct search *search, const char *path, struct failure *failure)
{
	struct cells cells = { 0 };
	bool done = cells_start(&cells, path, failure);
	for (const char *line; done && (line = cells_next(&cells)) != NULL;) {
		char *first = strchr(cells.line, '\t');
		char *second = first ? strchr(first + 1, '\t') : NULL;
		if (!second)
			continue;
		*first = *second = '\0';
		second[1 + strcspn(second + 1, "\n")] = '\0';
		if (strcmp(line, search->sheet) == 0) {
			cells_unescape(second + 1);
			take(search, first + 1, second + 1, failure);
		}
	}
	return cells_stop(&cells, done, failure);
}

static char *find_workbook(const char *out, const char *name, struct failure *failure)
{
	static const char *const folders[] = { "reports", "returns", "." };
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		char *path = print_text(failure, "%s/%s/%s", out, folders[i], name);
		if (path && access(path, R_OK) == 0)
			return path;
		free(path);
	}
	fail(failure, STATUS_UNMET, tr("there is no workbook %s", "没有工作簿 %s"), name);
	return NULL;
}

/* A row of money: a school of a scenario, a scenario, or its total. */
static char *money_key(const struct search *search, struct failure *failure)
{
	const char *const *keys = (const char *[]){ search->keys[SCHOOL], search->keys[SCHOOL_NAME] };
	const char *school = *keys[0] ? keys[0] : keys[1];
	char scheme[2 * KEY + 8];
	if (*search->keys[SCHEME] && *search->keys[BASIS])
		snprintf(scheme, sizeof scheme, "%s（%s）", search->keys[SCHEME], search->keys[BASIS]);
	else
		snprintf(scheme, sizeof scheme, "%s", *search->keys[SCHEME] ? search->keys[SCHEME] : search->scheme);
	if (*school && !search->total)
		return print_text(failure, "allocation/%s%s%s", school, *scheme ? "/" : "", scheme);
	return *scheme ? print_text(failure, "run/%s", scheme) : NULL;
}

/* What the row is about, the most telling first. */
static char *row_key(const struct search *search, struct failure *failure)
{
	static const struct {
		enum kind kind;
		const char *prefix;
	} plain[] = { { APPLICATION, "application" }, { SCHOOL, "school" }, { SCHOOL_NAME, "school" }, { UNIT, "unit" },
		{ OUTCOME, "outcome" }, { UNIT_NAME, "unit" }, { RELEASE, "release" }, { SCHOOL_KIND, "kind" } };
	const char *rule = search->keys[RULE];
	int rule_length = (int)strcspn(rule, " ");
	const char *rule_case = strcmp(search->keys[CASE], "无法判定") == 0 ? "x" : search->keys[CASE];
	if (search->total)
		return print_text(failure, "total/");
	if (*rule && *search->keys[RECORD])
		return print_text(failure, "finding/%.*s%s/%s", rule_length, rule, rule_case, search->keys[RECORD]);
	if (*search->keys[CERTIFICATE] && !*search->keys[APPLICATION])
		return print_text(failure, "certificate/%s%s%s", search->keys[CERTIFICATE], *search->keys[LEVEL] ? "/" : "", search->keys[LEVEL]);
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (*search->keys[plain[i].kind])
			return print_text(failure, "%s/%s", plain[i].prefix, search->keys[plain[i].kind]);
	if (*search->keys[SOURCE])
		return print_text(failure, "source/%s!%s", search->keys[SOURCE], search->keys[SHEET]);
	if (*rule)
		return print_text(failure, "rule/%.*s%s", rule_length, rule, rule_case);
	if (*search->keys[CHECK] && *search->keys[ORDINAL])
		return print_text(failure, "crosscheck/%s", search->keys[ORDINAL]);
	return NULL;
}

char *address_key(const char *out, const char *address, char **text, struct failure *failure)
{
	char *key = NULL;
	char *path = NULL;
	char *name = copy_text(failure, address);
	char *sheet = name ? strchr(name, '!') : NULL;
	char *cell = sheet ? strrchr(sheet + 1, '!') : NULL;
	struct search *search = cell ? allocate(failure, 1, sizeof *search) : NULL;
	size_t letters = cell ? strspn(cell + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;
	*text = NULL;
	if (name && (!cell || letters == 0 || letters >= LETTERS || !cell[1 + letters])) {
		fail(failure, STATUS_USAGE, tr("%s: write WORKBOOK.xlsx!SHEET!H12", "%s：请写成 工作簿.xlsx!工作表!H12"), address);
		goto out;
	}
	if (!search)
		goto out;
	*sheet++ = '\0';
	*cell++ = '\0';
	search->sheet = sheet;
	search->cell = cell;
	search->row = strtol(cell + letters, NULL, 10);
	snprintf(search->column, LETTERS, "%.*s", (int)letters, cell);
	path = find_workbook(out, name, failure);
	if (path && scan(search, path, failure)) {
		struct failure none = { 0 };
		*text = search->text;
		search->text = NULL;
		key = strncmp(name, "allocation", 10) == 0 ? money_key(search, &none) : row_key(search, &none);
		if (!key)
			fail(failure, STATUS_UNMET, tr("the row of %s names nothing that can be traced", "%s 所在的行没有可以追溯的编号、代码或名称"), address);
	}
out:
	if (search)
		free(search->text);
	free(search);
	free(path);
	free(name);
	return key;
}
