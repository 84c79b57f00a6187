#include "ingest/twins.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/temporary.h"

enum { FIRST_PAIRS = 256, MOST_PAIRS = 1 << 18, PARTS = 1024, GROUP_NUMBERS = 1 << 13 };

struct pair {
	uint64_t key;
	int64_t id;
};

struct run {
	off_t offset;              /* in the file */
	uint32_t starts[PARTS + 1];/* pairs */
};

/* What a search found: of each group its count and ids, one after the other. */
struct groups {
	int64_t *numbers; /* GROUP_NUMBERS of them … */
	size_t used;
	int file;         /* … and those before, or -1 */
	int64_t written;  /* bytes */
};

struct twins {
	const char *folder;
	struct pair *pairs;
	size_t count, capacity;
	int file;
	off_t length;
	struct run *runs;
	size_t run_count;
	struct groups groups;
};

struct twins *twins_open(const char *folder, struct failure *failure)
{
	struct twins *twins = allocate(failure, 1, sizeof *twins);
	if (!twins)
		return NULL;
	twins->folder = folder;
	twins->file = -1;
	twins->groups.file = -1;
	return twins;
}

void twins_close(struct twins *twins)
{
	if (!twins)
		return;
	if (twins->file >= 0)
		close(twins->file);
	if (twins->groups.file >= 0)
		close(twins->groups.file);
	free(twins->groups.numbers);
	free(twins->pairs);
	free(twins->runs);
	free(twins);
}

static size_t part_of(uint64_t key)
{
	return key >> 54;
}

/* Sorts the pairs by part, stably; `starts` becomes where each part begins. */
static bool sort_parts(struct twins *twins, uint32_t starts[PARTS + 1], struct failure *failure)
{
	struct pair *sorted = allocate(failure, twins->count, sizeof *sorted);
	if (!sorted)
		return false;
	uint32_t at[PARTS] = { 0 };
	for (size_t i = 0; i < twins->count; i++)
		at[part_of(twins->pairs[i].key)]++;
	starts[0] = 0;
	for (int p = 0; p < PARTS; p++) {
		starts[p + 1] = starts[p] + at[p];
		at[p] = starts[p];
	}
	for (size_t i = 0; i < twins->count; i++)
		sorted[at[part_of(twins->pairs[i].key)]++] = twins->pairs[i];
	free(twins->pairs);
	twins->pairs = sorted;
	twins->capacity = twins->count;
	return true;
}

static bool write_run(struct twins *twins, struct failure *failure)
{
	if (twins->file < 0 && (twins->file = temporary_open(twins->folder, failure)) < 0)
		return false;
	struct run *larger = resize(failure, twins->runs, twins->run_count + 1, sizeof *larger);
	if (!larger)
		return false;
	twins->runs = larger;
	struct run *run = &twins->runs[twins->run_count];
	run->offset = twins->length;
	size_t bytes = twins->count * sizeof *twins->pairs;
	if (!sort_parts(twins, run->starts, failure)
		|| !temporary_write(twins->file, twins->pairs, bytes, run->offset, failure))
		return false;
	twins->run_count++;
	twins->length += (off_t)bytes;
	twins->count = 0;
	return true;
}

bool twins_add(struct twins *twins, uint64_t key, int64_t id, struct failure *failure)
{
	if (twins->count == MOST_PAIRS && !write_run(twins, failure))
		return false;
	if (twins->count == twins->capacity) {
		size_t capacity = twins->capacity ? 2 * twins->capacity : FIRST_PAIRS;
		struct pair *larger = resize(failure, twins->pairs, capacity, sizeof *larger);
		if (!larger)
			return false;
		twins->pairs = larger;
		twins->capacity = capacity;
	}
	twins->pairs[twins->count++] = (struct pair) { key, id };
	return true;
}

/* A part of all runs in memory, and what is needed to look through it. */
struct part {
	struct pair *pairs;
	size_t count, capacity;
	uint32_t *slots;   /* index + 1 of the first pair with a key */
	size_t slot_count;
	struct pair *twin; /* pairs whose key stands more than once */
	size_t twin_count, twin_capacity;
	bool *taken;       /* by index: is in `twin` */
};

static bool reserve_part(struct part *part, size_t count, struct failure *failure)
{
	if (count <= part->capacity)
		return true;
	free(part->pairs);
	free(part->slots);
	free(part->twin);
	free(part->taken);
	*part = (struct part) { .capacity = count + count / 2, .slot_count = 1024 };
	while (part->slot_count < 2 * part->capacity)
		part->slot_count *= 2;
	part->pairs = allocate(failure, part->capacity, sizeof *part->pairs);
	part->slots = allocate(failure, part->slot_count, sizeof *part->slots);
	part->twin = allocate(failure, part->capacity, sizeof *part->twin);
	part->taken = allocate(failure, part->capacity, sizeof *part->taken);
	return part->pairs && part->slots && part->twin && part->taken;
}

static bool load_part(struct twins *twins, const uint32_t *own, size_t p, struct part *part, struct failure *failure)
{
	size_t count = own[p + 1] - own[p];
	for (size_t r = 0; r < twins->run_count; r++)
		count += twins->runs[r].starts[p + 1] - twins->runs[r].starts[p];
	if (!reserve_part(part, count, failure))
		return false;
	part->count = 0;
	for (size_t r = 0; r < twins->run_count; r++) {
		const struct run *run = &twins->runs[r];
		size_t pairs = run->starts[p + 1] - run->starts[p];
		off_t offset = run->offset + (off_t)(run->starts[p] * sizeof(struct pair));
		if (!temporary_read(twins->file, part->pairs + part->count, pairs * sizeof(struct pair), offset, failure))
			return false;
		part->count += pairs;
	}
	size_t pairs = own[p + 1] - own[p];
	if (pairs)
		memcpy(part->pairs + part->count, twins->pairs + own[p], pairs * sizeof(struct pair));
	part->count += pairs;
	return true;
}

