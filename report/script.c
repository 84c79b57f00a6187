#include "report/script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/layout.h"
#include "report/buffer.h"

enum { SCRIPT_LIMIT = 1 << 20 };

static struct script_part *add_part(struct script *script, struct failure *failure)
{
	struct script_part *grown = resize(failure, script->parts, (size_t)script->part_count + 1, sizeof *grown);
	if (!grown)
		return NULL;
	script->parts = grown;
	grown[script->part_count] = (struct script_part){ 0 };
	return &grown[script->part_count++];
}

static bool add_heading(struct script_part *part, const char *key, size_t key_length, const char *value,
	struct failure *failure)
{
	struct script_heading *grown = resize(failure, part->headings, (size_t)part->heading_count + 1, sizeof *grown);
	if (!grown)
		return false;
	part->headings = grown;
	struct script_heading *heading = &part->headings[part->heading_count];
	heading->key = strndup(key, key_length);
	heading->value = copy_text(failure, value);
	part->heading_count++;
	return heading->key && heading->value ? true : fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
}

static bool continue_heading(struct script_part *part, const char *more, struct failure *failure)
{
	if (part->heading_count == 0)
		return true;
	struct script_heading *heading = &part->headings[part->heading_count - 1];
	char *joined = print_text(failure, "%s %s", heading->value, more);
	if (!joined)
		return false;
	free(heading->value);
	heading->value = joined;
	return true;
}

/* A comment line before a SELECT. */
static bool read_comment(struct script_part *part, const char *line, struct failure *failure)
{
	if (strncmp(line, "--   ", 5) == 0)
		return continue_heading(part, line + 5, failure);
	if (strncmp(line, "-- ", 3) != 0)
		return true;
	const char *key = line + 3;
	size_t length = strspn(key, "abcdefghijklmnopqrstuvwxyz-");
	if (length == 0 || key[length] != ':')
		return true;
	const char *value = key + length + 1;
	return add_heading(part, key, length, value + strspn(value, " "), failure);
}

static void trim_end(char *line)
{
	size_t length = strlen(line);
	while (length > 0 && isspace((unsigned char)line[length - 1]))
		line[--length] = '\0';
}

static bool read_lines(struct script *script, char *text, struct buffer *sql, struct failure *failure)
{
	struct script_part *part = NULL;
	char *rest = text;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		trim_end(line);
		bool comment = strncmp(line, "--", 2) == 0;
		if (!*line || (comment && sql->length > 0))
			continue;
		if (!part && !(part = add_part(script, failure)))
			return false;
		if (comment) {
			if (!read_comment(part, line, failure))
				return false;
			continue;
		}
		buffer_text(sql, line);
		buffer_text(sql, "\n");
		if (line[strlen(line) - 1] != ';')
			continue;
		sql->length -= 2;
		part->sql = buffer_sound(sql, failure) ? strndup(sql->bytes, sql->length) : NULL;
		if (!part->sql)
			return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
		buffer_empty(sql);
		part = NULL;
	}
	if (sql->length > 0 || !script->part_count || part)
		return fail(failure, STATUS_BATCH, tr("%s: no SELECT that ends in ;", "%s：缺少以 ; 结尾的 SELECT"), script->name);
	return true;
}

struct script *script_load(const char *home, const char *name, struct failure *failure)
{
	struct buffer sql = { 0 };
	char *path = layout_join(failure, home, name);
	char *text = path ? layout_read(failure, path, SCRIPT_LIMIT, NULL) : NULL;
	struct script *script = text ? allocate(failure, 1, sizeof *script) : NULL;
	bool done = script && (script->name = copy_text(failure, name)) != NULL
		&& read_lines(script, text, &sql, failure);
	buffer_free(&sql);
	free(text);
	free(path);
	if (done)
		return script;
	script_free(script);
	return NULL;
}

void script_free(struct script *script)
{
	if (!script)
		return;
	for (int i = 0; i < script->part_count; i++) {
		struct script_part *part = &script->parts[i];
		for (int k = 0; k < part->heading_count; k++) {
			free(part->headings[k].key);
			free(part->headings[k].value);
		}
		free(part->headings);
		free(part->sql);
	}
	free(script->parts);
	free(script->name);
	free(script);
}

const char *script_heading(const struct script_part *part, const char *key)
{
	for (int i = 0; i < part->heading_count; i++)
		if (strcmp(part->headings[i].key, key) == 0)
			return part->headings[i].value;
	return NULL;
}
