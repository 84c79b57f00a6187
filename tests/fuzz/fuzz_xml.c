/* The XML reader over any bytes, with the real schemas. */
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static struct schema *schema;
	struct failure failure;
	if (!schema)
		schema = schema_load(".", &failure);
	target_expect(schema != NULL, "the schemas can be read");
	target_read(reader_xml, "fuzz.xml", bytes, count, schema);
	return 0;
}
