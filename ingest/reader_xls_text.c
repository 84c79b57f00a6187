#include "ingest/reader_xls.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/limits.h"
#include "ingest/utf8.h"

/* ---- 16-bit characters */

/* Whether the text ends in a high half that was written as U+FFFD's stand-in: halves may be
 * parted by a CONTINUE record, so a lone high half is kept as three bytes until its low
 * half comes. */
static bool join_halves(struct strings *to, uint32_t low, char out[4], size_t *length)
{
	size_t start = strings_start(to);
	if (to->used < start + 3)
		return false;
	const unsigned char *last = (const unsigned char *)to->text + to->used - 3;
	if (last[0] != 0xED || last[1] < 0xA0 || last[1] > 0xAF)
		return false;
	uint32_t high = 0xD000u | (uint32_t)(last[1] & 0x3F) << 6 | (last[2] & 0x3F);
	*length = utf8_put(out, 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF)));
	to->used -= 3;
	return true;
}

bool xls_append_units(struct strings *to, const unsigned char *units, size_t count, bool narrow,
	struct outlet *outlet)
{
	char out[1024];
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t unit = narrow ? units[i] : bytes_u16(units + 2 * i);
		size_t length = 0;
		if (unit >= 0xDC00 && unit < 0xE000) {
			if (!strings_append(to, out, used, outlet))
				return false;
			used = 0;
			if (!join_halves(to, unit, out, &length))
				unit = 0xFFFD;
		}
		if (unit == 0)
			unit = 0xFFFD;
		used += length ? length : utf8_put(out + used, unit);
		if (used + 4 > sizeof out) {
			if (!strings_append(to, out, used, outlet))
				return false;
			used = 0;
		}
	}
	return strings_append(to, out, used, outlet);
}

/* Ends a string; high halves that stayed alone become U+FFFD. */
static bool end_string(struct strings *to, struct outlet *outlet)
{
	for (size_t i = strings_start(to); i + 2 < to->used; i++)
		if ((unsigned char)to->text[i] == 0xED && (unsigned char)to->text[i + 1] >= 0xA0)
			memcpy(to->text + i, "\xEF\xBF\xBD", 3);
	return strings_end(to, outlet);
}

/* ---- strings within a record */

static bool read_count(const unsigned char *data, size_t length, size_t at, int count_bytes, size_t *count)
{
	*count = 0;
	if (at + (size_t)count_bytes > length)
		return false;
	*count = count_bytes == 1 ? data[at] : bytes_u16(data + at);
	return true;
}

bool xls_read_string(struct strings *to, const unsigned char *data, size_t length, size_t at, int count_bytes,
	struct outlet *outlet)
{
	size_t count;
	if (!read_count(data, length, at, count_bytes, &count) || at + (size_t)count_bytes >= length)
		return count_bytes == 2 && at + 2 == length && count == 0 && end_string(to, outlet);
	at += (size_t)count_bytes;
	unsigned flags = data[at++];
	at += (flags & 8 ? 2u : 0u) + (flags & 4 ? 4u : 0u);
	size_t width = flags & 1 ? 2 : 1;
	if (at > length || count > (length - at) / width)
		return false;
	return xls_append_units(to, data + at, count, width == 1, outlet) && end_string(to, outlet);
}

static iconv_t open_codepage(unsigned codepage)
{
	char name[16];
	if (codepage == 936)
		return iconv_open("UTF-8", "GB18030");
	if (codepage == 0 || codepage == 0x8001 || codepage == 367)
		codepage = 1252;
	if (codepage == 1200)
		return iconv_open("UTF-8", "UTF-16LE");
	snprintf(name, sizeof name, "CP%u", codepage);
	return iconv_open("UTF-8", name);
}

