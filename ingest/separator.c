#include "ingest/separator.h"

static const char candidates[3] = { ',', '\t', ';' };

void separator_add(struct separator *separator, const char *text, size_t length)
{
	if (separator->lines >= SEPARATOR_LINES || length == 0)
		return;
	int line = separator->lines;
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"')
			separator->quoted = !separator->quoted;
		for (int k = 0; k < 3 && !separator->quoted; k++)
			separator->counts[k][line] += text[i] == candidates[k];
	}
	/* a record over several lines is counted as one */
	separator->lines += !separator->quoted;
}

/* The best of (times in a line) x (lines with just so many). */
static long score(const long *counts, int lines)
{
	long best = 0;
	for (int i = 0; i < lines; i++) {
		long same = 0;
		for (int j = 0; j < lines; j++)
			same += counts[j] == counts[i];
		if (counts[i] * same > best)
			best = counts[i] * same;
	}
	return best;
}

char separator_choose(const struct separator *separator)
{
	int lines = separator->lines < SEPARATOR_LINES ? separator->lines + (separator->quoted != 0) : SEPARATOR_LINES;
	int chosen = 0;
	long best = 0;
	for (int k = 0; k < 3; k++) {
		long points = score(separator->counts[k], lines);
		if (points > best) {
			best = points;
			chosen = k;
		}
	}
	return candidates[chosen];
}
