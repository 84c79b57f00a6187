#include "ingest/settle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/attempts.h"
#include "ingest/tables.h"
#include "ingest/twins.h"

/* ---- statements with one dataset's name in them */

static char *write_sql(const struct dataset *dataset, bool (*write)(FILE *sql, const struct dataset *dataset),
	struct failure *failure)
{
	char *text = NULL;
	size_t length = 0;
	FILE *sql = open_memstream(&text, &length);
	bool done = sql && write(sql, dataset);
	if (sql && fclose(sql) != 0)
		done = false;
	if (done)
		return text;
	free(text);
	fail(failure, STATUS_SYSTEM, tr("out of memory", "内存不足"));
	return NULL;
}

static void write_raw(FILE *sql, const struct dataset *dataset, const char *one, const char *other)
{
	fprintf(sql, " AND NOT EXISTS(SELECT field, text FROM raw_text WHERE dataset = %d AND row_id = %s.id"
		" AND (%s.unknown >> field & 1) EXCEPT SELECT field, text FROM raw_text WHERE dataset = %d AND row_id = %s.id)",
		dataset->id, one, one, dataset->id, other);
}

/* Whether two rows are the same in every typed field; unreadable cells are where
 * they say the same. */
static bool write_same(FILE *sql, const struct dataset *dataset)
{
	bool certificate = false;
	bool major = false;
	fprintf(sql, "SELECT 1 FROM \"%s\" a, \"%s\" b WHERE a.id = ?1 AND b.id = ?2 AND a.unknown = b.unknown",
		dataset->name, dataset->name);
	for (int k = 0; k < dataset->field_count; k++) {
		const struct field *field = &dataset->fields[k];
		certificate = certificate || field->group == GROUP_CERTIFICATE;
		major = major || field->group == GROUP_MAJOR;
		if (field->group == GROUP_NONE)
			fprintf(sql, " AND a.\"%s\" IS b.\"%s\"", field->name, field->name);
	}
	if (certificate)
		fputs(" AND a.certificate_ref = b.certificate_ref", sql);
	if (major)
		fputs(" AND a.major_ref = b.major_ref", sql);
	write_raw(sql, dataset, "a", "b");
	write_raw(sql, dataset, "b", "a");
	return ferror(sql) == 0;
}

/* The same for the rows of temp.crowd at once: sorted by all that makes them the same,
 * where comparing each with each would take the square of their number. */
static bool write_crowd(FILE *sql, const struct dataset *dataset)
{
	bool certificate = false;
	bool major = false;
	fputs("INSERT INTO temp.repeated SELECT id, first FROM (SELECT d.id, min(d.id) OVER (PARTITION BY d.unknown", sql);
	for (int k = 0; k < dataset->field_count; k++) {
		const struct field *field = &dataset->fields[k];
		certificate = certificate || field->group == GROUP_CERTIFICATE;
		major = major || field->group == GROUP_MAJOR;
		if (field->group == GROUP_NONE)
			fprintf(sql, ", d.\"%s\"", field->name);
	}
	fputs(certificate ? ", d.certificate_ref" : "", sql);
	fputs(major ? ", d.major_ref" : "", sql);
	fprintf(sql, ", (SELECT group_concat(field || ':' || text, char(31)) FROM (SELECT field, text FROM raw_text"
		" WHERE dataset = %d AND row_id = d.id AND (d.unknown >> field & 1) ORDER BY field))) AS first"
		" FROM temp.crowd c JOIN \"%s\" d ON d.id = c.id) WHERE first <> id ORDER BY id", dataset->id, dataset->name);
	return ferror(sql) == 0;
}

