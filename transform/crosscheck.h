/* 对账: the totals that must agree, from the files under transform/checks. */
#ifndef TRANSFORM_CROSSCHECK_H
#define TRANSFORM_CROSSCHECK_H

#include "common/database.h"

/* Fills the table crosscheck. *differing: how many pairs disagree; then `first` says
 * in words which was the first. */
enum { CROSSCHECK_TEXT_BYTES = 512 };
bool crosschecks_make(struct database *database, const char *home, int *differing,
	char first[CROSSCHECK_TEXT_BYTES], struct failure *failure);

#endif
