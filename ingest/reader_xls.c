#include "ingest/reader_xls.h"

#include <stdlib.h>

#include "ingest/limits.h"

static bool send_sheet(const struct xls_book *book, size_t index, struct records *records, struct rows *rows)
{
	const struct xls_sheet *from = &book->sheets[index];
	struct outlet *outlet = rows->outlet;
	if (!from->cells)
		return true;
	struct sheet sheet = {
		.name = from->name, .position = (int)index + 1, .hidden = from->hidden,
		.form = "xls", .encoding = "", .epoch = book->epoch,
	};
	if (!outlet->sink->sheet(outlet->sink->context, &sheet, outlet->failure))
		return !(outlet->broken = true);
	rows_begin(rows);
	if (!xls_sheet_read(book, from, records, rows))
		return false;
	if (!outlet->sink->end(outlet->sink->context, outlet->failure))
		outlet->broken = true;
	return !outlet->broken;
}

static void read_stream(const struct stream *stream, struct outlet *outlet)
{
	struct records *records = outlet_allocate(outlet, 1, sizeof *records);
	struct rows rows = { 0 };
	struct xls_book book = { 0 };
	if (records && rows_open(&rows, outlet)) {
		records->stream = stream;
		bool sound = xls_book_read(&book, records, outlet);
		if (sound && book.sheet_count == 0)
			outlet_fault(outlet, "S01", 0, NULL, "工作簿内没有工作表，请重新导出");
		for (size_t i = 0; sound && i < book.sheet_count; i++)
			sound = send_sheet(&book, i, records, &rows);
	}
	xls_book_free(&book);
	rows_close(&rows);
	free(records);
}

bool reader_xls(const struct input *input, const struct sink *sink, struct failure *failure)
{
	struct outlet outlet = { sink, failure, false };
	struct compound *compound;
	struct stream stream = { 0 };
	bool sound = false;
	if (!compound_open(input->file, input->bytes, &compound, failure))
		return false;
	if (compound) {
		const char *name = compound_has(compound, "Workbook") ? "Workbook" : "Book";
		outlet.broken = !stream_open(compound, name, &stream, &sound, failure);
	}
	if (sound)
		read_stream(&stream, &outlet);
	else if (!outlet.broken)
		outlet_fault(&outlet, "S01", 0, NULL, "文件不完整或已损坏，不是可读的XLS工作簿，请重新保存后提交");
	stream_close(&stream);
	compound_close(compound);
	return !outlet.broken;
}
