#include "ingest/strings.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/limits.h"

bool strings_append(struct strings *strings, const char *bytes, size_t length, struct outlet *outlet)
{
	size_t need = strings->used + length;
	if (need > LIMIT_STRING_BYTES)
		return false;
	if (need > strings->size || !strings->text) {
		size_t size = strings->size ? strings->size + strings->size / 2 : 4096;
		char *text = outlet_grow(outlet, strings->text, size < need ? need : size, 1);
		if (!text)
			return false;
		strings->text = text;
		strings->size = size < need ? need : size;
	}
	memcpy(strings->text + strings->used, bytes, length);
	strings->used = need;
	return true;
}

bool strings_end(struct strings *strings, struct outlet *outlet)
{
	if (strings->count >= LIMIT_STRINGS)
		return false;
	/* Where every string is empty nothing was added, and an empty text must stand somewhere too. */
	if (!strings->text && !strings_append(strings, "", 0, outlet))
		return false;
	if (strings->count == strings->capacity) {
		size_t capacity = strings->capacity ? strings->capacity + strings->capacity / 2 : 1024;
		uint32_t *ends = outlet_grow(outlet, strings->ends, capacity, sizeof *ends);
		if (!ends)
			return false;
		strings->ends = ends;
		strings->capacity = capacity;
	}
	strings->ends[strings->count++] = (uint32_t)strings->used;
	return true;
}

void strings_free(struct strings *strings)
{
	free(strings->text);
	free(strings->ends);
	*strings = (struct strings){ 0 };
}
