#include "ingest/terms.h"

#include <stdlib.h>
#include <string.h>

#include "common/fold.h"
#include "ingest/intern.h"

enum { BASE_DIGITS = 6, MAJOR_KEY_BYTES = 1024 };

struct terms {
	struct database *database;
	struct intern *texts;        /* text -> term.id */
	struct intern *folded;       /* folded text -> first term.id */
	struct intern *certificates; /* name, issuer -> certificate_ref.id */
	struct intern *majors;       /* code, name, level -> major_ref.id */
	struct intern *canonical;    /* base code, folded name, level -> first major_ref.id */
	int64_t *folds;              /* term.folded by term.id */
	size_t fold_capacity;
	int64_t text_count, certificate_count, major_count;
	sqlite3_stmt *insert_text, *insert_certificate, *insert_major;
};

struct terms *terms_open(struct database *database, struct failure *failure)
{
	struct terms *terms = allocate(failure, 1, sizeof *terms);
	if (!terms)
		return NULL;
	terms->database = database;
	bool done = (terms->texts = intern_open(failure)) && (terms->folded = intern_open(failure))
		&& (terms->certificates = intern_open(failure)) && (terms->majors = intern_open(failure))
		&& (terms->canonical = intern_open(failure));
	done = done && (terms->insert_text = database_prepare(database, "INSERT INTO term VALUES(?,?,?,?)", failure))
		&& (terms->insert_certificate = database_prepare(database,
			"INSERT INTO certificate_ref VALUES(?,?,?,?,NULL)", failure))
		&& (terms->insert_major = database_prepare(database, "INSERT INTO major_ref VALUES(?,?,?,?,?,?)", failure));
	if (done)
		return terms;
	terms_close(terms);
	return NULL;
}

void terms_close(struct terms *terms)
{
	if (!terms)
		return;
	intern_close(terms->texts);
	intern_close(terms->folded);
	intern_close(terms->certificates);
	intern_close(terms->majors);
	intern_close(terms->canonical);
	sqlite3_finalize(terms->insert_text);
	sqlite3_finalize(terms->insert_certificate);
	sqlite3_finalize(terms->insert_major);
	free(terms->folds);
	free(terms);
}

static bool run(struct terms *terms, sqlite3_stmt *statement, struct failure *failure)
{
	return database_once(terms->database, statement, NULL, failure);
}

static void bind_id(sqlite3_stmt *statement, int at, int64_t id)
{
	if (id)
		sqlite3_bind_int64(statement, at, id);
	else
		sqlite3_bind_null(statement, at);
}

static int64_t fold_of(const struct terms *terms, int64_t id)
{
	return id ? terms->folds[id] : 0;
}

static bool keep_fold(struct terms *terms, int64_t id, int64_t fold, struct failure *failure)
{
	int64_t *larger = enlarge(failure, terms->folds, &terms->fold_capacity, (size_t)id + 1, sizeof *larger);
	if (!larger)
		return false;
	terms->folds = larger;
	terms->folds[id] = fold;
	return true;
}

bool terms_text(struct terms *terms, const char *text, size_t length, int64_t *id, struct failure *failure)
{
	bool is_new;
	*id = intern_number(terms->texts, text, length, terms->text_count + 1, &is_new, failure);
	if (*id == 0 || !is_new)
		return *id != 0;
	terms->text_count++;
	char *folded = fold_name(text, length, failure);
	if (!folded)
		return false;
	int64_t first = intern_number(terms->folded, folded, strlen(folded), *id, &is_new, failure);
	sqlite3_bind_int64(terms->insert_text, 1, *id);
	sqlite3_bind_text(terms->insert_text, 2, text, (int)length, SQLITE_STATIC);
	sqlite3_bind_int64(terms->insert_text, 3, first);
	sqlite3_bind_text(terms->insert_text, 4, folded, -1, SQLITE_STATIC);
	bool done = first && keep_fold(terms, *id, first, failure) && run(terms, terms->insert_text, failure);
	free(folded);
	return done;
}

bool terms_certificate(struct terms *terms, int64_t name, int64_t issuer, int64_t *ref, struct failure *failure)
{
	int64_t key[2] = { name, issuer };
	bool is_new;
	*ref = intern_number(terms->certificates, key, sizeof key, terms->certificate_count + 1, &is_new, failure);
	if (*ref == 0 || !is_new)
		return *ref != 0;
	terms->certificate_count++;
	sqlite3_bind_int64(terms->insert_certificate, 1, *ref);
	bind_id(terms->insert_certificate, 2, name);
	bind_id(terms->insert_certificate, 3, issuer);
	bind_id(terms->insert_certificate, 4, fold_of(terms, name));
	return run(terms, terms->insert_certificate, failure);
}

/* The six digits of a code without K, T or TK; 0 where there is no code. */
static int64_t base_of(const char *code, size_t length)
{
	int64_t base = 0;
	for (size_t i = 0; i < length && i < BASE_DIGITS && code[i] >= '0' && code[i] <= '9'; i++)
		base = 10 * base + (code[i] - '0');
	return base;
}

bool terms_major(struct terms *terms, const char *code, size_t length, int64_t name, int64_t level, int64_t *ref,
	struct failure *failure)
{
	char key[MAJOR_KEY_BYTES];
	int64_t rest[3] = { name, level, code != NULL };
	bool is_new;
	if (length > sizeof key - sizeof rest)
		return fail(failure, STATUS_BUG, tr("major code of %zu bytes", "专业代码长 %zu 字节"), length);
	memcpy(key, rest, sizeof rest);
	if (code)
		memcpy(key + sizeof rest, code, length);
	*ref = intern_number(terms->majors, key, sizeof rest + length, terms->major_count + 1, &is_new, failure);
	if (*ref == 0 || !is_new)
		return *ref != 0;
	terms->major_count++;
	int64_t base = code ? base_of(code, length) : -1;
	int64_t same[3] = { base, fold_of(terms, name), level };
	int64_t first = intern_number(terms->canonical, same, sizeof same, *ref, &is_new, failure);
	if (!first)
		return false;
	sqlite3_stmt *insert = terms->insert_major;
	sqlite3_bind_int64(insert, 1, *ref);
	sqlite3_bind_text(insert, 2, code, (int)length, SQLITE_STATIC); /* NULL binds NULL */
	bind_id(insert, 3, name);
	bind_id(insert, 4, level);
	if (code)
		sqlite3_bind_int64(insert, 5, base);
	else
		sqlite3_bind_null(insert, 5);
	sqlite3_bind_int64(insert, 6, first);
	return run(terms, insert, failure);
}
