#include "ingest/attempts.h"

#include <stdlib.h>
#include <string.h>

#include "common/calendar.h"
#include "ingest/intern.h"

enum { SLOTS = 1 << 15, MOST = SLOTS / 2 };

struct group {
	int64_t school_code, certificate_ref, level, year;
	int64_t records, examined, passed, first; /* records 0: free */
};

struct attempts {
	struct database *database;
	sqlite3_stmt *insert;
	struct group *groups; /* open addressing */
	size_t count;
	int64_t year, first_day, last_day; /* the year of the last attempt */
};

const char attempts_removal[] =
	"UPDATE assessment_group SET records = assessment_group.records - r.records,"
	" examined = assessment_group.examined - r.examined, passed = assessment_group.passed - r.passed"
	" FROM (SELECT a.school_code, a.certificate_ref, a.level,"
	" CAST(strftime('%Y', a.exam_date * 86400, 'unixepoch') AS INTEGER) AS year, count(*) AS records,"
	" count(CASE WHEN a.result <= 2 THEN 1 END) AS examined, count(CASE WHEN a.result = 1 THEN 1 END) AS passed"
	" FROM repeated d JOIN assessment a ON a.id = d.id GROUP BY 1, 2, 3, 4) r"
	" WHERE r.school_code = assessment_group.school_code AND r.certificate_ref = assessment_group.certificate_ref"
	" AND r.level = assessment_group.level AND r.year = assessment_group.year;";

struct attempts *attempts_open(struct database *database, struct failure *failure)
{
	struct attempts *attempts = allocate(failure, 1, sizeof *attempts);
	if (!attempts)
		return NULL;
	attempts->database = database;
	attempts->last_day = -1; /* no day lies between 0 and it */
	attempts->groups = allocate(failure, SLOTS, sizeof *attempts->groups);
	attempts->insert = attempts->groups ? database_prepare(database,
		"INSERT INTO assessment_group VALUES(?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
		" records = records + excluded.records, examined = examined + excluded.examined,"
		" passed = passed + excluded.passed, first = min(first, excluded.first)", failure) : NULL;
	if (attempts->insert)
		return attempts;
	attempts_close(attempts);
	return NULL;
}

void attempts_close(struct attempts *attempts)
{
	if (!attempts)
		return;
	sqlite3_finalize(attempts->insert);
	free(attempts->groups);
	free(attempts);
}

static int64_t year_of(struct attempts *attempts, int64_t day)
{
	if (day < attempts->first_day || day > attempts->last_day) {
		int year, month, of_month;
		int64_t next;
		calendar_date(day, &year, &month, &of_month);
		attempts->year = year;
		calendar_day(year, 1, 1, &attempts->first_day);
		attempts->last_day = calendar_day(year, 12, 31, &next) ? next : day;
	}
	return attempts->year;
}

static bool is_of(const struct group *group, const struct attempt *attempt, int64_t year)
{
	return group->school_code == attempt->school_code && group->certificate_ref == attempt->certificate_ref
		&& group->level == attempt->level && group->year == year;
}

bool attempts_add(struct attempts *attempts, const struct attempt *attempt, struct failure *failure)
{
	int64_t year = year_of(attempts, attempt->day);
	uint64_t hash = hash_number((uint64_t)attempt->school_code,
		(uint64_t)(attempt->certificate_ref << 20 ^ year << 4 ^ attempt->level));
	size_t at = hash % SLOTS;
	while (attempts->groups[at].records && !is_of(&attempts->groups[at], attempt, year))
		at = (at + 1) % SLOTS;
	struct group *group = &attempts->groups[at];
	if (!group->records) {
		*group = (struct group){ attempt->school_code, attempt->certificate_ref, attempt->level, year, 0, 0, 0,
			attempt->id };
		attempts->count++;
	}
	group->records++;
	group->examined += attempt->result == 1 || attempt->result == 2;
	group->passed += attempt->result == 1;
	return attempts->count < MOST || attempts_flush(attempts, failure);
}

static bool write_group(struct attempts *attempts, const struct group *group, struct failure *failure)
{
	const int64_t values[] = { group->school_code, group->certificate_ref, group->level, group->year,
		group->records, group->examined, group->passed, group->first };
	for (int i = 0; i < (int)(sizeof values / sizeof *values); i++)
		sqlite3_bind_int64(attempts->insert, i + 1, values[i]);
	return database_once(attempts->database, attempts->insert, NULL, failure);
}

bool attempts_flush(struct attempts *attempts, struct failure *failure)
{
	bool done = true;
	for (size_t i = 0; done && i < SLOTS; i++)
		if (attempts->groups[i].records)
			done = write_group(attempts, &attempts->groups[i], failure);
	memset(attempts->groups, 0, SLOTS * sizeof *attempts->groups);
	attempts->count = 0;
	return done;
}
