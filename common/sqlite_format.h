/* Numbers and offsets of SQLite's file format (sqlite.org/fileformat2.html), as far as
 * rows are written and whole tables read without SQLite. All numbers are big-endian. */
#ifndef COMMON_SQLITE_FORMAT_H
#define COMMON_SQLITE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

/* Offsets in the header of the file. */
enum {
	FORMAT_PAGE_SIZE = 16,       /* two bytes; 1 stands for 65536 */
	FORMAT_RESERVED = 20,        /* one byte: bytes at the end of every page that are not SQLite's */
	FORMAT_CHANGES = 24,         /* what tells a connection that its cache is stale */
	FORMAT_PAGE_COUNT = 28,
	FORMAT_FREE_TRUNK = 32,
	FORMAT_FREE_COUNT = 36,
	FORMAT_SCHEMA_FORMAT = 44,   /* 4: the integers 0 and 1 take no byte */
	FORMAT_VERSION_VALID_FOR = 92, /* the change at which the page count was right */
	FORMAT_HEADER_BYTES = 100
};

/* The page of this byte is never used: locks are taken there. */
#define FORMAT_LOCK_BYTE (UINT32_C(1) << 30)

/* Pages by their first byte. */
enum { FORMAT_INDEX_INTERIOR = 2, FORMAT_INTERIOR = 5, FORMAT_INDEX_LEAF = 10, FORMAT_LEAF = 13 };

/* Offsets in the header of such a page; an interior one has its last child behind it. */
enum { FORMAT_CELLS = 3, FORMAT_CONTENT = 5, FORMAT_LEAF_HEADER = 8, FORMAT_LAST_CHILD = 8, FORMAT_INTERIOR_HEADER = 12 };

enum { FORMAT_VARINT_BYTES = 9 };

static inline void format_put_16(unsigned char *at, size_t number)
{
	at[0] = (unsigned char)(number >> 8);
	at[1] = (unsigned char)number;
}

static inline uint32_t format_take_16(const unsigned char *at)
{
	return (uint32_t)at[0] << 8 | (uint32_t)at[1];
}

static inline void format_put_32(unsigned char *at, uint32_t number)
{
	format_put_16(at, number >> 16);
	format_put_16(at + 2, number & 0xFFFF);
}

static inline uint32_t format_take_32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | (uint32_t)at[3];
}

/* Seven bits a byte, the highest first; a ninth byte holds eight. */
static inline unsigned char *format_put_varint(unsigned char *at, uint64_t number)
{
	if (number < 0x80) {
		*at++ = (unsigned char)number;
		return at;
	}
	unsigned char bytes[FORMAT_VARINT_BYTES]; /* the lowest first */
	int count = 0;
	if (number >> 56) {
		bytes[count++] = (unsigned char)number;
		for (number >>= 8; count < FORMAT_VARINT_BYTES; number >>= 7)
			bytes[count++] = (unsigned char)((number & 0x7F) | 0x80);
	} else {
		bytes[count++] = (unsigned char)(number & 0x7F);
		for (number >>= 7; number; number >>= 7)
			bytes[count++] = (unsigned char)((number & 0x7F) | 0x80);
	}
	while (count > 0)
		*at++ = bytes[--count];
	return at;
}

static inline size_t format_varint_size(uint64_t number)
{
	size_t size = 1;
	while (size < FORMAT_VARINT_BYTES && (number >>= 7))
		size++;
	return size;
}

/* Reads a varint of at most `left` bytes into `number`; how many it has, 0 where it is cut. */
static inline size_t format_take_varint(const unsigned char *at, size_t left, uint64_t *number)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < left && i < FORMAT_VARINT_BYTES; i++) {
		if (i == FORMAT_VARINT_BYTES - 1) {
			*number = sum << 8 | at[i];
			return FORMAT_VARINT_BYTES;
		}
		sum = sum << 7 | (at[i] & 0x7F);
		if (at[i] < 0x80) {
			*number = sum;
			return i + 1;
		}
	}
	return 0;
}

/* How many bytes of a row stand in its own page at most; `usable`: bytes of a page without the
 * reserved ones. */
static inline size_t format_table_most(size_t usable)
{
	return usable - 35;
}

static inline size_t format_index_most(size_t usable)
{
	return (usable - 12) * 64 / 255 - 23;
}

/* How many bytes of a row of `length` stand there; the rest is in overflow pages. */
static inline size_t format_local_length(size_t usable, size_t most, size_t length)
{
	if (length <= most)
		return length;
	size_t least = (usable - 12) * 32 / 255 - 23;
	size_t even = least + (length - least) % (usable - 4);
	return even <= most ? even : least;
}

#endif
