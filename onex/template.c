#include "onex/template.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include <zip.h>

#include "onex/dictionary.h"
#include "onex/replacement.h"

enum {
	TITLE_ROW = 0,
	EXPLANATION_ROW = 1,
	HEADING_ROW = 2,
	FIRST_ROW = 3,
	LAST_ROW = 5002,
	PART_LIMIT = 64 << 20,   /* bytes of one part, read back */
	CREATED = 1609459200     /* 2021-01-01: a clock would change the bytes */
};

static const char options_sheet[] = "选项";

struct book {
	const struct dataset *dataset;
	lxw_workbook *workbook;
	lxw_worksheet *sheet;
	lxw_worksheet *options; /* NULL: no field has a drop-down */
	lxw_format *title, *explanation, *heading;
	lxw_format *text, *count, *money, *day, *instant, *choice;
	lxw_error error; /* the first */
};

static void check(struct book *book, lxw_error error)
{
	if (book->error == LXW_NO_ERROR)
		book->error = error;
}

/* ---------------------------------------------------------------------- formats */

static lxw_format *column_format(struct book *book, const char *number_format)
{
	lxw_format *format = workbook_add_format(book->workbook);
	if (format) {
		format_set_num_format(format, number_format);
		format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
	}
	return format;
}

static lxw_format *boxed_format(struct book *book, bool bold)
{
	lxw_format *format = workbook_add_format(book->workbook);
	if (!format)
		return NULL;
	format_set_border(format, LXW_BORDER_THIN);
	format_set_text_wrap(format);
	format_set_align(format, LXW_ALIGN_CENTER);
	format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
	format_set_num_format(format, "@");
	if (bold) {
		format_set_bold(format);
		format_set_bg_color(format, 0xDDEBF7);
	} else {
		format_set_font_size(format, 9);
		format_set_font_color(format, 0x595959);
	}
	return format;
}

static bool make_formats(struct book *book)
{
	book->title = workbook_add_format(book->workbook);
	if (book->title) {
		format_set_bold(book->title);
		format_set_font_size(book->title, 16);
	}
	book->explanation = boxed_format(book, false);
	book->heading = boxed_format(book, true);
	book->text = column_format(book, "@");
	book->choice = column_format(book, "@");
	book->count = column_format(book, "0");
	book->money = column_format(book, "0.00");
	book->day = column_format(book, "yyyy-mm-dd");
	book->instant = column_format(book, "yyyy-mm-dd hh:mm:ss");
	return book->title && book->explanation && book->heading && book->text && book->choice && book->count && book->money &&
		book->day && book->instant;
}

static lxw_format *format_of(const struct book *book, const struct field *field)
{
	switch (field->kind) {
	case FIELD_COUNT:
		return book->count;
	case FIELD_MONEY:
		return book->money;
	case FIELD_DAY:
		return book->day;
	case FIELD_INSTANT:
		return book->instant;
	case FIELD_YES_NO:
	case FIELD_ENUMERATION:
		return book->choice;
	default:
		return book->text;
	}
}

/* ------------------------------------------------------------------- validations */

/* Writes the options of a drop-down into a column of the hidden sheet and names their range.
 * The sheet has no headings, so that it is never taken for a dataset. */
static void write_options(struct book *book, const struct field *field, lxw_col_t column, char *range, size_t size)
{
	static const char *const yes_no[] = { "是", "否" };
	bool is_yes_no = field->kind == FIELD_YES_NO;
	int count = is_yes_no ? 2 : field->values.count;
	for (int i = 0; i < count; i++)
		check(book, worksheet_write_string(book->options, (lxw_row_t)i, column,
			is_yes_no ? yes_no[i] : field->values.items[i], NULL));
	char first[LXW_MAX_CELL_NAME_LENGTH], last[LXW_MAX_CELL_NAME_LENGTH];
	lxw_rowcol_to_cell_abs(first, 0, column, 1, 1);
	lxw_rowcol_to_cell_abs(last, (lxw_row_t)count - 1, column, 1, 1);
	snprintf(range, size, "='%s'!%s:%s", options_sheet, first, last);
}

/* The rule that a spreadsheet program itself applies while the form is being filled in. False:
 * none for this kind. */