/* What becomes of the rows in temp.repeated. */
static bool write_removal(FILE *sql, const struct dataset *dataset)
{
	const char *name = dataset->name;
	fprintf(sql, "INSERT INTO repetition SELECT '%s', r.kept, d.source, d.row FROM repeated r JOIN \"%s\" d"
		" ON d.id = r.id ORDER BY r.id;", name, name);
	fprintf(sql, "CREATE TEMP TABLE removed AS SELECT d.source, sum(d.unknown = 0) AS accepted,"
		" sum(d.unknown <> 0) AS held FROM repeated r JOIN \"%s\" d ON d.id = r.id GROUP BY d.source;", name);
	fputs("UPDATE source SET accepted = source.accepted - r.accepted, held = source.held - r.held,"
		" skipped = source.skipped + r.accepted + r.held FROM removed r WHERE r.source = source.id;", sql);
	if (strcmp(name, "assessment") == 0)
		fputs(attempts_removal, sql);
	fprintf(sql, "DELETE FROM ingest_finding WHERE dataset = '%s' AND row_id IN (SELECT id FROM repeated);", name);
	fprintf(sql, "DELETE FROM raw_text WHERE dataset = %d AND row_id IN (SELECT id FROM repeated);", dataset->id);
	fprintf(sql, "DELETE FROM \"%s\" WHERE id IN (SELECT id FROM repeated);", name);
	fputs("DROP TABLE removed; DELETE FROM repeated;", sql);
	return ferror(sql) == 0;
}

/* ---- identical records */

enum { SMALL_GROUP = 16 }; /* rows that are compared each with each */

struct comparing {
	struct database *database;
	sqlite3_stmt *same, *insert, *join, *crowd;
	bool found;
};

static bool is_same(struct comparing *comparing, int64_t a, int64_t b, bool *same, struct failure *failure)
{
	sqlite3_bind_int64(comparing->same, 1, a);
	sqlite3_bind_int64(comparing->same, 2, b);
	return database_once(comparing->database, comparing->same, same, failure);
}

static bool add_repeated(struct comparing *comparing, int64_t id, int64_t kept, struct failure *failure)
{
	comparing->found = true;
	sqlite3_bind_int64(comparing->insert, 1, id);
	sqlite3_bind_int64(comparing->insert, 2, kept);
	return database_once(comparing->database, comparing->insert, NULL, failure);
}

static bool compare_few(struct comparing *comparing, const int64_t *ids, size_t count, struct failure *failure)
{
	int64_t leaders[SMALL_GROUP]; /* rows that differ from one another */
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		bool same = false;
		size_t k = 0;
		for (; k < used && !same; k += !same)
			if (!is_same(comparing, leaders[k], ids[i], &same, failure))
				return false;
		if (!same)
			leaders[used++] = ids[i];
		else if (!add_repeated(comparing, ids[i], leaders[k], failure))
			return false;
	}
	return true;
}

static bool compare_crowd(struct comparing *comparing, const int64_t *ids, size_t count, struct failure *failure)
{
	bool row;
	bool done = true;
	for (size_t i = 0; done && i < count; i++) {
		sqlite3_bind_int64(comparing->join, 1, ids[i]);
		done = database_once(comparing->database, comparing->join, NULL, failure);
	}
	done = done && database_step(comparing->database, comparing->crowd, &row, failure);
	comparing->found = comparing->found || sqlite3_changes(comparing->database->handle) > 0;
	sqlite3_reset(comparing->crowd);
	return done && database_run(comparing->database, "DELETE FROM temp.crowd", failure);
}

static bool compare_group(void *context, const int64_t *ids, size_t count, struct failure *failure)
{
	return count <= SMALL_GROUP ? compare_few(context, ids, count, failure) : compare_crowd(context, ids, count, failure);
}

static bool remove_identical(struct store *store, int at, struct failure *failure)
{
	struct database *database = store_database(store);
	const struct dataset *dataset = &store_schema(store)->datasets[at];
	struct comparing comparing = { .database = database };
	char *same = write_sql(dataset, write_same, failure);
	char *crowd = same ? write_sql(dataset, write_crowd, failure) : NULL;
	char *removal = crowd ? write_sql(dataset, write_removal, failure) : NULL;
	bool done = removal && (comparing.same = database_prepare(database, same, failure))
		&& (comparing.insert = database_prepare(database, "INSERT INTO temp.repeated VALUES(?,?)", failure))
		&& (comparing.join = database_prepare(database, "INSERT INTO temp.crowd VALUES(?)", failure))
		&& (comparing.crowd = database_prepare(database, crowd, failure))
		&& twins_groups(store_twins(store, at), compare_group, &comparing, failure);
	sqlite3_finalize(comparing.same);
	sqlite3_finalize(comparing.insert);
	sqlite3_finalize(comparing.join);
	sqlite3_finalize(comparing.crowd);
	done = done && (!comparing.found || database_run(database, removal, failure));
	free(same);
	free(crowd);
	free(removal);
	return done;
}

