/* Reading a bag, strictly. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "onex/bag.h"

enum { DEPTH = 64, TAG_BYTES = 1 << 20 };

static bool walk(struct bag_files *files, const char *bag, const char *relative, int depth, struct bag_listener *listener,
	struct failure *failure);

static bool walk_entry(struct bag_files *files, const char *bag, const char *relative, int depth,
	struct bag_listener *listener, struct failure *failure)
{
	struct stat info;
	char *path = layout_join(failure, bag, relative);
	const char *fault = bag_path_fault(relative);
	bool done = path != NULL;
	if (done && lstat(path, &info) != 0)
		done = fail_system(failure, tr("cannot look at %s", "无法查看 %s"), path);
	else if (done && fault)
		done = bag_tell(listener, fault, relative, "", "", failure);
	else if (done && S_ISLNK(info.st_mode))
		done = bag_tell(listener, tr("a link", "链接"), relative, "", "", failure);
	else if (done && S_ISDIR(info.st_mode))
		done = walk(files, bag, relative, depth + 1, listener, failure);
	else if (done && !S_ISREG(info.st_mode))
		done = bag_tell(listener, tr("not a file", "不是普通文件"), relative, "", "", failure);
	else if (done)
		done = bag_files_add(files, relative, NULL, failure);
	free(path);
	return done;
}

static bool walk(struct bag_files *files, const char *bag, const char *relative, int depth, struct bag_listener *listener,
	struct failure *failure)
{
	if (depth > DEPTH)
		return bag_tell(listener, tr("folders too deep", "文件夹层数过多"), relative, "", "", failure);
	char *folder = *relative ? layout_join(failure, bag, relative) : copy_text(failure, bag);
	DIR *directory = folder ? opendir(folder) : NULL;
	bool done = directory || (folder && fail_system(failure, tr("cannot list %s", "无法列出 %s"), folder));
	const struct dirent *entry;
	while (done && (errno = 0, entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		char *below = *relative ? layout_join(failure, relative, entry->d_name) : copy_text(failure, entry->d_name);
		done = below && walk_entry(files, bag, below, depth, listener, failure);
		free(below);
	}
	if (done && errno != 0)
		done = fail_system(failure, tr("cannot list %s", "无法列出 %s"), folder);
	if (directory)
		closedir(directory);
	free(folder);
	return done;
}

static bool is_payload(const char *path)
{
	return strncmp(path, "data/", 5) == 0;
}

/* Files that the manifest of this kind must list. */
static bool belongs(const char *path, bool payload)
{
	return payload ? is_payload(path) : !is_payload(path) && strncmp(path, "tagmanifest-", 12) != 0;
}

/* Files and lines side by side, both in byte order. */
static bool match(const struct bag_files *files, const struct bag_manifest *manifest, const char *name,
	enum bag_algorithm algorithm, struct bag_listener *listener, struct failure *failure)
{
	bool payload = strncmp(name, "manifest-", 9) == 0;
	bool done = true;
	size_t f = 0, l = 0;
	while (done && (f < files->count || l < manifest->count)) {
		if (f < files->count && !belongs(files->items[f].path, payload)) {
			f++;
			continue;
		}
		const struct bag_file *file = f < files->count ? &files->items[f] : NULL;
		const struct bag_line *line = l < manifest->count ? &manifest->lines[l] : NULL;
		int order = !file ? 1 : !line ? -1 : strcmp(file->path, line->path);
		if (order < 0)
			done = bag_tell(listener, tr("extra: not in the manifest", "多余：清单中没有"), file->path, name, "", failure);
		else if (order > 0)
			done = bag_tell(listener, tr("missing: the manifest lists it", "缺失：清单中有"), line->path, name, "", failure);
		else if (strcmp(file->digest[algorithm], line->digest) != 0)
			done = bag_tell(listener, algorithm == BAG_SHA256 ? tr("wrong SHA-256 digest", "SHA-256 摘要不符") : tr("wrong SM3 digest", "SM3 摘要不符"),
				file->path, file->digest[algorithm], line->digest, failure);
		f += order <= 0;
		l += order >= 0;
	}
	return done;
}

