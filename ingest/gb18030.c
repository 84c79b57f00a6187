#include "ingest/gb18030.h"

#include <endian.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

/* Lead bytes 0x81 to 0xFE, trail bytes 0x40 to 0xFE without 0x7F. */
enum { LEADS = 126, TRAILS = 191 };

/* The UTF-8 of a two-byte code: three bytes at most in `text`, which is nearly all of them.
 * Length 0: not asked for yet, or none, or longer. */
struct entry {
	char text[3];
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

/* The place of a code in the table; false where it cannot have one. */
static inline bool place_of(const unsigned char *bytes, unsigned *place)
{
	unsigned lead = (unsigned)bytes[0] - 0x81;
	unsigned trail = (unsigned)bytes[1] - 0x40;
	*place = lead * TRAILS + trail;
	return lead < LEADS && trail < TRAILS;
}

/* The UTF-8 of a two-byte code, kept for the next time. */
static int two_bytes(struct gb18030 *table, const unsigned char *bytes, char text[4])
{
	unsigned place;
	if (!place_of(bytes, &place) || !is_two_byte(bytes))
		return 0;
	struct entry *entry = &table->entries[place];
	if (entry->length) {
		memcpy(text, entry->text, sizeof entry->text);
		return entry->length;
	}
	int length = convert(table, bytes, 2, text);
	if (length > 0 && length <= (int)sizeof entry->text) {
		memcpy(entry->text, text, (size_t)length);
		entry->length = (unsigned char)length;
	}
	return length;
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
	char own[4];
	int count = two_bytes(table, bytes, own);
	if (count == 0)
		return 0;
	if (text) {
		memcpy(text, own, 4);
		*text_length = count;
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

/* How many of eight bytes from the first on are ASCII without NUL. */
static size_t plain_of(const unsigned char *eight)
{
	uint64_t word;
	memcpy(&word, eight, 8);
	word = le64toh(word);
	/* the lowest byte that is 0 has its highest bit set, and no lower one has */
	uint64_t zero = (word - UINT64_C(0x0101010101010101)) & ~word;
	uint64_t other = (word | zero) & UINT64_C(0x8080808080808080);
	return other ? (size_t)__builtin_ctzll(other) / 8 : 8;
}

size_t gb18030_skip(const unsigned char *bytes, size_t at, size_t stop, bool *wide)
{
	while (at < stop) {
		bool eight = stop - at >= 8;
		if (bytes[at] < 0x80) {
			size_t plain = eight ? plain_of(bytes + at) : bytes[at] != 0;
			if (!plain)
				break;
			at += plain;
		} else if (eight && are_four(bytes + at)) {
			*wide = true;
			at += 8;
		} else if (stop - at >= 2 && is_two_byte(bytes + at)) {
			*wide = true;
			at += 2;
		} else {
			break;
		}
	}
	return at;
}

long gb18030_decode(struct gb18030 *table, const unsigned char *bytes, size_t length, char *text)
{
	char *to = text;
	size_t at = 0;
	while (at < length) {
		unsigned place;
		if (bytes[at] < 0x80) {
			size_t plain = length - at >= 8 ? plain_of(bytes + at) : 0;
			memcpy(to, bytes + at, plain ? 8 : 1); /* what follows in the eight is written over */
			to += plain ? plain : 1;
			at += plain ? plain : 1;
			continue;
		}
		if (length - at >= 2 && place_of(bytes + at, &place) && table->entries[place].length) {
			memcpy(to, &table->entries[place], sizeof(struct entry)); /* two bytes have room for four */
			to += table->entries[place].length;
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
