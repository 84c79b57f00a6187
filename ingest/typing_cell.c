/* Cells as they come: blanks, full-width forms, prefixes, error values. */
#include <string.h>

#include "ingest/typing_private.h"

bool typing_is_blank(uint32_t c)
{
	if (c < 0x7F)
		return c <= 0x20;
	if (c <= 0xA0 || c == 0xAD)
		return true;
	if (c < 0x1680)
		return false;
	return c == 0x1680 || c == 0x180E || (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) ||
		(c >= 0x205F && c <= 0x206F) || c == 0x3000 || c == 0xFEFF;
}

uint32_t typing_character(const char *at, const char *end, size_t *size)
{
	const unsigned char *byte = (const unsigned char *)at;
	size_t left = (size_t)(end - at);
	if (byte[0] < 0x80 || left < 2) {
		*size = 1;
		return byte[0];
	}
	if (byte[0] < 0xE0 || left < 3) {
		*size = 2;
		return (uint32_t)(byte[0] & 0x1F) << 6 | (uint32_t)(byte[1] & 0x3F);
	}
	if (byte[0] < 0xF0 || left < 4) {
		*size = 3;
		return (uint32_t)(byte[0] & 0x0F) << 12 | (uint32_t)(byte[1] & 0x3F) << 6 | (uint32_t)(byte[2] & 0x3F);
	}
	*size = 4;
	return (uint32_t)(byte[0] & 0x07) << 18 | (uint32_t)(byte[1] & 0x3F) << 12 | (uint32_t)(byte[2] & 0x3F) << 6 |
		(uint32_t)(byte[3] & 0x3F);
}

struct slice typing_trim(struct slice text)
{
	const char *at = text.text;
	const char *end = at + text.length;
	size_t size;
	while (at < end && typing_is_blank(typing_character(at, end, &size)))
		at += size;
	while (end > at) {
		const char *last = end - 1;
		while (last > at && ((unsigned char)*last & 0xC0) == 0x80)
			last--;
		if (!typing_is_blank(typing_character(last, end, &size)))
			break;
		end = last;
	}
	return slice_of(at, (size_t)(end - at));
}

size_t typing_characters(struct slice text)
{
	size_t count = 0;
	for (size_t i = 0; i < text.length; i++)
		count += ((unsigned char)text.text[i] & 0xC0) != 0x80;
	return count;
}

static bool is_hyphen(uint32_t c)
{
	return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE63;
}

/* The ASCII character that stands for `c`, or 0. */
static char ascii_of(uint32_t c, enum plain_form form)
{
	if (c < 0x80)
		return (char)c;
	if (c >= 0xFF01 && c <= 0xFF5E)
		return (char)(c - 0xFF01 + '!');
	return form != PLAIN_CODE && is_hyphen(c) ? '-' : '\0';
}

struct slice typing_plain(const struct reading *reading, struct slice text, enum plain_form form)
{
	const char *at = text.text;
	const char *end = at + text.length;
	char *to = reading->scratch;
	char *limit = to + TYPING_SCRATCH_BYTES - 8;
	bool space = false;
	size_t size = 0;
	for (; at < end && to < limit; at += size) {
		uint32_t c = typing_character(at, end, &size);
		if (typing_is_blank(c)) {
			/* an invisible character parts nothing */
			space = space || (c != 0xAD && c != 0x200B && c != 0xFEFF && c != 0x2060);
			continue;
		}
		char ascii = ascii_of(c, form);
		if (to == reading->scratch && ascii == '\'') /* the prefix that makes a cell text */
			continue;
		if (space && form == PLAIN_DATE && to > reading->scratch)
			*to++ = ' ';
		space = false;
		if (ascii) {
			*to++ = ascii;
		} else {
			memcpy(to, at, size);
			to += size;
		}
	}
	return slice_of(reading->scratch, (size_t)(to - reading->scratch));
}

bool typing_equals(struct slice text, const char *words)
{
	return strlen(words) == text.length && memcmp(words, text.text, text.length) == 0;
}

static char upper_of(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool equals_upper(struct slice text, const char *words)
{
	if (strlen(words) != text.length)
		return false;
	for (size_t i = 0; i < text.length; i++)
		if (upper_of(text.text[i]) != words[i])
			return false;
	return true;
}

bool typing_is_error(struct slice text)
{
	static const char *const errors[] = { "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!",
		"#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!" };
	if (text.length == 0 || text.text[0] != '#')
		return false;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (equals_upper(text, errors[i]))
			return true;
	return false;
}

bool typing_is_ditto(struct slice text)
{
	return typing_equals(text, "同上") || typing_equals(text, "〃");
}
