/* The first differing cell of two workbooks. */
#include <stdio.h>
#include <string.h>

#include "onex/cells.h"
#include "onex/difference.h"

/* "sheet\tH12\ttext\n" -> the place "sheet!H12" and the text. */
static void split(const char *line, char place[DIFFERENCE_TEXT], char text[DIFFERENCE_TEXT])
{
	const char *first = line ? strchr(line, '\t') : NULL;
	const char *second = first ? strchr(first + 1, '\t') : NULL;
	place[0] = text[0] = '\0';
	if (!second)
		return;
	snprintf(place, DIFFERENCE_TEXT, "%.*s!%.*s", (int)(first - line), line, (int)(second - first - 1), first + 1);
	difference_put(text, second + 1, strcspn(second + 1, "\n"));
}

static void describe(const char *left, const char *right, struct difference *difference)
{
	char other[DIFFERENCE_TEXT];
	split(left, difference->place, difference->left);
	split(right, other, difference->right);
	if (strcmp(other, difference->place) == 0)
		return;
	if (!left) { /* the cell is in one file only */
		memcpy(difference->place, other, sizeof other);
		return;
	}
	difference->right[0] = '\0';
}

bool difference_workbook(const char *left, const char *right, struct difference *difference, struct failure *failure)
{
	struct cells a = { 0 }, b = { 0 };
	bool done = cells_start(&a, left, failure) && cells_start(&b, right, failure);
	while (done) {
		const char *x = cells_next(&a);
		const char *y = cells_next(&b);
		if (!x && !y)
			break;
		if (x && y && strcmp(x, y) == 0)
			continue;
		describe(x, y, difference);
		break;
	}
	done = cells_stop(&a, done, failure);
	return cells_stop(&b, done, failure);
}
