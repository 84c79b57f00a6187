#include "report/sheet.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const FORM_NAMES[FORM_COUNT_OF] = { "text", "wrap", "code", "count", "real", "yuan", "wan", "day",
	"instant", "percent", "ppm", "hundredths", "state", "row", "file", "digest" };

int64_t form_divisor(enum form form)
{
	switch (form) {
	case FORM_YUAN:
	case FORM_HUNDREDTHS:
		return 100;
	case FORM_WAN:
	case FORM_PPM:
		return 1000000;
	default:
		return 1;
	}
}

static bool wrong(const struct sheet *sheet, const char *what, struct failure *failure)
{
	return fail(failure, STATUS_BATCH, tr("%s: not understood: %s", "%s：无法理解：%s"), sheet->script, what);
}

static char *trim(char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	size_t length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* Splits "a | b | c" in place; returns the number of pieces. */
static int split(char *text, const char *separator, char **pieces, int room)
{
	int count = 0;
	for (char *piece; count < room && (piece = strsep(&text, separator)) != NULL;)
		pieces[count++] = trim(piece);
	return count;
}

static bool add_line(char ***lines, int *count, const char *value, const struct values *values,
	struct failure *failure)
{
	char *line = values_expand(values, value, failure);
	char **grown = line ? resize(failure, *lines, (size_t)*count + 1, sizeof *grown) : NULL;
	if (!grown) {
		free(line);
		return false;
	}
	*lines = grown;
	if (*line)
		grown[(*count)++] = line;
	else
		free(line); /* a line that has become empty is left out */
	return true;
}

static bool set(char **target, const char *text, const struct values *values, struct failure *failure)
{
	free(*target);
	*target = values_expand(values, text, failure);
	return *target != NULL;
}

static bool read_attribute(const struct sheet *sheet, struct column *column, const char *text, struct failure *failure)
{
	const struct values *values = &sheet->values;
	if (strcmp(text, "sum") == 0)
		return column->sum = true;
	if (strcmp(text, "open") == 0)
		return column->open = true;
	if (strcmp(text, "center") == 0)
		return column->center = true;
	if (strncmp(text, "= ", 2) == 0)
		return set(&column->formula, text + 1, values, failure);
	if (strncmp(text, "spare = ", 8) == 0)
		return set(&column->spare, text + 7, values, failure);
	if (strncmp(text, "if ", 3) == 0)
		return set(&column->condition, text + 3, values, failure);
	if (strncmp(text, "link ", 5) == 0)
		return set(&column->link, text + 5, values, failure);
	if (strncmp(text, "shown ", 6) == 0)
		return set(&column->shown, text + 6, values, failure);
	if (strncmp(text, "list ", 5) == 0)
		return set(&column->list, text + 5, values, failure);
	if (strncmp(text, "upto ", 5) == 0)
		return set(&column->upto, text + 5, values, failure);
	return wrong(sheet, text, failure);
}

static void free_column(struct column *column)
{
	free(column->heading);
	free(column->formula);
	free(column->condition);
	free(column->link);
	free(column->shown);
	free(column->list);
	free(column->upto);
	free(column->spare);
}

static bool read_form(struct column *column, const char *name)
{
	for (int i = 0; i < FORM_COUNT_OF; i++)
		if (strcmp(FORM_NAMES[i], name) == 0) {
			column->form = (enum form)i;
			return true;
		}
	return false;
}

static bool read_column(const struct sheet *sheet, struct block *block, int source, const char *value,
	struct failure *failure)
{
	enum { PIECES = 12 };
	char *pieces[PIECES];
	char *text = copy_text(failure, value);
	struct column *grown = text ? resize(failure, block->columns, (size_t)block->column_count + 1, sizeof *grown) : NULL;
	if (!grown) {
		free(text);
		return false;
	}
	block->columns = grown;
	struct column *column = &grown[block->column_count];
	*column = (struct column){ 0 };
	int count = split(text, "|", pieces, PIECES);
	bool done = (count >= 3 && read_form(column, pieces[1])) || wrong(sheet, value, failure);
	if (done) {
		column->source = source;
		column->width = strtod(pieces[2], NULL);
		done = set(&column->heading, pieces[0], &sheet->values, failure);
	}
	for (int i = 3; done && i < count; i++)
		done = read_attribute(sheet, column, pieces[i], failure);
	if (done && *column->heading)
		block->column_count++;
	else
		free_column(column);
	free(text);
	return done;
}

static bool read_chart(const struct sheet *sheet, struct block *block, const char *value, struct failure *failure)
{
	char *pieces[5];
	char *series[CHART_SERIES];
	char *text = copy_text(failure, value);
	struct chart *grown = text ? resize(failure, block->charts, (size_t)block->chart_count + 1, sizeof *grown) : NULL;
	if (!grown) {
		free(text);
		return false;
	}
	block->charts = grown;
	struct chart *chart = &grown[block->chart_count++];
	*chart = (struct chart){ 0 };
	const struct values *values = &sheet->values;
	int count = split(text, "|", pieces, 5);
	bool done = count >= 4 || wrong(sheet, value, failure);
	chart->rows = count == 5 ? (int)strtol(pieces[4], NULL, 10) : 18;
	done = done && set(&chart->kind, pieces[0], values, failure) && set(&chart->title, pieces[1], values, failure)
		&& set(&chart->category, pieces[2], values, failure);
	int series_count = done ? split(pieces[3], ",", series, CHART_SERIES) : 0;
	for (int i = 0; done && i < series_count; i++) {
		done = set(&chart->series[chart->series_count], series[i], values, failure);
		chart->series_count += done;
		if (done && !*chart->series[chart->series_count - 1])
			free(chart->series[--chart->series_count]), chart->series[chart->series_count] = NULL;
	}
	free(text);
	return done;
}

/* Headings that hold for the whole sheet. */
static bool read_sheet_heading(struct sheet *sheet, const struct script_heading *heading, bool *known,
	struct failure *failure)
{
	const char *key = heading->key;
	const char *value = heading->value;
	*known = true;
	if (strcmp(key, "each") == 0)
		return true;
	if (strcmp(key, "sheet") == 0)
		return set(&sheet->visible, value, &sheet->values, failure);
	if (strcmp(key, "name") == 0)
		return set(&sheet->reference, value, &sheet->values, failure);
	if (strcmp(key, "title") == 0)
		return set(&sheet->title, value, &sheet->values, failure);
	if (strcmp(key, "more") == 0)
		return set(&sheet->more, value, &sheet->values, failure);
	if (strcmp(key, "intro") == 0)
		return add_line(&sheet->intros, &sheet->intro_count, value, &sheet->values, failure);
	if (strcmp(key, "freeze") == 0)
		sheet->freeze = (int)strtol(value, NULL, 10);
	else if (strcmp(key, "cap") == 0)
		sheet->cap = strtol(value, NULL, 10);
	else if (strcmp(key, "paper") == 0)
		sheet->portrait = strcmp(value, "portrait") == 0;
	else if (strcmp(key, "filter") == 0)
		sheet->filter = strcmp(value, "yes") == 0;
	else if (strcmp(key, "protect") == 0)
		sheet->protect = strcmp(value, "yes") == 0;
	else
		*known = false;
	return true;
}

static bool read_block_heading(struct sheet *sheet, struct block *block, int *source,
	const struct script_heading *heading, struct failure *failure)
{
	const char *key = heading->key;
	const char *value = heading->value;
	if (strcmp(key, "column") == 0)
		return read_column(sheet, block, (*source)++, value, failure);
	if (strcmp(key, "chart") == 0)
		return read_chart(sheet, block, value, failure);
	if (strcmp(key, "block") == 0)
		return set(&block->title, value, &sheet->values, failure);
	if (strcmp(key, "empty") == 0)
		return set(&block->empty, value, &sheet->values, failure);
	if (strcmp(key, "note") == 0)
		return add_line(&block->notes, &block->note_count, value, &sheet->values, failure);
	if (strcmp(key, "spare") == 0) {
		block->spare = (int)strtol(value, NULL, 10);
		return true;
	}
	return wrong(sheet, key, failure);
}

static bool read_part(struct sheet *sheet, const struct script_part *part, struct failure *failure)
{
	struct block *grown = resize(failure, sheet->blocks, (size_t)sheet->block_count + 1, sizeof *grown);
	if (!grown)
		return false;
	sheet->blocks = grown;
	struct block *block = &grown[sheet->block_count++];
	*block = (struct block){ 0 };
	int source = 0;
	block->rows = -1;
	block->sql = copy_text(failure, part->sql);
	bool done = block->sql != NULL;
	for (int i = 0; done && i < part->heading_count; i++) {
		bool known = false;
		done = read_sheet_heading(sheet, &part->headings[i], &known, failure);
		if (done && !known)
			done = read_block_heading(sheet, block, &source, &part->headings[i], failure);
	}
	if (done && block->column_count == 0)
		done = wrong(sheet, "column", failure);
	return done;
}

struct sheet *sheet_read(const struct script *script, const struct values *values, struct failure *failure)
{
	struct sheet *sheet = allocate(failure, 1, sizeof *sheet);
	if (!sheet)
		return NULL;
	sheet->values.around = values->around;
	bool done = (sheet->script = copy_text(failure, script->name)) != NULL;
	for (int i = 0; done && i < values->count; i++)
		done = values_set(&sheet->values, values->names[i], values->texts[i], failure);
	sheet->cap = 1000000;
	for (int i = 0; done && i < script->part_count; i++)
		done = read_part(sheet, &script->parts[i], failure);
	if (done && (!sheet->visible || !sheet->title || sheet->cap < 1 || sheet->cap > 1000000))
		done = wrong(sheet, "sheet, title, cap", failure);
	if (done && !sheet->reference)
		done = (sheet->reference = copy_text(failure, sheet->visible)) != NULL;
	if (done)
		return sheet;
	sheet_free(sheet);
	return NULL;
}

static void free_block(struct block *block)
{
	for (int i = 0; i < block->column_count; i++)
		free_column(&block->columns[i]);
	for (int i = 0; i < block->chart_count; i++) {
		struct chart *chart = &block->charts[i];
		free(chart->kind);
		free(chart->title);
		free(chart->category);
		for (int k = 0; k < chart->series_count; k++)
			free(chart->series[k]);
	}
	for (int i = 0; i < block->note_count; i++)
		free(block->notes[i]);
	free(block->columns);
	free(block->charts);
	free(block->notes);
	free(block->title);
	free(block->empty);
	free(block->sql);
}

void sheet_free(struct sheet *sheet)
{
	if (!sheet)
		return;
	for (int i = 0; i < sheet->block_count; i++)
		free_block(&sheet->blocks[i]);
	for (int i = 0; i < sheet->intro_count; i++)
		free(sheet->intros[i]);
	free(sheet->blocks);
	free(sheet->intros);
	free(sheet->script);
	free(sheet->reference);
	free(sheet->visible);
	free(sheet->title);
	free(sheet->more);
	values_free(&sheet->values);
	free(sheet);
}
