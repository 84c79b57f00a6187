#include "ingest/queue.h"

#include <pthread.h>
#include <stdlib.h>

struct block {
	char *bytes;
	size_t used, capacity;
};

/* Blocks `done` to `made` - 1 are the worker's, block `made` is the writer's; both
 * count up, a block's place is its number modulo QUEUE_BLOCKS. */
struct queue {
	queue_function *function;
	void *context;
	struct block blocks[QUEUE_BLOCKS];
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	size_t made, done;
	bool has_thread, stopping, failed;
	pthread_t thread;
	struct failure failure; /* of the function */
};

static struct block *block_at(struct queue *queue, size_t number)
{
	return &queue->blocks[number % QUEUE_BLOCKS];
}

static void *work(void *context)
{
	struct queue *queue = context;
	pthread_mutex_lock(&queue->mutex);
	for (;;) {
		while (queue->done == queue->made && !queue->stopping)
			pthread_cond_wait(&queue->changed, &queue->mutex);
		if (queue->stopping)
			break;
		struct block *block = block_at(queue, queue->done);
		bool skip = queue->failed;
		pthread_mutex_unlock(&queue->mutex);
		bool done = skip || queue->function(queue->context, block->bytes, block->used, &queue->failure);
		block->used = 0;
		pthread_mutex_lock(&queue->mutex);
		queue->failed = queue->failed || !done;
		queue->done++;
		pthread_cond_signal(&queue->changed);
	}
	pthread_mutex_unlock(&queue->mutex);
	return NULL;
}

struct queue *queue_open(queue_function *function, void *context, struct failure *failure)
{
	struct queue *queue = allocate(failure, 1, sizeof *queue);
	if (!queue)
		return NULL;
	queue->function = function;
	queue->context = context;
	pthread_mutex_init(&queue->mutex, NULL);
	pthread_cond_init(&queue->changed, NULL);
	queue->has_thread = pthread_create(&queue->thread, NULL, work, queue) == 0;
	return queue;
}

void queue_close(struct queue *queue)
{
	if (!queue)
		return;
	if (queue->has_thread) {
		pthread_mutex_lock(&queue->mutex);
		queue->stopping = true;
		pthread_cond_signal(&queue->changed);
		pthread_mutex_unlock(&queue->mutex);
		pthread_join(queue->thread, NULL);
	}
	for (int i = 0; i < QUEUE_BLOCKS; i++)
		free(queue->blocks[i].bytes);
	pthread_cond_destroy(&queue->changed);
	pthread_mutex_destroy(&queue->mutex);
	free(queue);
}

/* Hands the writer's block over and waits until at most `under_way` are not done. */
static bool hand_over(struct queue *queue, size_t under_way, struct failure *failure)
{
	pthread_mutex_lock(&queue->mutex);
	struct block *block = block_at(queue, queue->made);
	if (block->used > 0 && !queue->has_thread) {
		if (!queue->failed && !queue->function(queue->context, block->bytes, block->used, &queue->failure))
			queue->failed = true;
		block->used = 0;
	} else if (block->used > 0) {
		queue->made++;
		pthread_cond_signal(&queue->changed);
	}
	while (queue->made - queue->done > under_way)
		pthread_cond_wait(&queue->changed, &queue->mutex);
	bool failed = queue->failed;
	pthread_mutex_unlock(&queue->mutex);
	if (failed)
		*failure = queue->failure;
	return !failed;
}

static bool reserve(struct block *block, size_t bytes, struct failure *failure)
{
	if (block->capacity - block->used >= bytes)
		return true;
	size_t capacity = bytes > QUEUE_BLOCK_BYTES ? bytes : QUEUE_BLOCK_BYTES;
	free(block->bytes);
	block->capacity = 0;
	block->bytes = allocate(failure, capacity, 1);
	if (block->bytes)
		block->capacity = capacity;
	return block->bytes != NULL;
}

char *queue_room(struct queue *queue, size_t bytes, struct failure *failure)
{
	struct block *block = block_at(queue, queue->made);
	if (block->capacity - block->used < bytes) {
		if (block->used > 0 && !hand_over(queue, QUEUE_BLOCKS - 1, failure))
			return NULL;
		block = block_at(queue, queue->made);
		if (!reserve(block, bytes, failure))
			return NULL;
	}
	return block->bytes + block->used;
}

void queue_add(struct queue *queue, size_t bytes)
{
	block_at(queue, queue->made)->used += bytes;
}

bool queue_drain(struct queue *queue, struct failure *failure)
{
	return hand_over(queue, 0, failure);
}
