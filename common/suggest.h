/* "Did you mean …": the nearest of some words. */
#ifndef COMMON_SUGGEST_H
#define COMMON_SUGGEST_H

/* The word with the smallest edit distance to `given` (bytes; the first of equals),
 * or NULL where none is near: more than a third of its letters and more than two
 * would have to change. */
const char *suggest_nearest(const char *given, const char *const *words, int count);

#endif
