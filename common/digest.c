#include "common/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct digest {
	EVP_MD_CTX *context;
	bool broken;
};

struct digest *digest_open(const char *algorithm, struct failure *failure)
{
	struct digest *digest = allocate(failure, 1, sizeof *digest);
	if (!digest)
		return NULL;
	const EVP_MD *kind = EVP_get_digestbyname(algorithm);
	digest->context = EVP_MD_CTX_new();
	if (!kind || !digest->context || EVP_DigestInit_ex(digest->context, kind, NULL) != 1) {
		fail(failure, STATUS_SYSTEM, tr("no digest %s here", "没有摘要算法 %s"), algorithm);
		digest_close(digest, NULL);
		return NULL;
	}
	return digest;
}

bool digest_add(struct digest *digest, const void *bytes, size_t count)
{
	if (EVP_DigestUpdate(digest->context, bytes, count) != 1)
		digest->broken = true;
	return !digest->broken;
}

bool digest_close(struct digest *digest, char text[DIGEST_TEXT_BYTES])
{
	if (!digest)
		return false;
	bool done = !digest->broken;
	if (text) {
		unsigned char value[EVP_MAX_MD_SIZE];
		unsigned int length = 0;
		done = done && EVP_DigestFinal_ex(digest->context, value, &length) == 1 && length == 32;
		for (unsigned int i = 0; done && i < length; i++)
			snprintf(text + 2 * i, 3, "%02x", value[i]);
	}
	EVP_MD_CTX_free(digest->context);
	free(digest);
	return done;
}

bool digest_bytes(const char *algorithm, const void *bytes, size_t count, char text[DIGEST_TEXT_BYTES],
	struct failure *failure)
{
	struct digest *digest = digest_open(algorithm, failure);
	if (!digest)
		return false;
	digest_add(digest, bytes, count);
	return digest_close(digest, text) || fail(failure, STATUS_SYSTEM, tr("cannot compute %s", "无法计算 %s"), algorithm);
}

bool digest_file(const char *algorithm, const char *path, char text[DIGEST_TEXT_BYTES], struct failure *failure)
{
	enum { CHUNK = 1 << 18 };
	bool done = false;
	struct digest *digest = NULL;
	unsigned char *chunk = NULL;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (file < 0)
		return fail_system(failure, tr("cannot open %s", "无法打开 %s"), path);
	digest = digest_open(algorithm, failure);
	chunk = allocate(failure, CHUNK, 1);
	if (!digest || !chunk)
		goto out;
	for (;;) {
		ssize_t got = read(file, chunk, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			fail_system(failure, tr("cannot read %s", "无法读取 %s"), path);
			goto out;
		}
		if (got == 0)
			break;
		digest_add(digest, chunk, (size_t)got);
	}
	done = digest_close(digest, text) || fail(failure, STATUS_SYSTEM, tr("cannot compute %s", "无法计算 %s"), algorithm);
	digest = NULL;
out:
	digest_close(digest, NULL);
	free(chunk);
	close(file);
	return done;
}
