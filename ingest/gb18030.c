#include "ingest/gb18030.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

/* Lead bytes 0x81 to 0xFE, trail bytes 0x40 to 0xFE without 0x7F. */
enum { LEADS = 126, TRAILS = 191 };

enum { UNASKED = 0, NO_CHARACTER = 5 }; /* in place of a length, which is 1 to 4 */

struct entry {
	char text[4];
	unsigned char length;
};

struct gb18030 {
	iconv_t converter;
	struct entry entries[LEADS * TRAILS];
};

/* The UTF-8 of one code, or length 0. */
static int convert(struct gb18030 *table, const unsigned char *code, size_t length, char text[4])
{
	char from[4];
	memcpy(from, code, length);
	char *in = from;
	char *out = text;
	size_t left = length;
	size_t room = 4;
	iconv(table->converter, NULL, NULL, NULL, NULL);
	if (iconv(table->converter, &in, &left, &out, &room) == (size_t)-1 || left > 0)
		return 0;
	return (int)(4 - room);
}

struct gb18030 *gb18030_open(struct failure *failure)
{
	struct gb18030 *table = allocate(failure, 1, sizeof *table);
	if (!table)
		return NULL;
	table->converter = iconv_open("UTF-8", "GB18030");
	if (table->converter == (iconv_t)-1) {
		fail_system(failure, tr("no converter for GB18030 here", "系统缺少 GB18030 转换表"));
		free(table);
		return NULL;
	}
	return table;
}

void gb18030_close(struct gb18030 *table)
{
	if (!table)
		return;
	iconv_close(table->converter);
	free(table);
}

static bool is_lead(unsigned char byte)
{
	return byte >= 0x81 && byte <= 0xFE;
}

/* The standard leaves no code of this form without a character. */
static bool is_two_byte(const unsigned char *bytes)
{
	return is_lead(bytes[0]) && bytes[1] >= 0x40 && bytes[1] <= 0xFE && bytes[1] != 0x7F;
}

static bool is_digit(unsigned char byte)
{
	return byte >= 0x30 && byte <= 0x39;
}

static int four_bytes(struct gb18030 *table, const unsigned char *bytes, size_t length, char text[4],
	int *text_length)
{
	if (length < 3)
		return -1;
	if (!is_lead(bytes[2]))
		return 0;
	if (length < 4)
		return -1;
	if (!is_digit(bytes[3]))
		return 0;
	char own[4];
	int count = convert(table, bytes, 4, own);
	if (count == 0)
		return 0;
	if (text) {
		memcpy(text, own, 4);
		*text_length = count;
	}
	return 4;
}

static void ask(struct gb18030 *table, const unsigned char *code, struct entry *entry)
{
	int length = convert(table, code, 2, entry->text);
	entry->length = (unsigned char)(length > 0 ? length : NO_CHARACTER);
}

/* The entry of a two-byte code, NULL where these are none. */
static inline const struct entry *entry_of(struct gb18030 *table, const unsigned char *bytes)
{
	if (!is_two_byte(bytes))
		return NULL;
	struct entry *entry = &table->entries[(bytes[0] - 0x81) * TRAILS + (bytes[1] - 0x40)];
	if (entry->length == UNASKED)
		ask(table, bytes, entry);
	return entry->length == NO_CHARACTER ? NULL : entry;
}

int gb18030_character(struct gb18030 *table, const unsigned char *bytes, size_t length, char text[4],
	int *text_length)
{
	if (!is_lead(bytes[0]))
		return 0;
	if (length < 2)
		return -1;
	if (is_digit(bytes[1]))
		return four_bytes(table, bytes, length, text, text_length);
	const struct entry *entry = entry_of(table, bytes);
	if (!entry)
		return 0;
	if (text) {
		memcpy(text, entry->text, 4);
		*text_length = entry->length;
	}
	return 2;
}

/* Four two-byte codes whose bytes are all 0x81 to 0xFE, as those of the usual characters are. */
static bool are_four(const unsigned char *bytes)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;
	memcpy(&word, bytes, 8);
	uint64_t low = word & ones * 0x7F; /* 0 and 0x7F are 0x80 and 0xFF without their highest bit */
	return (word & (low + ones * 0x7F) & ~(low + ones) & ones * 0x80) == ones * 0x80;
}

size_t gb18030_skip(const unsigned char *bytes, size_t at, size_t stop, bool *wide)
{
	size_t from = at;
	while (stop - at >= 8 && are_four(bytes + at))
		at += 8;
	while (stop - at >= 2 && is_two_byte(bytes + at))
		at += 2;
	*wide = *wide || at > from;
	return at;
}

static bool is_plain(const unsigned char *eight)
{
	uint64_t word;
	memcpy(&word, eight, 8);
	return (word & UINT64_C(0x8080808080808080)) == 0;
}

long gb18030_decode(struct gb18030 *table, const unsigned char *bytes, size_t length, char *text)
{
	char *to = text;
	size_t at = 0;
	while (at < length) {
		if (bytes[at] < 0x80) {
			bool plain = length - at >= 8 && is_plain(bytes + at);
			size_t count = plain ? 8 : 1;
			memcpy(to, bytes + at, plain ? 8 : 1);
			to += count;
			at += count;
			continue;
		}
		const struct entry *entry = length - at >= 2 ? entry_of(table, bytes + at) : NULL;
		if (entry) {
			memcpy(to, entry->text, 4); /* two bytes have room for four */
			to += entry->length;
			at += 2;
			continue;
		}
		char own[4];
		int count = 0;
		int taken = gb18030_character(table, bytes + at, length - at, own, &count);
		if (taken <= 0)
			return -1;
		memcpy(to, own, (size_t)count);
		to += count;
		at += (size_t)taken;
	}
	return to - text;
}
