/* Dataset definitions, read from schemas/<dataset>.xsd: the one place where a
 * field's heading, aliases, type, bounds and unit are written. */
#ifndef COMMON_SCHEMA_H
#define COMMON_SCHEMA_H

#include <stdint.h>

#include "common/failure.h"

/* The simple types of schemas/types.xsd; any other type is an enumeration. */
enum field_kind {
	FIELD_TEXT,
	FIELD_IDENTIFIER,
	FIELD_CODE,        /* digits: see field.digits */
	FIELD_MAJOR_CODE,
	FIELD_CREDIT_CODE,
	FIELD_DIGEST,
	FIELD_ROW_DIGEST,
	FIELD_COUNT,
	FIELD_MONEY,
	FIELD_DAY,
	FIELD_INSTANT,
	FIELD_YES_NO,
	FIELD_ENUMERATION
};

enum { SCHEMA_MAX_FIELDS = 62 }; /* the unknown mask is an int64 */

enum field_group { GROUP_NONE, GROUP_CERTIFICATE, GROUP_MAJOR };

struct texts {
	char **items;
	int count;
};

struct field {
	char *name;          /* element and column name */
	char *heading;       /* Chinese */
	struct texts aliases;
	char *unit;          /* "" where there is none */
	char *type;          /* type name, "" for an inline enumeration */
	enum field_kind kind;
	enum field_group group;
	int digits;          /* FIELD_CODE */
	int max_length;      /* characters */
	int64_t minimum, maximum; /* FIELD_COUNT; FIELD_MONEY in fen */
	struct texts values; /* FIELD_ENUMERATION, in order */
	bool required, key, dictionary;
	bool prefilled;      /* a row with nothing else is a form row left blank */
	bool spread;         /* may stand as one column per level under a two-row heading */
	int required_field, required_value; /* required where that field (index) has that value
	                                     * (enumeration position); -1: never */
};

struct dataset {
	int id;              /* position in byte order of the names, from 1 */
	char *name, *title, *root; /* application, 试点申报, applications */
	char *documentation;
	struct field *fields;
	int field_count;
	struct texts personal; /* headings of personal columns that are dropped */
	struct texts ignored;  /* known headings that are not fields */
};

struct schema {
	struct dataset *datasets; /* in byte order of their names */
	int dataset_count;
};

/* Reads every schemas/<name>.xsd of `home` but types.xsd and notice.xsd. NULL on
 * failure (a schema that does not follow the house form is STATUS_BATCH with file
 * and line). */
struct schema *schema_load(const char *home, struct failure *failure);
void schema_free(struct schema *schema); /* NULL is let pass */

const struct dataset *schema_dataset(const struct schema *schema, const char *name);
int dataset_field(const struct dataset *dataset, const char *name); /* index or -1 */

#endif