/* ---- attempts that share a number */

struct sharing {
	struct database *database;
	const char *kind;
	sqlite3_stmt *number, *insert;
};

static bool add_twin(struct sharing *sharing, int64_t id, int64_t first, struct failure *failure)
{
	sqlite3_bind_text(sharing->insert, 1, sharing->kind, -1, SQLITE_STATIC);
	sqlite3_bind_int64(sharing->insert, 2, id);
	sqlite3_bind_int64(sharing->insert, 3, first);
	return database_once(sharing->database, sharing->insert, NULL, failure);
}

static bool is_shared(struct sharing *sharing, int64_t a, int64_t b, bool *shared, struct failure *failure)
{
	sqlite3_bind_int64(sharing->number, 1, a);
	sqlite3_bind_int64(sharing->number, 2, b);
	return database_once(sharing->database, sharing->number, shared, failure);
}

enum { NUMBERS_OF_A_KEY = 8 }; /* different numbers with one 64-bit key: never seen, two are an accident */

/* Numbers with one key are the same number but for the rarest accident, so that each
 * row is compared with the first row of each different number only; rows that were removed
 * as identical are not there any more: they do not even share their own number. */
static bool share_group(void *context, const int64_t *ids, size_t count, struct failure *failure)
{
	struct sharing *sharing = context;
	int64_t firsts[NUMBERS_OF_A_KEY];
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		bool shared = false;
		size_t k = 0;
		for (; k < used && !shared; k += !shared)
			if (!is_shared(sharing, firsts[k], ids[i], &shared, failure))
				return false;
		if (shared && (!add_twin(sharing, firsts[k], firsts[k], failure) || !add_twin(sharing, ids[i], firsts[k], failure)))
			return false;
		bool there = shared;
		if (!shared && !is_shared(sharing, ids[i], ids[i], &there, failure))
			return false;
		if (!shared && there && used == NUMBERS_OF_A_KEY)
			return fail(failure, STATUS_BUG, "%s", "too many numbers share a key");
		if (!shared && there)
			firsts[used++] = ids[i];
	}
	return true;
}

static bool find_sharing(struct database *database, struct twins *twins, const char *kind, const char *number,
	struct failure *failure)
{
	struct sharing sharing = { .database = database, .kind = kind };
	char *sql = print_text(failure, "SELECT 1 FROM assessment a, assessment b WHERE a.id = ?1 AND b.id = ?2"
		" AND a.\"%s\" = b.\"%s\"", number, number);
	bool done = sql && (sharing.number = database_prepare(database, sql, failure))
		&& (sharing.insert = database_prepare(database, "INSERT OR IGNORE INTO assessment_twin VALUES(?,?,?)", failure))
		&& twins_groups(twins, share_group, &sharing, failure);
	sqlite3_finalize(sharing.number);
	sqlite3_finalize(sharing.insert);
	free(sql);
	return done;
}

static bool find_assessment_twins(struct store *store, struct failure *failure)
{
	const struct schema *schema = store_schema(store);
	const struct dataset *assessment = schema_dataset(schema, "assessment");
	if (!assessment)
		return true;
	struct database *database = store_database(store);
	struct twins *registrations = store_twins(store, (int)(assessment - schema->datasets));
	return find_sharing(database, registrations, "registration", "registration_no", failure)
		&& find_sharing(database, store_certificate_twins(store), "certificate_no", "certificate_no", failure);
}

static bool find_twins(struct store *store, struct failure *failure)
{
	struct profile *profile = store_database(store)->profile;
	struct span span;
	profile_begin(profile, &span);
	bool done = find_assessment_twins(store, failure);
	profile_end(profile, &span, "settle", "shared numbers", 0, 0);
	progress_item(store_database(store)->progress);
	return done;
}

/* ---- references and indexes */

/* By folded name and 培训评价组织; where a record gives none, by the name alone if
 * just one certificate has it (docs/conventions.md). */
