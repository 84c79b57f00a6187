#include "report/style.h"

#include <string.h>

static const char FONT[] = "宋体";
static const char FONT_BOLD[] = "黑体";

/* Words that carry a state; the tint only repeats what the word says. */
static const struct {
	const char *word;
	lxw_color_t tint, series;
} STATES[STATE_COUNT] = {
	{ "通过", 0xC6E0B4, 0x2E7D32 }, { "建议通过", 0xE2EFDA, 0x8BC34A }, { "待研判", 0xFFF2CC, 0xF2B705 },
	{ "退回", 0xFCE4D6, 0xE07B39 }, { "不符合", 0xF8CBAD, 0xB3261E }, { "不符合条件", 0xF8CBAD, 0xB3261E },
	{ "退回修改", 0xFCE4D6, 0xE07B39 }, { "人工研判", 0xFFF2CC, 0xF2B705 }, { "提示", 0xEDEDED, 0x8A8A8A },
	{ "一致", 0xE2EFDA, 0x2E7D32 }, { "不一致", 0xF8CBAD, 0xB3261E }, { "申报", 0, 0x9DB7D5 },
	{ "初审", 0, 0x5B8DB8 }, { "核定", 0, 0x1F4E79 }, { "无法判定", 0xEDEDED, 0x6B7A8F }
};

static lxw_format *make(lxw_workbook *workbook, const char *font, double size, uint8_t align, uint8_t vertical)
{
	lxw_format *format = workbook_add_format(workbook);
	if (!format)
		return NULL;
	format_set_font_name(format, font);
	format_set_font_size(format, size);
	format_set_align(format, align);
	format_set_align(format, vertical);
	return format;
}

void style_begin(struct style *style, lxw_workbook *workbook)
{
	*style = (struct style){ .workbook = workbook };
	style->title = make(workbook, FONT_BOLD, 16, LXW_ALIGN_CENTER, LXW_ALIGN_VERTICAL_CENTER);
	style->intro = make(workbook, FONT, 10.5, LXW_ALIGN_LEFT, LXW_ALIGN_VERTICAL_CENTER);
	style->right = make(workbook, FONT, 10.5, LXW_ALIGN_RIGHT, LXW_ALIGN_VERTICAL_CENTER);
	style->block = make(workbook, FONT_BOLD, 12, LXW_ALIGN_LEFT, LXW_ALIGN_VERTICAL_CENTER);
	style->heading = make(workbook, FONT_BOLD, 10, LXW_ALIGN_CENTER, LXW_ALIGN_VERTICAL_CENTER);
	style->note = make(workbook, FONT, 10, LXW_ALIGN_LEFT, LXW_ALIGN_VERTICAL_CENTER);
	style->empty = make(workbook, FONT, 10, LXW_ALIGN_CENTER, LXW_ALIGN_VERTICAL_CENTER);
	if (!style->title || !style->intro || !style->right || !style->block || !style->heading || !style->note || !style->empty)
		return;
	format_set_text_wrap(style->title);
	format_set_text_wrap(style->intro);
	format_set_text_wrap(style->note);
	format_set_text_wrap(style->heading);
	format_set_border(style->heading, LXW_BORDER_THIN);
	format_set_border_color(style->heading, 0x7F7F7F);
	format_set_bg_color(style->heading, 0xDCE6F1);
	format_set_border(style->empty, LXW_BORDER_THIN);
	format_set_border_color(style->empty, 0x7F7F7F);
}

static const char *number_format(enum form form)
{
	switch (form) {
	case FORM_COUNT:
		return "#,##0_ ";
	case FORM_YUAN:
		return "#,##0.00_ ";
	case FORM_WAN:
		return "#,##0.00####_ ";
	case FORM_DAY:
		return "yyyy-mm-dd";
	case FORM_INSTANT:
		return "yyyy-mm-dd hh:mm:ss";
	case FORM_PERCENT:
		return "0.0%_ ";
	case FORM_PPM:
		return "0.00##%_ ";
	case FORM_HUNDREDTHS:
		return "0.00_ ";
	case FORM_REAL:
		return "General";
	case FORM_CODE:
	case FORM_TEXT:
	case FORM_WRAP:
	case FORM_STATE:
	case FORM_DIGEST:
		return "@";
	default:
		return NULL;
	}
}

