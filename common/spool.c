#include "common/spool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/temporary.h"

enum { BUFFER_BYTES = 4 << 20, MERGE_BYTES = 8 << 20, READ_LEAST = 4096, READ_MOST = 65536 };

/* Records in the file, one after another, each after its length (uint32_t). */
struct spool_run {
	off_t begin, end;
};

struct spool {
	int file;
	off_t end;
	char *buffer;          /* records as in the file */
	size_t used, room;
	uint32_t *starts;      /* where in the buffer each record begins */
	size_t count, starts_room;
	struct spool_run *runs;
	int run_count;
};

struct spool *spool_open(const char *folder, struct failure *failure)
{
	struct spool *spool = allocate(failure, 1, sizeof *spool);
	if (!spool)
		return NULL;
	spool->file = temporary_open(folder, failure);
	if (spool->file >= 0)
		return spool;
	free(spool);
	return NULL;
}

void spool_close(struct spool *spool)
{
	if (!spool)
		return;
	close(spool->file);
	free(spool->buffer);
	free(spool->starts);
	free(spool->runs);
	free(spool);
}

static uint32_t length_at(const char *at)
{
	uint32_t length;
	memcpy(&length, at, sizeof length);
	return length;
}

static int compare_records(const char *a, size_t a_length, const char *b, size_t b_length)
{
	int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
	return order ? order : (a_length > b_length) - (a_length < b_length);
}

static int by_record(const void *a, const void *b, void *buffer)
{
	const char *one = (const char *)buffer + *(const uint32_t *)a;
	const char *other = (const char *)buffer + *(const uint32_t *)b;
	return compare_records(one + 4, length_at(one), other + 4, length_at(other));
}

/* Writes the buffer's records in order as one run. */
static bool flush(struct spool *spool, struct failure *failure)
{
	if (!spool->count)
		return true;
	struct spool_run *runs = resize(failure, spool->runs, (size_t)spool->run_count + 1, sizeof *runs);
	if (!runs)
		return false;
	spool->runs = runs;
	char *sorted = resize(failure, NULL, spool->used, 1);
	if (!sorted)
		return false;
	qsort_r(spool->starts, spool->count, sizeof *spool->starts, by_record, spool->buffer);
	size_t used = 0;
	for (size_t i = 0; i < spool->count; i++) {
		const char *record = spool->buffer + spool->starts[i];
		size_t length = 4 + length_at(record);
		memcpy(sorted + used, record, length);
		used += length;
	}
	bool done = temporary_write(spool->file, sorted, used, spool->end, failure);
	free(sorted);
	runs[spool->run_count++] = (struct spool_run){ spool->end, spool->end + (off_t)used };
	spool->end += (off_t)used;
	spool->used = 0;
	spool->count = 0;
	return done;
}

/* Room for one record more in both arrays. */
static bool grow(struct spool *spool, size_t length, struct failure *failure)
{
	char *buffer = enlarge(failure, spool->buffer, &spool->room, spool->used + length, 1);
	if (!buffer)
		return false;
	spool->buffer = buffer;
	uint32_t *starts = enlarge(failure, spool->starts, &spool->starts_room, spool->count + 1, sizeof *starts);
	if (!starts)
		return false;
	spool->starts = starts;
	return true;
}

bool spool_add(struct spool *spool, const struct bytes *record, struct failure *failure)
{
	if (record->used > BUFFER_BYTES)
		return fail(failure, STATUS_BATCH, "%s", tr("a record is too long", "一条记录的文字过长"));
	uint32_t length = (uint32_t)record->used;
	if (spool->used + length + 4 > BUFFER_BYTES && !flush(spool, failure))
		return false;
	if (!grow(spool, length + 4, failure))
		return false;
	spool->starts[spool->count++] = (uint32_t)spool->used;
	memcpy(spool->buffer + spool->used, &length, 4);
	memcpy(spool->buffer + spool->used + 4, record->at, length);
	spool->used += length + 4;
	return true;
}

bool spool_take(struct spool *spool, struct spool_batch *batch, struct failure *failure)
{
	bool done = flush(spool, failure);
	*batch = (struct spool_batch){ .file = spool->file, .runs = spool->runs, .count = spool->run_count };
	spool->runs = NULL;
	spool->run_count = 0;
	return done;
}

void spool_batch_free(struct spool_batch *batch)
{
	free(batch->runs);
	*batch = (struct spool_batch){ 0 };
}

/* One run being read: a window of the file that holds at least the present record. */
struct stream {
	off_t at, end;         /* what the window does not hold yet */
	char *window;
	size_t begin, used, room;
};

struct spool_merge {
	int file;
	struct stream *streams;
	int *heap;             /* streams by their present record, the least first */
	int count, heap_count;
	bool started;
	size_t read_bytes;
};

