#include "ingest/reader_xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "ingest/encoding.h"
#include "ingest/gb18030.h"
#include "ingest/utf8.h"

enum { PIECE_BYTES = 32 << 10, DECLARATION_BYTES = 512 };

/* UTF-8 goes through as it is, and its positions are places of the file. Of any other
 * encoding, the file's bytes and their UTF-8 are kept side by side from where the parser
 * stands:
 *
 *     raw   [ passed | from raw_mark … | not yet decoded ]   raw[0] is byte raw_start of the file
 *     text  [ passed | from text_mark … ]                    text[0] is byte text_start of the UTF-8
 *
 * The marks are the same character in both, and move forward only. */
struct xml_source {
	struct outlet *outlet;
	int file;
	enum encoding encoding;
	struct gb18030 *table;
	int64_t read;     /* bytes of the file read so far */
	int64_t bad;      /* place of the first byte that is no text, or -1 */
	unsigned char *raw;
	size_t raw_size, raw_used, raw_decoded, raw_mark;
	int64_t raw_start;
	char *text;
	size_t text_size, text_used, text_mark;
	int64_t text_start;
};

/* ---- which encoding */

/* The value of encoding="…" in an XML declaration; "" where there is none. */
static void declared_encoding(const char *head, char name[32])
{
	name[0] = '\0';
	const char *end = strncmp(head, "<?xml", 5) == 0 ? strstr(head, "?>") : NULL;
	const char *at = end ? strstr(head, "encoding") : NULL;
	if (!at || at > end)
		return;
	at += strlen("encoding");
	at += strspn(at, " \t\r\n");
	if (*at++ != '=')
		return;
	at += strspn(at, " \t\r\n");
	const char *close = *at == '"' || *at == '\'' ? strchr(at + 1, *at) : NULL;
	if (close && close < end && close - at - 1 < 32) {
		memcpy(name, at + 1, (size_t)(close - at - 1));
		name[close - at - 1] = '\0';
	}
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcasecmp(name, *names) == 0)
			return true;
	return false;
}

/* Without a mark the declaration says it; one in single bytes that says UTF-16 cannot be
 * right, and such files are UTF-8. */
static bool encoding_named(const char *name, enum encoding *encoding)
{
	static const char *const utf8[] = { "", "UTF-8", "UTF8", "US-ASCII", "ASCII", "ISO-8859-1", "UTF-16", "UTF-16LE",
		"UTF-16BE", "UNICODE", NULL };
	static const char *const chinese[] = { "GB18030", "GBK", "GB2312", "CP936", "GB_2312-80", "GB-2312", "MS936",
		"WINDOWS-936", "X-GBK", "EUC-CN", NULL };
	*encoding = is_one_of(name, chinese) ? ENCODING_GB18030 : ENCODING_UTF8;
	return *encoding == ENCODING_GB18030 || is_one_of(name, utf8);
}

static bool tell_encoding(struct xml_source *source, const struct input *input)
{
	char head[DECLARATION_BYTES + 1] = "", name[32];
	ssize_t got = pread(input->file, head, DECLARATION_BYTES, 0);
	if (got < 0) {
		source->outlet->broken = !fail_system(source->outlet->failure, "%s", input->name);
		return false;
	}
	source->encoding = ENCODING_UTF8;
	if (got >= 2 && (memcmp(head, "\xFF\xFE", 2) == 0 || memcmp(head, "<\0", 2) == 0))
		source->encoding = ENCODING_UTF16LE;
	else if (got >= 2 && (memcmp(head, "\xFE\xFF", 2) == 0 || memcmp(head, "\0<", 2) == 0))
		source->encoding = ENCODING_UTF16BE;
	if (source->encoding != ENCODING_UTF8 || (got >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0))
		return true;
	declared_encoding(head, name);
	if (encoding_named(name, &source->encoding))
		return true;
	outlet_fault(source->outlet, "S05", 1, NULL, "声明的编码“%s”无法识别，请用UTF-8编码重新保存", name);
	return false;
}

