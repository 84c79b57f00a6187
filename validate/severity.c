#include "validate/severity.h"

#include <string.h>

static const char *const names[] = { "note", "review", "return", "reject" };

const char *severity_name(enum severity severity)
{
	return names[severity];
}

bool severity_of(const char *name, enum severity *severity)
{
	for (int i = SEVERITY_NOTE; i <= (int)SEVERITY_REJECT; i++) {
		if (strcmp(names[i], name) == 0) {
			*severity = (enum severity)i;
			return true;
		}
	}
	return false;
}