static bool is_numeric(enum form form)
{
	return form == FORM_COUNT || form == FORM_REAL || form == FORM_YUAN || form == FORM_WAN || form == FORM_PERCENT
		|| form == FORM_PPM || form == FORM_HUNDREDTHS;
}

static bool is_middle(enum form form)
{
	return form == FORM_STATE || form == FORM_DAY || form == FORM_INSTANT || form == FORM_ROW || form == FORM_FILE;
}

static lxw_format *make_cell(struct style *style, enum form form, enum dress dress, bool center)
{
	lxw_format *format = make(style->workbook, dress == DRESS_TOTAL ? FONT_BOLD : FONT, form == FORM_DIGEST ? 7 : 10,
		form == FORM_DIGEST ? LXW_ALIGN_FILL : center ? LXW_ALIGN_CENTER : is_numeric(form) ? LXW_ALIGN_RIGHT : LXW_ALIGN_LEFT, LXW_ALIGN_VERTICAL_CENTER);
	if (!format)
		return NULL;
	format_set_border(format, LXW_BORDER_THIN);
	format_set_border_color(format, 0x7F7F7F);
	if (number_format(form))
		format_set_num_format(format, number_format(form));
	if (form == FORM_WRAP || form == FORM_TEXT || form == FORM_CODE)
		format_set_text_wrap(format);
	if (form == FORM_ROW || form == FORM_FILE) {
		format_set_font_color(format, 0x1F4E9E);
		format_set_underline(format, LXW_UNDERLINE_SINGLE);
	}
	if (dress == DRESS_OPEN) {
		format_set_unlocked(format);
		format_set_bg_color(format, 0xFFFBE6);
	}
	if (dress == DRESS_TOTAL)
		format_set_bg_color(format, 0xF2F2F2);
	return format;
}

/* The library looks a format that equals another one up anew for every cell, which takes as
 * long as writing the cell: forms that look the same share one format. */
static enum form look_of(enum form form)
{
	switch (form) {
	case FORM_WRAP:
	case FORM_CODE:
		return FORM_TEXT;
	case FORM_FILE:
		return FORM_ROW;
	default:
		return form;
	}
}

lxw_format *style_cell(struct style *style, enum form form, enum dress dress, bool center)
{
	form = look_of(form);
	center = center || is_middle(form);
	lxw_format **format = &style->cells[form][dress][center];
	if (!*format)
		*format = make_cell(style, form, dress, center);
	return *format;
}

lxw_format *style_state(struct style *style, const char *word)
{
	for (int i = 0; i < STATE_COUNT; i++) {
		if (strcmp(STATES[i].word, word) != 0 || !STATES[i].tint)
			continue;
		int first = 0; /* word of the same tint */
		while (STATES[first].tint != STATES[i].tint)
			first++;
		if (!style->states[first]) {
			style->states[first] = make_cell(style, FORM_STATE, DRESS_PLAIN, true);
			if (style->states[first])
				format_set_bg_color(style->states[first], STATES[i].tint);
		}
		return style->states[first];
	}
	return style_cell(style, FORM_STATE, DRESS_PLAIN, true);
}

lxw_color_t style_series(const char *name, int position)
{
	static const lxw_color_t others[] = { 0x1F4E79, 0x5B8DB8, 0x8BC34A, 0xF2B705, 0xE07B39, 0x7E57A0, 0x4DA1A9,
		0x8A8A8A };
	for (int i = 0; i < STATE_COUNT; i++)
		if (strcmp(STATES[i].word, name) == 0)
			return STATES[i].series;
	return others[(unsigned)position % (sizeof others / sizeof *others)];
}
