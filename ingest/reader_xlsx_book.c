#include "ingest/reader_xlsx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- names of parts */

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* Undoes %XX in place. */
static void decode_percent(char *text)
{
	char *to = text;
	for (const char *from = text; *from; from++) {
		bool coded = *from == '%' && hex_digit(from[1]) >= 0 && hex_digit(from[2]) >= 0;
		if (coded) {
			*to++ = (char)(hex_digit(from[1]) << 4 | hex_digit(from[2]));
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

/* Takes "." and ".." out of a path in place; it cannot leave the container. */
static void flatten(char *path)
{
	char *to = path;
	for (char *from = path; *from;) {
		size_t length = strcspn(from, "/");
		char *next = from + length + (from[length] == '/');
		if (length == 2 && from[0] == '.' && from[1] == '.') {
			if (to > path)
				to--;
			while (to > path && to[-1] != '/')
				to--;
		} else if (length > 0 && !(length == 1 && from[0] == '.')) {
			memmove(to, from, (size_t)(next - from));
			to += next - from;
		}
		from = next;
	}
	*to = '\0';
}

/* The part that `target` means in the relationships of `base`. */
static char *resolve(const char *base, const char *target, struct outlet *outlet)
{
	const char *slash = strrchr(base, '/');
	bool absolute = target[0] == '/' || target[0] == '\\';
	int folder = absolute || !slash ? 0 : (int)(slash - base) + 1;
	char *path = print_text(outlet->failure, "%.*s%s", folder, base, target);
	if (!path) {
		outlet->broken = true;
		return NULL;
	}
	for (char *c = path; *c; c++)
		if (*c == '\\')
			*c = '/';
	decode_percent(path);
	flatten(path);
	return path;
}

/* ---- relationships */

struct relation {
	char *id, *type, *target;
};

struct relations {
	struct sax sax;
	struct outlet *outlet;
	struct relation *items;
	size_t count;
};

static char *attribute_copy(const xmlChar **attributes, int count, const char *name, struct outlet *outlet)
{
	const char *value = "";
	int length = sax_attribute(attributes, count, name, false, &value);
	char *copy = outlet_allocate(outlet, (size_t)(length < 0 ? 0 : length) + 1, 1);
	if (copy && length > 0)
		memcpy(copy, value, (size_t)length);
	return copy;
}

static void relation_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespaces, const xmlChar **declared, int count, int defaulted, const xmlChar **attributes)
{
	struct relations *relations = user;
	(void)prefix, (void)uri, (void)declared, (void)defaulted;
	if (!sax_enter(&relations->sax, namespaces, count) || !sax_name_is(name, "Relationship"))
		return;
	const char *mode;
	if (sax_attribute(attributes, count, "TargetMode", false, &mode) == 8) /* External: never followed */
		return;
	if (relations->count >= LIMIT_PARTS) {
		relations->sax.trouble = SAX_LIMIT;
		return;
	}
	struct relation *items = outlet_grow(relations->outlet, relations->items, relations->count + 1, sizeof *items);
	if (items) {
		relations->items = items;
		struct relation *item = &items[relations->count++];
		item->id = attribute_copy(attributes, count, "Id", relations->outlet);
		item->type = attribute_copy(attributes, count, "Type", relations->outlet);
		item->target = attribute_copy(attributes, count, "Target", relations->outlet);
	}
	if (relations->outlet->broken)
		relations->sax.trouble = SAX_STOPPED;
}

static void any_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	(void)name, (void)prefix, (void)uri;
	sax_leave(user);
}

static void relations_free(struct relations *relations)
{
	for (size_t i = 0; i < relations->count; i++) {
		free(relations->items[i].id);
		free(relations->items[i].type);
		free(relations->items[i].target);
	}
	free(relations->items);
}

/* The relationships of `part` ("": of the container), their targets resolved. */
static bool relations_read(struct relations *relations, const char *part, struct package *package,
	struct outlet *outlet)
{
	*relations = (struct relations){ .outlet = outlet };
	const char *slash = strrchr(part, '/');
	int folder = slash ? (int)(slash - part) + 1 : 0;
	char *name = print_text(outlet->failure, "%.*s_rels/%s.rels", folder, part, part + folder);
	bool sound = name && sax_open(&relations->sax, relation_start, any_end, NULL, false, outlet->failure);
	if (!sound)
		outlet->broken = true;
	if (sound && package_has(package, name))
		sound = package_parse(package, name, &relations->sax, NULL, NULL);
	free(name);
	sax_close(&relations->sax);
	for (size_t i = 0; sound && i < relations->count; i++) {
		char *target = resolve(part, relations->items[i].target, outlet);
		free(relations->items[i].target);
		relations->items[i].target = target;
		sound = target;
	}
	return sound;
}

/* Types end alike in the transitional and the strict form. */
static bool is_type(const struct relation *relation, const char *ending)
{
	size_t length = strlen(relation->type), tail = strlen(ending);
	return length >= tail && strcmp(relation->type + length - tail, ending) == 0;
}

static const struct relation *find_type(const struct relations *relations, const char *ending)
{
	for (size_t i = 0; i < relations->count; i++)
		if (is_type(&relations->items[i], ending))
			return &relations->items[i];
	return NULL;
}

static const struct relation *find_id(const struct relations *relations, const char *id)
{
	for (size_t i = 0; i < relations->count; i++)
		if (strcmp(relations->items[i].id, id) == 0)
			return &relations->items[i];
	return NULL;
}

/* ---- the workbook part */

struct book_parse {
	struct sax sax;
	struct outlet *outlet;
	struct book *book;
};

static bool value_is(const xmlChar **attributes, int count, const char *name, const char *one, const char *two)
{
	const char *value = "";
	int length = sax_attribute(attributes, count, name, false, &value);
	return (length == (int)strlen(one) && memcmp(value, one, strlen(one)) == 0)
		|| (length == (int)strlen(two) && memcmp(value, two, strlen(two)) == 0);
}

static void add_sheet(struct book_parse *parse, int count, const xmlChar **attributes)
{
	struct book *book = parse->book;
	if (book->count >= LIMIT_SHEETS) {
		parse->sax.trouble = SAX_LIMIT;
		return;
	}
	struct book_sheet *sheets = outlet_grow(parse->outlet, book->sheets, book->count + 1, sizeof *sheets);
	if (!sheets)
		return;
	book->sheets = sheets;
	struct book_sheet *sheet = &sheets[book->count++];
	*sheet = (struct book_sheet){ .kind = SHEET_CELLS };
	sheet->hidden = value_is(attributes, count, "state", "hidden", "veryHidden");
	sheet->name = attribute_copy(attributes, count, "name", parse->outlet);
	for (int i = 0; i < count && !sheet->relation; i++) { /* r:id, the one id that has a prefix */
		if (attributes[5 * i + 2] && sax_name_is(attributes[5 * i], "id"))
			sheet->relation = strndup((const char *)attributes[5 * i + 3],
				(size_t)(attributes[5 * i + 4] - attributes[5 * i + 3]));
	}
}

static void book_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespaces, const xmlChar **declared, int count, int defaulted, const xmlChar **attributes)
{
	struct book_parse *parse = user;
	(void)prefix, (void)uri, (void)declared, (void)defaulted;
	if (!sax_enter(&parse->sax, namespaces, count))
		return;
	if (sax_name_is(name, "workbookPr") && value_is(attributes, count, "date1904", "1", "true"))
		parse->book->epoch = 1904;
	else if (sax_name_is(name, "sheet") && parse->sax.depth == 3)
		add_sheet(parse, count, attributes);
	if (parse->outlet->broken)
		parse->sax.trouble = SAX_STOPPED;
}

