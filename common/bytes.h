/* A growing run of bytes. Starts zeroed; bytes_free() ends it. */
#ifndef COMMON_BYTES_H
#define COMMON_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"

struct bytes {
	char *at;
	size_t used, room;
};

bool bytes_add(struct bytes *bytes, const void *from, size_t count, struct failure *failure);
bool bytes_add_text(struct bytes *bytes, const char *text, struct failure *failure); /* without its NUL */

/* Eight bytes that compare like the number (from 0). */
bool bytes_add_ordered(struct bytes *bytes, int64_t number, struct failure *failure);
int64_t bytes_ordered(const char *at);

void bytes_free(struct bytes *bytes);

#endif
