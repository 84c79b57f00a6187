#include "transform/shape.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The next word: a name, or one other character; "" at the end. */
struct words {
	const char *at;
	char word[SHAPE_NAME_BYTES];
};

static const char name_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

static void advance(struct words *words)
{
	for (;;) {
		words->at += strspn(words->at, " \t\r\n");
		if (strncmp(words->at, "--", 2) != 0)
			break;
		words->at += strcspn(words->at, "\n");
	}
	size_t length = strspn(words->at, name_characters);
	if (length == 0 && *words->at)
		length = 1;
	if (length >= sizeof words->word)
		length = sizeof words->word - 1; /* a longer name goes on as a second word: no shape */
	memcpy(words->word, words->at, length);
	words->word[length] = '\0';
	words->at += length;
}

static bool accept(struct words *words, const char *word)
{
	if (strcasecmp(words->word, word) != 0)
		return false;
	advance(words);
	return true;
}

static bool read_name(struct words *words, char name[SHAPE_NAME_BYTES])
{
	if (!*words->word || !strchr(name_characters, *words->word))
		return false;
	memcpy(name, words->word, SHAPE_NAME_BYTES);
	advance(words);
	return true;
}

static bool read_column(struct words *words, struct shape_item *item)
{
	return accept(words, "(") && read_name(words, item->column) && accept(words, ")");
}

/* column = number */
static bool read_condition(struct words *words, struct shape_filter *filter)
{
	if (!read_name(words, filter->column) || !accept(words, "="))
		return false;
	size_t length = strspn(words->word, "0123456789");
	if (length == 0 || length > 9 || words->word[length])
		return false;
	for (size_t i = 0; i < length; i++)
		filter->value = filter->value * 10 + (words->word[i] - '0');
	advance(words);
	return true;
}

/* FILTER (WHERE … AND …), or nothing. */
static bool read_filter(struct words *words, struct shape_item *item)
{
	if (!accept(words, "FILTER"))
		return true;
	if (item->verb == SHAPE_DISTINCT || !accept(words, "(") || !accept(words, "WHERE"))
		return false;
	do {
		if (item->filter_count == SHAPE_FILTERS || !read_condition(words, &item->filters[item->filter_count++]))
			return false;
	} while (accept(words, "AND"));
	return accept(words, ")");
}

static bool read_item(struct words *words, struct shape_item *item)
{
	bool done;
	if (accept(words, "SUM")) {
		item->verb = SHAPE_SUM;
		done = read_column(words, item);
	} else if (accept(words, "MIN")) {
		item->verb = SHAPE_MIN;
		done = read_column(words, item);
	} else if (accept(words, "COUNT")) {
		done = accept(words, "(");
		item->verb = accept(words, "DISTINCT") ? SHAPE_DISTINCT : SHAPE_COUNT;
		done = done && (item->verb == SHAPE_DISTINCT ? read_name(words, item->column) : accept(words, "*"))
			&& accept(words, ")");
	} else {
		item->verb = SHAPE_KEY;
		done = read_name(words, item->column);
		memcpy(item->name, item->column, sizeof item->name);
		return done;
	}
	return done && read_filter(words, item) && accept(words, "AS") && read_name(words, item->name);
}

/* Each key selected once and nothing else grouped by. */
static bool read_keys(struct words *words, const struct shape *shape)
{
	int keys = 0, found = 0;
	for (int i = 0; i < shape->count; i++)
		keys += shape->items[i].verb == SHAPE_KEY;
	do {
		char name[SHAPE_NAME_BYTES];
		if (!read_name(words, name))
			return false;
		for (int i = 0; i < shape->count; i++)
			found += shape->items[i].verb == SHAPE_KEY && strcmp(shape->items[i].column, name) == 0;
		keys--;
	} while (accept(words, ","));
	int selected = 0;
	for (int i = 0; i < shape->count; i++)
		selected += shape->items[i].verb == SHAPE_KEY;
	return keys == 0 && found == selected;
}

static bool read_shape(struct words *words, struct shape *shape)
{
	if (!accept(words, "SELECT"))
		return false;
	do {
		if (shape->count == SHAPE_ITEMS || !read_item(words, &shape->items[shape->count++]))
			return false;
	} while (accept(words, ","));
	if (!accept(words, "FROM") || !read_name(words, shape->source) || !accept(words, "GROUP") || !accept(words, "BY")
		|| !read_keys(words, shape))
		return false;
	accept(words, ";");
	return *words->word == '\0';
}

bool shape_read(struct shape *shape, const struct policy *policy, struct failure *failure)
{
	*shape = (struct shape){ 0 };
	struct words words = { .at = policy->sql };
	advance(&words);
	return read_shape(&words, shape)
		|| fail(failure, STATUS_BATCH, tr("%s: a tally is one SELECT of keys, COUNT, SUM and MIN with GROUP BY, near: %.60s",
			"%s：汇总须是由分组列、COUNT、SUM、MIN 组成的一条 SELECT … GROUP BY，问题在：%.60s"), policy->file,
			words.at);
}
