#include "ingest/encoding.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest/gb18030.h"
#include "ingest/scan.h"

enum { CHUNK = 1 << 18, TAIL = 4 };

/* Bytes of a file whose halves are worth a thread each. `make sanitize` sets 1. */
#ifndef WORTH_A_THREAD
#define WORTH_A_THREAD (8 << 20)
#endif

const char *encoding_name(enum encoding encoding)
{
	static const char *const names[] = { "UTF-8", "GB18030", "UTF-16LE", "UTF-16BE" };
	return names[encoding];
}

/* A file read once more in chunks; characters cut by a chunk's end are kept
 * for the next one. */
struct scan {
	int file;
	int64_t offset; /* of bytes[0] */
	int64_t until;  /* the file's end, or where to stop before it */
	size_t length;
	bool last;
	unsigned char bytes[CHUNK + TAIL];
};

/* Keeps the bytes from `used` on and reads on behind them. */
static bool scan_more(struct scan *scan, size_t used, struct failure *failure)
{
	size_t kept = scan->length - used;
	memmove(scan->bytes, scan->bytes + used, kept);
	scan->offset += (int64_t)used;
	scan->length = kept;
	while (scan->length < sizeof scan->bytes) {
		int64_t at = scan->offset + (int64_t)scan->length;
		size_t room = sizeof scan->bytes - scan->length;
		ssize_t got = pread(scan->file, scan->bytes + scan->length, scan->until - at < (int64_t)room ?
			(size_t)(scan->until - at) : room, at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_system(failure, tr("cannot read", "无法读取"));
		if (got == 0) {
			scan->last = true;
			break;
		}
		scan->length += (size_t)got;
	}
	return true;
}

static void scan_start(struct scan *scan, int file, int64_t offset)
{
	scan->file = file;
	scan->offset = offset;
	scan->until = INT64_MAX;
	scan->length = 0;
	scan->last = false;
}

/* How one encoding fared over a whole file. */
struct trial {
	bool sound;
	bool cut;        /* sound but for an unfinished character at the end */
	int64_t offset;  /* of what is not sound, or the unfinished character */
	int64_t high;    /* of the first byte above 0x7F, -1: none; of UTF-8 only */
	bool wide;       /* there is a character of several bytes */
	int64_t units;   /* UTF-16: characters, and separators and line ends among them */
	int64_t marks;
};

static bool is_tail(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* The bytes of the character of strict UTF-8 at `s`; 0: none; -1: cut. */
static int utf8_character(const unsigned char *s, size_t length)
{
	unsigned char low = 0x80;
	unsigned char high = 0xBF;
	int count;
	if (s[0] == 0)
		return 0;
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xC2 && s[0] <= 0xDF)
		count = 2;
	else if (s[0] >= 0xE0 && s[0] <= 0xEF)
		count = 3;
	else if (s[0] >= 0xF0 && s[0] <= 0xF4)
		count = 4;
	else
		return 0;
	if (s[0] == 0xE0)
		low = 0xA0;
	else if (s[0] == 0xED)
		high = 0x9F;
	else if (s[0] == 0xF0)
		low = 0x90;
	else if (s[0] == 0xF4)
		high = 0x8F;
	for (int i = 1; i < count; i++) {
		if ((size_t)i >= length)
			return -1;
		if (i == 1 ? s[1] < low || s[1] > high : !is_tail(s[i]))
			return 0;
	}
	return count;
}

/* Eight bytes of plain ASCII without NUL: the usual run of a table. */
static bool is_plain(const unsigned char *s)
{
	uint64_t word;
	memcpy(&word, s, 8);
	uint64_t zero = (word - UINT64_C(0x0101010101010101)) & ~word;
	return ((word | zero) & UINT64_C(0x8080808080808080)) == 0;
}

/* The byte at which a run of ASCII from `at` ends, at most `stop`. */
static size_t skip_plain(const unsigned char *s, size_t at, size_t stop)
{
	while (stop - at >= 8 && is_plain(s + at))
		at += 8;
	return at;
}

/* The byte at which a run of U+1000 to U+CFFF ends (three bytes each: the usual
 * Chinese text), with at least three bytes before `stop`. */
static size_t skip_chinese(const unsigned char *s, size_t at, size_t stop, bool *wide)
{
	size_t from = at;
	while (stop - at >= 3 && s[at] >= 0xE1 && s[at] <= 0xEC && is_tail(s[at + 1]) && is_tail(s[at + 2]))
		at += 3;
	*wide = *wide || at > from;
	return at;
}

/* Bytes that a step over one character takes; 0: none; -1: cut. `table` is NULL for UTF-8. */
static int character_at(struct gb18030 *table, const unsigned char *s, size_t length)
{
	if (!table)
		return utf8_character(s, length);
	if (s[0] == 0)
		return 0;
	return s[0] < 0x80 ? 1 : gb18030_character(table, s, length, NULL, NULL);
}

/* Steps over whole blocks of sound UTF-8 from `at`, at most to `stop`. */
static size_t skip_blocks(const struct scan *scan, size_t at, size_t stop, struct trial *trial)
{
	while (stop - at >= SCAN_BYTES) {
		size_t taken = scan_text(scan->bytes + at, &trial->wide);
		if (taken == 0)
			break;
		for (size_t i = 0; trial->wide && trial->high < 0; i++)
			if (scan->bytes[at + i] >= 0x80)
				trial->high = scan->offset + (int64_t)(at + i);
		at += taken;
	}
	return at;
}

/* Steps over the run from `at` that is quickly told, at most to `stop`. */
static size_t skip_run(struct gb18030 *table, const struct scan *scan, size_t at, size_t stop, struct trial *trial)
{
	if (table)
		return gb18030_skip(scan->bytes, at, stop, &trial->wide);
	at = skip_plain(scan->bytes, at, stop);
	if (at < stop && scan->bytes[at] >= 0x80 && trial->high < 0)
		trial->high = scan->offset + (int64_t)at;
	return skip_chinese(scan->bytes, at, stop, &trial->wide);
}

/* Walks over what the scan was started for. */
static bool walk_bytes(struct gb18030 *table, struct scan *scan, struct trial *trial, struct failure *failure)
{
	*trial = (struct trial) { .high = -1 };
	size_t at = 0;
	do {
		if (!scan_more(scan, at, failure))
			return false;
		at = 0;
		size_t slow = 0; /* up to here no block is worth trying */
		/* but at the end of the file a whole character always fits */
		size_t stop = scan->last || scan->length < TAIL ? scan->length : scan->length - TAIL;
		while (at < stop) {
			if (!table && at >= slow) {
				at = skip_blocks(scan, at, stop, trial);
				slow = at + SCAN_BYTES;
			}
			at = skip_run(table, scan, at, stop, trial);
			if (at >= stop)
				break;
			int taken = character_at(table, scan->bytes + at, scan->length - at);
			if (taken <= 0) {
				trial->offset = scan->offset + (int64_t)at;
				trial->cut = taken < 0;
				return true;
			}
			trial->wide = trial->wide || taken > 1;
			at += (size_t)taken;
		}
	} while (!scan->last);
	trial->sound = true;
	return true;
}

/* The later half of a file. */
struct half {
	struct scan scan;
	struct gb18030 *table; /* its own */
	struct trial trial;
	bool done;
	struct failure failure;
};

static void *walk_half(void *context)
{
	struct half *half = context;
	half->done = walk_bytes(half->table, &half->scan, &half->trial, &half->failure);
	return NULL;
}

enum { SEEK_BYTES = 4096, NO_TRAIL = 0x30 };

/* A byte past the middle at which a character begins in either encoding, for none has a byte below
 * 0x30 but as its first; 0 where there is no such byte near. */
static bool find_middle(int file, int64_t from, int64_t bytes, int64_t *middle, struct failure *failure)
{
	unsigned char near[SEEK_BYTES];
	int64_t at = from + (bytes - from) / 2;
	ssize_t got;
	do
		got = pread(file, near, sizeof near, at);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return fail_system(failure, tr("cannot read", "无法读取"));
	*middle = 0;
	for (ssize_t i = 0; i < got && !*middle; i++)
		if (near[i] < NO_TRAIL)
			*middle = at + i;
	return true;
}

/* Both halves at a time; *sound where each is. */
static bool walk_halves(struct half *half, struct gb18030 *table, struct scan *scan, bool *sound, struct failure *failure)
{
	struct trial trial;
	pthread_t thread;
	bool has_thread = pthread_create(&thread, NULL, walk_half, half) == 0;
	bool done = walk_bytes(table, scan, &trial, failure);
	if (has_thread)
		pthread_join(thread, NULL);
	else
		walk_half(half);
	if (done && !half->done)
		*failure = half->failure;
	*sound = trial.sound && half->trial.sound;
	return done && half->done;
}

/* *sound where the file is quickly known to be so as a whole. */
static bool try_halves(int file, int64_t from, struct gb18030 *table, struct scan *scan, bool *sound, struct failure *failure)
{
	struct stat info;
	int64_t middle = 0;
	*sound = false;
	if (fstat(file, &info) != 0)
		return fail_system(failure, tr("cannot read", "无法读取"));
	if (info.st_size < WORTH_A_THREAD)
		return true;
	if (!find_middle(file, from, info.st_size, &middle, failure))
		return false;
	if (middle <= from)
		return true;
	struct half *half = allocate(failure, 1, sizeof *half);
	bool done = half && (!table || (half->table = gb18030_open(failure)));
	if (done) {
		scan_start(&half->scan, file, middle);
		scan_start(scan, file, from);
		scan->until = middle;
		done = walk_halves(half, table, scan, sound, failure);
		gb18030_close(half->table);
	}
	free(half);
	return done;
}

/* The ASCII-based encodings: GB18030 with its table, UTF-8 without. What else there is to
 * know of a file that is not sound takes a walk from its beginning. */
static bool try_bytes(int file, int64_t from, struct gb18030 *table, struct scan *scan, struct trial *trial,
	struct failure *failure)
{
	*trial = (struct trial) { .high = -1 };
	if (!try_halves(file, from, table, scan, &trial->sound, failure) || trial->sound)
		return trial->sound;
	scan_start(scan, file, from);
	return walk_bytes(table, scan, trial, failure);
}

static unsigned unit_at(const unsigned char *s, bool big)
{
	return big ? (unsigned)s[0] << 8 | s[1] : (unsigned)s[1] << 8 | s[0];
}

/* The bytes of the character of UTF-16 at `s`; 0: none; -1: cut. */
static int utf16_character(const unsigned char *s, size_t length, bool big)
{
	if (length < 2)
		return -1;
	unsigned unit = unit_at(s, big);
	if (unit == 0 || unit == 0xFFFE || unit == 0xFFFF || (unit >= 0xDC00 && unit <= 0xDFFF))
		return 0;
	if (unit < 0xD800 || unit > 0xDBFF)
		return 2;
	if (length < 4)
		return -1;
	unsigned second = unit_at(s + 2, big);
	return second >= 0xDC00 && second <= 0xDFFF ? 4 : 0;
}

static bool try_utf16(int file, int64_t from, bool big, struct scan *scan, struct trial *trial,
	struct failure *failure)
{
	*trial = (struct trial) { .high = -1 };
	scan_start(scan, file, from);
	size_t at = 0;
	do {
		if (!scan_more(scan, at, failure))
			return false;
		at = 0;
		size_t stop = scan->last || scan->length < TAIL ? scan->length : scan->length - TAIL;
		while (at < stop) {
			int taken = utf16_character(scan->bytes + at, scan->length - at, big);
			if (taken <= 0) {
				trial->offset = scan->offset + (int64_t)at;
				trial->cut = taken < 0;
				return true;
			}
			unsigned unit = unit_at(scan->bytes + at, big);
			trial->units++;
			trial->marks += unit == '\n' || unit == '\r' || unit == '\t' || unit == ',' || unit == ';';
			at += (size_t)taken;
		}
	} while (!scan->last);
	trial->sound = true;
	return true;
}

static void decide(struct encoding_verdict *verdict, enum encoding encoding, const struct trial *trial)
{
	verdict->encoding = encoding;
	verdict->known = trial->sound || trial->cut;
	verdict->cut = trial->cut;
	verdict->offset = trial->offset;
}

static bool detect_marked(int file, struct scan *scan, struct encoding_verdict *verdict, struct failure *failure)
{
	struct trial trial;
	if (verdict->encoding == ENCODING_UTF8) {
		if (!try_bytes(file, verdict->mark, NULL, scan, &trial, failure))
			return false;
	} else if (!try_utf16(file, verdict->mark, verdict->encoding == ENCODING_UTF16BE, scan, &trial, failure)) {
		return false;
	}
	decide(verdict, verdict->encoding, &trial);
	return true;
}

/* Text of a table: sound, and a separator or line end in every 200 characters at least. */
static bool is_table(const struct trial *trial)
{
	return trial->sound && trial->marks > 0 && 200 * trial->marks >= trial->units;
}

/* Without a mark: the text of a table in one order of bytes and not in the other. */
static bool detect_utf16(int file, struct scan *scan, struct encoding_verdict *verdict, struct failure *failure)
{
	struct trial little;
	struct trial big;
	if (!try_utf16(file, 0, false, scan, &little, failure) || !try_utf16(file, 0, true, scan, &big, failure))
		return false;
	if (is_table(&little) && !is_table(&big))
		decide(verdict, ENCODING_UTF16LE, &little);
	else if (is_table(&big) && !is_table(&little))
		decide(verdict, ENCODING_UTF16BE, &big);
	return true;
}

static bool detect_unmarked(int file, struct scan *scan, struct encoding_verdict *verdict, struct failure *failure)
{
	struct trial utf8;
	struct trial gb = { 0 };
	if (!try_bytes(file, 0, NULL, scan, &utf8, failure))
		return false;
	/* A file cut short within its last character, and of several such, is UTF-8 still. */
	if (utf8.sound || (utf8.cut && utf8.wide)) {
		decide(verdict, ENCODING_UTF8, &utf8);
		return true;
	}
	if (utf8.high >= 0) {
		struct gb18030 *table = gb18030_open(failure);
		bool done = table && try_bytes(file, utf8.high, table, scan, &gb, failure);
		gb18030_close(table);
		if (!done)
			return false;
		if (gb.sound || (gb.cut && gb.wide)) {
			decide(verdict, ENCODING_GB18030, &gb);
			return true;
		}
	}
	/* What was UTF-8 for some characters is a damaged UTF-8. */
	verdict->offset = utf8.wide || utf8.high < 0 ? utf8.offset : gb.offset;
	return detect_utf16(file, scan, verdict, failure);
}

bool encoding_detect(int file, struct encoding_verdict *verdict, struct failure *failure)
{
	*verdict = (struct encoding_verdict) { 0 };
	struct scan *scan = allocate(failure, 1, sizeof *scan);
	if (!scan)
		return false;
	scan_start(scan, file, 0);
	bool done = scan_more(scan, 0, failure);
	const unsigned char *s = scan->bytes;
	if (done && scan->length >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0) {
		verdict->mark = 3;
	} else if (done && scan->length >= 2 && (memcmp(s, "\xFF\xFE", 2) == 0 || memcmp(s, "\xFE\xFF", 2) == 0)) {
		verdict->mark = 2;
		verdict->encoding = s[0] == 0xFF ? ENCODING_UTF16LE : ENCODING_UTF16BE;
	}
	if (done)
		done = verdict->mark ? detect_marked(file, scan, verdict, failure)
			: detect_unmarked(file, scan, verdict, failure);
	free(scan);
	return done;
}

struct decoder {
	enum encoding encoding;
	struct gb18030 *table;
	char *text;
	size_t capacity;
};

struct decoder *decoder_open(enum encoding encoding, struct failure *failure)
{
	struct decoder *decoder = allocate(failure, 1, sizeof *decoder);
	if (!decoder)
		return NULL;
	decoder->encoding = encoding;
	if (encoding == ENCODING_GB18030 && !(decoder->table = gb18030_open(failure))) {
		free(decoder);
		return NULL;
	}
	return decoder;
}

void decoder_close(struct decoder *decoder)
{
	if (!decoder)
		return;
	gb18030_close(decoder->table);
	free(decoder->text);
	free(decoder);
}

static char *put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xC0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3F));
	} else if (c < 0x10000) {
		*to++ = (char)(0xE0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3F));
		*to++ = (char)(0x80 | (c & 0x3F));
	} else {
		*to++ = (char)(0xF0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3F));
		*to++ = (char)(0x80 | (c >> 6 & 0x3F));
		*to++ = (char)(0x80 | (c & 0x3F));
	}
	return to;
}

