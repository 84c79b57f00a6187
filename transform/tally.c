#include "transform/tally.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64 };

static size_t stride(const struct tally *tally)
{
	return (size_t)tally->shape->count + 1;
}

static int64_t *group_at(const struct tally *tally, uint32_t group)
{
	return tally->groups + (size_t)group * stride(tally);
}

static bool out_of_memory(struct failure *failure)
{
	return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
}

bool tally_open(struct tally *tally, const struct shape *shape, const char *file, struct failure *failure)
{
	*tally = (struct tally){ .shape = shape, .file = file, .slot_count = FIRST_SLOTS, .room = FIRST_SLOTS / 2 };
	tally->groups = allocate(failure, tally->room * stride(tally), sizeof *tally->groups);
	tally->slots = allocate(failure, FIRST_SLOTS, sizeof *tally->slots);
	bool done = tally->groups && tally->slots;
	for (int i = 0; done && i < shape->count; i++)
		if (shape->items[i].verb == SHAPE_KEY)
			tally->keys[tally->key_count++] = i;
		else if (shape->items[i].verb == SHAPE_DISTINCT)
			done = (tally->distincts[i] = distinct_open(failure)) != NULL;
	if (!done)
		tally_close(tally);
	return done;
}

void tally_close(struct tally *tally)
{
	for (int i = 0; i < SHAPE_ITEMS; i++)
		distinct_close(tally->distincts[i]);
	free(tally->groups);
	free(tally->slots);
	*tally = (struct tally){ 0 };
}

/* Where the values of a row (or group) stand: that of item i is values[places[i] * step]. */
struct record {
	const int *places;
	const int64_t *values;
	size_t step;
	uint64_t nulls;        /* bit places[i]: it is NULL */
};

static int64_t value_at(const struct record *record, int place)
{
	return record->values[(size_t)place * record->step];
}

/* The keys as hash. */
static uint64_t hash_keys(const struct tally *tally, const struct record *record)
{
	uint64_t hash = 0;
	for (int k = 0; k < tally->key_count; k++) {
		int place = record->places[tally->keys[k]];
		bool is_null = record->nulls >> place & 1;
		hash = distinct_mix(hash + (is_null ? UINT64_C(0x9E3779B97F4A7C15) : (uint64_t)value_at(record, place)));
	}
	return hash;
}

static bool has_keys(const struct tally *tally, const int64_t *group, const struct record *record)
{
	for (int k = 0; k < tally->key_count; k++) {
		int i = tally->keys[k];
		bool is_null = record->nulls >> record->places[i] & 1;
		if (is_null != ((uint64_t)group[0] >> i & 1) || (!is_null && group[i + 1] != value_at(record, record->places[i])))
			return false;
	}
	return true;
}

/* A group's own: items stand there in the order of the shape. */
static struct record own_record(const int64_t *group)
{
	static const int places[SHAPE_ITEMS] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
		21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 };
	return (struct record){ .places = places, .values = group + 1, .step = 1, .nulls = (uint64_t)group[0] };
}

static bool grow(struct tally *tally, struct failure *failure)
{
	uint64_t slot_count = tally->slot_count * 2;
	uint32_t *slots = allocate(failure, slot_count, sizeof *slots);
	int64_t *groups = slots ? realloc(tally->groups, (size_t)tally->room * 2 * stride(tally) * sizeof *groups) : NULL;
	if (!groups || tally->room > UINT32_MAX / 4) {
		tally->groups = groups ? groups : tally->groups;
		free(slots);
		return out_of_memory(failure);
	}
	tally->groups = groups;
	tally->room *= 2;
	free(tally->slots);
	tally->slots = slots;
	tally->slot_count = slot_count;
	for (uint32_t i = 0; i < tally->count; i++) {
		struct record record = own_record(group_at(tally, i));
		uint64_t at = hash_keys(tally, &record) & (slot_count - 1);
		while (slots[at])
			at = (at + 1) & (slot_count - 1);
		slots[at] = i + 1;
	}
	return true;
}

