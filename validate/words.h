/* The different texts of a column, numbered from 0 in the order in which they come first,
 * as long as they are few.
 *
 *     bytes:   NUL | text 0 | text 1 | …
 *     ends:    where each ends
 *     slots:   number + 1 by hash, 0 where free; at most half are taken
 *
 * Texts are the same where their bytes are. Once filled, several threads may read. */
#ifndef VALIDATE_WORDS_H
#define VALIDATE_WORDS_H

#include <stdint.h>

#include "common/bytes.h"

struct words {
	struct bytes bytes;
	uint32_t *ends;
	uint32_t *slots;
	uint32_t count, slot_count; /* slot_count: a power of two */
	uint32_t last;              /* the one found last: the same text often comes again */
};

struct words *words_open(struct failure *failure);
void words_close(struct words *words); /* NULL is let pass */

/* The number of a text, which is added where it is new. -1: there are too many, their hashes agree, or
 * memory is out; then only words_close() is left. */
int64_t words_number(struct words *words, const char *text, size_t length);

/* Text `number`, not ended by NUL. */
static inline const char *words_text(const struct words *words, int64_t number, size_t *length)
{
	uint32_t start = number ? words->ends[number - 1] : 1;
	*length = words->ends[number] - start;
	return words->bytes.at + start;
}

#endif
