#include "ingest/inbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/layout.h"
#include "ingest/digester.h"
#include "ingest/intern.h"

enum { MAX_DEPTH = 64 };

enum node_kind { NODE_FILE, NODE_LINK, NODE_OTHER, NODE_CLOSED_FOLDER, NODE_TOO_DEEP };

struct node {
	char *path; /* relative to the inbox, bytes as the system has them */
	char *name; /* the same in UTF-8, for findings */
	enum node_kind kind;
};

struct inbox {
	struct profile *profile;   /* while reading */
	struct progress *progress;
	char *folder;
	int root;
	struct node *nodes;
	size_t count, capacity;
	struct intern *digests; /* SHA-256 -> index of the first file + 1 */
	struct intern *sizes;   /* in bytes -> the same: a file of a new size is a new file */
};

/* ---- listing */

static bool is_character(const unsigned char *s, int *size)
{
	*size = s[0] < 0x80 ? 1 : s[0] >= 0xC2 && s[0] < 0xE0 ? 2 : s[0] >= 0xE0 && s[0] < 0xF0 ? 3 : s[0] >= 0xF0
		&& s[0] < 0xF5 ? 4 : 0;
	for (int i = 1; i < *size; i++)
		if ((s[i] & 0xC0) != 0x80)
			return false;
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) || (s[0] == 0xF0 && s[1] < 0x90)
		|| (s[0] == 0xF4 && s[1] > 0x8F))
		return false;
	return *size > 0;
}

/* A path in UTF-8: bytes that are none are written \xNN. */
static char *readable(const char *path, struct failure *failure)
{
	char *text = allocate(failure, strlen(path) + 1, 4);
	if (!text)
		return NULL;
	char *to = text;
	for (const unsigned char *at = (const unsigned char *)path; *at;) {
		int size;
		if (is_character(at, &size)) {
			memcpy(to, at, (size_t)size);
			to += size;
			at += size;
		} else {
			to += sprintf(to, "\\x%02X", *at++);
		}
	}
	*to = '\0';
	return text;
}

static bool add_node(struct inbox *inbox, const char *path, enum node_kind kind, struct failure *failure)
{
	struct node *larger = enlarge(failure, inbox->nodes, &inbox->capacity, inbox->count + 1, sizeof *larger);
	if (!larger)
		return false;
	inbox->nodes = larger;
	struct node *node = &inbox->nodes[inbox->count++];
	*node = (struct node) { .kind = kind };
	node->path = copy_text(failure, path);
	node->name = node->path ? readable(path, failure) : NULL;
	return node->name != NULL;
}

static bool list_folder(struct inbox *inbox, int folder, const char *path, int depth, struct failure *failure);

static bool list_node(struct inbox *inbox, int folder, const char *path, const char *name, int depth,
	struct failure *failure)
{
	struct stat info;
	if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
		return fail_system(failure, tr("cannot look at %s", "无法查看 %s"), path);
	if (S_ISREG(info.st_mode))
		return add_node(inbox, path, NODE_FILE, failure);
	if (S_ISLNK(info.st_mode))
		return add_node(inbox, path, NODE_LINK, failure);
	if (!S_ISDIR(info.st_mode))
		return add_node(inbox, path, NODE_OTHER, failure);
	if (depth == MAX_DEPTH)
		return add_node(inbox, path, NODE_TOO_DEEP, failure);
	int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (inner < 0 && (errno == EACCES || errno == EPERM))
		return add_node(inbox, path, NODE_CLOSED_FOLDER, failure);
	if (inner < 0)
		return fail_system(failure, tr("cannot open %s", "无法打开 %s"), path);
	return list_folder(inbox, inner, path, depth + 1, failure);
}

/* Takes over the descriptor `folder`. */
static bool list_folder(struct inbox *inbox, int folder, const char *path, int depth, struct failure *failure)
{
	DIR *listing = fdopendir(folder);
	if (!listing) {
		close(folder);
		return fail_system(failure, tr("cannot list %s", "无法列出 %s"), path);
	}
	bool done = true;
	for (;;) {
		errno = 0;
		const struct dirent *item = readdir(listing);
		if (!item) {
			done = errno == 0 || fail_system(failure, tr("cannot list %s", "无法列出 %s"), path);
			break;
		}
		/* editors' lock files and hidden ones are no sources */
		if (item->d_name[0] == '.' || strncmp(item->d_name, "~$", 2) == 0)
			continue;
		char *inner = *path ? layout_join(failure, path, item->d_name) : copy_text(failure, item->d_name);
		done = inner && list_node(inbox, dirfd(listing), inner, item->d_name, depth, failure);
		free(inner);
		if (!done)
			break;
	}
	closedir(listing);
	return done;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct node *)a)->path, ((const struct node *)b)->path);
}

