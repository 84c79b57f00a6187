#include "report/page.h"

#include <stdlib.h>
#include <string.h>

#include "common/layout.h"

int page_sheet(const struct page *page, const char *name)
{
	for (int i = 0; i < page->sheets.count; i++)
		if (strcmp(page->sheets.items[i]->reference, name) == 0)
			return i;
	return -1;
}

void page_text(struct page *page, const char *text)
{
	buffer_markup(&page->out, text, strlen(text));
}

bool page_flush(struct page *page, struct failure *failure)
{
	if (!buffer_sound(&page->out, failure))
		return false;
	if (page->out.length > 0 && fwrite(page->out.bytes, 1, page->out.length, page->file) != page->out.length)
		return fail_system(failure, tr("cannot write %s", "无法写入 %s"), "reports/review.html");
	buffer_empty(&page->out);
	return true;
}

/* A file of report/page as it is. */
static bool add_file(struct page *page, const char *name, struct failure *failure)
{
	char *path = layout_join(failure, page->report->home, name);
	char *text = path ? layout_read(failure, path, 1 << 20, NULL) : NULL;
	if (text)
		buffer_text(&page->out, text);
	free(path);
	free(text);
	return text != NULL;
}

static void add_paragraph(struct page *page, const char *class, const char *text)
{
	if (!*text)
		return;
	buffer_print(&page->out, "<p class=\"%s\">", class);
	page_text(page, text);
	buffer_text(&page->out, "</p>\n");
}

static bool write_head(struct page *page, struct failure *failure)
{
	struct buffer *out = &page->out;
	buffer_text(out, "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
		"script-src 'unsafe-inline'; form-action 'none'; base-uri 'none'\">\n<title>");
	page_text(page, values_get(&page->values, "batch"));
	buffer_text(out, "批次1+X证书制度试点审核报告</title>\n<style>\n");
	if (!add_file(page, "report/page/style.css", failure))
		return false;
	buffer_text(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">跳到正文</a>\n<header>\n<h1>");
	page_text(page, values_get(&page->values, "batch"));
	buffer_text(out, "批次1+X证书制度试点审核报告</h1>\n");
	add_paragraph(page, "verdict", values_get(&page->values, "verdict"));
	add_paragraph(page, "", values_get(&page->values, "verdict_applications"));
	add_paragraph(page, "", values_get(&page->values, "verdict_findings"));
	add_paragraph(page, "", values_get(&page->values, "verdict_sources"));
	buffer_text(out, "<nav aria-label=\"目录\">\n<ul>\n");
	for (int i = 0; i < page->sheets.count; i++) {
		buffer_print(out, "<li><a href=\"#part-%d\">", i + 1);
		page_text(page, page->sheets.items[i]->visible);
		buffer_text(out, "</a></li>\n");
	}
	buffer_text(out, "</ul>\n</nav>\n</header>\n<main id=\"main\">\n");
	return page_flush(page, failure);
}

/* Lines that the top of the page has said already. */
static bool is_repeated(const struct page *page, const char *line)
{
	static const char *const said[] = { "verdict", "verdict_applications", "verdict_findings", "verdict_sources", NULL };
	for (int i = 0; said[i]; i++) {
		const char *value = values_get(&page->values, said[i]);
		if (value && strcmp(value, line) == 0)
			return true;
	}
	return false;
}

static bool write_section(struct page *page, int index, struct failure *failure)
{
	const struct sheet *sheet = page->sheets.items[index];
	buffer_print(&page->out, "<section aria-labelledby=\"part-%d\">\n<h2 id=\"part-%d\">", index + 1, index + 1);
	page_text(page, sheet->visible);
	buffer_text(&page->out, "</h2>\n");
	for (int i = 0; i < sheet->intro_count; i++)
		if (!is_repeated(page, sheet->intros[i]))
			add_paragraph(page, sheet->intros[i][0] == '>' ? "quiet right" : "quiet",
				sheet->intros[i] + (sheet->intros[i][0] == '>'));
	bool done = true;
	for (int i = 0; done && i < sheet->block_count; i++) {
		const struct block *block = &sheet->blocks[i];
		if (block->title && *block->title) {
			buffer_text(&page->out, "<h3>");
			page_text(page, block->title);
			buffer_text(&page->out, "</h3>\n");
		}
		done = (block->chart_count == 0 || page_charts(page, index, i, failure)) && page_table(page, index, i, failure);
		for (int k = 0; done && k < block->note_count; k++)
			add_paragraph(page, "note", block->notes[k]);
	}
	buffer_text(&page->out, "</section>\n");
	return done && page_flush(page, failure);
}

