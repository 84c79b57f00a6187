#include "transform/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void refuse(char reason[REASON_BYTES], const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(reason, REASON_BYTES, format, args);
	va_end(args);
}

static bool append_code(struct schools *schools, int64_t code, struct failure *failure)
{
	int64_t *codes = enlarge(failure, schools->codes, &schools->room, schools->count + 1, sizeof *codes);
	if (!codes)
		return false;
	schools->codes = codes;
	schools->codes[schools->count++] = code;
	return true;
}

static int by_code(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

bool schools_read(struct schools *schools, struct database *database, const struct policy *eligible,
	const struct parameters *parameters, struct failure *failure)
{
	*schools = (struct schools){ 0 };
	struct query query;
	if (!query_open(&query, database, eligible, parameters, failure))
		return false;
	bool row = true;
	bool done = true;
	while (done && (done = query_step(&query, &row, failure)) && row)
		done = append_code(schools, sqlite3_column_int64(query.statement, 0), failure);
	query_close(&query);
	if (schools->count)
		qsort(schools->codes, schools->count, sizeof *schools->codes, by_code);
	for (size_t i = 1; done && i < schools->count; i++)
		if (schools->codes[i] == schools->codes[i - 1])
			done = fail(failure, STATUS_BATCH, tr("%s: school %010lld twice", "%s：学校 %010lld 出现两次"), eligible->file,
				(long long)schools->codes[i]);
	if (!done)
		schools_free(schools);
	return done;
}

void schools_free(struct schools *schools)
{
	free(schools->codes);
	*schools = (struct schools){ 0 };
}

/* One alternative list "a|b": true where a source of one of them is there. Adds the
 * titles of absent ones to `missing`. */
static bool is_present(struct database *database, const char *names, size_t length, bool *present,
	char missing[REASON_BYTES], struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database, "SELECT title, present FROM dataset WHERE name = ?", failure);
	bool done = statement != NULL;
	*present = false;
	missing[0] = '\0';
	for (size_t at = 0; done && at <= length;) {
		size_t part = 0;
		while (at + part < length && names[at + part] != '|')
			part++;
		bool row;
		sqlite3_reset(statement);
		sqlite3_bind_text(statement, 1, names + at, (int)part, SQLITE_STATIC);
		done = database_step(database, statement, &row, failure);
		if (done && row && sqlite3_column_int(statement, 1) != 0)
			*present = true;
		size_t used = strlen(missing);
		if (done && row)
			snprintf(missing + used, REASON_BYTES - used, "%s%s", used ? "、" : "",
				(const char *)sqlite3_column_text(statement, 0));
		at += part + 1;
	}
	sqlite3_finalize(statement);
	return done;
}

/* `needs` is a list of alternatives, separated by spaces: all of them are needed. */
static bool check_needs(struct database *database, const struct policy *measure, char reason[REASON_BYTES],
	struct failure *failure)
{
	for (const char *at = measure->needs; *at;) {
		size_t length = strcspn(at, " ");
		char missing[REASON_BYTES];
		bool present = true;
		if (length && !is_present(database, at, length, &present, missing, failure))
			return false;
		if (!present) {
			refuse(reason, "因素“%s”（%s）没有任何数据：本批次没有收到%s", measure->title, measure->id, missing);
			return true;
		}
		at += length + (at[length] == ' ');
	}
	return true;
}

static int share_by_key(const void *left, const void *right)
{
	const struct share *a = left, *b = right;
	return (a->key > b->key) - (a->key < b->key);
}

/* Takes one row (school_code, x). The rank marks a school that already has one. */
static bool take(struct share *shares, size_t count, struct query *query, char reason[REASON_BYTES],
	struct failure *failure)
{
	sqlite3_stmt *row = query->statement;
	struct share wanted = { .key = sqlite3_column_int64(row, 0) };
	if (sqlite3_column_type(row, 0) == SQLITE_NULL)
		return true;
	struct share *share = bsearch(&wanted, shares, count, sizeof *shares, share_by_key);
	if (!share)
		return true;
	if (share->rank++)
		return fail(failure, STATUS_BATCH, tr("%s: school %010lld twice", "%s：学校 %010lld 出现两次"),
			query->policy->file, (long long)share->key);
	share->x = sqlite3_column_int64(row, 1);
	if (sqlite3_column_type(row, 1) != SQLITE_INTEGER || share->x < 0)
		refuse(reason, "因素“%s”（%s）在学校 %010lld 的数值不是非负整数，或者超出了范围", query->policy->title,
			query->policy->id, (long long)share->key);
	return true;
}

static bool overflowed(const struct query *query)
{
	return strcmp(sqlite3_errmsg(query->database->handle), "integer overflow") == 0;
}

static bool read_rows(struct share *shares, size_t count, struct query *query, char reason[REASON_BYTES],
	struct failure *failure)
{
	if (sqlite3_column_count(query->statement) != 2)
		return fail(failure, STATUS_BATCH, tr("%s: a measure has two columns, school_code and x",
			"%s：因素须有 school_code 和 x 两列"), query->policy->file);
	for (bool row = true; *reason == '\0';) {
		if (!query_step(query, &row, failure)) {
			if (!overflowed(query))
				return false;
			refuse(reason, "因素“%s”（%s）的数值超出了范围", query->policy->title, query->policy->id);
			return true;
		}
		if (!row)
			break;
		if (!take(shares, count, query, reason, failure))
			return false;
	}
	return true;
}

bool measure_read(struct share *shares, const struct schools *schools, struct database *database,
	const struct policy *measure, const struct parameters *parameters, char reason[REASON_BYTES],
	struct failure *failure)
{
	for (size_t i = 0; i < schools->count; i++)
		shares[i] = (struct share){ .key = schools->codes[i] };
	if (!check_needs(database, measure, reason, failure))
		return false;
	if (*reason)
		return true;
	struct query query;
	if (!query_open(&query, database, measure, parameters, failure))
		return false;
	bool done = read_rows(shares, schools->count, &query, reason, failure);
	query_close(&query);
	return done;
}
