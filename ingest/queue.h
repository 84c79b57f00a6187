/* Blocks of bytes handed to a second thread in order: the first thread writes
 * entries into a block, the second works full blocks off. At most QUEUE_BLOCKS are
 * under way, so memory stays flat. Where no thread can be started the blocks are
 * worked off in place, with the same result.
 *
 *     queue_room, queue_add …  ->  [block][block][block]  ->  function(block) */
#ifndef INGEST_QUEUE_H
#define INGEST_QUEUE_H

#include <stddef.h>

#include "common/failure.h"

enum { QUEUE_BLOCKS = 64, QUEUE_BLOCK_BYTES = 1 << 18 };

struct queue;

/* Works one block off; entries are never split between blocks. */
typedef bool queue_function(void *context, const char *bytes, size_t length, struct failure *failure);

struct queue *queue_open(queue_function *function, void *context, struct failure *failure);

/* What is in the queue is dropped. NULL is let pass. */
void queue_close(struct queue *queue);

/* Room for an entry of at most `bytes`; queue_add says how many were written. NULL
 * where memory is out or the function failed (its failure is passed on). */
char *queue_room(struct queue *queue, size_t bytes, struct failure *failure);
void queue_add(struct queue *queue, size_t bytes);

/* Waits until everything is worked off: until the next queue_room the function and
 * what it uses are the caller's. */
bool queue_drain(struct queue *queue, struct failure *failure);

#endif
