/* Runs a target over its folder of tests/fuzz/corpus: inputs that once went wrong, and
 * some that reach far. One TAP line a file; a file that goes wrong ends the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/layout.h"
#include "tests/fuzz/target.h"

int main(int argc, char **argv)
{
	(void)argc;
	struct failure failure;
	const char *target = strstr(argv[0], "test_fuzz_");
	char folder[128];
	if (!target)
		return 2;
	snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", target + strlen("test_fuzz_"));
	struct layout_names names;
	if (!layout_names(&names, folder, "", &failure)) {
		printf("not ok 1 - %s\n", failure.text);
		return 1;
	}
	for (unsigned long i = 0; i < names.count; i++) {
		char *path = layout_join(&failure, folder, names.names[i]);
		size_t count;
		char *bytes = target_source(path, &count);
		uint8_t *exact = malloc(count ? count : 1); /* without the NUL, so that ASan sees its end */
		if (!exact)
			return 4;
		if (count)
			memcpy(exact, bytes, count);
		LLVMFuzzerTestOneInput(exact, count);
		printf("ok %lu - %s %s\n", i + 1, target + strlen("test_fuzz_"), names.names[i]);
		fflush(stdout);
		free(exact);
		free(bytes);
		free(path);
	}
	layout_names_free(&names);
	return 0;
}
