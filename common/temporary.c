#include "common/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/layout.h"

int temporary_open(const char *folder, struct failure *failure)
{
	int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (file >= 0)
		return file;
	/* not every file system can do that: a named file, whose name is removed at once */
	char *path = layout_join(failure, folder, ".onex-XXXXXX");
	if (!path)
		return -1;
	file = mkostemp(path, O_CLOEXEC);
	if (file < 0)
		fail_system(failure, tr("cannot make a temporary file in %s", "无法在 %s 建立临时文件"), folder);
	else
		unlink(path);
	free(path);
	return file;
}

bool temporary_write(int file, const void *bytes, size_t count, int64_t offset, struct failure *failure)
{
	const char *at = bytes;
	while (count > 0) {
		ssize_t written = pwrite(file, at, count, (off_t)offset);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return fail_system(failure, tr("cannot write a temporary file", "无法写入临时文件"));
		at += written;
		offset += written;
		count -= (size_t)written;
	}
	return true;
}

bool temporary_read(int file, void *bytes, size_t count, int64_t offset, struct failure *failure)
{
	char *at = bytes;
	while (count > 0) {
		ssize_t got = pread(file, at, count, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return fail_system(failure, tr("cannot read a temporary file", "无法读取临时文件"));
		at += got;
		offset += got;
		count -= (size_t)got;
	}
	return true;
}

char *temporary_folder(const char *program, struct failure *failure)
{
	const char *base = getenv("TMPDIR");
	char *folder = print_text(failure, "%s/%s-XXXXXX", base && *base ? base : "/tmp", program);
	if (!folder || mkdtemp(folder))
		return folder;
	fail_system(failure, tr("cannot make %s", "无法建立 %s"), folder);
	free(folder);
	return NULL;
}
