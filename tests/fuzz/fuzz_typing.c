/* One cell as any field: two bytes choose the field, one the cell's kind and the epoch,
 * the others are its text. */
#include <stdlib.h>
#include <string.h>

#include "common/canonical.h"
#include "ingest/typing.h"
#include "ingest/utf8.h"
#include "tests/fuzz/target.h"

static const struct field *choose(unsigned number)
{
	static struct schema *schema;
	struct failure failure;
	if (!schema)
		schema = schema_load(".", &failure);
	target_expect(schema != NULL, "the schemas can be read");
	const struct dataset *dataset = &schema->datasets[(number >> 8) % (unsigned)schema->dataset_count];
	return &dataset->fields[(number & 0xff) % (unsigned)dataset->field_count];
}

static void expect_text(const char *text, size_t room)
{
	size_t length = strnlen(text, room);
	target_expect(length < room && utf8_sound(text, length) == length, "a fault's texts are UTF-8 with an end");
}

static void expect_value(const struct field *field, const struct cell *cell, const struct value *value)
{
	char room[CANONICAL_BYTES];
	if (value->state == VALUE_INTEGER) {
		const char *text = canonical_integer(field, value->integer, room);
		target_expect(text && strlen(text) < CANONICAL_BYTES, "an integer has a canonical text");
		if (field->kind == FIELD_COUNT || field->kind == FIELD_MONEY)
			target_expect(value->integer >= field->minimum && value->integer <= field->maximum, "a number is within its bounds");
		if (field->kind == FIELD_ENUMERATION)
			target_expect(value->integer >= 1 && value->integer <= field->values.count, "an enumeration has that value");
	} else if (value->state == VALUE_TEXT) {
		target_expect(value->length > 0 && utf8_sound(value->text, value->length) == value->length, "a text is UTF-8 and not empty");
	}
	if (value->state != VALUE_UNKNOWN)
		typing_is_canonical(field, cell, value);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	if (count < 3 || utf8_sound((const char *)bytes + 3, count - 3) != count - 3)
		return 0; /* readers send sound text only */
	const struct field *field = choose((unsigned)bytes[0] << 8 | bytes[1]);
	size_t length = count - 3;
	char *exact = malloc(length ? length : 1); /* no byte beyond the cell may be read */
	target_expect(exact != NULL, "there is memory");
	if (length)
		memcpy(exact, bytes + 3, length);
	struct cell cell = { exact, (uint32_t)length, length ? CELL_TEXT + bytes[2] % 5 : CELL_EMPTY };
	static char scratch[TYPING_SCRATCH_BYTES];
	struct value value;
	struct field_fault fault;
	typing_read(field, &cell, bytes[2] & 0x80 ? 1904 : 1900, scratch, &value, &fault);
	if (fault.rule) {
		expect_text(fault.understood, sizeof fault.understood);
		expect_text(fault.allowed, sizeof fault.allowed);
		expect_text(fault.message, sizeof fault.message);
		target_expect(*fault.message != '\0', "a fault has a sentence");
	} else {
		target_expect(value.state != VALUE_UNKNOWN, "a cell without a fault is known");
	}
	expect_value(field, &cell, &value);
	free(exact);
	return 0;
}
