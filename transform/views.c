#include "transform/views.h"

#include <stdlib.h>
#include <string.h>

#include "transform/scan.h"

enum { ENOUGH_TO_SPLIT = 50000 }; /* ids */

/* The views, and for each source that feeds tallies its scans: parts[] of the whole,
 * which are merged into the first. */
struct views {
	struct policies policies;
	struct shape *shapes;   /* of each policy; its source is "" where it is no tally */
	struct scan *scans;     /* PARTS for each source, the empty ones left out */
	size_t scan_count;
	struct database *database;
};

static bool is_kept(const struct policy *policy, const char *how)
{
	return strcmp(policy->kept, how) == 0;
}

static bool run_text(struct database *database, struct failure *failure, const char *before, const struct policy *policy,
	const char *between, const char *after)
{
	char *sql = print_text(failure, "%s%s%s%s", before, policy->id, between, after);
	bool done = sql && database_run(database, sql, failure);
	free(sql);
	return done;
}

/* Prepared in the cage first: inside CREATE … AS a SELECT can do no more than there. */
static bool is_caged(const struct policy *policy, struct database *database, struct failure *failure)
{
	struct query query;
	if (!query_open(&query, database, policy, NULL, failure))
		return false;
	query_close(&query);
	return true;
}

/* A tally names its source and columns and nothing else; rows are looked at when what
 * they read is there. */
static bool check(const struct policy *policy, struct shape *shape, struct database *database, struct failure *failure)
{
	if (!policy_has_plain_name(policy, failure))
		return false;
	if (is_kept(policy, "tally"))
		return shape_read(shape, policy, failure);
	if (is_kept(policy, "rows"))
		return true;
	if (*policy->kept)
		return fail(failure, STATUS_BATCH, tr("%s: kept is tally or rows", "%s：kept 只能是 tally 或 rows"), policy->file);
	return is_caged(policy, database, failure);
}

static bool create(struct views *views, struct failure *failure)
{
	bool done = database_run(views->database, "BEGIN", failure);
	for (size_t i = 0; done && i < views->policies.count; i++) {
		const struct policy *policy = &views->policies.items[i];
		done = check(policy, &views->shapes[i], views->database, failure)
			&& run_text(views->database, failure, "DROP VIEW IF EXISTS main.", policy, "", "")
			&& run_text(views->database, failure, "CREATE VIEW main.", policy, " AS\n", policy->sql);
	}
	return done && database_run(views->database, "COMMIT", failure);
}

static const struct policy *find(const struct policies *policies, const char *id, size_t length)
{
	for (size_t i = 0; i < policies->count; i++)
		if (strlen(policies->items[i].id) == length && strncmp(policies->items[i].id, id, length) == 0)
			return &policies->items[i];
	return NULL;
}

/* ---- rows ---- */

/* Whether nothing that the view comes after is itself kept. */
static bool reads_views_only(const struct policies *policies, const struct policy *policy)
{
	for (const char *at = policy->after; *at;) {
		size_t length = strcspn(at, " ");
		const struct policy *before = find(policies, at, length);
		if (before && *before->kept)
			return false;
		at += length + (at[length] == ' ');
	}
	return true;
}

static bool keep_rows(struct views *views, bool of_views_only, struct failure *failure)
{
	for (size_t i = 0; i < views->policies.count; i++) {
		const struct policy *policy = &views->policies.items[i];
		if (!is_kept(policy, "rows") || reads_views_only(&views->policies, policy) != of_views_only)
			continue;
		struct span span;
		profile_begin(views->database->profile, &span);
		if (!is_caged(policy, views->database, failure)
			|| !run_text(views->database, failure, "CREATE TEMP TABLE ", policy, " AS\n", policy->sql))
			return false;
		profile_end(views->database->profile, &span, "view", policy->id, 0, 0);
	}
	return true;
}

static bool keep_rows_meanwhile(void *context, struct failure *failure)
{
	return keep_rows(context, true, failure);
}

/* ---- tallies ---- */

static bool add_tallies(struct views *views, struct scan *scan, struct failure *failure)
{
	for (size_t i = 0; i < views->policies.count; i++) {
		if (strcmp(views->shapes[i].source, scan->source->id) != 0)
			continue;
		if (scan->tally_count == SCAN_TALLIES)
			return fail(failure, STATUS_BATCH, tr("%s: feeds more than %d tallies", "%s：汇总超过 %d 个"),
				scan->source->file, SCAN_TALLIES);
		if (!tally_open(&scan->tallies[scan->tally_count], &views->shapes[i], views->policies.items[i].file, failure))
			return false;
		scan->tally_count++;
	}
	return true;
}

/* One scan of the source, or two halves by its ids. */
static bool plan_source(struct views *views, const struct policy *source, struct failure *failure)
{
	sqlite3_int64 last;
	char *sql = print_text(failure, "SELECT MAX(id) FROM %s", source->scan);
	bool done = sql && database_number(views->database, sql, &last, failure);
	free(sql);
	if (!done)
		return false;
	int parts = last >= ENOUGH_TO_SPLIT ? 2 : 1;
	for (int part = 0; part < parts; part++) {
		struct scan *scan = &views->scans[views->scan_count++];
		*scan = (struct scan){ .source = source };
		scan->low = part == 0 ? 0 : last / 2 + 1;
		scan->high = part == parts - 1 ? last : last / 2;
		if (!add_tallies(views, scan, failure))
			return false;
	}
	return true;
}

