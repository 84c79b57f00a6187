/* Charts of the page: bars lying, as SVG. Whatever is drawn stands in the table
 * below it too, so a screen reader needs only the chart's title. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/page.h"
#include "report/style.h"

enum { MOST_BARS = 60, LABEL = 165, WIDE = 520, NARROW = 300, MARGIN = 65, BAR = 20, THIN = 11 };

struct bars {
	char *labels[MOST_BARS];
	double values[MOST_BARS][CHART_SERIES];
	int count;
	bool more;      /* than are drawn */
	int width;      /* of the longest bar, pixels: less where two charts stand abreast */
	double largest; /* of a bar: of its sum, where stacked */
};

static bool is_stacked(const struct chart *chart)
{
	return strstr(chart->kind, "stacked") || strcmp(chart->kind, "shares") == 0;
}

static double sum_of(const struct bars *bars, int bar, int series)
{
	double sum = 0;
	for (int i = 0; i < series; i++)
		sum += bars->values[bar][i];
	return sum;
}

static bool read_bars(struct page *page, const struct sheet *sheet, const struct block *block, const struct chart *chart,
	struct bars *bars, struct failure *failure)
{
	struct database *database = page->report->database;
	int category = sheet_column(block, chart->category);
	sqlite3_stmt *statement = values_prepare(&sheet->values, database, sheet->script, block->sql, failure);
	bool row = false;
	bool done = statement && category >= 0 && database_step(database, statement, &row, failure);
	while (done && row && bars->count < MOST_BARS) {
		const char *label = (const char *)sqlite3_column_text(statement, block->columns[category].source);
		double *values = bars->values[bars->count];
		bars->labels[bars->count] = copy_text(failure, label ? label : "");
		if (!bars->labels[bars->count])
			done = false;
		for (int i = 0; i < chart->series_count; i++) {
			int column = sheet_column(block, chart->series[i]);
			if (column < 0)
				continue;
			const struct column *what = &block->columns[column];
			values[i] = sqlite3_column_double(statement, what->source) / (double)form_divisor(what->form);
			if (!is_stacked(chart) && values[i] > bars->largest)
				bars->largest = values[i];
		}
		if (is_stacked(chart) && sum_of(bars, bars->count, chart->series_count) > bars->largest)
			bars->largest = sum_of(bars, bars->count, chart->series_count);
		bars->count++;
		done = done && database_step(database, statement, &row, failure);
	}
	bars->more = done && row;
	sqlite3_finalize(statement);
	return done;
}

static void add_value(struct buffer *out, double value)
{
	bool whole = value == (double)(int64_t)value;
	if (whole)
		page_grouped(out, (int64_t)value);
	else
		buffer_print(out, "%.2f", value);
}

static void add_rectangle(struct page *page, const struct chart *chart, int series, const char *label, double x, int y,
	double width, int height, double value)
{
	buffer_print(&page->out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#%06X\"><title>", x, y, width,
		height, (unsigned)style_series(chart->series[series], series));
	page_text(page, label);
	buffer_text(&page->out, "　");
	page_text(page, chart->series[series]);
	buffer_text(&page->out, "：");
	add_value(&page->out, value);
	buffer_text(&page->out, "</title></rect>");
}

/* Figures stand out from their bar by 4.5 : 1 or near it. */
static const char *figure_class(lxw_color_t colour)
{
	unsigned light = (colour >> 16 & 255) * 3 + (colour >> 8 & 255) * 6 + (colour & 255);
	return light > 1200 ? "dark" : "in";
}

static void add_stacked(struct page *page, const struct chart *chart, const struct bars *bars, int bar, int y)
{
	double sum = sum_of(bars, bar, chart->series_count);
	bool shares = strcmp(chart->kind, "shares") == 0;
	double scale = shares ? (sum > 0 ? bars->width / sum : 0) : bars->width / bars->largest;
	double x = LABEL;
	for (int i = 0; i < chart->series_count; i++) {
		double value = bars->values[bar][i];
		double width = value * scale;
		if (value <= 0)
			continue;
		add_rectangle(page, chart, i, bars->labels[bar], x, y, width, BAR - 4, value);
		if (width >= 26) {
			buffer_print(&page->out, "<text class=\"%s\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
				figure_class(style_series(chart->series[i], i)), x + width / 2, y + 12);
			add_value(&page->out, value);
			buffer_text(&page->out, "</text>");
		}
		x += width;
	}
	buffer_print(&page->out, "<text x=\"%.1f\" y=\"%d\">", x + 6, y + 12);
	add_value(&page->out, sum);
	buffer_text(&page->out, "</text>\n");
}

