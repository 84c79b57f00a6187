/* A bag as one ZIP file. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "onex/bag.h"
#include "onex/inputs.h"

enum {
	DOS_DATE = 33,         /* 1980-01-01, the first day a ZIP can tell: no clock */
	UNIX_FILE = 0100644,
	RATIO = 200            /* expanded bytes per byte; our own bags are stored */
};
static const zip_uint64_t FREE_BYTES = 64 << 20; /* below this no ratio is asked for */
static const zip_uint64_t MOST_ENTRIES = 1000000;

static bool zip_failed(zip_t *zip, const char *path, struct failure *failure)
{
	return fail(failure, STATUS_SYSTEM, tr("cannot write %s: %s", "无法写入 %s：%s"), path, zip_strerror(zip));
}

static bool add_entry(zip_t *zip, const char *bag, const char *top, const char *name, const char *path, struct failure *failure)
{
	char *from = layout_join(failure, bag, name);
	char *entry = from ? layout_join(failure, top, name) : NULL;
	zip_source_t *source = entry ? zip_source_file(zip, from, 0, -1) : NULL;
	zip_int64_t index = source ? zip_file_add(zip, entry, source, ZIP_FL_ENC_UTF_8) : -1;
	if (source && index < 0)
		zip_source_free(source);
	bool done = index >= 0 && zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0) == 0
		&& zip_file_set_dostime(zip, (zip_uint64_t)index, 0, DOS_DATE, 0) == 0
		&& zip_file_set_external_attributes(zip, (zip_uint64_t)index, 0, ZIP_OPSYS_UNIX, (zip_uint32_t)UNIX_FILE << 16) == 0;
	if (entry && !done)
		zip_failed(zip, path, failure);
	free(from);
	free(entry);
	return done;
}

bool bag_zip_write(const char *bag, const char *top, const char *path, struct failure *failure)
{
	struct layout_names names = { 0 };
	int error = 0;
	if (!inputs_files(&names, bag, "", failure))
		return false;
	zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_EXCL, &error);
	bool done = zip || fail(failure, STATUS_SYSTEM, tr("cannot begin %s", "无法开始写入 %s"), path);
	for (unsigned long i = 0; done && i < names.count; i++)
		done = add_entry(zip, bag, top, names.names[i], path, failure);
	if (done && zip_close(zip) != 0)
		done = zip_failed(zip, path, failure);
	else if (done)
		zip = NULL;
	if (zip)
		zip_discard(zip);
	layout_names_free(&names);
	return done;
}

/* The part of an entry's name below the one top folder, or NULL and told. `top` is
 * that folder with its slash, taken from the first entry. */
static const char *below_top(const char *name, char **top, struct bag_listener *listener, struct failure *failure)
{
	const char *slash = strchr(name, '/');
	if (!*top && slash)
		*top = print_text(failure, "%.*s", (int)(slash - name) + 1, name);
	if (*top && strncmp(name, *top, strlen(*top)) == 0)
		return name + strlen(*top);
	bag_tell(listener, tr("outside the bag's one folder", "不在归档包的唯一文件夹中"), name, "", *top ? *top : "", failure);
	return NULL;
}

static const char *entry_fault(zip_t *zip, zip_uint64_t index, const zip_stat_t *info, const char *inside)
{
	zip_uint8_t system = 0;
	zip_uint32_t attributes = 0;
	const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
	if ((info->valid & needed) != needed)
		return tr("the entry is damaged", "条目已损坏");
	if (info->encryption_method != ZIP_EM_NONE)
		return tr("the entry is encrypted", "条目已加密");
	if (info->comp_method != ZIP_CM_STORE && info->comp_method != ZIP_CM_DEFLATE)
		return tr("the entry is packed in an unknown way", "条目的压缩方式未知");
	if (zip_file_get_external_attributes(zip, index, 0, &system, &attributes) == 0 && system == ZIP_OPSYS_UNIX) {
		unsigned kind = (attributes >> 16) & S_IFMT;
		if (kind == S_IFLNK)
			return tr("a link", "链接");
		if (kind != 0 && kind != S_IFREG && kind != S_IFDIR)
			return tr("not a file", "不是普通文件");
	}
	return bag_path_fault(inside);
}

/* Looks at every entry before anything is unpacked. The entries that are files come
 * back with their index in `bytes`. */
