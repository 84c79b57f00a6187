/* Files without a name, for what does not fit in memory: gone when they are closed or the
 * program ends, however it ends; and folders away from a batch that is not to be changed. */
#ifndef COMMON_TEMPORARY_H
#define COMMON_TEMPORARY_H

#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"

/* A file in `folder` that only this process can open, to be closed with close(); -1 on failure. */
int temporary_open(const char *folder, struct failure *failure);

/* Writes or reads all of the bytes, at `offset` of the file. */
bool temporary_write(int file, const void *bytes, size_t count, int64_t offset, struct failure *failure);
bool temporary_read(int file, void *bytes, size_t count, int64_t offset, struct failure *failure);

/* Makes an empty folder in TMPDIR, else /tmp, that only this user can open; the name of `program` begins its
 * name. NULL on failure; the caller removes and frees it. */
char *temporary_folder(const char *program, struct failure *failure);

#endif
