#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/canonical.h"
#include "ingest/table_private.h"

enum footer { FOOTER_NONE, FOOTER_PART, FOOTER_TOTAL, FOOTER_NOTE };

static const struct {
	const char *word;
	enum footer kind;
} words[] = {
	{ "合计", FOOTER_TOTAL }, { "总计", FOOTER_TOTAL }, { "小计", FOOTER_PART },
	{ "填表人", FOOTER_NOTE }, { "审核人", FOOTER_NOTE }, { "盖章", FOOTER_NOTE }, { "制表", FOOTER_NOTE },
	{ "单位负责人", FOOTER_NOTE }, { "填报日期", FOOTER_NOTE }, { "注", FOOTER_NOTE }, { "说明", FOOTER_NOTE },
};

/* What may stand before the word: （盖章）, and the prefix of a text. */
static bool is_before_word(const char *text, uint32_t size)
{
	return (size == 1 && (*text == '(' || *text == '\'')) || (size == 3 && memcmp(text, "（", 3) == 0);
}

/* The first characters of a cell without white space: forms write 合　计. */
static void squeeze(const struct cell *cell, char text[32])
{
	size_t used = 0;
	const unsigned char *s = (const unsigned char *)cell->text;
	for (uint32_t i = 0; i < cell->length && used < 28;) {
		uint32_t size = s[i] < 0x80 ? 1 : s[i] < 0xE0 ? 2 : s[i] < 0xF0 ? 3 : 4;
		if (i + size > cell->length)
			break;
		struct cell one = { .text = cell->text + i, .length = size, .kind = CELL_TEXT };
		bool passed = cell_is_blank(&one) || (used == 0 && is_before_word(one.text, size));
		for (uint32_t k = 0; k < size && !passed; k++)
			text[used++] = cell->text[i + k];
		i += size;
	}
	text[used] = '\0';
}

static enum footer footer_of(const struct row *row)
{
	uint32_t i = 0;
	while (i < row->count && cell_is_blank(&row->cells[i]))
		i++;
	if (i == row->count)
		return FOOTER_NONE;
	const struct cell *cell = &row->cells[i];
	/* the usual record begins with a number or a letter */
	if ((unsigned char)cell->text[0] > ' ' && (unsigned char)cell->text[0] < 0x80 && !is_before_word(cell->text, 1))
		return FOOTER_NONE;
	char text[32];
	squeeze(cell, text);
	for (size_t k = 0; k < sizeof words / sizeof *words; k++)
		if (strncmp(text, words[k].word, strlen(words[k].word)) == 0)
			return words[k].kind;
	return FOOTER_NONE;
}

static bool is_number(const struct field *field)
{
	return field->kind == FIELD_COUNT || field->kind == FIELD_MONEY;
}

static const struct cell *cell_at(const struct row *row, int column)
{
	return column >= 0 && (uint32_t)column < row->count ? &row->cells[column] : NULL;
}

/* A record may begin with such a word too (注册会计师协会): it is a footer only
 * where most of what a record must have is missing, numbers aside. */
bool total_is_footer(const struct table *table, const struct row *row)
{
	if (footer_of(row) == FOOTER_NONE)
		return false;
	int wanted = 0;
	int filled = 0;
	for (int k = 0; k < table->dataset->field_count; k++) {
		const struct field *field = &table->dataset->fields[k];
		const struct cell *cell = cell_at(row, table->column[k]);
		if (!field->required || is_number(field) || table->column[k] < 0)
			continue;
		wanted++;
		filled += cell && !cell_is_blank(cell);
	}
	return 2 * filled <= (wanted < 2 ? 2 : wanted);
}

bool total_start(struct table *table, struct failure *failure)
{
	struct totals *totals = &table->totals;
	*totals = (struct totals) { 0 };
	if (table->source.dataset == NULL || table->heading.columns == NULL)
		return true;
	totals->items = allocate(failure, table->heading.count, sizeof *totals->items);
	if (!totals->items)
		return false;
	for (uint32_t i = 0; i < table->heading.count; i++) {
		const struct heading_column *column = &table->heading.columns[i];
		if (column->role == COLUMN_FIELD && is_number(&table->dataset->fields[column->field]))
			totals->items[totals->count++] = (struct total) { .field = column->field,
				.variant = column->variant, .column = i };
	}
	return true;
}

