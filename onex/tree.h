/* A tree of what rests on what, printed as indented text or JSON. */
#ifndef ONEX_TREE_H
#define ONEX_TREE_H

#include "common/failure.h"

/* `label` says what it is, `value` what it is worth, `place` where it stands (file,
 * sheet, cell; "" where it is derived), `raw` the text of that cell where it is not
 * the value's. */
struct node {
	char *label, *value, *place, *raw;
	struct node *first, *last, *next;
};

/* Appends a child (to NULL: makes a root); the texts are copied, NULL is "". NULL and a
 * failure when out of memory. */
struct node *tree_add(struct node *parent, const char *label, const char *value, const char *place, const char *raw,
	struct failure *failure);
void tree_free(struct node *node); /* and all below; NULL is let pass */

void tree_print(const struct node *root);
void tree_print_json(const struct node *root);

#endif
