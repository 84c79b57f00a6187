#include "onex/bag_open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/temporary.h"
#include "onex/outfolder.h"

static bool is_kind(const char *folder, const char *name, mode_t kind)
{
	struct failure ignored;
	struct stat info;
	char *path = layout_join(&ignored, folder, name);
	bool is = path && lstat(path, &info) == 0 && (info.st_mode & S_IFMT) == kind;
	free(path);
	return is;
}

bool bag_is(const char *path)
{
	struct stat info;
	if (stat(path, &info) != 0)
		return false;
	return S_ISREG(info.st_mode) || (S_ISDIR(info.st_mode) && is_kind(path, "bagit.txt", S_IFREG));
}

/* Beside the bag, where there is room for it; a bag on a disk that cannot be written to
 * is worked on elsewhere. */
static char *make_work(const char *path, struct failure *failure)
{
	size_t length = strlen(path);
	while (length > 1 && path[length - 1] == '/')
		length--;
	char *work = print_text(failure, "%.*s.audit-XXXXXX", (int)length, path);
	if (work && mkdtemp(work))
		return work;
	free(work);
	return temporary_folder("onex-audit", failure);
}

static char *make_folder(const char *work, const char *name, struct failure *failure)
{
	char *path = layout_join(failure, work, name);
	if (!path || mkdir(path, 0750) == 0)
		return path;
	fail_system(failure, tr("cannot make %s", "无法建立 %s"), path);
	free(path);
	return NULL;
}

bool bag_open(struct opened_bag *bag, const char *path, struct bag_listener *listener, long *checked, struct failure *failure)
{
	struct stat info;
	*bag = (struct opened_bag){ 0 };
	*checked = 0;
	bag->work = make_work(path, failure);
	bag->fresh = bag->work ? make_folder(bag->work, "fresh", failure) : NULL;
	if (!bag->fresh)
		return false;
	if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) {
		bag->folder = make_folder(bag->work, "bag", failure);
		if (!bag->folder || !bag_zip_extract(path, bag->folder, listener, failure))
			return false;
		if (listener->faults) /* nothing that could be trusted was unpacked */
			return true;
	} else
		bag->folder = copy_text(failure, path);
	bag->batch = bag->folder ? layout_join(failure, bag->folder, "data") : NULL;
	bag->program = bag->batch ? layout_join(failure, bag->batch, "program") : NULL;
	if (!bag->program || !bag_check(bag->folder, listener, checked, failure))
		return false;
	bag->usable = is_kind(bag->folder, "data", S_IFDIR) && is_kind(bag->batch, "inbox", S_IFDIR)
		&& is_kind(bag->batch, "notice.xml", S_IFREG) && is_kind(bag->batch, "out", S_IFDIR)
		&& is_kind(bag->batch, "program", S_IFDIR) && is_kind(bag->program, "VERSION", S_IFREG);
	return true;
}

void bag_shut(struct opened_bag *bag)
{
	struct failure ignored;
	if (bag->work)
		outfolder_remove(bag->work, &ignored);
	free(bag->work);
	free(bag->folder);
	free(bag->batch);
	free(bag->program);
	free(bag->fresh);
	*bag = (struct opened_bag){ 0 };
}
