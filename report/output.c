#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/layout.h"
#include "report/report.h"

static const char *const ENTRIES[] = { "reports", "returns", "data", "manifest-sha256.txt" };
enum { ENTRY_COUNT = sizeof ENTRIES / sizeof *ENTRIES };

char *output_path(struct report *report, const char *name, struct failure *failure)
{
	return layout_join(failure, report->work, name);
}

/* Makes the folders on the way to `path`, from `from` characters on. */
static bool make_folders(char *path, size_t from, struct failure *failure)
{
	for (char *slash = path + from; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		bool made = mkdir(path, 0750) == 0 || errno == EEXIST
			|| fail_system(failure, tr("cannot make folder %s", "无法建立文件夹 %s"), path);
		*slash = '/';
		if (!made)
			return false;
	}
	return true;
}

FILE *output_open(struct report *report, const char *name, struct failure *failure)
{
	char *path = output_path(report, name, failure);
	FILE *file = NULL;
	if (path && make_folders(path, strlen(report->work) + 1, failure)) {
		file = fopen(path, "wbxe");
		if (!file)
			fail_system(failure, tr("cannot write %s", "无法写入 %s"), path);
	}
	free(path);
	return file;
}

bool output_close(struct report *report, FILE *file, const char *name, struct failure *failure)
{
	if (!file)
		return true;
	struct stat info;
	long expected = ftell(file);
	bool done = fflush(file) == 0 && !ferror(file) && fchmod(fileno(file), 0640) == 0
		&& fstat(fileno(file), &info) == 0;
	if (!done)
		fail_system(failure, tr("cannot write %s", "无法写入 %s"), name);
	else if (info.st_size != expected)
		done = fail(failure, STATUS_SYSTEM, tr("%s was cut short while writing", "写入 %s 时被截断"), name);
	if (fclose(file) != 0 && done)
		done = fail_system(failure, tr("cannot write %s", "无法写入 %s"), name);
	report->files += done;
	return done;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *where)
{
	(void)info;
	(void)type;
	(void)where;
	return remove(path);
}

static bool remove_tree(const char *path)
{
	return nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT;
}

bool output_begin(struct report *report, struct failure *failure)
{
	if (!remove_tree(report->work) || mkdir(report->work, 0750) != 0)
		return fail_system(failure, tr("cannot make folder %s", "无法建立文件夹 %s"), report->work);
	return true;
}

void output_discard(struct report *report)
{
	remove_tree(report->work);
}

/* Exchanges one entry of the work folder with the one in the out folder, or moves it
 * where there is none yet. What was there before stands in the work folder then. */
static bool swap_entry(const char *made, const char *final, bool *exchanged)
{
	*exchanged = renameat2(AT_FDCWD, made, AT_FDCWD, final, RENAME_EXCHANGE) == 0;
	if (*exchanged)
		return true;
	return (errno == ENOENT) && rename(made, final) == 0;
}

bool output_swap(struct report *report, struct failure *failure)
{
	bool done = true;
	bool exchanged[ENTRY_COUNT] = { false };
	int count = 0;
	for (; done && count < ENTRY_COUNT; count++) {
		char *made = output_path(report, ENTRIES[count], failure);
		char *final = layout_join(failure, report->folder, ENTRIES[count]);
		done = made && final
			&& (swap_entry(made, final, &exchanged[count])
				|| fail_system(failure, tr("cannot put %s in place", "无法放置 %s"), final));
		free(made);
		free(final);
	}
	for (int i = count - 1; !done && i >= 0; i--) { /* put the old ones back */
		char *made = output_path(report, ENTRIES[i], failure);
		char *final = layout_join(failure, report->folder, ENTRIES[i]);
		if (made && final && exchanged[i])
			swap_entry(made, final, &exchanged[i]);
		free(made);
		free(final);
	}
	return done;
}
