#include "ingest/outlet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/limits.h"
#include "ingest/utf8.h"

/* Names of parts come from the file and texts are cut: leaves whole characters only, and no
 * control characters. */
static void clean(char *text)
{
	char *to = text;
	const char *end = text + strlen(text);
	for (const char *from = text; from < end;) {
		size_t size = utf8_character((const unsigned char *)from, (size_t)(end - from));
		if (size > 1 || (size == 1 && (unsigned char)*from >= 0x20 && *from != 0x7F)) {
			memmove(to, from, size);
			to += size;
		}
		from += size ? size : 1;
	}
	*to = '\0';
}

static bool send_fault(struct outlet *outlet, struct source_fault *fault, const char *format, va_list args)
{
	if (outlet->broken)
		return false;
	vsnprintf(fault->message, sizeof fault->message, format, args);
	clean(fault->message);
	outlet->broken = !outlet->sink->fault(outlet->sink->context, fault, outlet->failure);
	return !outlet->broken;
}

bool outlet_fault(struct outlet *outlet, const char *rule, int64_t row, const char *place,
	const char *format, ...)
{
	struct source_fault fault = { .rule = rule, .row = row, .place = place };
	va_list args;
	va_start(args, format);
	bool going = send_fault(outlet, &fault, format, args);
	va_end(args);
	return going;
}

bool outlet_fault_raw(struct outlet *outlet, const struct source_fault *fault, const char *format, ...)
{
	struct source_fault copy = *fault;
	va_list args;
	va_start(args, format);
	bool going = send_fault(outlet, &copy, format, args);
	va_end(args);
	return going;
}

void *outlet_allocate(struct outlet *outlet, size_t count, size_t size)
{
	void *memory = allocate(outlet->failure, count, size);
	if (!memory)
		outlet->broken = true;
	return memory;
}

void *outlet_grow(struct outlet *outlet, void *memory, size_t count, size_t size)
{
	void *grown = reallocarray(memory, count ? count : 1, size);
	if (!grown) {
		fail(outlet->failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
		outlet->broken = true;
	}
	return grown;
}

bool rows_open(struct rows *rows, struct outlet *outlet)
{
	*rows = (struct rows){ .outlet = outlet, .size = 64 << 10 };
	rows->cells = outlet_allocate(outlet, LIMIT_COLUMNS, sizeof *rows->cells);
	rows->arena = rows->cells ? outlet_allocate(outlet, rows->size, 1) : NULL;
	return rows->arena;
}

void rows_close(struct rows *rows)
{
	free(rows->cells);
	free(rows->arena);
	*rows = (struct rows){ 0 };
}

static void clear(struct rows *rows)
{
	memset(rows->cells, 0, rows->count * sizeof *rows->cells);
	rows->count = 0;
	rows->used = 0;
}

void rows_begin(struct rows *rows)
{
	clear(rows);
	rows->sent = 0;
}

static bool grow_arena(struct rows *rows, size_t need)
{
	if (need > LIMIT_ROW_BYTES)
		return false;
	size_t size = rows->size;
	while (size < need)
		size *= 2;
	char *arena = outlet_allocate(rows->outlet, size, 1);
	if (!arena)
		return false;
	memcpy(arena, rows->arena, rows->used);
	for (uint32_t i = 0; i < rows->count; i++) {
		struct cell *cell = &rows->cells[i];
		if (cell->text >= rows->arena && cell->text < rows->arena + rows->size)
			cell->text = arena + (cell->text - rows->arena);
	}
	free(rows->arena);
	rows->arena = arena;
	rows->size = size;
	return true;
}

bool rows_append(struct rows *rows, const char *bytes, size_t length)
{
	/* One byte stays free, so that no cell points behind the arena. */
	if (rows->used + length >= rows->size && !grow_arena(rows, rows->used + length + 1))
		return false;
	memcpy(rows->arena + rows->used, bytes, length);
	rows->used += length;
	return true;
}

bool rows_put(struct rows *rows, uint32_t column, enum cell_kind kind, const char *text, size_t length)
{
	struct cell *cell = &rows->cells[column];
	if (cell->kind != CELL_EMPTY)
		return false;
	*cell = (struct cell){ text, (uint32_t)length, kind };
	if (column >= rows->count)
		rows->count = column + 1;
	return true;
}

bool rows_send(struct rows *rows, int64_t row)
{
	struct outlet *outlet = rows->outlet;
	if (rows->count == 0 || outlet->broken) {
		rows->used = 0;
		return !outlet->broken;
	}
	rows->blank += row - rows->sent - 1;
	if (rows->blank > LIMIT_BLANK_ROWS) {
		outlet_fault(outlet, "S09", row, NULL, "空行过多，超出安全上限，其后的内容不再读取，请删除空行后重新提交");
		clear(rows);
		return false;
	}
	struct row blank = { rows->cells, 0, 0, -1 };
	for (blank.row = rows->sent + 1; blank.row < row && !outlet->broken; blank.row++)
		outlet->broken = !outlet->sink->row(outlet->sink->context, &blank, outlet->failure);
	if (!outlet->broken) {
		struct row filled = { rows->cells, rows->count, row, -1 };
		outlet->broken = !outlet->sink->row(outlet->sink->context, &filled, outlet->failure);
	}
	rows->sent = row;
	clear(rows);
	return !outlet->broken;
}

void column_letters(uint32_t column, char text[COLUMN_LETTERS_BYTES])
{
	char reversed[COLUMN_LETTERS_BYTES];
	size_t count = 0;
	for (uint32_t rest = column + 1; rest > 0 && count + 1 < sizeof reversed; rest = (rest - 1) / 26)
		reversed[count++] = (char)('A' + (rest - 1) % 26);
	for (size_t i = 0; i < count; i++)
		text[i] = reversed[count - 1 - i];
	text[count] = '\0';
}
