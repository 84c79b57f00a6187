#include "onex/cells.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "onex/pipeline.h"

extern char **environ;

/* Starts the program with the pipe's end as its standard output; 0 or an errno. */
static int start(struct cells *cells, const char *program, char *const arguments[], int end)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);
	if (error)
		return error;
	error = posix_spawn_file_actions_adddup2(&actions, end, STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	pid_t child = 0;
	if (!error)
		error = posix_spawn(&child, program, &actions, NULL, arguments, environ);
	cells->child = error ? 0 : child;
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

bool cells_start(struct cells *cells, const char *path, struct failure *failure)
{
	int ends[2];
	char *program = pipeline_program("onex-ingest", failure);
	char *file = copy_text(failure, path);
	char name[] = "onex-ingest", option[] = "--cells";
	char *arguments[] = { name, option, file, NULL };
	bool done = program && file;
	cells->path = path;
	if (done && pipe2(ends, O_CLOEXEC) != 0)
		done = fail_system(failure, "%s", tr("cannot make a pipe", "无法建立管道"));
	if (done) {
		cells->lines = fdopen(ends[0], "r");
		if (!cells->lines) {
			done = fail_system(failure, "%s", tr("cannot make a pipe", "无法建立管道"));
			close(ends[0]);
		}
		errno = done ? start(cells, program, arguments, ends[1]) : 0;
		if (errno)
			done = fail_system(failure, tr("cannot start %s", "无法启动 %s"), program);
		close(ends[1]);
	}
	free(program);
	free(file);
	return done;
}

const char *cells_next(struct cells *cells)
{
	if (getline(&cells->line, &cells->room, cells->lines) >= 0)
		return cells->line;
	cells->ended = true;
	return NULL;
}

bool cells_stop(struct cells *cells, bool done, struct failure *failure)
{
	int status = -1;
	bool whole = cells->lines && !ferror(cells->lines) && feof(cells->lines);
	if (cells->lines)
		fclose(cells->lines);
	while (cells->child > 0 && waitpid(cells->child, &status, 0) < 0)
		if (errno != EINTR)
			break;
	free(cells->line);
	bool sound = whole && WIFEXITED(status) && (WEXITSTATUS(status) == STATUS_DONE || WEXITSTATUS(status) == STATUS_BATCH);
	if (done && cells->ended && !sound)
		done = fail(failure, STATUS_SYSTEM, tr("cannot read the cells of %s", "无法读取 %s 的单元格"), cells->path);
	return done;
}

void cells_unescape(char *text)
{
	char *to = text;
	for (const char *from = text; *from; from++) {
		char c = *from;
		if (c == '\\' && from[1]) {
			from++;
			c = *from == 't' ? '\t' : *from == 'n' ? '\n' : *from == 'r' ? '\r' : *from;
		}
		*to++ = c;
	}
	*to = '\0';
}
