#include "validate/pages.h"

#include <stdlib.h>
#include <string.h>

enum {
	DEPTH = 16,             /* levels of a tree: far more than 2^31 pages need */
	LEAF = 13, INNER = 5,   /* kinds of pages of a table */
	LEAF_HEADER = 8, INNER_HEADER = 12,
	RECORD_MOST = 64 << 20  /* bytes of a record; longer ones are left to SQLite */
};

struct pages {
	sqlite3_file *file;
	uint32_t page_bytes, usable; /* without what is kept free at the end of every page */
	pages_taker *take;
	void *context;
	unsigned char *levels[DEPTH];   /* the page of each level that is being read */
	unsigned char *page;            /* of an overflow chain */
	unsigned char *record;          /* one that has overflown */
	size_t room;
};

static uint32_t number(const unsigned char *at, int bytes)
{
	uint32_t sum = 0;
	for (int i = 0; i < bytes; i++)
		sum = sum << 8 | at[i];
	return sum;
}

static bool read_page(const struct pages *pages, uint32_t page, unsigned char *to)
{
	return page >= 1 && pages->file->pMethods->xRead(pages->file, to, (int)pages->page_bytes,
		(sqlite3_int64)(page - 1) * pages->page_bytes) == SQLITE_OK;
}

/* Bytes of a record of `length` that stand in the leaf itself. */
static size_t local_bytes(const struct pages *pages, size_t length)
{
	size_t usable = pages->usable;
	size_t most = usable - 35, least = (usable - 12) * 32 / 255 - 23;
	if (length <= most)
		return length;
	size_t local = least + (length - least) % (usable - 4);
	return local <= most ? local : least;
}

/* Puts together a record that goes on in overflow pages. */
static bool gather(struct pages *pages, const unsigned char *at, size_t local, size_t length)
{
	if (length > RECORD_MOST)
		return false;
	if (length > pages->room) {
		unsigned char *record = realloc(pages->record, length + PAGES_SLACK);
		if (!record)
			return false;
		memset(record + length, 0, PAGES_SLACK);
		pages->record = record;
		pages->room = length;
	}
	memcpy(pages->record, at, local);
	uint32_t next = number(at + local, 4);
	for (size_t done = local; done < length;) {
		size_t part = length - done < pages->usable - 4 ? length - done : pages->usable - 4;
		if (!read_page(pages, next, pages->page))
			return false;
		memcpy(pages->record + done, pages->page + 4, part);
		next = number(pages->page, 4);
		done += part;
	}
	return true;
}

static bool read_record(struct pages *pages, const unsigned char *at, size_t left)
{
	uint64_t length = 0, id = 0;
	size_t one = pages_varint(at, left, &length);
	size_t two = one ? pages_varint(at + one, left - one, &id) : 0;
	if (!two)
		return false;
	at += one + two;
	left -= one + two;
	size_t local = length <= RECORD_MOST ? local_bytes(pages, (size_t)length) : 0;
	bool overflows = local < length;
	if (local + (overflows ? 4 : 0) > left || (overflows && !gather(pages, at, local, (size_t)length)))
		return false;
	return pages->take(pages->context, (int64_t)id, overflows ? pages->record : at, (size_t)length);
}

static bool read_tree(struct pages *pages, uint32_t page, int depth);

/* A cell: a record in a leaf; in an inner page a child. */
static bool read_cell(struct pages *pages, const unsigned char *bytes, uint32_t at, int depth)
{
	if (at >= pages->usable)
		return false;
	if (bytes[0] == LEAF)
		return read_record(pages, bytes + at, pages->usable - at);
	return at + 4 <= pages->usable && read_tree(pages, number(bytes + at, 4), depth + 1);
}

static bool read_tree(struct pages *pages, uint32_t page, int depth)
{
	if (depth == DEPTH || page == 1)
		return false;
	if (!pages->levels[depth])
		pages->levels[depth] = calloc(1, pages->page_bytes + PAGES_SLACK);
	unsigned char *bytes = pages->levels[depth];
	if (!bytes || !read_page(pages, page, bytes) || (bytes[0] != LEAF && bytes[0] != INNER))
		return false;
	uint32_t cells = number(bytes + 3, 2);
	uint32_t header = bytes[0] == LEAF ? LEAF_HEADER : INNER_HEADER;
	if (header + cells * 2 > pages->usable)
		return false;
	for (uint32_t i = 0; i < cells; i++)
		if (!read_cell(pages, bytes, number(bytes + header + i * 2, 2), depth))
			return false;
	return bytes[0] == LEAF || read_tree(pages, number(bytes + 8, 4), depth + 1);
}

/* The first page of the table, 0 where there is none. */
static uint32_t root_page(sqlite3 *handle, const char *name)
{
	sqlite3_stmt *statement = NULL;
	uint32_t root = 0;
	if (sqlite3_prepare_v2(handle, "SELECT rootpage FROM main.sqlite_schema WHERE type = 'table' AND name = ?", -1,
		&statement, NULL) == SQLITE_OK
		&& sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) == SQLITE_OK
		&& sqlite3_step(statement) == SQLITE_ROW)
		root = (uint32_t)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return root;
}

/* The sizes, from the head of the file. */
static bool read_head(struct pages *pages)
{
	unsigned char head[100];
	if (pages->file->pMethods->xRead(pages->file, head, sizeof head, 0) != SQLITE_OK)
		return false;
	pages->page_bytes = number(head + 16, 2);
	if (pages->page_bytes == 1)
		pages->page_bytes = 65536;
	if (pages->page_bytes < 512 || head[20] > pages->page_bytes - 480)
		return false;
	pages->usable = pages->page_bytes - head[20];
	pages->page = malloc(pages->page_bytes);
	return pages->page != NULL;
}

bool pages_read(sqlite3 *handle, const char *name, pages_taker *take, void *context)
{
	struct pages pages = { .take = take, .context = context };
	uint32_t root = root_page(handle, name);
	bool done = root > 1
		&& sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &pages.file) == SQLITE_OK
		&& pages.file && pages.file->pMethods && read_head(&pages) && read_tree(&pages, root, 0);
	for (int i = 0; i < DEPTH; i++)
		free(pages.levels[i]);
	free(pages.page);
	free(pages.record);
	return done;
}
