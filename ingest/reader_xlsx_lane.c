/* Rows as programs write them: attributes in double quotes, no entities of the document's
 * own, no comments, instructions, extensions or formulas. Whatever is the least bit different is LANE_OTHER and
 * left to the XML parser, which stands before the row and need not be told of one
 * that was read here, for a row is balanced in itself. */
#include "ingest/reader_xlsx.h"

#include <string.h>

#include "ingest/utf8.h"

struct cursor {
	const char *at, *end;
	bool cut; /* the bytes end too early for a verdict */
	struct lane_row *row;
};

static bool stop_short(struct cursor *cursor)
{
	cursor->cut = true;
	return false;
}

/* Takes `words` where they stand next. */
static bool take(struct cursor *cursor, const char *words, size_t length)
{
	size_t left = (size_t)(cursor->end - cursor->at);
	if (memcmp(cursor->at, words, left < length ? left : length) != 0)
		return false;
	if (left < length)
		return stop_short(cursor);
	cursor->at += length;
	return true;
}

#define TAKE(cursor, literal) take(cursor, literal, sizeof(literal) - 1)

/* A line begins at `start`. */
static void note_line(struct cursor *cursor, const char *start)
{
	cursor->row->lines++;
	cursor->row->line_start = start;
	cursor->row->tails = 0;
}

static bool skip_blanks(struct cursor *cursor)
{
	while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\n' || *cursor->at == '\t'))
		if (*cursor->at++ == '\n')
			note_line(cursor, cursor->at);
	return cursor->at < cursor->end || stop_short(cursor);
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ':' || (c >= '0' && c <= '9');
}

/* name="value" behind a space, both of plain ASCII. */
static bool take_attribute(struct cursor *cursor, struct lane_text *name, struct lane_text *value)
{
	const char *start = cursor->at;
	while (cursor->at < cursor->end && is_name(*cursor->at))
		cursor->at++;
	*name = (struct lane_text){ start, (size_t)(cursor->at - start) };
	if (!TAKE(cursor, "=\""))
		return false;
	start = cursor->at;
	for (; cursor->at < cursor->end && *cursor->at != '"'; cursor->at++) {
		unsigned char c = (unsigned char)*cursor->at;
		if (c < 0x20 || c >= 0x7F || c == '<' || c == '&')
			return false;
	}
	*value = (struct lane_text){ start, (size_t)(cursor->at - start) };
	return TAKE(cursor, "\"");
}

static bool is_text(struct lane_text text, const char *words)
{
	return text.length == strlen(words) && memcmp(text.at, words, text.length) == 0;
}

/* Which of the names it is; -1: none. */
static int place_of(struct lane_text name, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (is_text(name, names[i]))
			return i;
	return -1;
}

/* The attributes up to the end of the tag: none that is not known, none twice. The first
 * `kept` of the names are kept. *closed: the element is empty. */
static bool take_attributes(struct cursor *cursor, const char *const *names, int count, struct lane_text *values, int kept,
	bool *closed)
{
	unsigned seen = 0;
	struct lane_text name, value;
	while (TAKE(cursor, " ")) {
		if (!take_attribute(cursor, &name, &value))
			return false;
		int place = place_of(name, names, count);
		if (place < 0 || (seen >> place & 1))
			return false;
		seen |= 1U << place;
		if (place < kept)
			values[place] = value;
	}
	if (cursor->cut)
		return false;
	*closed = TAKE(cursor, "/");
	return !cursor->cut && TAKE(cursor, ">");
}

/* Text that is neither shortened nor refused by a parser of XML. */
static bool is_sound(struct lane_text text)
{
	if (utf8_sound(text.at, text.length) < text.length)
		return false;
	const char *end = text.at + text.length;
	for (const char *at = text.at; (at = memchr(at, 0xEF, (size_t)(end - at))) != NULL; at += 3)
		if (at[1] == '\xBF' && (at[2] == '\xBE' || at[2] == '\xBF')) /* U+FFFE, U+FFFF */
			return false;
	return true;
}

/* What XML allows in a text. */
static bool is_character(unsigned c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) || (c >= 0xE000 && c < 0xFFFE)
		|| (c >= 0x10000 && c <= 0x10FFFF);
}

/* &#23398; or &#x5B66; behind its #: the character, 0 where it is none that XML allows. */
static unsigned take_number(struct cursor *cursor)
{
	bool hexadecimal = TAKE(cursor, "x");
	unsigned number = 0;
	const char *first = cursor->at;
	for (; cursor->at < cursor->end && *cursor->at != ';'; cursor->at++) {
		char c = *cursor->at;
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') : hexadecimal && c >= 'a' && c <= 'f'
			? (unsigned)(c - 'a' + 10) : hexadecimal && c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10) : 99;
		if (digit == 99 || number > 0x10FFFF)
			return 0;
		number = number * (hexadecimal ? 16 : 10) + digit;
	}
	bool any = cursor->at > first;
	return TAKE(cursor, ";") && any && is_character(number) ? number : 0;
}

/* A reference to a character or to one of XML's own entities: the bytes of its UTF-8 written,
 * 0 where it is none. */
