#include "ingest/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/outlet.h"
#include "ingest/table_private.h"

enum { MOST_UNNAMED = 20 };

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
	free(table->sheet_name);
	free(table->dropped);
	free(table->reason);
	table->totals = (struct totals) { 0 };
	table->sheet_name = table->dropped = table->reason = NULL;
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
		.row = fault->row, .place = fault->place, .field = field >= 0 ? dataset->fields[field].name : NULL,
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

static bool keep_lines(struct table *table, int64_t id, int64_t lines, struct failure *failure)
{
	if ((size_t)id >= table->lines_capacity) {
		size_t capacity = 2 * (size_t)id + 64;
		int64_t *larger = realloc(table->lines, capacity * sizeof *larger);
		if (!larger)
			return fail(failure, STATUS_SYSTEM, tr("out of memory", "内存不足"));
		table->lines = larger;
		table->lines_capacity = capacity;
	}
	table->lines[id] = lines;
	return true;
}

bool table_finish(struct table *table, struct failure *failure)
{
	if (table->file_source)
		return write_faults(table, failure);
	struct source source = { .id = store_next_source(table->store), .file = table->file.name,
		.sha256 = table->file.sha256, .bytes = table->file.bytes, .sheet = "", .sheet_position = 1, .form = "",
		.encoding = "", .reason = "", .dropped = "" };
	table->file_source = source.id;
	return keep_lines(table, source.id, 0, failure) && store_source(table->store, &source, failure)
		&& write_faults(table, failure);
}

