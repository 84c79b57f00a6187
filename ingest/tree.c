#include "ingest/tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/sqlite_format.h"

/* Even of pages of 512 bytes, with 60 children each, so many levels hold any table. */
enum { MOST_LEVELS = 12 };

/* A page being filled: its header and the places of its cells grow from the front, the
 * cells from the end. */
struct sheaf {
	unsigned char *bytes;
	size_t cells, content; /* content: where the last cell begins */
};

struct child {
	uint32_t page;
	int64_t last_id;
};

/* Pages that lead to others. The last child has no cell: it stands in the page's header. */
struct level {
	struct sheaf page;
	struct child before, last; /* `before` is that of the last cell, if there is one */
	size_t before_size;
	bool has_last;
	bool has_earlier;          /* a page of this level is written: the next level has children */
};

struct tree {
	struct pages *pages;
	uint32_t root;
	size_t usable;
	struct sheaf leaf;
	int64_t last_id;
	bool has_leaves;           /* written ones */
	struct level levels[MOST_LEVELS]; /* from the leaves' parents upwards */
};

/* ---- pages */

static bool clear(struct tree *tree, struct sheaf *page, struct failure *failure)
{
	if (!page->bytes)
		page->bytes = allocate(failure, pages_size(tree->pages), 1);
	page->cells = 0;
	page->content = tree->usable;
	return page->bytes != NULL;
}

static bool fits(const struct sheaf *page, size_t header, size_t size)
{
	return page->content >= header + 2 * (page->cells + 1) + size;
}

/* Room for a cell that fits. */
static unsigned char *add_cell(struct sheaf *page, size_t header, size_t size)
{
	page->content -= size;
	format_put_16(page->bytes + header + 2 * page->cells++, page->content);
	return page->bytes + page->content;
}

/* Writes the header, and zeros where nothing stands. */
static void close_page(struct sheaf *page, unsigned char type, size_t header)
{
	size_t used = header + 2 * page->cells;
	memset(page->bytes, 0, FORMAT_LEAF_HEADER);
	memset(page->bytes + used, 0, page->content - used);
	page->bytes[0] = type;
	format_put_16(page->bytes + FORMAT_CELLS, page->cells);
	format_put_16(page->bytes + FORMAT_CONTENT, page->content); /* 65536 becomes 0, as it should */
}

/* ---- pages that lead to others */

static void close_level(struct level *level)
{
	close_page(&level->page, FORMAT_INTERIOR, FORMAT_INTERIOR_HEADER);
	format_put_32(level->page.bytes + FORMAT_LAST_CHILD, level->last.page);
}

static void put_child(struct level *level, struct child child)
{
	size_t size = 4 + format_varint_size((uint64_t)child.last_id);
	unsigned char *at = add_cell(&level->page, FORMAT_INTERIOR_HEADER, size);
	format_put_32(at, child.page);
	format_put_varint(at + 4, (uint64_t)child.last_id);
	level->before = child;
	level->before_size = size;
}

static bool add_child(struct tree *tree, int at, struct child child, struct failure *failure);

/* Writes the level's page without its last child, which begins the next page: no page but the
 * root may have fewer than two children, and one more will come. */
static bool write_level(struct tree *tree, int at, struct failure *failure)
{
	struct level *level = &tree->levels[at];
	struct child carried = level->last;
	struct child written = { 0, level->before.last_id };
	level->last = level->before;
	level->page.cells--;
	level->page.content += level->before_size;
	close_level(level);
	level->has_earlier = true;
	if (!pages_add(tree->pages, level->page.bytes, &written.page, failure)
		|| !clear(tree, &level->page, failure))
		return false;
	level->last = carried;
	return add_child(tree, at + 1, written, failure);
}

static bool add_child(struct tree *tree, int at, struct child child, struct failure *failure)
{
	if (at == MOST_LEVELS)
		return fail(failure, STATUS_BUG, tr("too many levels", "层级过多"));
	struct level *level = &tree->levels[at];
	if (!level->page.bytes && !clear(tree, &level->page, failure))
		return false;
	if (level->has_last && !fits(&level->page, FORMAT_INTERIOR_HEADER, 4 + FORMAT_VARINT_BYTES)
		&& !write_level(tree, at, failure))
		return false;
	if (level->has_last)
		put_child(level, level->last);
	level->has_last = true;
	level->last = child;
	return true;
}

