#include "ingest/reader_xls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/limits.h"

/* Cells are sent row by row. Programs write them in that order; where one did not, the
 * records are sorted first. */
struct item {
	uint32_t row;
	uint32_t place; /* of the record in the stream */
};

struct xls_parse {
	const struct xls_book *book;
	struct records *records;
	struct rows *rows;
	struct outlet *outlet;
	int64_t row;        /* being filled, from 1; 0: none yet */
	int64_t cells;
	bool ended;         /* by a fault */
	bool index_reported;
};

static void stop_with(struct xls_parse *parse, const char *rule, int64_t row, const char *place, const char *message)
{
	outlet_fault(parse->outlet, rule, row, place, "%s", message);
	parse->ended = true;
}

static void stop_damaged(struct xls_parse *parse)
{
	stop_with(parse, "S01", parse->row, NULL, "工作表的数据不完整或已损坏，其后的内容没有读到，请重新保存后提交");
}

/* ---- cells */

static void put(struct xls_parse *parse, unsigned column, enum cell_kind kind, const char *text, size_t length)
{
	char letters[COLUMN_LETTERS_BYTES];
	column_letters(column, letters);
	if (column >= LIMIT_COLUMNS || ++parse->cells > LIMIT_CELLS)
		stop_with(parse, "S09", parse->row, NULL, "单元格过多，超出安全上限，其后的内容不再读取");
	else if (!rows_put(parse->rows, column, kind, text, length))
		stop_with(parse, "S01", parse->row, letters, "同一单元格出现两次，其后的内容不再读取，请用表格软件重新保存");
}

/* Puts text that does not stay: it is copied into the row. */
static void put_copy(struct xls_parse *parse, unsigned column, enum cell_kind kind, const char *text, size_t length)
{
	size_t start = parse->rows->used;
	if (length == 0)
		return;
	if (rows_append(parse->rows, text, length))
		put(parse, column, kind, parse->rows->arena + start, length);
	else if (!parse->outlet->broken)
		stop_with(parse, "S09", parse->row, NULL, "一行的文字过长，超出安全上限，其后的内容不再读取");
}

/* The shortest decimal that gives the number back, as new workbooks store it. */
static void put_number(struct xls_parse *parse, unsigned column, unsigned format, double number)
{
	char text[40];
	enum shown shown = format < parse->book->format_count ? parse->book->date[format] : SHOWN_NUMBER;
	if (!(number - number == 0)) { /* no number, or none that is finite */
		put(parse, column, CELL_ERROR, "#NUM!", 5);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	put_copy(parse, column, shown == SHOWN_TIME ? CELL_DATE : shown ? CELL_DAY : CELL_NUMBER, text, strlen(text));
}

/* 30 bits of an integer or of a double's upper half, perhaps hundredths. */
static double rk_number(const unsigned char *bytes)
{
	uint32_t bits = bytes_u32(bytes);
	double number;
	if (bits & 2) {
		number = (double)((int64_t)(bits >> 2) - (bits & 0x80000000u ? (int64_t)1 << 30 : 0));
	} else {
		unsigned char wide[8] = { 0 };
		memcpy(wide + 4, bytes, 4);
		wide[4] &= 0xFC;
		number = bytes_double(wide);
	}
	return bits & 1 ? number / 100 : number;
}

static void put_error(struct xls_parse *parse, unsigned column, unsigned code)
{
	static const struct { unsigned code; const char *text; } errors[] = {
		{ 0x00, "#NULL!" }, { 0x07, "#DIV/0!" }, { 0x0F, "#VALUE!" }, { 0x17, "#REF!" },
		{ 0x1D, "#NAME?" }, { 0x24, "#NUM!" }, { 0x2A, "#N/A" }, { 0x2B, "#GETTING_DATA" },
	};
	const char *text = "#VALUE!";
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i].code == code)
			text = errors[i].text;
	put(parse, column, CELL_ERROR, text, strlen(text));
}

