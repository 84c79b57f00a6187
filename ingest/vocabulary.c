#include "ingest/vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { LONGEST_LABEL = 600 }; /* bytes; longer cells are no headings */

/* The character as it counts in a heading, 0 where it does not. */
static utf8proc_int32_t counted(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
		return 0;
	case UTF8PROC_CATEGORY_PS:
		return '(';
	case UTF8PROC_CATEGORY_PE:
		return ')';
	default:
		return c;
	}
}

/* The same for plain ASCII, as most data below a heading is; false where it is not. */
static bool fold_ascii(const char *text, size_t length, char folded[HEADING_BYTES])
{
	size_t used = 0;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c >= 0x80 || used + 1 >= HEADING_BYTES || strchr("*<>[]{}", c))
			return false;
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + ('a' - 'A'));
		if (c > ' ' && c < 0x7F)
			folded[used++] = (char)c;
	}
	folded[used] = '\0';
	return true;
}

void heading_fold_text(const char *text, size_t length, char folded[HEADING_BYTES])
{
	folded[0] = '\0';
	utf8proc_uint8_t *mapped = NULL;
	if (length == 0 || length > LONGEST_LABEL || fold_ascii(text, length, folded))
		return;
	utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &mapped,
		UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STABLE);
	size_t used = 0;
	for (utf8proc_ssize_t at = 0; at < size && used + 5 < HEADING_BYTES;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t step = utf8proc_iterate(mapped + at, size - at, &c);
		if (step <= 0)
			break;
		at += step;
		c = counted(c);
		bool is_mark = c == '*' && (used == 0 || at == size); /* 必填 */
		if (c != 0 && !is_mark)
			used += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)folded + used);
	}
	folded[used] = '\0';
	free(mapped);
}

void heading_fold(const struct cell *cell, char folded[HEADING_BYTES])
{
	heading_fold_text(cell->text, cell->kind == CELL_EMPTY ? 0 : cell->length, folded);
}

static bool add_word(struct vocabulary *vocabulary, int dataset, enum column_role role, int field,
	const char *folded, struct failure *failure)
{
	if (!*folded)
		return true;
	struct word *larger = enlarge(failure, vocabulary->words, &vocabulary->capacity, vocabulary->count + 1, sizeof *larger);
	if (!larger)
		return false;
	vocabulary->words = larger;
	char *copy = copy_text(failure, folded);
	if (!copy)
		return false;
	vocabulary->words[vocabulary->count++] = (struct word) { dataset, role, field, copy };
	return true;
}

/* A heading, and the same without its unit in brackets, or with it. */
static bool add_heading(struct vocabulary *vocabulary, int dataset, int field, const char *heading,
	const char *unit, struct failure *failure)
{
	char folded[HEADING_BYTES];
	char other[2 * HEADING_BYTES + 4];
	heading_fold_text(heading, strlen(heading), folded);
	if (!add_word(vocabulary, dataset, COLUMN_FIELD, field, folded, failure))
		return false;
	size_t length = strlen(folded);
	char *bracket = strrchr(folded, '(');
	if (bracket && length > 0 && folded[length - 1] == ')' && bracket > folded) {
		*bracket = '\0';
		return add_word(vocabulary, dataset, COLUMN_FIELD, field, folded, failure);
	}
	char folded_unit[HEADING_BYTES];
	heading_fold_text(unit, strlen(unit), folded_unit);
	snprintf(other, sizeof other, "%s(%s)", folded, folded_unit);
	return !*folded_unit || add_word(vocabulary, dataset, COLUMN_FIELD, field, other, failure);
}

static bool add_known(struct vocabulary *vocabulary, int dataset, enum column_role role, const char *heading,
	struct failure *failure)
{
	char folded[HEADING_BYTES];
	heading_fold_text(heading, strlen(heading), folded);
	return add_word(vocabulary, dataset, role, -1, folded, failure);
}

