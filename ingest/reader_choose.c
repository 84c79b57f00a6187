#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ingest/compound.h"
#include "ingest/outlet.h"

enum { HEAD_BYTES = 4096 };

struct head {
	unsigned char bytes[HEAD_BYTES];
	size_t count;
	char text[HEAD_BYTES + 1]; /* without a mark, NULs and blanks at the start; lower case */
};

static bool starts(const struct head *head, const char *bytes, size_t count)
{
	return head->count >= count && memcmp(head->bytes, bytes, count) == 0;
}

static bool contains(const struct head *head, const char *bytes, size_t count)
{
	return memmem(head->bytes, head->count, bytes, count);
}

/* UTF-16 of ASCII reads as text once its NULs are left out. */
static void make_text(struct head *head)
{
	size_t at = 0, length = 0;
	if (starts(head, "\xEF\xBB\xBF", 3))
		at = 3;
	else if (starts(head, "\xFF\xFE", 2) || starts(head, "\xFE\xFF", 2))
		at = 2;
	for (; at < head->count; at++) {
		unsigned char c = head->bytes[at];
		bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
		if (c && !(length == 0 && blank))
			head->text[length++] = (char)(c < 0x80 ? tolower(c) : c);
	}
	head->text[length] = '\0';
}

static bool text_starts(const struct head *head, const char *word)
{
	return strncmp(head->text, word, strlen(word)) == 0;
}

/* ---- forms that are told and not read */

struct foreign {
	const char *magic;
	size_t count;
	const char *what;
	bool data; /* may hold tables: worth a look by somebody whatever its name */
};

static const struct foreign foreigns[] = {
	{ "%PDF-", 5, "PDF文档", false },
	{ "\x89PNG\r\n\x1A\n", 8, "PNG图片", false },
	{ "\xFF\xD8\xFF", 3, "JPEG图片", false },
	{ "GIF8", 4, "GIF图片", false },
	{ "BM", 2, "BMP图片", false },
	{ "II*\0", 4, "TIFF图片", false },
	{ "MM\0*", 4, "TIFF图片", false },
	{ "{\\rtf", 5, "RTF文档", false },
	{ "Rar!\x1A\x07", 6, "RAR压缩包", true },
	{ "7z\xBC\xAF\x27\x1C", 6, "7z压缩包", true },
	{ "\x1F\x8B", 2, "GZIP压缩包", true },
	{ "\xFD\x37zXZ", 5, "XZ压缩包", true },
	{ "SQLite format 3", 15, "SQLite数据库", true },
	{ "\x7F" "ELF", 4, "程序文件", false },
	{ "MZ", 2, "程序文件", false },
	{ "\x09\x08\x08\x00\x00\x00\x10\x00", 8, "没有容器的早期XLS文件", true },
	{ "\x09\x00\x04\x00", 4, "Excel 2.0的早期XLS文件", true },
	{ "\x09\x02\x06\x00", 4, "Excel 3.0的早期XLS文件", true },
	{ "\x09\x04\x06\x00", 4, "Excel 4.0的早期XLS文件", true },
};

/* Whether the name promises a table, so that the content is a mistake and no mere annex. */
static bool named_as_data(const char *name)
{
	static const char *const endings[] = { ".csv", ".txt", ".tsv", ".xls", ".xlsx", ".xlsm", ".xml", ".et" };
	size_t length = strlen(name);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		size_t ending = strlen(endings[i]);
		if (length > ending && strcasecmp(name + length - ending, endings[i]) == 0)
			return true;
	}
	return false;
}

/* `data`: may hold tables. Else an annex, as a plan in PDF, which need not be data. */
static bool refuse(const struct input *input, struct outlet *outlet, const char *what, bool data)
{
	if (data || named_as_data(input->name))
		return outlet_fault(outlet, "S01", 0, NULL,
			"文件实际是%s，不能作为数据读取，请另存为XLSX或CSV后重新提交", what);
	return outlet_fault(outlet, "S02", 0, NULL, "文件是%s，不是数据表，未作为数据读取", what);
}

/* BMP and programs are told by two letters that a text may begin with as well. */
static bool is_foreign(const struct head *head, const struct foreign *foreign)
{
	if (!starts(head, foreign->magic, foreign->count))
		return false;
	return foreign->count > 2 || foreign->magic[0] == '\x1F' || memchr(head->bytes, 0, head->count < 64 ? head->count : 64);
}

/* ---- containers */

