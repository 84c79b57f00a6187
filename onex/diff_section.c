/* Reads a section's file (onex/diff.h). */
#include <stdlib.h>
#include <string.h>

#include "common/layout.h"
#include "onex/diff.h"

enum { FILE_BYTES = 1 << 16 };

static bool set(char **field, const char *value, struct failure *failure)
{
	free(*field);
	*field = copy_text(failure, value);
	return *field != NULL;
}

/* "heading | form | width" */
static bool add_column(struct diff_section *section, char *value, struct failure *failure)
{
	char *rest = NULL;
	const char *heading = strtok_r(value, "|", &rest);
	const char *form = strtok_r(NULL, "| ", &rest);
	const char *width = strtok_r(NULL, "| ", &rest);
	if (!width || section->column_count == DIFF_COLUMNS)
		return fail(failure, STATUS_BATCH, tr("%s: a column is heading | form | width", "%s：列应写成 列名 | 形式 | 宽度"), section->name);
	struct diff_column *column = &section->columns[section->column_count++];
	column->heading = copy_text(failure, heading);
	if (!column->heading)
		return false;
	for (char *end = column->heading + strlen(column->heading); end > column->heading && end[-1] == ' ';)
		*--end = '\0';
	column->form = strcmp(form, "yuan") == 0 ? DIFF_YUAN : strcmp(form, "count") == 0 ? DIFF_COUNT : DIFF_TEXT;
	column->width = (int)strtol(width, NULL, 10);
	return true;
}

static bool take_heading(struct diff_section *section, char *line, struct failure *failure)
{
	char *colon = strstr(line, ": ");
	if (!colon)
		return true;
	*colon = '\0';
	char *value = colon + 2;
	if (strcmp(line, "title") == 0)
		return set(&section->title, value, failure);
	if (strcmp(line, "table") == 0)
		return set(&section->table, value, failure);
	if (strcmp(line, "index") == 0)
		return set(&section->index, value, failure);
	if (strcmp(line, "column") == 0)
		return add_column(section, value, failure);
	if (strcmp(line, "shows") == 0)
		section->shows_all = strcmp(value, "all") == 0;
	return true;
}

struct diff_section *diff_section_read(const char *home, const char *name, struct failure *failure)
{
	struct diff_section *section = allocate(failure, 1, sizeof *section);
	char *path = section ? print_text(failure, "%s/onex/diff/%s", home, name) : NULL;
	char *text = path ? layout_read(failure, path, FILE_BYTES, NULL) : NULL;
	bool done = text && set(&section->name, name, failure);
	char *at = text;
	while (done && strncmp(at, "-- ", 3) == 0) {
		char *end = at + strcspn(at, "\n");
		char *next = *end ? end + 1 : end;
		*end = '\0';
		done = take_heading(section, at + 3, failure);
		at = next;
	}
	done = done && set(&section->sql, at, failure);
	if (done && !section->title && !section->table)
		done = fail(failure, STATUS_BATCH, tr("%s: neither title nor table", "%s：没有 title 或 table"), name);
	if (done)
		section->name[strcspn(section->name, ".")] = '\0';
	free(path);
	free(text);
	if (done)
		return section;
	diff_section_free(section);
	return NULL;
}

void diff_section_free(struct diff_section *section)
{
	if (!section)
		return;
	for (int i = 0; i < section->column_count; i++)
		free(section->columns[i].heading);
	free(section->name);
	free(section->title);
	free(section->table);
	free(section->index);
	free(section->sql);
	free(section);
}
