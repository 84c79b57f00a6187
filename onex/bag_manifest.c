#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "onex/bag.h"

enum { DIGEST_HEX = DIGEST_TEXT_BYTES - 1 };
static const unsigned long MANIFEST_BYTES = 1UL << 28;

static bool add_line(struct bag_manifest *manifest, const char *digest, const char *path, long number, struct failure *failure)
{
	struct bag_line *grown = enlarge(failure, manifest->lines, &manifest->room, manifest->count + 1, sizeof *grown);
	if (!grown)
		return false;
	manifest->lines = grown;
	struct bag_line line = { copy_text(failure, path), copy_text(failure, digest), number };
	if (!line.path || !line.digest) {
		free(line.path);
		free(line.digest);
		return false;
	}
	for (char *c = line.digest; *c; c++)
		if (*c >= 'A' && *c <= 'F')
			*c = (char)(*c - 'A' + 'a');
	manifest->lines[manifest->count++] = line;
	return true;
}

/* RFC 8493 2.1.3: %0A, %0D and %25 stand for a line end and the percent sign; any
 * other % is not allowed. */
static bool decode(char *path)
{
	char *to = path;
	for (const char *from = path; *from; from++) {
		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		if (strncmp(from, "%25", 3) == 0)
			*to++ = '%';
		else if (strncasecmp(from, "%0A", 3) == 0)
			*to++ = '\n';
		else if (strncasecmp(from, "%0D", 3) == 0)
			*to++ = '\r';
		else
			return false;
		from += 2;
	}
	*to = '\0';
	return true;
}

static bool take_line(struct bag_manifest *manifest, char *line, const char *name, long number, struct bag_listener *listener,
	struct failure *failure)
{
	bool payload = strncmp(name, "manifest-", 9) == 0;
	size_t digits = strspn(line, "0123456789abcdefABCDEF");
	size_t gap = strspn(line + digits, " \t");
	char *path = line + digits + gap;
	char place[128];
	snprintf(place, sizeof place, tr("%s, line %ld", "%s 第 %ld 行"), name, number);
	if (digits != DIGEST_HEX || gap == 0 || !*path || !decode(path))
		return bag_tell(listener, tr("not a line of a manifest", "不是清单应有的一行"), place, line, "", failure);
	const char *fault = bag_path_fault(path);
	if (fault)
		return bag_tell(listener, fault, place, path, "", failure);
	if (payload != (strncmp(path, "data/", 5) == 0))
		return bag_tell(listener, payload ? tr("a payload manifest names a file outside data/", "载荷清单列了 data/ 之外的文件")
					     : tr("a tag manifest names a file in data/", "标签清单列了 data/ 中的文件"), place, path, "", failure);
	line[digits] = '\0';
	return add_line(manifest, line, path, number, failure);
}

static int by_path(const void *a, const void *b)
{
	const struct bag_line *x = a, *y = b;
	int order = strcmp(x->path, y->path);
	return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* A path that is listed twice is told, and its first line counts. */
static bool drop_repeats(struct bag_manifest *manifest, const char *name, struct bag_listener *listener, struct failure *failure)
{
	bool done = true;
	size_t kept = 0;
	for (size_t i = 0; i < manifest->count; i++) {
		struct bag_line *line = &manifest->lines[i];
		if (kept && strcmp(manifest->lines[kept - 1].path, line->path) == 0) {
			done = done && bag_tell(listener, tr("listed twice", "清单中重复列出"), line->path, name, "", failure);
			free(line->path);
			free(line->digest);
		} else
			manifest->lines[kept++] = *line;
	}
	manifest->count = kept;
	return done;
}

bool bag_manifest_read(struct bag_manifest *manifest, const char *bag, const char *name, struct bag_listener *listener,
	struct failure *failure)
{
	*manifest = (struct bag_manifest){ 0 };
	struct stat info;
	char *path = layout_join(failure, bag, name);
	if (path && (lstat(path, &info) != 0 || !S_ISREG(info.st_mode))) {
		free(path);
		return bag_tell(listener, tr("missing", "缺失"), name, "", "", failure);
	}
	unsigned long length = 0;
	char *text = path ? layout_read(failure, path, MANIFEST_BYTES, &length) : NULL;
	bool done = text != NULL;
	if (done && strlen(text) != length)
		done = bag_tell(listener, tr("not a text", "不是文本"), name, "", "", failure);
	long number = 1;
	for (char *at = text; done && *at; number++) {
		size_t end = strcspn(at, "\r\n");
		char *next = at + end;
		if (next[0] == '\r' && next[1] == '\n')
			*next++ = '\0';
		if (*next)
			*next++ = '\0';
		done = take_line(manifest, at, name, number, listener, failure);
		at = next;
	}
	if (done && manifest->count)
		qsort(manifest->lines, manifest->count, sizeof *manifest->lines, by_path);
	done = done && drop_repeats(manifest, name, listener, failure);
	free(path);
	free(text);
	return done;
}

void bag_manifest_free(struct bag_manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++) {
		free(manifest->lines[i].path);
		free(manifest->lines[i].digest);
	}
	free(manifest->lines);
	*manifest = (struct bag_manifest){ 0 };
}
