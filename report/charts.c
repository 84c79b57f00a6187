/* Native charts below a table, side by side. */
#include <string.h>

#include "report/book.h"

enum { ROW_PIXELS = 20, GAP = 12 };

static uint8_t chart_type(const char *kind)
{
	if (strcmp(kind, "stacked") == 0)
		return LXW_CHART_BAR_STACKED;
	if (strcmp(kind, "shares") == 0)
		return LXW_CHART_BAR_STACKED_PERCENT;
	if (strcmp(kind, "columns") == 0)
		return LXW_CHART_COLUMN;
	if (strcmp(kind, "stacked-columns") == 0)
		return LXW_CHART_COLUMN_STACKED;
	if (strcmp(kind, "pie") == 0)
		return LXW_CHART_PIE;
	return LXW_CHART_BAR;
}

static bool add_series(struct book *book, lxw_chart *chart, const struct chart *what, const struct sheet *sheet,
	const struct block *block, struct failure *failure)
{
	int category = sheet_column(block, what->category);
	const char *name = sheet->part_names[0];
	lxw_row_t last = block->first + (lxw_row_t)(block->rows < sheet->cap ? block->rows : sheet->cap) - 1;
	(void)book;
	for (int i = 0; i < what->series_count; i++) {
		int column = sheet_column(block, what->series[i]);
		if (column < 0 || category < 0)
			return fail(failure, STATUS_BATCH, tr("%s: chart without column %s", "%s：图表缺少列 %s"), sheet->script,
				what->series[i]);
		lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
		if (!series)
			return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
		chart_series_set_categories(series, name, block->first, (lxw_col_t)category, last, (lxw_col_t)category);
		chart_series_set_values(series, name, block->first, (lxw_col_t)column, last, (lxw_col_t)column);
		chart_series_set_name_range(series, name, block->first - 1, (lxw_col_t)column);
		chart_series_set_name(series, what->series[i]);
		lxw_chart_fill fill = { .color = style_series(what->series[i], i) };
		chart_series_set_fill(series, &fill);
		if (what->series_count == 1) {
			lxw_chart_font font = { .size = 8 };
			chart_series_set_labels(series);
			chart_series_set_labels_font(series, &font);
		}
	}
	return true;
}

/* Of bars the library's x axis holds the values, of columns the y axis. */
static void dress(lxw_chart *chart, const struct chart *what)
{
	char heading_font[] = "黑体", axis_font[] = "宋体";
	lxw_chart_font title = { .name = heading_font, .size = 12, .bold = LXW_EXPLICIT_FALSE };
	lxw_chart_font small = { .name = axis_font, .size = 9 };
	lxw_chart_line faint = { .color = 0xE3E3E3, .width = 0.5f };
	bool bars = strcmp(what->kind, "bars") == 0 || strcmp(what->kind, "stacked") == 0
		|| strcmp(what->kind, "shares") == 0;
	lxw_chart_axis *values = bars ? chart->x_axis : chart->y_axis;
	lxw_chart_axis *categories = bars ? chart->y_axis : chart->x_axis;
	chart_title_set_name(chart, what->title);
	chart_title_set_name_font(chart, &title);
	chart_axis_set_num_font(values, &small);
	chart_axis_set_num_font(categories, &small);
	chart_axis_major_gridlines_set_visible(values, LXW_TRUE);
	chart_axis_major_gridlines_set_line(values, &faint);
	chart_axis_major_gridlines_set_visible(categories, LXW_FALSE);
	chart_axis_set_num_format(values, strcmp(what->kind, "shares") == 0 ? "0%" : "#,##0");
	if (bars) { /* the first record on top, the values' axis still below */
		chart_axis_set_reverse(categories);
		chart_axis_set_crossing_max(categories);
	}
	chart_legend_set_position(chart, what->series_count > 1 ? LXW_CHART_LEGEND_BOTTOM : LXW_CHART_LEGEND_NONE);
}

bool charts_insert(struct book *book, struct sheet *sheet, int index, lxw_row_t row, struct failure *failure)
{
	const struct block *block = &sheet->blocks[index];
	double pixels = sheet_width(sheet) * 7 + 5 * sheet_columns(sheet);
	double each = (pixels - GAP * (block->chart_count - 1)) / block->chart_count;
	for (int i = 0; i < block->chart_count; i++) {
		const struct chart *what = &block->charts[i];
		lxw_chart *chart = workbook_add_chart(book->workbook, chart_type(what->kind));
		if (!chart)
			return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
		if (!add_series(book, chart, what, sheet, block, failure))
			return false;
		dress(chart, what);
		lxw_chart_options options = { .x_offset = (int32_t)(i * (each + GAP)), .y_offset = 6,
			.x_scale = each / 480.0, .y_scale = what->rows * ROW_PIXELS / 288.0 };
		if (worksheet_insert_chart_opt(sheet->parts[0], row, 0, chart, &options) != LXW_NO_ERROR)
			return fail(failure, STATUS_BUG, tr("%s: cannot insert a chart", "%s：无法插入图表"), sheet->script);
	}
	return true;
}
