/* The verbs of `onex`: a file per verb (command_run.c, command_audit.c, …). */
#ifndef ONEX_COMMAND_H
#define ONEX_COMMAND_H

#include "common/failure.h"

/* A verb gets its own name as argv[0] and returns the exit status; it prints its
 * results to stdout and its messages to stderr. */
struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *english, *chinese; /* what it does, a line for the list of verbs */
};

int command_run(int argc, char **argv);
int command_audit(int argc, char **argv);
int command_trace(int argc, char **argv);
int command_diff(int argc, char **argv);
int command_pack(int argc, char **argv);
int command_template(int argc, char **argv);
int command_new(int argc, char **argv);
int command_dictionary(int argc, char **argv);

/* Prints "onex VERB: text" to stderr and returns the status of `failure`. */
int command_fail(const char *verb, const struct failure *failure);

/* Wrong use: prints the sentence and where help is; returns STATUS_USAGE. */
int command_misuse(const char *verb, const char *sentence);

#endif
