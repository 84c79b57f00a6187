#include "common/sqlite_format.h"
#include "ingest/tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>


/* Even of pages of 512 bytes, with 60 children each, so many levels hold any table. */
enum { MOST_LEVELS = 12 };

/* A page being filled: its header and the places of its cells grow from the front, the
 * cells from the end. */
struct sheaf {
	unsigned char *bytes;
	size_t cells, content; /* content: where the last cell begins */
	size_t last;           /* size of the last cell */
};

/* Pages that lead to others. A cell is a child and what comes after all of the child: in tables
 * its last id, in indexes a row of the index. The last child has no cell: it stands in
 * the page's header. */
struct level {
	struct sheaf page;
	unsigned char *carried; /* the last cell of a page that was full */
	bool has_earlier;       /* a page of this level is written: the next level has cells */
};

struct tree {
	struct pages *pages;
	uint32_t root;
	bool is_index;
	size_t usable, most_local; /* of a payload, in a leaf */
	struct sheaf leaf;
	unsigned char *carried;
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
	page->last = size;
	format_put_16(page->bytes + header + 2 * page->cells++, page->content);
	return page->bytes + page->content;
}

/* Takes the last cell out of the page into `cell`, which is made; returns its size, 0 where
 * memory is out. The page has had no other taken out. */
