/* What may be filled in: drop-downs from a range (a list of Chinese words in the
 * cell itself would be over the limit), and bounds. */
#include <stdlib.h>
#include <string.h>

#include "report/cell.h"

/* "SHEET!HEADING" -> the range of that column's records. */
static bool list_range(struct rows *rows, const char *list, struct buffer *range, struct failure *failure)
{
	const char *mark = strchr(list, '!');
	char *name = mark ? strndup(list, (size_t)(mark - list)) : NULL;
	struct sheet *target = name ? book_sheet(rows->book, name) : NULL;
	free(name);
	for (int i = 0; target && i < target->block_count; i++) {
		int column = sheet_column(&target->blocks[i], mark + 1);
		if (column < 0)
			continue;
		if (!sheet_count(target, i, rows->book->report->database, failure))
			return false;
		int part;
		char text[LXW_MAX_CELL_RANGE_LENGTH];
		lxw_row_t first = sheet_row(target, i, 1, &part);
		lxw_row_t last = first + (lxw_row_t)(target->blocks[i].rows > 0 ? target->blocks[i].rows - 1 : 0);
		lxw_rowcol_to_range_abs(text, first, (lxw_col_t)column, last, (lxw_col_t)column);
		buffer_empty(range);
		buffer_text(range, "=");
		formula_sheet(range, target->part_names[0]);
		buffer_text(range, text);
		return buffer_sound(range, failure);
	}
	return fail(failure, STATUS_BATCH, tr("%s: no such list: %s", "%s：没有这样的列表：%s"), rows->sheet->script, list);
}

/* A whole number from 0 up to the cell of another column in the same row. */
static bool bound_formula(struct rows *rows, lxw_row_t row, const char *heading, struct buffer *formula,
	struct failure *failure)
{
	int column = sheet_column(&rows->sheet->blocks[rows->block], heading);
	if (column < 0)
		return fail(failure, STATUS_BATCH, tr("%s: no column %s", "%s：没有列 %s"), rows->sheet->script, heading);
	char cell[LXW_MAX_CELL_NAME_LENGTH];
	lxw_rowcol_to_cell(cell, row, (lxw_col_t)column);
	buffer_empty(formula);
	buffer_print(formula, "=%s", cell);
	return buffer_sound(formula, failure);
}

static bool validate_column(struct rows *rows, int column, lxw_row_t first, lxw_row_t last, struct failure *failure)
{
	/* The library's structure takes plain pointers and copies the texts. */
	char list_title[] = "请从列表中选择", list_text[] = "只能填列表中的词，可点右侧箭头选择。";
	char bound_title[] = "人数不对", bound_text[] = "应为不小于0的整数，且不超过申报的拟考证人数。";
	char day_title[] = "日期不对", day_text[] = "请按 2021-05-28 的样式填写日期。";
	char zero[] = "=0";
	const struct column *what = &rows->sheet->blocks[rows->block].columns[column];
	struct buffer formula = { 0 };
	lxw_data_validation rule = { .ignore_blank = LXW_VALIDATION_ON, .show_input = LXW_VALIDATION_ON,
		.show_error = LXW_VALIDATION_ON, .dropdown = LXW_VALIDATION_ON };
	bool done = true;
	if (what->list) {
		done = list_range(rows, what->list, &formula, failure);
		rule.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
		rule.value_formula = formula.bytes;
		rule.error_title = list_title;
		rule.error_message = list_text;
	} else if (what->upto) {
		done = bound_formula(rows, first, what->upto, &formula, failure);
		rule.validate = LXW_VALIDATION_TYPE_INTEGER_FORMULA;
		rule.criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
		rule.minimum_formula = zero;
		rule.maximum_formula = formula.bytes;
		rule.error_title = bound_title;
		rule.error_message = bound_text;
	} else if (what->open && what->form == FORM_DAY) {
		rule.validate = LXW_VALIDATION_TYPE_DATE;
		rule.criteria = LXW_VALIDATION_CRITERIA_GREATER_THAN;
		rule.value_datetime = (lxw_datetime){ .year = 2019, .month = 1, .day = 1 };
		rule.error_title = day_title;
		rule.error_message = day_text;
	} else {
		return true;
	}
	done = done && cell_written(rows, worksheet_data_validation_range(rows->sheet->parts[rows->part], first,
		(lxw_col_t)column, last, (lxw_col_t)column, &rule), failure);
	buffer_free(&formula);
	return done;
}

bool cell_validations(struct rows *rows, lxw_row_t first, lxw_row_t last, struct failure *failure)
{
	const struct block *block = &rows->sheet->blocks[rows->block];
	if (last < first)
		return true;
	for (int i = 0; i < block->column_count; i++)
		if (!validate_column(rows, i, first, last, failure))
			return false;
	return true;
}
