/* What libxml2 says of a value or an element that a schema does not allow, in the user's
 * language. */
#ifndef INGEST_NOTICE_WORDS_H
#define INGEST_NOTICE_WORDS_H

#include <stddef.h>

/* `words`, of `size` bytes, becomes what is said in Chinese where messages are Chinese, else what
 * libxml2 says; of what is not known here that is kept. */
void notice_words(const char *english, char *words, size_t size);

#endif
