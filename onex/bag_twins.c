/* Paths that are two here and one elsewhere: on systems where letter case or the
 * composition of accents does not count, one of them would be lost. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "onex/bag.h"

struct spelling {
	char *folded, *path; /* of a file or one of its folders */
};

struct spellings {
	struct spelling *items;
	size_t count, room;
};

static bool add(struct spellings *list, const char *path, size_t length, struct failure *failure)
{
	struct spelling *grown = enlarge(failure, list->items, &list->room, list->count + 1, sizeof *grown);
	if (!grown)
		return false;
	list->items = grown;
	struct spelling one = { 0 };
	one.path = print_text(failure, "%.*s", (int)length, path);
	utf8proc_uint8_t *folded = NULL;
	if (one.path && utf8proc_map((const utf8proc_uint8_t *)one.path, 0, &folded,
				UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD) < 0) {
		free(one.path); /* not UTF-8: told elsewhere */
		return true;
	}
	one.folded = (char *)folded;
	if (!one.path)
		return false;
	list->items[list->count++] = one;
	return true;
}

static int by_folded(const void *a, const void *b)
{
	const struct spelling *x = a, *y = b;
	int order = strcmp(x->folded, y->folded);
	return order ? order : strcmp(x->path, y->path);
}

/* The file and the folders on its way; the folders of the one before are there. */
static bool add_path(struct spellings *list, const char *path, const char *before, struct failure *failure)
{
	bool done = true;
	for (const char *slash = path; done && (slash = strchr(slash, '/')) != NULL; slash++) {
		size_t length = (size_t)(slash - path);
		if (strncmp(before, path, length + 1) != 0)
			done = add(list, path, length, failure);
	}
	return done && add(list, path, strlen(path), failure);
}

bool bag_twins(const struct bag_files *files, struct bag_listener *listener, struct failure *failure)
{
	struct spellings list = { 0 };
	bool done = true;
	for (size_t i = 0; done && i < files->count; i++)
		done = add_path(&list, files->items[i].path, i ? files->items[i - 1].path : "", failure);
	if (done && list.count)
		qsort(list.items, list.count, sizeof *list.items, by_folded);
	for (size_t i = 1; done && i < list.count; i++)
		if (strcmp(list.items[i - 1].folded, list.items[i].folded) == 0 && strcmp(list.items[i - 1].path, list.items[i].path) != 0)
			done = bag_tell(listener, tr("two paths fall together on systems that do not tell letter case or Unicode forms",
				"在不区分大小写或 Unicode 形式的系统上，这两个路径会合为一个"), list.items[i].path, list.items[i - 1].path, "", failure);
	for (size_t i = 0; i < list.count; i++) {
		free(list.items[i].folded);
		free(list.items[i].path);
	}
	free(list.items);
	return done;
}
