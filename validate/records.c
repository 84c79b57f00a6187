#include "validate/records.h"

#include <stdlib.h>
#include <string.h>

#include "common/sqlite_format.h"

enum {
	DEPTH = 16,             /* levels of a tree: far more than 2^31 pages need */
	RECORD_MOST = 64 << 20  /* bytes of a record; longer ones are left to SQLite */
};

struct records {
	sqlite3_file *file;
	uint32_t page_bytes, usable; /* without what is kept free at the end of every page */
	records_taker *take;
	void *context;
	unsigned char *levels[DEPTH];   /* the page of each level that is being read */
	unsigned char *page;            /* of an overflow chain */
	unsigned char *record;          /* one that has overflown */
	size_t room;
};

static bool read_page(const struct records *records, uint32_t page, unsigned char *to)
{
	return page >= 1 && records->file->pMethods->xRead(records->file, to, (int)records->page_bytes,
		(sqlite3_int64)(page - 1) * records->page_bytes) == SQLITE_OK;
}

/* Puts together a record that goes on in overflow pages. */
static bool gather(struct records *records, const unsigned char *at, size_t local, size_t length)
{
	if (length > RECORD_MOST)
		return false;
	if (length > records->room) {
		unsigned char *record = realloc(records->record, length + RECORDS_SLACK);
		if (!record)
			return false;
		memset(record + length, 0, RECORDS_SLACK);
		records->record = record;
		records->room = length;
	}
	memcpy(records->record, at, local);
	uint32_t next = format_take_32(at + local);
	for (size_t done = local; done < length;) {
		size_t part = length - done < records->usable - 4 ? length - done : records->usable - 4;
		if (!read_page(records, next, records->page))
			return false;
		memcpy(records->record + done, records->page + 4, part);
		next = format_take_32(records->page);
		done += part;
	}
	return true;
}

static bool read_record(struct records *records, const unsigned char *at, size_t left)
{
	uint64_t length = 0, id = 0;
	size_t one = format_take_varint(at, left, &length);
	size_t two = one ? format_take_varint(at + one, left - one, &id) : 0;
	if (!two)
		return false;
	at += one + two;
	left -= one + two;
	size_t usable = records->usable;
	size_t local = length <= RECORD_MOST ? format_local_length(usable, format_table_most(usable), (size_t)length) : 0;
	bool overflows = local < length;
	if (local + (overflows ? 4 : 0) > left || (overflows && !gather(records, at, local, (size_t)length)))
		return false;
	return records->take(records->context, (int64_t)id, overflows ? records->record : at, (size_t)length);
}

static bool read_tree(struct records *records, uint32_t page, int depth);

/* A cell: a record in a leaf; in an inner page a child. */
static bool read_cell(struct records *records, const unsigned char *bytes, uint32_t at, int depth)
{
	if (at >= records->usable)
		return false;
	if (bytes[0] == FORMAT_LEAF)
		return read_record(records, bytes + at, records->usable - at);
	return at + 4 <= records->usable && read_tree(records, format_take_32(bytes + at), depth + 1);
}

static bool read_tree(struct records *records, uint32_t page, int depth)
{
	if (depth == DEPTH || page == 1)
		return false;
	if (!records->levels[depth])
		records->levels[depth] = calloc(1, records->page_bytes + RECORDS_SLACK);
	unsigned char *bytes = records->levels[depth];
	if (!bytes || !read_page(records, page, bytes) || (bytes[0] != FORMAT_LEAF && bytes[0] != FORMAT_INTERIOR))
		return false;
	uint32_t cells = format_take_16(bytes + FORMAT_CELLS);
	uint32_t header = bytes[0] == FORMAT_LEAF ? FORMAT_LEAF_HEADER : FORMAT_INTERIOR_HEADER;
	if (header + cells * 2 > records->usable)
		return false;
	for (uint32_t i = 0; i < cells; i++)
		if (!read_cell(records, bytes, format_take_16(bytes + header + i * 2), depth))
			return false;
	return bytes[0] == FORMAT_LEAF || read_tree(records, format_take_32(bytes + FORMAT_LAST_CHILD), depth + 1);
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
static bool read_head(struct records *records)
{
	unsigned char head[FORMAT_HEADER_BYTES];
	if (records->file->pMethods->xRead(records->file, head, sizeof head, 0) != SQLITE_OK)
		return false;
	records->page_bytes = format_take_16(head + FORMAT_PAGE_SIZE);
	if (records->page_bytes == 1)
		records->page_bytes = 65536;
	if (records->page_bytes < 512 || head[FORMAT_RESERVED] > records->page_bytes - 480)
		return false;
	records->usable = records->page_bytes - head[FORMAT_RESERVED];
	records->page = malloc(records->page_bytes);
	return records->page != NULL;
}

bool records_read(sqlite3 *handle, const char *name, records_taker *take, void *context)
{
	struct records records = { .take = take, .context = context };
	uint32_t root = root_page(handle, name);
	bool done = root > 1
		&& sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &records.file) == SQLITE_OK
		&& records.file && records.file->pMethods && read_head(&records) && read_tree(&records, root, 0);
	for (int i = 0; i < DEPTH; i++)
		free(records.levels[i]);
	free(records.page);
	free(records.record);
	return done;
}
