#include "ingest/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 1 << 18 };

struct lines {
	int file;
	enum encoding encoding;
	int64_t offset; /* of buffer[0] */
	int64_t until;
	int64_t number;
	char *buffer;
	size_t capacity;
	size_t begin;   /* of the next line */
	size_t length;
	bool searched;    /* line_feed is where the next LF stands (length: none), kept so
	                   * that a file of CR alone is not searched again and again */
	size_t line_feed;
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
	lines->buffer = allocate(failure, FIRST_CAPACITY, 1);
	lines->capacity = FIRST_CAPACITY;
	if (lines->buffer)
		return lines;
	free(lines);
	return NULL;
}

void lines_close(struct lines *lines)
{
	if (!lines)
		return;
	free(lines->buffer);
	free(lines);
}

/* Moves the unread bytes to the front, grows the buffer where they fill it, and
 * reads on. *more is false at the end of the text. */
static bool refill(struct lines *lines, bool *more, struct failure *failure)
{
	size_t kept = lines->length - lines->begin;
	memmove(lines->buffer, lines->buffer + lines->begin, kept);
	lines->offset += (int64_t)lines->begin;
	lines->begin = 0;
	lines->length = kept;
	lines->searched = false;
	if (kept > lines->capacity / 2) {
		char *larger = realloc(lines->buffer, lines->capacity * 2);
		if (!larger)
			return fail(failure, STATUS_SYSTEM, tr("out of memory", "内存不足"));
		lines->buffer = larger;
		lines->capacity *= 2;
	}
	size_t room = lines->capacity - kept;
	int64_t left = lines->until - lines->offset - (int64_t)kept;
	if (left < 0)
		left = 0;
	if ((int64_t)room > left)
		room = (size_t)left;
	*more = room > 0;
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
	return true;
}

/* Where the line's end begins, or lines->length; *end is its bytes. */
static size_t find_end(struct lines *lines, size_t *end)
{
	if (!lines->searched || lines->line_feed < lines->begin) {
		lines->searched = true;
		const char *found = memchr(lines->buffer + lines->begin, '\n', lines->length - lines->begin);
		lines->line_feed = found ? (size_t)(found - lines->buffer) : lines->length;
	}
	size_t stop = lines->line_feed;
	const char *back = memchr(lines->buffer + lines->begin, '\r', stop - lines->begin);
	if (!back) {
		*end = stop < lines->length;
		return stop;
	}
	size_t at = (size_t)(back - lines->buffer);
	*end = at + 1 == stop && stop < lines->length ? 2 : 1;
	return at;
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
	lines->begin = at + end;
	return true;
}