/* A group with the keys of a row and nothing in it. */
static void begin_group(struct tally *tally, int64_t *group, const struct record *record)
{
	memset(group, 0, stride(tally) * sizeof *group);
	uint64_t mine = 0;
	for (int i = 0; i < tally->shape->count; i++) {
		enum shape_verb verb = tally->shape->items[i].verb;
		bool is_null = verb == SHAPE_KEY ? record->nulls >> record->places[i] & 1 : verb == SHAPE_SUM || verb == SHAPE_MIN;
		mine |= (uint64_t)is_null << i;
		if (verb == SHAPE_KEY && !is_null)
			group[i + 1] = value_at(record, record->places[i]);
	}
	group[0] = (int64_t)mine;
}

/* The group with these keys, made where it is new. */
static bool find(struct tally *tally, const struct record *record, uint64_t hash, uint32_t *found,
	struct failure *failure)
{
	if (tally->count == tally->room && !grow(tally, failure))
		return false;
	uint64_t mask = tally->slot_count - 1;
	uint64_t at = hash & mask;
	for (; tally->slots[at]; at = (at + 1) & mask) {
		*found = tally->slots[at] - 1;
		if (has_keys(tally, group_at(tally, *found), record))
			return true;
	}
	*found = tally->count;
	tally->slots[at] = ++tally->count;
	begin_group(tally, group_at(tally, *found), record);
	return true;
}

/* Takes one value into item i of a group: a row's, or another tally's result. */
static bool take(struct tally *tally, int64_t *group, int i, int64_t value, struct failure *failure)
{
	int64_t *item = &group[i + 1];
	uint64_t bit = UINT64_C(1) << i;
	bool is_first = (uint64_t)group[0] & bit;
	if (is_first)
		group[0] = (int64_t)((uint64_t)group[0] & ~bit);
	if (tally->shape->items[i].verb == SHAPE_MIN)
		*item = is_first || value < *item ? value : *item;
	else if (__builtin_add_overflow(*item, value, item))
		return fail(failure, STATUS_BATCH, tr("%s: the sum %s leaves 64 bits", "%s：合计 %s 超出了范围"), tally->file,
			tally->shape->items[i].name);
	return true;
}

static const int64_t *column_of(const struct tally_rows *rows, int place)
{
	return rows->values + (size_t)place * TALLY_ROWS;
}

/* A batch of rows on its way in. */
struct intake {
	const struct tally_rows *rows;
	uint32_t groups[TALLY_ROWS];   /* of each row */
	uint16_t all[TALLY_ROWS];      /* the rows, one after another */
	uint64_t some_null;            /* bit c: column c is NULL in some row */
};

/* The rows that item i counts: not NULL, and past its filters. `room` may hold them. */
static const uint16_t *select_rows(const struct tally *tally, int i, const struct intake *intake, uint16_t *room,
	int *count)
{
	const struct shape_item *item = &tally->shape->items[i];
	const struct tally_rows *rows = intake->rows;
	const uint16_t *from = intake->all;
	uint64_t must_be = item->verb == SHAPE_COUNT ? 0 : UINT64_C(1) << tally->places[i];
	for (int f = 0; f < item->filter_count; f++)
		must_be |= UINT64_C(1) << tally->filters[i][f];
	*count = rows->count;
	if (intake->some_null & must_be) {
		int left = 0;
		for (int r = 0; r < rows->count; r++) {
			room[left] = (uint16_t)r;
			left += !(rows->nulls[r] & must_be);
		}
		*count = left;
		from = room;
	}
	for (int f = 0; f < item->filter_count; f++) {
		const int64_t *values = column_of(rows, tally->filters[i][f]);
		int64_t wanted = item->filters[f].value;
		int left = 0;
		for (int c = 0; c < *count; c++) {
			uint16_t r = from[c];
			room[left] = r;
			left += values[r] == wanted;
		}
		*count = left;
		from = room;
	}
	return from;
}

/* One item for all rows. */
static bool add_item(struct tally *tally, int i, const struct intake *intake, struct failure *failure)
{
	enum shape_verb verb = tally->shape->items[i].verb;
	const int64_t *column = column_of(intake->rows, tally->places[i]);
	const uint32_t *groups = intake->groups;
	uint16_t room[TALLY_ROWS];
	int count;
	const uint16_t *chosen = select_rows(tally, i, intake, room, &count);
	if (verb == SHAPE_DISTINCT) {
		uint32_t into[TALLY_ROWS];
		int64_t values[TALLY_ROWS];
		for (int c = 0; c < count; c++) {
			into[c] = groups[chosen[c]];
			values[c] = column[chosen[c]];
		}
		return distinct_add(tally->distincts[i], into, values, count, failure);
	}
	if (verb == SHAPE_COUNT) {
		for (int c = 0; c < count; c++)
			group_at(tally, groups[chosen[c]])[i + 1]++;
		return true;
	}
	for (int c = 0; c < count; c++)
		if (!take(tally, group_at(tally, groups[chosen[c]]), i, column[chosen[c]], failure))
			return false;
	return true;
}