bool xls_read_bytes(struct strings *to, const unsigned char *data, size_t length, size_t at, int count_bytes,
	unsigned codepage, struct outlet *outlet)
{
	size_t count;
	if (!read_count(data, length, at, count_bytes, &count) || count > length - at - (size_t)count_bytes)
		return false;
	char *text = outlet_allocate(outlet, count * 4 + 1, 1), *out = text;
	char *copy = outlet_allocate(outlet, count + 1, 1), *in = copy;
	iconv_t converter = open_codepage(codepage);
	bool sound = text && copy && converter != (iconv_t)-1;
	if (sound) {
		size_t left = count, room = count * 4;
		memcpy(copy, data + at + count_bytes, count);
		sound = iconv(converter, &in, &left, &out, &room) != (size_t)-1
			&& strings_append(to, text, (size_t)(out - text), outlet) && end_string(to, outlet);
	}
	if (converter != (iconv_t)-1)
		iconv_close(converter);
	free(copy);
	free(text);
	return sound;
}

bool xls_read_text(const struct xls_book *book, struct strings *to, const struct records *records, size_t at,
	int count_bytes, struct outlet *outlet)
{
	if (book->biff8)
		return xls_read_string(to, records->data, records->length, at, count_bytes, outlet);
	return xls_read_bytes(to, records->data, records->length, at, count_bytes, book->codepage, outlet);
}

/* ---- the shared string table, whose strings run on into CONTINUE records */

struct shared {
	struct records *records;
	size_t at;
};

static bool next_part(struct shared *shared)
{
	if (records_peek(shared->records) != BIFF_CONTINUE || !records_next(shared->records))
		return false;
	shared->at = 0;
	return true;
}

/* `count` bytes of a header field, which no record boundary parts in files that programs
 * write, but might. */
static bool take_bytes(struct shared *shared, unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (shared->at >= shared->records->length && !next_part(shared))
			return false;
		bytes[i] = shared->records->data[shared->at++];
	}
	return true;
}

static bool skip_bytes(struct shared *shared, size_t count)
{
	while (count > 0) {
		size_t here = shared->records->length - shared->at;
		if (here > count)
			here = count;
		shared->at += here;
		count -= here;
		if (count > 0 && !next_part(shared))
			return false;
	}
	return true;
}

/* The characters; each CONTINUE record begins with flags of its own. */
static bool take_characters(struct shared *shared, size_t count, unsigned flags, struct strings *to,
	struct outlet *outlet)
{
	while (count > 0) {
		if (shared->at >= shared->records->length) {
			unsigned char byte;
			if (!next_part(shared) || !take_bytes(shared, &byte, 1))
				return false;
			flags = byte;
		}
		size_t width = flags & 1 ? 2 : 1;
		size_t here = (shared->records->length - shared->at) / width;
		if (here > count)
			here = count;
		if (here == 0)
			return false;
		if (!xls_append_units(to, shared->records->data + shared->at, here, width == 1, outlet))
			return false;
		shared->at += here * width;
		count -= here;
	}
	return true;
}

static bool take_string(struct shared *shared, struct strings *to, struct outlet *outlet)
{
	unsigned char head[3], more[4];
	size_t runs = 0, extra = 0;
	if (!take_bytes(shared, head, 3))
		return false;
	if (head[2] & 8) {
		if (!take_bytes(shared, more, 2))
			return false;
		runs = bytes_u16(more);
	}
	if (head[2] & 4) {
		if (!take_bytes(shared, more, 4))
			return false;
		extra = bytes_u32(more);
	}
	return take_characters(shared, bytes_u16(head), head[2], to, outlet) && end_string(to, outlet)
		&& skip_bytes(shared, runs * 4 + extra);
}

bool xls_read_long(struct strings *to, struct records *records, struct outlet *outlet)
{
	struct shared shared = { records, 0 };
	unsigned char head[3];
	return take_bytes(&shared, head, 2) && (bytes_u16(head) == 0 || take_bytes(&shared, head + 2, 1))
		&& take_characters(&shared, bytes_u16(head), head[2], to, outlet) && end_string(to, outlet);
}

bool xls_read_shared(struct xls_book *book, struct records *records, struct outlet *outlet)
{
	struct shared shared = { records, 8 };
	if (records->length < 8)
		return false;
	uint32_t count = bytes_u32(records->data + 4);
	for (uint32_t i = 0; i < count; i++)
		if (!take_string(&shared, &book->strings, outlet))
			return false;
	return true;
}
