#include "ingest/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ingest/scan.h"

enum { FIRST_CAPACITY = 1 << 16 };

struct buffer {
	char *bytes;     /* SCAN_BYTES more than the capacity */
	size_t capacity;
};

/* One buffer, or as many as a digester may have under way: the bytes of the others
 * are its own until it says that they were digested. */
struct lines {
	int file;
	enum encoding encoding;
	int64_t offset; /* of buffer[0] */
	int64_t until;
	int64_t number;
	struct digester *digester;
	struct buffer buffers[DIGESTER_BLOCKS];
	size_t current;
	char *buffer;   /* the current one's bytes */
	size_t begin;   /* of the next line */
	size_t length;
	size_t block;   /* the bytes from here on have been scanned, SCAN_BYTES of them at most … */
	uint64_t ends;  /* … and these are CR or LF and not taken yet */
};

struct lines *lines_open(int file, enum encoding encoding, int64_t from, int64_t until, struct failure *failure)
{
	struct lines *lines = allocate(failure, 1, sizeof *lines);
	if (!lines)
		return NULL;
	lines->file = file;
	lines->encoding = encoding;
	lines->offset = from;
	lines->until = until;
	lines->buffer = allocate(failure, FIRST_CAPACITY + SCAN_BYTES, 1);
	lines->buffers[0] = (struct buffer) { .bytes = lines->buffer, .capacity = FIRST_CAPACITY };
	if (lines->buffer)
		return lines;
	free(lines);
	return NULL;
}

void lines_share(struct lines *lines, struct digester *digester)
{
	lines->digester = digester;
}

void lines_close(struct lines *lines)
{
	if (!lines)
		return;
	if (lines->digester)
		digester_wait(lines->digester, 0);
	for (int i = 0; i < DIGESTER_BLOCKS; i++)
		free(lines->buffers[i].bytes);
	free(lines);
}

/* The line ends of the block at lines->block. */
static uint64_t scan(const struct lines *lines)
{
	size_t left = lines->length - lines->block;
	return left ? scan_either(lines->buffer + lines->block, '\n', '\r') & scan_first(left) : 0;
}

/* Makes a buffer current that holds the unread bytes at its start and has room for as many
 * again. Each buffer but the current one holds one block at most that is under way. */
static bool turn(struct lines *lines, struct failure *failure)
{
	size_t kept = lines->length - lines->begin;
	const char *unread = lines->buffer + lines->begin;
	if (lines->digester) {
		lines->current = (lines->current + 1) % DIGESTER_BLOCKS;
		digester_wait(lines->digester, DIGESTER_BLOCKS - 1);
	}
	struct buffer *buffer = &lines->buffers[lines->current];
	char *spent = NULL;
	if (!buffer->bytes || kept > buffer->capacity / 2) {
		spent = buffer->bytes;
		size_t capacity = kept > FIRST_CAPACITY / 2 ? 2 * kept : FIRST_CAPACITY;
		*buffer = (struct buffer) { .bytes = malloc(capacity + SCAN_BYTES), .capacity = capacity };
	}
	if (buffer->bytes && kept)
		memmove(buffer->bytes, unread, kept);
	free(spent);
	if (!buffer->bytes)
		return fail(failure, STATUS_SYSTEM, tr("out of memory", "内存不足"));
	lines->buffer = buffer->bytes;
	lines->offset += (int64_t)lines->begin;
	lines->begin = 0;
	lines->length = kept;
	return true;
}

/* Reads on behind the unread bytes. *more is false at the end of the text. */
static bool refill(struct lines *lines, bool *more, struct failure *failure)
{
	int64_t left = lines->until - lines->offset - (int64_t)lines->length;
	*more = left > 0;
	if (left <= 0)
		return true;
	if (!turn(lines, failure))
		return false;
	size_t kept = lines->length;
	size_t room = lines->buffers[lines->current].capacity - kept;
	if ((int64_t)room > left)
		room = (size_t)left;
	while (room > 0) {
		ssize_t got = pread(lines->file, lines->buffer + lines->length, room,
			lines->offset + (int64_t)lines->length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_system(failure, tr("cannot read", "无法读取"));
		if (got == 0)
			return fail(failure, STATUS_SYSTEM, tr("the file changes while it is read", "文件在读取过程中发生变化"));
		lines->length += (size_t)got;
		room -= (size_t)got;
	}
	lines->block = 0;
	lines->ends = scan(lines);
	return !lines->digester || digester_add(lines->digester, lines->offset + (int64_t)kept, lines->buffer + kept,
		lines->length - kept, failure);
}

/* Where the line's end begins, or lines->length; *end is its bytes. */
static size_t find_end(struct lines *lines, size_t *end)
{
	while (!lines->ends && lines->block + SCAN_BYTES < lines->length) {
		lines->block += SCAN_BYTES;
		lines->ends = scan(lines);
	}
	*end = 0;
	if (!lines->ends)
		return lines->length;
	size_t at = lines->block + scan_place(lines->ends);
	bool pair = lines->buffer[at] == '\r' && at + 1 < lines->length && lines->buffer[at + 1] == '\n';
	*end = pair ? 2 : 1;
	return at;
}

/* The line that ends before `begin` is taken: so are the line ends up to there. */
static void pass(struct lines *lines, size_t begin)
{
	lines->begin = begin;
	if (begin - lines->block < SCAN_BYTES) {
		lines->ends &= UINT64_MAX << (begin - lines->block);
	} else {
		lines->block = begin;
		lines->ends = scan(lines);
	}
}

static size_t find_end_wide(const struct lines *lines, size_t *end)
{
	size_t low = lines->encoding == ENCODING_UTF16BE;
	const char *s = lines->buffer;
	for (size_t at = lines->begin; at + 1 < lines->length; at += 2) {
		if (s[at + 1 - low] != 0 || (s[at + low] != '\n' && s[at + low] != '\r'))
			continue;
		bool pair = s[at + low] == '\r' && at + 3 < lines->length && s[at + 3 - low] == 0
			&& s[at + 2 + low] == '\n';
		*end = pair ? 4 : 2;
		return at;
	}
	*end = 0;
	return lines->length;
}

bool lines_next(struct lines *lines, struct line *line, enum line_state *state, struct failure *failure)
{
	bool wide = lines->encoding == ENCODING_UTF16LE || lines->encoding == ENCODING_UTF16BE;
	bool more = true;
	size_t end = 0;
	size_t at;
	for (;;) {
		at = wide ? find_end_wide(lines, &end) : find_end(lines, &end);
		/* a CR at the very end may be half of a CRLF */
		if ((end > 0 && at + end < lines->length) || !more)
			break;
		if (lines->length - lines->begin > LINES_LIMIT)
			break;
		if (!refill(lines, &more, failure))
			return false;
	}
	line->number = ++lines->number;
	line->offset = lines->offset + (int64_t)lines->begin;
	line->bytes = lines->buffer + lines->begin;
	line->length = at - lines->begin;
	line->end = end;
	if (line->length > LINES_LIMIT)
		*state = LINE_TOO_LONG;
	else if (line->length == 0 && end == 0)
		*state = LINE_LAST;
	else
		*state = LINE_READ;
	pass(lines, at + end);
	return true;
}
