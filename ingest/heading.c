#include "ingest/heading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/vocabulary.h"

enum { MAX_HEADINGS = 1024, LABEL_BYTES = 2 * HEADING_BYTES + 4 };

/* The folded cells of the first rows. */
struct page {
	const struct vocabulary *vocabulary;
	const struct row *rows;
	uint32_t count;   /* rows */
	uint32_t width;
	char (*folded)[HEADING_BYTES]; /* count x width */
	bool worded[HEADING_ROWS + 1]; /* has a word of some heading */
	bool filled[HEADING_ROWS + 1];
};

/* One way to read the page: these rows are the heading of this dataset. */
struct option {
	int dataset;
	uint32_t first, rows;
	int fields;   /* different fields that stand */
	int levels;   /* columns of levels side by side */
	int own;      /* headings that the dataset knows */
	int headings; /* filled ones, without 序号 */
	int required, required_found;
	bool keys;    /* all key headings stand, those that may be blank aside */
};

static const char *page_cell(const struct page *page, uint32_t row, uint32_t column)
{
	return page->folded[(size_t)row * page->width + column];
}

/* The heading of a column over two rows: the group's name, which a merged cell
 * leaves in its first column only, and the column's own. */
struct label {
	const char *group, *own;
};

static struct label next_label(const struct page *page, uint32_t first, uint32_t rows, uint32_t column,
	const char **carried)
{
	const char *upper = page_cell(page, first, column);
	if (rows == 1)
		return (struct label) { "", upper };
	const char *lower = page_cell(page, first + 1, column);
	if (*upper || !*lower)
		*carried = upper;
	return *lower ? (struct label) { *carried, lower } : (struct label) { "", upper };
}

static const struct word *find_joined(const struct page *page, int dataset, const struct label *label)
{
	char joined[LABEL_BYTES];
	snprintf(joined, sizeof joined, "%s%s", label->group, label->own);
	const struct word *word = vocabulary_find(page->vocabulary, dataset, joined);
	if (word)
		return word;
	snprintf(joined, sizeof joined, "%s(%s)", label->group, label->own);
	return vocabulary_find(page->vocabulary, dataset, joined);
}

/* What a column is to a dataset. */
static void read_label(const struct page *page, int dataset, const struct label *label,
	struct heading_column *column)
{
	const struct field *fields = page->vocabulary->schema->datasets[dataset].fields;
	*column = (struct heading_column) { .role = COLUMN_UNKNOWN, .field = -1 };
	if (!*label->own) {
		column->role = COLUMN_EMPTY;
		return;
	}
	const struct word *word = NULL;
	if (*label->group) {
		const struct word *group = vocabulary_find(page->vocabulary, dataset, label->group);
		int level = vocabulary_level(label->own);
		if (level > 0 && group && group->role == COLUMN_FIELD && fields[group->field].spread) {
			word = group;
			column->variant = level;
		}
	}
	if (!word)
		word = vocabulary_find(page->vocabulary, dataset, label->own);
	if (!word && *label->group)
		word = find_joined(page, dataset, label);
	if (!word)
		return;
	column->role = word->role;
	column->field = word->field;
}

/* Levels that stand side by side say the level and the number: a column beside them that
 * says either once more is not read. */
static void pass_over_spread(struct heading_column *columns, uint32_t width, uint64_t spread, struct option *option)
{
	for (uint32_t i = 0; spread && i < width; i++) {
		if (columns[i].role != COLUMN_FIELD)
			continue;
		if (columns[i].variant > 0)
			option->levels++;
		else if (spread >> columns[i].field & 1)
			columns[i].role = COLUMN_REPEATED;
	}
}

/* Reads the heading for one dataset into `columns` (page->width) and counts. */
static struct option read_heading(const struct page *page, int dataset, uint32_t first, uint32_t rows,
	struct heading_column *columns)
{
	const struct dataset *definition = &page->vocabulary->schema->datasets[dataset];
	struct option option = { .dataset = dataset, .first = first, .rows = rows, .keys = true };
	uint64_t seen[4] = { 0 }; /* by variant, bit k: field k stands */
	const char *carried = "";
	for (uint32_t i = 0; i < page->width; i++) {
		struct label label = next_label(page, first, rows, i, &carried);
		read_label(page, dataset, &label, &columns[i]);
		bool is_number = strcmp(label.own, "序号") == 0;
		option.headings += columns[i].role != COLUMN_EMPTY && !is_number;
		option.own += columns[i].role != COLUMN_EMPTY && columns[i].role != COLUMN_UNKNOWN && !is_number;
		if (columns[i].role != COLUMN_FIELD)
			continue;
		uint64_t bit = UINT64_C(1) << columns[i].field;
		if (seen[columns[i].variant] & bit)
			columns[i].role = COLUMN_REPEATED;
		seen[columns[i].variant] |= bit;
	}
	uint64_t spread = seen[1] | seen[2] | seen[3];
	int level = dataset_field(definition, "level");
	if (spread && level >= 0)
		spread |= UINT64_C(1) << level;
	pass_over_spread(columns, page->width, spread, &option);
	uint64_t all = seen[0] | spread;
	for (int k = 0; k < definition->field_count; k++) {
		const struct field *field = &definition->fields[k];
		bool stands = all >> k & 1;
		option.fields += stands;
		option.required += field->required;
		option.required_found += field->required && stands;
		if (field->key && field->required && !stands)
			option.keys = false;
	}
	return option;
}

