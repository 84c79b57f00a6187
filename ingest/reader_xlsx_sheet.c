#include "ingest/reader_xlsx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/serial.h"
#include "ingest/utf8.h"

/* Where the parser stands: worksheet / sheetData / row / c / v, f, or is / t, or is / r / t. */
enum state { OUTSIDE, DATA, ROW, CELL, VALUE, INLINE, RUN, TEXT, RUN_TEXT };

struct sheet_parse {
	struct sax sax;
	const struct sheet_task *task;
	struct rows *rows;
	const xmlChar *uri;  /* of the root: other namespaces are extensions */
	enum state state;
	bool unprefixed;     /* the open sheetData is, and so are its rows in the same namespace */
	int skip;            /* open elements of a part that is not read */
	int64_t row, cells;
	int64_t place;       /* row for messages */
	bool index_reported;
	struct lane_row *simple;

	/* the cell being read */
	uint32_t column, next_column;
	enum shown date; /* of the cell's style */
	bool formula, value;
	char type;           /* 'n' number, 's' shared, 't' str, 'i' inlineStr, 'b', 'e', 'd' */
	size_t start, piece; /* in the arena: of the value, of its current piece */
};

static void stop(struct sheet_parse *parse)
{
	parse->sax.trouble = SAX_STOPPED;
}

/* A fault that ends the sheet. */
static void stop_with(struct sheet_parse *parse, const char *rule, const char *message)
{
	char letters[COLUMN_LETTERS_BYTES];
	column_letters(parse->column, letters);
	outlet_fault(parse->task->outlet, rule, parse->row, parse->state >= CELL ? letters : NULL, "%s", message);
	stop(parse);
}

/* ---- rows and cells open */

static int64_t read_number(const char *text, int length)
{
	int64_t number = 0;
	for (int i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9' || number > 99999999)
			return -1;
		number = number * 10 + (text[i] - '0');
	}
	return length > 0 ? number : -1;
}

static void begin_row(struct sheet_parse *parse, int count, const xmlChar **attributes)
{
	const char *value;
	int length = sax_attribute(attributes, count, "r", false, &value);
	int64_t row = length < 0 ? parse->row + 1 : read_number(value, length);
	parse->state = ROW;
	parse->next_column = 0;
	if (row <= parse->row) {
		stop_with(parse, "S01", "行号缺失、重复或不按顺序，其后的内容不再读取，请用表格软件重新保存");
		return;
	}
	parse->row = row;
	if (row > LIMIT_ROWS)
		stop_with(parse, "S09", "行数超过1048576，超出安全上限，其后的内容不再读取");
}

