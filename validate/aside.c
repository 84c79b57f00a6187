#include "validate/aside.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/layout.h"

static bool copy_pages(struct database *to, struct database *from, struct failure *failure)
{
	sqlite3_backup *copying = sqlite3_backup_init(to->handle, "main", from->handle, "main");
	if (copying)
		sqlite3_backup_step(copying, -1);
	return (copying && sqlite3_backup_finish(copying) == SQLITE_OK) || database_failed(to, "backup", failure);
}

struct database *aside_open(const char *path, const char *copy, struct failure *failure)
{
	struct failure ignored;
	struct database *from = database_open(path, DATABASE_READ, failure);
	int file = from ? open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	if (from && (file < 0 || close(file) != 0))
		fail_system(failure, tr("cannot make %s", "无法建立 %s"), copy);
	struct database *to = file >= 0 ? database_open(copy, DATABASE_VALIDATE, failure) : NULL;
	if (to && !copy_pages(to, from, failure)) {
		database_close(to, &ignored);
		to = NULL;
	}
	database_close(from, &ignored);
	return to;
}

void aside_remove(char *folder)
{
	struct failure ignored;
	char *copy = folder ? layout_join(&ignored, folder, "batch.db") : NULL;
	if (copy)
		unlink(copy);
	if (folder)
		rmdir(folder);
	free(copy);
	free(folder);
}
