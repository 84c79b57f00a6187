/* Random numbers that are the same everywhere (splitmix64): the sample is made
 * from its seed alone. */
#ifndef SAMPLES_RANDOM_H
#define SAMPLES_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state;
};

/* The stream of `seed` and a number of its own, as a school's. */
struct random random_of(uint64_t seed, uint64_t stream);
uint64_t random_next(struct random *random);
/* A number from low to high, both included. */
int random_between(struct random *random, int low, int high);

#endif
