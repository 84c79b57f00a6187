/* Typed rows against the raw files: some rows of each source, chosen by a seed that the
 * auditor may give, are looked up again in the file itself, cell by cell. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/database.h"
#include "common/layout.h"
#include "onex/audit.h"
#include "onex/cells.h"

enum { ROWS_PER_SOURCE = 5, CELLS = ROWS_PER_SOURCE * 64 };

/* A cell of a chosen row: what the typed row says stood there, and what stands there. */
struct sampled {
	char place[24]; /* "C12"; of an XML file the column stands for the field's position, the row for the line */
	long row;
	bool shared;    /* another record stands on the same line of an XML file: not to be told apart */
	char *told, *found, *heading; /* "" for an empty cell */
};

struct sample {
	struct database *database;
	const struct audit_listener *listener;
	const char *batch;
	uint64_t state;
	struct sampled cells[CELLS];
	int count;
	long last_row;
	long *checked;
};

/* splitmix64: the same rows for the same seed, everywhere. */
static uint64_t next(struct sample *sample)
{
	uint64_t z = sample->state += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static void clear(struct sample *sample)
{
	for (int i = 0; i < sample->count; i++) {
		free(sample->cells[i].told);
		free(sample->cells[i].found);
		free(sample->cells[i].heading);
	}
	sample->count = 0;
	sample->last_row = 0;
}

static char *copy_column(sqlite3_stmt *statement, int column, struct failure *failure)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	return copy_text(failure, text ? text : "");
}

/* The fields of one row: place, row, text, heading. The raw text where it was kept, else
 * the value's canonical text, which then is the cell's. Of levels side by side the record's own
 * column counts; its level stands in no cell. */
static bool add_row(struct sample *sample, const char *dataset, sqlite3_int64 source, sqlite3_int64 id, struct failure *failure)
{
	static const char *const of_level[] = { "", " AND t.level = '初级'", " AND t.level = '中级'", " AND t.level = '高级'" };
	sqlite3_stmt *fields = database_prepare(sample->database,
		"SELECT f.name, f.heading, f.position, CASE WHEN s.form <> 'xml' THEN c.place WHEN f.position < 26 THEN char(65 + f.position)"
		" ELSE char(64 + f.position / 26, 65 + f.position % 26) END, c.variant"
		" FROM source s JOIN source_column c ON c.source = s.id JOIN field f ON f.dataset = s.dataset AND f.name = c.field"
		" WHERE s.id = ?1 ORDER BY f.position, c.variant", failure);
	bool row = false;
	bool done = fields && sqlite3_bind_int64(fields, 1, source) == SQLITE_OK;
	while (done && (done = database_step(sample->database, fields, &row, failure)) && row && sample->count < CELLS) {
		char *sql = sqlite3_mprintf("SELECT t.row, coalesce((SELECT w.text FROM raw_text w JOIN dataset d ON d.id = w.dataset"
			" WHERE d.name = %Q AND w.row_id = t.id AND w.field = %d), t.\"%w\") FROM \"%w_text\" t WHERE t.id = %lld%s",
			dataset, sqlite3_column_int(fields, 2), (const char *)sqlite3_column_text(fields, 0), dataset, id,
			of_level[sqlite3_column_int(fields, 4) & 3]);
		sqlite3_stmt *value = sql ? database_prepare(sample->database, sql, failure) : NULL;
		bool there = false;
		done = value && database_step(sample->database, value, &there, failure);
		if (done && there) {
			struct sampled *cell = &sample->cells[sample->count++];
			*cell = (struct sampled){ .row = (long)sqlite3_column_int64(value, 0) };
			snprintf(cell->place, sizeof cell->place, "%.8s%ld", (const char *)sqlite3_column_text(fields, 3), cell->row);
			cell->told = copy_column(value, 1, failure);
			cell->heading = copy_column(fields, 1, failure);
			done = cell->told && cell->heading;
			sample->last_row = cell->row > sample->last_row ? cell->row : sample->last_row;
		}
		sqlite3_finalize(value);
		sqlite3_free(sql);
	}
	sqlite3_finalize(fields);
	return done;
}

/* Rows of a source have neighbouring ids; repeated records left gaps. */
static bool choose_rows(struct sample *sample, const char *dataset, sqlite3_int64 source, struct failure *failure)
{
	sqlite3_int64 least = 0, most = 0;
	char *ends = sqlite3_mprintf("SELECT min(id) FROM \"%w\" WHERE source = %lld", dataset, source);
	char *last = sqlite3_mprintf("SELECT max(id) FROM \"%w\" WHERE source = %lld", dataset, source);
	bool done = ends && last && database_number(sample->database, ends, &least, failure)
		&& database_number(sample->database, last, &most, failure);
	sqlite3_free(ends);
	sqlite3_free(last);
	sqlite3_int64 chosen[ROWS_PER_SOURCE];
	int count = 0;
	for (int i = 0; done && least > 0 && i < ROWS_PER_SOURCE; i++) {
		sqlite3_int64 id = 0;
		char *sql = sqlite3_mprintf("SELECT min(id) FROM \"%w\" WHERE id >= %lld AND source = %lld", dataset,
			least + (sqlite3_int64)(next(sample) % (uint64_t)(most - least + 1)), source);
		done = sql && database_number(sample->database, sql, &id, failure);
		sqlite3_free(sql);
		bool again = false;
		for (int k = 0; k < count; k++)
			again = again || chosen[k] == id;
		if (!done || again)
			continue;
		chosen[count++] = id;
		done = add_row(sample, dataset, source, id, failure);
	}
	return done;
}

