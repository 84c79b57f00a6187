#include "ingest/indexes.h"

#include <stdlib.h>
#include <string.h>

#include "common/spool.h"
#include "ingest/payload.h"
#include "ingest/sortkey.h"
#include "ingest/tree.h"

enum { MOST_COLUMNS = 12 };

static const struct definition {
	const char *name, *table;
	const char *columns[MOST_COLUMNS]; /* to the first NULL */
} definitions[] = {
	/* with what the rules on reviews want, and the numbers that rules sum by school */
	{ "application_by_no", "application", { "application_no", "school_code", "submitted" } },
	{ "application_by_school", "application", { "school_code", "certificate_ref", "major_ref", "level", "enrolled",
		"pilot_students", "declared", "fee_paid_students" } },
	{ "account_by_account", "account", { "account" } },
	{ "account_by_school", "account", { "school_code" } },
	{ "approval_by_school", "approval", { "school_code" } },
	{ "city_review_by_application", "city_review", { "application_no" } },
	{ "decision_by_application", "decision", { "application_no" } },
	{ "performance_by_school", "performance", { "school_code" } },
	{ "published_by_school", "published", { "school_code" } },
	{ "school_by_code", "school", { "school_code" } },
	{ "certificate_by_code", "certificate", { "certificate_code", "level" } },
};
enum { COUNT = sizeof definitions / sizeof *definitions };

struct index {
	const struct definition *definition;
	int dataset;
	int columns[MOST_COLUMNS], count; /* of the table; the id follows them */
	struct spool *spool;              /* sort keys of its rows */
};

struct indexes {
	struct database *database;
	struct index items[COUNT];
	struct bytes key;
	struct payload payload;
};

/* ---- opening */

static bool create(struct database *database, const struct definition *definition, struct failure *failure)
{
	struct bytes sql = { 0 };
	char *begin = print_text(failure, "CREATE INDEX %s ON \"%s\"(", definition->name, definition->table);
	bool done = begin && bytes_add_text(&sql, begin, failure);
	for (int i = 0; done && definition->columns[i]; i++)
		done = (i == 0 || bytes_add_text(&sql, ", ", failure)) && bytes_add_text(&sql, definition->columns[i], failure);
	done = done && bytes_add(&sql, ")", sizeof ")", failure) && database_run(database, sql.at, failure);
	free(begin);
	bytes_free(&sql);
	return done;
}

static int column_of(const struct dataset *dataset, const struct binding *binding, const char *name)
{
	if (strcmp(name, "certificate_ref") == 0)
		return binding->certificate;
	if (strcmp(name, "major_ref") == 0)
		return binding->major;
	int field = dataset_field(dataset, name);
	return field < 0 ? -1 : binding->field[field];
}

static bool open_index(struct index *index, struct database *database, const struct schema *schema,
	const struct binding *bindings, const char *folder, struct failure *failure)
{
	const struct definition *definition = index->definition;
	const struct dataset *dataset = schema_dataset(schema, definition->table);
	if (!create(database, definition, failure))
		return false;
	if (!dataset)
		return fail(failure, STATUS_BUG, tr("no dataset %s", "没有数据集 %s"), definition->table);
	index->dataset = (int)(dataset - schema->datasets);
	for (; definition->columns[index->count]; index->count++) {
		int column = column_of(dataset, &bindings[index->dataset], definition->columns[index->count]);
		if (column < 0)
			return fail(failure, STATUS_BUG, tr("no column %s", "没有列 %s"), definition->columns[index->count]);
		index->columns[index->count] = column;
	}
	index->spool = spool_open(folder, failure);
	return index->spool != NULL;
}

struct indexes *indexes_open(struct database *database, const struct schema *schema,
	const struct binding *bindings, const char *folder, struct failure *failure)
{
	struct indexes *indexes = allocate(failure, 1, sizeof *indexes);
	if (!indexes)
		return NULL;
	indexes->database = database;
	bool done = true;
	for (int i = 0; done && i < COUNT; i++) {
		indexes->items[i].definition = &definitions[i];
		done = open_index(&indexes->items[i], database, schema, bindings, folder, failure);
	}
	if (done)
		return indexes;
	indexes_close(indexes);
	return NULL;
}

void indexes_close(struct indexes *indexes)
{
	if (!indexes)
		return;
	for (int i = 0; i < COUNT; i++)
		spool_close(indexes->items[i].spool);
	bytes_free(&indexes->key);
	free(indexes->payload.buffer);
	free(indexes);
}

/* ---- rows */

bool indexes_add(struct indexes *indexes, int dataset, const struct value *columns, int64_t id,
	struct failure *failure)
{
	const struct value last = { .state = VALUE_INTEGER, .integer = id };
	for (int i = 0; i < COUNT; i++) {
		struct index *index = &indexes->items[i];
		if (index->dataset != dataset)
			continue;
		bool done = true;
		indexes->key.used = 0;
		for (int k = 0; done && k < index->count; k++)
			done = sortkey_add(&indexes->key, &columns[index->columns[k]], failure);
		if (!done || !sortkey_add(&indexes->key, &last, failure) || !spool_add(index->spool, &indexes->key, failure))
			return false;
	}
	return true;
}

static bool write_rows(struct indexes *indexes, const struct index *index, struct spool_merge *merge,
	struct tree *tree, struct failure *failure)
{
	struct value values[MOST_COLUMNS + 1];
	const char *key;
	size_t length;
	for (;;) {
		if (!spool_merge_next(merge, &key, &length, failure))
			return false;
		if (!key)
			return tree_finish(tree, failure);
		if (!sortkey_read(key, values, index->count + 1, &indexes->key, failure)
			|| !payload_write(&indexes->payload, values, index->count + 1, failure)
			|| !tree_add(tree, 0, indexes->payload.bytes, indexes->payload.length, failure))
			return false;
	}
}

static bool build(struct indexes *indexes, struct index *index, struct pages *pages, struct failure *failure)
{
	sqlite3_int64 root;
	struct spool_batch batch = { 0 };
	struct spool_merge *merge = NULL;
	struct tree *tree = NULL;
	char *sql = print_text(failure, "SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND name = '%s'",
		index->definition->name);
	bool done = sql && spool_take(index->spool, &batch, failure)
		&& database_number(indexes->database, sql, &root, failure)
		&& (tree = tree_open_index(pages, (uint32_t)root, failure))
		&& (merge = spool_merge_open(&batch, failure)) && write_rows(indexes, index, merge, tree, failure);
	spool_merge_close(merge);
	spool_batch_free(&batch);
	tree_close(tree);
	free(sql);
	return done;
}

bool indexes_finish(struct indexes *indexes, struct pages *pages, struct failure *failure)
{
	struct profile *profile = indexes->database->profile;
	bool done = true;
	for (int i = 0; done && i < COUNT; i++) {
		struct span span;
		profile_begin(profile, &span);
		done = build(indexes, &indexes->items[i], pages, failure);
		profile_end(profile, &span, "settle", definitions[i].name, 0, 0);
	}
	return done;
}
