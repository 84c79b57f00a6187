#include <stdlib.h>
#include <string.h>

#include "ingest/table_private.h"

bool lead_add(struct lead *lead, const struct row *row, struct failure *failure)
{
	size_t length = 0;
	for (uint32_t i = 0; i < row->count; i++)
		length += row->cells[i].length;
	/* one block: the cells, then their texts */
	size_t head = row->count * sizeof(struct cell);
	char *block = allocate(failure, head + length, 1);
	if (!block)
		return false;
	struct cell *cells = (struct cell *)(void *)block;
	char *at = block + head;
	for (uint32_t i = 0; i < row->count; i++) {
		cells[i] = row->cells[i];
		cells[i].text = at;
		if (cells[i].length)
			memcpy(at, row->cells[i].text, cells[i].length);
		at += cells[i].length;
	}
	lead->rows[lead->count] = *row;
	lead->rows[lead->count++].cells = cells;
	lead->bytes += head + length;
	return true;
}

bool lead_is_full(const struct lead *lead)
{
	return lead->count == LEAD_ROWS || lead->bytes > LEAD_BYTES;
}

void lead_clear(struct lead *lead)
{
	for (uint32_t i = 0; i < lead->count; i++) {
		union {
			const struct cell *kept;
			void *memory;
		} block = { .kept = lead->rows[i].cells };
		free(block.memory);
	}
	lead->count = 0;
	lead->bytes = 0;
}

bool lead_repeats(const struct row *kept, const struct row *row)
{
	static const struct cell none = { .kind = CELL_EMPTY };
	bool filled = false;
	uint32_t width = kept->count > row->count ? kept->count : row->count;
	for (uint32_t i = 0; i < width; i++) {
		const struct cell *a = i < kept->count ? &kept->cells[i] : &none;
		const struct cell *b = i < row->count ? &row->cells[i] : &none;
		bool is_empty = a->kind == CELL_EMPTY;
		if (is_empty != (b->kind == CELL_EMPTY))
			return false;
		if (is_empty)
			continue;
		if (a->length != b->length || memcmp(a->text, b->text, a->length) != 0)
			return false;
		filled = true;
	}
	return filled;
}

/* U+00A0, U+1680, U+2000 to U+200F, U+2028 to U+202F, U+205F, U+2060, U+3000, U+FEFF */
static bool is_wide_blank(const unsigned char *s)
{
	if (s[0] == 0xE2 && s[1] == 0x80)
		return s[2] <= 0x8F || (s[2] >= 0xA8 && s[2] <= 0xAF);
	if (s[0] == 0xE2 && s[1] == 0x81)
		return s[2] == 0x9F || s[2] == 0xA0;
	return (s[0] == 0xE3 && s[1] == 0x80 && s[2] == 0x80) || (s[0] == 0xEF && s[1] == 0xBB && s[2] == 0xBF)
		|| (s[0] == 0xE1 && s[1] == 0x9A && s[2] == 0x80);
}

bool cell_is_blank(const struct cell *cell)
{
	if (cell->kind == CELL_EMPTY)
		return true;
	const unsigned char *s = (const unsigned char *)cell->text;
	for (uint32_t i = 0; i < cell->length;) {
		if (s[i] <= ' ' || s[i] == 0x7F)
			i++;
		else if (s[i] == 0xC2 && i + 1 < cell->length && (s[i + 1] == 0xA0 || s[i + 1] <= 0x9F))
			i += 2;
		else if (s[i] >= 0xE1 && i + 2 < cell->length && is_wide_blank(s + i))
			i += 3;
		else
			return false;
	}
	return true;
}
