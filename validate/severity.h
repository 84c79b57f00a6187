/* The four severities, by weight (rules.md, "Severity"). */
#ifndef VALIDATE_SEVERITY_H
#define VALIDATE_SEVERITY_H

#include <stdbool.h>

enum severity { SEVERITY_NOTE, SEVERITY_REVIEW, SEVERITY_RETURN, SEVERITY_REJECT };

/* "note", "review", "return", "reject". */
const char *severity_name(enum severity severity);

/* False where `name` is none of the four. */
bool severity_of(const char *name, enum severity *severity);

#endif
