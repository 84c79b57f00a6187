/* The cells of a file as the readers see them, for comparing and looking. */
#ifndef INGEST_CELLS_H
#define INGEST_CELLS_H

#include <stdio.h>

#include "common/failure.h"

/* Prints a line per filled cell of the file: sheet, place (H12) and text, separated
 * by tabs; tabs, line ends and backslashes in texts are escaped. A fault of the file is
 * a failure. */
bool cells_print(const char *home, const char *path, FILE *out, struct failure *failure);

#endif