/* "AB12": the column from 0, or -1 where it is no such reference or of another row. */
static int64_t read_reference(const char *text, int length, int64_t row)
{
	int64_t column = 0;
	int i = 0;
	for (; i < length && (text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z' && column < 1000000; i++)
		column = column * 26 + ((text[i] | 0x20) - 'a' + 1);
	return i > 0 && read_number(text + i, length - i) == row ? column - 1 : -1;
}

static enum shown style_shows(const struct sheet_parse *parse, const char *value, int length)
{
	int64_t style = read_number(value, length);
	return style >= 0 && style < (int64_t)parse->task->styles->count ? parse->task->styles->date[style] : SHOWN_NUMBER;
}

static char read_type(const char *value, int length)
{
	if (length == 1)
		return value[0];
	if (length == 3 && memcmp(value, "str", 3) == 0)
		return 't';
	return length == 9 && memcmp(value, "inlineStr", 9) == 0 ? 'i' : 'n';
}

static void begin_cell(struct sheet_parse *parse, int count, const xmlChar **attributes)
{
	int64_t column = parse->next_column;
	parse->state = CELL;
	parse->type = 'n';
	parse->date = SHOWN_NUMBER;
	parse->formula = parse->value = false;
	parse->start = parse->rows->used;
	for (int i = 0; i < count; i++, attributes += 5) {
		const char *value = (const char *)attributes[3];
		int length = (int)(attributes[4] - attributes[3]);
		if (attributes[0][1] != '\0' || attributes[2])
			continue;
		if (attributes[0][0] == 'r')
			column = read_reference(value, length, parse->row);
		else if (attributes[0][0] == 's')
			parse->date = style_shows(parse, value, length);
		else if (attributes[0][0] == 't')
			parse->type = read_type(value, length);
	}
	parse->column = column < 0 || column >= LIMIT_COLUMNS ? 0 : (uint32_t)column;
	parse->next_column = parse->column + 1;
	if (column < 0)
		stop_with(parse, "S01", "单元格的位置与所在行不符，其后的内容不再读取，请用表格软件重新保存");
	else if (column >= LIMIT_COLUMNS)
		stop_with(parse, "S09", "列数超过16384，超出安全上限，其后的内容不再读取");
	else if (++parse->cells > LIMIT_CELLS)
		stop_with(parse, "S09", "单元格过多，超出安全上限，其后的内容不再读取");
}

/* ---- cells close */

static bool is_number(const char *text, size_t length)
{
	const char *end = text + length, *digits;
	if (text < end && (*text == '-' || *text == '+'))
		text++;
	for (digits = text; text < end && *text >= '0' && *text <= '9';)
		text++;
	int64_t count = text - digits;
	if (text < end && *text == '.') {
		for (digits = ++text; text < end && *text >= '0' && *text <= '9';)
			text++;
		count += text - digits;
	}
	if (count == 0)
		return false;
	if (text < end && (*text | 0x20) == 'e') {
		text++;
		if (text < end && (*text == '-' || *text == '+'))
			text++;
		for (digits = text; text < end && *text >= '0' && *text <= '9';)
			text++;
		return text == end && text > digits;
	}
	return text == end;
}

static void put(struct sheet_parse *parse, enum cell_kind kind, const char *text, size_t length)
{
	if (!rows_put(parse->rows, parse->column, kind, text, length))
		stop_with(parse, "S01", "同一单元格出现两次，其后的内容不再读取，请用表格软件重新保存");
}

static void put_shared(struct sheet_parse *parse, const char *text, size_t length)
{
	const struct strings *strings = parse->task->strings;
	int64_t index = read_number(text, length < 10 ? (int)length : 10);
	if (index >= 0 && index < (int64_t)strings->count) {
		size_t size;
		const char *string = strings_get(strings, (size_t)index, &size);
		if (size > 0)
			put(parse, CELL_TEXT, string, size);
		return;
	}
	put(parse, CELL_ERROR, "#REF!", 5);
	if (parse->index_reported)
		return;
	parse->index_reported = true;
	char letters[COLUMN_LETTERS_BYTES];
	column_letters(parse->column, letters);
	if (!outlet_fault(parse->task->outlet, "S01", parse->row, letters,
		"单元格引用的文字在文件中不存在，文件可能已损坏，请用表格软件重新保存后提交"))
		stop(parse);
}

/* A date written as a date; one with a zone, or none at all, is left as text. */
static void put_iso_date(struct sheet_parse *parse, const char *text, size_t length)
{
	char serial[SERIAL_BYTES];
	if (!serial_from_iso(text, length, parse->task->epoch, serial)) {
		put(parse, CELL_TEXT, text, length);
		return;
	}
	size_t start = parse->rows->used;
	if (rows_append(parse->rows, serial, strlen(serial)))
		put(parse, memchr(text, 'T', length) ? CELL_DATE : CELL_DAY, parse->rows->arena + start, strlen(serial));
	else
		stop(parse);
}

static void put_number(struct sheet_parse *parse, const char *text, size_t length)
{
	while (length > 0 && (*text == ' ' || *text == '\n' || *text == '\t' || *text == '\r'))
		text++, length--;
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\n' || text[length - 1] == '\t'
		|| text[length - 1] == '\r'))
		length--;
	if (!is_number(text, length))
		put(parse, CELL_TEXT, text, length);
	else
		put(parse, parse->date == SHOWN_TIME ? CELL_DATE : parse->date ? CELL_DAY : CELL_NUMBER, text, length);
}

static void end_cell(struct sheet_parse *parse)
{
	const char *text = parse->rows->arena + parse->start;
	size_t length = parse->rows->used - parse->start;
	if (length == 0) {
		/* A formula that was never calculated must not pass for an empty cell; one whose
		 * text is empty (t="str" and a v) is empty. */
		if (parse->formula && !(parse->type == 't' && parse->value))
			put(parse, CELL_ERROR, "#未计算", strlen("#未计算"));
		return;
	}
	switch (parse->type) {
	case 's':
		put_shared(parse, text, length);
		break;
	case 't':
	case 'i':
		put(parse, CELL_TEXT, text, length);
		break;
	case 'b':
		put(parse, CELL_BOOL, *text == '1' || *text == 't' ? "1" : "0", 1);
		break;
	case 'e':
		put(parse, CELL_ERROR, text, length);
		break;
	case 'd':
		put_iso_date(parse, text, length);
		break;
	default:
		put_number(parse, text, length);
	}
}