bool tally_add(struct tally *tally, const struct tally_rows *rows, struct failure *failure)
{
	uint64_t hashes[TALLY_ROWS];
	struct intake intake = { .rows = rows };
	struct record record = { .places = tally->places, .step = TALLY_ROWS };
	for (int r = 0; r < rows->count; r++) {
		record.values = rows->values + r;
		record.nulls = rows->nulls[r];
		intake.all[r] = (uint16_t)r;
		intake.some_null |= record.nulls;
		hashes[r] = hash_keys(tally, &record);
		__builtin_prefetch(&tally->slots[hashes[r] & (tally->slot_count - 1)]);
	}
	for (int r = 0; r < rows->count; r++) {
		record.values = rows->values + r;
		record.nulls = rows->nulls[r];
		if (!find(tally, &record, hashes[r], &intake.groups[r], failure))
			return false;
	}
	for (int i = 0; i < tally->shape->count; i++)
		if (tally->shape->items[i].verb != SHAPE_KEY && !add_item(tally, i, &intake, failure))
			return false;
	return true;
}

static bool merge_group(struct tally *tally, const int64_t *from, uint32_t *number, struct failure *failure)
{
	struct record record = own_record(from);
	if (!find(tally, &record, hash_keys(tally, &record), number, failure))
		return false;
	int64_t *group = group_at(tally, *number);
	for (int i = 0; i < tally->shape->count; i++) {
		enum shape_verb verb = tally->shape->items[i].verb;
		bool is_null = record.nulls >> i & 1;
		if (verb != SHAPE_KEY && verb != SHAPE_DISTINCT && !is_null && !take(tally, group, i, from[i + 1], failure))
			return false;
	}
	return true;
}

bool tally_merge(struct tally *tally, const struct tally *other, struct failure *failure)
{
	uint32_t *group_of = allocate(failure, other->count, sizeof *group_of);
	bool done = group_of != NULL;
	for (uint32_t g = 0; done && g < other->count; g++)
		done = merge_group(tally, group_at(other, g), &group_of[g], failure);
	for (int i = 0; done && i < tally->shape->count; i++)
		if (tally->distincts[i])
			done = distinct_merge(tally->distincts[i], other->distincts[i], group_of, failure);
	free(group_of);
	return done;
}

static int by_keys(const void *left, const void *right, void *context)
{
	const struct tally *tally = context;
	const int64_t *a = left, *b = right;
	for (int k = 0; k < tally->key_count; k++) {
		int i = tally->keys[k];
		int a_null = (int)((uint64_t)a[0] >> i & 1), b_null = (int)((uint64_t)b[0] >> i & 1);
		if (a_null != b_null)
			return b_null - a_null;
		if (!a_null && a[i + 1] != b[i + 1])
			return a[i + 1] < b[i + 1] ? -1 : 1;
	}
	return 0;
}

bool tally_finish(struct tally *tally, struct failure *failure)
{
	int64_t *counts = allocate(failure, tally->count, sizeof *counts);
	if (!counts)
		return false;
	for (int i = 0; i < tally->shape->count; i++) {
		if (!tally->distincts[i])
			continue;
		memset(counts, 0, tally->count * sizeof *counts);
		distinct_count(tally->distincts[i], counts);
		for (uint32_t g = 0; g < tally->count; g++)
			group_at(tally, g)[i + 1] = counts[g];
		distinct_close(tally->distincts[i]);
		tally->distincts[i] = NULL;
	}
	free(counts);
	qsort_r(tally->groups, tally->count, stride(tally) * sizeof *tally->groups, by_keys, tally);
	return true;
}

bool tally_value(const struct tally *tally, uint32_t group, int item, int64_t *value)
{
	const int64_t *from = group_at(tally, group);
	*value = from[item + 1];
	return !((uint64_t)from[0] >> item & 1);
}