static long utf16_decode(const unsigned char *s, size_t length, bool big, char *text)
{
	char *to = text;
	for (size_t at = 0; at < length;) {
		int taken = utf16_character(s + at, length - at, big);
		if (taken <= 0)
			return -1;
		uint32_t c = unit_at(s + at, big);
		if (taken == 4)
			c = 0x10000 + ((c - 0xD800) << 10) + (unit_at(s + at + 2, big) - 0xDC00);
		to = put_utf8(to, c);
		at += (size_t)taken;
	}
	return to - text;
}

bool decoder_line(struct decoder *decoder, const char *line, size_t length, const char **text,
	size_t *text_length, struct failure *failure)
{
	if (decoder->encoding == ENCODING_UTF8) {
		*text = line;
		*text_length = length;
		return true;
	}
	if (decoder->capacity < 2 * length + SCAN_BYTES) {
		free(decoder->text);
		decoder->capacity = 0;
		decoder->text = allocate(failure, 2 * length + 4096, 1);
		if (!decoder->text)
			return false;
		decoder->capacity = 2 * length + 4096;
	}
	const unsigned char *bytes = (const unsigned char *)line;
	long count = decoder->encoding == ENCODING_GB18030
		? gb18030_decode(decoder->table, bytes, length, decoder->text)
		: utf16_decode(bytes, length, decoder->encoding == ENCODING_UTF16BE, decoder->text);
	if (count < 0)
		return fail(failure, STATUS_SYSTEM, tr("the file changes while it is read", "文件在读取过程中发生变化"));
	*text = decoder->text;
	*text_length = (size_t)count;
	return true;
}
