#include "report/report.h"

#include <stdlib.h>

#include "common/layout.h"

static bool write_data(struct report *report, struct failure *failure)
{
	struct layout_names names = { 0 };
	char *folder = layout_join(failure, report->home, "report/data");
	bool done = folder && layout_names(&names, folder, ".sql", failure);
	for (unsigned long i = 0; done && i < names.count; i++) {
		char *name = layout_join(failure, "report/data", names.names[i]);
		done = name && csvfile_write(report, name, failure);
		free(name);
	}
	layout_names_free(&names);
	free(folder);
	return done;
}

static bool write_all(struct report *report, struct failure *failure)
{
	return write_data(report, failure)
		&& book_write_all(report, "report/review", failure)
		&& book_write_all(report, "report/returns", failure)
		&& book_write_all(report, "report/published", failure)
		&& book_write_all(report, "report/allocation", failure)
		&& page_write(report, failure)
		&& manifest_write(report, failure);
}

bool report_run(const char *folder, unsigned long *files, struct failure *failure)
{
	struct report report = { .folder = folder };
	bool done = false;
	char *path = layout_join(failure, folder, "batch.db");
	if (!path || !(report.home = layout_home(failure)))
		goto out;
	report.database = database_open(path, DATABASE_READ, failure);
	if (!report.database || !(report.schema = schema_load(report.home, failure)))
		goto out;
	report.digest = row_digest_open(report.database, report.schema, failure);
	if (!report.digest)
		goto out;
	done = provenance_load(&report, failure) && output_begin(&report, failure) && write_all(&report, failure)
		&& output_swap(&report, failure);
out:
	output_discard(&report);
	row_digest_close(report.digest);
	if (report.database)
		database_uncage(report.database);
	if (!database_close(report.database, done ? failure : &(struct failure){ 0 }))
		done = false;
	schema_free(report.schema);
	values_free(&report.values);
	*files = report.files;
	free(report.work);
	free(report.home);
	free(path);
	return done;
}
