#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <sys/stat.h>

#include "onex/bag.h"

static FILE *create(const char *bag, const char *name, struct failure *failure)
{
	char *path = layout_join(failure, bag, name);
	FILE *file = path ? fopen(path, "wxe") : NULL;
	if (path && !file)
		fail_system(failure, tr("cannot write %s", "无法写入 %s"), path);
	free(path);
	return file;
}

static bool finish(FILE *file, const char *name, struct failure *failure)
{
	bool done = !ferror(file);
	return (fclose(file) == 0 && done) || fail_system(failure, tr("cannot write %s", "无法写入 %s"), name);
}

/* Makes the folders on the way to bag/path. */
static bool make_folders(const char *bag, const char *path, struct failure *failure)
{
	bool done = true;
	for (const char *slash = path; done && (slash = strchr(slash, '/')) != NULL; slash++) {
		char *folder = print_text(failure, "%s/%.*s", bag, (int)(slash - path), path);
		done = folder && (mkdir(folder, 0750) == 0 || errno == EEXIST
				|| fail_system(failure, tr("cannot make %s", "无法建立 %s"), folder));
		free(folder);
	}
	return done;
}

static bool copy_in(const char *bag, struct bag_file *file, struct failure *failure)
{
	char *target = layout_join(failure, bag, file->path);
	bool done = target && make_folders(bag, file->path, failure) && bag_copy(file, file->source, target, failure);
	free(target);
	return done;
}

/* A value of bag-info.txt stands on one line. */
static void print_info(FILE *file, const char *label, const char *value)
{
	fprintf(file, "%s: ", label);
	for (; *value; value++)
		putc((unsigned char)*value < 0x20 ? ' ' : *value, file);
	putc('\n', file);
}

static bool write_info(const char *bag, const struct bag_files *files, const struct bag_info *info, struct failure *failure)
{
	FILE *file = create(bag, "bag-info.txt", failure);
	int64_t octets = 0;
	if (!file)
		return false;
	for (size_t i = 0; i < files->count; i++)
		octets += files->items[i].bytes;
	print_info(file, "External-Identifier", info->batch);
	print_info(file, "External-Description", info->title);
	print_info(file, "Bagging-Date", info->as_of); /* the notice's day of judgement: no clock */
	print_info(file, "Bag-Software-Agent", "onex " ONEX_VERSION);
	fprintf(file, "Payload-Oxum: %" PRId64 ".%zu\n", octets, files->count);
	print_info(file, "Onex-Batch", info->batch);
	print_info(file, "Onex-Notice", info->document);
	print_info(file, "Onex-As-Of", info->as_of);
	print_info(file, "Onex-Program-Version", ONEX_VERSION);
	return finish(file, "bag-info.txt", failure);
}

static bool write_manifest(const char *bag, const char *kind, enum bag_algorithm algorithm, const struct bag_files *files,
	struct failure *failure)
{
	char name[64];
	snprintf(name, sizeof name, "%s-%s.txt", kind, bag_algorithm_tag(algorithm));
	FILE *file = create(bag, name, failure);
	if (!file)
		return false;
	for (size_t i = 0; i < files->count; i++) {
		fprintf(file, "%s  ", files->items[i].digest[algorithm]);
		for (const char *c = files->items[i].path; *c; c++)
			*c == '%' ? fputs("%25", file) : putc(*c, file);
		putc('\n', file);
	}
	return finish(file, name, failure);
}

static bool write_tag_manifests(const char *bag, struct failure *failure)
{
	static const char *const names[] = { "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sm3.txt" };
	struct bag_files tags = { 0 };
	bool done = true;
	for (size_t i = 0; done && i < sizeof names / sizeof *names; i++) {
		char *path = layout_join(failure, bag, names[i]);
		done = path && bag_files_add(&tags, names[i], NULL, failure) && bag_copy(&tags.items[i], path, NULL, failure);
		free(path);
	}
	for (int i = 0; done && i < BAG_ALGORITHMS; i++)
		done = write_manifest(bag, "tagmanifest", (enum bag_algorithm)i, &tags, failure);
	bag_files_free(&tags);
	return done;
}

bool bag_write(const char *bag, struct bag_files *files, const struct bag_info *info, struct failure *failure)
{
	bool done = true;
	for (size_t i = 0; done && i < files->count; i++)
		done = copy_in(bag, &files->items[i], failure);
	FILE *declaration = done ? create(bag, "bagit.txt", failure) : NULL;
	if (!declaration)
		return false;
	fputs("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", declaration);
	done = finish(declaration, "bagit.txt", failure) && write_info(bag, files, info, failure);
	for (int i = 0; done && i < BAG_ALGORITHMS; i++)
		done = write_manifest(bag, "manifest", (enum bag_algorithm)i, files, failure);
	return done && write_tag_manifests(bag, failure);
}
