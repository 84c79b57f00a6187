/* CSV, by physical lines: each is found in the raw bytes, made UTF-8 and given
 * to libcsv, so that a record's line and its byte in the file are known, blank
 * lines are seen, and a quote that is never closed can be traced to its line. A
 * line without any quote needs no parser: it is cut at its separators here, a block
 * of bytes at a time. */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/encoding.h"
#include "ingest/lines.h"
#include "ingest/reader.h"
#include "ingest/scan.h"
#include "ingest/separator.h"

enum {
	MAX_COLUMNS = 16384,     /* as many as a spreadsheet has */
	MAX_RECORD = LINES_LIMIT /* bytes of a record over several lines */
};

struct csv {
	const struct sink *sink;
	struct failure *failure;
	struct csv_parser parser;
	char separator;
	struct cell *cells;
	uint32_t count;      /* cells of the open record */
	bool cut_short;      /* the file ends inside a character: its last line does not count */
	bool too_wide;       /* of the open record */
	bool wide_reported;
	char *text;          /* cells that libcsv delivered, one after the other */
	size_t used, capacity;
	bool open;           /* a record goes on */
	bool ended;          /* libcsv ended a record */
	bool broken;         /* the sink or memory failed: libcsv's callbacks cannot say so */
	int64_t row, offset; /* where the open record begins */
	int64_t line;        /* being read */
	int64_t quote_line;  /* where the cell that is open began */
	size_t fed;          /* bytes of the open record */
};

static int no_space(unsigned char byte)
{
	(void)byte;
	return 0;
}

static struct cell *next_cell(struct csv *csv)
{
	if (csv->count < MAX_COLUMNS)
		return &csv->cells[csv->count++];
	csv->too_wide = true;
	return NULL;
}

static void set_cell(struct cell *cell, const char *text, size_t length)
{
	cell->text = text;
	cell->length = (uint32_t)length;
	cell->kind = length ? CELL_TEXT : CELL_EMPTY;
}

/* libcsv: a cell is complete. Its text is kept by place, for the buffer moves. */
static void on_cell(void *text, size_t length, void *context)
{
	struct csv *csv = context;
	struct cell *cell = next_cell(csv);
	csv->quote_line = csv->line;
	if (!cell || csv->broken)
		return;
	if (csv->capacity - csv->used < length) {
		size_t capacity = 2 * (csv->used + length) + 4096;
		char *larger = resize(csv->failure, csv->text, capacity, 1);
		if (!larger) {
			csv->broken = true;
			return;
		}
		csv->text = larger;
		csv->capacity = capacity;
	}
	if (length)
		memcpy(csv->text + csv->used, text, length);
	set_cell(cell, NULL, length);
	csv->used += length;
}

static void on_record(int end, void *context)
{
	(void)end;
	struct csv *csv = context;
	csv->ended = true;
}

static bool report(struct csv *csv, const char *rule, int64_t row, const char *allowed, const char *message)
{
	struct source_fault fault = { .rule = rule, .row = row, .allowed = allowed };
	snprintf(fault.message, sizeof fault.message, "%s", message);
	return csv->sink->fault(csv->sink->context, &fault, csv->failure);
}

static bool send(struct csv *csv)
{
	struct row row = { .cells = csv->cells, .count = csv->count, .row = csv->row, .offset = csv->offset };
	bool wide = csv->too_wide && !csv->wide_reported;
	csv->wide_reported = csv->wide_reported || csv->too_wide;
	csv->open = false;
	csv->too_wide = false;
	bool done = csv->sink->row(csv->sink->context, &row, csv->failure);
	csv->count = 0;
	csv->used = 0;
	csv->fed = 0;
	return done && (!wide || report(csv, "S09", csv->row, "每行不超过 16384 列",
		"这一行的列数超过 16384，多出的列没有读取；请检查分隔符后重新导出"));
}

/* Cuts a line at its separators; false, and nothing kept, where a quote stands in it. */
static bool cut(struct csv *csv, const char *text, size_t length)
{
	size_t start = 0;
	uint32_t count = 0;
	for (size_t block = 0; block < length; block += SCAN_BYTES) {
		uint64_t marks = scan_either(text + block, csv->separator, '"') & scan_first(length - block);
		for (; marks; marks &= marks - 1) {
			size_t at = block + scan_place(marks);
			if (text[at] == '"')
				return false;
			if (count < MAX_COLUMNS)
				set_cell(&csv->cells[count], text + start, at - start);
			count += count <= MAX_COLUMNS;
			start = at + 1;
		}
	}
	if (count < MAX_COLUMNS)
		set_cell(&csv->cells[count], text + start, length - start);
	csv->too_wide = count >= MAX_COLUMNS;
	csv->count = count < MAX_COLUMNS ? count + 1 : MAX_COLUMNS;
	return true;
}

/* Gives a line to libcsv; the record may end with it or go on. Inside a cell every
 * line end is LF, as it is in XML and in workbooks. */
static bool parse(struct csv *csv, const char *text, size_t length)
{
	csv->ended = false;
	if (csv_parse(&csv->parser, text, length, on_cell, on_record, csv) != length
		|| csv_parse(&csv->parser, "\n", 1, on_cell, on_record, csv) != 1)
		return fail(csv->failure, STATUS_SYSTEM, "%s", csv_strerror(csv_error(&csv->parser)));
	if (csv->broken)
		return false;
	csv->open = !csv->ended;
	if (csv->open)
		return true;
	const char *at = csv->text ? csv->text : ""; /* nothing stored yet where every cell so far was empty */
	for (uint32_t i = 0; i < csv->count; i++) {
		csv->cells[i].text = at;
		at += csv->cells[i].length;
	}
	return true;
}

