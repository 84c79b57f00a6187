#include "onex/cells.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "onex/pipeline.h"

extern char **environ;

bool cells_start(struct cells *cells, const char *path, struct failure *failure)
{
	int ends[2];
	char *program = pipeline_program("onex-ingest", failure);
	char *file = copy_text(failure, path);
	char name[] = "onex-ingest", option[] = "--cells";
	char *arguments[] = { name, option, file, NULL };
	posix_spawn_file_actions_t actions;
	bool done = program && file;
	if (done && pipe2(ends, O_CLOEXEC) != 0)
		done = fail_system(failure, "%s", tr("cannot make a pipe", "无法建立管道"));
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

const char *cells_next(struct cells *cells)
{
	return getline(&cells->line, &cells->room, cells->lines) < 0 ? NULL : cells->line;
}

void cells_stop(struct cells *cells)
{
	if (cells->lines)
		fclose(cells->lines);
	while (cells->child > 0 && waitpid(cells->child, NULL, 0) < 0 && errno == EINTR)
		continue;
	free(cells->line);
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
