#include "validate/nearest.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_CHARACTERS = 256 };

/* Cells of distance tables; a row that is stored costs as much as so many. */
static const int64_t WORK_LIMIT = 300000000, WORK_PER_ROW = 1000;

int nearest_characters(const char *text, uint32_t *to, int room)
{
	const unsigned char *at = (const unsigned char *)text;
	int count = 0;
	while (*at && count < room) {
		int more = *at >= 0xF0 ? 3 : *at >= 0xE0 ? 2 : *at >= 0xC0 ? 1 : 0;
		uint32_t character = more == 0 ? *at : *at & (0x3Fu >> more);
		int i = 1;
		for (; i <= more && (at[i] & 0xC0) == 0x80; i++)
			character = character << 6 | (at[i] & 0x3Fu);
		if (i <= more)
			character = *at;
		to[count++] = character;
		at += i <= more ? 1 : i;
	}
	return count;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

int nearest_distance(const uint32_t *a, int a_count, const uint32_t *b, int b_count, int limit, int *row)
{
	if (abs(a_count - b_count) > limit)
		return limit + 1;
	for (int j = 0; j <= b_count; j++)
		row[j] = j;
	for (int i = 1; i <= a_count; i++) {
		int corner = row[0];
		int best = row[0] = i;
		for (int j = 1; j <= b_count; j++) {
			int replaced = corner + (a[i - 1] != b[j - 1]);
			corner = row[j];
			row[j] = least(replaced, least(row[j - 1], corner) + 1);
			best = least(best, row[j]);
		}
		if (best > limit)
			return limit + 1;
	}
	return row[b_count] > limit ? limit + 1 : row[b_count];
}

/* A registered name. */
struct name {
	int64_t certificate, term;
	uint32_t *characters;
	int count, distance;
};

struct names {
	struct name *items;
	int count;
	size_t room;
};

static bool add_name(struct names *names, sqlite3_stmt *row, struct failure *failure)
{
	uint32_t characters[NAME_CHARACTERS];
	const char *text = (const char *)sqlite3_column_text(row, 2);
	int count = nearest_characters(text ? text : "", characters, NAME_CHARACTERS);
	struct name *grown = enlarge(failure, names->items, &names->room, (size_t)names->count + 1, sizeof *grown);
	if (!grown)
		return false;
	names->items = grown;
	uint32_t *kept = allocate(failure, (unsigned long)count, sizeof *kept);
	if (!kept)
		return false;
	memcpy(kept, characters, (size_t)count * sizeof *kept);
	names->items[names->count++] = (struct name){ .certificate = sqlite3_column_int64(row, 0),
		.term = sqlite3_column_int64(row, 1), .characters = kept, .count = count };
	return true;
}

static void names_free(struct names *names)
{
	for (int i = 0; i < names->count; i++)
		free(names->items[i].characters);
	free(names->items);
}

static bool read_names(struct database *database, struct names *names, struct failure *failure)
{
	sqlite3_stmt *row = database_prepare(database,
		"SELECT c.certificate_code, r.certificate_name, t.folded_text, min(c.id) FROM certificate c"
		" JOIN certificate_ref r ON r.id = c.certificate_ref JOIN term t ON t.id = r.certificate_name"
		" WHERE c.certificate_code IS NOT NULL GROUP BY c.certificate_code ORDER BY 4", failure);
	bool more = row != NULL;
	bool done = more;
	while (done && more) {
		done = database_step(database, row, &more, failure);
		if (done && more)
			done = add_name(names, row, failure);
	}
	sqlite3_finalize(row);
	return done;
}

/* Sets each name's distance and returns the least; names known to be farther than
 * the least so far get more than that. */
static int measure(struct names *names, const char *text, int64_t *work)
{
	uint32_t characters[NAME_CHARACTERS];
	int row[NAME_CHARACTERS + 1];
	int count = nearest_characters(text, characters, NAME_CHARACTERS);
	int best = NAME_CHARACTERS;
	for (int i = 0; i < names->count; i++) {
		struct name *name = &names->items[i];
		name->distance = nearest_distance(characters, count, name->characters, name->count, best, row);
		best = least(best, name->distance);
		*work += 1 + (int64_t)count * name->count;
	}
	return best;
}

static bool keep_nearest(struct database *database, sqlite3_stmt *insert, int64_t ref, const struct names *names,
	int best, int64_t *work, struct failure *failure)
{
	for (int i = 0; i < names->count; i++) {
		const struct name *name = &names->items[i];
		if (name->distance != best)
			continue;
		sqlite3_bind_int64(insert, 1, ref);
		sqlite3_bind_int64(insert, 2, name->certificate);
		sqlite3_bind_int64(insert, 3, name->term);
		sqlite3_bind_int(insert, 4, best);
		bool done = database_once(database, insert, NULL, failure);
		*work += WORK_PER_ROW;
		if (!done)
			return false;
	}
	return true;
}

bool nearest_fill(struct database *database, struct failure *failure)
{
	struct names names = { 0 };
	int64_t work = 0;
	bool more = true;
	sqlite3_stmt *insert = NULL;
	sqlite3_stmt *lost = database_prepare(database,
		"SELECT r.id, t.folded_text FROM certificate_ref r JOIN term t ON t.id = r.certificate_name WHERE r.id IN"
		" (SELECT a.certificate_ref FROM application a WHERE a.certificate_ref IN"
		" (SELECT id FROM certificate_ref WHERE certificate IS NULL)) ORDER BY r.id", failure);
	bool done = lost && read_names(database, &names, failure);
	if (done) {
		insert = database_prepare(database, "INSERT INTO near_certificate(ref, certificate, certificate_name, distance)"
			" VALUES(?, ?, ?, ?)", failure);
		done = insert != NULL;
	}
	while (done && more && names.count && work < WORK_LIMIT) {
		done = database_step(database, lost, &more, failure);
		if (!done || !more)
			break;
		const char *text = (const char *)sqlite3_column_text(lost, 1);
		int best = measure(&names, text ? text : "", &work);
		done = keep_nearest(database, insert, sqlite3_column_int64(lost, 0), &names, best, &work, failure);
	}
	sqlite3_finalize(lost);
	sqlite3_finalize(insert);
	names_free(&names);
	return done;
}
