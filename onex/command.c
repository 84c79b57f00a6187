#include "onex/command.h"

#include <stdio.h>

int command_fail(const char *verb, const struct failure *failure)
{
	fprintf(stderr, "onex %s: %s\n", verb, failure->text);
	return (int)failure->status;
}

int command_misuse(const char *verb, const char *sentence)
{
	fprintf(stderr, tr("onex %s: %s\nTry `onex %s --help`.\n", "onex %s: %s\n请看 onex %s --help。\n"), verb, sentence, verb);
	return STATUS_USAGE;
}
