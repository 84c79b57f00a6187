/* Whether a batch's outputs are what its raw files and its notice give. */
#ifndef ONEX_AUDIT_H
#define ONEX_AUDIT_H

#include <stdint.h>

#include "common/failure.h"

/* The steps of an audit, in order. */
enum audit_step {
	AUDIT_BAG,      /* an archive is whole and as its manifests say; not looked at for a batch folder */
	AUDIT_INPUTS,   /* the raw files and notice.xml have the digests of the run */
	AUDIT_PROGRAM,  /* rules, schemas and sheets are those of the run */
	AUDIT_MANIFEST, /* every output has the digest of the manifest, none is missing or besides */
	AUDIT_AGAIN,    /* the pipeline, run afresh aside, makes the same bytes */
	AUDIT_SECOND,   /* audit.sql re-derives the counts and amounts by another route */
	AUDIT_SAMPLE,   /* rows chosen by a seed are what stands in the raw files */
	AUDIT_STEPS
};

/* One difference: what (a file), where in it, the text in the audited output and
 * the text expected; place and texts may be empty. */
struct audit_difference {
	enum audit_step step;
	const char *what, *place, *found, *expected;
};

/* Called for each difference; false stops (its failure filled). */
struct audit_listener {
	void *context;
	bool (*difference)(void *context, const struct audit_difference *difference, struct failure *failure);
};

/* What is audited: a batch folder and its outputs; `work` is an empty folder for the fresh
 * run, `archived` the rules that stand in a bag beside them, or NULL. Nothing is written
 * but in `work`. */
struct audit_subject {
	const char *batch, *out, *work, *archived;
	uint64_t seed; /* of the sample */
	bool progress; /* the fresh run shows how far it is, on a terminal */
};

/* checked[step] grows by the number of things that the step looked at. */
bool audit_batch(const struct audit_subject *subject, const struct audit_listener *listener, long checked[AUDIT_STEPS],
	struct failure *failure);

/* The last step on its own. */
bool audit_sample(const char *batch, const char *out, uint64_t seed, const struct audit_listener *listener, long *checked,
	struct failure *failure);

#endif
