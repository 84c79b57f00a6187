/* In which encoding a text file is written, and its lines as UTF-8.
 *
 * Decided from all its bytes: a byte order mark, else strict UTF-8, else
 * GB18030, else UTF-16 without a mark where that cannot be a mistake. A file
 * that is none of them is no text, and the verdict says from which byte on. */
#ifndef INGEST_ENCODING_H
#define INGEST_ENCODING_H

#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"

enum encoding { ENCODING_UTF8, ENCODING_GB18030, ENCODING_UTF16LE, ENCODING_UTF16BE };

struct encoding_verdict {
	bool known;
	enum encoding encoding;
	int mark;       /* bytes of the byte order mark, 0 where there is none */
	bool cut;       /* the file ends inside a character: text up to `offset` */
	int64_t offset; /* of the first byte that is no text, where !known or cut */
};

/* "UTF-8", "GB18030", "UTF-16LE", "UTF-16BE". */
const char *encoding_name(enum encoding encoding);

/* Reads the file in chunks, a large one in two halves at a time; its position is not used. */
bool encoding_detect(int file, struct encoding_verdict *verdict, struct failure *failure);

/* Turns lines of one encoding into UTF-8. */
struct decoder;
struct decoder *decoder_open(enum encoding encoding, struct failure *failure);
void decoder_close(struct decoder *decoder); /* NULL is let pass */

/* The UTF-8 of one whole line (no character crosses its ends); lives until the
 * next call, and for UTF-8 it is the line itself. Of any other SCAN_BYTES more can
 * be read behind its end (scan.h). Bytes that are no text, which
 * encoding_detect would have found, fail: the file has changed. */
bool decoder_line(struct decoder *decoder, const char *line, size_t length, const char **text,
	size_t *text_length, struct failure *failure);

#endif
