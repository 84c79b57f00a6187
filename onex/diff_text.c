/* The sinks on stdout: text for people, JSON for machines. */
#include <inttypes.h>
#include <stdio.h>

#include "onex/diff.h"
#include "onex/json.h"

enum { TEXT_ROWS = 30 }; /* per section; the rest is counted */

static bool text_begin(void *context, const struct diff_section *section, sqlite3_stmt *statement, struct failure *failure)
{
	(void)statement, (void)failure;
	((struct diff_printer *)context)->rows = 0;
	printf("%s\n", section->title);
	return true;
}

static bool text_row(void *context, const struct diff_section *section, sqlite3_stmt *statement, struct failure *failure)
{
	(void)failure;
	if (((struct diff_printer *)context)->rows++ >= TEXT_ROWS)
		return true;
	const char *gap = "  ";
	for (int i = 0; i < section->column_count; i++) {
		char room[64];
		const char *text = diff_text(&section->columns[i], statement, i, room);
		if (!*text)
			continue;
		printf("%s%s：%s", gap, section->columns[i].heading, text);
		gap = "　";
	}
	putchar('\n');
	return true;
}

static bool text_end(void *context, const struct diff_section *section, long rows, struct failure *failure)
{
	(void)context, (void)section, (void)failure;
	if (rows == 0)
		puts(tr("  no change", "  没有变化"));
	else if (rows > TEXT_ROWS)
		printf(tr("  … %ld rows in all, %d shown; --json or -o give all\n", "  ……共 %ld 行，只列出 %d 行；用 --json 或 -o 可得全部\n"),
			rows, (int)TEXT_ROWS);
	return true;
}

struct diff_sink diff_sink_text(struct diff_printer *printer)
{
	return (struct diff_sink){ printer, text_begin, text_row, text_end };
}

static bool json_begin(void *context, const struct diff_section *section, sqlite3_stmt *statement, struct failure *failure)
{
	(void)statement, (void)failure;
	struct diff_printer *printer = context;
	printer->rows = 0;
	fputs(printer->sections++ ? ",\n{" : "[\n{", stdout);
	json_member("section", section->name + 3, ","); /* without "50-" */
	json_member("title", section->title, ",\"rows\":[");
	return true;
}

/* Money stands in fen, under the names of the SELECT's columns. */
static bool json_row(void *context, const struct diff_section *section, sqlite3_stmt *statement, struct failure *failure)
{
	(void)failure;
	fputs(((struct diff_printer *)context)->rows++ ? ",\n {" : "\n {", stdout);
	for (int i = 0; i < section->column_count; i++) {
		const char *after = i + 1 < section->column_count ? "," : "}";
		const char *name = sqlite3_column_name(statement, i);
		if (sqlite3_column_type(statement, i) == SQLITE_INTEGER)
			printf("\"%s\":%" PRId64 "%s", name, (int64_t)sqlite3_column_int64(statement, i), after);
		else
			json_member(name, (const char *)sqlite3_column_text(statement, i), after);
	}
	return true;
}

static bool json_end(void *context, const struct diff_section *section, long rows, struct failure *failure)
{
	(void)context, (void)section, (void)rows, (void)failure;
	fputs("]}", stdout);
	return true;
}

struct diff_sink diff_sink_json(struct diff_printer *printer)
{
	return (struct diff_sink){ printer, json_begin, json_row, json_end };
}
