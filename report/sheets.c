#include <stdlib.h>
#include <string.h>

#include "report/sheet.h"

static bool add_one(struct sheets *sheets, const struct script *script, const struct values *values,
	struct failure *failure)
{
	struct sheet **grown = resize(failure, sheets->items, (size_t)sheets->count + 1, sizeof *grown);
	if (!grown)
		return false;
	sheets->items = grown;
	grown[sheets->count] = sheet_read(script, values, failure);
	if (!grown[sheets->count])
		return false;
	sheets->count++;
	return true;
}

bool sheets_add(struct sheets *sheets, const struct script *script, const struct values *values,
	struct database *database, struct failure *failure)
{
	const char *each = script_heading(&script->parts[0], "each");
	if (!each) {
		struct values none = { .around = values };
		return add_one(sheets, script, &none, failure);
	}
	sqlite3_stmt *statement = values_prepare(values, database, script->name, each, failure);
	bool row = false;
	bool done = statement && database_step(database, statement, &row, failure);
	while (done && row) {
		struct values own = { .around = values };
		done = values_set_row(&own, statement, failure) && add_one(sheets, script, &own, failure);
		values_free(&own);
		done = done && database_step(database, statement, &row, failure);
	}
	sqlite3_finalize(statement);
	return done;
}

void sheets_free(struct sheets *sheets)
{
	for (int i = 0; i < sheets->count; i++)
		sheet_free(sheets->items[i]);
	free(sheets->items);
	*sheets = (struct sheets){ 0 };
}
