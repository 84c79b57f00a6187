#include "validate/columns.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/bytes.h"
#include "common/sqlite_format.h"
#include "common/temporary.h"
#include "validate/record_forms.h"
#include "validate/records.h"

/* A block that is being filled, and where its bytes go. */
struct builder {
	struct columns *columns;
	struct record_forms *forms;
	int part_count;                /* of a record */
	bool *is_text;                 /* per stored column */
	struct column_values *values;  /* per stored column */
	struct bytes out;
	int rows;
	int64_t end;                   /* of the file */
	int room;                      /* blocks that the lists hold */
	struct failure *failure;
};

static bool write_out(struct builder *builder)
{
	if (!temporary_write(builder->columns->file, builder->out.at, builder->out.used, builder->end, builder->failure))
		return false;
	builder->end += (int64_t)builder->out.used;
	return true;
}

static bool is_null(const struct column_values *values, int row)
{
	return values->nulls[row / 64] >> (row % 64) & 1;
}

/* Least and greatest value; a NULL among values takes the place of the least one. */
static void measure(struct column_values *values, int rows, struct zone *zone)
{
	int64_t low = INT64_MAX, high = INT64_MIN;
	bool some = false;
	for (int i = 0; i < rows; i++) {
		int64_t value = values->values[i];
		bool counts = !values->has_nulls || !is_null(values, i);
		low = counts && value < low ? value : low;
		high = counts && value > high ? value : high;
		some |= counts;
	}
	*zone = (struct zone){ .low = some ? low : 0, .high = some ? high : 0, .some = some, .nulls = values->has_nulls };
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
	for (int i = 0; i < rows && width == 1; i++)
		to[i] = (char)values[i];
	for (int i = 0; i < rows && width == 2; i++) {
		int16_t value = (int16_t)values[i];
		memcpy(to + i * 2, &value, sizeof value);
	}
	for (int i = 0; i < rows && width == 4; i++) {
		int32_t value = (int32_t)values[i];
		memcpy(to + i * 4, &value, sizeof value);
	}
	if (width == 8)
		memcpy(to, values, (size_t)rows * 8);
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

/* A number of 1 to 8 bytes, the greatest first. RECORDS_SLACK bytes can be read behind any record. */
static inline int64_t read_number(const unsigned char *at, size_t bytes)
{
	uint64_t sum;
	memcpy(&sum, at, sizeof sum);
	return (int64_t)be64toh(sum) >> (64 - 8 * bytes);
}

/* The number of a text of a column; 0 where its texts are not told apart, or any longer. */
static int64_t text_number(struct builder *builder, int column, const unsigned char *at, size_t length)
{
	struct words **words = &builder->columns->words[column];
	int64_t number = *words ? words_number(*words, (const char *)at, length) : 0;
	if (number >= 0)
		return number;
	words_close(*words);
	*words = NULL;
	return 0;
}

/* Puts a value into its place; false where it is not what its column holds. */
static inline bool put_value(struct builder *builder, int column, uint64_t type, const unsigned char *at)
{
	struct column_values *values = &builder->values[column];
	int64_t *value = &values->values[builder->rows];
	if (type == 0)
		put_null(values, builder->rows);
	else if (builder->is_text[column])
		*value = text_number(builder, column, at, record_type_bytes(type));
	else
		*value = type < 7 ? read_number(at, record_type_bytes(type)) : type == 9;
	return builder->is_text[column] ? type == 0 || (type > 12 && type % 2) : type < 10 && type != 7; /* 7: a fraction */
}

static bool take_record(void *context, int64_t id, const unsigned char *record, size_t length)
{
	struct builder *builder = context;
	const struct record_part *part = record_forms_find(builder->forms, record, length);
	if (!part)
		return false;
	builder->values[0].values[builder->rows] = id;
	for (const struct record_part *end = part + builder->part_count; part < end; part++)
		if (!put_value(builder, part->target, part->type, record + part->at))
			return false;
	return ++builder->rows < BLOCK_ROWS || put_block(builder);
}

/* The bit of a generated column <field>_unknown, -1 where it is none. */
static int unknown_bit(const struct dataset *dataset, const char *name)
{
	static const char suffix[] = "_unknown";
	size_t length = strlen(name), field = length - (sizeof suffix - 1);
	if (length < sizeof suffix || strcmp(name + field, suffix) != 0)
		return -1;
	for (int i = 0; i < dataset->field_count; i++)
		if (strlen(dataset->fields[i].name) == field && memcmp(dataset->fields[i].name, name, field) == 0)
			return i;
	return -1;
}

/* Takes note of a column as PRAGMA table_xinfo tells of it. */
static bool add_column(struct columns *columns, const struct dataset *dataset, sqlite3_stmt *row, struct failure *failure)
{
	const char *name = (const char *)sqlite3_column_text(row, 0);
	const char *type = (const char *)sqlite3_column_text(row, 1);
	struct column *column = &columns->items[columns->count];
	if (!name || !type || !(column->name = copy_text(failure, name)))
		return false;
	bool first = columns->count++ == 0;
	column->stored = -1;
	column->is_text = strcmp(type, "TEXT") == 0;
	column->generated = sqlite3_column_int(row, 2) != 0;
	column->indexed = sqlite3_column_int(row, 3) != 0;
	if (column->generated) {
		column->kind = COLUMN_UNKNOWN;
		column->bit = unknown_bit(dataset, name);
		return column->bit >= 0;
	}
	column->kind = first ? COLUMN_ID : column->is_text ? COLUMN_TEXT : COLUMN_NUMBER;
	return (strcmp(name, "id") == 0) == first && (column->is_text || strcmp(type, "INTEGER") == 0);
}

/* The number whose bits the generated columns are, -1 where there is none. */
static int unknown_column(const struct columns *columns)
{
	for (int i = 0; i < columns->count; i++)
		if (columns->items[i].kind == COLUMN_NUMBER && strcmp(columns->items[i].name, "unknown") == 0)
			return i;
	return -1;
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
	return done && unknown_column(columns) >= 0;
}

static bool is_in(uint64_t mask, int column)
{
	return mask >> (column < 63 ? column : 63) & 1;
}

/* Gives the wanted columns their places. */
static void place_columns(struct columns *columns, uint64_t used)
{
	int unknown = unknown_column(columns);
	for (int i = 0; i < columns->count; i++) {
		struct column *column = &columns->items[i];
		if (column->generated)
			continue;
		if (i == 0 || i == unknown || is_in(used, i))
			column->stored = columns->stored++;
		else
			column->kind = COLUMN_ABSENT;
	}
	for (int i = 0; i < columns->count; i++)
		if (columns->items[i].generated)
			columns->items[i].stored = columns->items[unknown].stored;
}

/* Makes room for the texts that are to be told apart. */
static bool open_words(struct columns *columns, uint64_t texts, struct failure *failure)
{
	columns->words = allocate(failure, (unsigned long)columns->stored, sizeof *columns->words);
	bool done = columns->words != NULL;
	for (int i = 0; done && i < columns->count; i++)
		if (columns->items[i].kind == COLUMN_TEXT && is_in(texts, i))
			done = (columns->words[columns->items[i].stored] = words_open(failure)) != NULL;
	return done;
}

/* Where each column of a record goes. */
static bool open_builder(struct builder *builder)
{
	const struct columns *columns = builder->columns;
	struct failure *failure = builder->failure;
	int record_columns = 0;
	int *targets = allocate(failure, (unsigned long)columns->count, sizeof *targets);
	builder->values = allocate(failure, (unsigned long)columns->stored, sizeof *builder->values);
	builder->is_text = allocate(failure, (unsigned long)columns->stored, sizeof *builder->is_text);
	bool done = targets && builder->values && builder->is_text;
	for (int i = 0; done && i < columns->count; i++) {
		const struct column *column = &columns->items[i];
		if (column->generated)
			continue;
		targets[record_columns++] = column->stored;
		if (column->stored >= 0)
			builder->is_text[column->stored] = column->is_text;
	}
	builder->forms = done ? record_forms_open(targets, record_columns, failure) : NULL;
	builder->part_count = builder->forms ? record_forms_parts(builder->forms) : 0;
	free(targets);
	return builder->forms != NULL;
}

struct columns *columns_open(struct database *database, const struct dataset *dataset, bool *fits,
	struct failure *failure)
{
	struct columns *columns = allocate(failure, 1, sizeof *columns);
	*fits = true;
	if (!columns)
		return NULL;
	columns->file = -1;
	failure->status = STATUS_DONE;
	columns->table = copy_text(failure, dataset->name);
	if (columns->table && read_columns(columns, database, dataset, failure))
		return columns;
	*fits = failure->status != STATUS_DONE;
	columns_free(columns);
	return NULL;
}

bool columns_fill(struct columns *columns, struct database *database, const struct wanted *wanted, const char *folder,
	bool *fits, struct failure *failure)
{
	struct builder builder = { .columns = columns, .failure = failure };
	failure->status = STATUS_DONE;
	place_columns(columns, wanted->columns);
	columns->file = temporary_open(folder, failure);
	bool done = columns->file >= 0 && open_words(columns, wanted->texts, failure) && open_builder(&builder)
		&& records_read(database->handle, columns->table, take_record, &builder) && put_block(&builder);
	*fits = done || failure->status != STATUS_DONE;
	free(builder.values);
	free(builder.is_text);
	record_forms_close(builder.forms);
	bytes_free(&builder.out);
	return done;
}

void columns_free(struct columns *columns)
{
	if (!columns)
		return;
	if (columns->file >= 0)
		close(columns->file);
	for (int i = 0; columns->items && i < columns->count; i++)
		free(columns->items[i].name);
	for (int i = 0; columns->words && i < columns->stored; i++)
		words_close(columns->words[i]);
	free(columns->words);
	free(columns->items);
	free(columns->blocks);
	free(columns->zones);
	free(columns->table);
	free(columns);
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
	struct failure unsaid; /* SQLite says that the table cannot be read */
	int rows = columns->blocks[block].rows;
	int64_t at = columns->blocks[block].at + zone->at;
	to->has_nulls = zone->nulls;
	if (zone->nulls && !zone->some)
		memset(to->nulls, 0xFF, sizeof to->nulls);
	else if (zone->nulls) {
		if (!temporary_read(columns->file, to->nulls, sizeof to->nulls, at, &unsaid))
			return false;
		at += (int64_t)sizeof to->nulls;
	}
	if (zone->width == 8)
		return temporary_read(columns->file, to->values, (size_t)rows * 8, at, &unsaid);
	if (!zone->width) {
		for (int i = 0; i < rows; i++)
			to->values[i] = zone->low;
		return true;
	}
	char narrow_values[BLOCK_ROWS * 4];
	if (!temporary_read(columns->file, narrow_values, (size_t)rows * zone->width, at, &unsaid))
		return false;
	widen(narrow_values, rows, zone->width, to->values);
	return true;
}
