#include <stdlib.h>
#include <string.h>

#include "ingest/reader_xml.h"
#include "ingest/vocabulary.h"

enum { SLOTS = 256, TRIES = 16 };

/* libxml2 keeps one copy of each name, so the copy's address stands for it. */
struct xml_names {
	const struct schema *schema;
	struct vocabulary *vocabulary;
	struct xml_name slots[SLOTS];
};

struct xml_names *xml_names_open(const struct schema *schema, struct outlet *outlet)
{
	struct xml_names *names = outlet_allocate(outlet, 1, sizeof *names);
	if (!names)
		return NULL;
	names->schema = schema;
	names->vocabulary = vocabulary_open(schema, outlet->failure);
	if (names->vocabulary)
		return names;
	outlet->broken = true;
	free(names);
	return NULL;
}

void xml_names_close(struct xml_names *names)
{
	if (!names)
		return;
	vocabulary_close(names->vocabulary);
	free(names);
}

const struct dataset *xml_names_root(const struct xml_names *names, const char *name)
{
	const struct schema *schema = names->schema;
	char folded[HEADING_BYTES], title[HEADING_BYTES];
	heading_fold_text(name, strlen(name), folded);
	for (int i = 0; i < schema->dataset_count; i++) {
		const struct dataset *dataset = &schema->datasets[i];
		heading_fold_text(dataset->title, strlen(dataset->title), title);
		if (strcmp(name, dataset->root) == 0 || (*folded && strcmp(folded, title) == 0))
			return dataset;
	}
	return NULL;
}

bool xml_names_record(const struct dataset *dataset, const char *name)
{
	return strcmp(name, dataset->name) == 0 || strcmp(name, dataset->title) == 0 || strcmp(name, "记录") == 0;
}

static void look_up(const struct xml_names *names, const struct dataset *dataset, struct xml_name *known)
{
	char folded[HEADING_BYTES];
	known->role = COLUMN_FIELD;
	known->field = dataset_field(dataset, known->name);
	if (known->field >= 0)
		return;
	heading_fold_text(known->name, strlen(known->name), folded);
	int position = (int)(dataset - names->schema->datasets);
	const struct word *word = *folded ? vocabulary_find(names->vocabulary, position, folded) : NULL;
	known->role = word ? word->role : COLUMN_UNKNOWN;
	known->field = word ? word->field : -1;
}

struct xml_name *xml_names_field(struct xml_names *names, const struct dataset *dataset, const char *name)
{
	size_t slot = ((uintptr_t)name >> 3 ^ (uintptr_t)name >> 11) % SLOTS;
	for (int tries = 0; tries < TRIES && names->slots[slot].name; tries++, slot = (slot + 1) % SLOTS)
		if (names->slots[slot].name == name)
			return &names->slots[slot];
	/* Where names are so many that the slots run out, an old one is given up. */
	struct xml_name *known = &names->slots[slot];
	*known = (struct xml_name){ .name = name };
	look_up(names, dataset, known);
	return known;
}