/* ---- callbacks */

static void enter_state(struct sheet_parse *parse, enum state state)
{
	parse->state = state;
	parse->value = parse->value || state == VALUE;
	parse->piece = parse->rows->used;
}

/* The elements of a cell. */
static void enter_inside(struct sheet_parse *parse, const xmlChar *name)
{
	bool single = name[1] == '\0';
	switch (parse->state) {
	case CELL:
		if (single && name[0] == 'v' && !parse->value) {
			enter_state(parse, VALUE);
			return;
		}
		if (sax_name_is(name, "is")) {
			parse->state = INLINE;
			return;
		}
		parse->formula = parse->formula || (single && name[0] == 'f');
		break;
	case INLINE:
		if (single && name[0] == 't') {
			enter_state(parse, TEXT);
			return;
		}
		if (single && name[0] == 'r') {
			parse->state = RUN;
			return;
		}
		break;
	case RUN:
		if (single && name[0] == 't') {
			enter_state(parse, RUN_TEXT);
			return;
		}
		break;
	default:
		break;
	}
	parse->skip = 1;
}

static void enter_root(struct sheet_parse *parse, const xmlChar *name, const xmlChar *uri)
{
	parse->uri = uri;
	if (!sax_name_is(name, "worksheet"))
		stop_with(parse, "S01", "工作表的内容不是工作表，请用表格软件重新保存后提交");
}

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespaces, const xmlChar **declared, int count, int defaulted, const xmlChar **attributes)
{
	struct sheet_parse *parse = user;
	(void)declared, (void)defaulted;
	if (!sax_enter(&parse->sax, namespaces, count))
		return;
	if (parse->sax.depth == 1)
		enter_root(parse, name, uri);
	else if (parse->skip > 0)
		parse->skip++;
	else if (uri != parse->uri) /* libxml2 keeps one copy of each */
		parse->skip = 1;
	else if (parse->state >= CELL)
		enter_inside(parse, name);
	else if (parse->state == ROW && name[0] == 'c' && name[1] == '\0')
		begin_cell(parse, count, attributes);
	else if (parse->state == DATA && sax_name_is(name, "row"))
		begin_row(parse, count, attributes);
	else if (parse->state == OUTSIDE && sax_name_is(name, "sheetData")) {
		parse->state = DATA;
		parse->unprefixed = !prefix;
	} else
		parse->skip = 1;
}

static void end_text(struct sheet_parse *parse)
{
	struct rows *rows = parse->rows;
	if (parse->state != VALUE || parse->type == 't')
		rows->used = parse->piece + xstring_unescape(rows->arena + parse->piece, rows->used - parse->piece);
}

static void end_row(struct sheet_parse *parse)
{
	parse->state = DATA;
	if (!rows_send(parse->rows, parse->row))
		stop(parse);
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct sheet_parse *parse = user;
	(void)name, (void)prefix, (void)uri;
	if (!sax_leave(&parse->sax))
		return;
	if (parse->skip > 0) {
		parse->skip--;
		return;
	}
	switch (parse->state) {
	case VALUE:
	case TEXT:
	case RUN_TEXT:
		end_text(parse);
		parse->state = parse->state == VALUE ? CELL : parse->state == TEXT ? INLINE : RUN;
		break;
	case RUN:
		parse->state = INLINE;
		break;
	case INLINE:
		parse->state = CELL;
		break;
	case CELL:
		end_cell(parse);
		parse->state = ROW;
		break;
	case ROW:
		end_row(parse);
		break;
	default:
		parse->state = OUTSIDE;
	}
}

static void on_text(void *user, const xmlChar *text, int length)
{
	struct sheet_parse *parse = user;
	bool wanted = parse->state == VALUE || parse->state == TEXT || parse->state == RUN_TEXT;
	if (!wanted || parse->skip > 0 || parse->sax.trouble)
		return;
	if (utf8_sound((const char *)text, (size_t)length) < (size_t)length)
		sax_stop(&parse->sax, SAX_ENCODING);
	else if (parse->rows->used - parse->start + (size_t)length > LIMIT_CELL_BYTES)
		stop_with(parse, "S09", "单元格的文字过长，超出安全上限，其后的内容不再读取");
	else if (!rows_append(parse->rows, (const char *)text, (size_t)length)) {
		if (!parse->task->outlet->broken)
			stop_with(parse, "S09", "一行的文字过长，超出安全上限，其后的内容不再读取");
		stop(parse);
	}
}