static void add_grouped_bars(struct page *page, const struct chart *chart, const struct bars *bars, int bar, int y)
{
	for (int i = 0; i < chart->series_count; i++) {
		double width = bars->values[bar][i] * bars->width / bars->largest;
		int top = y + i * THIN;
		add_rectangle(page, chart, i, bars->labels[bar], LABEL, top, width, THIN - 1, bars->values[bar][i]);
		buffer_print(&page->out, "<text x=\"%.1f\" y=\"%d\" style=\"font-size:10px\">", LABEL + width + 5, top + THIN - 2);
		add_value(&page->out, bars->values[bar][i]);
		buffer_text(&page->out, "</text>");
	}
	buffer_text(&page->out, "\n");
}

/* A label cut to what fits; the whole stands in the table. */
static void add_label(struct page *page, const char *label, int y)
{
	size_t cut = 0;
	int width = 0;
	while (label[cut] && width < 22) {
		width += (unsigned char)label[cut] < 0x80 ? 1 : 2;
		do
			cut++;
		while (((unsigned char)label[cut] & 0xC0) == 0x80);
	}
	buffer_print(&page->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", LABEL - 8, y);
	buffer_markup(&page->out, label, cut);
	buffer_text(&page->out, label[cut] ? "…</text>" : "</text>");
}

static void add_legend(struct page *page, const struct chart *chart)
{
	if (chart->series_count < 2)
		return;
	buffer_text(&page->out, "<ul class=\"legend\">");
	for (int i = 0; i < chart->series_count; i++) {
		buffer_print(&page->out, "<li><i style=\"background:#%06X\"></i>", (unsigned)style_series(chart->series[i], i));
		page_text(page, chart->series[i]);
		buffer_text(&page->out, "</li>");
	}
	buffer_text(&page->out, "</ul>\n");
}

static void draw(struct page *page, const struct chart *chart, const struct bars *bars)
{
	bool stacked = is_stacked(chart);
	int step = stacked || chart->series_count == 1 ? BAR + 2 : THIN * chart->series_count + 8;
	int height = bars->count * step + 6;
	buffer_text(&page->out, "<figure>\n<figcaption>");
	page_text(page, chart->title);
	if (bars->more)
		buffer_print(&page->out, "（图中为前%d项，全部见下表）", (int)MOST_BARS);
	buffer_text(&page->out, "</figcaption>\n");
	add_legend(page, chart);
	buffer_print(&page->out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", LABEL + bars->width + MARGIN, height);
	page_text(page, chart->title);
	buffer_text(&page->out, "（数字见下表）\">\n");
	for (int bar = 0; bar < bars->count && bars->largest > 0; bar++) {
		int y = 4 + bar * step;
		add_label(page, bars->labels[bar], y + (step - 8) / 2 + 4);
		if (stacked)
			add_stacked(page, chart, bars, bar, y);
		else
			add_grouped_bars(page, chart, bars, bar, y);
	}
	buffer_print(&page->out, "<line x1=\"%d\" y1=\"0\" x2=\"%d\" y2=\"%d\"/>\n</svg>\n</figure>\n", LABEL, LABEL, height);
}

bool page_charts(struct page *page, int index, int block_index, struct failure *failure)
{
	const struct sheet *sheet = page->sheets.items[index];
	const struct block *block = &sheet->blocks[block_index];
	bool done = true;
	buffer_text(&page->out, "<div class=\"figures\">\n");
	for (int i = 0; done && i < block->chart_count; i++) {
		struct bars *bars = allocate(failure, 1, sizeof *bars);
		if (bars)
			bars->width = block->chart_count > 1 ? NARROW : WIDE;
		done = bars && read_bars(page, sheet, block, &block->charts[i], bars, failure);
		if (done && bars->count > 0)
			draw(page, &block->charts[i], bars);
		for (int k = 0; bars && k < bars->count; k++)
			free(bars->labels[k]);
		free(bars);
	}
	buffer_text(&page->out, "</div>\n");
	return done && page_flush(page, failure);
}
