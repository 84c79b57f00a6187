#include "common/suggest.h"

#include <string.h>

enum { LONGEST = 64 };

static int distance(const char *a, const char *b)
{
	int row[LONGEST + 1];
	int width = (int)strlen(b);
	int height = (int)strlen(a);
	if (width > LONGEST || height > LONGEST)
		return LONGEST * 2;
	for (int j = 0; j <= width; j++)
		row[j] = j;
	for (int i = 1; i <= height; i++) {
		int diagonal = row[0];
		row[0] = i;
		for (int j = 1; j <= width; j++) {
			int change = diagonal + (a[i - 1] != b[j - 1]);
			int shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
			diagonal = row[j];
			row[j] = change < shorter ? change : shorter;
		}
	}
	return row[width];
}

const char *suggest_nearest(const char *given, const char *const *words, int count)
{
	const char *nearest = NULL;
	int least = LONGEST;
	for (int i = 0; i < count; i++) {
		int apart = distance(given, words[i]);
		if (apart < least) {
			least = apart;
			nearest = words[i];
		}
	}
	int allowed = (int)strlen(given) / 3;
	return least <= (allowed > 2 ? allowed : 2) ? nearest : NULL;
}
