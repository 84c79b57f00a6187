/* What a column's cell said last and how it was read: the next row often says the same
 * (school, certificate, level, result), and then need not be read again. Only values that
 * depend on the cell's bytes alone and gave no finding are kept, so that nothing tells a
 * recalled value from one that was read. A column that seldom repeats itself is left in
 * peace for some rows. */
#ifndef INGEST_RECALL_H
#define INGEST_RECALL_H

#include <string.h>

#include "ingest/typing.h"

enum { RECALL_BYTES = 96, RECALL_PATIENCE = 16, RECALL_PAUSE = 240 };

/* Starts zeroed: no cell that is recalled is empty. */
struct recall {
	uint32_t length;
	enum cell_kind kind;
	int misses;          /* in a row */
	int pause;           /* rows to leave out */
	struct value value;  /* its text is the cell's own */
	bool canonical;      /* typing_is_canonical of both */
	char text[RECALL_BYTES];
};

/* Whether `length` bytes, at least one, are the same. */
static inline bool recall_same(const char *a, const char *b, size_t length)
{
	uint64_t x, y;
	uint32_t v, w;
	if (length >= 8) {
		for (size_t i = 0; i + 8 < length; i += 8) {
			memcpy(&x, a + i, 8);
			memcpy(&y, b + i, 8);
			if (x != y)
				return false;
		}
		memcpy(&x, a + length - 8, 8);
		memcpy(&y, b + length - 8, 8);
		return x == y;
	}
	if (length < 4)
		return a[0] == b[0] && a[length / 2] == b[length / 2] && a[length - 1] == b[length - 1];
	memcpy(&v, a, 4);
	memcpy(&w, b, 4);
	if (v != w)
		return false;
	memcpy(&v, a + length - 4, 4);
	memcpy(&w, b + length - 4, 4);
	return v == w;
}

/* The value of a filled cell, where it is the one of before. */
static inline bool recall_take(struct recall *recall, const struct cell *cell, struct value *value, bool *canonical)
{
	if (recall->length != cell->length || recall->kind != cell->kind
		|| !recall_same(recall->text, cell->text, cell->length))
		return false;
	*value = recall->value;
	value->text = cell->text;
	*canonical = recall->canonical;
	recall->misses = 0;
	return true;
}

/* Keeps what a filled cell without a finding was read as. */
static inline void recall_keep(struct recall *recall, const struct cell *cell, const struct value *value, bool canonical)
{
	bool own = value->state == VALUE_TEXT && value->text == cell->text && value->length == cell->length;
	if (recall->pause > 0) {
		recall->pause--;
		return;
	}
	if (++recall->misses > RECALL_PATIENCE) {
		recall->misses = 0;
		recall->pause = RECALL_PAUSE;
		return;
	}
	if (cell->length > RECALL_BYTES || (value->state != VALUE_INTEGER && !own))
		return;
	recall->length = cell->length;
	recall->kind = cell->kind;
	recall->value = *value;
	recall->canonical = canonical;
	memcpy(recall->text, cell->text, cell->length);
}

#endif
