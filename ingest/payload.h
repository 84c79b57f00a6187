/* A row of a table as SQLite stores it ("record format" of sqlite.org/fileformat2.html):
 *
 *     length of the head | type of column 0, 1, … | value of column 0, 1, …
 *
 * The INTEGER PRIMARY KEY stands elsewhere: in a table's row it is NULL. */
#ifndef INGEST_PAYLOAD_H
#define INGEST_PAYLOAD_H

#include "ingest/typing.h"

struct payload {
	unsigned char *buffer; /* begins NULL, freed by the owner */
	size_t room;
	const unsigned char *bytes; /* in the buffer */
	size_t length;
};

/* Writes the row of these columns. What is neither integer nor text is NULL. */
bool payload_write(struct payload *payload, const struct value *columns, int count, struct failure *failure);

#endif