static size_t take_last(struct tree *tree, struct sheaf *page, unsigned char **cell, struct failure *failure)
{
	if (!*cell && !(*cell = allocate(failure, pages_size(tree->pages), 1)))
		return 0;
	memcpy(*cell, page->bytes + page->content, page->last);
	page->cells--;
	page->content += page->last;
	return page->last;
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

static void close_level(const struct tree *tree, struct level *level, uint32_t last_child)
{
	close_page(&level->page, tree->is_index ? FORMAT_INDEX_INTERIOR : FORMAT_INTERIOR, FORMAT_INTERIOR_HEADER);
	format_put_32(level->page.bytes + FORMAT_LAST_CHILD, last_child);
}

static bool add_child(struct tree *tree, int at, uint32_t child, const unsigned char *after, size_t size,
	struct failure *failure);

/* Writes the level's page, which is full. Its last cell's child becomes the last child; what comes
 * after that comes after all of the page. */
static bool write_level(struct tree *tree, int at, struct failure *failure)
{
	struct level *level = &tree->levels[at];
	uint32_t number;
	size_t size = take_last(tree, &level->page, &level->carried, failure);
	if (!size)
		return false;
	close_level(tree, level, format_take_32(level->carried));
	level->has_earlier = true;
	return pages_add(tree->pages, level->page.bytes, &number, failure) && clear(tree, &level->page, failure)
		&& add_child(tree, at + 1, number, level->carried + 4, size - 4, failure);
}

static bool add_child(struct tree *tree, int at, uint32_t child, const unsigned char *after, size_t size,
	struct failure *failure)
{
	if (at == MOST_LEVELS)
		return fail(failure, STATUS_BUG, tr("too many levels", "层级过多"));
	struct level *level = &tree->levels[at];
	if (!level->page.bytes && !clear(tree, &level->page, failure))
		return false;
	if (!fits(&level->page, FORMAT_INTERIOR_HEADER, 4 + size) && !write_level(tree, at, failure))
		return false;
	unsigned char *cell = add_cell(&level->page, FORMAT_INTERIOR_HEADER, 4 + size);
	format_put_32(cell, child);
	memcpy(cell + 4, after, size);
	return true;
}

/* ---- leaves */

static void close_leaf(struct tree *tree)
{
	close_page(&tree->leaf, tree->is_index ? FORMAT_INDEX_LEAF : FORMAT_LEAF, FORMAT_LEAF_HEADER);
}

/* Writes a leaf that others follow: the last row of an index goes between them. */
static bool write_leaf(struct tree *tree, struct failure *failure)
{
	uint32_t number;
	unsigned char id[FORMAT_VARINT_BYTES];
	const unsigned char *after = id;
	size_t size = (size_t)(format_put_varint(id, (uint64_t)tree->last_id) - id);
	if (tree->is_index) {
		if (!(size = take_last(tree, &tree->leaf, &tree->carried, failure)))
			return false;
		after = tree->carried;
	}
	close_leaf(tree);
	tree->has_leaves = true;
	return pages_add(tree->pages, tree->leaf.bytes, &number, failure) && clear(tree, &tree->leaf, failure)
		&& add_child(tree, 0, number, after, size, failure);
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

static size_t cell_size(const struct tree *tree, int64_t id, size_t length)
{
	size_t local = format_local_length(tree->usable, tree->most_local, length);
	return format_varint_size(length) + (tree->is_index ? 0 : format_varint_size((uint64_t)id)) + local
		+ (local < length ? 4 : 0);
}

bool tree_add(struct tree *tree, int64_t id, const unsigned char *payload, size_t length, struct failure *failure)
{
	size_t local = format_local_length(tree->usable, tree->most_local, length);
	size_t size = cell_size(tree, id, length);
	uint32_t overflow = 0;
	if (!fits(&tree->leaf, FORMAT_LEAF_HEADER, size) && !write_leaf(tree, failure))
		return false;
	if (local < length && !write_overflow(tree, payload + local, length - local, &overflow, failure))
		return false;
	unsigned char *at = add_cell(&tree->leaf, FORMAT_LEAF_HEADER, size);
	at = format_put_varint(at, length);
	if (!tree->is_index)
		at = format_put_varint(at, (uint64_t)id);
	memcpy(at, payload, local);
	if (local < length)
		format_put_32(at + local, overflow);
	tree->last_id = id;
	return true;
}

/* ---- the whole */

/* Closes the levels up to the one that has one page only: that is the root. */
static bool finish_levels(struct tree *tree, uint32_t last_child, struct failure *failure)
{
	struct level *level = tree->levels;
	for (; level->has_earlier; level++) {
		close_level(tree, level, last_child);
		if (!pages_add(tree->pages, level->page.bytes, &last_child, failure))
			return false;
	}
	close_level(tree, level, last_child);
	return pages_replace(tree->pages, tree->root, level->page.bytes, failure);
}

bool tree_finish(struct tree *tree, struct failure *failure)
{
	uint32_t number;
	if (tree->leaf.cells == 0)
		return true;
	close_leaf(tree);
	if (!tree->has_leaves)
		return pages_replace(tree->pages, tree->root, tree->leaf.bytes, failure);
	return pages_add(tree->pages, tree->leaf.bytes, &number, failure) && finish_levels(tree, number, failure);
}

static struct tree *open_tree(struct pages *pages, uint32_t root, bool is_index, struct failure *failure)
{
	assert(root > 1); /* the first page has the file's header in it */
	struct tree *tree = allocate(failure, 1, sizeof *tree);
	if (!tree)
		return NULL;
	tree->pages = pages;
	tree->root = root;
	tree->is_index = is_index;
	tree->usable = pages_usable(pages);
	tree->most_local = is_index ? format_index_most(tree->usable) : format_table_most(tree->usable);
	if (clear(tree, &tree->leaf, failure))
		return tree;
	tree_close(tree);
	return NULL;
}

struct tree *tree_open(struct pages *pages, uint32_t root, struct failure *failure)
{
	return open_tree(pages, root, false, failure);
}

struct tree *tree_open_index(struct pages *pages, uint32_t root, struct failure *failure)
{
	return open_tree(pages, root, true, failure);
}

void tree_close(struct tree *tree)
{
	if (!tree)
		return;
	free(tree->leaf.bytes);
	free(tree->carried);
	for (int i = 0; i < MOST_LEVELS; i++) {
		free(tree->levels[i].page.bytes);
		free(tree->levels[i].carried);
	}
	free(tree);
}
