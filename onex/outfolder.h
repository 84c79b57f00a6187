/* A batch's out folder, replaced whole or not at all.
 *
 *   BATCH/.out.new  made afresh  --exchange-->  BATCH/out
 *
 * A lock on the batch folder keeps a second run away; what a killed run left in
 * .out.new is removed by the next one. */
#ifndef ONEX_OUTFOLDER_H
#define ONEX_OUTFOLDER_H

#include "common/failure.h"

struct outfolder {
	int lock;    /* the batch folder, locked */
	char *fresh; /* BATCH/.out.new; outfolder_aside() says where else */
	char *out;   /* BATCH/out */
};

/* Locks the batch and makes an empty .out.new. A batch that another run holds
 * is STATUS_SYSTEM. */
bool outfolder_begin(struct outfolder *folder, const char *batch, struct failure *failure);

/* The same for a batch that is only looked at: where nothing can be made in it, for it is on a disk that
 * cannot be written to, the empty folder stands elsewhere (temporary.h). */
bool outfolder_aside(struct outfolder *folder, const char *batch, struct failure *failure);

/* Says why a batch folder could not be opened, from errno: not there or no folder is
 * STATUS_BATCH. Returns false. */
bool outfolder_no_batch(const char *batch, struct failure *failure);

/* Whether `path`, the batch's out or its database, is there; else tells the user to process
 * the batch first (STATUS_BATCH). */
bool outfolder_is_made(const char *batch, const char *path, struct failure *failure);

/* Writes .out.new through to the disk and puts it in the place of out. */
bool outfolder_commit(struct outfolder *folder, struct failure *failure);

/* Removes what is left of .out.new and unlocks; safe after a failed begin. */
void outfolder_end(struct outfolder *folder);

/* Removes a folder and all below it; a path that is not there is let pass. */
bool outfolder_remove(const char *path, struct failure *failure);

#endif