/* ---- rows beside the parser (reader_xlsx_lane.c) */

static void apply_cell(struct sheet_parse *parse, const struct lane_cell *cell)
{
	static const char *const names[LANE_ATTRIBUTES] = { "r", "s", "t" };
	const xmlChar *attributes[5 * LANE_ATTRIBUTES] = { NULL };
	int count = 0;
	for (int i = 0; i < LANE_ATTRIBUTES; i++) {
		const struct lane_text *value = &cell->attributes[i];
		if (!value->at)
			continue;
		attributes[5 * count] = (const xmlChar *)names[i];
		attributes[5 * count + 3] = (const xmlChar *)value->at;
		attributes[5 * count++ + 4] = (const xmlChar *)value->at + value->length;
	}
	begin_cell(parse, count, attributes);
	if (parse->sax.trouble)
		return;
	if (cell->form != LANE_BLANK) {
		enter_state(parse, cell->form == LANE_VALUE ? VALUE : TEXT);
		on_text(parse, (const xmlChar *)cell->text.at, (int)cell->text.length);
		if (parse->sax.trouble)
			return;
		end_text(parse);
		parse->state = CELL;
	}
	end_cell(parse);
	parse->state = ROW;
}

static void apply_row(struct sheet_parse *parse, const struct lane_row *row)
{
	const char *number = row->number.at;
	const xmlChar *attributes[5] = { (const xmlChar *)"r", NULL, NULL, (const xmlChar *)number,
		number ? (const xmlChar *)number + row->number.length : NULL };
	begin_row(parse, number ? 1 : 0, attributes);
	for (size_t i = 0; i < row->count && !parse->sax.trouble; i++)
		apply_cell(parse, &row->cells[i]);
	if (!parse->sax.trouble)
		end_row(parse);
}

/* The parser stands between two rows and has nothing left to parse. */
static bool is_between_rows(const struct sheet_parse *parse)
{
	const xmlParserCtxt *parser = parse->sax.parser;
	const xmlParserInput *input = parser->input;
	return parse->state == DATA && parse->skip == 0 && parse->sax.depth == 2 && parse->unprefixed && !parse->sax.trouble
		&& parser->instate == XML_PARSER_CONTENT && parser->inputNr == 1 && input->cur == input->end
		&& input->buf && !input->buf->encoder;
}

static size_t take_rows(struct sax *sax, const char *bytes, size_t count, bool *cut)
{
	struct sheet_parse *parse = (struct sheet_parse *)sax;
	xmlParserInput *input = sax->parser->input;
	size_t at = 0;
	if (!input || !is_between_rows(parse))
		return 0;
	while (at < count && !sax->trouble) {
		size_t taken;
		enum lane_verdict verdict = lane_row(bytes + at, count - at, parse->simple, &taken);
		*cut = verdict == LANE_CUT;
		if (verdict != LANE_ROW)
			break;
		apply_row(parse, parse->simple);
		/* the parser's own count goes into its messages */
		input->line += parse->simple->lines;
		input->col = (parse->simple->lines ? 1 : input->col) + (int)parse->simple->characters;
		at += taken;
	}
	return at;
}

/* Up to the end of a row, or of the tag that opens the rows. */
static size_t next_rows(const struct sax *sax, const char *bytes, size_t count)
{
	const struct sheet_parse *parse = (const struct sheet_parse *)sax;
	const char *words = parse->state == OUTSIDE ? "<sheetData" : "</row";
	size_t least = parse->state == OUTSIDE ? 0 : 256; /* small pieces cost the parser time */
	const char *at = count > least ? memmem(bytes + least, count - least, words, strlen(words)) : NULL;
	const char *end = at ? memchr(at, '>', count - (size_t)(at - bytes)) : NULL;
	return end ? (size_t)(end + 1 - bytes) : count;
}

bool sheet_read(const struct sheet_task *task, const char *part)
{
	static const struct package_lane lane = { take_rows, next_rows };
	struct sheet_parse parse = { .task = task, .rows = task->rows };
	struct sax *sax = &parse.sax;
	parse.simple = outlet_allocate(task->outlet, 1, sizeof *parse.simple);
	if (!parse.simple)
		return false;
	if (sax_open(sax, on_start, on_end, on_text, false, task->outlet->failure))
		package_parse(task->package, part, sax, &lane, &parse.row);
	else
		task->outlet->broken = true;
	sax_close(sax);
	free(parse.simple);
	return !task->outlet->broken;
}
