/* The answer of a comparison as a workbook, a sheet per section. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "onex/cells.h"
#include "onex/diff.h"
#include "onex/replacement.h"

enum { TITLE_ROW = 0, HEADING_ROW = 1, FIRST_ROW = 2, LAST_ROW = 1000000, CELL_BYTES = 32000 };

struct diff_book {
	char *path, *work; /* replacement.h */
	lxw_workbook *workbook;
	lxw_worksheet *sheet;
	lxw_format *title, *heading, *text, *count, *yuan;
	lxw_row_t row;
	long cells; /* filled ones, to be found again */
};

static lxw_format *make_format(struct diff_book *book, const char *number, bool strong)
{
	lxw_format *format = workbook_add_format(book->workbook);
	if (!format)
		return NULL;
	format_set_font_name(format, "宋体");
	format_set_font_size(format, 10);
	format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
	if (number)
		format_set_num_format(format, number);
	if (strong)
		format_set_bold(format);
	return format;
}

struct diff_book *diff_book_begin(const char *path, struct failure *failure)
{
	struct diff_book *book = allocate(failure, 1, sizeof *book);
	if (!book)
		return NULL;
	book->path = copy_text(failure, path);
	book->work = replacement_begin(path, failure);
	const char *slash = book->work ? strrchr(book->work, '/') : NULL;
	char *folder = slash ? print_text(failure, "%.*s", (int)(slash - book->work) + 1, book->work) : copy_text(failure, ".");
	/* temporary files stand beside the file: a full TMPDIR would go unnoticed */
	lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = folder, .use_zip64 = LXW_TRUE };
	if (book->path && book->work && folder)
		book->workbook = workbook_new_opt(book->work, &options);
	if (book->workbook) {
		static char title[] = "处理结果比较";
		lxw_doc_properties document = { .title = title, .created = 1609459200 }; /* fixed: no clock */
		workbook_set_properties(book->workbook, &document);
		book->title = make_format(book, NULL, true);
		book->heading = make_format(book, NULL, true);
		book->text = make_format(book, "@", false);
		book->count = make_format(book, "0", false);
		book->yuan = make_format(book, "#,##0.00", false);
	}
	free(folder);
	if (book->workbook && book->yuan)
		return book;
	if (book->work)
		fail(failure, STATUS_SYSTEM, tr("cannot begin %s", "无法开始写入 %s"), path);
	diff_book_end(book, false, &(struct failure){ 0 });
	return NULL;
}

static bool wrote(const struct diff_book *book, lxw_error error, struct failure *failure)
{
	return error == LXW_NO_ERROR
		|| fail(failure, STATUS_SYSTEM, tr("cannot write %s: %s", "无法写入 %s：%s"), book->path, lxw_strerror(error));
}

static bool put_text(struct diff_book *book, lxw_row_t row, int column, const char *text, lxw_format *format,
	struct failure *failure)
{
	if (!*text)
		return true;
	char cut[CELL_BYTES + 1];
	size_t length = strlen(text);
	if (length > CELL_BYTES) {
		length = CELL_BYTES;
		while (((unsigned char)text[length] & 0xC0) == 0x80)
			length--;
	}
	memcpy(cut, text, length);
	cut[length] = '\0';
	book->cells++;
	return wrote(book, worksheet_write_string(book->sheet, row, (lxw_col_t)column, cut, format), failure);
}

static bool begin(void *context, const struct diff_section *section, sqlite3_stmt *statement, struct failure *failure)
{
	(void)statement;
	struct diff_book *book = context;
	book->sheet = workbook_add_worksheet(book->workbook, section->title);
	if (!book->sheet)
		return fail(failure, STATUS_SYSTEM, tr("cannot write %s", "无法写入 %s"), book->path);
	book->row = FIRST_ROW;
	worksheet_set_landscape(book->sheet);
	worksheet_set_paper(book->sheet, 9); /* A4 */
	worksheet_fit_to_pages(book->sheet, 1, 0);
	worksheet_repeat_rows(book->sheet, HEADING_ROW, HEADING_ROW);
	worksheet_freeze_panes(book->sheet, FIRST_ROW, 0);
	worksheet_set_footer(book->sheet, "&C第 &P 页，共 &N 页");
	bool done = put_text(book, TITLE_ROW, 0, section->title, book->title, failure);
	for (int i = 0; done && i < section->column_count; i++) {
		worksheet_set_column(book->sheet, (lxw_col_t)i, (lxw_col_t)i, section->columns[i].width, NULL);
		done = put_text(book, HEADING_ROW, i, section->columns[i].heading, book->heading, failure);
	}
	return done;
}

static bool row(void *context, const struct diff_section *section, sqlite3_stmt *statement, struct failure *failure)
{
	struct diff_book *book = context;
	bool done = true;
	if (book->row > LAST_ROW)
		return true; /* end() says so */
	for (int i = 0; done && i < section->column_count; i++) {
		const struct diff_column *column = &section->columns[i];
		char room[64];
		if (sqlite3_column_type(statement, i) == SQLITE_NULL)
			continue;
		if (column->form == DIFF_TEXT) {
			done = put_text(book, book->row, i, diff_text(column, statement, i, room), book->text, failure);
			continue;
		}
		bool money = column->form == DIFF_YUAN;
		double number = (double)sqlite3_column_int64(statement, i) / (money ? 100 : 1);
		book->cells++;
		done = wrote(book, worksheet_write_number(book->sheet, book->row, (lxw_col_t)i, number, money ? book->yuan : book->count),
			failure);
	}
	book->row++;
	return done;
}

static bool end(void *context, const struct diff_section *section, long rows, struct failure *failure)
{
	struct diff_book *book = context;
	char note[128];
	if (rows == 0)
		return put_text(book, book->row, 0, "没有变化", book->text, failure);
	worksheet_autofilter(book->sheet, HEADING_ROW, 0, book->row - 1, (lxw_col_t)(section->column_count - 1));
	long shown = (long)book->row - FIRST_ROW;
	if (shown == rows)
		return true;
	snprintf(note, sizeof note, "共 %ld 行，本表列出 %ld 行；全部见 onex diff --json。", rows, shown);
	return put_text(book, book->row, 0, note, book->text, failure);
}

struct diff_sink diff_sink_book(struct diff_book *book)
{
	return (struct diff_sink){ book, begin, row, end };
}

/* With a full disk workbook_close may say that all went well: every cell must be there
 * when the file is read again. */
static bool is_whole(struct diff_book *book, struct failure *failure)
{
	struct cells cells = { 0 };
	long found = 0;
	bool done = cells_start(&cells, book->work, failure);
	while (done && cells_next(&cells))
		found++;
	done = cells_stop(&cells, done, failure);
	return done && (found >= book->cells
		|| fail(failure, STATUS_SYSTEM, tr("%s is not whole after writing: is the disk full?", "%s 写入后不完整：磁盘是否已满？"), book->path));
}

bool diff_book_end(struct diff_book *book, bool keep, struct failure *failure)
{
	if (!book)
		return true;
	bool done = true;
	if (book->workbook)
		done = wrote(book, workbook_close(book->workbook), failure);
	if (done && keep)
		done = is_whole(book, failure);
	if (book->work)
		done = replacement_end(book->work, book->path, done && keep, failure) || (done && !keep);
	free(book->path);
	free(book);
	return done;
}
