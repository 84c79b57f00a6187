/* What a batch is made from, as two lists in the form of sha256sum: the batch's
 * own files (notice.xml, inbox/…) and the program's rules, schemas and sheets. Both
 * stand in the out folder; where they are unchanged, so is the outcome. */
#ifndef ONEX_INPUTS_H
#define ONEX_INPUTS_H

#include "common/layout.h"

#define INPUTS_OF_BATCH "inputs-sha256.txt"
#define INPUTS_OF_PROGRAM "program-sha256.txt"
#define INPUTS_MANIFEST "manifest-sha256.txt"

/* The two lists, freed with free(); NULL on failure. */
char *inputs_of_batch(const char *batch, struct failure *failure);
char *inputs_of_program(const char *home, struct failure *failure);

/* Whether every file of `out` is as its manifest says and none is missing or
 * besides. *sound is the answer, false the failure to find out. */
bool inputs_manifest_holds(const char *out, bool *sound, struct failure *failure);

/* Whether `out` was made from just the files that `batch` and the program hold now, and
 * is as it was made. */
bool inputs_are_current(const char *batch, const char *out, bool *current, struct failure *failure);

/* The files below `folder`/`start` (the folder itself where start is ""), relative to
 * `folder`, in byte order of their paths; hidden files and editors' lock files (~$) are
 * left out, links are not followed. And those of the program's data folder that make
 * the outcome: rules, schemas, sheets, VERSION. Frees with layout_names_free(). */
bool inputs_files(struct layout_names *names, const char *folder, const char *start, struct failure *failure);
bool inputs_program_files(struct layout_names *names, const char *home, struct failure *failure);

/* The list of all files below `folder`/`start` as inputs_files() gives them, in the
 * form that sha256sum prints, appended to *list. */
bool inputs_list(char **list, const char *folder, const char *start, struct failure *failure);

#endif
