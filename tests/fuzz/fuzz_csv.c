/* The CSV reader over any bytes. */
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	target_read(reader_csv, "fuzz.csv", bytes, count, NULL);
	return 0;
}