static bool take_line(struct csv *csv, struct decoder *decoder, const struct line *line)
{
	const char *text;
	size_t length;
	if (!decoder_line(decoder, line->bytes, line->length, &text, &length, csv->failure))
		return false;
	csv->line = line->number;
	if (!csv->open) {
		csv->row = line->number;
		csv->offset = line->offset;
		csv->quote_line = line->number;
		if (length == 0)
			return send(csv);
		if (cut(csv, text, length))
			return send(csv);
	}
	csv->fed += length + 1;
	return parse(csv, text, length) && (csv->open || send(csv));
}

static bool report_quote(struct csv *csv)
{
	char message[256];
	snprintf(message, sizeof message, "第 %lld 行的引号没有配对，从该行所在的记录起没有读取；请补全引号后重新报送",
		(long long)csv->quote_line);
	return report(csv, "S01", csv->quote_line, "引号成对出现", message);
}

static bool read_records(struct csv *csv, struct lines *lines, struct decoder *decoder)
{
	for (;;) {
		struct line line;
		enum line_state state;
		if (!lines_next(lines, &line, &state, csv->failure))
			return false;
		bool too_long = state == LINE_TOO_LONG || csv->fed > MAX_RECORD;
		if (csv->open && (too_long || state == LINE_LAST))
			return report_quote(csv);
		if (too_long)
			return report(csv, "S09", line.number, "每行不超过 4 MiB",
				"这一行超过 4 MiB，从这一行起没有读取；请检查文件后重新导出");
		if (state == LINE_LAST || (csv->cut_short && line.end == 0))
			return true;
		if (!take_line(csv, decoder, &line))
			return false;
	}
}

static bool sniff(const struct input *input, const struct encoding_verdict *verdict, int64_t until,
	struct decoder *decoder, char *separator, struct failure *failure)
{
	struct separator found = { 0 };
	bool done = false;
	int64_t stop = verdict->mark + 65536 < until ? verdict->mark + 65536 : until;
	struct lines *lines = lines_open(input->file, verdict->encoding, verdict->mark, stop, failure);
	while (lines) {
		struct line line;
		enum line_state state;
		const char *text;
		size_t length;
		if (!lines_next(lines, &line, &state, failure))
			break;
		done = state != LINE_READ || found.lines >= SEPARATOR_LINES || (line.end == 0 && stop < until);
		if (done || !decoder_line(decoder, line.bytes, line.length, &text, &length, failure))
			break;
		separator_add(&found, text, length);
	}
	lines_close(lines);
	*separator = separator_choose(&found);
	return done;
}

static bool report_no_text(const struct sink *sink, const struct encoding_verdict *verdict, struct failure *failure)
{
	struct source_fault fault = { .rule = "S05", .allowed = "UTF-8、GB18030 或 UTF-16 文本" };
	snprintf(fault.message, sizeof fault.message,
		"文件第 %lld 字节（从 0 数起）处不是任何已知编码的文字，文件没有读取；请另存为 UTF-8 的 CSV 后重新报送",
		(long long)verdict->offset);
	return sink->fault(sink->context, &fault, failure);
}

static bool report_cut(struct csv *csv, int64_t offset)
{
	char message[256];
	snprintf(message, sizeof message, "文件在第 %lld 字节（从 0 数起）处的一个字符中间断开，内容不完整；请重新导出并报送",
		(long long)offset);
	return report(csv, "S01", 0, "完整的文件", message);
}

static bool csv_open(struct csv *csv)
{
	if (csv_init(&csv->parser, 0) != 0)
		return fail(csv->failure, STATUS_SYSTEM, tr("out of memory", "内存不足"));
	csv_set_space_func(&csv->parser, no_space);
	csv_set_delim(&csv->parser, (unsigned char)csv->separator);
	csv->cells = allocate(csv->failure, MAX_COLUMNS, sizeof *csv->cells);
	return csv->cells != NULL;
}

static bool read_sheet(struct csv *csv, const struct input *input, const struct encoding_verdict *verdict,
	int64_t until, struct decoder *decoder)
{
	struct sheet sheet = { .name = "", .position = 1, .form = "csv", .encoding = encoding_name(verdict->encoding),
		.separator = csv->separator };
	struct lines *lines = lines_open(input->file, verdict->encoding, verdict->mark, until, csv->failure);
	if (lines)
		lines_share(lines, input->digester);
	bool done = lines && csv->sink->sheet(csv->sink->context, &sheet, csv->failure)
		&& read_records(csv, lines, decoder) && (!verdict->cut || report_cut(csv, verdict->offset))
		&& csv->sink->end(csv->sink->context, csv->failure);
	lines_close(lines);
	return done;
}

bool reader_csv(const struct input *input, const struct sink *sink, struct failure *failure)
{
	struct encoding_verdict verdict;
	if (!encoding_detect(input->file, &verdict, failure))
		return false;
	if (!verdict.known)
		return report_no_text(sink, &verdict, failure);
	int64_t until = verdict.cut ? verdict.offset : input->bytes;
	struct csv csv = { .sink = sink, .failure = failure, .cut_short = verdict.cut };
	struct decoder *decoder = decoder_open(verdict.encoding, failure);
	bool done = decoder && sniff(input, &verdict, until, decoder, &csv.separator, failure)
		&& csv_open(&csv) && read_sheet(&csv, input, &verdict, until, decoder);
	csv_free(&csv.parser);
	decoder_close(decoder);
	free(csv.cells);
	free(csv.text);
	return done;
}
