#include "ingest/intern.h"

#include <stdlib.h>
#include <string.h>

/* slots: open addressing, entry number + 1, 0 is free
 * entries[n]: hash, number, where its key stands in `keys`                    */
struct entry {
	uint64_t hash;
	int64_t number;
	size_t key;
	size_t length;
};

struct intern {
	uint32_t *slots;
	size_t mask;
	struct entry *entries;
	size_t count, entry_capacity;
	char *keys;
	size_t used, key_capacity;
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0xD6E8FEB86659FD93);
	x ^= x >> 29;
	x *= UINT64_C(0xA0761D6478BD642F);
	return x ^ x >> 32;
}

uint64_t hash_number(uint64_t seed, uint64_t number)
{
	return mix(seed * UINT64_C(0x9E3779B97F4A7C15) + mix(number + UINT64_C(0x632BE59BD9B4E019)));
}

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	uint64_t state = hash_number(seed, length);
	for (; length > 0; at += length < 8 ? length : 8, length -= length < 8 ? length : 8) {
		uint64_t word = 0;
		for (size_t i = 0; i < 8 && i < length; i++)
			word |= (uint64_t)at[i] << 8 * i;
		state = hash_number(state, word);
	}
	return state;
}

struct intern *intern_open(struct failure *failure)
{
	enum { FIRST_SLOTS = 1024 };
	struct intern *intern = allocate(failure, 1, sizeof *intern);
	if (!intern)
		return NULL;
	intern->slots = allocate(failure, FIRST_SLOTS, sizeof *intern->slots);
	intern->mask = FIRST_SLOTS - 1;
	if (intern->slots)
		return intern;
	free(intern);
	return NULL;
}

void intern_close(struct intern *intern)
{
	if (!intern)
		return;
	free(intern->slots);
	free(intern->entries);
	free(intern->keys);
	free(intern);
}

static bool grow_slots(struct intern *intern, struct failure *failure)
{
	size_t size = 2 * (intern->mask + 1);
	uint32_t *slots = allocate(failure, size, sizeof *slots);
	if (!slots)
		return false;
	for (size_t n = 0; n < intern->count; n++) {
		size_t at = intern->entries[n].hash & (size - 1);
		while (slots[at])
			at = (at + 1) & (size - 1);
		slots[at] = (uint32_t)n + 1;
	}
	free(intern->slots);
	intern->slots = slots;
	intern->mask = size - 1;
	return true;
}

static bool make_room(struct intern *intern, size_t length, struct failure *failure)
{
	if (intern->count >= UINT32_MAX / 2)
		return fail(failure, STATUS_SYSTEM, tr("too many different texts", "不同的文本过多"));
	if (intern->count == intern->entry_capacity) {
		size_t capacity = intern->count + intern->count / 2 + 256;
		struct entry *larger = realloc(intern->entries, capacity * sizeof *larger);
		if (!larger)
			return fail(failure, STATUS_SYSTEM, tr("out of memory", "内存不足"));
		intern->entries = larger;
		intern->entry_capacity = capacity;
	}
	if (intern->key_capacity - intern->used < length) {
		size_t capacity = intern->used + length + intern->used / 2 + 4096;
		char *larger = realloc(intern->keys, capacity);
		if (!larger)
			return fail(failure, STATUS_SYSTEM, tr("out of memory", "内存不足"));
		intern->keys = larger;
		intern->key_capacity = capacity;
	}
	return 3 * (intern->count + 1) < 2 * (intern->mask + 1) || grow_slots(intern, failure);
}

int64_t intern_number(struct intern *intern, const void *key, size_t length, int64_t fresh, bool *is_new,
	struct failure *failure)
{
	uint64_t hash = hash_bytes(0, key, length);
	*is_new = false;
	for (size_t at = hash & intern->mask; intern->slots[at]; at = (at + 1) & intern->mask) {
		const struct entry *entry = &intern->entries[intern->slots[at] - 1];
		if (entry->hash == hash && entry->length == length
			&& (length == 0 || memcmp(intern->keys + entry->key, key, length) == 0))
			return entry->number;
	}
	if (!make_room(intern, length, failure))
		return 0;
	size_t at = hash & intern->mask;
	while (intern->slots[at])
		at = (at + 1) & intern->mask;
	if (length)
		memcpy(intern->keys + intern->used, key, length);
	intern->entries[intern->count] = (struct entry) { hash, fresh, intern->used, length };
	intern->used += length;
	intern->slots[at] = (uint32_t)++intern->count;
	*is_new = true;
	return fresh;
}
