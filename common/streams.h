/* The standard streams of a program: from the first line of its main to the last. */
#ifndef COMMON_STREAMS_H
#define COMMON_STREAMS_H

/* Puts something under the numbers 0, 1 and 2 where the caller closed them, so that no file
 * of the program's own comes to stand there: reading finds nothing, writing fails. A reader
 * that goes away ends the program only in streams_end(), with its work cleared away. */
void streams_open(void);

/* Whether what went to standard output arrived. Returns `status`; where output was lost, says so
 * on stderr and returns STATUS_SYSTEM, unless the program failed and told already. Does not
 * return where the reader of standard output went away: that ends a program by SIGPIPE. */
int streams_end(const char *program, int status);

#endif
