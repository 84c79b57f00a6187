/* How a virtual table by column answers one use of it in a FROM: which constraints are
 * put as screens, whether repetitions are left out. What xFilter needs of it stands in
 * info->idxNum and in the words of info->idxStr: of each screen its constraint, stored
 * column and whether its value is a list, in the order of the arguments; then the
 * stored columns of PLAN_DIFFERENT. */
#ifndef VALIDATE_COLUMN_PLAN_H
#define VALIDATE_COLUMN_PLAN_H

#include <sqlite3.h>
#include <stdbool.h>

#include "validate/columns.h"

enum { PLAN_SCREENS = 16 }; /* SQLite looks at the constraints beyond */

enum column_plan_kind {
	PLAN_WHOLE,      /* all rows that pass the screens */
	PLAN_DIFFERENT,  /* of these, rows that differ in some columns */
	PLAN_BY_ID       /* the row of one id, from the table itself */
};

/* What the uses of a table in one statement come to. */
struct column_use {
	bool asked;      /* it is used at all */
	bool scanned;    /* gone through */
	bool unfit;      /* the table itself would do better: by an index of its own, or since
	                  * texts of most rows are wanted */
	struct wanted wanted; /* columns of what is gone through */
};

/* Fills `info`, adds to `use`; an SQLite code. */
int column_plan(const struct columns *columns, sqlite3_index_info *info, struct column_use *use);

#endif
