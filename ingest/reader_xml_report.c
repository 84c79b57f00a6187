#include "ingest/reader_xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/utf8.h"

enum { KEPT = 200, SENT = 1000 };

/* What is reported once: how often, and where first. */
struct kept {
	enum xml_oddity oddity;
	char *path, *raw;
	int64_t line, count;
};

struct xml_report {
	struct outlet *outlet;
	struct kept kept[KEPT];
	int kept_count;
	int64_t sent, unsent; /* of the others; unsent ones are only counted */
	int64_t unsent_line;
};

static const char *sentence(enum xml_oddity oddity)
{
	switch (oddity) {
	case XML_UNKNOWN:
		return "数据定义中没有这个元素，其内容未采用，请核对元素名称";
	case XML_ATTRIBUTE:
		return "数据定义中没有这个属性，其内容未采用，请改写为元素或删除";
	case XML_NAMESPACE:
		return "数据定义中的元素不带命名空间，已按元素名称读取，请删除命名空间声明";
	case XML_NESTED:
		return "字段内不应再有元素，该元素的内容未采用，请核对";
	case XML_DUPLICATE:
		return "同一记录中该字段出现不止一次，只采用第一次出现的内容，请核对";
	case XML_STRAY_TEXT:
		return "元素之间有多余的文字，未采用，请核对";
	default:
		return "此处应为记录元素，已尽量按记录读取，请核对元素名称";
	}
}

struct xml_report *xml_report_open(struct outlet *outlet)
{
	struct xml_report *report = outlet_allocate(outlet, 1, sizeof *report);
	if (report)
		report->outlet = outlet;
	return report;
}

void xml_report_close(struct xml_report *report)
{
	if (!report)
		return;
	for (int i = 0; i < report->kept_count; i++) {
		free(report->kept[i].path);
		free(report->kept[i].raw);
	}
	free(report);
}

static void keep(struct xml_report *report, enum xml_oddity oddity, int64_t line, const char *path, const char *raw)
{
	for (int i = 0; i < report->kept_count; i++) {
		struct kept *kept = &report->kept[i];
		if (kept->oddity == oddity && strcmp(kept->path, path) == 0) {
			kept->count++;
			return;
		}
	}
	if (report->kept_count == KEPT) {
		report->unsent_line = report->unsent++ ? report->unsent_line : line;
		return;
	}
	struct kept *kept = &report->kept[report->kept_count];
	*kept = (struct kept){ oddity, copy_text(report->outlet->failure, path),
		copy_text(report->outlet->failure, raw), line, 1 };
	report->kept_count++;
	if (!kept->path || !kept->raw)
		report->outlet->broken = true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void xml_report_add(struct xml_report *report, enum xml_oddity oddity, int64_t line, const char *path,
	const char *raw, size_t length)
{
	char text[XML_RAW_BYTES + 1];
	if (report->outlet->broken)
		return;
	while (length > 0 && is_blank(*raw))
		raw++, length--;
	while (length > 0 && is_blank(raw[length - 1]))
		length--;
	length = utf8_cut(raw, length, XML_RAW_BYTES);
	memcpy(text, raw, length);
	text[length] = '\0';
	if (oddity == XML_UNKNOWN || oddity == XML_ATTRIBUTE || oddity == XML_NAMESPACE || oddity == XML_NO_RECORD) {
		keep(report, oddity, line, path, text);
		return;
	}
	if (report->sent == SENT) {
		report->unsent_line = report->unsent++ ? report->unsent_line : line;
		return;
	}
	report->sent++;
	struct source_fault fault = { .rule = "S10", .row = line, .place = path, .raw = text };
	outlet_fault_raw(report->outlet, &fault, "%s：%s", path, sentence(oddity));
}

bool xml_report_finish(struct xml_report *report)
{
	for (int i = 0; i < report->kept_count && !report->outlet->broken; i++) {
		const struct kept *kept = &report->kept[i];
		struct source_fault fault = { .rule = "S10", .row = kept->line, .place = kept->path, .raw = kept->raw };
		if (kept->count > 1)
			outlet_fault_raw(report->outlet, &fault, "%s（共%lld处，首处在第%lld行）：%s", kept->path,
				(long long)kept->count, (long long)kept->line, sentence(kept->oddity));
		else
			outlet_fault_raw(report->outlet, &fault, "%s：%s", kept->path, sentence(kept->oddity));
	}
	if (report->unsent > 0)
		outlet_fault(report->outlet, "S10", report->unsent_line, NULL,
			"另有%lld处结构与数据定义不符，不再逐一列出，请按数据定义重新导出", (long long)report->unsent);
	return !report->outlet->broken;
}
