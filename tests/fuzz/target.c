#include "tests/fuzz/target.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/digest.h"
#include "common/layout.h"
#include "ingest/digester.h"
#include "ingest/utf8.h"

void target_expect(bool holds, const char *promise)
{
	if (holds)
		return;
	fprintf(stderr, "a promise is broken: %s\n", promise);
	abort();
}

/* ---------------------------------------------------------------------- readers */

struct watch {
	bool in_sheet;
	uint64_t seen; /* of every byte of every cell, so that the sanitizers look at them */
};

static void touch(struct watch *watch, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		watch->seen = watch->seen * 31 + (unsigned char)text[i];
}

static bool on_sheet(void *context, const struct sheet *sheet, struct failure *failure)
{
	struct watch *watch = context;
	(void)failure;
	target_expect(!watch->in_sheet, "a sheet begins after the last one's end");
	target_expect(sheet->name && sheet->form && sheet->encoding, "a sheet has its texts");
	target_expect(utf8_sound(sheet->name, strlen(sheet->name)) == strlen(sheet->name), "a sheet's name is UTF-8");
	watch->in_sheet = true;
	return true;
}

static bool on_row(void *context, const struct row *row, struct failure *failure)
{
	struct watch *watch = context;
	(void)failure;
	target_expect(watch->in_sheet, "a row stands in a sheet");
	for (uint32_t i = 0; i < row->count; i++) {
		const struct cell *cell = &row->cells[i];
		target_expect(cell->kind >= CELL_EMPTY && cell->kind <= CELL_ERROR, "a cell's kind is one of reader.h's");
		if (cell->kind == CELL_EMPTY)
			continue;
		target_expect(utf8_sound(cell->text, cell->length) == cell->length, "a cell's text is UTF-8");
		touch(watch, cell->text, cell->length);
	}
	return true;
}

static bool on_end(void *context, struct failure *failure)
{
	struct watch *watch = context;
	(void)failure;
	target_expect(watch->in_sheet, "an end ends a sheet");
	watch->in_sheet = false;
	return true;
}

static bool on_fault(void *context, const struct source_fault *fault, struct failure *failure)
{
	struct watch *watch = context;
	(void)failure;
	target_expect(fault->rule && fault->rule[0] == 'S' && strlen(fault->rule) == 3, "a fault names its rule");
	size_t length = strnlen(fault->message, sizeof fault->message);
	target_expect(length > 0 && length < sizeof fault->message, "a fault has a sentence");
	target_expect(utf8_sound(fault->message, length) == length, "a fault's sentence is UTF-8");
	if (fault->raw) {
		target_expect(utf8_sound(fault->raw, strlen(fault->raw)) == strlen(fault->raw), "a fault's raw text is UTF-8");
		touch(watch, fault->raw, strlen(fault->raw));
	}
	if (fault->place)
		target_expect(utf8_sound(fault->place, strlen(fault->place)) == strlen(fault->place), "a fault's place is UTF-8");
	return true;
}

static bool on_dropped(void *context, const char *label, struct failure *failure)
{
	(void)failure;
	touch(context, label, strlen(label));
	return true;
}

/* Whatever the reader handed over, and where it gave up. */
static void expect_digest(struct digester *digester, const void *bytes, size_t count)
{
	struct failure failure = { 0 };
	char beside[DIGEST_TEXT_BYTES], alone[DIGEST_TEXT_BYTES];
	bool changed;
	target_expect(digester_finish(digester, beside, &changed, &failure), "the file is as it was");
	target_expect(digest_bytes("SHA256", bytes, count, alone, &failure), "there is a digest");
	target_expect(strcmp(beside, alone) == 0, "the digest beside the reading is the file's");
	digester_close(digester);
}

void target_read(reader_function *reader, const char *name, const void *bytes, size_t count,
	const struct schema *schema)
{
	struct failure failure = { 0 };
	struct watch watch = { 0 };
	int file = memfd_create("fuzz", MFD_CLOEXEC);
	target_expect(file >= 0 && write(file, bytes, count) == (ssize_t)count && lseek(file, 0, SEEK_SET) == 0,
		"there is memory for a file");
	struct digester *digester = digester_open(file, (int64_t)count, NULL, &failure);
	target_expect(digester != NULL, "there is memory for a digest");
	struct input input = { .path = name, .name = name, .file = file, .bytes = (int64_t)count, .schema = schema,
		.digester = digester };
	struct sink sink = { &watch, on_sheet, on_row, on_end, on_fault, on_dropped };
	reader_function *chosen = NULL;
	bool done = reader_choose(&input, &sink, &chosen, &failure);
	if (!done)
		fprintf(stderr, "%s\n", failure.text);
	target_expect(done, "choosing a reader does not fail");
	target_expect(lseek(file, 0, SEEK_SET) == 0, "the file is still open");
	done = reader(&input, &sink, &failure);
	if (!done)
		fprintf(stderr, "%s\n", failure.text);
	target_expect(done, "an unsound file is a fault, not a failure");
	target_expect(!watch.in_sheet, "every sheet has an end");
	expect_digest(digester, bytes, count);
	close(file);
}

/* ------------------------------------------------------------------------ files */

static char folder[64];
static char written[64][96];
static int written_count;

static void remove_folder(void)
{
	for (int i = 0; i < written_count; i++) {
		unlink(written[i]);
		char *slash = strrchr(written[i], '/');
		*slash = '\0';
		rmdir(written[i]); /* a folder within, where it is one and empty by now */
		*slash = '/';
	}
	rmdir(folder);
}

const char *target_folder(void)
{
	if (*folder)
		return folder;
	snprintf(folder, sizeof folder, "/dev/shm/onex-fuzz-XXXXXX");
	if (!mkdtemp(folder)) {
		snprintf(folder, sizeof folder, "/tmp/onex-fuzz-XXXXXX");
		target_expect(mkdtemp(folder) != NULL, "a folder can be made");
	}
	atexit(remove_folder);
	return folder;
}

static void remember(const char *path)
{
	for (int i = 0; i < written_count; i++)
		if (strcmp(written[i], path) == 0)
			return;
	target_expect(written_count < (int)(sizeof written / sizeof *written), "a target writes few files");
	snprintf(written[written_count++], sizeof *written, "%s", path);
}

void target_write(const char *name, const void *bytes, size_t count)
{
	char path[96];
	snprintf(path, sizeof path, "%s/%s", target_folder(), name);
	char *slash = strrchr(path, '/');
	*slash = '\0';
	mkdir(path, 0700);
	*slash = '/';
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	target_expect(file >= 0 && write(file, bytes, count) == (ssize_t)count && close(file) == 0, "a file can be written");
	remember(path);
}

char *target_source(const char *path, size_t *count)
{
	struct failure failure;
	unsigned long length;
	char *text = layout_read(&failure, path, 1UL << 24, &length);
	if (!text)
		fprintf(stderr, "%s\n", failure.text);
	target_expect(text != NULL, "targets run from the source tree's root");
	*count = length;
	return text;
}