static bool describe_validation(struct book *book, const struct field *field, lxw_col_t column, char *range, size_t size,
	lxw_data_validation *validation)
{
	validation->criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
	validation->minimum_number = (double)field->minimum;
	validation->maximum_number = (double)field->maximum;
	switch (field->kind) {
	case FIELD_YES_NO:
	case FIELD_ENUMERATION:
		write_options(book, field, column, range, size);
		validation->validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
		validation->value_formula = range;
		return true;
	case FIELD_COUNT:
		validation->validate = LXW_VALIDATION_TYPE_INTEGER;
		return true;
	case FIELD_MONEY:
		validation->validate = LXW_VALIDATION_TYPE_DECIMAL;
		validation->minimum_number /= 100;
		validation->maximum_number /= 100;
		return true;
	case FIELD_DAY:
	case FIELD_INSTANT:
		validation->validate = LXW_VALIDATION_TYPE_DATE;
		validation->minimum_datetime = (lxw_datetime){ .year = 1950, .month = 1, .day = 1 };
		validation->maximum_datetime = (lxw_datetime){ .year = 2199, .month = 12, .day = 31 };
		return true;
	case FIELD_CODE:
		validation->validate = LXW_VALIDATION_TYPE_LENGTH;
		validation->criteria = LXW_VALIDATION_CRITERIA_EQUAL_TO;
		validation->value_number = field->digits;
		return true;
	default:
		return false;
	}
}

static void validate_column(struct book *book, const struct field *field, lxw_col_t column)
{
	/* the library takes no constants */
	char range[96], title[] = "填写有误", short_message[] = "请按列标题上方的说明填写";
	char allowed[512], message[640];
	lxw_data_validation validation = { 0 };
	if (!describe_validation(book, field, column, range, sizeof range, &validation))
		return;
	dictionary_allowed(field, allowed, sizeof allowed);
	snprintf(message, sizeof message, "应填：%s", allowed);
	validation.ignore_blank = LXW_VALIDATION_ON;
	validation.dropdown = LXW_VALIDATION_ON;
	validation.show_error = LXW_VALIDATION_ON;
	validation.error_type = LXW_VALIDATION_ERROR_TYPE_STOP;
	validation.error_title = title;
	/* the library refuses messages beyond the format's 255 characters */
	validation.error_message = strlen(message) <= 255 ? message : short_message;
	check(book, worksheet_data_validation_range(book->sheet, FIRST_ROW, column, LAST_ROW, column, &validation));
}

/* ------------------------------------------------------------------------- columns */

/* Columns of a text on a screen: a Chinese character takes two. */
static double width_of(const char *text)
{
	double width = 0;
	for (const char *c = text; *c; c++)
		if (((unsigned char)*c & 0xC0) != 0x80)
			width += (unsigned char)*c < 0x80 ? 1 : 2;
	return width;
}

static void explain(const struct dataset *dataset, const struct field *field, char *text, size_t size)
{
	char allowed[512];
	dictionary_allowed(field, allowed, sizeof allowed);
	if (field->required_field >= 0) {
		const struct field *other = &dataset->fields[field->required_field];
		snprintf(text, size, "%s为%s时必填\n%s：%s", other->heading, other->values.items[field->required_value - 1],
			dictionary_kind(field), allowed);
	} else {
		snprintf(text, size, "%s\n%s：%s", field->required ? "必填" : "选填", dictionary_kind(field), allowed);
	}
}

static void write_column(struct book *book, int position)
{
	const struct field *field = &book->dataset->fields[position];
	lxw_col_t column = (lxw_col_t)position;
	char explanation[1024];
	explain(book->dataset, field, explanation, sizeof explanation);
	double width = width_of(field->heading) + 4;
	width = width < 14 ? 14 : width > 32 ? 32 : width;
	if (field->kind == FIELD_INSTANT || field->kind == FIELD_CREDIT_CODE)
		width = width < 21 ? 21 : width;
	check(book, worksheet_set_column(book->sheet, column, column, width, format_of(book, field)));
	check(book, worksheet_write_string(book->sheet, EXPLANATION_ROW, column, explanation, book->explanation));
	check(book, worksheet_write_string(book->sheet, HEADING_ROW, column, field->heading, book->heading));
	validate_column(book, field, column);
}

static void set_page(struct book *book)
{
	worksheet_freeze_panes(book->sheet, FIRST_ROW, 1);
	worksheet_set_landscape(book->sheet);
	worksheet_set_paper(book->sheet, 9); /* A4 */
	worksheet_fit_to_pages(book->sheet, 1, 0);
	check(book, worksheet_repeat_rows(book->sheet, HEADING_ROW, HEADING_ROW));
	check(book, worksheet_set_footer(book->sheet, "&C第 &P 页，共 &N 页"));
	if (book->options)
		worksheet_hide(book->options);
	worksheet_activate(book->sheet);
}

