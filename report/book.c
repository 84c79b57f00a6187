/* A workbook per row of report/<folder>/workbook.sql; its sheets are the other
 * scripts of the folder, in the order of their file names. */
#include "report/book.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/layout.h"
#include "common/memory.h"
#include "report/stream.h"

struct sheet *book_sheet(const struct book *book, const char *name)
{
	for (int i = 0; i < book->sheets.count; i++)
		if (strcmp(book->sheets.items[i]->reference, name) == 0 || strcmp(book->sheets.items[i]->visible, name) == 0)
			return book->sheets.items[i];
	return NULL;
}

/* At most `characters` characters of `name` without what sheet names may not hold. */
static void copy_name(char target[SHEET_NAME_BYTES], const char *name, int characters)
{
	size_t used = 0;
	int count = 0;
	for (const char *at = name; *at && count < characters; count++) {
		size_t length = 1;
		while (((unsigned char)at[length] & 0xC0) == 0x80)
			length++;
		if (used + length >= SHEET_NAME_BYTES)
			break;
		bool edge = *at == '\'' && (count == 0 || !at[length]);
		if (edge || strchr("[]:*?/\\\"", *at) || (unsigned char)*at < 0x20)
			target[used++] = '_';
		else
			memcpy(target + used, at, length), used += length;
		at += length;
	}
	target[used] = '\0';
}

static bool is_taken(const struct book *book, int before, const char *name)
{
	for (int i = 0; i < before; i++)
		for (int part = 0; part < SHEET_PARTS; part++)
			if (strcasecmp(book->sheets.items[i]->part_names[part], name) == 0)
				return true;
	return false;
}

/* Names for all parts that a sheet may get; unique in the workbook. */
static bool name_parts(struct book *book, int index, struct failure *failure)
{
	struct sheet *sheet = book->sheets.items[index];
	char suffix[16] = "";
	for (int attempt = 1; attempt < 1000; attempt++) {
		if (attempt > 1)
			snprintf(suffix, sizeof suffix, "-%d", attempt);
		bool free_name = true;
		for (int part = 0; part < SHEET_PARTS && free_name; part++) {
			char tail[32];
			snprintf(tail, sizeof tail, part ? "%s(%d)" : "%s", suffix, part + 1);
			copy_name(sheet->part_names[part], sheet->visible, 31 - (int)strlen(tail));
			strncat(sheet->part_names[part], tail, SHEET_NAME_BYTES - 1 - strlen(sheet->part_names[part]));
			free_name = !is_taken(book, index, sheet->part_names[part]);
		}
		if (free_name)
			return true;
	}
	return fail(failure, STATUS_BATCH, tr("%s: too many sheets of one name", "%s：同名工作表过多"), sheet->script);
}

static bool load_sheets(struct book *book, const char *folder, struct failure *failure)
{
	struct layout_names names = { 0 };
	char *path = layout_join(failure, book->report->home, folder);
	bool done = path && layout_names(&names, path, ".sql", failure);
	for (unsigned long i = 0; done && i < names.count; i++) {
		if (strcmp(names.names[i], "workbook.sql") == 0)
			continue;
		char *name = layout_join(failure, folder, names.names[i]);
		struct script *script = name ? script_load(book->report->home, name, failure) : NULL;
		done = script && sheets_add(&book->sheets, script, &book->values, book->report->database, failure);
		script_free(script);
		free(name);
	}
	for (int i = 0; done && i < book->sheets.count; i++)
		done = name_parts(book, i, failure) && sheet_place(book->sheets.items[i], book->report->database, failure);
	layout_names_free(&names);
	free(path);
	return done;
}

/* The properties by which a workbook says what it was made from. */
static bool set_properties(struct book *book, const struct script *script, struct failure *failure)
{
	static const struct {
		const char *name, *value;
	} properties[] = { { "批次", "batch" }, { "通知文号", "document" }, { "判定日", "as_of" }, { "程序", "program" },
		{ "通知摘要SHA256", "notice_sha256" }, { "输入摘要SHA256", "inputs_sha256" },
		{ "规则摘要SHA256", "rules_sha256" }, { "定义摘要SHA256", "definitions_sha256" } };
	const char *said = script_heading(&script->parts[0], "title");
	char *title = values_expand(&book->values, said ? said : "{batch}", failure);
	char *comments = title ? values_expand(&book->values, "批次 {batch}，{document}，判定日 {as_of}，{program}", failure) : NULL;
	lxw_doc_properties document = { .title = title, .comments = comments,
		.created = (time_t)(book->report->as_of * 86400) };
	bool done = comments && workbook_set_properties(book->workbook, &document) == LXW_NO_ERROR;
	for (size_t i = 0; done && i < sizeof properties / sizeof *properties; i++) {
		const char *value = values_get(&book->values, properties[i].value);
		done = workbook_set_custom_property_string(book->workbook, properties[i].name, value && *value ? value : "-")
			== LXW_NO_ERROR;
	}
	if (comments && !done)
		fail(failure, STATUS_BUG, tr("%s: cannot set the properties", "%s：无法写入文档属性"), book->name);
	free(title);
	free(comments);
	return done;
}

