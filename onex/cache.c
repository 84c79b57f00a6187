#include "onex/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/digest.h"
#include "common/layout.h"
#include "onex/pipeline.h"

enum { LARGEST = 256 << 20 }; /* bytes of a batch.db that is kept */

/* Whether ingest reads this file of the program. */
static bool is_of_ingest(const char *path, size_t length)
{
	return strncmp(path, "schemas/", 8) == 0 || (length == 7 && strncmp(path, "VERSION", 7) == 0);
}

char *cache_key(const char *of_batch, const char *of_program, struct failure *failure)
{
	char digest[DIGEST_TEXT_BYTES];
	char *text = NULL;
	size_t size = 0;
	char *program = pipeline_program("onex-ingest", failure);
	bool done = program && digest_file("SHA256", program, digest, failure);
	FILE *key = done ? open_memstream(&text, &size) : NULL;
	free(program);
	if (!key)
		return NULL;
	fprintf(key, "%s  onex-ingest\n%s", digest, of_batch);
	for (const char *line = of_program; *line;) {
		size_t length = strcspn(line, "\n");
		if (length > 66 && is_of_ingest(line + 66, length - 66))
			fprintf(key, "%.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
	if (fclose(key) == 0)
		return text;
	fail_system(failure, "%s", tr("out of memory", "内存不足"));
	free(text);
	return NULL;
}

/* Copies a file of at most LARGEST bytes; the target must not exist. */
static bool copy_file(const char *from, const char *to)
{
	struct stat info;
	int source = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool done = source >= 0 && fstat(source, &info) == 0 && S_ISREG(info.st_mode) && info.st_size <= LARGEST;
	int target = done ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640) : -1;
	done = target >= 0;
	for (off_t at = 0; done && at < info.st_size;) {
		ssize_t sent = sendfile(target, source, &at, (size_t)(info.st_size - at));
		done = sent > 0 || (sent < 0 && errno == EINTR);
	}
	if (target >= 0 && close(target) != 0)
		done = false;
	if (target >= 0 && !done)
		unlink(to);
	if (source >= 0)
		close(source);
	return done;
}

struct places {
	char *folder, *kept, *key, *fresh;
};

static bool find_places(struct places *places, const char *batch, struct failure *failure)
{
	places->folder = layout_join(failure, batch, ".onex-cache");
	places->kept = places->folder ? layout_join(failure, places->folder, "ingest.db") : NULL;
	places->key = places->kept ? layout_join(failure, places->folder, "key") : NULL;
	places->fresh = places->key ? layout_join(failure, places->folder, "new") : NULL;
	return places->fresh != NULL;
}

static void free_places(struct places *places)
{
	free(places->folder);
	free(places->kept);
	free(places->key);
	free(places->fresh);
}

/* The key file: the digest of what is kept, then the key. */
static bool is_kept(const struct places *places, const char *key)
{
	struct failure ignored;
	char digest[DIGEST_TEXT_BYTES];
	char *written = layout_read(&ignored, places->key, 1UL << 26, NULL);
	bool same = written && strlen(written) > 65 && strcmp(written + 65, key) == 0
		&& digest_file("SHA256", places->kept, digest, &ignored) && memcmp(written, digest, 64) == 0;
	free(written);
	return same;
}

bool cache_take(const char *batch, const char *key, const char *out, bool *found, struct failure *failure)
{
	struct places places = { 0 };
	char *target = layout_join(failure, out, "batch.db");
	bool done = target && find_places(&places, batch, failure);
	*found = done && is_kept(&places, key) && copy_file(places.kept, target);
	free_places(&places);
	free(target);
	return done;
}

static bool write_key(const struct places *places, const char *key)
{
	struct failure ignored;
	char digest[DIGEST_TEXT_BYTES];
	if (!digest_file("SHA256", places->kept, digest, &ignored))
		return false;
	int made = open(places->key, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	FILE *file = made >= 0 ? fdopen(made, "w") : NULL;
	if (made >= 0 && !file)
		close(made);
	bool done = file && fprintf(file, "%s\n%s", digest, key) > 0;
	if (file && fclose(file) != 0)
		done = false;
	return done;
}

/* The key goes first, comes last: without it nothing counts as kept. */
void cache_keep(const char *batch, const char *out)
{
	struct failure ignored;
	struct places places = { 0 };
	char *source = layout_join(&ignored, out, "batch.db");
	if (source && find_places(&places, batch, &ignored) && (mkdir(places.folder, 0750) == 0 || errno == EEXIST)) {
		unlink(places.key);
		unlink(places.fresh);
		unlink(places.kept);
		if (copy_file(source, places.fresh) && rename(places.fresh, places.kept) != 0)
			unlink(places.fresh);
	}
	free_places(&places);
	free(source);
}

void cache_confirm(const char *batch, const char *key)
{
	struct failure ignored;
	struct places places = { 0 };
	if (find_places(&places, batch, &ignored) && access(places.kept, F_OK) == 0 && !write_key(&places, key))
		unlink(places.key);
	free_places(&places);
}
