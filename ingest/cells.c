#include "ingest/cells.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest/reader.h"

struct printing {
	FILE *out;
	const char *sheet; /* lives as long as the reader is in the sheet */
};

static void put_escaped(FILE *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const char *escape = text[i] == '\t' ? "\\t" : text[i] == '\n' ? "\\n" : text[i] == '\r' ? "\\r"
			: text[i] == '\\' ? "\\\\" : NULL;
		if (escape)
			fputs(escape, out);
		else
			putc(text[i], out);
	}
}

static void put_place(FILE *out, uint32_t column, int64_t row)
{
	char letters[8];
	size_t at = sizeof letters;
	letters[--at] = '\0';
	for (uint32_t rest = column + 1; rest && at > 0; rest = (rest - 1) / 26)
		letters[--at] = (char)('A' + (rest - 1) % 26);
	fprintf(out, "%s%" PRId64, letters + at, row);
}

static bool on_sheet(void *context, const struct sheet *sheet, struct failure *failure)
{
	struct printing *printing = context;
	(void)failure;
	printing->sheet = sheet->name;
	return true;
}

static bool on_row(void *context, const struct row *row, struct failure *failure)
{
	struct printing *printing = context;
	for (uint32_t i = 0; i < row->count; i++) {
		if (row->cells[i].kind == CELL_EMPTY)
			continue;
		fputs(printing->sheet, printing->out);
		putc('\t', printing->out);
		put_place(printing->out, i, row->row);
		putc('\t', printing->out);
		put_escaped(printing->out, row->cells[i].text, row->cells[i].length);
		putc('\n', printing->out);
	}
	return !ferror(printing->out) || fail_system(failure, "%s", tr("cannot write", "无法输出"));
}

static bool on_end(void *context, struct failure *failure)
{
	(void)context;
	(void)failure;
	return true;
}

static bool on_fault(void *context, const struct source_fault *fault, struct failure *failure)
{
	(void)context;
	return fail(failure, STATUS_BATCH, "%s %s", fault->rule, fault->message);
}

bool cells_print(const char *home, const char *path, FILE *out, struct failure *failure)
{
	struct printing printing = { .out = out, .sheet = "" };
	const struct sink sink = {
		.context = &printing, .sheet = on_sheet, .row = on_row, .end = on_end, .fault = on_fault };
	struct schema *schema = schema_load(home, failure);
	if (!schema)
		return false;
	struct stat info;
	struct input input = { .path = path, .name = path, .schema = schema };
	input.file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool done = (input.file >= 0 && fstat(input.file, &info) == 0)
		|| fail_system(failure, tr("cannot open %s", "无法打开 %s"), path);
	if (done) {
		reader_function *reader = NULL;
		input.bytes = info.st_size;
		done = reader_choose(&input, &sink, &reader, failure) && (!reader || reader(&input, &sink, failure));
	}
	if (input.file >= 0)
		close(input.file);
	schema_free(schema);
	return done;
}