static void put_shared(struct xls_parse *parse, unsigned column, uint32_t index)
{
	if (index < parse->book->strings.count) {
		size_t length;
		const char *text = strings_get(&parse->book->strings, index, &length);
		if (length > 0)
			put(parse, column, CELL_TEXT, text, length);
		return;
	}
	put(parse, column, CELL_ERROR, "#REF!", 5);
	char letters[COLUMN_LETTERS_BYTES];
	column_letters(column, letters);
	if (!parse->index_reported)
		outlet_fault(parse->outlet, "S01", parse->row, letters,
			"单元格引用的文字在文件中不存在，文件可能已损坏，请用表格软件重新保存后提交");
	parse->index_reported = true;
}

/* A text that stands in the record itself. */
static void put_text(struct xls_parse *parse, unsigned column, size_t at)
{
	struct strings text = { 0 };
	bool result = parse->records->type == BIFF_STRING && parse->book->biff8;
	if (result ? xls_read_long(&text, parse->records, parse->outlet)
		: xls_read_text(parse->book, &text, parse->records, at, 2, parse->outlet)) {
		put_copy(parse, column, CELL_TEXT, text.text, text.used);
	} else if (!parse->outlet->broken) {
		char letters[COLUMN_LETTERS_BYTES];
		column_letters(column, letters);
		stop_with(parse, "S05", parse->row, letters, "单元格的文字无法按文件的编码识别，其后的内容不再读取，请另存为XLSX后提交");
	}
	strings_free(&text);
}

/* A formula's result: a number, or a text that follows in a record of its own, a truth
 * value, an error, or nothing (an empty text). */
static void put_formula(struct xls_parse *parse, unsigned column, unsigned format)
{
	const unsigned char *result = parse->records->data + 6;
	if (result[6] != 0xFF || result[7] != 0xFF) {
		put_number(parse, column, format, bytes_double(result));
		return;
	}
	unsigned kind = result[0], value = result[2];
	if (kind == 1) {
		put(parse, column, CELL_BOOL, value ? "1" : "0", 1);
	} else if (kind == 2) {
		put_error(parse, column, value);
	} else if (kind == 0) {
		/* Between the two there may be a shared formula, an array or a table. */
		for (int i = 0; i < 3; i++) {
			unsigned next = records_peek(parse->records);
			if (next == BIFF_STRING) {
				if (records_next(parse->records))
					put_text(parse, column, 0);
				return;
			}
			if ((next != 0x04BC && next != 0x0221 && next != 0x0236) || !records_next(parse->records))
				break;
		}
		put(parse, column, CELL_ERROR, "#未计算", strlen("#未计算"));
	}
}

/* The least length of a cell's record; 0: no cell. */
static unsigned cell_length(unsigned type)
{
	switch (type) {
	case BIFF_NUMBER:
		return 14;
	case BIFF_FORMULA:
		return 20;
	case BIFF_RK:
	case BIFF_LABELSST:
		return 10;
	case BIFF_MULRK:
		return 12;
	case BIFF_LABEL:
	case BIFF_RSTRING:
	case BIFF_BOOLERR:
		return 8;
	default:
		return 0;
	}
}

static void put_many(struct xls_parse *parse, unsigned column)
{
	const struct records *records = parse->records;
	for (size_t at = 4; at + 8 <= records->length && !parse->ended && !parse->outlet->broken; at += 6, column++)
		put_number(parse, column, bytes_u16(records->data + at), rk_number(records->data + at + 2));
}

static void put_record(struct xls_parse *parse)
{
	const unsigned char *data = parse->records->data;
	unsigned column = bytes_u16(data + 2), format = bytes_u16(data + 4);
	switch (parse->records->type) {
	case BIFF_NUMBER:
		put_number(parse, column, format, bytes_double(data + 6));
		break;
	case BIFF_RK:
		put_number(parse, column, format, rk_number(data + 6));
		break;
	case BIFF_MULRK:
		put_many(parse, column);
		break;
	case BIFF_LABELSST:
		put_shared(parse, column, bytes_u32(data + 6));
		break;
	case BIFF_LABEL:
	case BIFF_RSTRING:
		put_text(parse, column, 6);
		break;
	case BIFF_BOOLERR:
		if (data[7])
			put_error(parse, column, data[6]);
		else
			put(parse, column, CELL_BOOL, data[6] ? "1" : "0", 1);
		break;
	default:
		put_formula(parse, column, format);
	}
}

