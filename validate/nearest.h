/* The confirmed certificate names nearest to one that cannot be found, for R01's
 * suggestion. */
#ifndef VALIDATE_NEAREST_H
#define VALIDATE_NEAREST_H

#include <stdint.h>

#include "common/database.h"

/* Edit distance (insert, delete, replace) between two texts of code points. Gives up
 * once it must exceed `limit` and then returns limit + 1. `row` has room for
 * b_count + 1 numbers. */
int nearest_distance(const uint32_t *a, int a_count, const uint32_t *b, int b_count, int limit, int *row);

/* The code points of UTF-8, at most `room`; what is not UTF-8 counts byte by byte. */
int nearest_characters(const char *text, uint32_t *to, int room);

/* Fills near_certificate: for each certificate name that an application uses and that
 * resolves to nothing, the nearest registered names by edit distance over folded
 * names, all of equal distance. The work is bounded: where millions of names are
 * strange, the later ones get no suggestion. */
bool nearest_fill(struct database *database, struct failure *failure);

#endif
