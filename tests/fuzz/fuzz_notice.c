/* notice.xml: any bytes either fill the notice's tables or are refused with a sentence. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ingest/notice.h"
#include "tests/fuzz/target.h"

static char *tables;

/* A home with no more schemas than a notice needs, for speed. */
static void lay_out(void)
{
	static const char *const needed[] = { "schemas/types.xsd", "schemas/notice.xsd", "schemas/major.xsd", "schemas/school.xsd",
		"schemas/application.xsd" };
	size_t count;
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		char *text = target_source(needed[i], &count);
		target_write(needed[i], text, count);
		free(text);
	}
	tables = target_source("schemas/batch.sql", &count);
	target_write("batch.db", "", 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	if (!tables)
		lay_out();
	char notice[96], path[96];
	snprintf(notice, sizeof notice, "%s/notice.xml", target_folder());
	snprintf(path, sizeof path, "%s/batch.db", target_folder());
	target_write("notice.xml", bytes, count);
	unlink(path);
	struct failure failure = { 0 };
	struct database *database = database_open(path, DATABASE_INGEST, &failure);
	target_expect(database && database_run(database, tables, &failure), "a database can be made");
	bool done = notice_load(notice, target_folder(), database, &failure);
	if (!done && failure.status != STATUS_BATCH)
		fprintf(stderr, "%s\n", failure.text);
	target_expect(done || (failure.status == STATUS_BATCH && *failure.text), "an unsound notice is refused with a sentence");
	sqlite3_int64 batches = 0;
	if (done)
		target_expect(database_number(database, "SELECT count(*) FROM batch", &batches, &failure) && batches == 1,
			"a sound notice is one batch");
	database_close(database, &failure);
	return 0;
}
