/* CSV: UTF-8 with BOM, comma, LF, quoted where RFC 4180 asks for it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"
#include "report/script.h"

static size_t digits(const char *text)
{
	return strspn(text, "0123456789");
}

/* [+-]digits[.digits][e[+-]digits], nothing else. */
static bool is_number(const char *text)
{
	text += *text == '+' || *text == '-';
	size_t whole = digits(text);
	text += whole;
	size_t fraction = *text == '.' ? digits(text + 1) : 0;
	if (*text == '.')
		text += 1 + fraction;
	if (whole + fraction == 0)
		return false;
	if (*text == 'e' || *text == 'E') {
		text += text[1] == '+' || text[1] == '-' ? 2 : 1;
		if (digits(text) == 0)
			return false;
		text += digits(text);
	}
	return *text == '\0';
}

/* A spreadsheet would take such a text for a formula. */
static bool starts_formula(const char *text)
{
	return *text && strchr("=+-@\t\r", *text) && !is_number(text);
}

static void write_text(FILE *file, struct buffer *buffer, const char *text, size_t length)
{
	buffer_empty(buffer);
	if (length > 0 && starts_formula(text))
		buffer_text(buffer, "'");
	buffer_clean(buffer, text, length);
	if (buffer->broken)
		return;
	if (!strpbrk(buffer->bytes, ",\"\r\n")) {
		fwrite(buffer->bytes, 1, buffer->length, file);
		return;
	}
	putc('"', file);
	for (const char *at = buffer->bytes; *at; at++) {
		if (*at == '"')
			putc('"', file);
		putc(*at, file);
	}
	putc('"', file);
}

static void write_cell(FILE *file, struct buffer *buffer, sqlite3_stmt *statement, int column)
{
	switch (sqlite3_column_type(statement, column)) {
	case SQLITE_NULL:
		break;
	case SQLITE_INTEGER:
		fprintf(file, "%lld", (long long)sqlite3_column_int64(statement, column));
		break;
	default: {
		const char *text = (const char *)sqlite3_column_text(statement, column);
		write_text(file, buffer, text ? text : "", (size_t)sqlite3_column_bytes(statement, column));
	}
	}
}

enum { TOLD_ROWS = 256 }; /* the display hears of so many at once */

/* *count: records written. */
static bool write_rows(struct report *report, FILE *file, sqlite3_stmt *statement, int64_t *count, struct failure *failure)
{
	struct buffer buffer = { 0 };
	int columns = sqlite3_column_count(statement);
	fputs("\xEF\xBB\xBF", file);
	for (int i = 0; i < columns; i++)
		fprintf(file, "%s%s", i ? "," : "", sqlite3_column_name(statement, i));
	putc('\n', file);
	bool row = false;
	bool done = database_step(report->database, statement, &row, failure);
	for (*count = 0; done && row; ++*count) {
		if (*count % TOLD_ROWS == TOLD_ROWS - 1)
			progress_rows(report->database->progress, TOLD_ROWS);
		for (int i = 0; i < columns; i++) {
			if (i)
				putc(',', file);
			write_cell(file, &buffer, statement, i);
		}
		putc('\n', file);
		if (ferror(file))
			done = fail_system(failure, "%s", tr("cannot write a CSV file", "无法写入 CSV 文件"));
		else
			done = database_step(report->database, statement, &row, failure);
	}
	progress_rows(report->database->progress, *count % TOLD_ROWS);
	done = done && buffer_sound(&buffer, failure);
	buffer_free(&buffer);
	return done;
}

/* The heading `columns` is what readers of the script see; it must be true. */
static bool check_columns(const struct script *script, sqlite3_stmt *statement, struct failure *failure)
{
	struct buffer names = { 0 };
	buffer_empty(&names);
	for (int i = 0; i < sqlite3_column_count(statement); i++)
		buffer_print(&names, "%s%s", i ? ", " : "", sqlite3_column_name(statement, i));
	const char *said = script_heading(&script->parts[0], "columns");
	bool same = !names.broken && said && strcmp(said, names.bytes) == 0;
	buffer_free(&names);
	return same || fail(failure, STATUS_BATCH, tr("%s: its columns are not those of its SELECT",
		"%s：columns 与 SELECT 的列不符"), script->name);
}

bool csvfile_write(struct report *report, const char *name, struct failure *failure)
{
	struct script *script = script_load(report->home, name, failure);
	if (!script)
		return false;
	bool done = false;
	char *path = NULL;
	sqlite3_stmt *statement = NULL;
	const char *file_name = script_heading(&script->parts[0], "file");
	if (!file_name || strchr(file_name, '/')) {
		fail(failure, STATUS_BATCH, tr("%s: no file name", "%s：没有 file"), name);
		goto out;
	}
	path = print_text(failure, "data/%s", file_name);
	statement = path ? values_prepare(&report->values, report->database, script->name, script->parts[0].sql, failure)
		: NULL;
	if (!statement || !check_columns(script, statement, failure))
		goto out;
	struct span span;
	int64_t count = 0;
	profile_begin(report->database->profile, &span);
	progress_name(report->database->progress, path);
	FILE *file = output_open(report, path, failure);
	done = file && write_rows(report, file, statement, &count, failure);
	int64_t bytes = done ? (int64_t)ftell(file) : 0;
	if (!output_close(report, file, path, done ? failure : &(struct failure){ 0 }))
		done = false;
	report_measure(report, &span, "file", name, count, bytes);
out:
	sqlite3_finalize(statement);
	database_uncage(report->database);
	free(path);
	script_free(script);
	return done;
}
