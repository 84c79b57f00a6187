/* Tables of the page. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/calendar.h"
#include "report/page.h"

void page_grouped(struct buffer *out, int64_t value)
{
	char digits[32];
	snprintf(digits, sizeof digits, "%" PRId64, value);
	size_t length = strlen(digits);
	for (size_t i = 0; i < length; i++) {
		buffer_add(out, digits + i, 1);
		if (i + 1 < length && (length - i - 1) % 3 == 0 && digits[i] != '-')
			buffer_text(out, ",");
	}
}

/* A number of units of 1/divisor, with at least two decimals and no idle zeros. */
static void add_decimal(struct buffer *out, int64_t value, int64_t divisor)
{
	char fraction[16];
	uint64_t size = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
	snprintf(fraction, sizeof fraction, divisor == 100 ? "%02" PRIu64 : "%06" PRIu64, size % (uint64_t)divisor);
	for (size_t length = strlen(fraction); length > 2 && fraction[length - 1] == '0'; length--)
		fraction[length - 1] = '\0';
	if (value < 0)
		buffer_text(out, "-");
	page_grouped(out, (int64_t)(size / (uint64_t)divisor));
	buffer_print(out, ".%s", fraction);
}

static bool is_number(enum form form)
{
	return form == FORM_COUNT || form == FORM_REAL || form == FORM_YUAN || form == FORM_WAN || form == FORM_PERCENT
		|| form == FORM_PPM || form == FORM_HUNDREDTHS;
}

static void add_number(struct buffer *out, enum form form, sqlite3_stmt *statement, int column)
{
	int64_t value = sqlite3_column_int64(statement, column);
	char text[CALENDAR_INSTANT_BYTES];
	switch (form) {
	case FORM_YUAN:
	case FORM_WAN:
	case FORM_HUNDREDTHS:
		add_decimal(out, value, form_divisor(form));
		break;
	case FORM_PPM:
		add_decimal(out, value * 100, 1000000);
		buffer_text(out, "%");
		break;
	case FORM_PERCENT:
		buffer_print(out, "%.1f%%", sqlite3_column_double(statement, column) * 100);
		break;
	case FORM_DAY:
		calendar_day_text(value, text);
		buffer_text(out, text);
		break;
	case FORM_INSTANT:
		calendar_instant_text(value, text);
		buffer_text(out, text);
		break;
	case FORM_REAL:
		buffer_print(out, "%.15g", sqlite3_column_double(statement, column));
		break;
	default:
		page_grouped(out, value);
	}
}

/* Links to a file below inbox/, each byte that is not plainly a letter escaped. */
static void add_file_link(struct page *page, const char *path, const char *shown)
{
	struct buffer *out = &page->out;
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~/";
	buffer_text(out, "<a href=\"../../inbox/");
	for (const char *at = path; *at; at++) {
		if (strchr(plain, *at))
			buffer_add(out, at, 1);
		else
			buffer_print(out, "%%%02X", (unsigned)(unsigned char)*at);
	}
	buffer_text(out, "\">");
	page_text(page, shown ? shown : "打开");
	buffer_text(out, "</a>");
}

/* A row beyond the page's cap is named without a link. */
static void add_row_link(struct page *page, const struct column *column, int64_t ordinal, const char *shown)
{
	int target = column->link ? page_sheet(page, column->link) : -1;
	bool linked = target >= 0 && ordinal <= PAGE_CAP;
	if (linked)
		buffer_print(&page->out, "<a href=\"#row-%d-%" PRId64 "\">", target + 1, ordinal);
	if (shown)
		page_text(page, shown);
	else
		buffer_print(&page->out, "第%" PRId64 "条", ordinal);
	if (linked)
		buffer_text(&page->out, "</a>");
}

/* The text of the helper that a link is to bear. */
static const char *shown_text(const struct column *column, sqlite3_stmt *statement)
{
	for (int i = 0; column->shown && i < sqlite3_column_count(statement); i++)
		if (strcmp(sqlite3_column_name(statement, i), column->shown) == 0)
			return (const char *)sqlite3_column_text(statement, i);
	return NULL;
}

static const char *class_of(enum form form)
{
	if (is_number(form))
		return "n";
	if (form == FORM_WRAP)
		return "w";
	return form == FORM_TEXT || form == FORM_FILE ? "" : "c";
}

static void add_cell(struct page *page, const struct column *column, sqlite3_stmt *statement)
{
	struct buffer *out = &page->out;
	const char *text = (const char *)sqlite3_column_text(statement, column->source);
	int type = sqlite3_column_type(statement, column->source);
	if (column->form == FORM_STATE) {
		buffer_text(out, "<td class=\"state\" data-state=\"");
		page_text(page, text ? text : "");
		buffer_text(out, "\"><span>");
		page_text(page, text ? text : "");
		buffer_text(out, "</span></td>");
		return;
	}
	const char *shown = shown_text(column, statement);
	const char *class = class_of(column->form);
	buffer_text(out, "<td");
	if (*class)
		buffer_print(out, " class=\"%s\"", class);
	buffer_text(out, ">");
	if (type == SQLITE_NULL)
		page_text(page, shown ? shown : "");
	else if (column->form == FORM_ROW)
		add_row_link(page, column, sqlite3_column_int64(statement, column->source), shown);
	else if (column->form == FORM_FILE)
		add_file_link(page, text, shown);
	else if (type == SQLITE_TEXT)
		buffer_markup(out, text, (size_t)sqlite3_column_bytes(statement, column->source));
	else
		add_number(out, column->form, statement, column->source);
	buffer_text(out, "</td>");
}

