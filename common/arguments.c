#include "common/arguments.h"

#include <stdio.h>
#include <string.h>

#include "common/suggest.h"

enum { MAX_OPTIONS = 32, NAME_BYTES = 64 };

static const struct option *option_of(const struct option *known, int value)
{
	for (; known->name; known++)
		if (known->val == value)
			return known;
	return NULL;
}

/* How many options begin with the name: two or more make an abbreviation ambiguous. */
static int count_beginning(const struct option *known, const char *name)
{
	int count = 0;
	for (; known->name; known++)
		count += strncmp(known->name, name, strlen(name)) == 0;
	return count;
}

static void fail_unknown(const char *argument, const struct option *known, struct failure *failure)
{
	const char *names[MAX_OPTIONS];
	char name[NAME_BYTES];
	int count = 0;
	snprintf(name, sizeof name, "%.*s", (int)strcspn(argument + 2, "="), argument + 2);
	if (count_beginning(known, name) > 1) {
		fail(failure, STATUS_USAGE, tr("--%s may be several options; see --help", "--%s 可以指几个选项，请看 --help"), name);
		return;
	}
	for (; known->name && count < MAX_OPTIONS; known++)
		names[count++] = known->name;
	const char *near = suggest_nearest(name, names, count);
	if (near)
		fail(failure, STATUS_USAGE, tr("there is no option --%s; did you mean --%s? See --help", "没有 --%s 这个选项，是否指 --%s？请看 --help"),
			name, near);
	else
		fail(failure, STATUS_USAGE, tr("there is no option --%s; see --help", "没有 --%s 这个选项，请看 --help"), name);
}

int arguments_next(int argc, char **argv, const char *letters, const struct option *known, struct failure *failure)
{
	char quiet[NAME_BYTES];
	snprintf(quiet, sizeof quiet, ":%s", letters); /* the colon: getopt keeps silent and tells a missing value apart */
	int option = getopt_long(argc, argv, quiet, known, NULL);
	if (option != '?' && option != ':')
		return option;
	const char *argument = argv[optind - 1];
	const struct option *of = option_of(known, optopt);
	if (option == ':' && of)
		fail(failure, STATUS_USAGE, tr("--%s needs a value; see --help", "--%s 后面要写值，请看 --help"), of->name);
	else if (optopt == 0)
		fail_unknown(argument, known, failure);
	else if (of)
		fail(failure, STATUS_USAGE, tr("--%s takes no value; see --help", "--%s 后面不写值，请看 --help"), of->name);
	else
		fail(failure, STATUS_USAGE, tr("there is no option -%c; see --help", "没有 -%c 这个选项，请看 --help"), optopt);
	return '?';
}
