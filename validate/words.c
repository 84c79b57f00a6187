#include "validate/words.h"

#include <stdlib.h>
#include <string.h>

enum {
	FIRST_SLOTS = 256,
	MOST = 1 << 17,        /* texts */
	MOST_BYTES = 8 << 20,
	PROBES = 1024          /* slots that are looked at for one text: more only where somebody chose the texts so */
};

struct words *words_open(struct failure *failure)
{
	struct words *words = allocate(failure, 1, sizeof *words);
	if (!words)
		return NULL;
	words->slot_count = FIRST_SLOTS;
	words->slots = allocate(failure, FIRST_SLOTS, sizeof *words->slots);
	words->ends = allocate(failure, FIRST_SLOTS / 2, sizeof *words->ends);
	if (words->slots && words->ends && bytes_add(&words->bytes, "", 1, failure))
		return words;
	words_close(words);
	return NULL;
}

void words_close(struct words *words)
{
	if (!words)
		return;
	bytes_free(&words->bytes);
	free(words->ends);
	free(words->slots);
	free(words);
}

static inline uint64_t mix(uint64_t hash, uint64_t part)
{
	hash = (hash ^ part) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 32;
}

static uint64_t hash_text(const char *text, size_t length)
{
	uint64_t hash = length, part;
	for (; length >= sizeof part; length -= sizeof part, text += sizeof part) {
		memcpy(&part, text, sizeof part);
		hash = mix(hash, part);
	}
	part = 0;
	memcpy(&part, text, length);
	return mix(hash, part);
}

static bool is_text(const struct words *words, uint32_t number, const char *text, size_t length)
{
	size_t own_length;
	const char *own = words_text(words, number, &own_length);
	return own_length == length && (!length || memcmp(own, text, length) == 0);
}

/* The slot of a text, or the free one where it would stand; NULL: too many stand before it. */
static uint32_t *find(const struct words *words, const char *text, size_t length)
{
	uint64_t at = hash_text(text, length);
	for (int i = 0; i < PROBES; i++, at++) {
		uint32_t *slot = &words->slots[at & (words->slot_count - 1)];
		if (!*slot || is_text(words, *slot - 1, text, length))
			return slot;
	}
	return NULL;
}

static bool grow(struct words *words)
{
	struct failure unsaid; /* without numbers the texts are read from the table */
	uint32_t *old = words->slots;
	uint32_t *slots = allocate(&unsaid, words->slot_count * 2UL, sizeof *slots);
	uint32_t *ends = slots ? realloc(words->ends, words->slot_count * sizeof *ends) : NULL;
	if (!ends) {
		free(slots);
		return false;
	}
	words->ends = ends;
	words->slots = slots;
	words->slot_count *= 2;
	free(old);
	for (uint32_t i = 0; i < words->count; i++) {
		size_t length;
		const char *text = words_text(words, i, &length);
		uint32_t *slot = find(words, text, length);
		if (!slot)
			return false;
		*slot = i + 1;
	}
	return true;
}

/* Puts a new text into its slot. Apart from those that are found, for which nothing need be set aside. */
static __attribute__((noinline)) int64_t add(struct words *words, uint32_t *slot, const char *text, size_t length)
{
	struct failure unsaid;
	if (words->count == MOST || length > MOST_BYTES - words->bytes.used)
		return -1;
	if (words->count == words->slot_count / 2 && (!grow(words) || !(slot = find(words, text, length))))
		return -1;
	if (!bytes_add(&words->bytes, text, length, &unsaid))
		return -1;
	words->ends[words->count] = (uint32_t)words->bytes.used;
	*slot = words->count + 1;
	return words->last = words->count++;
}

int64_t words_number(struct words *words, const char *text, size_t length)
{
	if (words->count && is_text(words, words->last, text, length))
		return words->last;
	uint32_t *slot = find(words, text, length);
	if (slot && *slot)
		return words->last = *slot - 1;
	return slot ? add(words, slot, text, length) : -1;
}
