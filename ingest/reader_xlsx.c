#include "ingest/reader_xlsx.h"

#include <stdlib.h>

static bool send_sheet(const struct sheet_task *task, const struct book_sheet *from, int position)
{
	struct outlet *outlet = task->outlet;
	if (from->kind != SHEET_CELLS) /* a chart or a dialog: no cells */
		return true;
	if (!from->part)
		return outlet_fault(outlet, "S01", 0, NULL, "工作表“%.120s”的内容不在文件中，请重新导出", from->name);
	struct sheet sheet = {
		.name = from->name, .position = position, .hidden = from->hidden,
		.form = "xlsx", .encoding = "", .epoch = task->epoch, .of_onex = task->of_onex,
	};
	if (!outlet->sink->sheet(outlet->sink->context, &sheet, outlet->failure))
		return !(outlet->broken = true);
	rows_begin(task->rows);
	if (!sheet_read(task, from->part))
		return false;
	if (!outlet->sink->end(outlet->sink->context, outlet->failure))
		outlet->broken = true;
	return !outlet->broken;
}

static void read_sheets(struct package *package, const struct book *book, struct outlet *outlet)
{
	struct styles styles = { 0 };
	struct strings strings = { 0 };
	struct rows rows = { 0 };
	struct sheet_task task = { package, outlet, &rows, &strings, &styles, book->epoch, maker_is_onex(package, outlet) };
	bool sound = !outlet->broken && (!book->styles || styles_read(&styles, book->styles, package, outlet))
		&& (!book->strings || shared_read(&strings, book->strings, package, outlet))
		&& rows_open(&rows, outlet);
	if (sound && book->count == 0)
		outlet_fault(outlet, "S01", 0, NULL, "工作簿内没有工作表，请重新导出");
	for (size_t i = 0; sound && i < book->count; i++)
		sound = send_sheet(&task, &book->sheets[i], (int)i + 1);
	rows_close(&rows);
	strings_free(&strings);
	free(styles.date);
}

bool reader_xlsx(const struct input *input, const struct sink *sink, struct failure *failure)
{
	struct outlet outlet = { sink, failure, false };
	struct package *package = package_open(input, &outlet);
	struct book book = { 0 };
	if (package && book_read(&book, package, &outlet))
		read_sheets(package, &book, &outlet);
	book_free(&book);
	package_close(package);
	return !outlet.broken;
}
