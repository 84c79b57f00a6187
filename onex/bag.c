#include "onex/bag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

const char *bag_algorithm_name(enum bag_algorithm algorithm)
{
	return algorithm == BAG_SHA256 ? "SHA256" : "SM3";
}

const char *bag_algorithm_tag(enum bag_algorithm algorithm)
{
	return algorithm == BAG_SHA256 ? "sha256" : "sm3";
}

bool bag_files_add(struct bag_files *files, const char *path, const char *source, struct failure *failure)
{
	struct bag_file *grown = enlarge(failure, files->items, &files->room, files->count + 1, sizeof *grown);
	if (!grown)
		return false;
	files->items = grown;
	struct bag_file file = { 0 };
	file.path = copy_text(failure, path);
	file.source = source && file.path ? copy_text(failure, source) : NULL;
	if (!file.path || (source && !file.source)) {
		free(file.path);
		return false;
	}
	files->items[files->count++] = file;
	return true;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct bag_file *)a)->path, ((const struct bag_file *)b)->path);
}

void bag_files_sort(struct bag_files *files)
{
	if (files->count)
		qsort(files->items, files->count, sizeof *files->items, by_path);
}

void bag_files_free(struct bag_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->items[i].path);
		free(files->items[i].source);
	}
	free(files->items);
	*files = (struct bag_files){ 0 };
}

/* The length of the character at `at`, 0 where the bytes are none. */
static int character(const char *at)
{
	utf8proc_int32_t point;
	utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &point);
	return length > 0 ? (int)length : 0;
}

static bool is_utf8(const char *path)
{
	for (int length; *path; path += length)
		if ((length = character(path)) == 0)
			return false;
	return true;
}

/* A text from a bag as it can be shown: what is no character, or would steer a
 * terminal, as \xNN. Freed with free(). */
static char *shown(const char *text, struct failure *failure)
{
	size_t room = strlen(text) * 4 + 1;
	char *safe = allocate(failure, room, 1);
	char *to = safe;
	for (int length; safe && *text; text += length) {
		length = character(text);
		unsigned char byte = (unsigned char)*text;
		if (length == 0 || byte < 0x20 || byte == 0x7F) {
			to += snprintf(to, 5, "\\x%02X", byte);
			length = 1;
		} else
			to = (char *)memcpy(to, text, (size_t)length) + length;
	}
	return safe;
}

bool bag_tell(struct bag_listener *listener, const char *what, const char *path, const char *found, const char *expected,
	struct failure *failure)
{
	char *safe_path = shown(path, failure);
	char *safe_found = safe_path ? shown(found, failure) : NULL;
	char *safe_expected = safe_found ? shown(expected, failure) : NULL;
	const struct bag_fault fault = { what, safe_path, safe_found, safe_expected };
	bool done = safe_expected && listener->fault(listener->context, &fault, failure);
	listener->faults++;
	free(safe_path);
	free(safe_found);
	free(safe_expected);
	return done;
}

const char *bag_path_fault(const char *path)
{
	if (!is_utf8(path))
		return tr("the name is not UTF-8", "文件名不是 UTF-8");
	for (const char *c = path; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7F || *c == '\\')
			return tr("the name holds a control character or a backslash", "文件名含有控制字符或反斜杠");
	for (const char *part = path;; part++) {
		size_t length = strcspn(part, "/");
		if (length == 0 || (length == 1 && *part == '.') || (length == 2 && strncmp(part, "..", 2) == 0))
			return tr("the path leads out of the bag", "路径指向归档包之外");
		part += length;
		if (!*part)
			return NULL;
	}
}

bool bag_copy(struct bag_file *file, const char *source, const char *target, struct failure *failure)
{
	enum { CHUNK = 1 << 16 };
	char *chunk = allocate(failure, CHUNK, 1);
	int from = chunk ? open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	int to = from >= 0 && target ? open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640) : -1;
	struct digest *digests[BAG_ALGORITHMS] = { NULL };
	bool done = from >= 0 && (!target || to >= 0);
	if (chunk && !done)
		fail_system(failure, tr("cannot open %s", "无法打开 %s"), from < 0 ? source : target);
	for (int i = 0; done && i < BAG_ALGORITHMS; i++)
		done = (digests[i] = digest_open(bag_algorithm_name((enum bag_algorithm)i), failure)) != NULL;
	file->bytes = 0;
	while (done) {
		ssize_t got = read(from, chunk, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			done = fail_system(failure, tr("cannot read %s", "无法读取 %s"), source);
		if (got <= 0)
			break;
		for (int i = 0; done && i < BAG_ALGORITHMS; i++)
			done = digest_add(digests[i], chunk, (size_t)got) || fail(failure, STATUS_SYSTEM, "%s", bag_algorithm_tag((enum bag_algorithm)i));
		for (ssize_t used = 0; done && target && used < got;) {
			ssize_t wrote = write(to, chunk + used, (size_t)(got - used));
			if (wrote < 0 && errno != EINTR)
				done = fail_system(failure, tr("cannot write %s", "无法写入 %s"), target);
			used += wrote > 0 ? wrote : 0;
		}
		file->bytes += got;
	}
	for (int i = 0; i < BAG_ALGORITHMS; i++)
		if (digests[i] && !digest_close(digests[i], done ? file->digest[i] : NULL) && done)
			done = fail(failure, STATUS_SYSTEM, tr("cannot digest %s", "无法计算 %s 的摘要"), source);
	if (from >= 0)
		close(from);
	if (to >= 0 && close(to) != 0 && done)
		done = fail_system(failure, tr("cannot write %s", "无法写入 %s"), target);
	free(chunk);
	return done;
}
