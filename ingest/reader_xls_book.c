#include "ingest/reader_xls.h"

#include <stdio.h>
#include <stdlib.h>

#include "ingest/limits.h"
#include "ingest/number_format.h"

/* ---- records */

void records_seek(struct records *records, int64_t position)
{
	records->next = position;
}

/* Makes `count` bytes from `position` stand in the window. */
static const unsigned char *window(struct records *records, int64_t position, size_t count)
{
	int64_t end = records->window_start + (int64_t)records->window_bytes;
	if (position < records->window_start || position + (int64_t)count > end) {
		long got = stream_read(records->stream, position, records->window, sizeof records->window);
		records->failed = records->failed || got < 0;
		records->window_start = position;
		records->window_bytes = got < 0 ? 0 : (size_t)got;
		if (records->window_bytes < count)
			return NULL;
	}
	return records->window + (position - records->window_start);
}

bool records_next(struct records *records)
{
	const unsigned char *head = window(records, records->next, 4);
	if (!head)
		return false;
	unsigned type = bytes_u16(head), length = bytes_u16(head + 2);
	const unsigned char *whole = window(records, records->next, 4 + length);
	if (!whole)
		return false;
	records->type = type;
	records->length = length;
	records->data = whole + 4;
	records->next += 4 + length;
	return true;
}

unsigned records_peek(struct records *records)
{
	/* The current record's data must stay: look beyond the window by a read of its own. */
	unsigned char head[2];
	int64_t end = records->window_start + (int64_t)records->window_bytes;
	if (records->next + 2 <= end)
		return bytes_u16(records->window + (records->next - records->window_start));
	return stream_read(records->stream, records->next, head, 2) == 2 ? bytes_u16(head) : 0;
}

/* ---- globals */

struct format {
	unsigned id;
	enum shown date;
};

struct globals {
	struct xls_book *book;
	struct records *records;
	struct outlet *outlet;
	struct format *formats;
	size_t format_count;
	unsigned *cell_formats; /* number format of each XF */
	size_t cell_format_count;
};

static bool damaged(struct outlet *outlet)
{
	return outlet_fault(outlet, "S01", 0, NULL, "文件不完整或已损坏，不是可读的XLS工作簿，请重新保存后提交") && false;
}

static bool over(struct outlet *outlet, const char *what)
{
	return outlet_fault(outlet, "S09", 0, NULL, "工作簿的%s过多，超出安全上限，不予读取", what) && false;
}

/* A text in the record, freed with free(). NULL where it is damaged or memory is out. */
static char *record_text(struct globals *globals, size_t at, int count_bytes)
{
	struct strings text = { 0 };
	char *copy = NULL;
	if (xls_read_text(globals->book, &text, globals->records, at, count_bytes, globals->outlet)) {
		copy = outlet_allocate(globals->outlet, text.used + 1, 1);
		if (copy && text.used)
			memcpy(copy, text.text, text.used);
	}
	strings_free(&text);
	return copy;
}

static bool add_sheet(struct globals *globals)
{
	struct xls_book *book = globals->book;
	const struct records *records = globals->records;
	if (records->length < 8)
		return damaged(globals->outlet);
	if (book->sheet_count >= LIMIT_SHEETS)
		return over(globals->outlet, "工作表");
	struct xls_sheet *sheets = outlet_grow(globals->outlet, book->sheets, book->sheet_count + 1, sizeof *sheets);
	if (!sheets)
		return false;
	book->sheets = sheets;
	struct xls_sheet sheet = {
		.name = record_text(globals, 6, 1), .place = bytes_u32(records->data),
		.hidden = (records->data[4] & 3) != 0, .cells = records->data[5] == 0,
	};
	if (!sheet.name)
		return globals->outlet->broken ? false : damaged(globals->outlet);
	sheets[book->sheet_count++] = sheet;
	return true;
}