static bool choose_zip(const struct input *input, const struct head *head, struct outlet *outlet,
	reader_function **reader)
{
	/* The names of the parts stand at both ends of the file. */
	char tail[66 << 10];
	int64_t from = input->bytes > (int64_t)sizeof tail ? input->bytes - (int64_t)sizeof tail : 0;
	ssize_t got = pread(input->file, tail, sizeof tail, (off_t)from);
	if (got < 0)
		return !(outlet->broken = !fail_system(outlet->failure, "%s", input->name));
#define NAMED(name) (contains(head, name, strlen(name)) || memmem(tail, (size_t)got, name, strlen(name)))
	if (NAMED("application/vnd.oasis.opendocument.spreadsheet"))
		return refuse(input, outlet, "ODS表格", true);
	if (NAMED("application/vnd.oasis.opendocument"))
		return refuse(input, outlet, "ODF文档", false);
	if (NAMED("xl/workbook.bin"))
		return refuse(input, outlet, "二进制工作簿（XLSB）", true);
	if (NAMED("word/document.xml"))
		return refuse(input, outlet, "Word文档", false);
	if (NAMED("ppt/presentation.xml"))
		return refuse(input, outlet, "演示文稿", false);
	if (NAMED("[Content_Types].xml") || NAMED("xl/") || NAMED("xl\\")) {
		*reader = reader_xlsx;
		return true;
	}
#undef NAMED
	if (!memmem(tail, (size_t)got, "PK\5\6", 4))
		return outlet_fault(outlet, "S01", 0, NULL, "文件不完整或已损坏，不是可读的XLSX工作簿，请重新保存后提交");
	return refuse(input, outlet, "ZIP压缩包", true);
}

static bool choose_compound(const struct input *input, struct outlet *outlet, reader_function **reader)
{
	struct compound *compound;
	if (!compound_open(input->file, input->bytes, &compound, outlet->failure))
		return !(outlet->broken = true);
	bool going = true;
	if (!compound)
		going = outlet_fault(outlet, "S01", 0, NULL, "文件不完整或已损坏，不是可读的XLS工作簿，请重新保存后提交");
	else if (compound_has(compound, "EncryptedPackage"))
		going = outlet_fault(outlet, "S06", 0, NULL, "文件已加密，请取消密码后重新提交");
	else if (compound_has(compound, "Workbook") || compound_has(compound, "Book"))
		*reader = reader_xls;
	else if (compound_has(compound, "WordDocument"))
		going = refuse(input, outlet, "Word文档", false);
	else if (compound_has(compound, "PowerPoint Document"))
		going = refuse(input, outlet, "演示文稿", false);
	else
		going = refuse(input, outlet, "不含工作簿的OLE文件", true);
	compound_close(compound);
	return going;
}

/* ---- text */

static bool is_html(const struct head *head)
{
	static const char *const words[] = { "<html", "<!doctype html", "<head", "<body", "<table", "<meta", "<style",
		"<div", "<script" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_starts(head, words[i]))
			return true;
	return text_starts(head, "<?xml")
		&& (strstr(head->text, "<html") || strstr(head->text, "<!doctype html"));
}

static bool choose_markup(const struct input *input, const struct head *head, struct outlet *outlet,
	reader_function **reader)
{
	if (is_html(head))
		return outlet_fault(outlet, "S01", 0, NULL,
			"文件实际是网页（HTML），不是%s，请用表格软件打开后另存为XLSX再提交",
			named_as_data(input->name) ? "文件名所示的格式" : "数据表");
	if (strstr(head->text, "urn:schemas-microsoft-com:office:spreadsheet") || strstr(head->text, "progid=\"excel.sheet\""))
		return outlet_fault(outlet, "S01", 0, NULL,
			"文件实际是XML电子表格2003，不是普通的XLS或数据XML，请用表格软件打开后另存为XLSX再提交");
	*reader = reader_xml;
	return true;
}

static bool read_head(const struct input *input, struct head *head, struct failure *failure)
{
	*head = (struct head){ 0 };
	ssize_t got = pread(input->file, head->bytes, sizeof head->bytes, 0);
	if (got < 0)
		return fail_system(failure, "%s", input->name);
	head->count = (size_t)got;
	make_text(head);
	return true;
}

bool reader_choose(const struct input *input, const struct sink *sink, reader_function **reader,
	struct failure *failure)
{
	struct outlet outlet = { sink, failure, false };
	struct head head;
	*reader = NULL;
	if (!read_head(input, &head, failure))
		return false;
	if (head.count == 0)
		return outlet_fault(&outlet, "S01", 0, NULL, "文件是空的，没有任何内容，请重新提交");
	if (starts(&head, "PK\3\4", 4) || starts(&head, "PK\5\6", 4))
		return choose_zip(input, &head, &outlet, reader);
	if (starts(&head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8))
		return choose_compound(input, &outlet, reader);
	for (size_t i = 0; i < sizeof foreigns / sizeof *foreigns; i++)
		if (is_foreign(&head, &foreigns[i]))
			return refuse(input, &outlet, foreigns[i].what, foreigns[i].data);
	if (text_starts(&head, "mime-version:"))
		return outlet_fault(&outlet, "S01", 0, NULL, "文件实际是单个文件网页（MHTML），请用表格软件打开后另存为XLSX再提交");
	if (head.text[0] == '<' && (isalpha((unsigned char)head.text[1]) || (unsigned char)head.text[1] >= 0x80
		|| head.text[1] == '?' || head.text[1] == '!' || head.text[1] == '_'))
		return choose_markup(input, &head, &outlet, reader);
	*reader = reader_csv;
	return true;
}
