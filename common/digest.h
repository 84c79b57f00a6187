/* Message digests over OpenSSL's EVP: "SHA256" or "SM3", lower-case hex. */
#ifndef COMMON_DIGEST_H
#define COMMON_DIGEST_H

#include <stddef.h>

#include "common/failure.h"

enum { DIGEST_TEXT_BYTES = 65 };

struct digest; /* an open computation */

/* NULL and a failure where the algorithm or memory is not there. */
struct digest *digest_open(const char *algorithm, struct failure *failure);
bool digest_add(struct digest *digest, const void *bytes, size_t count);
/* Writes the digest and closes; `text` may be NULL to close only. A digest of
 * NULL is let pass. False where an earlier step failed. */
bool digest_close(struct digest *digest, char text[DIGEST_TEXT_BYTES]);

bool digest_bytes(const char *algorithm, const void *bytes, size_t count, char text[DIGEST_TEXT_BYTES],
	struct failure *failure);
bool digest_file(const char *algorithm, const char *path, char text[DIGEST_TEXT_BYTES], struct failure *failure);

#endif