static bool is_strict(const struct option *option)
{
	return option->fields > 0 && option->required_found == option->required;
}

/* Good enough although required columns are missing. */
static bool is_lenient(const struct option *option)
{
	return option->keys && option->fields > 0 && 3 * option->required_found >= 2 * option->required
		&& 2 * option->own >= option->headings;
}

static int rank_of(const struct option *option)
{
	return is_strict(option) ? 2 : is_lenient(option) ? 1 : 0;
}

/* Whether `a` is the better reading: candidates first, then the most fields, then levels
 * side by side, then one row rather than two, then the earlier one. */
static bool is_better(const struct option *a, const struct option *b)
{
	if (rank_of(a) != rank_of(b))
		return rank_of(a) > rank_of(b);
	if (a->fields != b->fields)
		return a->fields > b->fields;
	if (a->levels != b->levels)
		return a->levels > b->levels;
	return a->rows < b->rows;
}

/* Most rows below a heading have no word of any heading: they are not looked at. */
static void find_words(struct page *page)
{
	for (uint32_t r = 0; r < page->count; r++)
		for (uint32_t i = 0; i < page->width && !page->worded[r]; i++) {
			const char *cell = page_cell(page, r, i);
			page->filled[r] = page->filled[r] || *cell;
			page->worded[r] = *cell && vocabulary_knows(page->vocabulary, cell);
		}
}

static bool may_be_heading(const struct page *page, uint32_t first, uint32_t rows)
{
	if (first + rows > page->count)
		return false;
	return rows == 1 ? page->worded[first]
		: page->filled[first] && (page->worded[first] || page->worded[first + 1]);
}

static struct option best_reading(const struct page *page, int dataset, struct heading_column *columns)
{
	struct option best = { .dataset = dataset };
	for (uint32_t rows = 1; rows <= 2; rows++)
		for (uint32_t first = 0; first < page->count && first < HEADING_ROWS; first++) {
			if (!may_be_heading(page, first, rows))
				continue;
			struct option option = read_heading(page, dataset, first, rows, columns);
			if (is_better(&option, &best) || best.rows == 0)
				best = option;
		}
	return best;
}

static void append(char *text, size_t size, const char *words)
{
	size_t used = strlen(text);
	if (used + strlen(words) < size)
		memcpy(text + used, words, strlen(words) + 1);
}

/* Names the required columns that do not stand. */
static void name_missing(const struct page *page, const struct option *option, struct heading_column *columns,
	char *text, size_t size)
{
	const struct dataset *dataset = &page->vocabulary->schema->datasets[option->dataset];
	uint64_t stands = 0;
	if (option->rows > 0)
		read_heading(page, option->dataset, option->first, option->rows, columns);
	for (uint32_t i = 0; option->rows > 0 && i < page->width; i++) {
		if (columns[i].role == COLUMN_FIELD)
			stands |= UINT64_C(1) << columns[i].field;
		int level = dataset_field(dataset, "level");
		if (columns[i].variant > 0 && level >= 0)
			stands |= UINT64_C(1) << level;
	}
	int named = 0;
	for (int k = 0; k < dataset->field_count; k++) {
		if (!dataset->fields[k].required || (stands >> k & 1))
			continue;
		if (named++ == 10) {
			append(text, size, "等");
			return;
		}
		append(text, size, named == 1 ? "“" : "、“");
		append(text, size, dataset->fields[k].heading);
		append(text, size, "”");
	}
}

static void say_found(const struct page *page, const struct option *option, struct heading_column *columns,
	struct heading *heading)
{
	const struct dataset *dataset = &page->vocabulary->schema->datasets[option->dataset];
	snprintf(heading->text, sizeof heading->text, "第 %lld 行的表头认出“%s”的 %d 个字段",
		(long long)page->rows[option->first].row, dataset->title, option->fields);
	if (is_strict(option)) {
		append(heading->text, sizeof heading->text, "，必填列齐全");
		return;
	}
	append(heading->text, sizeof heading->text, "，缺少必填列");
	name_missing(page, option, columns, heading->text, sizeof heading->text);
}

static void say_none(const struct page *page, const struct option *nearest, struct heading_column *columns,
	struct heading *heading)
{
	heading->rule = "S02";
	if (!nearest || nearest->fields == 0) {
		snprintf(heading->text, sizeof heading->text,
			"没有认出数据表：前 %d 行里没有任何已知的列名，本表未读取；如应报送，请使用模板的表头", HEADING_ROWS);
		return;
	}
	const struct dataset *dataset = &page->vocabulary->schema->datasets[nearest->dataset];
	snprintf(heading->text, sizeof heading->text, "没有认出数据表，本表未读取：最接近“%s”（第 %lld 行认出 %d 列），缺少",
		dataset->title, (long long)page->rows[nearest->first].row, nearest->fields);
	name_missing(page, nearest, columns, heading->text, sizeof heading->text);
	append(heading->text, sizeof heading->text, "；如应报送，请补齐表头");
}

