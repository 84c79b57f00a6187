#include "onex/outfolder.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/layout.h"
#include "common/temporary.h"

enum { OPEN_FOLDERS = 16 };

/* A folder that its owner made read-only must be opened before what is in it can be removed. */
static int open_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	(void)place;
	return kind == FTW_D && (info->st_mode & 0700) != 0700 ? chmod(path, (info->st_mode & 0777) | 0700) : 0;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	(void)info;
	(void)kind;
	(void)place;
	return remove(path);
}

bool outfolder_remove(const char *path, struct failure *failure)
{
	struct stat info;
	if (lstat(path, &info) != 0 && errno == ENOENT)
		return true;
	return nftw(path, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) == 0
		|| (errno == EACCES && nftw(path, open_entry, OPEN_FOLDERS, FTW_PHYS) == 0
			&& nftw(path, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) == 0)
		|| fail_system(failure, tr("cannot remove %s", "无法删除 %s"), path);
}

static int sync_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	(void)info;
	(void)place;
	if (kind != FTW_F && kind != FTW_D && kind != FTW_DP)
		return 0;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file < 0)
		return -1;
	int synced = fsync(file);
	return close(file) != 0 || synced != 0 ? -1 : 0;
}

bool outfolder_no_batch(const char *batch, struct failure *failure)
{
	if (errno == ENOENT)
		return fail(failure, STATUS_BATCH, tr("there is no %s", "找不到 %s"), batch);
	if (errno == ENOTDIR)
		return fail(failure, STATUS_BATCH, tr("%s is not a folder", "%s 不是文件夹"), batch);
	return fail_system(failure, tr("cannot open %s", "无法打开 %s"), batch);
}

bool outfolder_is_made(const char *batch, const char *path, struct failure *failure)
{
	struct stat info;
	bool found = stat(batch, &info) == 0;
	if (!found || !S_ISDIR(info.st_mode)) {
		errno = found ? ENOTDIR : errno;
		return outfolder_no_batch(batch, failure);
	}
	if (access(path, F_OK) == 0 || errno != ENOENT)
		return true;
	return fail(failure, STATUS_BATCH, tr("%s has not been processed yet; `onex run %s` first", "%s 还没有处理过，请先执行 onex run %s"),
		batch, batch);
}

static bool lock(struct outfolder *folder, const char *batch, struct failure *failure)
{
	*folder = (struct outfolder){ .lock = -1 };
	folder->lock = open(batch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->lock < 0)
		return outfolder_no_batch(batch, failure);
	if (flock(folder->lock, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK
			? fail(failure, STATUS_SYSTEM, tr("another run is at work on %s; wait for it to end", "另一个运行正在处理 %s，请等它结束"), batch)
			: fail_system(failure, tr("cannot lock %s", "无法锁定 %s"), batch);
	folder->fresh = layout_join(failure, batch, ".out.new");
	folder->out = layout_join(failure, batch, "out");
	return folder->fresh && folder->out;
}

static bool make_fresh(struct outfolder *folder, struct failure *failure)
{
	return outfolder_remove(folder->fresh, failure)
		&& (mkdir(folder->fresh, 0750) == 0 || fail_system(failure, tr("cannot make %s", "无法建立 %s"), folder->fresh));
}

bool outfolder_begin(struct outfolder *folder, const char *batch, struct failure *failure)
{
	return lock(folder, batch, failure) && make_fresh(folder, failure);
}

bool outfolder_aside(struct outfolder *folder, const char *batch, struct failure *failure)
{
	if (!lock(folder, batch, failure))
		return false;
	if (make_fresh(folder, failure))
		return true;
	free(folder->fresh);
	folder->fresh = temporary_folder("onex-audit", failure);
	return folder->fresh != NULL;
}

bool outfolder_commit(struct outfolder *folder, struct failure *failure)
{
	if (nftw(folder->fresh, sync_entry, OPEN_FOLDERS, FTW_PHYS) != 0)
		return fail_system(failure, tr("cannot write %s through to the disk", "无法将 %s 写入磁盘"), folder->fresh);
	int moved = renameat2(AT_FDCWD, folder->fresh, AT_FDCWD, folder->out, RENAME_EXCHANGE);
	if (moved != 0 && errno == ENOENT) /* the first run: there is nothing to exchange with */
		moved = renameat2(AT_FDCWD, folder->fresh, AT_FDCWD, folder->out, RENAME_NOREPLACE);
	if (moved != 0)
		return fail_system(failure, tr("cannot put %s in its place", "无法启用新的 %s"), folder->out);
	return fsync(folder->lock) == 0 || fail_system(failure, tr("cannot write %s through to the disk", "无法将 %s 写入磁盘"), folder->out);
}

void outfolder_end(struct outfolder *folder)
{
	struct failure ignored;
	if (folder->fresh && folder->out)
		outfolder_remove(folder->fresh, &ignored); /* the next run tries again */
	if (folder->lock >= 0)
		close(folder->lock);
	free(folder->fresh);
	free(folder->out);
	*folder = (struct outfolder){ .lock = -1 };
}