static bool link_sheets(struct book *book, const struct relations *relations, struct outlet *outlet)
{
	for (size_t i = 0; i < book->count; i++) {
		struct book_sheet *sheet = &book->sheets[i];
		const struct relation *relation = sheet->relation ? find_id(relations, sheet->relation) : NULL;
		if (!relation)
			continue;
		sheet->kind = is_type(relation, "/worksheet") ? SHEET_CELLS : SHEET_OTHER;
		sheet->part = copy_text(outlet->failure, relation->target);
		if (!sheet->part)
			return !(outlet->broken = true);
	}
	return true;
}

static bool read_workbook(struct book *book, const char *part, struct package *package, struct outlet *outlet)
{
	struct book_parse parse = { .outlet = outlet, .book = book };
	if (!sax_open(&parse.sax, book_start, any_end, NULL, false, outlet->failure)) {
		outlet->broken = true;
		return false;
	}
	bool sound = package_parse(package, part, &parse.sax, NULL, NULL);
	sax_close(&parse.sax);
	struct relations relations = { 0 };
	sound = sound && relations_read(&relations, part, package, outlet) && link_sheets(book, &relations, outlet);
	const struct relation *strings = sound ? find_type(&relations, "/sharedStrings") : NULL;
	const struct relation *styles = sound ? find_type(&relations, "/styles") : NULL;
	if (strings)
		book->strings = copy_text(outlet->failure, strings->target);
	if (styles)
		book->styles = copy_text(outlet->failure, styles->target);
	if ((strings && !book->strings) || (styles && !book->styles))
		sound = !(outlet->broken = true);
	relations_free(&relations);
	return sound;
}

bool book_read(struct book *book, struct package *package, struct outlet *outlet)
{
	*book = (struct book){ .epoch = 1900 };
	struct relations relations;
	bool sound = relations_read(&relations, "", package, outlet);
	const struct relation *root = sound ? find_type(&relations, "/officeDocument") : NULL;
	const char *part = root ? root->target : "xl/workbook.xml";
	size_t length = strlen(part);
	if (sound && length > 4 && strcmp(part + length - 4, ".bin") == 0) {
		outlet_fault(outlet, "S01", 0, NULL, "这是二进制工作簿（XLSB），请用表格软件另存为XLSX后重新提交");
		sound = false;
	}
	sound = sound && read_workbook(book, part, package, outlet);
	relations_free(&relations);
	return sound;
}

void book_free(struct book *book)
{
	for (size_t i = 0; i < book->count; i++) {
		free(book->sheets[i].name);
		free(book->sheets[i].part);
		free(book->sheets[i].relation);
	}
	free(book->sheets);
	free(book->strings);
	free(book->styles);
}
