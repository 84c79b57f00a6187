#include "onex/tree.h"

#include <stdio.h>
#include <stdlib.h>

#include "onex/json.h"

struct node *tree_add(struct node *parent, const char *label, const char *value, const char *place, const char *raw,
	struct failure *failure)
{
	struct node *node = allocate(failure, 1, sizeof *node);
	if (!node)
		return NULL;
	node->label = copy_text(failure, label ? label : "");
	node->value = copy_text(failure, value ? value : "");
	node->place = copy_text(failure, place ? place : "");
	node->raw = copy_text(failure, raw ? raw : "");
	if (!node->label || !node->value || !node->place || !node->raw) {
		tree_free(node);
		return NULL;
	}
	if (parent && parent->last)
		parent->last = parent->last->next = node;
	else if (parent)
		parent->first = parent->last = node;
	return node;
}

void tree_free(struct node *node)
{
	if (!node)
		return;
	for (struct node *child = node->first, *next; child; child = next) {
		next = child->next;
		tree_free(child);
	}
	free(node->label);
	free(node->value);
	free(node->place);
	free(node->raw);
	free(node);
}

static void print_node(const struct node *node, int depth)
{
	printf("%*s%s", depth * 2, "", node->label);
	if (*node->value)
		printf(tr(": %s", "：%s"), node->value);
	if (*node->place)
		printf("  [%s]", node->place);
	if (*node->raw)
		printf(tr(" (raw text: %s)", "（原文：%s）"), node->raw);
	putchar('\n');
	for (const struct node *child = node->first; child; child = child->next)
		print_node(child, depth + 1);
}

void tree_print(const struct node *root)
{
	print_node(root, 0);
}

static void print_json(const struct node *node)
{
	putchar('{');
	json_member("label", node->label, ",");
	json_member("value", node->value, ",");
	json_member("place", node->place, ",");
	json_member("raw", node->raw, ",\"parts\":[");
	for (const struct node *child = node->first; child; child = child->next) {
		print_json(child);
		if (child->next)
			putchar(',');
	}
	fputs("]}", stdout);
}

void tree_print_json(const struct node *root)
{
	print_json(root);
	putchar('\n');
}