static void fill(struct book *book)
{
	char title[256], program[] = "onex " ONEX_VERSION;
	snprintf(title, sizeof title, "%s填报表", book->dataset->title);
	check(book, worksheet_set_row(book->sheet, TITLE_ROW, 28, NULL));
	check(book, worksheet_set_row(book->sheet, EXPLANATION_ROW, 78, NULL));
	check(book, worksheet_set_row(book->sheet, HEADING_ROW, 34, NULL));
	check(book, worksheet_write_string(book->sheet, TITLE_ROW, 0, title, book->title));
	for (int i = 0; i < book->dataset->field_count; i++)
		write_column(book, i);
	set_page(book);
	lxw_doc_properties properties = { .title = title, .comments = program, .created = CREATED };
	check(book, workbook_set_properties(book->workbook, &properties));
}

/* ------------------------------------------------------------------ reading back */

/* One part is whole: its checksum holds and its XML ends. A full disk shows nowhere else. */
static bool part_is_whole(zip_t *archive, zip_uint64_t index)
{
	zip_stat_t about;
	if (zip_stat_index(archive, index, 0, &about) != 0 || !(about.valid & ZIP_STAT_SIZE) || about.size == 0 ||
		about.size > PART_LIMIT)
		return false;
	char *bytes = malloc((size_t)about.size + 1);
	zip_file_t *part = bytes ? zip_fopen_index(archive, index, 0) : NULL;
	bool whole = part && zip_fread(part, bytes, about.size) == (zip_int64_t)about.size &&
		zip_fread(part, bytes + about.size, 1) == 0;
	if (part)
		whole = zip_fclose(part) == 0 && whole;
	xmlDoc *document = whole ? xmlReadMemory(bytes, (int)about.size, "part", NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING) : NULL;
	whole = document != NULL;
	xmlFreeDoc(document);
	free(bytes);
	return whole;
}

static bool is_whole(const char *path)
{
	static const char *const needed[] = { "[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml",
		"xl/sharedStrings.xml", "xl/worksheets/sheet1.xml" };
	int error;
	zip_t *archive = zip_open(path, ZIP_RDONLY, &error);
	if (!archive)
		return false;
	bool whole = true;
	for (size_t i = 0; whole && i < sizeof needed / sizeof *needed; i++)
		whole = zip_name_locate(archive, needed[i], 0) >= 0;
	zip_int64_t count = zip_get_num_entries(archive, 0);
	for (zip_int64_t i = 0; whole && i < count; i++)
		whole = part_is_whole(archive, (zip_uint64_t)i);
	zip_discard(archive);
	return whole;
}

static bool has_choice(const struct dataset *dataset)
{
	for (int i = 0; i < dataset->field_count; i++)
		if (dataset->fields[i].kind == FIELD_YES_NO || dataset->fields[i].kind == FIELD_ENUMERATION)
			return true;
	return false;
}

static bool write_book(const struct dataset *dataset, const char *path, struct failure *failure)
{
	struct book book = { .dataset = dataset };
	book.workbook = workbook_new(path);
	book.sheet = book.workbook ? workbook_add_worksheet(book.workbook, dataset->title) : NULL;
	bool options = has_choice(dataset);
	if (book.sheet && options)
		book.options = workbook_add_worksheet(book.workbook, options_sheet);
	if (!book.sheet || (options && !book.options) || !make_formats(&book)) {
		if (book.workbook)
			lxw_workbook_free(book.workbook);
		return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	}
	fill(&book);
	check(&book, workbook_close(book.workbook));
	if (book.error != LXW_NO_ERROR)
		return fail(failure, STATUS_SYSTEM, tr("cannot write %s: %s", "无法写出 %s：%s"), path, lxw_strerror(book.error));
	if (!is_whole(path))
		return fail(failure, STATUS_SYSTEM, tr("cannot write %s whole: is a disk full?", "%s 没有写完整，磁盘可能已满"), path);
	return true;
}

static bool unknown_dataset(const struct schema *schema, const char *name, struct failure *failure)
{
	char names[512] = "";
	for (int i = 0; i < schema->dataset_count; i++)
		snprintf(names + strlen(names), sizeof names - strlen(names), " %s", schema->datasets[i].name);
	return fail(failure, STATUS_USAGE, tr("no dataset %s; there are:%s", "没有数据集 %s；可选：%s"), name, names);
}

bool template_write(const struct schema *schema, const char *dataset, const char *path, struct failure *failure)
{
	const struct dataset *found = schema_dataset(schema, dataset);
	if (!found)
		return unknown_dataset(schema, dataset, failure);
	char *part = replacement_begin(path, failure);
	return part && replacement_end(part, path, write_book(found, part, failure), failure);
}