static bool list_entries(zip_t *zip, struct bag_files *files, struct bag_listener *listener, zip_uint64_t *total,
	struct failure *failure)
{
	char *top = NULL;
	bool done = true;
	zip_int64_t count = zip_get_num_entries(zip, 0);
	*total = 0;
	for (zip_uint64_t i = 0; done && i < (zip_uint64_t)count && i < MOST_ENTRIES; i++) {
		zip_stat_t info;
		if (zip_stat_index(zip, i, ZIP_FL_ENC_RAW, &info) != 0) {
			done = bag_tell(listener, tr("the entry is damaged", "条目已损坏"), "", "", "", failure);
			continue;
		}
		long faults = listener->faults;
		const char *fault = bag_path_fault(info.name);
		size_t length = strlen(info.name);
		bool is_folder = length && info.name[length - 1] == '/';
		if (fault && !is_folder) {
			done = bag_tell(listener, fault, info.name, "", "", failure);
			continue;
		}
		const char *inside = below_top(info.name, &top, listener, failure);
		if (!inside || listener->faults != faults || (is_folder && !*inside))
			continue;
		char *plain = print_text(failure, "%.*s", (int)(strlen(inside) - is_folder), inside);
		fault = plain ? entry_fault(zip, i, &info, plain) : NULL;
		*total += info.valid & ZIP_STAT_SIZE ? info.size : 0;
		done = plain && (!fault || bag_tell(listener, fault, info.name, "", "", failure));
		if (done && !fault && !is_folder && (done = bag_files_add(files, plain, NULL, failure)))
			files->items[files->count - 1].bytes = (int64_t)i;
		free(plain);
	}
	if (done && (zip_uint64_t)count > MOST_ENTRIES)
		done = bag_tell(listener, tr("too many entries", "条目过多"), "", "", "", failure);
	free(top);
	return done;
}

static bool tell_repeats(const struct bag_files *files, struct bag_listener *listener, struct failure *failure)
{
	bool done = true;
	for (size_t i = 1; done && i < files->count; i++)
		if (strcmp(files->items[i - 1].path, files->items[i].path) == 0)
			done = bag_tell(listener, tr("stands in the file twice", "在文件中出现两次"), files->items[i].path, "", "", failure);
	return done;
}

/* No more than the entry says; a bomb that says less than it holds stops there. */
static bool extract(zip_t *zip, const struct bag_file *file, const char *target, struct bag_listener *listener, struct failure *failure)
{
	enum { CHUNK = 1 << 16 };
	zip_stat_t info;
	char *chunk = allocate(failure, CHUNK, 1);
	zip_file_t *entry = chunk ? zip_fopen_index(zip, (zip_uint64_t)file->bytes, 0) : NULL;
	int to = entry ? open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640) : -1;
	zip_uint64_t left = zip_stat_index(zip, (zip_uint64_t)file->bytes, 0, &info) == 0 ? info.size : 0;
	bool sound = entry != NULL;
	bool done = chunk && (!entry || to >= 0 || fail_system(failure, tr("cannot write %s", "无法写入 %s"), target));
	zip_int64_t got = 0;
	while (done && sound && (got = zip_fread(entry, chunk, CHUNK)) > 0) {
		sound = (zip_uint64_t)got <= left;
		left -= sound ? (zip_uint64_t)got : 0;
		for (zip_int64_t used = 0; done && sound && used < got;) {
			ssize_t wrote = write(to, chunk + used, (size_t)(got - used));
			if (wrote < 0 && errno != EINTR)
				done = fail_system(failure, tr("cannot write %s", "无法写入 %s"), target);
			used += wrote > 0 ? wrote : 0;
		}
	}
	sound = sound && got == 0 && left == 0;
	if (entry && zip_fclose(entry) != 0)
		sound = false;
	if (to >= 0 && close(to) != 0 && done)
		done = fail_system(failure, tr("cannot write %s", "无法写入 %s"), target);
	free(chunk);
	if (done && !sound)
		done = bag_tell(listener, tr("the entry is damaged", "条目已损坏"), file->path, "", "", failure);
	return done;
}

static bool make_way(char *path, size_t from, struct failure *failure)
{
	bool done = true;
	for (char *slash = path + from; done && (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		done = mkdir(path, 0750) == 0 || errno == EEXIST || fail_system(failure, tr("cannot make %s", "无法建立 %s"), path);
		*slash = '/';
	}
	return done;
}

static bool extract_all(zip_t *zip, const struct bag_files *files, const char *bag, struct bag_listener *listener,
	struct failure *failure)
{
	bool done = true;
	for (size_t i = 0; done && i < files->count; i++) {
		char *target = layout_join(failure, bag, files->items[i].path);
		done = target && make_way(target, strlen(bag) + 1, failure) && extract(zip, &files->items[i], target, listener, failure);
		free(target);
	}
	return done;
}

bool bag_zip_extract(const char *path, const char *bag, struct bag_listener *listener, struct failure *failure)
{
	struct stat info;
	struct bag_files files = { 0 };
	zip_uint64_t total = 0;
	zip_t *zip = lstat(path, &info) == 0 ? zip_open(path, ZIP_RDONLY, NULL) : NULL;
	if (!zip)
		return bag_tell(listener, tr("not a ZIP file", "不是 ZIP 文件"), path, "", "", failure);
	bool done = list_entries(zip, &files, listener, &total, failure);
	bag_files_sort(&files);
	done = done && tell_repeats(&files, listener, failure) && bag_twins(&files, listener, failure);
	if (done && total > FREE_BYTES && total / RATIO > (zip_uint64_t)info.st_size)
		done = bag_tell(listener, tr("expands to far more than its size", "解压后远大于文件本身"), path, "", "", failure);
	if (done && listener->faults == 0)
		done = extract_all(zip, &files, bag, listener, failure);
	bag_files_free(&files);
	zip_discard(zip);
	return done;
}
