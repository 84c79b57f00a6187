#include "common/failure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cuts a text that snprintf cut at a byte back to a whole UTF-8 character. */
static void trim_to_character(char *text)
{
	size_t length = strlen(text);
	size_t start = length;
	while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return;
	unsigned char lead = (unsigned char)text[start - 1];
	size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	if (length - (start - 1) < need)
		text[start - 1] = '\0';
}

static void vfail(struct failure *failure, enum status status, const char *format, va_list args)
{
	char text[sizeof failure->text]; /* the arguments may point into failure->text */
	vsnprintf(text, sizeof text, format, args);
	trim_to_character(text);
	memcpy(failure->text, text, sizeof text);
	failure->status = status;
}

bool fail(struct failure *failure, enum status status, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vfail(failure, status, format, args);
	va_end(args);
	return false;
}

/* What `error` says in the user's language, where it is one that a user can do something about. */
static const char *cause(int error)
{
	static const struct { int error; const char *chinese; } known[] = {
		{ ENOENT, "没有这个文件或文件夹" }, { EEXIST, "已经存在" }, { EACCES, "没有权限" }, { EPERM, "不允许" }, { EROFS, "所在的盘只能读" },
		{ ENOSPC, "磁盘已满" }, { EDQUOT, "超出磁盘限额" }, { EFBIG, "文件过大" }, { EISDIR, "是文件夹" }, { ENOTDIR, "不是文件夹" },
		{ ENOTEMPTY, "不是空文件夹" }, { EBUSY, "正被占用" }, { EIO, "读写出错" }, { ENOMEM, "内存不足" }, { EMFILE, "打开的文件过多" },
		{ ENAMETOOLONG, "名称过长" },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].error == error)
			return tr(strerror(error), known[i].chinese);
	return strerror(error);
}

bool fail_system(struct failure *failure, const char *format, ...)
{
	int error = errno;
	va_list args;
	va_start(args, format);
	vfail(failure, STATUS_SYSTEM, format, args);
	va_end(args);
	size_t used = strlen(failure->text);
	snprintf(failure->text + used, sizeof failure->text - used, "%s%s", tr(": ", "："), cause(error));
	trim_to_character(failure->text);
	return false;
}

bool fail_within(struct failure *failure, const char *prefix)
{
	return fail(failure, failure->status, "%s: %s", prefix, failure->text);
}

static bool user_reads_chinese(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const char *value = getenv(variables[i]);
		if (value && *value)
			return strncmp(value, "zh", 2) == 0;
	}
	return false;
}

const char *tr(const char *english, const char *chinese)
{
	return user_reads_chinese() ? chinese : english;
}

static void *out_of_memory(struct failure *failure)
{
	fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	return NULL;
}

void *allocate(struct failure *failure, unsigned long count, unsigned long size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);
	return memory ? memory : out_of_memory(failure);
}

void *resize(struct failure *failure, void *items, size_t count, size_t size)
{
	void *larger = reallocarray(items, count ? count : 1, size);
	return larger ? larger : out_of_memory(failure);
}

void *enlarge(struct failure *failure, void *items, size_t *room, size_t count, size_t size)
{
	enum { LEAST = 32 };
	if (items && *room >= count)
		return items;
	size_t wanted = 2 * (count > LEAST ? count : LEAST);
	void *larger = resize(failure, items, wanted, size);
	if (larger)
		*room = wanted;
	return larger;
}

char *copy_text(struct failure *failure, const char *text)
{
	char *copy = strdup(text);
	return copy ? copy : out_of_memory(failure);
}

char *print_text(struct failure *failure, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	int length = vasprintf(&text, format, args);
	va_end(args);
	return length < 0 ? out_of_memory(failure) : text;
}
