#include "validate/seen.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_LOG = 15, SLOTS = 1 << SLOTS_LOG };

bool seen_clear(struct seen *seen)
{
	size_t width = (size_t)seen->count + 1;
	if (!seen->slots)
		seen->slots = malloc(SLOTS * width * sizeof *seen->slots);
	for (size_t i = 0; seen->slots && i < SLOTS; i++)
		seen->slots[i * width + width - 1] = -1; /* no such mask: an empty slot */
	return seen->slots != NULL;
}

void seen_free(struct seen *seen)
{
	free(seen->slots);
	seen->slots = NULL;
	seen->count = 0;
}

int seen_keep(struct seen *seen, const struct column_values *const values[], uint16_t *rows, int count)
{
	size_t width = (size_t)seen->count + 1;
	int kept = 0;
	for (int i = 0; i < count; i++) {
		int64_t key[SEEN_COLUMNS + 1] = { 0 };
		uint64_t mixed = 0;
		int row = rows[i];
		for (int k = 0; k < seen->count; k++) {
			if (values[k]->has_nulls && (values[k]->nulls[row / 64] >> (row % 64) & 1))
				key[seen->count] |= INT64_C(1) << k;
			else
				key[k] = values[k]->values[row];
			mixed = (mixed ^ (uint64_t)key[k]) * UINT64_C(0x9E3779B97F4A7C15);
			mixed ^= mixed >> 29;
		}
		int64_t *slot = seen->slots + (mixed * UINT64_C(0xBF58476D1CE4E5B9) >> (64 - SLOTS_LOG)) * width;
		if (memcmp(slot, key, width * sizeof *slot) == 0)
			continue;
		memcpy(slot, key, width * sizeof *slot);
		rows[kept++] = (uint16_t)row;
	}
	return kept;
}