struct inbox *inbox_open(const char *folder, struct failure *failure)
{
	struct inbox *inbox = allocate(failure, 1, sizeof *inbox);
	if (!inbox)
		return NULL;
	inbox->root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (inbox->root < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			fail(failure, STATUS_BATCH, tr("%s: there is no such folder; put the raw files there",
				"没有 %s 文件夹；请把收到的原始文件放在其中"), folder);
		else
			fail_system(failure, tr("cannot open %s", "无法打开 %s"), folder);
		goto broken;
	}
	int listed = fcntl(inbox->root, F_DUPFD_CLOEXEC, 0);
	if (listed < 0) {
		fail_system(failure, tr("cannot open %s", "无法打开 %s"), folder);
		goto broken;
	}
	inbox->folder = copy_text(failure, folder);
	inbox->digests = intern_open(failure);
	inbox->sizes = intern_open(failure);
	if (!inbox->folder || !inbox->digests || !inbox->sizes) {
		close(listed);
		goto broken;
	}
	if (!list_folder(inbox, listed, "", 0, failure))
		goto broken;
	if (inbox->count == 0) {
		fail(failure, STATUS_BATCH, tr("%s is empty; put the raw files there", "%s 是空的；请把收到的原始文件放在其中"),
			folder);
		goto broken;
	}
	qsort(inbox->nodes, inbox->count, sizeof *inbox->nodes, by_path);
	return inbox;
broken:
	inbox_close(inbox);
	return NULL;
}

void inbox_close(struct inbox *inbox)
{
	if (!inbox)
		return;
	for (size_t i = 0; i < inbox->count; i++) {
		free(inbox->nodes[i].path);
		free(inbox->nodes[i].name);
	}
	free(inbox->nodes);
	if (inbox->root >= 0)
		close(inbox->root);
	intern_close(inbox->digests);
	intern_close(inbox->sizes);
	free(inbox->folder);
	free(inbox);
}

/* ---- reading */

static bool report(struct table *table, const char *rule, const char *message, struct failure *failure)
{
	const struct sink *sink = table_sink(table);
	struct source_fault fault = { .rule = rule };
	snprintf(fault.message, sizeof fault.message, "%s", message);
	return sink->fault(sink->context, &fault, failure);
}

static bool report_node(struct table *table, enum node_kind kind, struct failure *failure)
{
	switch (kind) {
	case NODE_LINK:
		return report(table, "S01", "这是一个符号链接，没有跟随读取；请放入文件本身", failure);
	case NODE_CLOSED_FOLDER:
		return report(table, "S01", "没有权限打开这个文件夹，其中的文件没有读取；请检查权限", failure);
	case NODE_TOO_DEEP:
		return report(table, "S09", "文件夹层次超过 64 层，其中的文件没有读取；请减少层次", failure);
	case NODE_OTHER:
	case NODE_FILE:
	default:
		return report(table, "S01", "这不是普通文件，没有读取；请放入文件本身", failure);
	}
}

static bool changed(const struct node *node, struct failure *failure)
{
	return fail(failure, STATUS_SYSTEM, tr("%s changes while it is read; run again when it is complete",
		"%s 在读取过程中发生变化；请在文件复制完成后重新运行"), node->name);
}

/* An open regular file and what is known of it. */
struct opened {
	const struct node *node;
	int file;
	int64_t bytes;
	struct digester *digester;
	char sha256[DIGEST_TEXT_BYTES]; /* "" until it was asked for */
	bool told; /* the failure names the file already */
};

/* SHA-256 of the whole file, for its sources. A disk that refuses ends the run: without this
 * file the outputs would be others, and may be again when the disk is well. */
static const char *digest_of(void *context, struct failure *failure)
{
	struct opened *opened = context;
	bool is_changed;
	if (*opened->sha256 || digester_finish(opened->digester, opened->sha256, &is_changed, failure))
		return opened->sha256;
	opened->told = true;
	if (is_changed)
		changed(opened->node, failure);
	else
		fail_within(failure, opened->node->name);
	return NULL;
}

