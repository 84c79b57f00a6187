#include "ingest/reader_xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/sax.h"
#include "ingest/utf8.h"

struct xml_parse {
	struct sax sax;
	const struct input *input;
	struct outlet *outlet;
	struct xml_source *source;
	struct xml_names *names;
	struct xml_report *report;
	const struct dataset *dataset;
	bool sheet_sent;
	struct rows rows;

	char root[80], record[80], element[80]; /* names on the path */
	int64_t line, offset;   /* of the record */
	int64_t element_line;
	int field;              /* being read, -1: none */
	size_t field_start;     /* in the arena */
	uint64_t filled;        /* bit k: field k stood in the record */
	bool record_known, any_field;
	enum xml_oddity oddity; /* of the element that is skipped */
	int skip;               /* open elements that are not read */
	bool collect;           /* the skipped element's text goes into `raw` */
	char raw[XML_RAW_BYTES + 8];
	size_t raw_length;
	bool stray;
	int64_t stray_line;
};

static void stop(struct xml_parse *parse)
{
	sax_stop(&parse->sax, SAX_STOPPED);
}

static void copy_name(char to[80], const xmlChar *prefix, const xmlChar *name)
{
	char whole[200];
	snprintf(whole, sizeof whole, "%.60s%s%.120s", prefix ? (const char *)prefix : "", prefix ? ":" : "", (const char *)name);
	size_t length = utf8_sound(whole, strlen(whole)); /* what the cut left whole */
	length = utf8_cut(whole, length, 79);
	memcpy(to, whole, length);
	to[length] = '\0';
}

static void path(const struct xml_parse *parse, int depth, char text[XML_PATH_BYTES])
{
	snprintf(text, XML_PATH_BYTES, "/%s%s%s%s%s", parse->root, depth > 1 ? "/" : "", depth > 1 ? parse->record : "",
		depth > 2 ? "/" : "", depth > 2 ? parse->element : "");
}

/* Content of an unknown kind is not repeated where the dataset has persons' data. */
static void report(struct xml_parse *parse, enum xml_oddity oddity, int64_t line, const char *place)
{
	bool personal = parse->dataset && parse->dataset->personal.count > 0;
	xml_report_add(parse->report, oddity, line, place, parse->raw, personal ? 0 : parse->raw_length);
	if (parse->outlet->broken)
		stop(parse);
}

static void collect(struct xml_parse *parse, const char *text, size_t length)
{
	length = utf8_cut(text, length, XML_RAW_BYTES - parse->raw_length);
	memcpy(parse->raw + parse->raw_length, text, length);
	parse->raw_length += length;
}

/* ---- what differs */

static void check_attributes(struct xml_parse *parse, int depth, int count, const xmlChar **attributes)
{
	char place[XML_PATH_BYTES], name[80];
	for (int i = 0; i < count && !parse->sax.trouble; i++, attributes += 5) {
		bool instance = attributes[2] && sax_name_is(attributes[2], "http://www.w3.org/2001/XMLSchema-instance");
		if (instance && (sax_name_is(attributes[0], "schemaLocation") || sax_name_is(attributes[0], "noNamespaceSchemaLocation")))
			continue;
		path(parse, depth, place);
		copy_name(name, attributes[1], attributes[0]);
		size_t used = strlen(place);
		snprintf(place + used, sizeof place - used, "/@%s", name);
		parse->raw_length = 0;
		collect(parse, (const char *)attributes[3], utf8_sound((const char *)attributes[3],
			(size_t)(attributes[4] - attributes[3])));
		int64_t line, offset;
		sax_tag_place(&parse->sax, &line, &offset);
		report(parse, XML_ATTRIBUTE, line, place);
	}
}

static void flush_stray(struct xml_parse *parse)
{
	char place[XML_PATH_BYTES];
	if (!parse->stray)
		return;
	parse->stray = false;
	path(parse, parse->stray_line < 0 ? 2 : 1, place);
	report(parse, XML_STRAY_TEXT, llabs(parse->stray_line), place);
}

