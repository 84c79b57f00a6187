#include "onex/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/database.h"
#include "common/digest.h"
#include "common/layout.h"

static bool collect(struct layout_names *names, const char *folder, const char *relative, struct failure *failure);

static bool collect_entry(struct layout_names *names, const char *folder, const char *relative, struct failure *failure)
{
	char *path = layout_join(failure, folder, relative);
	struct stat info;
	bool done = path != NULL;
	if (done && lstat(path, &info) != 0)
		done = fail_system(failure, tr("cannot look at %s", "无法查看 %s"), path);
	else if (done && S_ISDIR(info.st_mode))
		done = collect(names, folder, relative, failure);
	else if (done && S_ISREG(info.st_mode))
		done = layout_names_add(names, relative, failure);
	free(path);
	return done;
}

static bool collect(struct layout_names *names, const char *folder, const char *relative, struct failure *failure)
{
	char *path = *relative ? layout_join(failure, folder, relative) : copy_text(failure, folder);
	if (!path)
		return false;
	DIR *directory = opendir(path);
	bool done = directory || fail_system(failure, tr("cannot list %s", "无法列出 %s"), path);
	while (done) {
		errno = 0;
		const struct dirent *entry = readdir(directory);
		if (!entry) {
			done = errno == 0 || fail_system(failure, tr("cannot list %s", "无法列出 %s"), path);
			break;
		}
		if (entry->d_name[0] == '.' || strncmp(entry->d_name, "~$", 2) == 0)
			continue;
		char *below = *relative ? layout_join(failure, relative, entry->d_name) : copy_text(failure, entry->d_name);
		done = below && collect_entry(names, folder, below, failure);
		free(below);
	}
	if (directory)
		closedir(directory);
	free(path);
	return done;
}

/* One line of sha256sum; a path with a line end or backslash is escaped as it does. */
static void put_line(FILE *list, const char *digest, const char *relative)
{
	bool escaped = strpbrk(relative, "\n\r\\") != NULL;
	fprintf(list, "%s%s  ", escaped ? "\\" : "", digest);
	for (const char *c = relative; *c; c++) {
		const char *text = *c == '\n' ? "\\n" : *c == '\r' ? "\\r" : *c == '\\' ? "\\\\" : NULL;
		if (text)
			fputs(text, list);
		else
			putc(*c, list);
	}
	putc('\n', list);
}

static bool add_line(FILE *list, const char *folder, const char *relative, struct failure *failure)
{
	char digest[DIGEST_TEXT_BYTES];
	char *path = layout_join(failure, folder, relative);
	bool done = path && digest_file("SHA256", path, digest, failure);
	free(path);
	if (done)
		put_line(list, digest, relative);
	return done;
}

/* In byte order, or none. */
static bool put_in_order(struct layout_names *names, bool done)
{
	if (done)
		layout_names_sort(names);
	else
		layout_names_free(names);
	return done;
}

bool inputs_files(struct layout_names *names, const char *folder, const char *start, struct failure *failure)
{
	*names = (struct layout_names){ 0 };
	return put_in_order(names, *start ? collect_entry(names, folder, start, failure) : collect(names, folder, "", failure));
}

/* The lines of `names` below `folder`. */
static char *list_of(const char *folder, const struct layout_names *names, struct failure *failure)
{
	char *text = NULL;
	size_t size = 0;
	FILE *list = open_memstream(&text, &size);
	bool done = list || fail_system(failure, "%s", tr("out of memory", "内存不足"));
	for (size_t i = 0; done && i < names->count; i++)
		done = add_line(list, folder, names->names[i], failure);
	if (list && fclose(list) != 0)
		done = fail_system(failure, "%s", tr("out of memory", "内存不足"));
	if (done)
		return text;
	free(text);
	return NULL;
}

char *inputs_list(const char *folder, struct failure *failure)
{
	struct layout_names names;
	char *text = inputs_files(&names, folder, "", failure) ? list_of(folder, &names, failure) : NULL;
	layout_names_free(&names);
	return text;
}