/* A table in text is digested while it is read, anything else before. */
static bool parse_file(struct inbox *inbox, struct opened *opened, struct table *table, const struct schema *schema,
	struct failure *failure)
{
	char *path = layout_join(failure, inbox->folder, opened->node->path);
	if (!path)
		return false;
	struct input input = { .path = path, .name = opened->node->name, .file = opened->file, .bytes = opened->bytes,
		.schema = schema, .progress = inbox->progress };
	reader_function *reader = NULL;
	bool done = reader_choose(&input, table_sink(table), &reader, failure);
	if (done && reader == reader_csv)
		input.digester = *opened->sha256 ? NULL : opened->digester;
	else if (done)
		done = digest_of(opened, failure) != NULL;
	if (done && reader)
		done = lseek(opened->file, 0, SEEK_SET) == 0 && reader(&input, table_sink(table), failure);
	free(path);
	return done || (!opened->told && fail_within(failure, opened->node->name));
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec
		&& a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* The number of an earlier file with these bytes, its own where there is none, 0 and a
 * failure where memory is out. Only a file as large as another need be digested for it. */
static int64_t first_of_its_kind(struct inbox *inbox, int64_t own, struct opened *opened, struct failure *failure)
{
	bool is_new;
	int64_t first = intern_number(inbox->sizes, &opened->bytes, sizeof opened->bytes, own, &is_new, failure);
	if (first == 0 || is_new)
		return first;
	const char *sha256 = digest_of(opened, failure);
	return sha256 ? intern_number(inbox->digests, sha256, strlen(sha256), own, &is_new, failure) : 0;
}

/* The rows of an open regular file, unless it was read before. */
static bool read_opened(struct inbox *inbox, size_t index, struct opened *opened, struct table *table,
	const struct schema *schema, struct failure *failure)
{
	struct table_file described = { .name = opened->node->name, .bytes = opened->bytes, .digest = digest_of,
		.context = opened };
	bool is_new;
	table_begin(table, &described);
	int64_t own = (int64_t)index + 1;
	int64_t first = first_of_its_kind(inbox, own, opened, failure);
	if (first == 0)
		return false;
	bool done = first == own ? parse_file(inbox, opened, table, schema, failure)
		: table_repeat(table, inbox->nodes[first - 1].name, failure);
	return done && table_finish(table, failure)
		&& intern_number(inbox->digests, opened->sha256, strlen(opened->sha256), own, &is_new, failure) > 0;
}

static bool read_file(struct inbox *inbox, size_t index, int file, const struct stat *info, struct table *table,
	const struct schema *schema, struct failure *failure)
{
	struct opened opened = { .node = &inbox->nodes[index], .file = file, .bytes = info->st_size };
	struct stat after;
	struct span span;
	progress_part(inbox->progress, opened.node->name, info->st_size);
	profile_begin(inbox->profile, &span);
	opened.digester = digester_open(file, info->st_size, inbox->profile, failure);
	bool done = opened.digester && read_opened(inbox, index, &opened, table, schema, failure);
	digester_close(opened.digester);
	if (done && (fstat(file, &after) != 0 || !is_same(info, &after)))
		return changed(opened.node, failure);
	profile_end(inbox->profile, &span, "read", opened.node->name, 0, info->st_size);
	return done;
}

static bool read_node(struct inbox *inbox, size_t index, struct table *table, const struct schema *schema,
	struct failure *failure)
{
	const struct node *node = &inbox->nodes[index];
	struct table_file nothing = { .name = node->name };
	struct stat info;
	int file = -1;
	if (node->kind == NODE_FILE)
		file = openat(inbox->root, node->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (node->kind == NODE_FILE && file < 0 && errno != EACCES)
		return errno == ENOENT || errno == ELOOP ? changed(node, failure)
			: fail_system(failure, tr("cannot open %s", "无法打开 %s"), node->name);
	if (file >= 0 && fstat(file, &info) != 0) {
		fail_system(failure, tr("cannot read %s", "无法读取 %s"), node->name);
		close(file);
		return false;
	}
	if (file < 0 || !S_ISREG(info.st_mode)) {
		if (file >= 0)
			close(file);
		table_begin(table, &nothing);
		bool told = node->kind != NODE_FILE || file >= 0 ? report_node(table, node->kind, failure)
			: report(table, "S01", "文件打不开；请检查权限后重新放入", failure);
		return told && table_finish(table, failure);
	}
	bool done = read_file(inbox, index, file, &info, table, schema, failure);
	close(file);
	return done;
}

/* Bytes of all files, for the display alone. */
static int64_t sum_bytes(const struct inbox *inbox)
{
	int64_t bytes = 0;
	struct stat info;
	for (size_t i = 0; i < inbox->count; i++)
		if (inbox->nodes[i].kind == NODE_FILE
			&& fstatat(inbox->root, inbox->nodes[i].path, &info, AT_SYMLINK_NOFOLLOW) == 0)
			bytes += info.st_size;
	return bytes;
}

bool inbox_read(struct inbox *inbox, struct table *table, const struct schema *schema,
	const struct database *database, struct failure *failure)
{
	inbox->profile = database->profile;
	inbox->progress = database->progress;
	if (inbox->progress)
		progress_begin(inbox->progress, tr("reading", "读取"), sum_bytes(inbox), 0, NULL);
	for (size_t i = 0; i < inbox->count; i++)
		if (!read_node(inbox, i, table, schema, failure))
			return false;
	return true;
}
