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

__extension__ typedef unsigned __int128 wide;

/* The halves of the product: every bit of both counts. */
static uint64_t fold(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash_number(uint64_t seed, uint64_t number)
{
	return fold(seed ^ UINT64_C(0x9E3779B97F4A7C15), number ^ UINT64_C(0xD6E8FEB86659FD93)) + seed;
}

/* Eight bytes as a number, the first the lowest, on every machine. */
static uint64_t word_at(const unsigned char *s)
{
	return (uint64_t)s[0] | (uint64_t)s[1] << 8 | (uint64_t)s[2] << 16 | (uint64_t)s[3] << 24
		| (uint64_t)s[4] << 32 | (uint64_t)s[5] << 40 | (uint64_t)s[6] << 48 | (uint64_t)s[7] << 56;
}

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	uint64_t state = hash_number(seed, length);
	for (; length >= 8; at += 8, length -= 8)
		state = hash_number(state, word_at(at));
	uint64_t rest = 0;
	for (size_t i = 0; i < length; i++)
		rest |= (uint64_t)at[i] << 8 * i;
	return hash_number(state, rest);
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
		struct entry *larger = resize(failure, intern->entries, capacity, sizeof *larger);
		if (!larger)
			return false;
		intern->entries = larger;
		intern->entry_capacity = capacity;
	}
	if (intern->key_capacity - intern->used < length) {
		size_t capacity = intern->used + length + intern->used / 2 + 4096;
		char *larger = resize(failure, intern->keys, capacity, 1);
		if (!larger)
			return false;
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