static bool is_there(const char *folder, const char *name, bool wanted_folder, struct failure *failure)
{
	char *path = layout_join(failure, folder, name);
	struct stat info;
	bool found = path && lstat(path, &info) == 0 && (wanted_folder ? S_ISDIR(info.st_mode) : S_ISREG(info.st_mode));
	free(path);
	return found;
}

/* A part of the batch must not be a link: the folder alone holds all that is read. */
static bool is_no_link(const char *batch, const char *name, struct failure *failure)
{
	struct stat info;
	char *path = layout_join(failure, batch, name);
	bool done = path != NULL;
	if (done && lstat(path, &info) == 0 && S_ISLNK(info.st_mode))
		done = fail(failure, STATUS_BATCH, tr("%s is a symbolic link, which is not followed; put it there itself",
			"%s 是符号链接，不跟随读取；请放入其本身"), path);
	free(path);
	return done;
}

bool inputs_names(struct layout_names *names, const char *batch, struct failure *failure)
{
	*names = (struct layout_names){ 0 };
	if (!is_no_link(batch, "inbox", failure) || !is_no_link(batch, "notice.xml", failure))
		return false;
	if (!is_there(batch, "notice.xml", false, failure))
		return fail(failure, STATUS_BATCH, tr("%s has no notice.xml: is this a batch folder?", "%s 中没有 notice.xml，这是批次文件夹吗？"), batch);
	if (!is_there(batch, "inbox", true, failure))
		return fail(failure, STATUS_BATCH, tr("%s has no folder inbox/ for the raw files", "%s 中没有存放原始文件的 inbox/ 文件夹"), batch);
	/* notice.xml comes after all of inbox/ in byte order, too */
	return put_in_order(names, collect_entry(names, batch, "inbox", failure) && layout_names_add(names, "notice.xml", failure));
}

char *inputs_of_batch(const char *batch, struct failure *failure)
{
	struct layout_names names;
	char *text = inputs_names(&names, batch, failure) ? list_of(batch, &names, failure) : NULL;
	layout_names_free(&names);
	return text;
}

/* The digest of `relative` in the rows of `sources`, which come in byte order of their
 * files as the names asked for do; "" where there is none. */
static bool find_digest(struct database *database, sqlite3_stmt *sources, bool *row, const char *relative,
	char digest[DIGEST_TEXT_BYTES], struct failure *failure)
{
	digest[0] = '\0';
	while (*row) {
		int order = strcmp((const char *)sqlite3_column_text(sources, 0), relative);
		if (order == 0)
			snprintf(digest, DIGEST_TEXT_BYTES, "%s", (const char *)sqlite3_column_text(sources, 1));
		if (order >= 0)
			return true;
		if (!database_step(database, sources, row, failure))
			return false;
	}
	return true;
}

static bool put_ingested(FILE *list, struct database *database, const char *batch, const struct layout_names *names,
	struct failure *failure)
{
	char digest[DIGEST_TEXT_BYTES];
	sqlite3_stmt *sources = database_prepare(database,
		"SELECT 'inbox/' || file, max(sha256) FROM source GROUP BY 1"
		" UNION ALL SELECT 'notice.xml', notice_sha256 FROM batch ORDER BY 1", failure);
	bool row = false;
	bool done = sources && database_step(database, sources, &row, failure);
	for (size_t i = 0; done && i < names->count; i++) {
		done = find_digest(database, sources, &row, names->names[i], digest, failure);
		if (done && *digest)
			put_line(list, digest, names->names[i]);
		else
			done = done && add_line(list, batch, names->names[i], failure);
	}
	sqlite3_finalize(sources);
	return done;
}

