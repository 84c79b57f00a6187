#include "validate/screen.h"

#include <math.h>
#include <stdlib.h>

enum { SET_MOST = 1 << 17 }; /* numbers; 4 MiB with the room between them */

/* Open addressing, at most half full. */
struct number_set {
	int64_t *slots;
	bool *taken;
	uint32_t count, room; /* room: a power of two */
};

bool screen_can(int constraint, bool is_text)
{
	switch (constraint) {
	case SQLITE_INDEX_CONSTRAINT_ISNULL:
	case SQLITE_INDEX_CONSTRAINT_ISNOTNULL:
		return true;
	case SQLITE_INDEX_CONSTRAINT_EQ:
	case SQLITE_INDEX_CONSTRAINT_GT:
	case SQLITE_INDEX_CONSTRAINT_LE:
	case SQLITE_INDEX_CONSTRAINT_LT:
	case SQLITE_INDEX_CONSTRAINT_GE:
	case SQLITE_INDEX_CONSTRAINT_NE:
	case SQLITE_INDEX_CONSTRAINT_IS:
	case SQLITE_INDEX_CONSTRAINT_ISNOT:
		return !is_text;
	default:
		return false;
	}
}

static void set_range(struct screen *screen, int64_t low, int64_t high)
{
	screen->kind = low <= high ? SCREEN_RANGE : SCREEN_NEVER;
	screen->low = low;
	screen->high = high;
}

/* A value that no whole number equals; `above`: every number is less than it. */
static void set_foreign(struct screen *screen, int constraint, bool above)
{
	switch (constraint) {
	case SQLITE_INDEX_CONSTRAINT_ISNOT:
		screen->kind = SCREEN_ALWAYS;
		break;
	case SQLITE_INDEX_CONSTRAINT_NE:
		set_range(screen, INT64_MIN, INT64_MAX);
		break;
	case SQLITE_INDEX_CONSTRAINT_LT:
	case SQLITE_INDEX_CONSTRAINT_LE:
		if (above)
			set_range(screen, INT64_MIN, INT64_MAX);
		break;
	case SQLITE_INDEX_CONSTRAINT_GT:
	case SQLITE_INDEX_CONSTRAINT_GE:
		if (!above)
			set_range(screen, INT64_MIN, INT64_MAX);
		break;
	default:
		break;
	}
}

static void set_number(struct screen *screen, int constraint, int64_t number)
{
	switch (constraint) {
	case SQLITE_INDEX_CONSTRAINT_EQ:
	case SQLITE_INDEX_CONSTRAINT_IS:
		set_range(screen, number, number);
		break;
	case SQLITE_INDEX_CONSTRAINT_NE:
	case SQLITE_INDEX_CONSTRAINT_ISNOT:
		screen->kind = SCREEN_OTHER;
		screen->low = number;
		screen->or_null = constraint == SQLITE_INDEX_CONSTRAINT_ISNOT;
		break;
	case SQLITE_INDEX_CONSTRAINT_LT:
		if (number > INT64_MIN)
			set_range(screen, INT64_MIN, number - 1);
		break;
	case SQLITE_INDEX_CONSTRAINT_LE:
		set_range(screen, INT64_MIN, number);
		break;
	case SQLITE_INDEX_CONSTRAINT_GT:
		if (number < INT64_MAX)
			set_range(screen, number + 1, INT64_MAX);
		break;
	case SQLITE_INDEX_CONSTRAINT_GE:
		set_range(screen, number, INT64_MAX);
		break;
	default:
		break;
	}
}

