/* What a finding says of its subject: key, place, raw text, value understood. */
#ifndef VALIDATE_SUBJECT_H
#define VALIDATE_SUBJECT_H

#include "common/bytes.h"
#include "common/database.h"
#include "common/schema.h"

/* One subject. Texts live until the next look-up; NULL where there is none. */
struct subject {
	int64_t source, row;
	const char *record_key;      /* never NULL */
	const char *application_no;  /* of applications, city reviews and decisions */
	const char *school_code;
	const char *place;           /* column of the field */
	const char *raw;             /* its text as it stood */
	const char *understood;      /* canonical text of its value */
};

struct subjects; /* prepared look-ups over one connection */

struct subjects *subjects_open(struct database *database, struct failure *failure);
void subjects_close(struct subjects *subjects); /* NULL is let pass */

/* Ends what is under way, so that no transaction stays open for it. The texts of the last
 * subject are gone. */
void subjects_rest(struct subjects *subjects);

/* Looks up row `id` of `dataset`, pointing to `field` (an index, or -1 for none). */
bool subjects_find(struct subjects *subjects, const struct dataset *dataset, int field, int64_t id,
	struct subject *subject, struct failure *failure);

#endif