static bool copy_source(struct table *table, sqlite3_stmt *row, const char *reason, struct failure *failure)
{
	struct source source = { .id = store_next_source(table->store), .file = table->file.name,
		.sha256 = table->file.sha256, .bytes = table->file.bytes, .reason = reason };
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
	return keep_lines(table, source.id, lines, failure) && store_source(table->store, &source, failure);
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

/* ---- places */

void table_place(const struct table *table, int field, int variant, char place[PLACE_BYTES])
{
	place[0] = '\0';
	if (strcmp(table->form, "xml") == 0) {
		snprintf(place, PLACE_BYTES, "/%s/%s/%s", table->dataset->root, table->dataset->name,
			table->dataset->fields[field].name);
		return;
	}
	int column = table->column[field];
	for (int level = 3; field == table->spread.field && level >= 1; level--)
		if (table->spread.column[level] >= 0 && (variant == level || variant == 0))
			column = table->spread.column[level];
	if (column >= 0)
		column_letters((uint32_t)column, place);
}

static bool write_columns(struct table *table, struct failure *failure)
{
	char place[PLACE_BYTES];
	const struct spread *spread = &table->spread;
	for (int k = 0; k < table->dataset->field_count; k++) {
		if (k == spread->field || table->column[k] < 0)
			continue;
		table_place(table, k, 0, place);
		if (!store_column(table->store, table->source.id, table->dataset->fields[k].name, 0, place, failure))
			return false;
	}
	for (int level = 1; spread->field >= 0 && level <= 3; level++) {
		table_place(table, spread->field, level, place);
		if (spread->column[level] >= 0 && !store_column(table->store, table->source.id,
			table->dataset->fields[spread->field].name, level, place, failure))
			return false;
	}
	return true;
}

/* ---- headings */

static bool report_column(struct table *table, const struct row *row, uint32_t at, struct failure *failure)
{
	const struct heading_column *column = &table->heading.columns[at];
	char letters[COLUMN_LETTERS_BYTES];
	column_letters(at, letters);
	struct source_fault fault = { .rule = "S08", .row = row->row, .place = letters, .raw = column->label,
		.allowed = "模板中的列名" };
	if (column->role == COLUMN_REPEATED)
		snprintf(fault.message, sizeof fault.message, "列名“%.200s”重复出现，只读取前面的一列；请删去多余的列",
			column->label);
	else
		snprintf(fault.message, sizeof fault.message, "列名“%.200s”不在“%s”的列名之中，该列没有读取；如是必报内容，请改用模板的列名",
			column->label, table->dataset->title);
	return table_source_finding(table, &fault, -1, failure);
}

/* A column that holds something and has no heading: S08 where it first does; a sheet
 * without end of such columns is told by the first of them. */
static bool report_unnamed(struct table *table, const struct row *row, uint32_t at, struct failure *failure)
{
	if (at >= table->unnamed_count) {
		uint32_t count = row->count;
		bool *larger = realloc(table->unnamed, count * sizeof *larger);
		if (!larger)
			return fail(failure, STATUS_SYSTEM, tr("out of memory", "内存不足"));
		memset(larger + table->unnamed_count, 0, (count - table->unnamed_count) * sizeof *larger);
		table->unnamed = larger;
		table->unnamed_count = count;
	}
	if (table->unnamed[at] || table->unnamed_told == MOST_UNNAMED)
		return true;
	table->unnamed_told++;
	char letters[COLUMN_LETTERS_BYTES];
	column_letters(at, letters);
	struct source_fault fault = { .rule = "S08", .row = row->row, .place = letters, .allowed = "模板中的列名" };
	snprintf(fault.message, sizeof fault.message,
		"%s 列没有列名而有内容（从第 %lld 行起），该列没有读取；请补上列名，或检查这一行是否错位", letters,
		(long long)row->row);
	table->unnamed[at] = true;
	return table_source_finding(table, &fault, -1, failure);
}

static bool look_for_unnamed(struct table *table, const struct row *row, struct failure *failure)
{
	const struct heading *heading = &table->heading;
	for (uint32_t i = 0; i < row->count; i++) {
		bool has_name = i < heading->count && heading->columns[i].role != COLUMN_EMPTY;
		if (!has_name && !cell_is_blank(&row->cells[i]) && !report_unnamed(table, row, i, failure))
			return false;
	}
	return true;
}

static bool append_dropped(struct table *table, const char *label, struct failure *failure)
{
	char *longer = print_text(failure, "%s%s%s", table->dropped ? table->dropped : "", table->dropped ? "、" : "", label);
	free(table->dropped);
	table->dropped = longer;
	return longer != NULL;
}

static bool on_dropped(void *context, const char *label, struct failure *failure)
{
	return append_dropped(context, label, failure);
}

static bool take_columns(struct table *table, struct failure *failure)
{
	const struct heading *heading = &table->heading;
	if (heading->spread)
		table->spread.level = dataset_field(table->dataset, "level");
	for (uint32_t i = 0; i < heading->count; i++) {
		const struct heading_column *column = &heading->columns[i];
		if (column->role == COLUMN_FIELD && column->variant > 0) {
			table->spread.field = column->field;
			table->spread.column[column->variant] = (int)i;
		} else if (column->role == COLUMN_FIELD) {
			table->column[column->field] = (int)i;
		} else if (column->role == COLUMN_PERSONAL) {
			if (!append_dropped(table, column->label, failure))
				return false;
		} else if (column->role == COLUMN_UNKNOWN || column->role == COLUMN_REPEATED) {
			if (!report_column(table, &table->lead.rows[heading->first], i, failure))
				return false;
		}
	}
	return true;
}

static bool keep_reason(struct table *table, const char *reason, struct failure *failure)
{
	free(table->reason);
	table->reason = copy_text(failure, reason);
	return table->reason != NULL;
}

static bool has_content(const struct lead *lead)
{
	for (uint32_t r = 0; r < lead->count; r++)
		for (uint32_t i = 0; i < lead->rows[r].count; i++)
			if (!cell_is_blank(&lead->rows[r].cells[i]))
				return true;
	return false;
}

/* No dataset: S02 or S03. The blank sheets that every new workbook has are none. */
static bool pass_over(struct table *table, struct failure *failure)
{
	struct source_fault fault = { .rule = table->heading.rule, .allowed = "模板的表头" };
	if (!has_content(&table->lead) && strcmp(table->form, "csv") != 0)
		return keep_reason(table, "空白工作表", failure);
	snprintf(fault.message, sizeof fault.message, "%.500s", table->heading.text);
	return keep_reason(table, table->heading.text, failure) && table_source_finding(table, &fault, -1, failure);
}

static bool recognise(struct table *table, struct failure *failure)
{
	table->decided = true;
	if (!heading_find(table->vocabulary, table->lead.rows, table->lead.count, &table->heading, failure))
		return false;
	table->dataset = table->source.dataset = table->heading.dataset;
	if (!table->dataset)
		return pass_over(table, failure);
	table->source.heading_row = table->lead.rows[table->heading.first].row;
	return keep_reason(table, table->heading.text, failure) && take_columns(table, failure)
		&& write_columns(table, failure) && total_start(table, failure);
}

/* ---- sheets and rows */

static bool on_sheet(void *context, const struct sheet *sheet, struct failure *failure)
{
	struct table *table = context;
	clear_sheet(table);
	table->open = true;
	table->decided = false;
	table->dataset = NULL;
	table->form = sheet->form;
	table->spread = (struct spread) { -1, -1, { -1, -1, -1, -1 } };
	for (int k = 0; k < SCHEMA_MAX_FIELDS; k++)
		table->column[k] = -1;
	table->source = (struct source) { .id = store_next_source(table->store), .file = table->file.name,
		.sha256 = table->file.sha256, .bytes = table->file.bytes, .sheet_position = sheet->position,
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
	snprintf(reason, sizeof reason, "根元素 %s 即“%s”", table->dataset->root, table->dataset->title);
	return keep_reason(table, reason, failure) && write_columns(table, failure);
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
	return (!is_table || look_for_unnamed(table, row, failure)) && record_take(table, row, failure);
}

/* Finds the heading in the rows kept, and takes those below it. */
static bool take_lead(struct table *table, struct failure *failure)
{
	if (!recognise(table, failure))
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

static bool on_row(void *context, const struct row *row, struct failure *failure)
{
	struct table *table = context;
	if (table->decided)
		return take_row(table, row, failure);
	if (!lead_add(&table->lead, row, failure))
		return false;
	return !lead_is_full(&table->lead) || take_lead(table, failure);
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
		&& store_source(table->store, &table->source, failure);
	clear_sheet(table);
	return done;
}
