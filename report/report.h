/* What every output of a run shares. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "common/database.h"
#include "common/profile.h"
#include "common/progress.h"
#include "common/rowdigest.h"
#include "common/schema.h"
#include "report/values.h"

struct report {
	const char *folder;  /* the out folder: batch.db, and where outputs go */
	char *home;          /* the program's data folder */
	char *work;          /* folder/.report-new: where outputs are made */
	struct database *database;
	struct schema *schema;
	struct row_digest *digest;
	struct values values; /* provenance: see provenance.c */
	int64_t as_of;       /* day */
	unsigned long files; /* outputs written */
};

/* A struct report is used by one thread: each has its own database connection. */

/* Makes all outputs of `folder`: reports/, returns/, data/ and manifest-sha256.txt
 * are replaced together when all of them are whole; on failure the old ones stay.
 * `profile` and `progress` may be NULL. */
bool report_run(const char *folder, unsigned long *files, struct profile *profile, struct progress *progress,
	struct failure *failure);

/* Ends a span that went into what `script` describes (report/review/03-findings.sql:
 * line review/03-findings of `part`). */
void report_measure(const struct report *report, const struct span *span, const char *part, const char *script,
	int64_t rows, int64_t bytes);

/* Sets the values that all scripts know: batch, notice_title, document, as_of,
 * notice_sha256, inputs_sha256, rules_sha256, definitions_sha256, program. */
bool provenance_load(struct report *report, struct failure *failure);

/* Files below report->work; `name` is relative to the out folder. Folders are
 * made as needed. output_close flushes, checks that all bytes arrived, sets mode
 * 0640 and closes, also where it fails; a NULL file is let pass. */
FILE *output_open(struct report *report, const char *name, struct failure *failure);
bool output_close(struct report *report, FILE *file, const char *name, struct failure *failure);
char *output_path(struct report *report, const char *name, struct failure *failure); /* free() */

/* The work folder: made empty, swapped in, removed. */
bool output_begin(struct report *report, struct failure *failure);
bool output_swap(struct report *report, struct failure *failure);
void output_discard(struct report *report);

/* Writes manifest-sha256.txt over all outputs and batch.db into the work folder. */
bool manifest_write(struct report *report, struct failure *failure);

/* One CSV file from a script of report/data. */
bool csvfile_write(struct report *report, const char *script, struct failure *failure);

/* The workbooks of report/<folder>. */
bool book_write_all(struct report *report, const char *folder, struct failure *failure);

/* reports/review.html from report/page. */
bool page_write(struct report *report, struct failure *failure);

#endif
