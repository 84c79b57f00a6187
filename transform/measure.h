/* Who takes part in a run and what each factor's x is: transform/eligible.sql and the
 * files under transform/measures. */
#ifndef TRANSFORM_MEASURE_H
#define TRANSFORM_MEASURE_H

#include "transform/allocation.h"
#include "transform/policy.h"

struct schools {
	int64_t *codes; /* ascending */
	size_t count, room;
};

/* The schools that take part. Frees with schools_free. */
bool schools_read(struct schools *schools, struct database *database, const struct policy *eligible,
	const struct parameters *parameters, struct failure *failure);
void schools_free(struct schools *schools);

/* A reason in Chinese why a run is refused, "" where it is not. */
enum { REASON_BYTES = 512 };
void refuse(char reason[REASON_BYTES], const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reads a measure into `shares`, one per school in the order of their codes (key:
 * the code); a school that the SELECT does not name has x 0. Where the datasets that
 * the measure needs are absent, or a value is no whole number from 0, `reason` says
 * so. */
bool measure_read(struct share *shares, const struct schools *schools, struct database *database,
	const struct policy *measure, const struct parameters *parameters, char reason[REASON_BYTES],
	struct failure *failure);

#endif