static bool write_foot(struct page *page, struct failure *failure)
{
	static const struct {
		const char *title, *value;
	} lines[] = { { "批次", "batch" }, { "通知", "document" }, { "判定日", "as_of" }, { "程序", "program" },
		{ "通知文件摘要（SHA-256）", "notice_sha256" }, { "全部输入的摘要", "inputs_sha256" },
		{ "全部规则的摘要", "rules_sha256" }, { "规则与报表定义的摘要", "definitions_sha256" } };
	buffer_text(&page->out, "</main>\n<footer>\n<h2>依据</h2>\n<dl>\n");
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		buffer_print(&page->out, "<dt>%s</dt><dd>", lines[i].title);
		page_text(page, values_get(&page->values, lines[i].value));
		buffer_text(&page->out, "</dd>\n");
	}
	buffer_text(&page->out, "</dl>\n</footer>\n<script>\n");
	if (!add_file(page, "report/page/script.js", failure))
		return false;
	buffer_text(&page->out, "</script>\n</body>\n</html>\n");
	return page_flush(page, failure);
}

/* The values of a workbook: the same verdict stands on both. */
static bool load_context(struct page *page, const char *name, struct failure *failure)
{
	struct database *database = page->report->database;
	struct script *script = script_load(page->report->home, name, failure);
	sqlite3_stmt *statement = script
		? values_prepare(&page->report->values, database, script->name, script->parts[0].sql, failure) : NULL;
	bool row = false;
	bool done = statement && database_step(database, statement, &row, failure);
	done = done && (!row || values_set_row(&page->values, statement, failure));
	sqlite3_finalize(statement);
	script_free(script);
	return done;
}

static bool add_part(struct page *page, const char *name, struct failure *failure)
{
	struct script *script = script_load(page->report->home, name, failure);
	bool done = script && sheets_add(&page->sheets, script, &page->values, page->report->database, failure);
	script_free(script);
	return done;
}

static bool load_sheets(struct page *page, const struct script *script, struct failure *failure)
{
	bool done = true;
	for (int i = 0; done && i < script->parts[0].heading_count; i++) {
		const struct script_heading *heading = &script->parts[0].headings[i];
		if (strcmp(heading->key, "context") == 0)
			done = load_context(page, heading->value, failure);
		else if (strcmp(heading->key, "part") == 0)
			done = add_part(page, heading->value, failure);
	}
	return done;
}

bool page_write(struct report *report, struct failure *failure)
{
	static const char name[] = "reports/review.html";
	struct page page = { .report = report, .values = { .around = &report->values } };
	struct script *script = script_load(report->home, "report/page/page.sql", failure);
	bool done = script && load_sheets(&page, script, failure);
	if (done)
		page.file = output_open(report, name, failure);
	done = done && page.file && write_head(&page, failure);
	for (int i = 0; done && i < page.sheets.count; i++) {
		struct span span;
		profile_begin(report->database->profile, &span);
		long before = ftell(page.file);
		page.records = 0;
		done = write_section(&page, i, failure);
		report_measure(report, &span, "page", page.sheets.items[i]->script, page.records,
			(int64_t)(ftell(page.file) - before));
	}
	done = done && write_foot(&page, failure);
	if (!output_close(report, page.file, name, done ? failure : &(struct failure){ 0 }))
		done = false;
	sheets_free(&page.sheets);
	buffer_free(&page.out);
	values_free(&page.values);
	script_free(script);
	database_uncage(report->database);
	return done;
}
