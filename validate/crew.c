#include "validate/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "validate/subject.h"

enum { CREW = 2 };

struct member {
	struct crew *crew;
	struct judge judge;
	struct database *database;
	pthread_t thread;
	bool started;
	int failed_rule;       /* index of the first rule that failed here, -1: none */
	struct failure failure;
};

struct crew {
	struct member members[CREW];
	struct rule **rules;
	struct spool_batch *findings;
	int count;
	atomic_int next;
};

struct crew *crew_open(const char *path, const struct schema *schema, const char *batch, const char *folder,
	struct failure *failure)
{
	struct crew *crew = allocate(failure, 1, sizeof *crew);
	bool done = crew != NULL;
	for (int i = 0; done && i < CREW; i++) {
		struct member *member = &crew->members[i];
		member->crew = crew;
		member->database = database_open(path, DATABASE_READ, failure);
		done = member->database && database_run(member->database, "PRAGMA cache_size = -8192", failure)
			&& judge_open(&member->judge, member->database, schema, batch, folder, failure);
	}
	if (done)
		return crew;
	crew_close(crew);
	return NULL;
}

static void *work(void *context)
{
	struct member *member = context;
	struct crew *crew = member->crew;
	for (;;) {
		int i = atomic_fetch_add(&crew->next, 1);
		struct failure failure;
		if (i >= crew->count)
			return NULL;
		if (judge_rule(&member->judge, crew->rules[i], &crew->findings[i], &failure) || member->failed_rule >= 0)
			continue;
		member->failed_rule = i;
		member->failure = failure;
	}
}

bool crew_run(struct crew *crew, struct rule **rules, int count, struct spool_batch *findings,
	struct failure *failure)
{
	crew->rules = rules;
	crew->count = count;
	crew->findings = findings;
	atomic_store(&crew->next, 0);
	for (int i = 0; i < CREW; i++) {
		struct member *member = &crew->members[i];
		member->failed_rule = -1;
		/* the first member works in this thread; where no other can start, alone */
		member->started = i > 0 && pthread_create(&member->thread, NULL, work, member) == 0;
	}
	work(&crew->members[0]);
	const struct member *first = NULL;
	for (int i = 0; i < CREW; i++) {
		struct member *member = &crew->members[i];
		if (member->started)
			pthread_join(member->thread, NULL);
		if (member->failed_rule >= 0 && (!first || member->failed_rule < first->failed_rule))
			first = member;
	}
	if (first)
		*failure = first->failure;
	return !first;
}

bool crew_rest(struct crew *crew, struct failure *failure)
{
	bool done = true;
	for (int i = 0; i < CREW; i++) {
		struct member *member = &crew->members[i];
		subjects_close(member->judge.subjects);
		member->judge.subjects = NULL;
		done = database_close(member->database, failure) && done;
		member->database = NULL;
	}
	return done;
}

void crew_close(struct crew *crew)
{
	struct failure ignored;
	if (!crew)
		return;
	for (int i = 0; i < CREW; i++) {
		judge_close(&crew->members[i].judge);
		database_close(crew->members[i].database, &ignored);
	}
	free(crew);
}