/* ---- the root */

static void send_sheet(struct xml_parse *parse)
{
	struct outlet *outlet = parse->outlet;
	struct sheet sheet = {
		.name = "", .position = 1, .form = "xml", .encoding = xml_source_encoding(parse->source),
		.dataset = parse->dataset,
	};
	parse->sheet_sent = true;
	if (!outlet->sink->sheet(outlet->sink->context, &sheet, outlet->failure)) {
		outlet->broken = true;
		stop(parse);
	}
}

static void enter_root(struct xml_parse *parse, const xmlChar *prefix, const xmlChar *name, const xmlChar *uri,
	int count, const xmlChar **attributes)
{
	char place[XML_PATH_BYTES];
	int64_t line, offset;
	copy_name(parse->root, prefix, name);
	parse->dataset = xml_names_root(parse->names, (const char *)name);
	sax_tag_place(&parse->sax, &line, &offset);
	if (!parse->dataset) {
		struct source_fault fault = { .rule = "S02", .row = line, .place = parse->root,
			.allowed = "applications（试点申报）、city_reviews（市州初审）等数据定义的根元素" };
		outlet_fault_raw(parse->outlet, &fault,
			"XML的根元素“%s”不是任何一种数据，未作为数据读取，请按数据定义命名根元素", parse->root);
		stop(parse);
		return;
	}
	send_sheet(parse);
	path(parse, 1, place);
	parse->raw_length = 0;
	if (uri && !parse->outlet->broken) {
		collect(parse, (const char *)uri, utf8_sound((const char *)uri, strlen((const char *)uri)));
		report(parse, XML_NAMESPACE, line, place);
	}
	check_attributes(parse, 1, count, attributes);
}

/* ---- records */

static void enter_record(struct xml_parse *parse, const xmlChar *prefix, const xmlChar *name, int count,
	const xmlChar **attributes)
{
	int64_t position;
	copy_name(parse->record, prefix, name);
	sax_tag_place(&parse->sax, &parse->line, &position);
	parse->offset = xml_source_offset(parse->source, position);
	parse->record_known = xml_names_record(parse->dataset, (const char *)name);
	parse->any_field = false;
	parse->filled = 0;
	parse->field = -1;
	rows_begin(&parse->rows);
	if (count > 0)
		check_attributes(parse, 2, count, attributes);
}

static void end_record(struct xml_parse *parse)
{
	struct outlet *outlet = parse->outlet;
	if (!parse->record_known) {
		char place[XML_PATH_BYTES];
		path(parse, 2, place);
		parse->raw_length = 0;
		report(parse, XML_NO_RECORD, parse->line, place);
	}
	/* What has no name and no field of a record is none. */
	if (parse->sax.trouble || (!parse->record_known && !parse->any_field))
		return;
	struct row row = { parse->rows.cells, parse->rows.count, parse->line, parse->offset };
	if (!outlet->sink->row(outlet->sink->context, &row, outlet->failure)) {
		outlet->broken = true;
		stop(parse);
	}
}

/* ---- fields */

static void skip_element(struct xml_parse *parse, enum xml_oddity oddity, bool with_text)
{
	parse->skip = 1;
	parse->oddity = oddity;
	parse->collect = with_text;
	parse->raw_length = 0;
}

static void drop(struct xml_parse *parse, struct xml_name *known)
{
	struct outlet *outlet = parse->outlet;
	skip_element(parse, XML_UNKNOWN, false);
	if (known->dropped || !outlet->sink->dropped)
		return;
	known->dropped = true;
	if (!outlet->sink->dropped(outlet->sink->context, parse->element, outlet->failure)) {
		outlet->broken = true;
		stop(parse);
	}
}

