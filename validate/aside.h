/* A copy of batch.db to work on where the batch itself is only looked at. */
#ifndef VALIDATE_ASIDE_H
#define VALIDATE_ASIDE_H

#include "common/database.h"

/* Copies the database `path`, which is only read, to `copy` and opens that for DATABASE_VALIDATE;
 * NULL on failure. */
struct database *aside_open(const char *path, const char *copy, struct failure *failure);

/* Removes the folder, which may hold the copy, and frees its name; NULL is let pass. */
void aside_remove(char *folder);

#endif
