/* What a line on a terminal needs: whether there is one, how wide it is, and texts cut
 * to columns, in which a Chinese character takes two. */
#ifndef COMMON_TERMINAL_H
#define COMMON_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Whether stderr is a terminal on which a line can be rewritten: TERM is set and not "dumb". */
bool terminal_is_live(void);

/* Columns of the terminal at stderr: what it says, else COLUMNS, else 80. */
int terminal_columns(void);

/* Columns that `text` takes; what is no character of UTF-8, or none that is shown, takes one. */
int terminal_width(const char *text);

/* Copies `text` into `target` (`size` bytes, with its end), as much as fits into `columns`: a
 * text that is cut ends in "…". Control characters, and bytes that are no UTF-8, become '?',
 * so that a file's name cannot steer the terminal. Returns the columns taken. */
int terminal_fit(char *target, size_t size, const char *text, int columns);

#endif
