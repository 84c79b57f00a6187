#include "transform/distinct.h"

#include <stdlib.h>

struct chunk {
	uint64_t key;  /* group << 32 | number / 64 */
	uint64_t bits; /* 0: the slot is free */
};

struct distinct {
	int64_t *values;     /* by number */
	uint32_t value_count;
	uint32_t *slots;     /* number + 1, or 0 where free */
	uint64_t slot_count; /* a power of two, as chunk_slots */
	struct chunk *chunks;
	uint64_t chunk_count, chunk_slots;
};

enum { FIRST_SLOTS = 64 };

struct distinct *distinct_open(struct failure *failure)
{
	struct distinct *distinct = allocate(failure, 1, sizeof *distinct);
	if (!distinct)
		return NULL;
	distinct->slot_count = distinct->chunk_slots = FIRST_SLOTS;
	distinct->values = allocate(failure, FIRST_SLOTS / 2, sizeof *distinct->values);
	distinct->slots = allocate(failure, FIRST_SLOTS, sizeof *distinct->slots);
	distinct->chunks = allocate(failure, FIRST_SLOTS, sizeof *distinct->chunks);
	if (distinct->values && distinct->slots && distinct->chunks)
		return distinct;
	distinct_close(distinct);
	return NULL;
}

void distinct_close(struct distinct *distinct)
{
	if (!distinct)
		return;
	free(distinct->values);
	free(distinct->slots);
	free(distinct->chunks);
	free(distinct);
}

/* Where the value's number stands, or the free slot where it would. */
static uint32_t *slot_of(const struct distinct *distinct, int64_t value)
{
	uint64_t mask = distinct->slot_count - 1;
	uint64_t at = distinct_mix((uint64_t)value) & mask;
	while (distinct->slots[at] && distinct->values[distinct->slots[at] - 1] != value)
		at = (at + 1) & mask;
	return &distinct->slots[at];
}

/* Half of the slots are used at most. */
static bool grow_values(struct distinct *distinct, struct failure *failure)
{
	uint64_t slot_count = distinct->slot_count * 2;
	uint32_t *slots = allocate(failure, slot_count, sizeof *slots);
	int64_t *values = slots ? realloc(distinct->values, slot_count / 2 * sizeof *values) : NULL;
	if (!values) {
		free(slots);
		return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	}
	free(distinct->slots);
	distinct->slots = slots;
	distinct->slot_count = slot_count;
	distinct->values = values;
	for (uint32_t i = 0; i < distinct->value_count; i++)
		*slot_of(distinct, values[i]) = i + 1;
	return true;
}

static struct chunk *chunk_of(const struct distinct *distinct, uint64_t key)
{
	uint64_t mask = distinct->chunk_slots - 1;
	uint64_t at = distinct_mix(key) & mask;
	while (distinct->chunks[at].bits && distinct->chunks[at].key != key)
		at = (at + 1) & mask;
	return &distinct->chunks[at];
}

/* Three quarters of the slots are used at most. */
static bool grow_chunks(struct distinct *distinct, struct failure *failure)
{
	struct chunk *old = distinct->chunks;
	uint64_t old_slots = distinct->chunk_slots;
	struct chunk *chunks = allocate(failure, old_slots * 2, sizeof *chunks);
	if (!chunks)
		return false;
	distinct->chunks = chunks;
	distinct->chunk_slots = old_slots * 2;
	for (uint64_t i = 0; i < old_slots; i++)
		if (old[i].bits)
			*chunk_of(distinct, old[i].key) = old[i];
	free(old);
	return true;
}

/* The value's number, given where it is new. */
static bool number_of(struct distinct *distinct, int64_t value, uint32_t *number, struct failure *failure)
{
	uint32_t *slot = slot_of(distinct, value);
	if (*slot == 0) {
		if ((uint64_t)distinct->value_count * 2 >= distinct->slot_count) {
			if (!grow_values(distinct, failure))
				return false;
			slot = slot_of(distinct, value);
		}
		distinct->values[distinct->value_count] = value;
		*slot = ++distinct->value_count;
	}
	*number = *slot - 1;
	return true;
}

static bool set_bit(struct distinct *distinct, uint32_t group, uint32_t number, struct failure *failure)
{
	uint64_t key = (uint64_t)group << 32 | number / 64;
	struct chunk *chunk = chunk_of(distinct, key);
	if (chunk->bits == 0) {
		if (distinct->chunk_count * 4 >= distinct->chunk_slots * 3) {
			if (!grow_chunks(distinct, failure))
				return false;
			chunk = chunk_of(distinct, key);
		}
		chunk->key = key;
		distinct->chunk_count++;
	}
	chunk->bits |= UINT64_C(1) << number % 64;
	return true;
}

bool distinct_add(struct distinct *distinct, const uint32_t *groups, const int64_t *values, int count,
	struct failure *failure)
{
	uint32_t numbers[DISTINCT_ROWS];
	for (int i = 0; i < count; i++) {
		if (!number_of(distinct, values[i], &numbers[i], failure))
			return false;
		uint64_t key = (uint64_t)groups[i] << 32 | numbers[i] / 64;
		__builtin_prefetch(&distinct->chunks[distinct_mix(key) & (distinct->chunk_slots - 1)], 1);
	}
	for (int i = 0; i < count; i++)
		if (!set_bit(distinct, groups[i], numbers[i], failure))
			return false;
	return true;
}

bool distinct_merge(struct distinct *distinct, const struct distinct *other, const uint32_t *group_of,
	struct failure *failure)
{
	for (uint64_t i = 0; i < other->chunk_slots; i++) {
		uint32_t group = (uint32_t)(other->chunks[i].key >> 32);
		uint32_t number = (uint32_t)other->chunks[i].key * 64;
		for (uint64_t bits = other->chunks[i].bits; bits; bits &= bits - 1) {
			uint32_t value = number + (uint32_t)__builtin_ctzll(bits);
			uint32_t here;
			if (!number_of(distinct, other->values[value], &here, failure)
				|| !set_bit(distinct, group_of[group], here, failure))
				return false;
		}
	}
	return true;
}

void distinct_count(const struct distinct *distinct, int64_t *counts)
{
	for (uint64_t i = 0; i < distinct->chunk_slots; i++)
		if (distinct->chunks[i].bits)
			counts[distinct->chunks[i].key >> 32] += __builtin_popcountll(distinct->chunks[i].bits);
}