/* The number in a column; false where there is none. */
static bool read_number(struct table *table, const struct total *total, const struct row *row, int64_t *number)
{
	const struct cell *cell = cell_at(row, (int)total->column);
	if (!cell || cell_is_blank(cell))
		return false;
	struct field field = table->dataset->fields[total->field];
	struct value value;
	field.required = false;
	field.minimum = 0;
	field.maximum = INT64_C(999999999999999999); /* a sum may pass the bounds of its terms */
	typing_read(&field, cell, table->source.epoch, table->scratch[total->field].bytes, &value,
		&table->faulty[total->field]);
	*number = value.integer;
	return value.state == VALUE_INTEGER;
}

static void add(int64_t *sum, int64_t number)
{
	if (__builtin_add_overflow(*sum, number, sum))
		*sum = INT64_MAX;
}

void total_add(struct table *table, const struct row *row)
{
	for (int i = 0; i < table->totals.count; i++) {
		struct total *total = &table->totals.items[i];
		const struct cell *cell = cell_at(row, (int)total->column);
		int64_t number = 0;
		if (!cell || cell->kind == CELL_EMPTY)
			continue;
		/* record.c has read the plain columns already */
		const struct value *value = &table->values[total->field];
		bool is_number_there = total->variant == 0 ? value->state == VALUE_INTEGER
			: read_number(table, total, row, &number);
		if (total->variant == 0 && is_number_there)
			number = value->integer;
		if (is_number_there) {
			add(&total->sum, number);
			add(&total->part, number);
		} else if (!cell_is_blank(cell)) {
			total->unreadable++;
		}
	}
}

static bool report(struct table *table, struct total *total, const struct row *row, int64_t stated, int64_t sum,
	struct failure *failure)
{
	const struct field *field = &table->dataset->fields[total->field];
	char place[PLACE_BYTES];
	char stated_text[CANONICAL_BYTES];
	char sum_text[CANONICAL_BYTES];
	char raw[256];
	char note[96] = "";
	const struct cell *cell = &row->cells[total->column];
	table_place(table, total->field, total->variant, place);
	snprintf(raw, sizeof raw, "%.*s", (int)(cell->length < 200 ? cell->length : 200), cell->text);
	snprintf(stated_text, sizeof stated_text, "%s", canonical_integer(field, stated, sum_text));
	const char *sum_words = canonical_integer(field, sum, sum_text);
	if (total->unreadable)
		snprintf(note, sizeof note, "（另有 %lld 格不是规范的数，没有计入）", (long long)total->unreadable);
	struct source_fault fault = { .rule = "S07", .row = row->row, .place = place, .raw = raw, .allowed = sum_words };
	snprintf(fault.message, sizeof fault.message, "“%s”一列的合计是 %s，上面各行相加是 %s%s；请核对合计行和明细",
		field->heading, stated_text, sum_words, note);
	total->reported = true;
	return table_source_finding(table, &fault, total->field, failure);
}

bool total_check(struct table *table, const struct row *row, struct failure *failure)
{
	enum footer kind = footer_of(row);
	if (kind != FOOTER_TOTAL && kind != FOOTER_PART)
		return true;
	for (int i = 0; i < table->totals.count; i++) {
		struct total *total = &table->totals.items[i];
		int64_t stated;
		int64_t part = total->part;
		if (kind == FOOTER_PART)
			total->part = 0;
		if (total->reported || !read_number(table, total, row, &stated))
			continue;
		bool agrees = stated == total->sum || (kind == FOOTER_PART && stated == part);
		if (!agrees && !report(table, total, row, stated, kind == FOOTER_PART ? part : total->sum, failure))
			return false;
	}
	return true;
}