static void enter_field(struct xml_parse *parse, const xmlChar *prefix, const xmlChar *name, int count,
	const xmlChar **attributes)
{
	struct xml_name *known = xml_names_field(parse->names, parse->dataset, (const char *)name);
	if (known->role == COLUMN_FIELD && count == 0 && !(parse->filled >> known->field & 1)) {
		parse->field = known->field;
		parse->field_start = parse->rows.used;
		return;
	}
	copy_name(parse->element, prefix, name);
	int64_t offset;
	sax_tag_place(&parse->sax, &parse->element_line, &offset);
	if (count > 0)
		check_attributes(parse, 3, count, attributes);
	if (known->role == COLUMN_PERSONAL || known->role == COLUMN_IGNORED) {
		if (known->role == COLUMN_PERSONAL)
			drop(parse, known);
		else
			skip_element(parse, XML_UNKNOWN, false);
	} else if (known->role != COLUMN_FIELD) {
		skip_element(parse, XML_UNKNOWN, true);
	} else if (parse->filled >> known->field & 1) {
		skip_element(parse, XML_DUPLICATE, true);
	} else {
		parse->field = known->field;
		parse->field_start = parse->rows.used;
	}
}

static void end_field(struct xml_parse *parse)
{
	size_t length = parse->rows.used - parse->field_start;
	if (length > 0)
		rows_put(&parse->rows, (uint32_t)parse->field, CELL_TEXT, parse->rows.arena + parse->field_start, length);
	parse->filled |= UINT64_C(1) << parse->field;
	parse->any_field = true;
	parse->field = -1;
}

static void end_skipped(struct xml_parse *parse)
{
	char place[XML_PATH_BYTES];
	if (--parse->skip > 0)
		return;
	path(parse, 3, place);
	if (parse->collect)
		report(parse, parse->oddity, parse->element_line, place);
	parse->raw_length = 0;
	parse->collect = false;
}

/* An element within a field: the field keeps its own text. */
static void enter_nested(struct xml_parse *parse, const xmlChar *prefix, const xmlChar *name)
{
	char inner[80];
	int64_t offset;
	copy_name(inner, prefix, name);
	snprintf(parse->element, sizeof parse->element, "%.38s/%.38s", parse->dataset->fields[parse->field].name, inner);
	parse->element[utf8_sound(parse->element, strlen(parse->element))] = '\0';
	sax_tag_place(&parse->sax, &parse->element_line, &offset);
	skip_element(parse, XML_NESTED, true);
}

/* ---- callbacks */

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespaces, const xmlChar **declared, int count, int defaulted, const xmlChar **attributes)
{
	struct xml_parse *parse = user;
	(void)declared, (void)defaulted;
	if (!sax_enter(&parse->sax, namespaces, count))
		return;
	if (parse->stray)
		flush_stray(parse);
	if (parse->skip > 0)
		parse->skip++;
	else if (parse->sax.depth == 3)
		enter_field(parse, prefix, name, count, attributes);
	else if (parse->sax.depth == 2)
		enter_record(parse, prefix, name, count, attributes);
	else if (parse->sax.depth == 1)
		enter_root(parse, prefix, name, uri, count, attributes);
	else
		enter_nested(parse, prefix, name);
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct xml_parse *parse = user;
	(void)name, (void)prefix, (void)uri;
	if (!sax_leave(&parse->sax))
		return;
	if (parse->stray)
		flush_stray(parse);
	if (parse->skip > 0)
		end_skipped(parse);
	else if (parse->sax.depth == 2)
		end_field(parse);
	else if (parse->sax.depth == 1)
		end_record(parse);
}

static bool is_blank(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r' && text[i] != '\n')
			return false;
	return true;
}

static void take_stray(struct xml_parse *parse, const char *text, size_t length)
{
	if (!parse->stray && is_blank(text, length))
		return;
	if (!parse->stray) {
		/* libxml2 counts the lines of this text already */
		int64_t line = parse->sax.parser->input->line;
		for (size_t i = 0; i < length; i++)
			line -= text[i] == '\n';
		for (size_t i = 0; is_blank(text + i, 1); i++)
			line += text[i] == '\n';
		parse->stray = true;
		parse->stray_line = parse->sax.depth > 1 ? -line : line;
		parse->raw_length = 0;
	}
	collect(parse, text, length);
}

