/* The first differing cell of two workbooks. The ingest program reads them
 * (onex-ingest --cells), so that nobody writes a second reader of workbooks. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "onex/difference.h"
#include "onex/pipeline.h"

extern char **environ;

struct cells {
	FILE *lines;
	pid_t child;
	char *line;
	size_t room;
};

static bool start(struct cells *cells, const char *path, struct failure *failure)
{
	int ends[2];
	char *program = pipeline_program("onex-ingest", failure);
	char *file = copy_text(failure, path);
	char name[] = "onex-ingest", option[] = "--cells";
	char *arguments[] = { name, option, file, NULL };
	posix_spawn_file_actions_t actions;
	bool done = program && file;
	if (done && pipe2(ends, O_CLOEXEC) != 0)
		done = fail_system(failure, "pipe");
	if (done) {
		posix_spawn_file_actions_init(&actions);
		posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
		errno = posix_spawn(&cells->child, program, &actions, NULL, arguments, environ);
		done = errno == 0 || fail_system(failure, tr("cannot start %s", "无法启动 %s"), program);
		posix_spawn_file_actions_destroy(&actions);
		close(ends[1]);
		cells->lines = fdopen(ends[0], "r");
		if (!cells->lines)
			close(ends[0]);
		done = done && cells->lines;
	}
	free(program);
	free(file);
	return done;
}

static const char *next(struct cells *cells)
{
	return getline(&cells->line, &cells->room, cells->lines) < 0 ? NULL : cells->line;
}

static void stop(struct cells *cells)
{
	if (cells->lines)
		fclose(cells->lines);
	while (cells->child > 0 && waitpid(cells->child, NULL, 0) < 0 && errno == EINTR)
		continue;
	free(cells->line);
}

/* "sheet\tH12\ttext\n" -> the place "sheet!H12" and the text. */
static void split(const char *line, char place[DIFFERENCE_TEXT], char text[DIFFERENCE_TEXT])
{
	const char *first = line ? strchr(line, '\t') : NULL;
	const char *second = first ? strchr(first + 1, '\t') : NULL;
	place[0] = text[0] = '\0';
	if (!second)
		return;
	snprintf(place, DIFFERENCE_TEXT, "%.*s!%.*s", (int)(first - line), line, (int)(second - first - 1), first + 1);
	difference_put(text, second + 1, strcspn(second + 1, "\n"));
}

static void describe(const char *left, const char *right, struct difference *difference)
{
	char other[DIFFERENCE_TEXT];
	split(left, difference->place, difference->left);
	split(right, other, difference->right);
	if (strcmp(other, difference->place) == 0)
		return;
	if (!left) { /* the cell is in one file only */
		memcpy(difference->place, other, sizeof other);
		return;
	}
	difference->right[0] = '\0';
}

bool difference_workbook(const char *left, const char *right, struct difference *difference, struct failure *failure)
{
	struct cells a = { 0 }, b = { 0 };
	bool done = start(&a, left, failure) && start(&b, right, failure);
	while (done) {
		const char *x = next(&a);
		const char *y = next(&b);
		if (!x && !y)
			break;
		if (x && y && strcmp(x, y) == 0)
			continue;
		describe(x, y, difference);
		break;
	}
	stop(&a);
	stop(&b);
	return done;
}