static bool add_format(struct globals *globals)
{
	if (globals->records->length < 3)
		return true;
	if (globals->format_count >= LIMIT_STYLES)
		return over(globals->outlet, "格式");
	struct format *formats = outlet_grow(globals->outlet, globals->formats, globals->format_count + 1, sizeof *formats);
	if (!formats)
		return false;
	globals->formats = formats;
	char *code = record_text(globals, 2, globals->book->biff8 ? 2 : 1);
	if (globals->outlet->broken)
		return false;
	if (code)
		formats[globals->format_count++] = (struct format){ bytes_u16(globals->records->data),
			number_format_shows(code, strlen(code)) };
	free(code);
	return true;
}

static bool add_cell_format(struct globals *globals)
{
	if (globals->cell_format_count >= LIMIT_STYLES)
		return over(globals->outlet, "格式");
	unsigned *grown = outlet_grow(globals->outlet, globals->cell_formats, globals->cell_format_count + 1, sizeof *grown);
	if (!grown)
		return false;
	globals->cell_formats = grown;
	bool whole = globals->records->length >= 4;
	grown[globals->cell_format_count++] = whole ? bytes_u16(globals->records->data + 2) : 0;
	return true;
}

static bool resolve_formats(struct globals *globals)
{
	struct xls_book *book = globals->book;
	book->date = outlet_allocate(globals->outlet, globals->cell_format_count, sizeof *book->date);
	if (!book->date)
		return false;
	book->format_count = globals->cell_format_count;
	for (size_t i = 0; i < book->format_count; i++) {
		book->date[i] = number_format_builtin(globals->cell_formats[i]);
		for (size_t k = 0; k < globals->format_count; k++)
			if (globals->formats[k].id == globals->cell_formats[i])
				book->date[i] = globals->formats[k].date;
	}
	return true;
}

static bool read_global(struct globals *globals)
{
	struct records *records = globals->records;
	struct xls_book *book = globals->book;
	switch (records->type) {
	case BIFF_FILEPASS:
		return outlet_fault(globals->outlet, "S06", 0, NULL, "文件已加密，请取消密码后重新提交") && false;
	case BIFF_CODEPAGE:
		book->codepage = records->length >= 2 ? bytes_u16(records->data) : 0;
		return true;
	case BIFF_DATEMODE:
		book->epoch = records->length >= 2 && bytes_u16(records->data) ? 1904 : 1900;
		return true;
	case BIFF_BOUNDSHEET:
		return add_sheet(globals);
	case BIFF_FORMAT:
		return add_format(globals);
	case BIFF_XF:
		return add_cell_format(globals);
	case BIFF_SST:
		if (xls_read_shared(book, records, globals->outlet))
			return true;
		if (globals->outlet->broken)
			return false;
		if (book->strings.used >= LIMIT_STRING_BYTES - LIMIT_CELL_BYTES || book->strings.count >= LIMIT_STRINGS)
			return over(globals->outlet, "文字");
		return damaged(globals->outlet);
	default:
		return true;
	}
}

static bool read_globals(struct globals *globals)
{
	struct records *records = globals->records;
	if (!records_next(records) || records->type != BIFF_BOF || records->length < 4)
		return damaged(globals->outlet);
	unsigned version = bytes_u16(records->data);
	if (version != 0x0600 && version != 0x0500)
		return damaged(globals->outlet);
	globals->book->biff8 = version == 0x0600;
	while (records_next(records) && records->type != BIFF_EOF)
		if (!read_global(globals))
			return false;
	if (records->failed) {
		globals->outlet->broken = !fail_system(globals->outlet->failure, "%s", tr("cannot read", "读取失败"));
		return false;
	}
	if (records->type != BIFF_EOF)
		return damaged(globals->outlet);
	return resolve_formats(globals);
}

bool xls_book_read(struct xls_book *book, struct records *records, struct outlet *outlet)
{
	*book = (struct xls_book){ .epoch = 1900 };
	struct globals globals = { .book = book, .records = records, .outlet = outlet };
	bool sound = read_globals(&globals);
	free(globals.formats);
	free(globals.cell_formats);
	return sound;
}

void xls_book_free(struct xls_book *book)
{
	for (size_t i = 0; i < book->sheet_count; i++)
		free(book->sheets[i].name);
	free(book->sheets);
	free(book->date);
	strings_free(&book->strings);
}
