/* What onex-validate tells on standard output. */
#ifndef VALIDATE_PRINT_H
#define VALIDATE_PRINT_H

#include <stdio.h>

#include "common/database.h"
#include "validate/rulefile.h"
#include "common/spool.h"

/* rule, case, severity, dataset, record key, file, row, column, raw, message: one
 * finding per line, separated by tabs (white space inside becomes a blank). */
bool print_findings(FILE *to, struct database *database, struct rule *rule, const struct spool_batch *findings,
	struct failure *failure);

/* One line: how many applications have which outcome. */
bool print_verdict(FILE *to, struct database *database, struct failure *failure);

void print_rule_line(FILE *to, const struct rule *rule);
void print_rule(FILE *to, const struct rule *rule);

#endif