/* ---- the sheet's records */

/* Takes the current record if it is a cell; sends the row before it where it is done. */
static void take_record(struct xls_parse *parse)
{
	int64_t row = (int64_t)bytes_u16(parse->records->data) + 1;
	if (row != parse->row && parse->row > 0 && !rows_send(parse->rows, parse->row)) {
		parse->ended = true;
		return;
	}
	parse->row = row;
	put_record(parse);
}

/* Goes to the next cell of the sheet itself, past charts within it. False at its end. */
static bool next_cell(struct xls_parse *parse, int *depth)
{
	struct records *records = parse->records;
	while (records_next(records)) {
		if (records->type == BIFF_BOF)
			++*depth;
		else if (records->type == BIFF_EOF && --*depth == 0)
			return false;
		unsigned least = *depth == 1 ? cell_length(records->type) : 0;
		if (least > 0 && records->length >= least)
			return true;
	}
	if (records->failed)
		parse->outlet->broken = !fail_system(parse->outlet->failure, "%s", tr("cannot read", "读取失败"));
	else
		stop_damaged(parse);
	return false;
}

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

/* Whether the cells stand in the order of their rows; else *items are their records. */
static bool in_order(struct xls_parse *parse, struct item **items, size_t *count)
{
	struct records *records = parse->records;
	int64_t start = records->next;
	unsigned last = 0;
	int depth = 1;
	bool ordered = true;
	size_t capacity = 0;
	while (records_next(records) && depth > 0) {
		depth += records->type == BIFF_BOF ? 1 : records->type == BIFF_EOF ? -1 : 0;
		unsigned least = depth == 1 ? cell_length(records->type) : 0;
		if (least == 0 || records->length < least)
			continue;
		ordered = ordered && bytes_u16(records->data) >= last;
		last = bytes_u16(records->data);
		++*count;
	}
	records_seek(records, start);
	if (ordered || *count > LIMIT_CELLS / 8)
		return ordered;
	capacity = *count;
	*count = 0;
	*items = outlet_allocate(parse->outlet, capacity, sizeof **items);
	for (depth = 1; *items && depth > 0 && records_next(records);) {
		int64_t place = records->next - 4 - records->length;
		depth += records->type == BIFF_BOF ? 1 : records->type == BIFF_EOF ? -1 : 0;
		unsigned least = depth == 1 ? cell_length(records->type) : 0;
		if (least > 0 && records->length >= least && *count < capacity)
			(*items)[(*count)++] = (struct item){ bytes_u16(records->data), (uint32_t)place };
	}
	return false;
}

static void read_sorted(struct xls_parse *parse, struct item *items, size_t count)
{
	qsort(items, count, sizeof *items, compare_items);
	for (size_t i = 0; i < count && !parse->ended && !parse->outlet->broken; i++) {
		records_seek(parse->records, items[i].place);
		if (records_next(parse->records))
			take_record(parse);
		else
			stop_damaged(parse);
	}
}

bool xls_sheet_read(const struct xls_book *book, const struct xls_sheet *sheet, struct records *records,
	struct rows *rows)
{
	struct xls_parse parse = { .book = book, .records = records, .rows = rows, .outlet = rows->outlet };
	struct item *items = NULL;
	size_t count = 0;
	records_seek(records, sheet->place);
	/* 0x10: a worksheet's records begin */
	if (!records_next(records) || records->type != BIFF_BOF || records->length < 4 || bytes_u16(records->data + 2) != 0x10) {
		stop_damaged(&parse);
		return !parse.outlet->broken;
	}
	if (in_order(&parse, &items, &count)) {
		int depth = 1;
		while (!parse.ended && !parse.outlet->broken && next_cell(&parse, &depth))
			take_record(&parse);
	} else if (items) {
		read_sorted(&parse, items, count);
	} else if (!parse.outlet->broken) {
		stop_with(&parse, "S09", 0, NULL, "单元格过多且不按行排列，超出安全上限，不予读取");
	}
	free(items);
	if (!parse.outlet->broken && parse.row > 0)
		rows_send(rows, parse.row);
	return !parse.outlet->broken;
}
