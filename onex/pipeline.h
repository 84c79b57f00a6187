/* The four stages, run in order into a folder of their own. */
#ifndef ONEX_PIPELINE_H
#define ONEX_PIPELINE_H

#include "common/failure.h"

enum { PIPELINE_STAGES = 4 };

struct pipeline_options {
	bool quiet;      /* no line for each stage */
	bool verbose; /* each stage says what it read or made, on stderr */
	const char *named; /* the folder that `out` will be, for verbose's last line, or NULL */
	const char *profile; /* --profile… for the stages that know it, or NULL */
	bool progress; /* on a terminal: each stage shows how far it is, in a line that is rewritten */
	const char *inputs; /* the list of the batch's files (inputs.h) where it is known already, or NULL */
	bool reuse;    /* with `inputs`: begin at validate where what ingest made of them is kept (cache.h) */
	bool keep;     /* keep what ingest makes */
};

/* Makes every output of `batch` in the folder `out`, which must exist and be
 * empty: the stages, and the digests of what went in, as ingest had them from the bytes
 * it read. A stage that fails has told its message on stderr; its exit status is passed on
 * in `failure`. Beside the last stages the inputs are digested once more: a batch that
 * changed meanwhile fails. */
bool pipeline_run(const char *batch, const char *out, const struct pipeline_options *options,
	struct failure *failure);

/* The path of a program beside the running one; freed with free(). */
char *pipeline_program(const char *program, struct failure *failure);

#endif
