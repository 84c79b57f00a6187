/* The cell formats of a workbook, made when first asked for. */
#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H

#include "report/sheet.h"

enum dress {
	DRESS_PLAIN, /* a record */
	DRESS_OPEN,  /* to be filled in: unlocked, tinted */
	DRESS_TOTAL,
	DRESS_COUNT
};

enum { STATE_COUNT = 15 };

struct style {
	lxw_workbook *workbook;
	lxw_format *title, *intro, *right, *block, *heading, *note, *empty;
	lxw_format *cells[FORM_COUNT_OF][DRESS_COUNT][2]; /* [1]: centred */
	lxw_format *states[STATE_COUNT];
};

void style_begin(struct style *style, lxw_workbook *workbook);
lxw_format *style_cell(struct style *style, enum form form, enum dress dress, bool center);
/* The format of a word of state (通过, 退回修改, 一致, …), or the plain one. */
lxw_format *style_state(struct style *style, const char *word);
/* The colour of a chart's series named `name`, the position-th one; RGB. */
lxw_color_t style_series(const char *name, int position);

#endif