static size_t take_reference(struct cursor *cursor, char *to)
{
	static const struct {
		const char *words;
		char character;
	} entities[] = { { "amp;", '&' }, { "lt;", '<' }, { "gt;", '>' }, { "quot;", '"' }, { "apos;", '\'' } };
	cursor->at++;
	if (TAKE(cursor, "#")) {
		unsigned character = take_number(cursor);
		return character ? utf8_put(to, character) : 0;
	}
	for (size_t i = 0; !cursor->cut && i < sizeof entities / sizeof *entities; i++)
		if (take(cursor, entities[i].words, strlen(entities[i].words))) {
			*to = entities[i].character;
			return 1;
		}
	return 0;
}

/* Bytes that stand for themselves, up to a reference or a tag. */
static bool take_run(struct cursor *cursor, bool *high)
{
	for (; cursor->at < cursor->end && *cursor->at != '<' && *cursor->at != '&'; cursor->at++) {
		unsigned char c = (unsigned char)*cursor->at;
		if (c >= 0x80) {
			*high = true;
			cursor->row->tails += c < 0xC0;
		} else if (c < 0x20 || c == ']') {
			if ((c < 0x20 && c != '\n' && c != '\t') || (c == ']' && cursor->end - cursor->at > 2
				&& memcmp(cursor->at, "]]>", 3) == 0))
				return false;
			if (c == '\n')
				note_line(cursor, cursor->at + 1);
		}
	}
	return cursor->at < cursor->end || stop_short(cursor);
}

static bool take_text(struct cursor *cursor, struct lane_text *text)
{
	struct lane_row *row = cursor->row;
	const char *start = cursor->at;
	bool high = false;
	if (!take_run(cursor, &high))
		return false;
	*text = (struct lane_text){ start, (size_t)(cursor->at - start) };
	if (*cursor->at == '&') {
		char *to = row->decoded + row->used; /* a reference is longer than its character */
		text->at = to;
		for (;;) {
			memcpy(to, start, (size_t)(cursor->at - start));
			to += cursor->at - start;
			if (*cursor->at != '&')
				break;
			size_t size = take_reference(cursor, to);
			to += size;
			start = cursor->at;
			if (size == 0 || !take_run(cursor, &high))
				return false;
		}
		text->length = (size_t)(to - text->at);
		row->used += text->length;
	}
	return !high || is_sound(*text);
}

/* What stands between <c …> and </c>. */
static bool take_content(struct cursor *cursor, struct lane_cell *cell)
{
	cell->form = LANE_BLANK;
	if (!skip_blanks(cursor))
		return false;
	if (TAKE(cursor, "<v>")) {
		cell->form = LANE_VALUE;
		if (!take_text(cursor, &cell->text) || !TAKE(cursor, "</v>"))
			return false;
	} else if (!cursor->cut && TAKE(cursor, "<is><t")) {
		cell->form = LANE_INLINE;
		TAKE(cursor, " xml:space=\"preserve\"");
		if (cursor->cut || !TAKE(cursor, ">") || !take_text(cursor, &cell->text) || !TAKE(cursor, "</t></is>"))
			return false;
	}
	return !cursor->cut && skip_blanks(cursor) && TAKE(cursor, "</c>");
}

static bool take_cell(struct cursor *cursor)
{
	static const char *const names[] = { "r", "s", "t", "cm", "vm", "ph" };
	struct lane_row *row = cursor->row;
	bool closed;
	if (row->count == LANE_CELLS || !TAKE(cursor, "<c"))
		return false;
	struct lane_cell *cell = &row->cells[row->count++];
	*cell = (struct lane_cell){ .form = LANE_BLANK };
	return take_attributes(cursor, names, sizeof names / sizeof *names, cell->attributes, LANE_ATTRIBUTES, &closed)
		&& (closed || take_content(cursor, cell));
}

static bool take_row(struct cursor *cursor)
{
	static const char *const names[] = { "r", "spans", "s", "customFormat", "ht", "customHeight", "hidden", "outlineLevel",
		"collapsed", "thickTop", "thickBot", "ph", "x14ac:dyDescent" };
	bool closed;
	if (!skip_blanks(cursor) || !TAKE(cursor, "<row")
		|| !take_attributes(cursor, names, sizeof names / sizeof *names, &cursor->row->number, 1, &closed))
		return false;
	if (closed)
		return true;
	for (;;) {
		if (!skip_blanks(cursor))
			return false;
		if (TAKE(cursor, "</row>"))
			return true;
		if (cursor->cut || !take_cell(cursor))
			return false;
	}
}

enum lane_verdict lane_row(const char *bytes, size_t count, struct lane_row *row, size_t *taken)
{
	struct cursor cursor = { .at = bytes, .end = bytes + (count < LANE_BYTES ? count : LANE_BYTES), .row = row };
	row->number = (struct lane_text){ 0 };
	row->count = 0;
	row->used = 0;
	row->lines = 0;
	row->line_start = bytes;
	row->tails = 0;
	bool whole = take_row(&cursor);
	if (!whole)
		return cursor.cut ? LANE_CUT : LANE_OTHER;
	*taken = (size_t)(cursor.at - bytes);
	row->characters = cursor.at - row->line_start - row->tails;
	return LANE_ROW;
}
