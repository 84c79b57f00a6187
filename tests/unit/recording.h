/* A sink that writes down what a reader sends, one line each:
 *
 *     sheet 申报 1 xlsx 1900 [hidden]      fault S01 3 B #raw
 *     3@-1|T文本||N12.5                    end
 *
 * T text, N number, D date, B truth value, E error; an empty cell is empty. */
#ifndef TESTS_RECORDING_H
#define TESTS_RECORDING_H

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest/outlet.h"
#include "ingest/reader.h"

#include <cmocka.h>
#undef fail /* cmocka's hides ours */

struct recording {
	char *text;
	size_t length;
	FILE *out;
	char message[512]; /* of the last fault */
	long rows_left;    /* rows until the sink says stop; < 0: never */
};

static inline bool record_sheet(void *context, const struct sheet *sheet, struct failure *failure)
{
	struct recording *recording = context;
	(void)failure;
	fprintf(recording->out, "sheet %s %d %s %s%d%s\n", sheet->dataset ? sheet->dataset->name : sheet->name,
		sheet->position, sheet->form, sheet->encoding, sheet->epoch, sheet->hidden ? " hidden" : "");
	return true;
}

static inline bool record_row(void *context, const struct row *row, struct failure *failure)
{
	struct recording *recording = context;
	if (recording->rows_left == 0)
		return fail(failure, STATUS_SYSTEM, "enough");
	recording->rows_left -= recording->rows_left > 0;
	fprintf(recording->out, "%" PRId64 "@%" PRId64, row->row, row->offset);
	for (uint32_t i = 0; i < row->count; i++) {
		const struct cell *cell = &row->cells[i];
		fputc('|', recording->out);
		if (cell->kind != CELL_EMPTY)
			fprintf(recording->out, "%c%.*s", "-TNDDBE"[cell->kind], (int)cell->length, cell->text);
	}
	fputc('\n', recording->out);
	return true;
}

static inline bool record_end(void *context, struct failure *failure)
{
	(void)failure;
	fputs("end\n", ((struct recording *)context)->out);
	return true;
}

static inline bool record_fault(void *context, const struct source_fault *fault, struct failure *failure)
{
	struct recording *recording = context;
	(void)failure;
	fprintf(recording->out, "fault %s %" PRId64 "%s%s%s%s\n", fault->rule, fault->row, fault->place ? " " : "",
		fault->place ? fault->place : "", fault->raw ? " #" : "", fault->raw ? fault->raw : "");
	snprintf(recording->message, sizeof recording->message, "%s", fault->message);
	return true;
}

static inline bool record_dropped(void *context, const char *label, struct failure *failure)
{
	(void)failure;
	fprintf(((struct recording *)context)->out, "dropped %s\n", label);
	return true;
}

static inline struct sink recording_sink(struct recording *recording)
{
	*recording = (struct recording){ .rows_left = -1 };
	recording->out = open_memstream(&recording->text, &recording->length);
	return (struct sink){ recording, record_sheet, record_row, record_end, record_fault, record_dropped };
}

static inline void recording_free(struct recording *recording)
{
	if (recording->out)
		fclose(recording->out);
	free(recording->text);
	*recording = (struct recording){ 0 };
}

/* Reads the file with the reader that reader_choose takes; the text is in the recording. */
static inline bool record_file(struct recording *recording, const char *path, const struct schema *schema)
{
	struct failure failure = { 0 };
	struct sink sink = recording_sink(recording);
	struct stat about;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0 || fstat(file, &about) != 0)
		abort();
	const char *slash = strrchr(path, '/');
	struct input input = { .path = path, .name = slash ? slash + 1 : path, .file = file, .bytes = about.st_size,
		.schema = schema };
	reader_function *reader = NULL;
	bool going = reader_choose(&input, &sink, &reader, &failure) && (!reader || reader(&input, &sink, &failure));
	if (!going)
		fprintf(recording->out, "failure %s\n", failure.text);
	fflush(recording->out);
	close(file);
	return going;
}

/* The same for bytes in memory under a name. */
static inline bool record_bytes(struct recording *recording, const char *name, const void *bytes, size_t count,
	const struct schema *schema)
{
	char folder[] = "/tmp/onex-test-XXXXXX", path[300];
	if (!mkdtemp(folder))
		abort();
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "wb");
	if (!file || fwrite(bytes, 1, count, file) != count || fclose(file) != 0)
		abort();
	bool going = record_file(recording, path, schema);
	unlink(path);
	rmdir(folder);
	return going;
}

/* A test program with the name of a file prints what its reader sends and ends. */
static inline int record_to_stdout(const char *path, const struct schema *schema)
{
	struct recording recording;
	bool going = record_file(&recording, path, schema);
	fwrite(recording.text, 1, recording.length, stdout);
	if (*recording.message)
		printf("message %s\n", recording.message);
	recording_free(&recording);
	return going ? 0 : 1;
}

#endif
