/* The words under which each dataset's columns are known, folded and sorted. */
#ifndef INGEST_VOCABULARY_H
#define INGEST_VOCABULARY_H

#include "ingest/heading.h"

struct word {
	int dataset;           /* position in the schema */
	enum column_role role; /* COLUMN_FIELD, COLUMN_IGNORED or COLUMN_PERSONAL */
	int field;
	char *folded;
};

struct vocabulary {
	const struct schema *schema;
	struct word *words; /* by dataset, then folded */
	size_t count, capacity;
	const char **known;    /* the folded words of all datasets, sorted */
};

/* Whether any dataset has the word. */
bool vocabulary_knows(const struct vocabulary *vocabulary, const char *folded);

/* The word of a dataset, or NULL. */
const struct word *vocabulary_find(const struct vocabulary *vocabulary, int dataset, const char *folded);

/* 1 to 3 for a level's name, else 0. */
int vocabulary_level(const char *folded);

void heading_fold_text(const char *text, size_t length, char folded[HEADING_BYTES]);

#endif