/* Fills the window up to `need` bytes of the run, if it has so many. */
static bool refill(struct spool_merge *merge, struct stream *stream, size_t need, struct failure *failure)
{
	size_t held = stream->used - stream->begin;
	if (held >= need || stream->at == stream->end)
		return true;
	size_t room = need > merge->read_bytes ? need : merge->read_bytes;
	if (room > stream->room) {
		char *window = resize(failure, stream->window, room, 1);
		if (!window)
			return false;
		stream->window = window;
		stream->room = room;
	}
	memmove(stream->window, stream->window + stream->begin, held);
	stream->begin = 0;
	stream->used = held;
	size_t want = stream->room - stream->used;
	if ((off_t)want > stream->end - stream->at)
		want = (size_t)(stream->end - stream->at);
	if (!temporary_read(merge->file, stream->window + stream->used, want, stream->at, failure))
		return false;
	stream->used += want;
	stream->at += (off_t)want;
	return true;
}

/* Makes the record at the window's beginning whole; *more is false at the end. */
static bool load(struct spool_merge *merge, struct stream *stream, bool *more, struct failure *failure)
{
	*more = false;
	if (!refill(merge, stream, 4, failure))
		return false;
	if (stream->used - stream->begin < 4)
		return true;
	size_t whole = 4 + (size_t)length_at(stream->window + stream->begin);
	if (!refill(merge, stream, whole, failure))
		return false;
	*more = true;
	return true;
}

static bool is_less(const struct spool_merge *merge, int a, int b)
{
	const struct stream *one = &merge->streams[a], *other = &merge->streams[b];
	const char *x = one->window + one->begin, *y = other->window + other->begin;
	int order = compare_records(x + 4, length_at(x), y + 4, length_at(y));
	return order < 0 || (order == 0 && a < b);
}

static void sift_down(struct spool_merge *merge, int at)
{
	for (;;) {
		int least = at, left = 2 * at + 1;
		if (left < merge->heap_count && is_less(merge, merge->heap[left], merge->heap[least]))
			least = left;
		if (left + 1 < merge->heap_count && is_less(merge, merge->heap[left + 1], merge->heap[least]))
			least = left + 1;
		if (least == at)
			return;
		int moved = merge->heap[at];
		merge->heap[at] = merge->heap[least];
		merge->heap[least] = moved;
		at = least;
	}
}

struct spool_merge *spool_merge_open(const struct spool_batch *batch, struct failure *failure)
{
	struct spool_merge *merge = allocate(failure, 1, sizeof *merge);
	if (!merge)
		return NULL;
	merge->file = batch->file;
	merge->count = batch->count;
	size_t share = batch->count ? MERGE_BYTES / (size_t)batch->count : READ_MOST;
	merge->read_bytes = share < READ_LEAST ? READ_LEAST : share > READ_MOST ? READ_MOST : share;
	merge->streams = allocate(failure, (unsigned long)batch->count, sizeof *merge->streams);
	merge->heap = allocate(failure, (unsigned long)batch->count, sizeof *merge->heap);
	bool done = merge->streams && merge->heap;
	for (int i = 0; done && i < batch->count; i++) {
		bool more;
		merge->streams[i] = (struct stream){ .at = batch->runs[i].begin, .end = batch->runs[i].end };
		done = load(merge, &merge->streams[i], &more, failure);
		if (done && more)
			merge->heap[merge->heap_count++] = i;
	}
	for (int i = merge->heap_count / 2 - 1; done && i >= 0; i--)
		sift_down(merge, i);
	if (done)
		return merge;
	spool_merge_close(merge);
	return NULL;
}

bool spool_merge_next(struct spool_merge *merge, const char **record, size_t *length, struct failure *failure)
{
	*record = NULL;
	*length = 0;
	if (merge->started && merge->heap_count) { /* leave the record that was given last */
		struct stream *stream = &merge->streams[merge->heap[0]];
		bool more;
		stream->begin += 4 + (size_t)length_at(stream->window + stream->begin);
		if (!load(merge, stream, &more, failure))
			return false;
		if (!more)
			merge->heap[0] = merge->heap[--merge->heap_count];
		sift_down(merge, 0);
	}
	merge->started = true;
	if (merge->heap_count) {
		const struct stream *stream = &merge->streams[merge->heap[0]];
		*record = stream->window + stream->begin + 4;
		*length = length_at(stream->window + stream->begin);
	}
	return true;
}

void spool_merge_close(struct spool_merge *merge)
{
	if (!merge)
		return;
	for (int i = 0; merge->streams && i < merge->count; i++)
		free(merge->streams[i].window);
	free(merge->streams);
	free(merge->heap);
	free(merge);
}