/* Footers have 255 bytes; & begins a command there. */
static char *make_footer(struct book *book, struct failure *failure)
{
	const char *batch = values_get(&book->values, "batch");
	const char *notice = values_get(&book->values, "notice_sha256");
	const char *inputs = values_get(&book->values, "inputs_sha256");
	const char *as_of = values_get(&book->values, "as_of");
	char *text = print_text(failure, "&L&8批次 %.24s　判定日 %s　通知 %.8s　输入 %.8s&C&8第 &P 页，共 &N 页&R&8%s", batch, as_of, notice,
		inputs, values_get(&book->values, "program"));
	return text;
}

static bool fill(struct book *book, const struct script *script, struct failure *failure)
{
	bool done = set_properties(book, script, failure) && (book->footer = make_footer(book, failure)) != NULL;
	style_begin(&book->style, book->workbook);
	for (int i = 0; done && i < book->sheets.count; i++) {
		struct sheet *sheet = book->sheets.items[i];
		struct span span;
		profile_begin(book->report->database->profile, &span);
		done = rows_write(book, sheet, failure);
		int64_t lines = 0;
		for (int part = 0; part < sheet->part_count; part++)
			lines += (int64_t)sheet->lines[part];
		report_measure(book->report, &span, "sheet", sheet->script, lines, 0);
	}
	return done;
}

/* Bytes of a file, 0 where there is none. */
static int64_t size_of(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 ? (int64_t)info.st_size : 0;
}

/* Packs the sheets into the file. */
static bool pack(struct book *book, const struct script *script, const char *path, bool done, struct failure *failure)
{
	struct span span;
	profile_begin(book->report->database->profile, &span);
	lxw_error error = workbook_close(book->workbook);
	report_measure(book->report, &span, "packing", script->name, book->worksheet_count, size_of(path));
	if (done && error != LXW_NO_ERROR)
		return fail(failure, STATUS_SYSTEM, tr("cannot write %s: %s", "无法写入 %s：%s"), book->name, lxw_strerror(error));
	return done;
}

static bool check(struct book *book, const struct script *script, const char *path, struct failure *failure)
{
	struct span span;
	profile_begin(book->report->database->profile, &span);
	bool done = verify_workbook(path, book->name, book->lines, book->worksheet_count, failure);
	report_measure(book->report, &span, "check", script->name, book->worksheet_count, size_of(path));
	return done;
}

static bool is_plain_name(const char *name)
{
	return *name && strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/") == strlen(name)
		&& !strstr(name, "..") && *name != '/';
}

/* Makes the folder of the file and an empty file in it, so that its mode is ours. */
static bool prepare_file(struct report *report, const char *name, struct failure *failure)
{
	if (!is_plain_name(name))
		return fail(failure, STATUS_BUG, tr("not a file name: %s", "不是文件名：%s"), name);
	FILE *file = output_open(report, name, failure);
	return file && output_close(report, file, name, failure);
}

static bool write_workbook(struct book *book, const struct script *script, struct failure *failure)
{
	char *path = output_path(book->report, book->name, failure);
	if (!path || !prepare_file(book->report, book->name, failure)) {
		free(path);
		return false;
	}
	lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = book->report->work, .use_zip64 = LXW_TRUE };
	book->workbook = workbook_new_opt(path, &options);
	bool done = book->workbook ? fill(book, script, failure)
		: fail(failure, STATUS_SYSTEM, tr("cannot begin %s", "无法开始写入 %s"), book->name);
	progress_name(book->report->database->progress, book->name);
	if (book->workbook)
		done = pack(book, script, path, done, failure);
	done = done && memory_enough(book->name, failure) && stream_all_arrived(book->name, failure);
	done = done && check(book, script, path, failure);
	free(path);
	return done;
}

/* A column `stop` of workbook.sql says why a workbook cannot be made. */
static bool may_write(const struct book *book, struct failure *failure)
{
	const char *stop = values_get(&book->values, "stop");
	return !stop || !*stop || fail(failure, STATUS_BATCH, "%s: %s", book->name, stop);
}

static bool write_one(struct report *report, const char *folder, const struct script *script, sqlite3_stmt *statement,
	struct failure *failure)
{
	struct book *book = allocate(failure, 1, sizeof *book);
	if (!book)
		return false;
	book->report = report;
	book->values.around = &report->values;
	const char *file = script_heading(&script->parts[0], "file");
	bool done = file ? values_set_row(&book->values, statement, failure)
		: fail(failure, STATUS_BATCH, tr("%s: no file name", "%s：没有 file"), script->name);
	done = done && (book->name = values_expand(&book->values, file, failure)) != NULL
		&& may_write(book, failure);
	struct span span;
	profile_begin(report->database->profile, &span);
	done = done && load_sheets(book, folder, failure);
	report_measure(report, &span, "layout", script->name, book->sheets.count, 0);
	done = done && write_workbook(book, script, failure);
	sheets_free(&book->sheets);
	free(book->name);
	free(book->footer);
	values_free(&book->values);
	free(book);
	return done;
}

bool book_write_all(struct report *report, const char *folder, struct failure *failure)
{
	char *name = layout_join(failure, folder, "workbook.sql");
	struct script *script = name ? script_load(report->home, name, failure) : NULL;
	sqlite3_stmt *statement = script
		? values_prepare(&report->values, report->database, script->name, script->parts[0].sql, failure) : NULL;
	bool row = false;
	bool done = statement && database_step(report->database, statement, &row, failure);
	while (done && row)
		done = write_one(report, folder, script, statement, failure)
			&& database_step(report->database, statement, &row, failure);
	sqlite3_finalize(statement);
	database_uncage(report->database);
	script_free(script);
	free(name);
	return done;
}
