/* Dataset definitions: the bytes as a dataset's XSD (or, where they begin with 'T', what
 * follows it as types.xsd below a sound dataset). */
#include <stdlib.h>

#include "tests/fuzz/target.h"

static void lay_out(const char *name, const char *path)
{
	size_t count;
	char *text = target_source(path, &count);
	target_write(name, text, count);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static char laid; /* which of the two files is the sound one now */
	char wanted = count && bytes[0] == 'T' ? 'T' : 'D';
	if (laid != wanted)
		lay_out(wanted == 'T' ? "schemas/region.xsd" : "schemas/types.xsd",
			wanted == 'T' ? "schemas/region.xsd" : "schemas/types.xsd");
	laid = wanted;
	size_t skipped = wanted == 'T';
	target_write(wanted == 'T' ? "schemas/types.xsd" : "schemas/region.xsd", bytes + skipped, count - skipped);
	struct failure failure = { 0 };
	struct schema *schema = schema_load(target_folder(), &failure);
	target_expect(schema || (failure.status == STATUS_BATCH && *failure.text), "an unsound schema is refused with a sentence");
	for (int i = 0; schema && i < schema->dataset_count; i++) {
		const struct dataset *dataset = &schema->datasets[i];
		target_expect(dataset->field_count > 0 && dataset->field_count <= SCHEMA_MAX_FIELDS, "a dataset has its fields");
		for (int k = 0; k < dataset->field_count; k++)
			target_expect(dataset->fields[k].name && *dataset->fields[k].heading, "a field has a name and a heading");
	}
	schema_free(schema);
	return 0;
}
