#include "common/sqlite_format.h"
#include "ingest/pages.h"

#include <stdlib.h>
#include <string.h>


/* Extents grow with what was added, so that little is left over of a small batch and
 * a large one has few. SQLite writes at most 128 KiB at a time. */
enum { LEAST_EXTENT = 8, MOST_EXTENT = 512, HELD_BYTES = 1 << 16, MOST_PAGES = 1 << 30 };

struct pages {
	struct database *database;
	sqlite3_file *file;      /* SQLite's: another descriptor's closing would drop its locks */
	size_t size, usable;
	uint32_t lock;           /* number of the page that is never used */
	uint32_t next, last;     /* of the extent: it is used up where next > last */
	uint32_t added;
	unsigned char *held;     /* added pages not yet written, one after the other */
	size_t held_count, held_most;
	uint32_t held_first;     /* number of the first */
};

size_t pages_size(const struct pages *pages)
{
	return pages->size;
}

size_t pages_usable(const struct pages *pages)
{
	return pages->usable;
}

/* ---- the file */

static bool io_done(int code, struct failure *failure)
{
	return code == SQLITE_OK
		|| fail(failure, STATUS_SYSTEM, tr("cannot write the database: %s", "无法写入数据库：%s"), sqlite3_errstr(code));
}

static bool write_at(struct pages *pages, const unsigned char *bytes, size_t length, sqlite3_int64 offset,
	struct failure *failure)
{
	return io_done(pages->file->pMethods->xWrite(pages->file, bytes, (int)length, offset), failure);
}

static bool write_page(struct pages *pages, const unsigned char *page, uint32_t number, struct failure *failure)
{
	return write_at(pages, page, pages->size, (sqlite3_int64)(number - 1) * (sqlite3_int64)pages->size, failure);
}

/* The file becomes `count` pages long. */
static bool set_length(struct pages *pages, uint32_t count, struct failure *failure)
{
	sqlite3_int64 length = (sqlite3_int64)count * (sqlite3_int64)pages->size;
	return io_done(pages->file->pMethods->xTruncate(pages->file, length), failure);
}

static bool read_header(struct pages *pages, unsigned char header[FORMAT_HEADER_BYTES], struct failure *failure)
{
	return io_done(pages->file->pMethods->xRead(pages->file, header, FORMAT_HEADER_BYTES, 0), failure);
}

/* Between these two the file is not SQLite's. */

static bool take_file(struct pages *pages, unsigned char header[FORMAT_HEADER_BYTES], struct failure *failure)
{
	if (!database_run(pages->database, "COMMIT", failure) || !read_header(pages, header, failure))
		return false;
	return memcmp(header + FORMAT_CHANGES, header + FORMAT_VERSION_VALID_FOR, 4) == 0
		|| fail(failure, STATUS_BUG, tr("the database does not know its length", "数据库未记录自身长度"));
}

static bool give_file(struct pages *pages, unsigned char header[FORMAT_HEADER_BYTES], struct failure *failure)
{
	uint32_t changes = format_take_32(header + FORMAT_CHANGES) + 1;
	format_put_32(header + FORMAT_CHANGES, changes);
	format_put_32(header + FORMAT_VERSION_VALID_FOR, changes);
	return write_at(pages, header, FORMAT_HEADER_BYTES, 0, failure) && database_run(pages->database, "BEGIN", failure);
}

/* ---- extents */

static bool make_extent(struct pages *pages, struct failure *failure)
{
	unsigned char header[FORMAT_HEADER_BYTES];
	uint32_t length = pages->added < LEAST_EXTENT ? LEAST_EXTENT : pages->added;
	if (length > MOST_EXTENT)
		length = MOST_EXTENT;
	if (!take_file(pages, header, failure))
		return false;
	uint32_t count = format_take_32(header + FORMAT_PAGE_COUNT);
	if (count > MOST_PAGES - MOST_EXTENT)
		return fail(failure, STATUS_SYSTEM, tr("the database is too large", "数据库过大"));
	pages->next = count + 1;
	pages->last = count + length;
	pages->last += pages->last == pages->lock;
	format_put_32(header + FORMAT_PAGE_COUNT, pages->last);
	return set_length(pages, pages->last, failure) && give_file(pages, header, failure);
}

static bool write_held(struct pages *pages, struct failure *failure)
{
	size_t count = pages->held_count;
	pages->held_count = 0;
	return count == 0 || write_at(pages, pages->held, count * pages->size,
		(sqlite3_int64)(pages->held_first - 1) * (sqlite3_int64)pages->size, failure);
}

