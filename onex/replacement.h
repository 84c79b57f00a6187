/* A file that takes another's place when it is whole. */
#ifndef ONEX_REPLACEMENT_H
#define ONEX_REPLACEMENT_H

#include "common/failure.h"

/* Makes an empty file beside `path`, to be written and given to replacement_end(); its name,
 * or NULL on failure. What stands at `path` must be a regular file or nothing: no device is
 * replaced. `-` is wrong use, for a workbook does not go to standard output. */
char *replacement_begin(const char *path, struct failure *failure);

/* Puts the file in the place of `path` where `done`, else removes it; frees the name. Returns `done`;
 * false and `failure` also where that fails. */
bool replacement_end(char *part, const char *path, bool done, struct failure *failure);

#endif
