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

/* The batch's files by name alone, in the list's order; fails (STATUS_BATCH) where it is
 * no batch folder. Frees with layout_names_free(). */
bool inputs_names(struct layout_names *names, const char *batch, struct failure *failure);

/* The list of `names` as OUT/batch.db has their digests: of the bytes that ingest read. A
 * file that it has none of is digested here. Freed with free(); NULL on failure. */
char *inputs_ingested(const char *batch, const struct layout_names *names, const char *out, struct failure *failure);

/* Whether every file of `out` is as its manifest says and none is missing or
 * besides. *sound is the answer, false the failure to find out. */
bool inputs_manifest_holds(const char *out, bool *sound, struct failure *failure);

/* Whether `out` was made from just the files that `batch` and the program hold now, and
 * is as it was made. *inputs: the list of the batch where it had to be made for that, else
 * NULL; the caller's to free(). */
bool inputs_are_current(const char *batch, const char *out, char **inputs, bool *current, struct failure *failure);

/* The files below `folder`/`start` (the folder itself where start is ""), relative to
 * `folder`, in byte order of their paths; hidden files and editors' lock files (~$) are
 * left out, links are not followed. And those of the program's data folder that make
 * the outcome: rules, schemas, sheets, VERSION. Frees with layout_names_free(). */
bool inputs_files(struct layout_names *names, const char *folder, const char *start, struct failure *failure);
bool inputs_program_files(struct layout_names *names, const char *home, struct failure *failure);

/* The list of all files below `folder` in the form that sha256sum prints, freed with
 * free(); NULL on failure. */
char *inputs_list(const char *folder, struct failure *failure);

#endif
