#include "validate/template.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/canonical.h"

enum format { FORMAT_PLAIN, FORMAT_DAY, FORMAT_INSTANT, FORMAT_YUAN, FORMAT_PERCENT, FORMAT_LEVEL, FORMAT_KIND };

/* A stretch of text, then (column >= 0) a value. */
struct part {
	const char *text;
	size_t length;
	int column;
	enum format format;
};

struct template {
	const struct field *level, *kind;
	int count;
	struct part parts[];
};

int template_column(sqlite3_stmt *statement, const char *name)
{
	for (int i = 0; i < sqlite3_column_count(statement); i++)
		if (strcmp(sqlite3_column_name(statement, i), name) == 0)
			return i;
	return -1;
}

static bool read_format(const char *name, enum format *format)
{
	static const char *const names[] = { "", "day", "instant", "yuan", "percent", "level", "kind" };
	for (int i = FORMAT_PLAIN; i <= (int)FORMAT_KIND; i++) {
		if (strcmp(names[i], name) == 0) {
			*format = (enum format)i;
			return true;
		}
	}
	return false;
}

/* `{name:format}` at `at`, whose closing brace is `end`. */
static bool read_value(struct part *part, const char *at, const char *end, sqlite3_stmt *statement,
	struct failure *failure)
{
	char name[64];
	size_t length = (size_t)(end - at - 1);
	if (length >= sizeof name)
		return fail(failure, STATUS_BATCH, tr("too long in a template: %.64s", "模板中的列名过长：%.64s"), at);
	memcpy(name, at + 1, length);
	name[length] = '\0';
	char *format = strchr(name, ':');
	if (format)
		*format++ = '\0';
	if (!read_format(format ? format : "", &part->format))
		return fail(failure, STATUS_BATCH, tr("no such format: {%s:%s}", "没有这种格式：{%s:%s}"), name, format);
	part->column = template_column(statement, name);
	return part->column >= 0
		|| fail(failure, STATUS_BATCH, tr("the SELECT has no column {%s}", "SELECT 中没有列 {%s}"), name);
}

static bool read_parts(struct template *template, const char *text, sqlite3_stmt *statement, struct failure *failure)
{
	for (;;) {
		struct part *part = &template->parts[template->count++];
		const char *brace = strchr(text, '{');
		*part = (struct part){ .text = text, .length = brace ? (size_t)(brace - text) : strlen(text), .column = -1 };
		if (!brace)
			return true;
		const char *end = strchr(brace, '}');
		if (!end)
			return fail(failure, STATUS_BATCH, tr("a brace is not closed: %.64s", "花括号没有闭合：%.64s"), brace);
		if (!read_value(part, brace, end, statement, failure))
			return false;
		text = end + 1;
	}
}

static const struct field *field_named(const struct schema *schema, const char *dataset, const char *name)
{
	const struct dataset *of = schema_dataset(schema, dataset);
	int at = of ? dataset_field(of, name) : -1;
	return at < 0 ? NULL : &of->fields[at];
}

struct template *template_read(const char *text, sqlite3_stmt *statement, const struct schema *schema,
	struct failure *failure)
{
	size_t parts = 1;
	for (const char *at = text; (at = strchr(at, '{')) != NULL; at++)
		parts++;
	struct template *template = allocate(failure, 1, sizeof *template + parts * sizeof *template->parts);
	if (!template)
		return NULL;
	template->level = field_named(schema, "application", "level");
	template->kind = field_named(schema, "school", "school_kind");
	if (read_parts(template, text, statement, failure))
		return template;
	template_free(template);
	return NULL;
}

/* Millionths as a percentage, exact, without needless zeros: 833333 -> 83.3333%. */
static void percent_text(int64_t ppm, char text[CANONICAL_BYTES])
{
	const char *sign = ppm < 0 ? "-" : "";
	uint64_t size = ppm < 0 ? 0 - (uint64_t)ppm : (uint64_t)ppm;
	int length = snprintf(text, CANONICAL_BYTES, "%s%" PRIu64 ".%04u", sign, size / 10000, (unsigned)(size % 10000));
	while (text[length - 1] == '0')
		length--;
	if (text[length - 1] == '.')
		length--;
	memcpy(text + length, "%", 2);
}

static const char *value_text(const struct template *template, enum format format, int64_t value,
	char text[CANONICAL_BYTES])
{
	static const struct field day = { .kind = FIELD_DAY };
	static const struct field instant = { .kind = FIELD_INSTANT };
	switch (format) {
	case FORMAT_DAY:
		return canonical_integer(&day, value, text);
	case FORMAT_INSTANT:
		return canonical_integer(&instant, value, text);
	case FORMAT_YUAN:
		canonical_yuan(value, text);
		return text;
	case FORMAT_PERCENT:
		percent_text(value, text);
		return text;
	case FORMAT_LEVEL:
		return template->level ? canonical_integer(template->level, value, text) : "";
	case FORMAT_KIND:
		return template->kind ? canonical_integer(template->kind, value, text) : "";
	case FORMAT_PLAIN:
	default:
		return "";
	}
}

bool template_fill(const struct template *template, sqlite3_stmt *statement, struct bytes *to,
	struct failure *failure)
{
	for (int i = 0; i < template->count; i++) {
		const struct part *part = &template->parts[i];
		if (!bytes_add(to, part->text, part->length, failure))
			return false;
		if (part->column < 0 || sqlite3_column_type(statement, part->column) == SQLITE_NULL)
			continue;
		char text[CANONICAL_BYTES];
		const char *value = part->format == FORMAT_PLAIN
			? (const char *)sqlite3_column_text(statement, part->column)
			: value_text(template, part->format, sqlite3_column_int64(statement, part->column), text);
		if (!value)
			return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
		if (!bytes_add_text(to, value, failure))
			return false;
	}
	return true;
}

void template_free(struct template *template)
{
	free(template);
}