/* A column's width in characters, its edges included. */
static double column_width(const struct column *column)
{
	return column->width + 2.5;
}

static double total_width(const struct block *block)
{
	double sum = 0;
	for (int i = 0; i < block->column_count; i++)
		sum += column_width(&block->columns[i]);
	return sum;
}

static void add_heading(struct page *page, const struct sheet *sheet, const struct block *block, bool tall)
{
	struct buffer *out = &page->out;
	buffer_print(out, "<div class=\"scroll%s\" tabindex=\"0\" role=\"region\" aria-label=\"", tall ? " tall" : "");
	page_text(page, block->title && *block->title ? block->title : sheet->visible);
	buffer_print(out, "\">\n<table%s style=\"min-width:%.0fem\">\n<caption>", sheet->filter ? " data-filter" : "",
		total_width(block) * 0.54);
	page_text(page, block->title && *block->title ? block->title : sheet->visible);
	buffer_text(out, "</caption>\n<colgroup>");
	for (int i = 0; i < block->column_count; i++)
		buffer_print(out, "<col style=\"width:%.2f%%\">", column_width(&block->columns[i]) * 100 / total_width(block));
	buffer_text(out, "</colgroup>\n<thead><tr>");
	for (int i = 0; i < block->column_count; i++) {
		const struct column *column = &block->columns[i];
		bool choose = column->form == FORM_STATE || strcmp(column->heading, "规则") == 0
			|| strcmp(column->heading, "审核单位") == 0 || strcmp(column->heading, "等级") == 0;
		buffer_print(out, "<th scope=\"col\"%s%s>", is_number(column->form) ? " class=\"n\"" : "", choose ? " data-choose" : "");
		page_text(page, column->heading);
		buffer_text(out, "</th>");
	}
	buffer_text(out, "</tr></thead>\n<tbody>\n");
}

static void add_total(struct page *page, const struct block *block, const int64_t *totals)
{
	bool any = false;
	for (int i = 0; i < block->column_count; i++)
		any = any || block->columns[i].sum;
	if (!any)
		return;
	buffer_text(&page->out, "<tfoot><tr>");
	for (int i = 0; i < block->column_count; i++) {
		const struct column *column = &block->columns[i];
		buffer_text(&page->out, column->sum ? "<td class=\"n\">" : "<td>");
		if (column->sum && form_divisor(column->form) > 1)
			add_decimal(&page->out, totals[i], form_divisor(column->form));
		else if (column->sum)
			page_grouped(&page->out, totals[i]);
		else if (i == 0)
			buffer_text(&page->out, "合计");
		buffer_text(&page->out, "</td>");
	}
	buffer_text(&page->out, "</tr></tfoot>\n");
}

static void add_ending(struct page *page, const struct sheet *sheet, const struct block *block, int64_t count,
	const int64_t *totals)
{
	struct buffer *out = &page->out;
	if (count == 0) {
		buffer_print(out, "<tr><td colspan=\"%d\">", block->column_count);
		page_text(page, block->empty && *block->empty ? block->empty : "（无）");
		buffer_text(out, "</td></tr>\n");
	}
	buffer_text(out, "</tbody>\n");
	if (count > 0)
		add_total(page, block, totals);
	buffer_text(out, "</table>\n</div>\n");
	if (count > PAGE_CAP) {
		buffer_print(out, "<p class=\"note\" data-total=\"%" PRId64 "\">此处显示前", count);
		page_grouped(out, PAGE_CAP);
		buffer_text(out, "条，共");
		page_grouped(out, count);
		buffer_text(out, "条。");
		page_text(page, sheet->more ? sheet->more : "其余见 reports/review.xlsx。");
		buffer_text(out, "</p>\n");
	}
}

bool page_table(struct page *page, int index, int block_index, struct failure *failure)
{
	enum { MOST = 64 };
	const struct sheet *sheet = page->sheets.items[index];
	const struct block *block = &sheet->blocks[block_index];
	struct database *database = page->report->database;
	int64_t totals[MOST] = { 0 };
	int64_t count = 0;
	bool last_block = block_index + 1 == sheet->block_count;
	sqlite3_stmt *statement = values_prepare(&sheet->values, database, sheet->script, block->sql, failure);
	bool row = false;
	bool done = statement && block->column_count <= MOST && database_step(database, statement, &row, failure);
	if (done)
		add_heading(page, sheet, block, last_block && sheet->block_count == 1);
	while (done && row) {
		count++;
		for (int i = 0; i < block->column_count; i++)
			if (block->columns[i].sum)
				totals[i] += sqlite3_column_int64(statement, block->columns[i].source);
		if (count <= PAGE_CAP) {
			if (last_block)
				buffer_print(&page->out, "<tr id=\"row-%d-%" PRId64 "\">", index + 1, count);
			else
				buffer_text(&page->out, "<tr>");
			for (int i = 0; i < block->column_count; i++)
				add_cell(page, &block->columns[i], statement);
			buffer_text(&page->out, "</tr>\n");
			done = page->out.length < 65536 || page_flush(page, failure);
		}
		done = done && database_step(database, statement, &row, failure);
	}
	sqlite3_finalize(statement);
	page->records += count;
	if (done)
		add_ending(page, sheet, block, count, totals);
	return done;
}