static const char resolve_certificates[] =
	"CREATE TEMP TABLE known AS SELECT r.unit AS unit, i.folded AS issuer, c.certificate_code AS code, min(c.id) AS first"
	" FROM certificate c JOIN certificate_ref r ON r.id = c.certificate_ref LEFT JOIN term i ON i.id = r.issuer"
	" WHERE r.unit IS NOT NULL AND c.certificate_code IS NOT NULL GROUP BY 1, 2, 3;"
	"CREATE INDEX temp.known_unit ON known(unit, issuer, first);"
	"UPDATE certificate_ref SET certificate = CASE WHEN issuer IS NULL"
	" THEN (SELECT min(code) FROM known k WHERE k.unit = certificate_ref.unit HAVING count(DISTINCT code) = 1)"
	" ELSE (SELECT code FROM known k WHERE k.unit = certificate_ref.unit AND k.issuer ="
	" (SELECT folded FROM term WHERE term.id = certificate_ref.issuer) ORDER BY first LIMIT 1) END;"
	"DROP TABLE temp.known;";

/* Those of dataset tables are made with them (indexes.h). */
static const char *const indexes[] = {
	"CREATE INDEX major_ref_by_code ON major_ref(base_code)",
	"CREATE INDEX term_by_folded ON term(folded)",
	"CREATE INDEX ingest_finding_by_record ON ingest_finding(dataset, row_id)",
};

/* A finding on a review or a decision is of the school whose application it is
 * about, where there is just one such application. */
static const char attach_schools[] =
	"UPDATE ingest_finding SET school_code = (SELECT printf('%010d', a.school_code) FROM application a"
	" WHERE a.application_no = ingest_finding.application_no AND a.school_code IS NOT NULL)"
	" WHERE dataset IN ('city_review', 'decision') AND application_no IS NOT NULL"
	" AND (SELECT count(*) FROM application a WHERE a.application_no = ingest_finding.application_no) = 1;";

static bool run_part(struct database *database, const char *sql, const char *name, struct failure *failure)
{
	struct span span;
	profile_begin(database->profile, &span);
	bool done = database_run(database, sql, failure);
	profile_end(database->profile, &span, "settle", name, 0, 0);
	progress_item(database->progress);
	return done;
}

static bool create_indexes(struct database *database, struct failure *failure)
{
	static const char verb[] = "CREATE INDEX ";
	bool done = true;
	for (size_t i = 0; done && i < sizeof indexes / sizeof *indexes; i++) {
		char name[64];
		const char *at = indexes[i] + strlen(verb);
		snprintf(name, sizeof name, "%.*s", (int)strcspn(at, " "), at);
		done = run_part(database, indexes[i], name, failure);
	}
	return done;
}

bool settle(struct store *store, struct failure *failure)
{
	struct database *database = store_database(store);
	const struct schema *schema = store_schema(store);
	struct span span;
	bool *present = allocate(failure, (unsigned long)schema->dataset_count, sizeof *present);
	progress_begin(database->progress, tr("sorting out", "整理"), 0,
		schema->dataset_count + 3 + (int)(sizeof indexes / sizeof *indexes), tr("steps", "步"));
	bool done = present && store_finish(store, failure) && database_run(database,
		"CREATE TEMP TABLE repeated(id INTEGER PRIMARY KEY, kept INTEGER NOT NULL);"
		"CREATE TEMP TABLE crowd(id INTEGER PRIMARY KEY)", failure);
	for (int i = 0; done && i < schema->dataset_count; i++) {
		present[i] = store_part(store, i)->present;
		profile_begin(database->profile, &span);
		done = remove_identical(store, i, failure);
		profile_end(database->profile, &span, "settle", "identical records", store_part(store, i)->count, 0);
		progress_item(database->progress);
	}
	done = done && database_run(database, "DROP TABLE temp.repeated; DROP TABLE temp.crowd", failure)
		&& find_twins(store, failure) && tables_describe(database, schema, present, failure)
		&& run_part(database, resolve_certificates, "certificates", failure) && create_indexes(database, failure)
		&& run_part(database, attach_schools, "schools of findings", failure);
	free(present);
	return done;
}
