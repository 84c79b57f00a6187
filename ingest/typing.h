/* One cell -> one typed value, or a field finding (datasets.md, "Reading cells,
 * exactly"). */
#ifndef INGEST_TYPING_H
#define INGEST_TYPING_H

#include "ingest/reader.h"

enum value_state {
	VALUE_EMPTY,   /* nothing stood there */
	VALUE_UNKNOWN, /* something unreadable: see the fault */
	VALUE_INTEGER, /* code, count, fen, day, instant, yes/no, enumeration position */
	VALUE_TEXT
};

struct value {
	enum value_state state;
	uint32_t length;
	int64_t integer;
	const char *text; /* of `length` bytes, not NUL-terminated; points into the cell or the scratch */
};

struct field_fault {
	const char *rule;     /* "F01" … "F10", NULL where the cell is sound */
	char understood[256]; /* what it may mean, or empty; UTF-8, NUL-terminated */
	char allowed[512];    /* Chinese */
	char message[768];    /* Chinese: what stands there, what is allowed, what to do */
};

enum { TYPING_SCRATCH_BYTES = 8192 };

/* Reads one cell as `field`. `epoch` is the sheet's (dates of CELL_DATE);
 * `scratch` holds texts that had to be changed and must live as long as `value`.
 * A required field that is empty is F01 (conditions across fields are the
 * caller's). The usual clean cell takes a short path: no allocation, no copying. */
void typing_read(const struct field *field, const struct cell *cell, int epoch,
	char scratch[TYPING_SCRATCH_BYTES], struct value *value, struct field_fault *fault);

/* F01 of `field`, for callers that judge emptiness themselves. */
void typing_missing(const struct field *field, struct field_fault *fault);

/* Whether the cell's text is byte for byte the canonical text of `value` (else
 * the store keeps the raw text beside the row). */
bool typing_is_canonical(const struct field *field, const struct cell *cell, const struct value *value);

#endif
