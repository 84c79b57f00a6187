#include "ingest/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/outlet.h"
#include "ingest/table_private.h"

struct pending_fault {
	struct pending_fault *next;
	struct source_fault fault;
	char *place, *raw, *allowed;
};

static bool on_sheet(void *context, const struct sheet *sheet, struct failure *failure);
static bool on_row(void *context, const struct row *row, struct failure *failure);
static bool on_end(void *context, struct failure *failure);
static bool on_fault(void *context, const struct source_fault *fault, struct failure *failure);
static bool on_dropped(void *context, const char *label, struct failure *failure);

struct table *table_open(struct store *store, const struct schema *schema, struct failure *failure)
{
	struct table *table = allocate(failure, 1, sizeof *table);
	if (!table)
		return NULL;
	table->store = store;
	table->schema = schema;
	table->sink = (struct sink) { .context = table, .sheet = on_sheet, .row = on_row, .end = on_end,
		.fault = on_fault, .dropped = on_dropped };
	table->last_fault = &table->faults;
	table->vocabulary = vocabulary_open(schema, failure);
	if (table->vocabulary)
		return table;
	free(table);
	return NULL;
}

static void free_faults(struct table *table)
{
	while (table->faults) {
		struct pending_fault *next = table->faults->next;
		free(table->faults->place);
		free(table->faults->raw);
		free(table->faults->allowed);
		free(table->faults);
		table->faults = next;
	}
	table->last_fault = &table->faults;
}

static void clear_sheet(struct table *table)
{
	lead_clear(&table->lead);
	heading_free(&table->heading);
	free(table->totals.items);
	free(table->unnamed);
	table->unnamed = NULL;
	table->unnamed_count = 0;
	table->unnamed_told = 0;
	table->named = 0;
	free(table->sheet_name);
	free(table->dropped);
	free(table->reason);
	table->totals = (struct totals) { 0 };
	table->sheet_name = table->dropped = table->reason = NULL;
	table->passed = 0;
	table->open = false;
}

void table_close(struct table *table)
{
	if (!table)
		return;
	clear_sheet(table);
	free_faults(table);
	vocabulary_close(table->vocabulary);
	free(table->lines);
	free(table);
}

const struct sink *table_sink(const struct table *table)
{
	return &table->sink;
}

void table_begin(struct table *table, const struct table_file *file)
{
	table->file = *file;
	table->file_source = 0;
}

/* ---- findings on a source */

bool table_source_finding(struct table *table, const struct source_fault *fault, int field, struct failure *failure)
{
	const struct dataset *dataset = table->open ? table->dataset : NULL;
	struct entry_finding finding = { .rule = fault->rule, .dataset = dataset ? dataset->name : "",
		.record_key = table->file.name, .source = table->open ? table->source.id : table->file_source,
		.row = fault->row, .place = fault->place, .field = dataset && field >= 0 ? dataset->fields[field].name : NULL,
		.allowed = fault->allowed, .message = fault->message, .raw = fault->raw,
		.raw_length = fault->raw ? strlen(fault->raw) : 0 };
	return store_finding(table->store, &finding, failure);
}

static bool copy_optional(const char *text, char **copy, struct failure *failure)
{
	return !text || (*copy = copy_text(failure, text)) != NULL;
}

/* A fault of the file before its first source is known waits for it. */
static bool on_fault(void *context, const struct source_fault *fault, struct failure *failure)
{
	struct table *table = context;
	if (table->open || table->file_source)
		return table_source_finding(table, fault, -1, failure);
	struct pending_fault *pending = allocate(failure, 1, sizeof *pending);
	if (!pending)
		return false;
	*table->last_fault = pending;
	table->last_fault = &pending->next;
	pending->fault = *fault;
	if (!copy_optional(fault->place, &pending->place, failure) || !copy_optional(fault->raw, &pending->raw, failure)
		|| !copy_optional(fault->allowed, &pending->allowed, failure))
		return false;
	pending->fault.place = pending->place;
	pending->fault.raw = pending->raw;
	pending->fault.allowed = pending->allowed;
	return true;
}

static bool write_faults(struct table *table, struct failure *failure)
{
	for (const struct pending_fault *pending = table->faults; pending; pending = pending->next)
		if (!table_source_finding(table, &pending->fault, -1, failure))
			return false;
	free_faults(table);
	return true;
}

/* ---- sources */

