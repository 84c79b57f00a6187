#include "validate/column_plan.h"

#include <stdio.h>

#include "common/bytes.h"
#include "validate/screen.h"
#include "validate/seen.h"

/* What SQLite takes a table of unknown size to have; so plans are the same for every batch. */
static const double assumed_rows = 1048576;

/* How many of the rows a constraint lets through, as far as one can guess. */
static double share_of(int constraint)
{
	switch (constraint) {
	case SQLITE_INDEX_CONSTRAINT_EQ:
	case SQLITE_INDEX_CONSTRAINT_IS:
	case SQLITE_INDEX_CONSTRAINT_ISNULL:
		return 0.05;
	case SQLITE_INDEX_CONSTRAINT_GT:
	case SQLITE_INDEX_CONSTRAINT_GE:
	case SQLITE_INDEX_CONSTRAINT_LT:
	case SQLITE_INDEX_CONSTRAINT_LE:
		return 0.25;
	default:
		return 1; /* NOT NULL, other than: most pass */
	}
}

/* What the use of a table in a FROM comes to. */
struct plan {
	sqlite3_index_info *info;
	struct bytes words;     /* of each screen: constraint, stored column, whether it is a list */
	int screens;
	double share;           /* of the rows */
	bool looks_up;          /* by an index that the table itself has */
	bool found_elsewhere;   /* another order of the join finds the row by its id, and so will be taken */
	int id;                 /* the constraint that says the id, -1: none */
};

static const struct column *column_at(const struct columns *columns, int at)
{
	return &columns->items[at < 0 ? 0 : at]; /* -1 is the rowid, which is the id */
}

static bool add_word(struct plan *plan, int number, struct failure *failure)
{
	char word[16];
	int length = snprintf(word, sizeof word, plan->words.used ? " %d" : "%d", number);
	return bytes_add(&plan->words, word, (size_t)length, failure);
}

static bool take_constraint(struct plan *plan, const struct columns *columns, int at, struct failure *failure)
{
	const struct sqlite3_index_constraint *constraint = &plan->info->aConstraint[at];
	const struct column *column = column_at(columns, constraint->iColumn);
	bool equals = constraint->op == SQLITE_INDEX_CONSTRAINT_EQ || constraint->op == SQLITE_INDEX_CONSTRAINT_IS;
	bool list = constraint->op == SQLITE_INDEX_CONSTRAINT_EQ && sqlite3_vtab_in(plan->info, at, -1);
	if (!constraint->usable) {
		plan->found_elsewhere |= equals && column->kind == COLUMN_ID;
		return true;
	}
	if (equals && !list && column->indexed)
		plan->looks_up = true;
	if (equals && !list && column->kind == COLUMN_ID && plan->id < 0)
		plan->id = at;
	if (column->kind == COLUMN_UNKNOWN || column->kind == COLUMN_ABSENT || plan->screens == PLAN_SCREENS
		|| !screen_can(constraint->op, column->is_text))
		return true;
	struct sqlite3_index_constraint_usage *usage = &plan->info->aConstraintUsage[at];
	usage->argvIndex = ++plan->screens;
	usage->omit = !list; /* a list may be too long for a screen, so SQLite looks again */
	if (list)
		sqlite3_vtab_in(plan->info, at, 1);
	plan->share *= list ? 0.25 : share_of(constraint->op);
	return add_word(plan, constraint->op, failure) && add_word(plan, column->stored, failure)
		&& add_word(plan, list, failure);
}

/* One row, found by its id in the table itself. SQLite looks at the other constraints. */
static void plan_by_id(struct plan *plan)
{
	sqlite3_index_info *info = plan->info;
	for (int i = 0; i < info->nConstraint; i++) {
		if (info->aConstraintUsage[i].argvIndex && sqlite3_vtab_in(info, i, -1))
			sqlite3_vtab_in(info, i, 0);
		info->aConstraintUsage[i].argvIndex = 0;
		info->aConstraintUsage[i].omit = 0;
	}
	info->aConstraintUsage[plan->id].argvIndex = 1;
	info->idxNum = PLAN_BY_ID;
	info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
	info->estimatedCost = 30;
	info->estimatedRows = 1;
}

