/* Which character separates the cells of a CSV file. */
#ifndef INGEST_SEPARATOR_H
#define INGEST_SEPARATOR_H

#include <stddef.h>

enum { SEPARATOR_LINES = 30 };

/* What is known of the first lines: for each candidate, how often it stands
 * outside quotes in each line. */
struct separator {
	int lines;
	int quoted; /* inside quotes at the end of the last line */
	long counts[3][SEPARATOR_LINES];
};

/* Looks at one more line of UTF-8; more than SEPARATOR_LINES are let pass. */
void separator_add(struct separator *separator, const char *text, size_t length);

/* ',', '\t' or ';': the one that stands most often, the same number of times in
 * most lines. A comma where there is none. */
char separator_choose(const struct separator *separator);

#endif
