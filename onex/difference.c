#include "onex/difference.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void difference_put(char field[DIFFERENCE_TEXT], const char *text, size_t length)
{
	size_t used = length < DIFFERENCE_TEXT ? length : DIFFERENCE_TEXT - 1;
	while (used < length && used > 0 && ((unsigned char)text[used] & 0xC0) == 0x80)
		used--;
	memcpy(field, text, used);
	field[used] = '\0';
}

/* The first byte in which two files differ, from 0; -1: none. */
static bool first_byte(const char *left, const char *right, long long *byte, struct failure *failure)
{
	FILE *a = fopen(left, "re");
	FILE *b = fopen(right, "re");
	bool done = a && b;
	*byte = 0;
	if (!done)
		fail_system(failure, tr("cannot open %s", "无法打开 %s"), a ? right : left);
	for (int x = 0, y = 0; done; (*byte)++) {
		x = getc_unlocked(a);
		y = getc_unlocked(b);
		if (x != y || x == EOF) {
			*byte = x == y ? -1 : *byte;
			break;
		}
	}
	if (done && (ferror(a) || ferror(b)))
		done = fail_system(failure, tr("cannot read %s", "无法读取 %s"), left);
	if (a)
		fclose(a);
	if (b)
		fclose(b);
	return done;
}

/* The first differing line of two texts. */
static bool difference_lines(const char *left, const char *right, struct difference *difference, struct failure *failure)
{
	FILE *a = fopen(left, "re");
	FILE *b = fopen(right, "re");
	bool done = (a && b) || fail_system(failure, tr("cannot open %s", "无法打开 %s"), a ? right : left);
	char *x = NULL, *y = NULL;
	size_t x_room = 0, y_room = 0;
	for (long number = 1; done; number++) {
		ssize_t x_length = getline(&x, &x_room, a);
		ssize_t y_length = getline(&y, &y_room, b);
		if (x_length < 0 && y_length < 0)
			break;
		if (x_length == y_length && memcmp(x, y, (size_t)x_length) == 0)
			continue;
		snprintf(difference->place, sizeof difference->place, tr("line %ld", "第 %ld 行"), number);
		difference_put(difference->left, x, x_length > 0 ? strcspn(x, "\n") : 0);
		difference_put(difference->right, y, y_length > 0 ? strcspn(y, "\n") : 0);
		break;
	}
	free(x);
	free(y);
	if (a)
		fclose(a);
	if (b)
		fclose(b);
	return done;
}

static bool ends_in(const char *path, const char *suffix)
{
	size_t length = strlen(path);
	size_t tail = strlen(suffix);
	return length > tail && strcmp(path + length - tail, suffix) == 0;
}

static bool missing(const char *path)
{
	return access(path, F_OK) != 0 && errno == ENOENT;
}

bool difference_files(const char *left, const char *right, struct difference *difference, struct failure *failure)
{
	*difference = (struct difference){ 0 };
	if (missing(left) || missing(right)) {
		difference->differs = true;
		snprintf(difference->place, sizeof difference->place, "%s", tr("the file", "文件"));
		snprintf(difference->left, sizeof difference->left, "%s", missing(left) ? tr("missing", "缺失") : tr("there", "存在"));
		snprintf(difference->right, sizeof difference->right, "%s", missing(right) ? tr("missing", "缺失") : tr("there", "存在"));
		return true;
	}
	long long byte;
	if (!first_byte(left, right, &byte, failure))
		return false;
	if (byte < 0)
		return true;
	difference->differs = true;
	bool done = true;
	if (ends_in(left, ".csv"))
		done = difference_csv(left, right, difference, failure);
	else if (ends_in(left, ".xlsx"))
		done = difference_workbook(left, right, difference, failure);
	else if (ends_in(left, ".db"))
		done = difference_database(left, right, difference, failure);
	else
		done = difference_lines(left, right, difference, failure);
	if (!done) /* a damaged file cannot be understood: the byte must do */
		difference->place[0] = '\0';
	if (!difference->place[0]) {
		snprintf(difference->place, sizeof difference->place, tr("byte %lld", "第 %lld 字节"), byte + 1);
		difference->left[0] = difference->right[0] = '\0';
	}
	return true;
}
