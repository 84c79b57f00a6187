/* The cells of a workbook, read by the ingest program (onex-ingest --cells), so that
 * nobody writes a second reader of workbooks. */
#ifndef ONEX_CELLS_H
#define ONEX_CELLS_H

#include <stdio.h>
#include <sys/types.h>

#include "common/failure.h"

struct cells {
	const char *path; /* the caller's */
	FILE *lines;
	bool ended;       /* all lines were read */
	pid_t child;
	char *line;
	size_t room;
};

/* Begins to read the file; `cells` starts zeroed and ends in cells_stop, also after a
 * failure. `path` must live until then. */
bool cells_start(struct cells *cells, const char *path, struct failure *failure);

/* Turns the \t, \n, \r and \\ of a cell's text back, in place. */
void cells_unescape(char *text);

/* The next filled cell as "sheet\tH12\ttext\n", or NULL at the end; lives until the
 * next call. */
const char *cells_next(struct cells *cells);

/* Returns `done`; false and `failure` also where all lines were read and the program that
 * gave them met with a failure: cells may be missing then. A file that is
 * unsound ends where it is (status 3 of the program). */
bool cells_stop(struct cells *cells, bool done, struct failure *failure);

#endif
