#include "common/bytes.h"

#include <stdlib.h>
#include <string.h>

bool bytes_add(struct bytes *bytes, const void *from, size_t count, struct failure *failure)
{
	if (count > bytes->room - bytes->used) {
		char *at = enlarge(failure, bytes->at, &bytes->room, bytes->used + count, 1);
		if (!at)
			return false;
		bytes->at = at;
	}
	if (count)
		memcpy(bytes->at + bytes->used, from, count);
	bytes->used += count;
	return true;
}

bool bytes_add_text(struct bytes *bytes, const char *text, struct failure *failure)
{
	return bytes_add(bytes, text, strlen(text), failure);
}

bool bytes_add_ordered(struct bytes *bytes, int64_t number, struct failure *failure)
{
	unsigned char text[8];
	uint64_t left = (uint64_t)number;
	for (int i = 7; i >= 0; i--, left >>= 8)
		text[i] = (unsigned char)(left & 0xFF);
	return bytes_add(bytes, text, sizeof text, failure);
}

int64_t bytes_ordered(const char *at)
{
	uint64_t number = 0;
	for (int i = 0; i < 8; i++)
		number = number << 8 | (unsigned char)at[i];
	return (int64_t)number;
}

void bytes_free(struct bytes *bytes)
{
	free(bytes->at);
	*bytes = (struct bytes){ 0 };
}
