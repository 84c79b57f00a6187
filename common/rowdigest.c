#include "common/rowdigest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/bytes.h"
#include "common/canonical.h"
#include "common/fieldsql.h"

struct row_digest {
	struct database *database;
	const struct dataset *dataset;
	sqlite3_stmt *row;
	struct bytes joined; /* the values */
};

/* SELECT of every field of the application, in schema order. */
static char *row_sql(const struct dataset *dataset, struct failure *failure)
{
	char *sql = copy_text(failure, "SELECT ");
	for (int i = 0; sql && i < dataset->field_count; i++) {
		char *field = field_sql(&dataset->fields[i], "a", failure);
		char *longer = field ? print_text(failure, "%s%s%s", sql, i ? ", " : "", field) : NULL;
		free(field);
		free(sql);
		sql = longer;
	}
	char *whole = sql ? print_text(failure, "%s FROM application a WHERE a.id = ?", sql) : NULL;
	free(sql);
	return whole;
}

struct row_digest *row_digest_open(struct database *database, const struct schema *schema, struct failure *failure)
{
	const struct dataset *dataset = schema_dataset(schema, "application");
	if (!dataset) {
		fail(failure, STATUS_BUG, "%s", tr("there is no schema of applications", "缺少试点申报的数据定义"));
		return NULL;
	}
	struct row_digest *digest = allocate(failure, 1, sizeof *digest);
	char *sql = digest ? row_sql(dataset, failure) : NULL;
	if (sql) {
		digest->database = database;
		digest->dataset = dataset;
		digest->row = database_prepare(database, sql, failure);
	}
	free(sql);
	if (digest && digest->row)
		return digest;
	row_digest_close(digest);
	return NULL;
}

/* The text of column `i` as it enters the digest. */
static const char *digest_text(const struct field *field, sqlite3_stmt *row, int i, char text[CANONICAL_BYTES])
{
	if (sqlite3_column_type(row, i) == SQLITE_NULL)
		return "";
	if (field_is_text(field)) {
		const char *value = (const char *)sqlite3_column_text(row, i);
		return value ? value : "";
	}
	int64_t value = sqlite3_column_int64(row, i);
	if (field->kind != FIELD_MONEY && field->kind != FIELD_YES_NO)
		return canonical_integer(field, value, text);
	snprintf(text, CANONICAL_BYTES, "%" PRId64, value);
	return text;
}

bool row_digest(struct row_digest *digest, int64_t application, char text[DIGEST_TEXT_BYTES], struct failure *failure)
{
	bool row = false;
	digest->joined.used = 0;
	sqlite3_bind_int64(digest->row, 1, application);
	bool done = database_step(digest->database, digest->row, &row, failure);
	if (done && !row)
		done = fail(failure, STATUS_BUG, tr("there is no application %" PRId64, "没有第 %" PRId64 " 条申报"), application);
	for (int i = 0; done && i < digest->dataset->field_count; i++) {
		char value[CANONICAL_BYTES];
		done = (i == 0 || bytes_add_text(&digest->joined, "\x1F", failure))
			&& bytes_add_text(&digest->joined, digest_text(&digest->dataset->fields[i], digest->row, i, value), failure);
	}
	sqlite3_reset(digest->row);
	return done && digest_bytes("SHA256", digest->joined.at, digest->joined.used, text, failure);
}

void row_digest_close(struct row_digest *digest)
{
	if (!digest)
		return;
	sqlite3_finalize(digest->row);
	bytes_free(&digest->joined);
	free(digest);
}
