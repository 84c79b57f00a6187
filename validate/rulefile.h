/* One rule, read from its file (docs/rule-files.md). */
#ifndef VALIDATE_RULEFILE_H
#define VALIDATE_RULEFILE_H

#include <stdint.h>

#include "common/digest.h"
#include "common/failure.h"
#include "validate/severity.h"

enum { RULE_MAX_CASES = 27, RULE_ID_BYTES = 4 };

/* A case of a rule. Texts are NULL where the header has none. */
struct rule_case {
	char name;                  /* 'a', 'b', …, 'x'; '\0' of a rule without cases */
	enum severity original;     /* what the file says */
	enum severity severity;     /* in force: the notice may change it */
	const char *field, *understood, *allowed, *message; /* point into the rule's own texts */
	int64_t fired;              /* findings of it in this run */
};

struct rule {
	char id[RULE_ID_BYTES];     /* "R33" */
	char *name;                 /* the file's name: R33-deadline.sql */
	char *title, *clause, *sentence, *subject, *reads;
	char *needs;                /* "" where it needs no dataset */
	bool partly;                /* without them it judges what it can, beside its x */
	char *field;                /* of the subject, or NULL */
	bool after_outcome;         /* runs when the other findings are weighed */
	struct rule_case cases[RULE_MAX_CASES]; /* in the order of their names */
	int case_count;
	char *understood, *allowed, *message;   /* for cases without their own */
	char *texts[4][26];         /* field, understood, allowed, message of one case */
	char *sql;                  /* the SELECT, as in the file */
	int64_t checked;            /* records of the subject in this run */
	char sha256[DIGEST_TEXT_BYTES];
};

/* Reads the rule that `text` (NUL-terminated, the file `name`) states. NULL on
 * failure: what is wrong in the file is STATUS_BATCH with file and line. */
struct rule *rule_read(const char *name, const char *text, struct failure *failure);
void rule_free(struct rule *rule); /* NULL is let pass */

/* The case of that name ('\0': the only one), or NULL. */
struct rule_case *rule_case_of(struct rule *rule, char name);

#endif