struct xml_source *xml_source_open(const struct input *input, struct outlet *outlet)
{
	struct xml_source *source = outlet_allocate(outlet, 1, sizeof *source);
	if (!source)
		return NULL;
	source->outlet = outlet;
	source->file = input->file;
	source->bad = -1;
	bool sound = tell_encoding(source, input);
	if (sound && source->encoding == ENCODING_GB18030) {
		source->table = gb18030_open(outlet->failure);
		sound = source->table;
		outlet->broken = outlet->broken || !sound;
	}
	if (sound)
		return source;
	xml_source_close(source);
	return NULL;
}

void xml_source_close(struct xml_source *source)
{
	if (!source)
		return;
	gb18030_close(source->table);
	free(source->raw);
	free(source->text);
	free(source);
}

const char *xml_source_encoding(const struct xml_source *source)
{
	return encoding_name(source->encoding);
}

/* ---- decoding */

static unsigned unit_at(const struct xml_source *source, const unsigned char *raw)
{
	bool big = source->encoding == ENCODING_UTF16BE;
	return (unsigned)raw[big ? 1 : 0] | (unsigned)raw[big ? 0 : 1] << 8;
}

/* One character of UTF-16: the bytes it takes, 0 where it is none, -1 where it is cut. */
static int decode_utf16(const struct xml_source *source, const unsigned char *raw, size_t length, char text[4],
	int *text_length)
{
	if (length < 2)
		return -1;
	unsigned unit = unit_at(source, raw), low;
	if (unit < 0xD800 || unit >= 0xE000) {
		*text_length = (int)utf8_put(text, unit);
		return 2;
	}
	if (length < 4)
		return unit < 0xDC00 ? -1 : 0;
	low = unit_at(source, raw + 2);
	if (unit >= 0xDC00 || low < 0xDC00 || low >= 0xE000)
		return 0;
	*text_length = (int)utf8_put(text, 0x10000 + ((unit & 0x3FF) << 10 | (low & 0x3FF)));
	return 4;
}

static int decode_character(const struct xml_source *source, const unsigned char *raw, size_t length, char text[4],
	int *text_length)
{
	if (source->encoding != ENCODING_GB18030)
		return decode_utf16(source, raw, length, text, text_length);
	if (*raw < 0x80) {
		*text = (char)*raw;
		*text_length = 1;
		return 1;
	}
	return gb18030_character(source->table, raw, length, text, text_length);
}

/* Whether the next eight bytes are ASCII. */
static bool is_ascii_word(const void *bytes)
{
	uint64_t eight;
	memcpy(&eight, bytes, sizeof eight);
	return (eight & UINT64_C(0x8080808080808080)) == 0;
}

static void decode_ascii(struct xml_source *source)
{
	const unsigned char *raw = source->raw + source->raw_decoded;
	size_t left = source->raw_used - source->raw_decoded, done = 0;
	while (done + 8 <= left && is_ascii_word(raw + done))
		done += 8;
	while (done < left && raw[done] < 0x80)
		done++;
	memcpy(source->text + source->text_used, raw, done);
	source->raw_decoded += done;
	source->text_used += done;
}

static void decode(struct xml_source *source, bool last)
{
	while (source->raw_decoded < source->raw_used) {
		int length = 0;
		int taken = decode_character(source, source->raw + source->raw_decoded,
			source->raw_used - source->raw_decoded, source->text + source->text_used, &length);
		if (taken <= 0) {
			if (taken == 0 || last)
				source->bad = source->raw_start + (int64_t)source->raw_decoded;
			return;
		}
		source->raw_decoded += (size_t)taken;
		source->text_used += (size_t)length;
		if (source->encoding == ENCODING_GB18030)
			decode_ascii(source);
	}
}

/* ---- places */

/* Moves the marks forward to the text at `target`. */
static void move_marks(struct xml_source *source, size_t target)
{
	bool gb18030 = source->encoding == ENCODING_GB18030;
	if (target > source->text_used)
		target = source->text_used;
	while (source->text_mark < target) {
		const unsigned char *raw = source->raw + source->raw_mark;
		unsigned lead = (unsigned char)source->text[source->text_mark];
		if (gb18030 && target - source->text_mark >= 8 && is_ascii_word(raw)) {
			source->text_mark += 8;
			source->raw_mark += 8;
			continue;
		}
		source->text_mark += lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
		if (gb18030)
			source->raw_mark += *raw < 0x80 ? 1 : raw[1] >= '0' && raw[1] <= '9' ? 4 : 2;
		else
			source->raw_mark += lead < 0xF0 ? 2 : 4;
	}
}

