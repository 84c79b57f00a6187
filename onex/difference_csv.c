/* The first differing cell of two CSV files of ours (UTF-8, comma, LF). */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "onex/difference.h"

enum { COLUMNS = 64, CELL = 1024 };

/* One file, read a record at a time. */
struct records {
	FILE *file;
	struct csv_parser parser;
	char cells[COLUMNS][CELL];
	int columns; /* of the record at hand */
	bool whole;
	bool ended;
};

static void take_cell(void *text, size_t length, void *context)
{
	struct records *records = context;
	if (records->whole) { /* cells of the next record never come: a line is fed at a time */
		return;
	}
	if (records->columns < COLUMNS) {
		size_t used = length < CELL ? length : CELL - 1;
		memcpy(records->cells[records->columns], text, used);
		records->cells[records->columns][used] = '\0';
	}
	records->columns++;
}

static void take_record(int end, void *context)
{
	(void)end;
	((struct records *)context)->whole = true;
}

static bool next(struct records *records)
{
	char *line = NULL;
	size_t room = 0;
	records->columns = 0;
	records->whole = false;
	while (!records->whole && !records->ended) {
		ssize_t length = getline(&line, &room, records->file);
		if (length < 0)
			records->ended = true;
		else
			csv_parse(&records->parser, line, (size_t)length, take_cell, take_record, records);
	}
	if (records->ended)
		csv_fini(&records->parser, take_cell, take_record, records);
	free(line);
	return records->whole;
}

static bool open_records(struct records *records, const char *path)
{
	records->file = fopen(path, "re");
	return records->file && csv_init(&records->parser, CSV_APPEND_NULL) == 0;
}

static void close_records(struct records *records)
{
	if (!records)
		return;
	if (records->file) {
		csv_free(&records->parser);
		fclose(records->file);
	}
	free(records);
}

/* Fills the difference where the records at hand part. */
static bool parts(const struct records *a, const struct records *b, const char *heading, long record,
	struct difference *difference)
{
	int columns = a->columns > b->columns ? a->columns : b->columns;
	for (int i = 0; i < columns && i < COLUMNS; i++) {
		const char *left = a->whole && i < a->columns ? a->cells[i] : "";
		const char *right = b->whole && i < b->columns ? b->cells[i] : "";
		if (strcmp(left, right) == 0 && a->whole == b->whole)
			continue;
		char name[CELL] = "";
		sscanf(heading, "%1023[^\n]", name);
		const char *at = name;
		for (int k = 0; k < i && at; k++)
			at = strchr(at, '\x1f') ? strchr(at, '\x1f') + 1 : NULL;
		snprintf(difference->place, DIFFERENCE_TEXT, tr("record %ld, %.*s", "第 %ld 条 %.*s"), record,
			at ? (int)strcspn(at, "\x1f") : 0, at ? at : "");
		difference_put(difference->left, left, strlen(left));
		difference_put(difference->right, right, strlen(right));
		return true;
	}
	return false;
}

bool difference_csv(const char *left, const char *right, struct difference *difference, struct failure *failure)
{
	struct records *a = allocate(failure, 1, sizeof *a);
	struct records *b = allocate(failure, 1, sizeof *b);
	char heading[COLUMNS * 40] = "";
	bool done = a && b;
	if (done && (!open_records(a, left) || !open_records(b, right)))
		done = fail_system(failure, tr("cannot open %s", "无法打开 %s"), left);
	for (long record = 0; done; record++) {
		bool more_left = next(a);
		bool more_right = next(b);
		if (!more_left && !more_right)
			break;
		if (parts(a, b, heading, record, difference))
			break;
		for (int i = 0; record == 0 && i < a->columns && i < COLUMNS; i++) {
			size_t used = strlen(heading);
			snprintf(heading + used, sizeof heading - used, "%s%.38s", i ? "\x1f" : "", a->cells[i]);
		}
	}
	close_records(a);
	close_records(b);
	return done;
}
