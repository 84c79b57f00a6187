/* A growing text, and the cleaning of texts from users on their way to a file. */
#ifndef REPORT_BUFFER_H
#define REPORT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/failure.h"

/* Zero-initialise; free the bytes with buffer_free. Once memory is out, every
 * further call does nothing and buffer_sound tells. `bytes` is NUL-terminated after
 * the first call that adds (or empties). */
struct buffer {
	char *bytes;
	size_t length, room;
	bool broken;
};

void buffer_empty(struct buffer *buffer);
void buffer_add(struct buffer *buffer, const char *bytes, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_print(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool buffer_sound(const struct buffer *buffer, struct failure *failure);
void buffer_free(struct buffer *buffer);

/* Appends `bytes` as UTF-8 that no file form and no reader can stumble over: what
 * is not well-formed UTF-8, control characters (but TAB, LF and CR), characters
 * that turn the direction of writing around and non-characters become U+FFFD. */
void buffer_clean(struct buffer *buffer, const char *bytes, size_t length);

/* The same with & < > " ' as character references, for HTML and SVG. */
void buffer_markup(struct buffer *buffer, const char *bytes, size_t length);

#endif
