#include "onex/dictionary.h"

#include <stdarg.h>
#include <string.h>

#include "common/canonical.h"

const char *dictionary_kind(const struct field *field)
{
	switch (field->kind) {
	case FIELD_TEXT:
		return "文本";
	case FIELD_IDENTIFIER:
		return "编号";
	case FIELD_CODE:
		return "数字代码";
	case FIELD_MAJOR_CODE:
		return "专业代码";
	case FIELD_CREDIT_CODE:
		return "信用代码";
	case FIELD_DIGEST:
	case FIELD_ROW_DIGEST:
		return "摘要";
	case FIELD_COUNT:
		return "整数";
	case FIELD_MONEY:
		return "金额";
	case FIELD_DAY:
		return "日期";
	case FIELD_INSTANT:
		return "日期时间";
	case FIELD_YES_NO:
		return "是/否";
	case FIELD_ENUMERATION:
		return "选项";
	}
	return "";
}

/* Appends by printf where there is room. */
__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;
	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

static void join(char *text, size_t size, const struct texts *texts)
{
	for (int i = 0; i < texts->count; i++)
		append(text, size, "%s%s", i ? "、" : "", texts->items[i]);
}

static void bounds(const struct field *field, char *text, size_t size)
{
	char lowest[CANONICAL_BYTES], highest[CANONICAL_BYTES];
	append(text, size, "%s 至 %s", canonical_integer(field, field->minimum, lowest),
		canonical_integer(field, field->maximum, highest));
}

void dictionary_allowed(const struct field *field, char *text, size_t size)
{
	*text = '\0';
	switch (field->kind) {
	case FIELD_TEXT:
		append(text, size, "不超过 %d 个字", field->max_length);
		break;
	case FIELD_IDENTIFIER:
		append(text, size, "不超过 %d 个字符，不含空格", field->max_length);
		break;
	case FIELD_CODE:
		append(text, size, "%d 位数字，保留开头的 0", field->digits);
		break;
	case FIELD_MAJOR_CODE:
		append(text, size, "6 位数字，后面可以有 K、T 或 TK");
		break;
	case FIELD_CREDIT_CODE:
		append(text, size, "18 位，末位是校验码");
		break;
	case FIELD_DIGEST:
		append(text, size, "十六进制，不超过 %d 位", field->max_length);
		break;
	case FIELD_ROW_DIGEST:
		append(text, size, "64 位十六进制，系统预先填好");
		break;
	case FIELD_COUNT:
		bounds(field, text, size);
		break;
	case FIELD_MONEY:
		append(text, size, "最多两位小数，");
		bounds(field, text, size);
		break;
	case FIELD_DAY:
		append(text, size, "如 2021-05-14");
		break;
	case FIELD_INSTANT:
		append(text, size, "如 2021-05-14 08:05:00");
		break;
	case FIELD_YES_NO:
		append(text, size, "是、否");
		break;
	case FIELD_ENUMERATION:
		join(text, size, &field->values);
		if (strcmp(field->type, "level") == 0)
			append(text, size, "（也可写 1、2、3）");
		break;
	}
}

/* A cell of a table: the sign that parts the cells is escaped. */
static void write_cell(FILE *file, const char *text)
{
	if (*text)
		putc(' ', file);
	for (const char *c = text; *c; c++) {
		if (*c == '|')
			putc('\\', file);
		putc(*c, file);
	}
	fputs(" |", file);
}

static void write_required(FILE *file, const struct dataset *dataset, const struct field *field)
{
	if (field->required_field >= 0) {
		const struct field *other = &dataset->fields[field->required_field];
		fprintf(file, " %s为%s时 |", other->heading, other->values.items[field->required_value - 1]);
	} else {
		fputs(field->required ? " 是 |" : " |", file);
	}
}

static void write_field(FILE *file, const struct dataset *dataset, const struct field *field)
{
	char text[1024] = "";
	putc('|', file);
	write_cell(file, field->heading);
	fprintf(file, " `%s` | %s |", field->name, dictionary_kind(field));
	write_required(file, dataset, field);
	write_cell(file, field->key ? "是" : "");
	write_cell(file, field->unit);
	join(text, sizeof text, &field->aliases);
	write_cell(file, text);
	dictionary_allowed(field, text, sizeof text);
	write_cell(file, text);
	putc('\n', file);
}

static void write_headings(FILE *file, const char *before, const struct texts *headings)
{
	if (headings->count == 0)
		return;
	fprintf(file, "\n%s", before);
	for (int i = 0; i < headings->count; i++)
		fprintf(file, "%s%s", i ? "、" : "", headings->items[i]);
	fputs("。\n", file);
}

static void write_dataset(FILE *file, const struct dataset *dataset)
{
	fprintf(file, "\n## %s `%s`\n\n", dataset->title, dataset->name);
	fprintf(file, "XML 的根元素是 `%s`，每条记录是一个 `%s` 元素。\n\n", dataset->root, dataset->name);
	fputs("| 字段 | 列名 | 类型 | 必填 | 主键 | 单位 | 别名 | 取值 |\n", file);
	fputs("|---|---|---|---|---|---|---|---|\n", file);
	for (int i = 0; i < dataset->field_count; i++)
		write_field(file, dataset, &dataset->fields[i]);
	write_headings(file, "可以出现、但不读取的列：", &dataset->ignored);
	write_headings(file, "含个人信息、读取时即丢弃的列：", &dataset->personal);
}

bool dictionary_write(const struct schema *schema, FILE *file, struct failure *failure)
{
	fputs("# 数据字典\n\n"
	      "本文件由 `schemas/` 中的数据定义生成，请勿手工修改。字段是表格里的列标题；列名是 XML 元素名，也是\n"
	      "`batch.db` 的列名；别名是同一列的其他写法。编号和代码按文字填写，里面的空格不计；金额以元为单位；\n"
	      "时间按北京时间。\n",
		file);
	for (int i = 0; i < schema->dataset_count; i++)
		write_dataset(file, &schema->datasets[i]);
	if (fflush(file) != 0 || ferror(file))
		return fail_system(failure, "%s", tr("cannot write the data dictionary", "无法写出数据字典"));
	return true;
}
