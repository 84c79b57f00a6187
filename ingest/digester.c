#include "ingest/digester.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHUNK = 1 << 18 };

/* Bytes of a file that is worth a thread. `make sanitize` sets 1, so that the tests' small
 * files have one there. */
#ifndef WORTH_A_THREAD
#define WORTH_A_THREAD (1 << 20)
#endif

struct block {
	const void *bytes;
	size_t count;
};

/* Blocks `done` to `made` - 1 are the thread's; both count up, a block's place is its
 * number modulo DIGESTER_BLOCKS. */
struct digester {
	int file;
	int64_t bytes;
	int64_t offset; /* up to here all was handed over or read */
	struct profile *profile;
	struct digest *digest;
	struct block blocks[DIGESTER_BLOCKS];
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	size_t made, done;
	bool tried, has_thread, stopping;
	pthread_t thread;
};

static void work_off(struct digester *digester, const struct block *block)
{
	struct span span;
	profile_begin(digester->profile, &span);
	digest_add(digester->digest, block->bytes, block->count); /* digest_close tells what went wrong */
	profile_end(digester->profile, &span, "digest", "SHA-256", 0, (int64_t)block->count);
}

static void *work(void *context)
{
	struct digester *digester = context;
	pthread_mutex_lock(&digester->mutex);
	for (;;) {
		while (digester->done == digester->made && !digester->stopping)
			pthread_cond_wait(&digester->changed, &digester->mutex);
		if (digester->done == digester->made)
			break;
		struct block block = digester->blocks[digester->done % DIGESTER_BLOCKS];
		pthread_mutex_unlock(&digester->mutex);
		work_off(digester, &block);
		pthread_mutex_lock(&digester->mutex);
		digester->done++;
		pthread_cond_signal(&digester->changed);
	}
	pthread_mutex_unlock(&digester->mutex);
	return NULL;
}

struct digester *digester_open(int file, int64_t bytes, struct profile *profile, struct failure *failure)
{
	struct digester *digester = allocate(failure, 1, sizeof *digester);
	if (!digester)
		return NULL;
	digester->file = file;
	digester->bytes = bytes;
	digester->profile = profile;
	digester->digest = digest_open("SHA256", failure);
	if (!digester->digest) {
		free(digester);
		return NULL;
	}
	pthread_mutex_init(&digester->mutex, NULL);
	pthread_cond_init(&digester->changed, NULL);
	return digester;
}

void digester_close(struct digester *digester)
{
	if (!digester)
		return;
	if (digester->has_thread) {
		pthread_mutex_lock(&digester->mutex);
		digester->stopping = true;
		pthread_cond_signal(&digester->changed);
		pthread_mutex_unlock(&digester->mutex);
		pthread_join(digester->thread, NULL);
	}
	pthread_cond_destroy(&digester->changed);
	pthread_mutex_destroy(&digester->mutex);
	digest_close(digester->digest, NULL);
	free(digester);
}

void digester_wait(struct digester *digester, size_t under_way)
{
	pthread_mutex_lock(&digester->mutex);
	while (digester->made - digester->done > under_way) {
		pthread_cond_signal(&digester->changed); /* the thread may sleep over too few blocks */
		pthread_cond_wait(&digester->changed, &digester->mutex);
	}
	pthread_mutex_unlock(&digester->mutex);
}

/* Reads on up to `until`, or to the end of the file where that comes before. */
static bool read_up_to(struct digester *digester, int64_t until, struct failure *failure)
{
	if (digester->offset >= until)
		return true;
	digester_wait(digester, 0);
	unsigned char *chunk = allocate(failure, CHUNK, 1);
	ssize_t got = chunk ? 1 : -1;
	while (got > 0 && digester->offset < until) {
		int64_t left = until - digester->offset;
		got = pread(digester->file, chunk, left < CHUNK ? (size_t)left : CHUNK, (off_t)digester->offset);
		if (got < 0 && errno == EINTR) {
			got = 1;
			continue;
		}
		if (got < 0)
			fail_system(failure, tr("cannot read", "无法读取"));
		struct block block = { chunk, got > 0 ? (size_t)got : 0 };
		work_off(digester, &block);
		digester->offset += got > 0 ? got : 0;
	}
	free(chunk);
	return got >= 0;
}

bool digester_add(struct digester *digester, int64_t offset, const void *bytes, size_t count, struct failure *failure)
{
	struct block block = { bytes, count };
	if (!read_up_to(digester, offset, failure))
		return false;
	digester->offset = offset + (int64_t)count;
	if (!digester->tried && digester->bytes >= WORTH_A_THREAD)
		digester->has_thread = pthread_create(&digester->thread, NULL, work, digester) == 0;
	digester->tried = true;
	if (!digester->has_thread) {
		work_off(digester, &block);
		return true;
	}
	digester_wait(digester, DIGESTER_BLOCKS - 1);
	pthread_mutex_lock(&digester->mutex);
	digester->blocks[digester->made++ % DIGESTER_BLOCKS] = block;
	if (digester->made - digester->done >= DIGESTER_BLOCKS / 2) /* waking it costs more than a block */
		pthread_cond_signal(&digester->changed);
	pthread_mutex_unlock(&digester->mutex);
	return true;
}

bool digester_finish(struct digester *digester, char sha256[DIGEST_TEXT_BYTES], bool *changed, struct failure *failure)
{
	*changed = false;
	/* one byte more than there should be, to see that there is none */
	if (!read_up_to(digester, digester->bytes + 1, failure))
		return false;
	digester_wait(digester, 0);
	bool done = digest_close(digester->digest, sha256);
	digester->digest = NULL;
	*changed = digester->offset != digester->bytes;
	if (*changed)
		return fail(failure, STATUS_SYSTEM, tr("the file changes while it is read", "文件在读取过程中发生变化"));
	return done || fail(failure, STATUS_SYSTEM, tr("cannot compute SHA-256", "无法计算 SHA-256"));
}