char *inputs_ingested(const char *batch, const struct layout_names *names, const char *out, struct failure *failure)
{
	char *text = NULL;
	size_t size = 0;
	char *path = layout_join(failure, out, "batch.db");
	struct database *database = path ? database_open(path, DATABASE_READ, failure) : NULL;
	FILE *list = database ? open_memstream(&text, &size) : NULL;
	bool done = database && (list || fail_system(failure, "%s", tr("out of memory", "内存不足")));
	done = done && put_ingested(list, database, batch, names, failure);
	if (list && fclose(list) != 0)
		done = fail_system(failure, "%s", tr("out of memory", "内存不足"));
	struct failure ignored;
	database_close(database, &ignored);
	free(path);
	if (done)
		return text;
	free(text);
	return NULL;
}

bool inputs_program_files(struct layout_names *names, const char *home, struct failure *failure)
{
	static const char *const folders[] = { "onex", "report", "schemas", "transform", "validate" };
	*names = (struct layout_names){ 0 };
	bool done = layout_names_add(names, "VERSION", failure);
	for (size_t i = 0; done && i < sizeof folders / sizeof *folders; i++)
		done = collect(names, home, folders[i], failure);
	size_t kept = 0;
	for (size_t i = 0; i < names->count; i++) {
		const char *dot = strrchr(names->names[i], '.');
		if (dot && (strcmp(dot, ".c") == 0 || strcmp(dot, ".h") == 0))
			free(names->names[i]);
		else
			names->names[kept++] = names->names[i];
	}
	names->count = kept;
	return put_in_order(names, done);
}

char *inputs_of_program(const char *home, struct failure *failure)
{
	struct layout_names names;
	char *text = inputs_program_files(&names, home, failure) ? list_of(home, &names, failure) : NULL;
	layout_names_free(&names);
	return text;
}

/* The lines of `manifest` against those of `found`: the manifest itself stands only
 * in the latter. */
static bool same_but_manifest(const char *manifest, const char *found)
{
	const char *own = strstr(found, "  " INPUTS_MANIFEST "\n");
	if (!own)
		return false;
	const char *line = own - 64;
	const char *rest = strchr(own, '\n') + 1;
	size_t before = (size_t)(line - found);
	return strlen(manifest) == before + strlen(rest) && memcmp(manifest, found, before) == 0
		&& strcmp(manifest + before, rest) == 0;
}

bool inputs_manifest_holds(const char *out, bool *sound, struct failure *failure)
{
	char *path = layout_join(failure, out, INPUTS_MANIFEST);
	char *manifest = NULL;
	char *found = NULL;
	bool done = path != NULL;
	*sound = false;
	if (done && is_there(out, INPUTS_MANIFEST, false, failure)) {
		manifest = layout_read(failure, path, 1UL << 26, NULL);
		found = manifest ? inputs_list(out, failure) : NULL;
		done = found != NULL;
		*sound = done && same_but_manifest(manifest, found);
	}
	free(path);
	free(manifest);
	free(found);
	return done;
}

/* Whether the file `out`/`name` holds just `text`. */
static bool holds_text(const char *out, const char *name, const char *text)
{
	struct failure ignored;
	char *path = layout_join(&ignored, out, name);
	char *written = path ? layout_read(&ignored, path, 1UL << 26, NULL) : NULL;
	bool same = written && strcmp(written, text) == 0;
	free(path);
	free(written);
	return same;
}

bool inputs_are_current(const char *batch, const char *out, char **inputs, bool *current, struct failure *failure)
{
	*current = false;
	*inputs = NULL;
	if (!is_there(out, INPUTS_OF_BATCH, false, failure))
		return true;
	char *home = layout_home(failure);
	*inputs = home ? inputs_of_batch(batch, failure) : NULL;
	char *program = *inputs ? inputs_of_program(home, failure) : NULL;
	bool done = program != NULL;
	if (done && holds_text(out, INPUTS_OF_BATCH, *inputs) && holds_text(out, INPUTS_OF_PROGRAM, program))
		done = inputs_manifest_holds(out, current, failure);
	free(home);
	free(program);
	return done;
}
