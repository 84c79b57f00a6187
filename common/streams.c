#include "common/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "common/failure.h"

void streams_open(void)
{
	int file = 0;
	while (file >= 0 && file <= STDERR_FILENO)
		file = open("/dev/null", O_RDONLY); /* the lowest number that is free */
	if (file > STDERR_FILENO)
		close(file);
	signal(SIGPIPE, SIG_IGN);
}

int streams_end(const char *program, int status)
{
	struct failure failure;
	bool failed = ferror(stdout);
	errno = 0;
	if (fflush(stdout) == 0 && !failed)
		return status;
	if (errno == EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	if (status != STATUS_DONE && status != STATUS_UNMET)
		return status;
	if (errno)
		fail_system(&failure, "%s", tr("cannot write to standard output", "无法写标准输出"));
	else
		fail(&failure, STATUS_SYSTEM, "%s", tr("cannot write to standard output", "无法写标准输出"));
	fprintf(stderr, "%s: %s\n", program, failure.text);
	return STATUS_SYSTEM;
}