/* With the file's digest, as the last thing that is known of a source. */
static bool write_source(struct table *table, struct source *source, struct failure *failure)
{
	const struct table_file *file = &table->file;
	source->sha256 = file->digest ? file->digest(file->context, failure) : "";
	return source->sha256 && store_source(table->store, source, failure);
}

static bool keep_lines(struct table *table, int64_t id, int64_t lines, struct failure *failure)
{
	int64_t *larger = enlarge(failure, table->lines, &table->lines_capacity, (size_t)id + 1, sizeof *larger);
	if (!larger)
		return false;
	table->lines = larger;
	table->lines[id] = lines;
	return true;
}

bool table_finish(struct table *table, struct failure *failure)
{
	if (table->file_source)
		return write_faults(table, failure);
	struct source source = { .id = store_next_source(table->store), .file = table->file.name,
		.bytes = table->file.bytes, .sheet = "", .sheet_position = 1, .form = "",
		.encoding = "", .reason = "", .dropped = "" };
	table->file_source = source.id;
	return keep_lines(table, source.id, 0, failure) && write_source(table, &source, failure)
		&& write_faults(table, failure);
}

static bool copy_source(struct table *table, sqlite3_stmt *row, const char *reason, struct failure *failure)
{
	struct source source = { .id = store_next_source(table->store), .file = table->file.name,
		.bytes = table->file.bytes, .reason = reason };
	int64_t lines = table->lines[sqlite3_column_int64(row, 0)];
	const char *separator = (const char *)sqlite3_column_text(row, 6);
	source.sheet = (const char *)sqlite3_column_text(row, 1);
	source.sheet_position = sqlite3_column_int(row, 2);
	source.hidden = sqlite3_column_int(row, 3) != 0;
	source.form = (const char *)sqlite3_column_text(row, 4);
	source.encoding = (const char *)sqlite3_column_text(row, 5);
	if (!source.sheet || !source.form || !source.encoding || !separator)
		return fail(failure, STATUS_SYSTEM, tr("out of memory", "内存不足"));
	source.separator = separator[0];
	source.epoch = sqlite3_column_int(row, 7);
	source.heading_row = sqlite3_column_int64(row, 8);
	const char *dataset = (const char *)sqlite3_column_text(row, 9);
	source.dataset = dataset ? schema_dataset(table->schema, dataset) : NULL;
	const char *dropped = (const char *)sqlite3_column_text(row, 10);
	source.dropped = dropped ? dropped : "";
	source.seen = source.skipped = lines;
	if (!table->file_source)
		table->file_source = source.id;
	return keep_lines(table, source.id, lines, failure) && write_source(table, &source, failure);
}

bool table_repeat(struct table *table, const char *earlier, struct failure *failure)
{
	static const char sql[] = "SELECT id, sheet, sheet_position, hidden, form, encoding, separator, epoch, heading_row,"
		" dataset, dropped FROM source WHERE file = ? ORDER BY id";
	struct database *database = store_database(table->store);
	struct source_fault fault = { .rule = "S04", .allowed = "每份文件只报送一次" };
	bool row = true;
	char *reason = print_text(failure, "内容与 %s 完全相同", earlier);
	bool done = reason && store_drain(table->store, failure);
	sqlite3_stmt *statement = done ? database_prepare(database, sql, failure) : NULL;
	done = statement != NULL;
	sqlite3_bind_text(statement, 1, earlier, -1, SQLITE_STATIC);
	while (done && (done = database_step(database, statement, &row, failure)) && row)
		done = copy_source(table, statement, reason, failure) && store_drain(table->store, failure);
	sqlite3_finalize(statement);
	free(reason);
	snprintf(fault.message, sizeof fault.message, "内容与 %.300s 完全相同，没有重复读取；如果是误报，请删去其中一份",
		earlier);
	return done && on_fault(table, &fault, failure);
}

/* ---- sheets and rows */

bool table_keep_reason(struct table *table, const char *reason, struct failure *failure)
{
	free(table->reason);
	table->reason = copy_text(failure, reason);
	return table->reason != NULL;
}

static bool on_dropped(void *context, const char *label, struct failure *failure)
{
	return columns_drop(context, label, failure);
}