/* Whether something is asked for that only the table itself has. */
static bool wants_text(const struct columns *columns, uint64_t used)
{
	for (int i = 0; i < columns->count; i++)
		if ((columns->items[i].is_text || columns->items[i].kind == COLUMN_ABSENT) && used >> (i < 63 ? i : 63) & 1)
			return true;
	return false;
}

static bool is_sorted_by(const sqlite3_index_info *info, const struct columns *columns)
{
	return info->nOrderBy > 0 && column_at(columns, info->aOrderBy[0].iColumn)->indexed;
}

/* Whether a column's values can be told apart here: numbers, and texts unless they turned out to be many. */
static bool is_told(const struct columns *columns, const struct column *column)
{
	return column->kind == COLUMN_NUMBER || column->kind == COLUMN_ID
		|| (column->kind == COLUMN_TEXT && (columns->file < 0 || columns_words(columns, column)));
}

/* SELECT DISTINCT of a few columns: rows that repeat them need not be given. That holds where
 * nothing else of the row is looked at. */
static bool wants_different(const struct plan *plan, const struct columns *columns)
{
	const sqlite3_index_info *info = plan->info;
	uint64_t named = 0;
	if (sqlite3_vtab_distinct(plan->info) < 2 || info->nOrderBy > SEEN_COLUMNS)
		return false;
	for (int i = 0; i < info->nOrderBy; i++) {
		int at = info->aOrderBy[i].iColumn;
		if (at < 0 || at >= 63 || !is_told(columns, &columns->items[at]))
			return false;
		named |= UINT64_C(1) << at;
	}
	return named && ((uint64_t)info->colUsed & ~named) == 0;
}

static bool add_different(struct plan *plan, const struct columns *columns, struct failure *failure)
{
	sqlite3_index_info *info = plan->info;
	info->idxNum = PLAN_DIFFERENT;
	bool done = true;
	for (int i = 0; done && i < info->nOrderBy; i++)
		done = add_word(plan, columns->items[info->aOrderBy[i].iColumn].stored, failure);
	return done;
}

/* The columns of texts among those that are used. */
static uint64_t texts_of(const struct columns *columns, uint64_t used)
{
	uint64_t texts = 0;
	for (int i = 0; i < columns->count && i < 63; i++)
		if (columns->items[i].is_text)
			texts |= used & UINT64_C(1) << i;
	return texts;
}

static void estimate(struct plan *plan)
{
	sqlite3_index_info *info = plan->info;
	info->estimatedRows = (sqlite3_int64)(assumed_rows * plan->share) + 1;
	/* more than half of a whole scan: two of them, for the halves of an OR, are no gain */
	info->estimatedCost = assumed_rows * 3 * (plan->screens ? 0.6 : 1);
	info->orderByConsumed = info->nOrderBy == 1 && !info->aOrderBy[0].desc && info->aOrderBy[0].iColumn <= 0;
}

int column_plan(const struct columns *columns, sqlite3_index_info *info, struct column_use *use)
{
	struct plan plan = { .info = info, .share = 1, .id = -1 };
	struct failure failure;
	bool done = true;
	for (int i = 0; done && i < info->nConstraint; i++)
		done = take_constraint(&plan, columns, i, &failure);
	info->idxNum = PLAN_WHOLE;
	estimate(&plan);
	bool different = plan.id < 0 && wants_different(&plan, columns);
	if (plan.id >= 0)
		plan_by_id(&plan);
	else if (plan.found_elsewhere)
		; /* not in this way */
	else if (plan.looks_up || (!different && is_sorted_by(info, columns))
		|| (!different && plan.share > 0.3 && wants_text(columns, (uint64_t)info->colUsed)))
		use->unfit = true;
	else {
		use->scanned = true;
		use->wanted.columns |= (uint64_t)info->colUsed;
		if (different)
			use->wanted.texts |= texts_of(columns, (uint64_t)info->colUsed);
	}
	use->asked = true;
	if (done && different)
		done = add_different(&plan, columns, &failure);
	if (done && plan.words.used && plan.id < 0) {
		done = bytes_add(&plan.words, "", 1, &failure);
		info->idxStr = done ? sqlite3_mprintf("%s", plan.words.at) : NULL;
		info->needToFreeIdxStr = 1;
		done = info->idxStr != NULL;
	}
	bytes_free(&plan.words);
	return done ? SQLITE_OK : SQLITE_NOMEM;
}
