#include "onex/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/layout.h"
#include "onex/cells.h"

/* The headings that tell what a row is about, the most telling first. */
enum kind { KIND_FINDING, KIND_APPLICATION, KIND_CERTIFICATE, KIND_SCHOOL, KINDS };
static const char *const headings[KINDS][2] = {
	{ "问题编号", "问题序号" }, { "申报编号", "申报编号" }, { "证书代码", "证书代码" }, { "学校标识码", "标识码" } };

struct search {
	const char *sheet, *cell; /* as addressed */
	char columns[KINDS][8];   /* letters of the key columns, "" where there is none */
	char keys[KINDS][128];
	char *text;
	const char *row; /* digits within cell */
};

static void take(struct search *search, const char *place, const char *text, struct failure *failure)
{
	size_t letters = strcspn(place, "0123456789");
	for (int kind = 0; kind < KINDS; kind++) {
		bool is_heading = strcmp(text, headings[kind][0]) == 0 || strcmp(text, headings[kind][1]) == 0;
		if (is_heading && letters < sizeof search->columns[kind] && strtol(place + letters, NULL, 10) < strtol(search->row, NULL, 10))
			snprintf(search->columns[kind], sizeof search->columns[kind], "%.*s", (int)letters, place);
		if (strcmp(place + letters, search->row) == 0 && strlen(search->columns[kind]) == letters
			&& strncmp(search->columns[kind], place, letters) == 0)
			snprintf(search->keys[kind], sizeof search->keys[kind], "%s", text);
	}
	if (strcmp(place, search->cell) == 0 && !search->text)
		search->text = copy_text(failure, text);
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
		if (strcmp(line, search->sheet) == 0)
			take(search, first + 1, second + 1, failure);
	}
	cells_stop(&cells);
	return done;
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

static char *key_of(const struct search *search, bool money, const char *address, struct failure *failure)
{
	static const char *const prefixes[KINDS] = { "finding", "application", "certificate", "school" };
	if (money && search->keys[KIND_SCHOOL][0])
		return print_text(failure, "allocation/%s", search->keys[KIND_SCHOOL]);
	for (int kind = 0; kind < KINDS; kind++)
		if (search->keys[kind][0])
			return print_text(failure, "%s/%s", prefixes[kind], search->keys[kind]);
	fail(failure, STATUS_UNMET, tr("the row of %s names no finding, application, certificate or school",
		"%s 所在的行没有问题编号、申报编号、证书代码或学校标识码"), address);
	return NULL;
}

char *address_key(const char *out, const char *address, char **text, struct failure *failure)
{
	char *key = NULL;
	char *path = NULL;
	char *name = copy_text(failure, address);
	char *sheet = name ? strchr(name, '!') : NULL;
	char *cell = sheet ? strchr(sheet + 1, '!') : NULL;
	*text = NULL;
	if (!cell) {
		if (name)
			fail(failure, STATUS_USAGE, tr("%s: write WORKBOOK.xlsx!SHEET!H12", "%s：请写成 工作簿.xlsx!工作表!H12"), address);
		goto out;
	}
	*sheet++ = '\0';
	*cell++ = '\0';
	struct search search = { .sheet = sheet, .cell = cell, .row = cell + strcspn(cell, "0123456789") };
	path = find_workbook(out, name, failure);
	if (path && scan(&search, path, failure)) {
		*text = search.text;
		key = key_of(&search, strncmp(name, "allocation", 10) == 0, address, failure);
	}
out:
	free(path);
	free(name);
	return key;
}