static bool on_sheet(void *context, const struct sheet *sheet, struct failure *failure)
{
	struct table *table = context;
	clear_sheet(table);
	table->open = true;
	table->decided = false;
	table->dataset = NULL;
	table->form = sheet->form;
	table->of_onex = sheet->of_onex;
	table->spread = (struct spread) { -1, -1, { -1, -1, -1, -1 } };
	for (int k = 0; k < SCHEMA_MAX_FIELDS; k++)
		table->column[k] = -1;
	table->source = (struct source) { .id = store_next_source(table->store), .file = table->file.name,
		.bytes = table->file.bytes, .sheet_position = sheet->position,
		.hidden = sheet->hidden, .form = sheet->form, .encoding = sheet->encoding ? sheet->encoding : "",
		.separator = sheet->separator, .epoch = sheet->epoch };
	if (!table->file_source)
		table->file_source = table->source.id;
	table->sheet_name = copy_text(failure, sheet->name);
	if (!table->sheet_name || !sheet->dataset)
		return table->sheet_name != NULL;
	char reason[512];
	table->decided = true;
	table->dataset = table->source.dataset = sheet->dataset;
	for (int k = 0; k < table->dataset->field_count; k++)
		table->column[k] = k;
	record_start(table);
	snprintf(reason, sizeof reason, "根元素 %s 即“%s”", table->dataset->root, table->dataset->title);
	return table_keep_reason(table, reason, failure) && columns_write(table, failure);
}

static bool is_blank(const struct row *row)
{
	for (uint32_t i = 0; i < row->count; i++)
		if (!cell_is_blank(&row->cells[i]))
			return false;
	return true;
}

/* A page break repeats the heading, and perhaps the title above it. */
static bool repeats_heading(const struct table *table, const struct row *row)
{
	uint32_t end = table->heading.first + table->heading.rows;
	for (uint32_t r = 0; r < end && r < table->lead.count; r++)
		if (lead_repeats(&table->lead.rows[r], row))
			return true;
	return false;
}

static bool skip(struct table *table)
{
	table->source.seen++;
	table->source.skipped++;
	return true;
}

/* A row below the heading, or of an XML file. */
static bool take_row(struct table *table, const struct row *row, struct failure *failure)
{
	table->source.lines++;
	if (!table->dataset || is_blank(row) || record_is_blank(table, row))
		return skip(table);
	bool is_table = table->heading.columns != NULL;
	if (is_table && repeats_heading(table, row))
		return skip(table);
	if (is_table && total_is_footer(table, row))
		return total_check(table, row, failure) && skip(table);
	return (!is_table || columns_look_for_unnamed(table, row, failure)) && record_take(table, row, failure);
}

/* Finds the heading in the rows kept, and takes those below it. */
static bool take_lead(struct table *table, struct failure *failure)
{
	if (!columns_recognise(table, failure))
		return false;
	uint32_t below = table->dataset ? table->heading.first + table->heading.rows : table->lead.count;
	for (uint32_t r = 0; r < below; r++) {
		table->source.lines++;
		skip(table);
	}
	for (uint32_t r = below; r < table->lead.count; r++)
		if (!take_row(table, &table->lead.rows[r], failure))
			return false;
	return true;
}

/* Tells the display of each thousand rows, and at the end of a sheet of the rest. */
enum { TOLD_ROWS = 1024 };

static void tell_progress(const struct table *table, int64_t rows, int64_t offset)
{
	struct progress *progress = store_database(table->store)->progress;
	progress_rows(progress, rows);
	if (offset >= 0)
		progress_reach(progress, offset);
}

static bool on_row(void *context, const struct row *row, struct failure *failure)
{
	struct table *table = context;
	if (++table->passed % TOLD_ROWS == 0)
		tell_progress(table, TOLD_ROWS, row->offset);
	if (table->decided)
		return take_row(table, row, failure);
	if (!lead_add(&table->lead, row, failure))
		return false;
	return !lead_is_full(&table->lead) || take_lead(table, failure);
}

/* Of the file's time, what went into its rows; the rest went into decoding and parsing. */
static void tell_profile(struct table *table)
{
	struct profile *profile = store_database(table->store)->profile;
	profile_add(profile, "of read", "typing", table->typing, table->typed, 0);
	profile_add(profile, "of read", "handing over, waiting", table->handing, table->typed, 0);
	table->typing = table->handing = table->typed = 0;
}

static bool on_end(void *context, struct failure *failure)
{
	struct table *table = context;
	if (!table->decided && !take_lead(table, failure))
		return false;
	table->source.sheet = table->sheet_name;
	table->source.reason = table->reason ? table->reason : "";
	table->source.dropped = table->dropped ? table->dropped : "";
	bool done = keep_lines(table, table->source.id, table->source.lines, failure)
		&& write_source(table, &table->source, failure);
	tell_profile(table);
	tell_progress(table, table->passed % TOLD_ROWS, -1);
	clear_sheet(table);
	return done;
}
