#include "report/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct buffer *buffer, size_t more)
{
	if (buffer->broken)
		return false;
	size_t need = buffer->length + more + 1;
	if (need <= buffer->room)
		return true;
	size_t room = buffer->room ? buffer->room : 256;
	while (room < need)
		room *= 2;
	char *grown = realloc(buffer->bytes, room);
	if (!grown) {
		buffer->broken = true;
		return false;
	}
	buffer->bytes = grown;
	buffer->room = room;
	return true;
}

void buffer_empty(struct buffer *buffer)
{
	buffer->length = 0;
	if (reserve(buffer, 0))
		buffer->bytes[0] = '\0';
}

void buffer_add(struct buffer *buffer, const char *bytes, size_t length)
{
	if (!reserve(buffer, length))
		return;
	memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

void buffer_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0 || !reserve(buffer, (size_t)length)) {
		buffer->broken = true;
		return;
	}
	va_start(args, format);
	vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, args);
	va_end(args);
	buffer->length += (size_t)length;
}

bool buffer_sound(const struct buffer *buffer, struct failure *failure)
{
	return !buffer->broken || fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){ 0 };
}

/* The length of the well-formed UTF-8 character at `at` and its number, or 0. */
static size_t character(const unsigned char *at, size_t left, uint32_t *number)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = at[0] < 0x80 ? 1 : at[0] >= 0xC2 && at[0] < 0xE0 ? 2 : (at[0] & 0xF0) == 0xE0 ? 3
		: at[0] >= 0xF0 && at[0] < 0xF5 ? 4 : 0;
	if (length == 0 || length > left)
		return 0;
	uint32_t value = length == 1 ? at[0] : (uint32_t)at[0] & (0x7Fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xC0) != 0x80)
			return 0;
		value = value << 6 | (at[i] & 0x3Fu);
	}
	if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
		return 0;
	*number = value;
	return length;
}

static bool is_harmless(uint32_t number)
{
	if (number < 0x20)
		return number == '\t' || number == '\n' || number == '\r';
	if (number >= 0x7F && number < 0xA0)
		return false;
	if ((number >= 0x202A && number <= 0x202E) || (number >= 0x2066 && number <= 0x2069))
		return false;
	if (number == 0x200E || number == 0x200F || number == 0x061C)
		return false;
	return (number & 0xFFFE) != 0xFFFE && !(number >= 0xFDD0 && number <= 0xFDEF);
}

static const char *reference(unsigned char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* A well-formed character from U+3000 to U+CFFF, as nearly all of Chinese: all are harmless. */
static bool is_common(const unsigned char *at, size_t left)
{
	return left >= 3 && at[0] >= 0xE3 && at[0] <= 0xEC && (at[1] & 0xC0) == 0x80 && (at[2] & 0xC0) == 0x80;
}

static void clean(struct buffer *buffer, const char *bytes, size_t length, bool markup)
{
	const unsigned char *at = (const unsigned char *)bytes;
	const unsigned char *end = at + length;
	const unsigned char *kept = at; /* bytes from here on pass as they are */
	while (at < end) {
		const char *instead = NULL;
		size_t step = 1;
		if (is_common(at, (size_t)(end - at))) {
			step = 3;
		} else if (*at < 0x20 || *at >= 0x7F) {
			uint32_t number = 0;
			step = character(at, (size_t)(end - at), &number);
			if (step == 0 || !is_harmless(number))
				instead = "\xEF\xBF\xBD";
			step = step ? step : 1;
		} else if (markup) {
			instead = reference(*at);
		}
		if (instead) {
			buffer_add(buffer, (const char *)kept, (size_t)(at - kept));
			buffer_text(buffer, instead);
			kept = at + step;
		}
		at += step;
	}
	buffer_add(buffer, (const char *)kept, (size_t)(at - kept));
}

void buffer_clean(struct buffer *buffer, const char *bytes, size_t length)
{
	clean(buffer, bytes, length, false);
}

void buffer_markup(struct buffer *buffer, const char *bytes, size_t length)
{
	clean(buffer, bytes, length, true);
}
