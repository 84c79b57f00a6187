/* How large an input may be before its reader stops with S09. Honest files stay far
 * below; each bound keeps memory or time from being set by the file alone. */
#ifndef INGEST_LIMITS_H
#define INGEST_LIMITS_H

#include <stdint.h>

#define LIMIT_EXPANDED_BYTES ((int64_t)4 << 30)  /* all parts of a workbook, unpacked */
enum {
	LIMIT_RATIO = 400,             /* unpacked : packed, where more than … */
	LIMIT_RATIO_FROM = 1 << 20,    /* … so many bytes were unpacked */
	LIMIT_PARTS = 10000,           /* entries of a container */
	LIMIT_SHEETS = 1000,
	LIMIT_COLUMNS = 16384,         /* XFD */
	LIMIT_ROWS = 1048576,          /* of a sheet */
	LIMIT_CELLS = 60000000,        /* of a sheet */
	LIMIT_BLANK_ROWS = 4000000,    /* of a workbook, between filled ones */
	LIMIT_STRINGS = 8000000,       /* shared strings */
	LIMIT_STRING_BYTES = 128 << 20,/* shared strings, together */
	LIMIT_CELL_BYTES = 1 << 20,    /* the text of one cell or element */
	LIMIT_ROW_BYTES = 16 << 20,    /* the texts of one row */
	LIMIT_STYLES = 65536,
	LIMIT_XML_DEPTH = 64,
	LIMIT_XML_ATTRIBUTES = 256,    /* of one element */
	LIMIT_XML_TAG_BYTES = 64 << 10,
	LIMIT_XML_COMMENT_BYTES = 4 << 20
};

#endif