/* ---- leaves */

static bool write_leaf(struct tree *tree, struct failure *failure)
{
	struct child child = { 0, tree->last_id };
	close_page(&tree->leaf, FORMAT_LEAF, FORMAT_LEAF_HEADER);
	tree->has_leaves = true;
	return pages_add(tree->pages, tree->leaf.bytes, &child.page, failure) && clear(tree, &tree->leaf, failure)
		&& add_child(tree, 0, child, failure);
}

/* How much of a payload stands in the leaf. */
static size_t local_length(const struct tree *tree, size_t length)
{
	size_t usable = tree->usable;
	if (length <= usable - 35)
		return length;
	size_t least = (usable - 12) * 32 / 255 - 23;
	size_t even = least + (length - least) % (usable - 4);
	return even <= usable - 35 ? even : least;
}

/* Writes the bytes as a chain, its end first: each page tells the next one. */
static bool write_overflow(struct tree *tree, const unsigned char *bytes, size_t length, uint32_t *first,
	struct failure *failure)
{
	size_t share = tree->usable - 4;
	unsigned char *page = allocate(failure, pages_size(tree->pages), 1);
	bool done = page != NULL;
	*first = 0;
	for (size_t at = (length - 1) / share * share; done; at -= share) {
		size_t part = length - at < share ? length - at : share;
		format_put_32(page, *first);
		memcpy(page + 4, bytes + at, part);
		memset(page + 4 + part, 0, share - part);
		done = pages_add(tree->pages, page, first, failure);
		if (at == 0)
			break;
	}
	free(page);
	return done;
}

bool tree_add(struct tree *tree, int64_t id, const unsigned char *payload, size_t length, struct failure *failure)
{
	size_t local = local_length(tree, length);
	size_t size = format_varint_size(length) + format_varint_size((uint64_t)id) + local + (local < length ? 4 : 0);
	uint32_t overflow = 0;
	if (!fits(&tree->leaf, FORMAT_LEAF_HEADER, size) && !write_leaf(tree, failure))
		return false;
	if (local < length && !write_overflow(tree, payload + local, length - local, &overflow, failure))
		return false;
	unsigned char *at = add_cell(&tree->leaf, FORMAT_LEAF_HEADER, size);
	at = format_put_varint(at, length);
	at = format_put_varint(at, (uint64_t)id);
	memcpy(at, payload, local);
	if (local < length)
		format_put_32(at + local, overflow);
	tree->last_id = id;
	return true;
}

/* ---- the whole */

/* Closes the levels up to the one that has one page only: that is the root. */
static bool finish_levels(struct tree *tree, struct failure *failure)
{
	int at = 0;
	for (; tree->levels[at].has_earlier; at++) {
		struct level *level = &tree->levels[at];
		struct child child = { 0, level->last.last_id };
		close_level(level);
		if (!pages_add(tree->pages, level->page.bytes, &child.page, failure) || !add_child(tree, at + 1, child, failure))
			return false;
	}
	close_level(&tree->levels[at]);
	return pages_replace(tree->pages, tree->root, tree->levels[at].page.bytes, failure);
}

bool tree_finish(struct tree *tree, struct failure *failure)
{
	if (tree->has_leaves)
		return write_leaf(tree, failure) && finish_levels(tree, failure);
	if (tree->leaf.cells == 0)
		return true;
	close_page(&tree->leaf, FORMAT_LEAF, FORMAT_LEAF_HEADER);
	return pages_replace(tree->pages, tree->root, tree->leaf.bytes, failure);
}

struct tree *tree_open(struct pages *pages, uint32_t root, struct failure *failure)
{
	assert(root > 1); /* the first page has the file's header in it */
	struct tree *tree = allocate(failure, 1, sizeof *tree);
	if (!tree)
		return NULL;
	tree->pages = pages;
	tree->root = root;
	tree->usable = pages_usable(pages);
	if (clear(tree, &tree->leaf, failure))
		return tree;
	tree_close(tree);
	return NULL;
}

void tree_close(struct tree *tree)
{
	if (!tree)
		return;
	free(tree->leaf.bytes);
	for (int i = 0; i < MOST_LEVELS; i++)
		free(tree->levels[i].page.bytes);
	free(tree);
}