/* Between two whole numbers `<` and `<=` are the same, and so are `>` and `>=`. */
static void set_fraction(struct screen *screen, int constraint, double number)
{
	static const double beyond = 9223372036854775808.0; /* 2^63 */
	double down = floor(number);
	if (number >= beyond || number < -beyond)
		set_foreign(screen, constraint, number > 0);
	else if (down == number)
		set_number(screen, constraint, (int64_t)number);
	else if (constraint == SQLITE_INDEX_CONSTRAINT_LT || constraint == SQLITE_INDEX_CONSTRAINT_LE)
		set_range(screen, INT64_MIN, (int64_t)down);
	else if (constraint == SQLITE_INDEX_CONSTRAINT_GT || constraint == SQLITE_INDEX_CONSTRAINT_GE)
		set_range(screen, (int64_t)down + 1, INT64_MAX); /* a fraction is below 2^53: no overflow */
	else
		set_foreign(screen, constraint, true);
}

static void set_by_type(struct screen *screen, int constraint, sqlite3_value *value)
{
	switch (sqlite3_value_numeric_type(value)) {
	case SQLITE_INTEGER:
		set_number(screen, constraint, sqlite3_value_int64(value));
		break;
	case SQLITE_FLOAT:
		set_fraction(screen, constraint, sqlite3_value_double(value));
		break;
	case SQLITE_NULL:
		if (constraint == SQLITE_INDEX_CONSTRAINT_IS)
			screen->kind = SCREEN_NULL;
		else if (constraint == SQLITE_INDEX_CONSTRAINT_ISNOT)
			set_range(screen, INT64_MIN, INT64_MAX);
		break;
	default:
		set_foreign(screen, constraint, true);
		break;
	}
}

bool screen_set(struct screen *screen, int constraint, sqlite3_value *value)
{
	screen->kind = SCREEN_NEVER;
	if (constraint == SQLITE_INDEX_CONSTRAINT_ISNULL) {
		screen->kind = SCREEN_NULL;
		return true;
	}
	if (constraint == SQLITE_INDEX_CONSTRAINT_ISNOTNULL) {
		set_range(screen, INT64_MIN, INT64_MAX);
		return true;
	}
	sqlite3_value *own = sqlite3_value_dup(value); /* a text may turn into a number in its place */
	if (own)
		set_by_type(screen, constraint, own);
	sqlite3_value_free(own);
	return own != NULL;
}

static uint32_t place_of(const struct number_set *set, int64_t number)
{
	uint64_t mixed = (uint64_t)number * UINT64_C(0x9E3779B97F4A7C15);
	uint32_t at = (uint32_t)(mixed >> 32) & (set->room - 1);
	while (set->taken[at] && set->slots[at] != number)
		at = (at + 1) & (set->room - 1);
	return at;
}

static bool grow(struct number_set *set)
{
	struct number_set larger = { .room = set->room ? set->room * 2 : 64 };
	larger.slots = calloc(larger.room, sizeof *larger.slots);
	larger.taken = calloc(larger.room, sizeof *larger.taken);
	bool done = larger.slots && larger.taken;
	for (uint32_t i = 0; done && i < set->room; i++) {
		if (!set->taken[i])
			continue;
		uint32_t at = place_of(&larger, set->slots[i]);
		larger.slots[at] = set->slots[i];
		larger.taken[at] = true;
	}
	larger.count = set->count;
	struct number_set *old = done ? set : &larger;
	free(old->slots);
	free(old->taken);
	if (done)
		*set = larger;
	return done;
}

static bool add_number(struct screen *screen, int64_t number)
{
	struct number_set *set = screen->set;
	if (set->count * 2 >= set->room && !grow(set))
		return false;
	uint32_t at = place_of(set, number);
	if (!set->taken[at]) {
		set->taken[at] = true;
		set->slots[at] = number;
		set->count++;
	}
	if (set->count == 1 || number < screen->low)
		screen->low = number;
	if (set->count == 1 || number > screen->high)
		screen->high = number;
	return true;
}

/* The range of one number is what a value of the list comes to, or never. */
static bool add_value(struct screen *screen, sqlite3_value *value)
{
	struct screen one;
	if (!screen_set(&one, SQLITE_INDEX_CONSTRAINT_EQ, value))
		return false;
	return one.kind != SCREEN_RANGE || add_number(screen, one.low);
}

