/* Where the wanted columns of a record stand. Most records of a table are alike: the header, which
 * says the type of each column, is that of one before them, and need not be read again.
 *
 *     header: [bytes of the header] [type of column 0] [type of column 1] … | body: value 0, value 1, …
 *
 * A record is as records_read() hands it over. */
#ifndef VALIDATE_RECORD_FORMS_H
#define VALIDATE_RECORD_FORMS_H

#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"

/* A value in a record. */
struct record_part {
	uint32_t at;           /* begins in the record */
	int target;            /* whose it is */
	uint64_t type;         /* serial type of SQLite's format: 0 is NULL, 8 and 9 are constants, 10 and 11
	                        * are not in use, then blobs (even) and texts (odd) */
};

struct record_forms;

/* targets[i]: what column i of a record is wanted for, -1: for nothing. Column 0, the id, is let
 * pass: it stands elsewhere. NULL on failure. */
struct record_forms *record_forms_open(const int *targets, int count, struct failure *failure);
void record_forms_close(struct record_forms *forms); /* NULL is let pass */

/* How many columns are wanted. */
int record_forms_parts(const struct record_forms *forms);

/* The parts of a record, valid until the next call; NULL: it is not as expected. */
const struct record_part *record_forms_find(struct record_forms *forms, const unsigned char *record, size_t length);

/* Bytes of a value by its type. */
static inline size_t record_type_bytes(uint64_t type)
{
	static const uint8_t small[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0 };
	return type < 12 ? small[type] : (size_t)((type - 12) / 2);
}

#endif
