/* Strict UTF-8: libxml2 lets overlong forms pass, and what leaves a reader is sound. */
#ifndef INGEST_UTF8_H
#define INGEST_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character at `text` (within `length` > 0 bytes), 0 where there is none. */
size_t utf8_character(const unsigned char *text, size_t length);

/* Bytes from the start that are whole characters: `length` where all are. */
size_t utf8_sound(const char *text, size_t length);

/* Writes a character (not a surrogate) and returns its bytes. */
size_t utf8_put(char *to, unsigned character);

/* The largest length up to `most` that cuts no character of sound text. */
size_t utf8_cut(const char *text, size_t length, size_t most);

#endif
