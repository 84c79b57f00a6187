/* The compound file (OLE2) that old spreadsheets, old documents and encrypted new
 * workbooks are kept in: a small file system of sectors.
 *
 *     header -> sector table -> directory: "Workbook", "EncryptedPackage", …
 *                            -> a stream: a chain of sectors, or of 64-byte pieces
 */
#ifndef INGEST_COMPOUND_H
#define INGEST_COMPOUND_H

#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"

struct compound;

/* Opens the compound file; *compound is NULL where it is cut short or damaged. False where
 * memory is out or reading failed. The file stays the caller's. */
bool compound_open(int file, int64_t bytes, struct compound **compound, struct failure *failure);
void compound_close(struct compound *compound); /* NULL is let pass */

/* Whether there is a stream of this name (ASCII, letters in any case). */
bool compound_has(const struct compound *compound, const char *name);

/* A stream as the places of its blocks in the file. */
struct stream {
	int file;
	int64_t *blocks;
	size_t block_count;
	size_t block_bytes;
	int64_t bytes;
};

/* False where memory is out; *sound is false where the stream is missing or its chain
 * is damaged. Close with stream_close in any case. */
bool stream_open(const struct compound *compound, const char *name, struct stream *stream, bool *sound,
	struct failure *failure);
void stream_close(struct stream *stream);

/* Reads up to `count` bytes from `position`; returns how many there were (fewer at the end of
 * the stream or of a file that is cut short), -1 where reading failed. */
long stream_read(const struct stream *stream, int64_t position, void *bytes, size_t count);

#endif
