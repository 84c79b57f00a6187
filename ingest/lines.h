/* The physical lines of a text file, as raw bytes, with their number and place.
 * A line ends at LF, CR or CRLF, in the units of its encoding. */
#ifndef INGEST_LINES_H
#define INGEST_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "ingest/digester.h"
#include "ingest/encoding.h"

enum { LINES_LIMIT = 4 << 20 }; /* bytes of one line; no table has such */

struct line {
	const char *bytes;  /* live until the next call; SCAN_BYTES more can be read (scan.h) */
	size_t length;      /* without the line end */
	size_t end;         /* bytes of the line end, 0 at the end of the file */
	int64_t number;     /* from 1 */
	int64_t offset;     /* in the file */
};

enum line_state { LINE_READ, LINE_LAST, LINE_TOO_LONG };

struct lines;

/* Lines from byte `from` to byte `until` of the file. */
struct lines *lines_open(int file, enum encoding encoding, int64_t from, int64_t until, struct failure *failure);
/* Hands every block that is read to the digester as well, which must outlive the lines. */
void lines_share(struct lines *lines, struct digester *digester);
void lines_close(struct lines *lines); /* NULL is let pass */

/* LINE_READ with a line; LINE_LAST after the last one; LINE_TOO_LONG with the
 * number and offset of a line over the limit, after which there is nothing more. */
bool lines_next(struct lines *lines, struct line *line, enum line_state *state, struct failure *failure);

#endif
