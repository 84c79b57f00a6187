#include "validate/columns.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/bytes.h"
#include "common/layout.h"
#include "validate/pages.h"

/* A block that is being filled, and where its bytes go. */
struct builder {
	struct columns *columns;
	bool *is_text;                 /* per stored column */
	struct column_values *values;  /* per stored column */
	struct bytes out;
	int rows;
	int64_t end;                   /* of the file */
	int room;                      /* blocks that the lists hold */
	bool odd;                      /* a value that is no whole number where one must be */
	struct failure *failure;
};

static int open_file(const char *folder, struct failure *failure)
{
	int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (file >= 0)
		return file;
	char *path = layout_join(failure, folder, ".columns-XXXXXX");
	if (!path)
		return -1;
	file = mkostemp(path, O_CLOEXEC);
	if (file < 0)
		fail_system(failure, tr("cannot make a temporary file in %s", "无法在 %s 建立临时文件"), folder);
	else
		unlink(path);
	free(path);
	return file;
}

static bool write_out(struct builder *builder)
{
	const char *bytes = builder->out.at;
	for (size_t left = builder->out.used; left;) {
		ssize_t written = pwrite(builder->columns->file, bytes, left, (off_t)builder->end);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return fail_system(builder->failure, "%s", tr("cannot write a temporary file", "无法写入临时文件"));
		bytes += written;
		left -= (size_t)written;
		builder->end += written;
	}
	return true;
}

static bool is_null(const struct column_values *values, int row)
{
	return values->nulls[row / 64] >> (row % 64) & 1;
}

/* Least and greatest value; a NULL among values takes the place of the least one. */
static void measure(struct column_values *values, int rows, struct zone *zone)
{
	*zone = (struct zone){ .nulls = values->has_nulls };
	for (int i = 0; i < rows; i++) {
		int64_t value = values->values[i];
		if (values->has_nulls && is_null(values, i))
			continue;
		if (!zone->some || value < zone->low)
			zone->low = value;
		if (!zone->some || value > zone->high)
			zone->high = value;
		zone->some = true;
	}
	for (int i = 0; values->has_nulls && i < rows; i++)
		if (is_null(values, i))
			values->values[i] = zone->low;
}

static uint8_t width_of(const struct zone *zone)
{
	if (!zone->some || zone->low == zone->high)
		return 0;
	if (zone->low >= INT8_MIN && zone->high <= INT8_MAX)
		return 1;
	if (zone->low >= INT16_MIN && zone->high <= INT16_MAX)
		return 2;
	return zone->low >= INT32_MIN && zone->high <= INT32_MAX ? 4 : 8;
}

/* The values in `width` bytes each, in the order of the machine's bytes. */
static void narrow(const int64_t *values, int rows, uint8_t width, char *to)
{
	for (int i = 0; i < rows; i++, to += width) {
		int8_t one = (int8_t)values[i];
		int16_t two = (int16_t)values[i];
		int32_t four = (int32_t)values[i];
		memcpy(to, width == 1 ? (const void *)&one : width == 2 ? (const void *)&two
			: width == 4 ? (const void *)&four : (const void *)&values[i], width);
	}
}

static bool put_column(struct builder *builder, struct column_values *values, struct zone *zone)
{
	static const char empty[BLOCK_ROWS];
	struct bytes *out = &builder->out;
	measure(values, builder->rows, zone);
	zone->width = width_of(zone);
	zone->at = (uint32_t)out->used;
	if (zone->nulls && zone->some && !bytes_add(out, values->nulls, sizeof values->nulls, builder->failure))
		return false;
	size_t from = out->used;
	for (int i = 0; i < zone->width; i++)
		if (!bytes_add(out, empty, (size_t)builder->rows, builder->failure))
			return false;
	if (zone->width)
		narrow(values->values, builder->rows, zone->width, out->at + from);
	if (values->has_nulls)
		memset(values->nulls, 0, sizeof values->nulls);
	values->has_nulls = false;
	return true;
}

