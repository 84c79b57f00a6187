#include "onex/replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *replacement_begin(const char *path, struct failure *failure)
{
	struct stat info;
	if (strcmp(path, "-") == 0) {
		fail(failure, STATUS_USAGE, "%s", tr("a workbook is not written to standard output: name a file",
			"工作簿不能写到标准输出，请给出文件名"));
		return NULL;
	}
	bool there = stat(path, &info) == 0;
	if (there && !S_ISREG(info.st_mode)) {
		errno = EISDIR;
		if (S_ISDIR(info.st_mode))
			fail_system(failure, tr("cannot write %s", "无法写出 %s"), path);
		else
			fail(failure, STATUS_SYSTEM, tr("%s is not a regular file", "%s 不是普通文件"), path);
		return NULL;
	}
	char *part = print_text(failure, "%s.part", path);
	int file = part ? open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666) : -1;
	if (file >= 0 && close(file) == 0)
		return part;
	if (part)
		fail_system(failure, tr("cannot write %s", "无法写出 %s"), path);
	free(part);
	return NULL;
}

bool replacement_end(char *part, const char *path, bool done, struct failure *failure)
{
	if (done && rename(part, path) != 0)
		done = fail_system(failure, tr("cannot write %s", "无法写出 %s"), path);
	if (!done)
		unlink(part);
	free(part);
	return done;
}
