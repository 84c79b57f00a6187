/* Table assessment_group: the attempts counted by school, certificate_ref, level and
 * year while they are inserted, so that no rule or count need read them all again. */
#ifndef INGEST_ATTEMPTS_H
#define INGEST_ATTEMPTS_H

#include <stdint.h>

#include "common/database.h"

struct attempts;

struct attempts *attempts_open(struct database *database, struct failure *failure);
void attempts_close(struct attempts *attempts); /* NULL is let pass; what is not flushed is lost */

struct attempt {
	int64_t id, school_code, certificate_ref, level;
	int64_t day;     /* of the examination */
	int64_t result;  /* 1 通过, 2 未通过, 3 缺考; 0 unknown */
};

/* Counts are gathered in memory, of which there is a bound, and flushed to the table. */
bool attempts_add(struct attempts *attempts, const struct attempt *attempt, struct failure *failure);
bool attempts_flush(struct attempts *attempts, struct failure *failure);

/* Takes the assessment records in temp.repeated out of the counts again, before they
 * are deleted. A group's first record stays: identical ones come after it. */
extern const char attempts_removal[];

#endif
