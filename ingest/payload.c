#include "common/sqlite_format.h"
#include "ingest/payload.h"

#include <stdlib.h>
#include <string.h>


/* Types: 0 NULL; 1 to 6 integers of 1, 2, 3, 4, 6, 8 bytes; 8 and 9 the integers 0 and 1;
 * from 13 on every other one a text. */
enum { TYPE_NULL = 0, TYPE_ZERO = 8, TYPE_TEXT = 13 };

/* Beyond the values: a number is stored with eight bytes, of which fewer may count. */
enum { SLACK = 8 };

static size_t types_bytes(int count)
{
	return (size_t)(count + 1) * FORMAT_VARINT_BYTES;
}

static bool make_room(struct payload *payload, size_t need, struct failure *failure)
{
	if (need <= payload->room)
		return true;
	unsigned char *larger = enlarge(failure, payload->buffer, &payload->room, need, 1);
	if (larger)
		payload->buffer = larger;
	return larger != NULL;
}

/* By the number of bits beside the sign. */
static const unsigned char types_of_bits[65] = {
	1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4,
	5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6
};
static const unsigned char bytes_of_types[] = { 0, 1, 2, 3, 4, 6, 8 };

static unsigned char *put_integer(unsigned char *at, int64_t integer, unsigned char *type)
{
	if (integer == 0 || integer == 1) {
		*type = (unsigned char)(TYPE_ZERO + integer);
		return at;
	}
	uint64_t bits = (uint64_t)(integer < 0 ? ~integer : integer);
	*type = types_of_bits[64 - __builtin_clzll(bits | 1)];
	size_t bytes = bytes_of_types[*type];
	uint64_t number = (uint64_t)integer << (64 - 8 * bytes);
	format_put_32(at, (uint32_t)(number >> 32));
	format_put_32(at + 4, (uint32_t)number);
	return at + bytes;
}

/* The types are written at the buffer's beginning and moved to the values when their
 * length is known. */
bool payload_write(struct payload *payload, const struct value *columns, int count, struct failure *failure)
{
	const size_t start = 2 * types_bytes(count);
	size_t need = start + SLACK * (size_t)(count + 1);
	for (int i = 0; i < count; i++)
		need += columns[i].state == VALUE_TEXT ? columns[i].length : 0;
	if (!make_room(payload, need, failure))
		return false;
	unsigned char *type = payload->buffer;
	unsigned char *at = payload->buffer + start;
	for (int i = 0; i < count; i++) {
		const struct value *value = &columns[i];
		if (value->state == VALUE_INTEGER) {
			at = put_integer(at, value->integer, type++);
		} else if (value->state == VALUE_TEXT) {
			type = format_put_varint(type, TYPE_TEXT + 2 * (uint64_t)value->length);
			if (value->length)
				memcpy(at, value->text, value->length);
			at += value->length;
		} else {
			*type++ = TYPE_NULL;
		}
	}
	size_t types = (size_t)(type - payload->buffer);
	size_t own = types + 1 < 0x80 ? 1 : format_varint_size(types + 2);
	unsigned char *head = payload->buffer + start - types - own;
	memcpy(format_put_varint(head, types + own), payload->buffer, types);
	payload->bytes = head;
	payload->length = (size_t)(at - head);
	return true;
}