int64_t xml_source_offset(struct xml_source *source, int64_t position)
{
	if (source->encoding == ENCODING_UTF8)
		return position;
	if (position > source->text_start)
		move_marks(source, (size_t)(position - source->text_start));
	return source->raw_start + (int64_t)source->raw_mark;
}

/* Forgets what lies before the marks. */
static void forget(struct xml_source *source)
{
	memmove(source->raw, source->raw + source->raw_mark, source->raw_used - source->raw_mark);
	memmove(source->text, source->text + source->text_mark, source->text_used - source->text_mark);
	source->raw_start += (int64_t)source->raw_mark;
	source->text_start += (int64_t)source->text_mark;
	source->raw_used -= source->raw_mark;
	source->raw_decoded -= source->raw_mark;
	source->text_used -= source->text_mark;
	source->raw_mark = source->text_mark = 0;
}

/* ---- pieces */

static bool make_room(struct xml_source *source)
{
	/* Eight bytes more, for the look at whole words. */
	if (source->raw_used + PIECE_BYTES + 8 > source->raw_size) {
		size_t size = source->raw_used * 2 + PIECE_BYTES + 8;
		unsigned char *raw = outlet_grow(source->outlet, source->raw, size, 1);
		if (!raw)
			return false;
		source->raw = raw;
		source->raw_size = size;
	}
	/* A raw byte gives two bytes of UTF-8 at most. */
	size_t need = source->text_used + 2 * (source->raw_used - source->raw_decoded + PIECE_BYTES) + 4;
	if (need > source->text_size) {
		char *text = outlet_grow(source->outlet, source->text, need * 2, 1);
		if (!text)
			return false;
		source->text = text;
		source->text_size = need * 2;
	}
	return true;
}

static bool read_piece(struct xml_source *source, size_t *got)
{
	ssize_t count = pread(source->file, source->raw + source->raw_used, PIECE_BYTES, (off_t)source->read);
	if (count < 0) {
		source->outlet->broken = !fail_system(source->outlet->failure, "%s", tr("cannot read", "读取失败"));
		return false;
	}
	source->read += count;
	source->raw_used += (size_t)count;
	*got = (size_t)count;
	return true;
}

bool xml_source_next(struct xml_source *source, int64_t passed, const char **text, int *count)
{
	size_t got;
	bool utf8 = source->encoding == ENCODING_UTF8;
	*count = 0;
	if (source->bad >= 0)
		return true;
	if (utf8)
		source->raw_used = 0;
	else if (source->text) {
		xml_source_offset(source, passed);
		forget(source);
	}
	if (!make_room(source) || !read_piece(source, &got))
		return false;
	if (utf8) {
		*text = (const char *)source->raw;
		*count = (int)got;
		return true;
	}
	size_t before = source->text_used;
	decode(source, got == 0);
	*text = source->text + before;
	*count = (int)(source->text_used - before);
	return true;
}

/* UTF-8 is checked by the parser; only when that complains is the byte looked for. */
static int64_t find_bad_utf8(struct xml_source *source)
{
	char piece[PIECE_BYTES];
	int64_t at = 0;
	for (;;) {
		ssize_t got = pread(source->file, piece, sizeof piece, (off_t)at);
		if (got < 0)
			source->outlet->broken = !fail_system(source->outlet->failure, "%s", tr("cannot read", "读取失败"));
		if (got <= 0)
			return -1;
		size_t sound = utf8_sound(piece, (size_t)got);
		/* Up to three bytes at the end may be a character that the next piece completes. */
		if (sound + 3 < (size_t)got || sound == 0 || ((size_t)got < sizeof piece && sound < (size_t)got))
			return at + (int64_t)sound;
		at += (int64_t)sound;
	}
}

int64_t xml_source_bad_byte(const struct xml_source *source)
{
	return source->bad;
}

int64_t xml_source_find_bad_byte(struct xml_source *source)
{
	if (source->encoding == ENCODING_UTF8 && source->bad < 0)
		source->bad = find_bad_utf8(source);
	return source->bad;
}
