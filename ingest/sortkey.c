#include "ingest/sortkey.h"

#include <string.h>

/* One byte tells the kind and, of an integer, its sign and how many bytes follow: those of
 * the number, or of a negative one the complement's, the highest first. A text ends with
 * END STOP; a NUL in it is followed by MORE, which is greater. */
enum { KEY_NULL = 0, KEY_NEGATIVE = 0x0F, KEY_POSITIVE = 0x10, KEY_TEXT = 0x20 };
enum { END = 0, STOP = 0, MORE = 1 };

static bool add_integer(struct bytes *key, int64_t integer, struct failure *failure)
{
	unsigned char bytes[9];
	size_t count = 0;
	uint64_t number = integer < 0 ? ~(uint64_t)integer : (uint64_t)integer;
	while (count < 8 && number >> (8 * count))
		count++;
	bytes[0] = (unsigned char)(integer < 0 ? KEY_NEGATIVE - count : KEY_POSITIVE + count);
	for (size_t i = 0; i < count; i++)
		bytes[1 + i] = (unsigned char)((uint64_t)integer >> (8 * (count - 1 - i)));
	return bytes_add(key, bytes, 1 + count, failure);
}

static bool add_text(struct bytes *key, const char *text, size_t length, struct failure *failure)
{
	static const char kind = KEY_TEXT;
	static const char end[2] = { END, STOP };
	static const char more[2] = { END, MORE };
	if (!bytes_add(key, &kind, 1, failure))
		return false;
	for (const char *nul; length && (nul = memchr(text, END, length)) != NULL;) {
		size_t before = (size_t)(nul - text);
		if (!bytes_add(key, text, before, failure) || !bytes_add(key, more, sizeof more, failure))
			return false;
		text += before + 1;
		length -= before + 1;
	}
	return (!length || bytes_add(key, text, length, failure)) && bytes_add(key, end, sizeof end, failure);
}

bool sortkey_add(struct bytes *key, const struct value *value, struct failure *failure)
{
	static const char null = KEY_NULL;
	if (value->state == VALUE_INTEGER)
		return add_integer(key, value->integer, failure);
	if (value->state == VALUE_TEXT)
		return add_text(key, value->text, value->length, failure);
	return bytes_add(key, &null, 1, failure);
}

static const char *read_integer(const char *at, struct value *value)
{
	int kind = (unsigned char)*at++;
	bool is_negative = kind < KEY_POSITIVE;
	int count = is_negative ? KEY_NEGATIVE - kind : kind - KEY_POSITIVE;
	uint64_t number = is_negative ? UINT64_MAX : 0;
	while (count-- > 0)
		number = number << 8 | (unsigned char)*at++;
	value->state = VALUE_INTEGER;
	memcpy(&value->integer, &number, sizeof number);
	return at;
}

/* The text's place is told by where it begins in `texts`, whose memory may move. */
static const char *read_text(const char *at, struct value *value, struct bytes *texts, struct failure *failure)
{
	size_t begin = texts->used;
	at++;
	for (;;) {
		size_t length = strlen(at);
		bool more = at[length + 1] == MORE;
		if (!bytes_add(texts, at, length + more, failure))
			return NULL;
		at += length + 2;
		if (more)
			continue;
		value->state = VALUE_TEXT;
		value->integer = (int64_t)begin;
		value->length = (uint32_t)(texts->used - begin);
		return at;
	}
}

bool sortkey_read(const char *key, struct value *values, int count, struct bytes *texts, struct failure *failure)
{
	texts->used = 0;
	for (int i = 0; key && i < count; i++) {
		if (*key == KEY_TEXT) {
			key = read_text(key, &values[i], texts, failure);
		} else if (*key == KEY_NULL) {
			values[i].state = VALUE_EMPTY;
			key++;
		} else {
			key = read_integer(key, &values[i]);
		}
	}
	for (int i = 0; key && i < count; i++)
		if (values[i].state == VALUE_TEXT)
			values[i].text = texts->at + values[i].integer;
	return key != NULL;
}
