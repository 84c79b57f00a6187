/* What a WHERE asks of one column of whole numbers, put to a block of rows at a time.
 * Numbers, fractions, texts and blobs compare as SQLite has it for a column of type
 * INTEGER: texts that look like numbers are numbers; every number comes before
 * other texts, and these before blobs. */
#ifndef VALIDATE_SCREEN_H
#define VALIDATE_SCREEN_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "validate/columns.h"

enum screen_kind {
	SCREEN_NEVER,        /* no row passes */
	SCREEN_ALWAYS,       /* every row does */
	SCREEN_RANGE,        /* low <= value <= high */
	SCREEN_OTHER,        /* value <> low; with or_null, NULL too */
	SCREEN_NULL,         /* NULL */
	SCREEN_SET           /* value among numbers; too many of them: always */
};

struct number_set;

struct screen {
	int stored;          /* column in struct columns */
	enum screen_kind kind;
	int64_t low, high;   /* SCREEN_SET: the least and the greatest */
	bool or_null;
	struct number_set *set;
};

/* Whether a constraint (SQLITE_INDEX_CONSTRAINT_…) can be put as a screen. */
bool screen_can(int constraint, bool is_text);

/* Puts `column constraint value`. False where memory is out. */
bool screen_set(struct screen *screen, int constraint, sqlite3_value *value);

/* Puts `column IN list`, the list as sqlite3_vtab_in() gives it. An SQLite code. */
int screen_set_list(struct screen *screen, sqlite3_value *list);

void screen_free(struct screen *screen);

/* What the zone of a block says: none of its rows pass, all do, or they must be looked at. */
enum screen_verdict { VERDICT_NONE, VERDICT_ALL, VERDICT_LOOK };
enum screen_verdict screen_verdict(const struct screen *screen, const struct zone *zone);

/* Keeps of the `count` rows in `rows` those that pass; returns how many. */
int screen_keep(const struct screen *screen, const struct column_values *values, uint16_t *rows, int count);

#endif
