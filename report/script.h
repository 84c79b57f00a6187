/* A file of SQL with headings: what a sheet, a CSV file or a part of the page is
 * made from.
 *
 *     -- key: value            headings in comment lines
 *     --   and its next line   (three spaces continue the one before)
 *     SELECT ... ;             one SELECT, ended by a ; at the end of a line
 *     -- key: value            then perhaps more parts of the same form
 *     SELECT ... ;
 *
 * Other comments (not of the form `-- word: ` or after the SELECT has begun) are
 * let pass. The SQL runs unchanged in the stock sqlite3 shell; :name parameters
 * are the values of report/values.h. */
#ifndef REPORT_SCRIPT_H
#define REPORT_SCRIPT_H

#include "common/failure.h"

struct script_heading {
	char *key, *value;
};

struct script_part {
	struct script_heading *headings;
	int heading_count;
	char *sql;
};

struct script {
	char *name; /* path relative to the program's data folder */
	struct script_part *parts;
	int part_count;
};

/* Reads `home`/`name`; NULL on failure. */
struct script *script_load(const char *home, const char *name, struct failure *failure);
void script_free(struct script *script); /* NULL is let pass */

/* The value of the first heading `key`, or NULL. */
const char *script_heading(const struct script_part *part, const char *key);

#endif
