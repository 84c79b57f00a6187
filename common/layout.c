#include "common/layout.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_folder(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

char *layout_join(struct failure *failure, const char *folder, const char *name)
{
	return print_text(failure, "%s/%s", folder, name);
}

/* "base/tail" if it is a home, that is, has schemas/; else NULL. */
static char *home_at(const char *base, const char *tail, struct failure *failure)
{
	char *home = print_text(failure, "%s%s", base, tail);
	char *schemas = home ? layout_join(failure, home, "schemas") : NULL;
	bool found = schemas && is_folder(schemas);
	free(schemas);
	if (found)
		return home;
	free(home);
	return NULL;
}

/* Beside the running program: the source tree above build/, or share/onex beside bin/
 * (an installed tree works from wherever it was moved). NULL where neither is. */
static char *home_of_program(struct failure *failure)
{
	char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	if (length <= 0)
		return NULL;
	path[length] = '\0';
	for (int level = 0; level < 2; level++) {
		char *slash = strrchr(path, '/');
		if (!slash)
			return NULL;
		*slash = '\0';
	}
	char *home = home_at(path, "", failure);
	return home ? home : home_at(path, "/share/onex", failure);
}

char *layout_home(struct failure *failure)
{
	const char *given = getenv("ONEX_HOME");
	if (given && *given)
		return copy_text(failure, given);
	char *home = home_of_program(failure);
	return home ? home : copy_text(failure, ONEX_DATADIR);
}

char *layout_read(struct failure *failure, const char *path, unsigned long limit, unsigned long *length)
{
	char *text = NULL;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (file < 0) {
		fail_system(failure, tr("cannot open %s", "无法打开 %s"), path);
		return NULL;
	}
	struct stat info;
	if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
		fail(failure, STATUS_SYSTEM, tr("%s is not a regular file", "%s 不是普通文件"), path);
		goto out;
	}
	if ((unsigned long)info.st_size > limit) {
		fail(failure, STATUS_BATCH, tr("%s is larger than %lu bytes", "%s 超过 %lu 字节"), path, limit);
		goto out;
	}
	unsigned long size = (unsigned long)info.st_size;
	text = allocate(failure, size + 1, 1);
	if (!text)
		goto out;
	unsigned long used = 0;
	while (used < size) {
		ssize_t got = read(file, text + used, size - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			fail_system(failure, tr("cannot read %s", "无法读取 %s"), path);
			free(text);
			text = NULL;
			goto out;
		}
		if (got == 0)
			break;
		used += (unsigned long)got;
	}
	text[used] = '\0';
	if (length)
		*length = used;
out:
	close(file);
	return text;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool wanted(const char *name, const char *suffix)
{
	size_t length = strlen(name);
	size_t tail = strlen(suffix);
	return name[0] != '.' && length > tail && strcmp(name + length - tail, suffix) == 0;
}

bool layout_names_add(struct layout_names *names, const char *name, struct failure *failure)
{
	char **grown = enlarge(failure, names->names, &names->room, names->count + 1, sizeof *grown);
	if (!grown)
		return false;
	names->names = grown;
	char *copy = copy_text(failure, name);
	if (!copy)
		return false;
	names->names[names->count++] = copy;
	return true;
}

bool layout_names(struct layout_names *names, const char *folder, const char *suffix, struct failure *failure)
{
	*names = (struct layout_names){ 0 };
	DIR *directory = opendir(folder);
	if (!directory)
		return fail_system(failure, tr("cannot list %s", "无法列出 %s"), folder);
	bool done = true;
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(directory);
		if (!entry) {
			if (errno)
				done = fail_system(failure, tr("cannot list %s", "无法列出 %s"), folder);
			break;
		}
		if (wanted(entry->d_name, suffix) && !layout_names_add(names, entry->d_name, failure)) {
			done = false;
			break;
		}
	}
	closedir(directory);
	if (!done) {
		layout_names_free(names);
		return false;
	}
	layout_names_sort(names);
	return true;
}

void layout_names_sort(struct layout_names *names)
{
	if (names->count)
		qsort(names->names, names->count, sizeof *names->names, by_bytes);
}

void layout_names_free(struct layout_names *names)
{
	for (unsigned long i = 0; i < names->count; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct layout_names){ 0 };
}