static void find_twins(struct part *part)
{
	size_t mask = part->slot_count - 1;
	memset(part->slots, 0, part->slot_count * sizeof *part->slots);
	memset(part->taken, 0, part->capacity * sizeof *part->taken);
	part->twin_count = 0;
	for (size_t i = 0; i < part->count; i++) {
		uint64_t key = part->pairs[i].key;
		size_t at = key & mask;
		while (part->slots[at] && part->pairs[part->slots[at] - 1].key != key)
			at = (at + 1) & mask;
		if (!part->slots[at]) {
			part->slots[at] = (uint32_t)i + 1;
			continue;
		}
		size_t first = part->slots[at] - 1;
		if (!part->taken[first])
			part->twin[part->twin_count++] = part->pairs[first];
		part->taken[first] = true;
		part->twin[part->twin_count++] = part->pairs[i];
	}
}

static int by_key(const void *a, const void *b)
{
	const struct pair *x = a;
	const struct pair *y = b;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* ---- groups */

static bool flush_groups(struct twins *twins, struct failure *failure)
{
	struct groups *groups = &twins->groups;
	size_t bytes = groups->used * sizeof *groups->numbers;
	if (groups->file < 0 && (groups->file = temporary_open(twins->folder, failure)) < 0)
		return false;
	if (!temporary_write(groups->file, groups->numbers, bytes, groups->written, failure))
		return false;
	groups->written += (int64_t)bytes;
	groups->used = 0;
	return true;
}

static bool put_number(struct twins *twins, int64_t number, struct failure *failure)
{
	struct groups *groups = &twins->groups;
	if (!groups->numbers && !(groups->numbers = allocate(failure, GROUP_NUMBERS, sizeof *groups->numbers)))
		return false;
	if (groups->used == GROUP_NUMBERS && !flush_groups(twins, failure))
		return false;
	groups->numbers[groups->used++] = number;
	return true;
}

static bool put_groups(struct twins *twins, struct part *part, struct failure *failure)
{
	qsort(part->twin, part->twin_count, sizeof *part->twin, by_key);
	for (size_t i = 0; i < part->twin_count;) {
		size_t end = i;
		while (end < part->twin_count && part->twin[end].key == part->twin[i].key)
			end++;
		if (!put_number(twins, (int64_t)(end - i), failure))
			return false;
		for (; i < end; i++)
			if (!put_number(twins, part->twin[i].id, failure))
				return false;
	}
	return true;
}

bool twins_search(struct twins *twins, struct failure *failure)
{
	if (twins->count + twins->run_count == 0)
		return true;
	uint32_t own[PARTS + 1];
	struct part part = { 0 };
	bool done = sort_parts(twins, own, failure);
	for (size_t p = 0; done && p < PARTS; p++) {
		done = load_part(twins, own, p, &part, failure);
		if (done && part.count > 1) {
			find_twins(&part);
			done = put_groups(twins, &part, failure);
		}
	}
	free(part.pairs);
	free(part.slots);
	free(part.twin);
	free(part.taken);
	return done && (twins->groups.written == 0 || flush_groups(twins, failure));
}

/* What is read of the groups again. */
struct reading {
	const struct groups *groups;
	int64_t numbers[GROUP_NUMBERS];
	size_t at, have;
	int64_t offset; /* of what follows the numbers in the file */
};

static bool take_number(struct reading *reading, int64_t *number, struct failure *failure)
{
	if (reading->at == reading->have) {
		int64_t left = reading->groups->written - reading->offset;
		size_t bytes = left < (int64_t)sizeof reading->numbers ? (size_t)left : sizeof reading->numbers;
		if (!temporary_read(reading->groups->file, reading->numbers, bytes, reading->offset, failure))
			return false;
		reading->offset += (int64_t)bytes;
		reading->have = bytes / sizeof *reading->numbers;
		reading->at = 0;
	}
	*number = reading->numbers[reading->at++];
	return true;
}

static bool has_more(const struct reading *reading)
{
	return reading->at < reading->have || reading->offset < reading->groups->written;
}

/* The next group; *ids grows as it must. */
static bool take_group(struct reading *reading, int64_t **ids, size_t *capacity, int64_t *count, struct failure *failure)
{
	if (!take_number(reading, count, failure))
		return false;
	if (*capacity < (size_t)*count) {
		free(*ids);
		*capacity = 2 * (size_t)*count;
		*ids = allocate(failure, *capacity, sizeof **ids);
	}
	for (int64_t i = 0; *ids && i < *count; i++)
		if (!take_number(reading, &(*ids)[i], failure))
			return false;
	return *ids != NULL;
}

bool twins_groups(struct twins *twins, twins_function *function, void *context, struct failure *failure)
{
	const struct groups *groups = &twins->groups;
	if (groups->written == 0 && groups->used == 0)
		return true;
	int64_t *ids = NULL;
	int64_t count;
	size_t capacity = 0;
	struct reading *reading = allocate(failure, 1, sizeof *reading);
	bool done = reading != NULL;
	if (done) {
		reading->groups = groups;
		reading->have = groups->used; /* not written: all that there is */
		memcpy(reading->numbers, groups->numbers, groups->used * sizeof *groups->numbers);
	}
	while (done && has_more(reading))
		done = take_group(reading, &ids, &capacity, &count, failure) && function(context, ids, (size_t)count, failure);
	free(ids);
	free(reading);
	return done;
}
