#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/digest.h"
#include "common/layout.h"
#include "report/report.h"

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds the files of work/folder (one level) as "folder/name". */
static bool list_folder(struct report *report, const char *folder, char ***names, size_t *count,
	struct failure *failure)
{
	struct layout_names found = { 0 };
	char *path = output_path(report, folder, failure);
	bool done = path && layout_names(&found, path, "", failure);
	char **grown = done ? resize(failure, *names, *count + found.count, sizeof *grown) : NULL;
	if (grown)
		*names = grown;
	done = grown != NULL;
	for (unsigned long i = 0; done && i < found.count; i++) {
		(*names)[*count] = layout_join(failure, folder, found.names[i]);
		done = (*names)[*count] != NULL;
		*count += done;
	}
	layout_names_free(&found);
	free(path);
	return done;
}

/* Adds what the earlier stages and the front command left in the out folder. */
static bool list_given(struct report *report, char ***names, size_t *count, struct failure *failure)
{
	static const char *const given[] = { "audit.sql", "batch.db", "inputs-sha256.txt", "program-sha256.txt" };
	enum { GIVEN = sizeof given / sizeof *given };
	char **grown = resize(failure, *names, *count + GIVEN, sizeof *grown);
	if (!grown)
		return false;
	*names = grown;
	for (size_t i = 0; i < GIVEN; i++) {
		char *path = layout_join(failure, report->folder, given[i]);
		struct stat info;
		bool there = path && stat(path, &info) == 0;
		free(path);
		if (!path)
			return false;
		if (!there)
			continue;
		(*names)[*count] = copy_text(failure, given[i]);
		if (!(*names)[*count])
			return false;
		++*count;
	}
	return true;
}

/* Made files stand in a folder of the work folder, given ones in the out folder. */
static bool write_line(struct report *report, FILE *file, const char *name, struct failure *failure)
{
	char text[DIGEST_TEXT_BYTES];
	char *path = layout_join(failure, strchr(name, '/') ? report->work : report->folder, name);
	bool done = path && digest_file("SHA256", path, text, failure);
	free(path);
	if (done)
		fprintf(file, "%s  %s\n", text, name);
	return done;
}

bool manifest_write(struct report *report, struct failure *failure)
{
	char **names = NULL;
	size_t count = 0;
	bool done = list_folder(report, "reports", &names, &count, failure)
		&& list_folder(report, "returns", &names, &count, failure)
		&& list_folder(report, "data", &names, &count, failure) && list_given(report, &names, &count, failure);
	if (done && count > 1)
		qsort(names, count, sizeof *names, by_bytes);
	FILE *file = done ? output_open(report, "manifest-sha256.txt", failure) : NULL;
	done = file != NULL;
	for (size_t i = 0; done && i < count; i++)
		done = write_line(report, file, names[i], failure);
	if (file && !output_close(report, file, "manifest-sha256.txt", done ? failure : &(struct failure){ 0 }))
		done = false;
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return done;
}