static void say_ambiguous(const struct page *page, const struct option *a, const struct option *b,
	struct heading *heading)
{
	const struct dataset *datasets = page->vocabulary->schema->datasets;
	heading->rule = "S03";
	snprintf(heading->text, sizeof heading->text,
		"表头同样符合“%s”和“%s”（各认出 %d 列），无法确定是哪一种，本表未读取；请使用模板的表头",
		datasets[a->dataset].title, datasets[b->dataset].title, a->fields);
}

/* The heading's words as they stood, for messages: cut, and in one line. */
static char *label_text(const struct page *page, const struct option *option, uint32_t column,
	struct failure *failure)
{
	char text[1200] = "";
	size_t used = 0;
	for (uint32_t r = option->first; r < option->first + option->rows; r++) {
		const struct row *row = &page->rows[r];
		if (column >= row->count || row->cells[column].kind == CELL_EMPTY)
			continue;
		if (used > 0 && used < 600)
			text[used++] = '/';
		const struct cell *cell = &row->cells[column];
		for (uint32_t i = 0; i < cell->length && i < 500; i++) {
			unsigned char byte = (unsigned char)cell->text[i];
			text[used++] = (char)(byte < 0x20 ? ' ' : byte);
		}
		while (used > 0 && cell->length > 500 && ((unsigned char)text[used - 1] & 0xC0) == 0x80)
			used--;
		if (cell->length > 500)
			used -= used > 0;
	}
	text[used] = '\0';
	return copy_text(failure, text);
}

static bool settle_columns(const struct page *page, const struct option *option, struct heading_column *columns,
	struct heading *heading, struct failure *failure)
{
	heading->dataset = &page->vocabulary->schema->datasets[option->dataset];
	heading->first = option->first;
	heading->rows = option->rows;
	say_found(page, option, columns, heading);
	read_heading(page, option->dataset, option->first, option->rows, columns);
	heading->columns = allocate(failure, page->width, sizeof *heading->columns);
	if (!heading->columns)
		return false;
	heading->count = page->width;
	for (uint32_t i = 0; i < page->width; i++) {
		heading->columns[i] = columns[i];
		heading->spread = heading->spread || (columns[i].variant > 0 && columns[i].role == COLUMN_FIELD);
		heading->columns[i].label = label_text(page, option, i, failure);
		if (!heading->columns[i].label)
			return false;
	}
	return true;
}

static bool choose(const struct page *page, struct heading_column *columns, struct heading *heading,
	struct failure *failure)
{
	int datasets = page->vocabulary->schema->dataset_count;
	struct option best = { 0 };
	struct option rival = { 0 };
	for (int d = 0; d < datasets; d++) {
		struct option option = best_reading(page, d, columns);
		bool equal = option.rows > 0 && best.rows > 0 && rank_of(&option) == rank_of(&best)
			&& option.fields == best.fields;
		if (equal) {
			rival = option;
		} else if (option.rows > 0 && (best.rows == 0 || is_better(&option, &best))) {
			best = option;
			rival = (struct option) { 0 };
		}
	}
	if (best.rows == 0 || rank_of(&best) == 0)
		say_none(page, best.rows ? &best : NULL, columns, heading);
	else if (rival.rows > 0)
		say_ambiguous(page, &best, &rival, heading);
	else
		return settle_columns(page, &best, columns, heading, failure);
	return true;
}

bool heading_find(const struct vocabulary *vocabulary, const struct row *rows, uint32_t count,
	struct heading *heading, struct failure *failure)
{
	*heading = (struct heading) { 0 };
	if (count > HEADING_ROWS + 1)
		count = HEADING_ROWS + 1;
	struct page page = { .vocabulary = vocabulary, .rows = rows, .count = count };
	for (uint32_t r = 0; r < count; r++)
		if (rows[r].count > page.width)
			page.width = rows[r].count < MAX_HEADINGS ? rows[r].count : MAX_HEADINGS;
	page.folded = allocate(failure, (size_t)count * page.width, sizeof *page.folded);
	struct heading_column *columns = allocate(failure, page.width, sizeof *columns);
	bool done = page.folded && columns;
	for (uint32_t r = 0; done && r < count; r++)
		for (uint32_t i = 0; i < page.width && i < rows[r].count; i++)
			heading_fold(&rows[r].cells[i], page.folded[(size_t)r * page.width + i]);
	if (done)
		find_words(&page);
	done = done && choose(&page, columns, heading, failure);
	free(columns);
	free(page.folded);
	if (!done)
		heading_free(heading);
	return done;
}

void heading_free(struct heading *heading)
{
	for (uint32_t i = 0; heading->columns && i < heading->count; i++)
		free(heading->columns[i].label);
	free(heading->columns);
	*heading = (struct heading) { 0 };
}
