/* The options of a command, with messages in the user's language (getopt's are English). */
#ifndef COMMON_ARGUMENTS_H
#define COMMON_ARGUMENTS_H

#include <getopt.h>

#include "common/failure.h"

/* As getopt_long(argc, argv, letters, known, NULL), with optarg and optind. A wrong option
 * gives '?', never a print: `failure` (STATUS_USAGE) then says what is wrong with it, with the
 * option that was meant where one is near. `letters` begins with a letter, at most 30. */
int arguments_next(int argc, char **argv, const char *letters, const struct option *known, struct failure *failure);

#endif