int screen_set_list(struct screen *screen, sqlite3_value *list)
{
	sqlite3_value *value = NULL;
	screen->kind = SCREEN_SET;
	screen->set = calloc(1, sizeof *screen->set);
	if (!screen->set)
		return SQLITE_NOMEM;
	int code = sqlite3_vtab_in_first(list, &value);
	for (; code == SQLITE_OK && value; code = sqlite3_vtab_in_next(list, &value)) {
		if (!add_value(screen, value))
			return SQLITE_NOMEM;
		if (screen->set->count > SET_MOST) {
			screen->kind = SCREEN_ALWAYS;
			return SQLITE_OK;
		}
	}
	if (code != SQLITE_OK && code != SQLITE_DONE)
		return code;
	if (!screen->set->count)
		screen->kind = SCREEN_NEVER;
	return SQLITE_OK;
}

void screen_free(struct screen *screen)
{
	if (screen->set) {
		free(screen->set->slots);
		free(screen->set->taken);
	}
	free(screen->set);
	screen->set = NULL;
}

static enum screen_verdict other_verdict(const struct screen *screen, const struct zone *zone)
{
	bool nulls_pass = zone->nulls && screen->or_null;
	bool others = zone->some && (zone->low != screen->low || zone->high != screen->low);
	if (!others)
		return nulls_pass ? zone->some ? VERDICT_LOOK : VERDICT_ALL : VERDICT_NONE;
	bool all_others = screen->low < zone->low || screen->low > zone->high;
	return all_others && (!zone->nulls || screen->or_null) ? VERDICT_ALL : VERDICT_LOOK;
}

enum screen_verdict screen_verdict(const struct screen *screen, const struct zone *zone)
{
	bool apart = !zone->some || screen->high < zone->low || screen->low > zone->high;
	switch (screen->kind) {
	case SCREEN_ALWAYS:
		return VERDICT_ALL;
	case SCREEN_RANGE:
		if (apart)
			return VERDICT_NONE;
		return !zone->nulls && screen->low <= zone->low && zone->high <= screen->high ? VERDICT_ALL : VERDICT_LOOK;
	case SCREEN_OTHER:
		return other_verdict(screen, zone);
	case SCREEN_NULL:
		return !zone->nulls ? VERDICT_NONE : zone->some ? VERDICT_LOOK : VERDICT_ALL;
	case SCREEN_SET:
		return apart ? VERDICT_NONE : VERDICT_LOOK;
	case SCREEN_NEVER:
	default:
		return VERDICT_NONE;
	}
}

static bool null_at(const struct column_values *values, int row)
{
	return values->has_nulls && (values->nulls[row / 64] >> (row % 64) & 1);
}

static int keep_range(const struct screen *screen, const struct column_values *values, uint16_t *rows, int count)
{
	int kept = 0;
	for (int i = 0; i < count; i++) {
		uint16_t row = rows[i];
		int64_t value = values->values[row];
		rows[kept] = row;
		kept += (value >= screen->low) & (value <= screen->high) & !null_at(values, row);
	}
	return kept;
}

static bool passes(const struct screen *screen, const struct column_values *values, int row)
{
	if (null_at(values, row))
		return screen->kind == SCREEN_NULL || screen->or_null;
	int64_t value = values->values[row];
	if (screen->kind == SCREEN_OTHER)
		return value != screen->low;
	return screen->kind == SCREEN_SET && value >= screen->low && value <= screen->high
		&& screen->set->taken[place_of(screen->set, value)];
}

int screen_keep(const struct screen *screen, const struct column_values *values, uint16_t *rows, int count)
{
	if (screen->kind == SCREEN_RANGE)
		return keep_range(screen, values, rows, count);
	int kept = 0;
	for (int i = 0; i < count; i++) {
		uint16_t row = rows[i];
		rows[kept] = row;
		kept += passes(screen, values, row);
	}
	return kept;
}