static int by_size(const void *left, const void *right)
{
	const struct scan *a = left, *b = right;
	int64_t a_rows = a->high - a->low, b_rows = b->high - b->low;
	if (a_rows != b_rows)
		return a_rows > b_rows ? -1 : 1;
	int order = strcmp(a->source->id, b->source->id);
	return order ? order : (a->low > b->low) - (a->low < b->low);
}

/* Large ones first, so that both threads end together. */
static bool plan(struct views *views, struct failure *failure)
{
	views->scans = allocate(failure, views->policies.count * 2, sizeof *views->scans);
	if (!views->scans)
		return false;
	for (size_t i = 0; i < views->policies.count; i++) {
		const struct policy *policy = &views->policies.items[i];
		bool feeds = false;
		for (size_t k = 0; k < views->policies.count && !feeds; k++)
			feeds = strcmp(views->shapes[k].source, policy->id) == 0;
		if (feeds && !*policy->scan)
			return fail(failure, STATUS_BATCH, tr("%s: a source of tallies needs `scan`", "%s：缺少 scan"), policy->file);
		if (feeds && !plan_source(views, policy, failure))
			return false;
	}
	qsort(views->scans, views->scan_count, sizeof *views->scans, by_size);
	return true;
}

static sqlite3_stmt *create_tally(struct database *database, const struct policy *policy, const struct shape *shape,
	struct failure *failure)
{
	char *insert = print_text(failure, "INSERT INTO temp.%s VALUES(?", policy->id);
	char *table = print_text(failure, "CREATE TEMP TABLE %s(%s INTEGER", policy->id, shape->items[0].name);
	for (int i = 1; insert && table && i < shape->count; i++) {
		char *longer = print_text(failure, "%s, %s INTEGER", table, shape->items[i].name);
		free(table);
		table = longer;
		longer = print_text(failure, "%s, ?", insert);
		free(insert);
		insert = longer;
	}
	char *sql = table ? print_text(failure, "%s)", table) : NULL;
	char *row = insert ? print_text(failure, "%s)", insert) : NULL;
	sqlite3_stmt *statement = sql && row && database_run(database, sql, failure) ? database_prepare(database, row, failure)
		: NULL;
	free(insert);
	free(table);
	free(sql);
	free(row);
	return statement;
}

static bool store_tally(struct tally *tally, const struct policy *policy, struct database *database,
	struct failure *failure)
{
	sqlite3_stmt *insert = tally_finish(tally, failure) ? create_tally(database, policy, tally->shape, failure) : NULL;
	bool done = insert != NULL;
	for (uint32_t g = 0; done && g < tally->count; g++) {
		for (int i = 0; i < tally->shape->count; i++) {
			int64_t value;
			if (tally_value(tally, g, i, &value))
				sqlite3_bind_int64(insert, i + 1, value);
			else
				sqlite3_bind_null(insert, i + 1);
		}
		done = database_once(database, insert, NULL, failure);
	}
	sqlite3_finalize(insert);
	return done;
}

/* Merges the parts of each source and stores its tallies. */
static bool keep_tallies(struct views *views, struct failure *failure)
{
	for (size_t s = 0; s < views->scan_count; s++) {
		struct scan *scan = &views->scans[s];
		if (scan->low > 0)
			continue; /* a second half */
		for (size_t k = 0; k < views->scan_count; k++)
			for (int t = 0; k != s && views->scans[k].source == scan->source && t < scan->tally_count; t++) {
				if (!tally_merge(&scan->tallies[t], &views->scans[k].tallies[t], failure))
					return false;
				tally_close(&views->scans[k].tallies[t]);
			}
		for (int t = 0; t < scan->tally_count; t++) {
			struct tally *tally = &scan->tallies[t];
			const struct policy *policy = &views->policies.items[tally->shape - views->shapes];
			if (!store_tally(tally, policy, views->database, failure))
				return false;
			tally_close(tally);
		}
	}
	return true;
}

static void views_free(struct views *views)
{
	for (size_t s = 0; s < views->scan_count; s++)
		for (int t = 0; t < SCAN_TALLIES; t++)
			tally_close(&views->scans[s].tallies[t]);
	free(views->scans);
	free(views->shapes);
	policies_free(&views->policies);
}

bool views_make(struct database *database, const char *path, const char *home, struct failure *failure)
{
	struct views views = { .database = database };
	if (!policies_read(&views.policies, home, "views", "view", failure))
		return false;
	views.shapes = allocate(failure, views.policies.count, sizeof *views.shapes);
	bool done = views.shapes && create(&views, failure) && plan(&views, failure)
		&& scans_run(views.scans, views.scan_count, path, database, keep_rows_meanwhile, &views, failure)
		&& database_run(database, "BEGIN", failure)
		&& keep_tallies(&views, failure)
		&& keep_rows(&views, false, failure)
		&& database_run(database, "COMMIT", failure);
	views_free(&views);
	return done;
}