/* "AB12" -> 28. */
static long column_of(const char *place)
{
	long column = 0;
	for (; *place >= 'A' && *place <= 'Z'; place++)
		column = 26 * column + (*place - 'A' + 1);
	return column;
}

/* Cells of a row come from left to right: where they begin anew on the same line of an XML file, another
 * record does. */
static void mark_shared(struct sample *sample, long row)
{
	for (int i = 0; i < sample->count; i++)
		sample->cells[i].shared = sample->cells[i].shared || sample->cells[i].row == row;
}

static bool read_file(struct sample *sample, const char *file, const char *sheet, struct failure *failure)
{
	struct cells cells = { 0 };
	char *path = print_text(failure, "%s/inbox/%s", sample->batch, file);
	bool done = path && cells_start(&cells, path, failure);
	long row = 0, column = 0; /* of the cell before */
	for (const char *line; done && (line = cells_next(&cells)) != NULL;) {
		char *first = strchr(cells.line, '\t');
		char *second = first ? strchr(first + 1, '\t') : NULL;
		if (!second)
			continue;
		*first = *second = '\0';
		second[1 + strcspn(second + 1, "\n")] = '\0';
		if (strcmp(line, sheet) != 0)
			continue;
		long here = strtol(first + 1 + strcspn(first + 1, "0123456789"), NULL, 10);
		if (here > sample->last_row)
			break;
		if (here == row && column_of(first + 1) <= column)
			mark_shared(sample, row);
		row = here;
		column = column_of(first + 1);
		for (int i = 0; done && i < sample->count; i++)
			if (!sample->cells[i].found && strcmp(sample->cells[i].place, first + 1) == 0) {
				cells_unescape(second + 1);
				done = (sample->cells[i].found = copy_text(failure, second + 1)) != NULL;
			}
	}
	done = cells_stop(&cells, done, failure);
	free(path);
	return done;
}

/* White space at the ends is no part of what a cell says. */
static bool same_text(const char *a, const char *b)
{
	static const char blank[] = " \t\r\n";
	a += strspn(a, blank);
	b += strspn(b, blank);
	size_t x = strlen(a), y = strlen(b);
	while (x && strchr(blank, a[x - 1]))
		x--;
	while (y && strchr(blank, b[y - 1]))
		y--;
	return x == y && memcmp(a, b, x) == 0;
}

static bool compare(struct sample *sample, const char *file, const char *sheet, bool is_xml, struct failure *failure)
{
	bool done = true;
	for (int i = 0; done && i < sample->count; i++) {
		const struct sampled *cell = &sample->cells[i];
		const char *found = cell->found ? cell->found : "";
		if (cell->shared)
			continue;
		++*sample->checked;
		if (same_text(cell->told, found))
			continue;
		char *place = is_xml ? print_text(failure, tr("line %ld %s", "第 %ld 行 %s"), cell->row, cell->heading)
			: print_text(failure, "%s%s%s %s", sheet, *sheet ? "!" : "", cell->place, cell->heading);
		const struct audit_difference difference = { AUDIT_SAMPLE, file, place, cell->told, found };
		done = place && sample->listener->difference(sample->listener->context, &difference, failure);
		free(place);
	}
	return done;
}

bool audit_sample(const char *batch, const char *out, uint64_t seed, const struct audit_listener *listener, long *checked,
	struct failure *failure)
{
	struct sample *sample = allocate(failure, 1, sizeof *sample);
	char *path = sample ? layout_join(failure, out, "batch.db") : NULL;
	struct database *database = path ? database_open(path, DATABASE_READ, failure) : NULL;
	sqlite3_stmt *sources = database ? database_prepare(database,
		"SELECT id, file, sheet, dataset, form = 'xml' FROM source WHERE dataset <> '' AND accepted + held > 0 ORDER BY id",
		failure) : NULL;
	bool row = false;
	bool done = sources != NULL;
	if (done) {
		sample->database = database;
		sample->listener = listener;
		sample->batch = batch;
		sample->state = seed;
		sample->checked = checked;
	}
	while (done && (done = database_step(database, sources, &row, failure)) && row) {
		const char *file = (const char *)sqlite3_column_text(sources, 1);
		const char *sheet = (const char *)sqlite3_column_text(sources, 2);
		done = choose_rows(sample, (const char *)sqlite3_column_text(sources, 3), sqlite3_column_int64(sources, 0), failure)
			&& read_file(sample, file, sheet, failure) && compare(sample, file, sheet, sqlite3_column_int(sources, 4) != 0, failure);
		clear(sample);
	}
	sqlite3_finalize(sources);
	struct failure ignored;
	database_close(database, &ignored);
	free(path);
	free(sample);
	return done;
}
