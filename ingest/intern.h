/* A table from byte strings to numbers, kept in memory: texts that recur are
 * numbered once. Order of hashing never shows: numbers are given by the caller. */
#ifndef INGEST_INTERN_H
#define INGEST_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"

struct intern;

struct intern *intern_open(struct failure *failure);
void intern_close(struct intern *intern); /* NULL is let pass */

/* The number of the key; where it is new, `fresh` becomes its number and *is_new is
 * set. Numbers are above 0; 0 and a failure where memory is out. */
int64_t intern_number(struct intern *intern, const void *key, size_t length, int64_t fresh, bool *is_new,
	struct failure *failure);

/* 64 bits of the bytes, the same on every machine; chain by passing the last result. */
uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t length);
uint64_t hash_number(uint64_t seed, uint64_t number);

#endif
