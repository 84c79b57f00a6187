/* What the parts of typing share. A cell that its kind's short path does not take
 * is first written plain (typing_cell.c) and then read by kind:
 *
 *     cell -> typing_plain -> typing_count, typing_money   typing_number.c
 *                          -> typing_code …                typing_code.c
 *                          -> typing_date                  typing_date.c
 *                          -> typing_choice, typing_yes_no typing_choice.c
 *
 * Each fills the value or, through typing_fault.c, the finding. */
#ifndef INGEST_TYPING_PRIVATE_H
#define INGEST_TYPING_PRIVATE_H

#include "ingest/typing.h"

struct reading {
	const struct field *field;
	const struct cell *cell;
	int epoch;
	char *scratch; /* TYPING_SCRATCH_BYTES */
	struct value *value;
	struct field_fault *fault;
};

struct slice {
	const char *text; /* not NUL-terminated */
	size_t length;
};

/* ---- typing_cell.c */

/* White space and invisible characters of any kind, controls, U+200B, U+FEFF. */
bool typing_is_blank(uint32_t character);

/* The character at `at` (valid UTF-8) and its size in bytes. */
uint32_t typing_character(const char *at, const char *end, size_t *size);

/* Without the blanks at both ends. */
struct slice typing_trim(struct slice text);

size_t typing_characters(struct slice text);

enum plain_form {
	PLAIN_CODE,   /* blanks removed, full-width forms made ASCII, prefix ' removed */
	PLAIN_NUMBER, /* the same, and every kind of minus and hyphen is '-' */
	PLAIN_DATE    /* the same, but blanks inside become one space */
};

/* The plain form, in the scratch. It is cut where it does not fit: no kind of field has
 * a sound value of that length. */
struct slice typing_plain(const struct reading *reading, struct slice text, enum plain_form form);

bool typing_equals(struct slice text, const char *words);
bool typing_is_error(struct slice text);  /* #N/A, #REF!, … in any case of letters */
bool typing_is_ditto(struct slice text);  /* 同上 〃 */

/* ---- typing_number.c */

/* A number cell's number, to 15 significant digits so that binary noise is gone, in
 * plain decimal notation in the scratch. False where it is no number. `places`
 * is how many significant digits the stored text has (NULL: not wanted). */
bool typing_decimal(const struct reading *reading, struct slice *plain, int *places);

/* A date cell's serial in the sheet's system, rounded to the second; false where it is no
 * day (the false 29 February 1900, negative, beyond year 9999). */
bool typing_serial(struct slice serial, int epoch, int64_t *instant);

void typing_count(struct reading *reading, struct slice plain);
void typing_money(struct reading *reading, struct slice plain);

/* ---- typing_code.c */
void typing_code(struct reading *reading, struct slice plain);       /* FIELD_CODE */
void typing_major_code(struct reading *reading, struct slice plain);
void typing_credit_code(struct reading *reading, struct slice plain);
void typing_digest(struct reading *reading, struct slice plain);     /* both digests */
void typing_identifier(struct reading *reading, struct slice plain);
bool typing_credit_code_sound(const char code[18]);                  /* alphabet and check */

/* ---- typing_date.c */
void typing_date(struct reading *reading, struct slice plain);       /* FIELD_DAY, FIELD_INSTANT */
/* A number that the spreadsheet shows as a date. */
static inline bool typing_is_date(enum cell_kind kind)
{
	return kind == CELL_DATE || kind == CELL_DAY;
}

void typing_date_cell(struct reading *reading);                      /* CELL_DATE, CELL_DAY */
/* The short forms "2021-05-14" and "2021-05-14 08:05:09" (or with T); false: look closer. */
bool typing_date_short(const struct field *field, struct slice text, int64_t *value);

/* ---- typing_choice.c */
void typing_yes_no(struct reading *reading, struct slice plain);
void typing_choice(struct reading *reading, struct slice plain);     /* FIELD_ENUMERATION */

/* ---- typing_fault.c */

/* The finding `rule`: `problem` says what is wrong ("不是整数"), `advice` what to do; both
 * without full stop. `understood` may be empty. The value becomes unknown. */
void typing_fault(struct reading *reading, const char *rule, struct slice understood, const char *problem,
	const char *advice);
/* The same with a text made by printf for the problem. */
void typing_fault_format(struct reading *reading, const char *rule, struct slice understood, const char *advice,
	const char *format, ...) __attribute__((format(printf, 5, 6)));
/* What the cell shows in a spreadsheet: a date, TRUE, else its text. Uses at most
 * 64 bytes of `room`. */
struct slice typing_shown(const struct cell *cell, int epoch, char *room);
/* What a field allows, in Chinese. */
void typing_allowed(const struct field *field, char *text, size_t size);

static inline struct slice slice_of(const char *text, size_t length)
{
	return (struct slice){ text, length };
}

static inline bool typing_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline void typing_set_integer(struct reading *reading, int64_t integer)
{
	reading->value->state = VALUE_INTEGER;
	reading->value->integer = integer;
}

static inline void typing_set_text(struct reading *reading, struct slice text)
{
	reading->value->state = VALUE_TEXT;
	reading->value->text = text.text;
	reading->value->length = (uint32_t)text.length;
}

#endif
