#include "report/report.h"

#include <libxml/parser.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/layout.h"
#include "common/memory.h"

void report_measure(const struct report *report, const struct span *span, const char *part, const char *script,
	int64_t rows, int64_t bytes)
{
	static const char folder[] = "report/";
	if (!report->database->profile)
		return;
	char name[64];
	snprintf(name, sizeof name, "%s", strncmp(script, folder, sizeof folder - 1) == 0 ? script + sizeof folder - 1 : script);
	char *end = strrchr(name, '.');
	if (end)
		*end = '\0';
	profile_end(report->database->profile, span, part, name, rows, bytes);
}

static bool write_data(struct report *report, struct failure *failure)
{
	struct layout_names names = { 0 };
	char *folder = layout_join(failure, report->home, "report/data");
	bool done = folder && layout_names(&names, folder, ".sql", failure);
	for (unsigned long i = 0; done && i < names.count; i++) {
		char *name = layout_join(failure, "report/data", names.names[i]);
		done = name && csvfile_write(report, name, failure);
		free(name);
	}
	layout_names_free(&names);
	free(folder);
	return done;
}

/* The review workbook is about as much work as all else: each half has a thread. */
static bool write_review(struct report *report, struct failure *failure)
{
	return book_write_all(report, "report/review", failure);
}

static bool write_others(struct report *report, struct failure *failure)
{
	return write_data(report, failure)
		&& page_write(report, failure)
		&& book_write_all(report, "report/allocation", failure)
		&& book_write_all(report, "report/published", failure)
		&& book_write_all(report, "report/returns", failure);
}

static bool open_report(struct report *report, const char *folder, struct profile *profile, struct progress *progress,
	struct failure *failure)
{
	*report = (struct report){ .folder = folder };
	char *path = layout_join(failure, folder, "batch.db");
	bool done = path && (report->home = layout_home(failure)) != NULL
		&& (report->work = layout_join(failure, folder, ".report-new")) != NULL
		&& (report->database = database_open(path, DATABASE_READ, failure)) != NULL
		&& (report->schema = schema_load(report->home, failure)) != NULL && provenance_load(report, failure)
		&& (report->digest = row_digest_open(report->database, report->schema, failure)) != NULL;
	if (done) {
		report->database->profile = profile;
		report->database->progress = progress;
		/* Bounds what a sorter holds, too. Fewer pages than the rules that an application may
		 * offend against, and some, are read from the file over and over. */
		done = database_run(report->database, "PRAGMA cache_size = -800", failure);
	}
	free(path);
	return done;
}

static bool close_report(struct report *report, bool done, struct failure *failure)
{
	row_digest_close(report->digest);
	if (report->database)
		database_uncage(report->database);
	if (!database_close(report->database, done ? failure : &(struct failure){ 0 }))
		done = false;
	schema_free(report->schema);
	values_free(&report->values);
	free(report->work);
	free(report->home);
	return done;
}

struct half {
	const char *folder;
	struct profile *profile;
	struct progress *progress;
	unsigned long files;
	bool done;
	struct failure failure;
};

static void *run_review(void *context)
{
	struct half *half = context;
	struct report report;
	half->done = open_report(&report, half->folder, half->profile, half->progress, &half->failure)
		&& write_review(&report, &half->failure);
	half->files = report.files;
	half->done = close_report(&report, half->done, &half->failure);
	return NULL;
}

/* Both halves. Where both fail, the review's failure is told, so that the same
 * cause gives the same words. */
static bool write_all(struct report *report, struct failure *failure)
{
	struct half half = { .folder = report->folder, .profile = report->database->profile,
		.progress = report->database->progress };
	pthread_t thread;
	bool apart = pthread_create(&thread, NULL, run_review, &half) == 0;
	if (!apart)
		run_review(&half);
	bool done = write_others(report, failure);
	if (apart)
		pthread_join(thread, NULL);
	report->files += half.files;
	if (!half.done)
		*failure = half.failure;
	struct span span;
	profile_begin(report->database->profile, &span);
	done = done && half.done && manifest_write(report, failure);
	profile_end(report->database->profile, &span, "manifest", "all", (int64_t)report->files, 0);
	return done;
}

bool report_run(const char *folder, unsigned long *files, struct profile *profile, struct progress *progress,
	struct failure *failure)
{
	struct report report;
	memory_watch();
	xmlInitParser(); /* before there are threads */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* counting memory costs a lock at every turn */
	sqlite3_config(SQLITE_CONFIG_PMASZ, 16); /* pages that a sorter holds at least; the default is 4 MiB of them */
	progress_begin(progress, tr("writing", "生成"), 0, 0, NULL);
	bool begun = open_report(&report, folder, profile, progress, failure) && output_begin(&report, failure);
	bool done = begun && write_all(&report, failure) && memory_enough("manifest-sha256.txt", failure)
		&& output_swap(&report, failure);
	if (begun)
		output_discard(&report);
	*files = report.files;
	return close_report(&report, done, failure);
}