static bool add_dataset(struct vocabulary *vocabulary, int at, struct failure *failure)
{
	const struct dataset *dataset = &vocabulary->schema->datasets[at];
	for (int i = 0; i < dataset->field_count; i++) {
		const struct field *field = &dataset->fields[i];
		if (!add_heading(vocabulary, at, i, field->heading, field->unit, failure))
			return false;
		for (int k = 0; k < field->aliases.count; k++)
			if (!add_heading(vocabulary, at, i, field->aliases.items[k], field->unit, failure))
				return false;
	}
	for (int i = 0; i < dataset->personal.count; i++)
		if (!add_known(vocabulary, at, COLUMN_PERSONAL, dataset->personal.items[i], failure))
			return false;
	for (int i = 0; i < dataset->ignored.count; i++)
		if (!add_known(vocabulary, at, COLUMN_IGNORED, dataset->ignored.items[i], failure))
			return false;
	return add_known(vocabulary, at, COLUMN_IGNORED, "序号", failure);
}

static int by_word(const void *a, const void *b)
{
	const struct word *x = a;
	const struct word *y = b;
	if (x->dataset != y->dataset)
		return x->dataset < y->dataset ? -1 : 1;
	int order = strcmp(x->folded, y->folded);
	if (order != 0)
		return order;
	return x->role != y->role ? (x->role < y->role ? -1 : 1) : (x->field > y->field) - (x->field < y->field);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool sort_known(struct vocabulary *vocabulary, struct failure *failure)
{
	vocabulary->known = allocate(failure, vocabulary->count, sizeof *vocabulary->known);
	if (!vocabulary->known)
		return false;
	for (size_t i = 0; i < vocabulary->count; i++)
		vocabulary->known[i] = vocabulary->words[i].folded;
	qsort(vocabulary->known, vocabulary->count, sizeof *vocabulary->known, by_text);
	return true;
}

bool vocabulary_knows(const struct vocabulary *vocabulary, const char *folded)
{
	return bsearch(&folded, vocabulary->known, vocabulary->count, sizeof *vocabulary->known, by_text) != NULL;
}

struct vocabulary *vocabulary_open(const struct schema *schema, struct failure *failure)
{
	struct vocabulary *vocabulary = allocate(failure, 1, sizeof *vocabulary);
	if (!vocabulary)
		return NULL;
	vocabulary->schema = schema;
	for (int i = 0; i < schema->dataset_count; i++)
		if (!add_dataset(vocabulary, i, failure)) {
			vocabulary_close(vocabulary);
			return NULL;
		}
	qsort(vocabulary->words, vocabulary->count, sizeof *vocabulary->words, by_word);
	if (sort_known(vocabulary, failure))
		return vocabulary;
	vocabulary_close(vocabulary);
	return NULL;
}

void vocabulary_close(struct vocabulary *vocabulary)
{
	if (!vocabulary)
		return;
	for (size_t i = 0; i < vocabulary->count; i++)
		free(vocabulary->words[i].folded);
	free(vocabulary->known);
	free(vocabulary->words);
	free(vocabulary);
}

const struct word *vocabulary_find(const struct vocabulary *vocabulary, int dataset, const char *folded)
{
	size_t low = 0;
	size_t high = vocabulary->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct word *word = &vocabulary->words[middle];
		bool before = word->dataset != dataset ? word->dataset < dataset : strcmp(word->folded, folded) < 0;
		if (before)
			low = middle + 1;
		else
			high = middle;
	}
	const struct word *found = &vocabulary->words[low];
	bool same = low < vocabulary->count && found->dataset == dataset && strcmp(found->folded, folded) == 0;
	return same ? found : NULL;
}

int vocabulary_level(const char *folded)
{
	static const char *const levels[] = { "初级", "中级", "高级" };
	for (int i = 0; i < 3; i++) {
		size_t length = strlen(levels[i]);
		if (strncmp(folded, levels[i], length) != 0)
			continue;
		const char *rest = folded + length;
		if (!*rest || strcmp(rest, "(人)") == 0 || strcmp(rest, "人数") == 0 || strcmp(rest, "人") == 0)
			return i + 1;
	}
	return 0;
}