static void on_text(void *user, const xmlChar *bytes, int count)
{
	struct xml_parse *parse = user;
	const char *text = (const char *)bytes;
	size_t length = (size_t)count;
	if (parse->sax.trouble)
		return;
	if (utf8_sound(text, length) < length) {
		sax_stop(&parse->sax, SAX_ENCODING);
		return;
	}
	if (parse->skip > 0) {
		if (parse->collect)
			collect(parse, text, length);
		return;
	}
	if (parse->sax.depth < 3) {
		if (parse->dataset)
			take_stray(parse, text, length);
		return;
	}
	bool room = parse->rows.used - parse->field_start + length <= LIMIT_CELL_BYTES
		&& rows_append(&parse->rows, text, length);
	if (room)
		return;
	if (!parse->outlet->broken)
		outlet_fault(parse->outlet, "S09", parse->line, NULL, "一个元素或一条记录的文字过长，超出安全上限，其后的内容不再读取");
	stop(parse);
}

/* ---- the file */

static void report_trouble(struct xml_parse *parse)
{
	char text[400];
	const struct sax *sax = &parse->sax;
	if (sax->trouble == SAX_STOPPED || parse->outlet->broken)
		return;
	int64_t bad = sax->trouble == SAX_ENCODING ? xml_source_find_bad_byte(parse->source)
		: xml_source_bad_byte(parse->source);
	if (bad >= 0 && (!sax->trouble || sax->trouble == SAX_ENCODING)) {
		outlet_fault(parse->outlet, "S05", sax->line, NULL,
			"文件从第%lld字节起不是有效的%s文字，其后的内容没有读到，请用UTF-8编码重新保存", (long long)bad,
			xml_source_encoding(parse->source));
		return;
	}
	const char *rule = sax_explain(sax, text, sizeof text);
	struct source_fault fault = { .rule = rule, .row = sax->line };
	outlet_fault_raw(parse->outlet, &fault, "%s%s", text,
		parse->sheet_sent && sax->trouble == SAX_MALFORMED ? "；此前的记录已读取" : "");
}

static void pump(struct xml_parse *parse)
{
	const char *text = NULL;
	int count = 0;
	for (;;) {
		const xmlParserInput *input = parse->sax.parser->input;
		int64_t passed = input ? parse->sax.fed - (input->end - input->cur) : parse->sax.fed;
		if (!xml_source_next(parse->source, passed, &text, &count))
			return;
		if (count == 0)
			break;
		if (!sax_feed(&parse->sax, text, count)) {
			report_trouble(parse);
			return;
		}
	}
	if (xml_source_bad_byte(parse->source) >= 0 || !sax_finish(&parse->sax))
		report_trouble(parse);
}

static bool open_parts(struct xml_parse *parse)
{
	struct outlet *outlet = parse->outlet;
	parse->source = xml_source_open(parse->input, outlet);
	if (!parse->source)
		return false;
	parse->report = xml_report_open(outlet);
	if (!parse->report || !rows_open(&parse->rows, outlet))
		return false;
	parse->names = xml_names_open(parse->input->schema, outlet);
	if (!parse->names || !sax_open(&parse->sax, on_start, on_end, on_text, true, outlet->failure))
		outlet->broken = true;
	return !outlet->broken;
}

bool reader_xml(const struct input *input, const struct sink *sink, struct failure *failure)
{
	struct outlet outlet = { sink, failure, false };
	struct xml_parse *parse = outlet_allocate(&outlet, 1, sizeof *parse);
	if (!parse)
		return false;
	parse->input = input;
	parse->outlet = &outlet;
	parse->field = -1;
	if (open_parts(parse)) {
		pump(parse);
		if (parse->sheet_sent && xml_report_finish(parse->report)
			&& !outlet.sink->end(outlet.sink->context, outlet.failure))
			outlet.broken = true;
	}
	sax_close(&parse->sax);
	xml_names_close(parse->names);
	xml_report_close(parse->report);
	xml_source_close(parse->source);
	rows_close(&parse->rows);
	free(parse);
	return !outlet.broken;
}
