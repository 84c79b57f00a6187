/* Records on their way to the writer, sorted by their bytes, memory flat in their
 * number: a full buffer is sorted and written to an unlinked temporary file.
 *
 *     add, add, … -> buffer -> sorted run ┐
 *                    buffer -> sorted run ┼-> merge: next, next, …
 *                    buffer -> sorted run ┘
 *
 * One spool belongs to one thread while it is filled; its batches (one per rule) may
 * be read later by another. */
#ifndef COMMON_SPOOL_H
#define COMMON_SPOOL_H

#include "common/bytes.h"

struct spool;

/* The sorted records of one rule, in the spool's file. Starts zeroed. */
struct spool_batch {
	int file;
	struct spool_run *runs;
	int count;
};

/* The temporary file lies in `folder`. NULL on failure. */
struct spool *spool_open(const char *folder, struct failure *failure);
void spool_close(struct spool *spool); /* NULL is let pass; its batches end with it */

/* Adds a record to the batch that is being filled. */
bool spool_add(struct spool *spool, const struct bytes *record, struct failure *failure);

/* Ends the batch and gives it away; spool_batch_free() ends it. */
bool spool_take(struct spool *spool, struct spool_batch *batch, struct failure *failure);
void spool_batch_free(struct spool_batch *batch);

/* Reads a batch in order. `record` is valid until the next call; NULL at the end. */
struct spool_merge;
struct spool_merge *spool_merge_open(const struct spool_batch *batch, struct failure *failure);
bool spool_merge_next(struct spool_merge *merge, const char **record, size_t *length, struct failure *failure);
void spool_merge_close(struct spool_merge *merge); /* NULL is let pass */

#endif
