/* What a run came to, in words. */
#ifndef ONEX_VERDICT_H
#define ONEX_VERDICT_H

#include <stdint.h>

#include "common/failure.h"

enum verdict_outcome { VERDICT_APPROVED, VERDICT_RECOMMENDED, VERDICT_REVIEW, VERDICT_RETURNED, VERDICT_REJECTED, VERDICT_OUTCOMES };
enum verdict_severity { VERDICT_NOTE, VERDICT_TO_REVIEW, VERDICT_TO_RETURN, VERDICT_TO_REJECT, VERDICT_SEVERITIES };

struct verdict {
	char batch[32];
	int64_t applications;
	int64_t outcomes[VERDICT_OUTCOMES];
	int64_t findings[VERDICT_SEVERITIES];
	int64_t idle_decisions; /* on a rule that there is not: they have no effect */
	char idle_rule[16];     /* the first such, as written */
};

/* Reads the verdict from OUT/batch.db. */
bool verdict_read(struct verdict *verdict, const char *out, struct failure *failure);

/* The severity of its name, or -1. */
int verdict_severity(const char *name);

/* One line on stdout, after one on idle decisions if there are any; `unchanged`: the outputs of an earlier run still stand. */
void verdict_print(const struct verdict *verdict, bool unchanged);
void verdict_print_json(const struct verdict *verdict, const char *out, bool unchanged);

#endif