static bool check_manifests(const char *bag, const struct bag_files *files, struct bag_listener *listener, struct failure *failure)
{
	static const char *const kinds[] = { "manifest", "tagmanifest" };
	bool done = true;
	for (int i = 0; done && i < 2 * BAG_ALGORITHMS; i++) {
		char name[64];
		struct bag_manifest manifest = { 0 };
		enum bag_algorithm algorithm = (enum bag_algorithm)(i / 2);
		snprintf(name, sizeof name, "%s-%s.txt", kinds[i % 2], bag_algorithm_tag(algorithm));
		long faults = listener->faults;
		done = bag_manifest_read(&manifest, bag, name, listener, failure);
		bool there = manifest.count > 0 || listener->faults == faults;
		if (done && there)
			done = match(files, &manifest, name, algorithm, listener, failure);
		bag_manifest_free(&manifest);
	}
	return done;
}

/* The text of a tag file, or NULL; it is told where it is not there or too large. */
static char *read_tag(const char *bag, const char *name, struct bag_listener *listener, struct failure *failure)
{
	struct failure why;
	struct stat info;
	char *path = layout_join(failure, bag, name);
	char *text = path && lstat(path, &info) == 0 && S_ISREG(info.st_mode) ? layout_read(&why, path, TAG_BYTES, NULL) : NULL;
	free(path);
	if (!text)
		bag_tell(listener, tr("missing", "缺失"), name, "", "", failure);
	return text;
}

static bool check_declaration(const char *bag, struct bag_listener *listener, struct failure *failure)
{
	static const char wanted[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
	char *text = read_tag(bag, "bagit.txt", listener, failure);
	bool done = true;
	if (text && strcmp(text, wanted) != 0)
		done = bag_tell(listener, tr("not BagIt 1.0 in UTF-8", "不是 UTF-8 编码的 BagIt 1.0"), "bagit.txt", text, wanted, failure);
	free(text);
	return done;
}

static bool check_oxum(const char *bag, const struct bag_files *files, struct bag_listener *listener, struct failure *failure)
{
	static const char label[] = "Payload-Oxum: ";
	char *text = read_tag(bag, "bag-info.txt", listener, failure);
	char now[64];
	int64_t octets = 0;
	long count = 0;
	bool done = true;
	for (size_t i = 0; i < files->count; i++) {
		octets += is_payload(files->items[i].path) ? files->items[i].bytes : 0;
		count += is_payload(files->items[i].path);
	}
	snprintf(now, sizeof now, "%" PRId64 ".%ld", octets, count);
	char *line = text && strncmp(text, label, sizeof label - 1) == 0 ? text : NULL;
	for (char *at = text; at && !line && (at = strchr(at, '\n')) != NULL; at++)
		if (strncmp(at + 1, label, sizeof label - 1) == 0)
			line = at + 1;
	if (text && !line)
		done = bag_tell(listener, tr("no Payload-Oxum", "没有 Payload-Oxum"), "bag-info.txt", "", now, failure);
	else if (line) {
		char *said = line + sizeof label - 1;
		said[strcspn(said, "\r\n")] = '\0';
		if (strcmp(said, now) != 0)
			done = bag_tell(listener, tr("wrong Payload-Oxum", "Payload-Oxum 不符"), "bag-info.txt", now, said, failure);
	}
	free(text);
	return done;
}

/* What a bag of ours does not have. */
static bool check_strangers(const struct bag_files *files, struct bag_listener *listener, struct failure *failure)
{
	bool done = true;
	for (size_t i = 0; done && i < files->count; i++) {
		const char *path = files->items[i].path;
		const char *tail = strncmp(path, "tagmanifest-", 12) == 0 ? path + 12 : strncmp(path, "manifest-", 9) == 0 ? path + 9 : NULL;
		if (strcmp(path, "fetch.txt") == 0)
			done = bag_tell(listener, tr("files elsewhere are not fetched", "不接受须另行下载的文件"), path, "", "", failure);
		else if (tail && strcmp(tail, "sha256.txt") != 0 && strcmp(tail, "sm3.txt") != 0)
			done = bag_tell(listener, tr("a manifest of an unknown kind", "未知种类的清单"), path, "", "", failure);
	}
	return done;
}

bool bag_check(const char *bag, struct bag_listener *listener, long *checked, struct failure *failure)
{
	struct bag_files files = { 0 };
	bool done = walk(&files, bag, "", 0, listener, failure);
	bag_files_sort(&files);
	done = done && bag_twins(&files, listener, failure) && check_declaration(bag, listener, failure)
		&& check_strangers(&files, listener, failure);
	for (size_t i = 0; done && i < files.count; i++) {
		char *path = layout_join(failure, bag, files.items[i].path);
		done = path && bag_copy(&files.items[i], path, NULL, failure);
		free(path);
	}
	done = done && check_oxum(bag, &files, listener, failure) && check_manifests(bag, &files, listener, failure);
	*checked = (long)files.count;
	bag_files_free(&files);
	return done;
}
