/* SHA-256 of a file, computed beside its reading. Whoever reads the file hands over
 * the blocks as they come and parses them meanwhile; a thread of its own digests them,
 * so that every byte is read once and the digest is that of the bytes parsed. What
 * nobody hands over is read here. Small files, and those of a system that has no
 * thread left, are digested in place, with the same result.
 *
 *     digester_add [block] [block] … ->  thread      digester_finish -> text          */
#ifndef INGEST_DIGESTER_H
#define INGEST_DIGESTER_H

#include <stdint.h>

#include "common/digest.h"
#include "common/profile.h"

enum { DIGESTER_BLOCKS = 64 }; /* as many are under way at most */

struct digester;

/* For a file of `bytes` bytes. `profile` may be NULL. */
struct digester *digester_open(int file, int64_t bytes, struct profile *profile, struct failure *failure);
void digester_close(struct digester *digester); /* NULL is let pass; what is under way is waited for */

/* `count` bytes of the file from `offset` on, behind those handed over before. They must
 * stay as they are until digester_wait says that they were digested. */
bool digester_add(struct digester *digester, int64_t offset, const void *bytes, size_t count, struct failure *failure);

/* Waits until at most `under_way` blocks are not digested yet: the latest ones. */
void digester_wait(struct digester *digester, size_t under_way);

/* The digest of the whole file; *changed (and a failure) where it does not have its bytes
 * any more. A disk that refuses is a failure as well. Nothing can be added afterwards. */
bool digester_finish(struct digester *digester, char sha256[DIGEST_TEXT_BYTES], bool *changed, struct failure *failure);

#endif
