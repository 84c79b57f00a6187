#include "samples/random.h"

struct random random_of(uint64_t seed, uint64_t stream)
{
	/* Mixed twice, so that streams do not overlap: a plain sum of both would shift
	 * one stream of a seed onto another's. */
	struct random random = { seed };
	random.state = random_next(&random) ^ (stream * 0xD1B54A32D192ED03u);
	random.state = random_next(&random);
	return random;
}

uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

int random_between(struct random *random, int low, int high)
{
	return low + (int)(random_next(random) % (uint64_t)(high - low + 1));
}
