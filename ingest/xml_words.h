/* What libxml2 says of a file that is no sound XML, or of a value or an element that a schema does
 * not allow, in Chinese. */
#ifndef INGEST_XML_WORDS_H
#define INGEST_XML_WORDS_H

#include <stddef.h>

/* `words`, of `size` bytes, becomes the Chinese of libxml2's message, without a line end; one that
 * is not known here is kept. */
void xml_words(const char *english, char *words, size_t size);

#endif