static bool make_room(struct builder *builder)
{
	struct columns *columns = builder->columns;
	if (columns->block_count < builder->room)
		return true;
	builder->room = builder->room ? builder->room * 2 : 16;
	struct block *blocks = realloc(columns->blocks, (size_t)builder->room * sizeof *blocks);
	if (blocks)
		columns->blocks = blocks;
	struct zone *zones = blocks ? realloc(columns->zones, (size_t)builder->room * (size_t)columns->stored * sizeof *zones)
		: NULL;
	if (zones)
		columns->zones = zones;
	return zones || fail(builder->failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
}

static bool put_block(struct builder *builder)
{
	struct columns *columns = builder->columns;
	if (!builder->rows)
		return true;
	if (!make_room(builder))
		return false;
	int at = columns->block_count++;
	columns->blocks[at] = (struct block){ .at = builder->end, .rows = builder->rows };
	builder->out.used = 0;
	for (int i = 0; i < columns->stored; i++)
		if (!put_column(builder, &builder->values[i], &columns->zones[(size_t)at * (size_t)columns->stored + (size_t)i]))
			return false;
	builder->rows = 0;
	return write_out(builder);
}

static void put_null(struct column_values *values, int row)
{
	values->nulls[row / 64] |= UINT64_C(1) << (row % 64);
	values->has_nulls = true;
}

/* Bytes of a whole number by its serial type, 0 to 9 (0 is NULL, 8 and 9 are constants). */
static const uint8_t number_bytes[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0 };

/* A number of `bytes` bytes, the greatest first. */
static int64_t read_number(const unsigned char *at, int bytes)
{
	uint64_t sum = at[0] & 0x80 ? UINT64_MAX : 0;
	for (int i = 0; i < bytes; i++)
		sum = sum << 8 | at[i];
	return (int64_t)sum;
}

static size_t type_bytes(uint64_t type)
{
	return type < 10 ? number_bytes[type] : (size_t)((type - 12) / 2);
}

/* Puts a value into its place; false where it is not what its column holds. */
static bool put_value(struct builder *builder, int column, uint64_t type, const unsigned char *at)
{
	struct column_values *values = &builder->values[column];
	if (type == 0) {
		put_null(values, builder->rows);
		return true;
	}
	if (builder->is_text[column]) {
		values->values[builder->rows] = 0;
		return type >= 12;
	}
	if (type >= 8)
		values->values[builder->rows] = type == 9;
	else
		values->values[builder->rows] = read_number(at, number_bytes[type]);
	return type < 10 && type != 7; /* 7: a fraction */
}

static bool take_record(void *context, int64_t id, const unsigned char *record, size_t length)
{
	struct builder *builder = context;
	uint64_t header = 0;
	size_t at = pages_varint(record, length, &header);
	if (!at || header > length)
		return false;
	const unsigned char *body = record + header;
	size_t left = length - (size_t)header;
	builder->values[0].values[builder->rows] = id;
	for (int i = 0; i < builder->columns->stored; i++) {
		uint64_t type = 0; /* a column that came later than the record */
		size_t bytes = at < header ? pages_varint(record + at, (size_t)header - at, &type) : 1;
		at += bytes;
		size_t body_bytes = type_bytes(type);
		if (!bytes || type == 10 || type == 11 || body_bytes > left)
			return false;
		if (i > 0 && !put_value(builder, i, type, body)) {
			builder->odd = true;
			return false;
		}
		body += body_bytes;
		left -= body_bytes;
	}
	return ++builder->rows < BLOCK_ROWS || put_block(builder);
}

/* Takes note of a column as PRAGMA table_xinfo tells of it. */
static bool add_column(struct columns *columns, const struct dataset *dataset, sqlite3_stmt *row, struct failure *failure)
{
	static const char suffix[] = "_unknown";
	const char *name = (const char *)sqlite3_column_text(row, 0);
	const char *type = (const char *)sqlite3_column_text(row, 1);
	bool generated = sqlite3_column_int(row, 2) != 0;
	struct column *column = &columns->items[columns->count];
	if (!name || !type || !(column->name = copy_text(failure, name)))
		return false;
	column->indexed = sqlite3_column_int(row, 3) != 0;
	if (generated) {
		size_t length = strlen(name);
		bool fits = length > sizeof suffix - 1 && strcmp(name + length - (sizeof suffix - 1), suffix) == 0;
		char *field = fits ? print_text(failure, "%.*s", (int)(length - (sizeof suffix - 1)), name) : NULL;
		column->kind = COLUMN_UNKNOWN;
		column->bit = field ? dataset_field(dataset, field) : -1;
		free(field);
	} else {
		column->kind = columns->stored == 0 ? COLUMN_ID : strcmp(type, "TEXT") == 0 ? COLUMN_TEXT : COLUMN_NUMBER;
		column->stored = columns->stored++;
	}
	columns->count++;
	return generated ? column->bit >= 0 : column->kind == COLUMN_TEXT || strcmp(type, "INTEGER") == 0;
}

/* False where the table is not a dataset's, or memory is out. */
static bool read_columns(struct columns *columns, struct database *database, const struct dataset *dataset,
	struct failure *failure)
{
	static const char sql[] = "SELECT name, type, hidden, name IN (SELECT i.name FROM pragma_index_list(?1) l"
		" JOIN pragma_index_info(l.name) i WHERE i.seqno = 0) FROM pragma_table_xinfo(?1) ORDER BY cid";
	sqlite3_stmt *statement = database_prepare(database, sql, failure);
	enum { MOST = SCHEMA_MAX_FIELDS * 2 + 8 };
	columns->items = statement ? allocate(failure, MOST, sizeof *columns->items) : NULL;
	bool done = columns->items != NULL, more = true;
	if (done)
		sqlite3_bind_text(statement, 1, dataset->name, -1, SQLITE_STATIC);
	while (done) {
		done = database_step(database, statement, &more, failure) && (!more || columns->count < MOST);
		if (!done || !more)
			break;
		done = add_column(columns, dataset, statement, failure);
	}
	sqlite3_finalize(statement);
	int unknown = -1;
	for (int i = 0; i < columns->count; i++)
		if (columns->items[i].kind == COLUMN_NUMBER && strcmp(columns->items[i].name, "unknown") == 0)
			unknown = columns->items[i].stored;
	for (int i = 0; i < columns->count; i++)
		if (columns->items[i].kind == COLUMN_UNKNOWN)
			columns->items[i].stored = unknown;
	return done && unknown >= 0 && strcmp(columns->items[0].name, "id") == 0;
}

static bool fill(struct columns *columns, struct database *database, bool *fits, struct failure *failure)
{
	struct builder builder = { .columns = columns, .failure = failure };
	builder.values = allocate(failure, (unsigned long)columns->stored, sizeof *builder.values);
	builder.is_text = builder.values ? allocate(failure, (unsigned long)columns->stored, sizeof *builder.is_text) : NULL;
	bool done = builder.is_text != NULL;
	for (int i = 0; done && i < columns->count; i++)
		if (columns->items[i].kind == COLUMN_TEXT)
			builder.is_text[columns->items[i].stored] = true;
	failure->status = STATUS_DONE;
	done = done && pages_read(database->handle, columns->table, take_record, &builder) && put_block(&builder);
	*fits = done || failure->status != STATUS_DONE;
	free(builder.values);
	free(builder.is_text);
	bytes_free(&builder.out);
	return done;
}

struct columns *columns_build(struct database *database, const struct dataset *dataset, const char *folder, bool *fits,
	struct failure *failure)
{
	struct columns *columns = allocate(failure, 1, sizeof *columns);
	*fits = true;
	if (!columns)
		return NULL;
	columns->file = -1;
	failure->status = STATUS_DONE;
	columns->table = copy_text(failure, dataset->name);
	bool done = columns->table && read_columns(columns, database, dataset, failure);
	if (!done)
		*fits = failure->status != STATUS_DONE;
	if (done)
		columns->file = open_file(folder, failure);
	if (columns->file >= 0 && fill(columns, database, fits, failure))
		return columns;
	columns_free(columns);
	return NULL;
}

void columns_free(struct columns *columns)
{
	if (!columns)
		return;
	if (columns->file >= 0)
		close(columns->file);
	for (int i = 0; columns->items && i < columns->count; i++)
		free(columns->items[i].name);
	free(columns->items);
	free(columns->blocks);
	free(columns->zones);
	free(columns->table);
	free(columns);
}

static bool read_at(int file, void *to, size_t bytes, int64_t at)
{
	char *next = to;
	while (bytes) {
		ssize_t got = pread(file, next, bytes, (off_t)at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		next += got;
		at += got;
		bytes -= (size_t)got;
	}
	return true;
}

static void widen(const char *from, int rows, uint8_t width, int64_t *to)
{
	for (int i = 0; i < rows && width == 1; i++)
		to[i] = (int8_t)from[i];
	for (int i = 0; i < rows && width == 2; i++) {
		int16_t value;
		memcpy(&value, from + i * 2, sizeof value);
		to[i] = value;
	}
	for (int i = 0; i < rows && width == 4; i++) {
		int32_t value;
		memcpy(&value, from + i * 4, sizeof value);
		to[i] = value;
	}
}

bool columns_load(const struct columns *columns, int block, int stored, struct column_values *to)
{
	const struct zone *zone = columns_zone(columns, block, stored);
	int rows = columns->blocks[block].rows;
	int64_t at = columns->blocks[block].at + zone->at;
	to->has_nulls = zone->nulls;
	if (zone->nulls && !zone->some)
		memset(to->nulls, 0xFF, sizeof to->nulls);
	else if (zone->nulls) {
		if (!read_at(columns->file, to->nulls, sizeof to->nulls, at))
			return false;
		at += (int64_t)sizeof to->nulls;
	}
	if (zone->width == 8)
		return read_at(columns->file, to->values, (size_t)rows * 8, at);
	if (!zone->width) {
		for (int i = 0; i < rows; i++)
			to->values[i] = zone->low;
		return true;
	}
	char narrow_values[BLOCK_ROWS * 4];
	if (!read_at(columns->file, narrow_values, (size_t)rows * zone->width, at))
		return false;
	widen(narrow_values, rows, zone->width, to->values);
	return true;
}
