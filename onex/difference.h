/* Where two outputs of the same name part: down to the cell. */
#ifndef ONEX_DIFFERENCE_H
#define ONEX_DIFFERENCE_H

#include <stddef.h>

#include "common/failure.h"

enum { DIFFERENCE_TEXT = 400 };

/* The first place where two files differ, in words of their form: a CSV's line and
 * column, a workbook's sheet and cell, a table's row and column of batch.db, else a
 * byte. The texts are cut where they are long. */
struct difference {
	bool differs;
	char place[DIFFERENCE_TEXT]; /* "资金分配表!H12", "第 3 行 amount_fen", "finding.message #17" */
	char left[DIFFERENCE_TEXT], right[DIFFERENCE_TEXT];
};

/* Compares two files; a missing one differs. */
bool difference_files(const char *left, const char *right, struct difference *difference, struct failure *failure);

/* The forms, each for files that are known to differ in their bytes. Where a form
 * finds no difference in what it understands, place stays empty. */
bool difference_csv(const char *left, const char *right, struct difference *difference, struct failure *failure);
bool difference_workbook(const char *left, const char *right, struct difference *difference, struct failure *failure);
bool difference_database(const char *left, const char *right, struct difference *difference, struct failure *failure);

/* Copies `length` bytes of a text into a field of the struct, cut at a character. */
void difference_put(char field[DIFFERENCE_TEXT], const char *text, size_t length);

#endif
