/* What the fuzz targets share. A target is one function over bytes; libFuzzer drives
 * it (make fuzz), and replay.c runs it over tests/fuzz/corpus in the usual suite. A
 * target ends the process where a promise of the interface it tests is broken. */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "ingest/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

/* Ends the process, saying what was promised, where `holds` is false. */
void target_expect(bool holds, const char *promise);

/* Runs `reader` over the bytes as a file of the inbox and holds it and its calls of the
 * sink to reader.h: sheet, rows and end in order, cells in sound UTF-8, faults with a
 * rule and a sentence, and no failure whatever the bytes are. */
void target_read(reader_function *reader, const char *name, const void *bytes, size_t count,
	const struct schema *schema);

/* A new folder in memory (or TMPDIR), removed at the end of the process with the files
 * target_write put there. The path lives as long. */
const char *target_folder(void);

/* Writes folder/name anew; `name` may have one folder in it. */
void target_write(const char *name, const void *bytes, size_t count);

/* The whole of a file of the source tree, NUL-terminated; ends the process where it cannot be read. */
char *target_source(const char *path, size_t *count);

#endif
