#include "ingest/reader_xlsx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/number_format.h"
#include "ingest/utf8.h"

/* ---- styles: which cell styles show dates */

struct format {
	unsigned id;
	enum shown date;
};

struct styles_parse {
	struct sax sax;
	struct outlet *outlet;
	struct styles *styles;
	struct format *formats;
	size_t format_count;
	bool in_cell_styles;
};

static unsigned attribute_number(const xmlChar **attributes, int count, const char *name, unsigned otherwise)
{
	const char *value;
	int length = sax_attribute(attributes, count, name, false, &value);
	unsigned number = 0;
	for (int i = 0; i < length; i++) {
		if (value[i] < '0' || value[i] > '9' || number > 99999999)
			return otherwise;
		number = number * 10 + (unsigned)(value[i] - '0');
	}
	return length > 0 ? number : otherwise;
}

static void add_format(struct styles_parse *parse, int count, const xmlChar **attributes)
{
	const char *code = "";
	int length = sax_attribute(attributes, count, "formatCode", false, &code);
	if (length < 0)
		return;
	if (parse->format_count >= LIMIT_STYLES) {
		parse->sax.trouble = SAX_LIMIT;
		return;
	}
	struct format *formats = parse->formats;
	if ((parse->format_count & (parse->format_count - 1)) == 0) { /* a power of two: full */
		formats = outlet_grow(parse->outlet, formats, parse->format_count ? parse->format_count * 2 : 1,
			sizeof *formats);
		if (!formats)
			return;
		parse->formats = formats;
	}
	formats[parse->format_count++] = (struct format){ attribute_number(attributes, count, "numFmtId", 0),
		number_format_shows(code, (size_t)length) };
}

static enum shown shows_date(const struct styles_parse *parse, unsigned format)
{
	for (size_t i = parse->format_count; i-- > 0;) /* a later definition replaces */
		if (parse->formats[i].id == format)
			return parse->formats[i].date;
	return number_format_builtin(format);
}

static void add_style(struct styles_parse *parse, int count, const xmlChar **attributes)
{
	struct styles *styles = parse->styles;
	if (styles->count >= LIMIT_STYLES) {
		parse->sax.trouble = SAX_LIMIT;
		return;
	}
	if (styles->count % 256 == 0) {
		enum shown *date = outlet_grow(parse->outlet, styles->date, styles->count + 256, sizeof *date);
		if (!date)
			return;
		styles->date = date;
	}
	styles->date[styles->count++] = shows_date(parse, attribute_number(attributes, count, "numFmtId", 0));
}

static void styles_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespaces, const xmlChar **declared, int count, int defaulted, const xmlChar **attributes)
{
	struct styles_parse *parse = user;
	(void)prefix, (void)uri, (void)declared, (void)defaulted;
	if (!sax_enter(&parse->sax, namespaces, count))
		return;
	int depth = parse->sax.depth;
	if (depth == 2)
		parse->in_cell_styles = sax_name_is(name, "cellXfs");
	else if (depth == 3 && parse->in_cell_styles && sax_name_is(name, "xf"))
		add_style(parse, count, attributes);
	else if (depth == 3 && sax_name_is(name, "numFmt"))
		add_format(parse, count, attributes);
	if (parse->outlet->broken)
		parse->sax.trouble = SAX_STOPPED;
}

static void any_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	(void)name, (void)prefix, (void)uri;
	sax_leave(user);
}

bool styles_read(struct styles *styles, const char *part, struct package *package, struct outlet *outlet)
{
	struct styles_parse parse = { .outlet = outlet, .styles = styles };
	if (!sax_open(&parse.sax, styles_start, any_end, NULL, false, outlet->failure)) {
		outlet->broken = true;
		return false;
	}
	bool sound = package_parse(package, part, &parse.sax, NULL, NULL);
	sax_close(&parse.sax);
	free(parse.formats);
	return sound;
}

/* ---- _xHHHH_ */