bool pages_add(struct pages *pages, const unsigned char *page, uint32_t *number, struct failure *failure)
{
	if (pages->next > pages->last && !make_extent(pages, failure))
		return false;
	pages->next += pages->next == pages->lock;
	bool follows = pages->next == pages->held_first + pages->held_count;
	if ((pages->held_count == pages->held_most || !follows) && !write_held(pages, failure))
		return false;
	if (pages->held_count == 0)
		pages->held_first = pages->next;
	memcpy(pages->held + pages->held_count++ * pages->size, page, pages->size);
	pages->added++;
	*number = pages->next++;
	return true;
}

bool pages_replace(struct pages *pages, uint32_t number, const unsigned char *page, struct failure *failure)
{
	unsigned char header[FORMAT_HEADER_BYTES];
	return take_file(pages, header, failure) && write_page(pages, page, number, failure)
		&& give_file(pages, header, failure);
}

/* ---- what is left of the last extent */

/* The next free page of the file, and those that it leads to. */
static bool free_some(struct pages *pages, unsigned char header[FORMAT_HEADER_BYTES], unsigned char *page,
	struct failure *failure)
{
	const uint32_t most = (uint32_t)pages->usable / 4 - 8; /* the six last ones SQLite leaves empty */
	uint32_t count = 0;
	uint32_t trunk = pages->next++;
	for (; pages->next <= pages->last && count < most; pages->next++)
		if (pages->next != pages->lock)
			format_put_32(page + 8 + 4 * (size_t)count++, pages->next);
	memcpy(page, header + FORMAT_FREE_TRUNK, 4);
	format_put_32(page + 4, count);
	format_put_32(header + FORMAT_FREE_TRUNK, trunk);
	format_put_32(header + FORMAT_FREE_COUNT, format_take_32(header + FORMAT_FREE_COUNT) + count + 1);
	return write_page(pages, page, trunk, failure);
}

static bool free_rest(struct pages *pages, unsigned char header[FORMAT_HEADER_BYTES], struct failure *failure)
{
	unsigned char *page = allocate(failure, pages->size, 1);
	bool done = page != NULL;
	while (done && (pages->next += pages->next == pages->lock) <= pages->last)
		done = free_some(pages, header, page, failure);
	free(page);
	return done;
}

bool pages_finish(struct pages *pages, struct failure *failure)
{
	unsigned char header[FORMAT_HEADER_BYTES];
	if (!write_held(pages, failure))
		return false;
	if (pages->next > pages->last)
		return true;
	if (!take_file(pages, header, failure))
		return false;
	if (format_take_32(header + FORMAT_PAGE_COUNT) > pages->last)
		return free_rest(pages, header, failure) && give_file(pages, header, failure);
	pages->last = pages->next - 1;
	format_put_32(header + FORMAT_PAGE_COUNT, pages->last);
	return set_length(pages, pages->last, failure) && give_file(pages, header, failure);
}

/* ---- opening */

static bool read_form(struct pages *pages, struct failure *failure)
{
	unsigned char header[FORMAT_HEADER_BYTES];
	if (!take_file(pages, header, failure) || !give_file(pages, header, failure))
		return false;
	pages->size = (size_t)header[FORMAT_PAGE_SIZE] << 8 | header[FORMAT_PAGE_SIZE + 1];
	if (pages->size == 1)
		pages->size = 65536;
	pages->usable = pages->size - header[FORMAT_RESERVED];
	pages->lock = FORMAT_LOCK_BYTE / (uint32_t)pages->size + 1;
	pages->held_most = HELD_BYTES / pages->size;
	pages->last = 0;
	pages->next = 1;
	return format_take_32(header + FORMAT_SCHEMA_FORMAT) == 4
		|| fail(failure, STATUS_BUG, tr("the database is of an old format", "数据库为旧格式"));
}

struct pages *pages_open(struct database *database, struct failure *failure)
{
	struct pages *pages = allocate(failure, 1, sizeof *pages);
	if (!pages)
		return NULL;
	pages->database = database;
	int code = sqlite3_file_control(database->handle, "main", SQLITE_FCNTL_FILE_POINTER, &pages->file);
	if (io_done(code, failure) && read_form(pages, failure)
		&& (pages->held = allocate(failure, pages->held_most, pages->size)))
		return pages;
	pages_close(pages);
	return NULL;
}

void pages_close(struct pages *pages)
{
	if (!pages)
		return;
	free(pages->held);
	free(pages);
}
