/* Where things are: the program's own files and a batch's folders. */
#ifndef COMMON_LAYOUT_H
#define COMMON_LAYOUT_H

#include "common/failure.h"

/* The folder that holds schemas/, validate/, transform/ and report/ as data:
 * $ONEX_HOME, else the parent of the folder of the running program where it
 * has a schemas/ folder (a source tree with build/) or a share/onex/schemas/
 * (an installed tree, wherever it stands), else the data folder compiled in.
 * Freed with free(). */
char *layout_home(struct failure *failure);

/* "folder/name", freed with free(). */
char *layout_join(struct failure *failure, const char *folder, const char *name);

/* The whole file as text, NUL-terminated, freed with free(); `length` (bytes
 * without the NUL) may be NULL. A file larger than `limit` bytes fails. */
char *layout_read(struct failure *failure, const char *path, unsigned long limit, unsigned long *length);

/* The names in `folder` that end in `suffix`, in byte order, without hidden
 * ones. Frees with layout_names_free(). */
struct layout_names {
	char **names;
	size_t count, room;
};
bool layout_names(struct layout_names *names, const char *folder, const char *suffix, struct failure *failure);
bool layout_names_add(struct layout_names *names, const char *name, struct failure *failure); /* a copy of it */
void layout_names_sort(struct layout_names *names); /* in byte order */
void layout_names_free(struct layout_names *names);

#endif