static int hex_value(const char *digits)
{
	int value = 0;
	for (int i = 0; i < 4; i++) {
		char c = digits[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

static int escape_at(const char *text, const char *end)
{
	return end - text >= 7 && text[0] == '_' && text[1] == 'x' && text[6] == '_' ? hex_value(text + 2) : -1;
}

size_t xstring_unescape(char *text, size_t length)
{
	char *from = memchr(text, '_', length), *end = text + length;
	if (!from)
		return length;
	char *to = from;
	while (from < end) {
		int unit = escape_at(from, end);
		if (unit < 0) {
			*to++ = *from++;
			continue;
		}
		from += 7;
		unsigned character = (unsigned)unit;
		int low = character >= 0xD800 && character < 0xDC00 ? escape_at(from, end) : -1;
		if (low >= 0xDC00 && low < 0xE000) {
			character = 0x10000 + ((character & 0x3FF) << 10 | ((unsigned)low & 0x3FF));
			from += 7;
		} else if (character == 0 || (character >= 0xD800 && character < 0xE000)) {
			character = 0xFFFD;
		}
		to += utf8_put(to, character); /* shorter than the escape */
	}
	return (size_t)(to - text);
}

/* ---- shared strings: sst / si / t, or si / r / t; rPh and phoneticPr are no text */

struct shared_parse {
	struct sax sax;
	struct outlet *outlet;
	struct strings *strings;
	size_t text_start;  /* of the t being read */
	int skip;           /* open elements of a part that is not read */
	bool in_run, in_text, over;
};

static void shared_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespaces, const xmlChar **declared, int count, int defaulted, const xmlChar **attributes)
{
	struct shared_parse *parse = user;
	(void)prefix, (void)uri, (void)declared, (void)defaulted, (void)attributes;
	if (!sax_enter(&parse->sax, namespaces, count))
		return;
	int depth = parse->sax.depth;
	if (parse->skip > 0 || depth == 1 || (depth == 2 && sax_name_is(name, "si"))) {
		parse->skip += parse->skip > 0;
		return;
	}
	if (depth == 3 && sax_name_is(name, "r")) {
		parse->in_run = true;
	} else if (depth == (parse->in_run ? 4 : 3) && sax_name_is(name, "t")) {
		parse->in_text = true;
		parse->text_start = parse->strings->used;
	} else {
		parse->skip = 1;
	}
}

static void stop_shared(struct shared_parse *parse)
{
	parse->over = !parse->outlet->broken;
	parse->sax.trouble = SAX_STOPPED;
}

static void shared_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct shared_parse *parse = user;
	(void)name, (void)prefix, (void)uri;
	if (!sax_leave(&parse->sax))
		return;
	if (parse->skip > 0) {
		parse->skip--;
	} else if (parse->in_text) {
		struct strings *strings = parse->strings;
		strings->used = parse->text_start
			+ (strings->text ? xstring_unescape(strings->text + parse->text_start, strings->used - parse->text_start) : 0);
		parse->in_text = false;
	} else if (parse->in_run) {
		parse->in_run = false;
	} else if (parse->sax.depth == 1) {
		if (!strings_end(parse->strings, parse->outlet))
			stop_shared(parse);
	}
}

static void shared_text(void *user, const xmlChar *text, int length)
{
	struct shared_parse *parse = user;
	if (!parse->in_text || parse->skip > 0 || parse->sax.trouble)
		return;
	if (utf8_sound((const char *)text, (size_t)length) < (size_t)length)
		sax_stop(&parse->sax, SAX_ENCODING);
	else if (!strings_append(parse->strings, (const char *)text, (size_t)length, parse->outlet)
		|| parse->strings->used - strings_start(parse->strings) > LIMIT_CELL_BYTES)
		stop_shared(parse);
}

bool shared_read(struct strings *strings, const char *part, struct package *package, struct outlet *outlet)
{
	struct shared_parse parse = { .outlet = outlet, .strings = strings };
	if (!sax_open(&parse.sax, shared_start, shared_end, shared_text, false, outlet->failure)) {
		outlet->broken = true;
		return false;
	}
	/* A table that no sheet uses may be absent although it is named. */
	bool sound = !package_has(package, part) || package_parse(package, part, &parse.sax, NULL, NULL);
	sax_close(&parse.sax);
	if (parse.over)
		outlet_fault(outlet, "S09", 0, NULL, "工作簿的文字过多或单个单元格的文字过长，超出安全上限，不予读取");
	return sound;
}
