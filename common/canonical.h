/* The canonical text of a typed value (docs/conventions.md). */
#ifndef COMMON_CANONICAL_H
#define COMMON_CANONICAL_H

#include <stdint.h>

#include "common/schema.h"

enum { CANONICAL_BYTES = 64 };

/* The text of an integer-valued field: codes zero-padded to their digits, money
 * "350.00", days, instants, 是/否, enumeration values. `text` holds what is not
 * constant; returns `text` or a constant. Not for text kinds. */
const char *canonical_integer(const struct field *field, int64_t value, char text[CANONICAL_BYTES]);

/* Fen as yuan with two decimals: 35000 -> "350.00". */
void canonical_yuan(int64_t fen, char text[CANONICAL_BYTES]);

#endif
