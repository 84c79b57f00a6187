#include "ingest/xml_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { HOLES = 3 };

/* '*' is a hole: what a message tells of the file. */
struct sentence {
	const char *english;
	const char *chinese; /* its holes: the next one, or the one whose number follows */
};

static const struct sentence sentences[] = {
	{ "This element is not expected. Expected is ( * ).", "此处不应出现该元素，应为 *" },
	{ "This element is not expected. Expected is one of ( * ).", "此处不应出现该元素，应为下列之一：*" },
	{ "This element is not expected.", "此处不应出现该元素" },
	{ "Missing child element(s). Expected is ( * ).", "缺少下级元素 *" },
	{ "Missing child element(s). Expected is one of ( * ).", "缺少下级元素，应有下列之一：*" },
	{ "Character content other than whitespace is not allowed because the content type is '*'.", "其中不应有文字" },
	{ "Character content is not allowed, because the content type is empty.", "其中不应有文字" },
	{ "Element content is not allowed, because the content type is a simple type definition.", "其中不应有下级元素" },
	{ "The attribute '*' is not allowed.", "不应有属性“*”" },
	{ "The attribute '*' is required but missing.", "缺少属性“*”" },
	{ "'*' is not a valid value of the atomic type 'xs:date'.", "“*”不是日期，应写作 2021-05-31 的样子" },
	{ "'*' is not a valid value of the atomic type 'xs:positiveInteger'.", "“*”不是正整数" },
	{ "'*' is not a valid value of the atomic type '*'.", "“*”不是应填的数值" },
	{ "'*' is not a valid value of the local atomic type.", "“*”不是应填的数值" },
	{ "[facet 'enumeration'] The value '*' is not an element of the set {*}.", "“*”不在允许的取值之中：*" },
	{ "[facet 'pattern'] The value '*' is not accepted by the pattern '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}'.",
		"“*”不是日期和时间，应写作 2021-05-31T08:00:00 的样子" },
	{ "[facet 'pattern'] The value '*' is not accepted by the pattern '*'.", "“*”的写法不符合规定的样式 *" },
	{ "[facet 'minInclusive'] The value '*' is less than the minimum value allowed ('*').", "“*”小于允许的最小值 *" },
	{ "[facet 'maxInclusive'] The value '*' is greater than the maximum value allowed ('*').", "“*”大于允许的最大值 *" },
	{ "[facet 'fractionDigits'] The value '*' has more fractional digits than are allowed ('*').",
		"“*”的小数位数太多，最多 * 位" },
	{ "No matching global declaration available for the validation root.", "根元素的名称不对" },
	{ "Duplicate key-sequence [*] in unique identity-constraint '*'.", "* 写了两次" },
	/* of its parser */
	{ "Document is empty", "没有内容" },
	{ "Start tag expected, '<' not found", "开头不是标记，不像 XML 文件" },
	{ "Extra content at the end of the document", "根元素没有写完，或其后还有多余的内容" },
	{ "Premature end of data in tag * line *", "文件没有写完，第 *2 行的标记 *1 没有结束" },
	{ "Opening and ending tag mismatch: * line * and *", "第 *2 行开始的标记 *1 与结束标记 *3 不一致" },
	{ "Couldn't find end of Start Tag * line *", "第 *2 行的标记 *1 没有写完" },
	{ "Couldn't find end of Start Tag *", "标记 *1 没有写完" },
	{ "EndTag: '</' not found", "缺少结束标记" },
	{ "expected '>'", "标记缺少“>”" },
	{ "StartTag: invalid element name", "“<”后面不是标记；文字中的“<”应写作 &lt;" },
	{ "attributes construct error", "属性的写法不对" },
	{ "AttValue: \" or ' expected", "属性的值缺少引号" },
	{ "AttValue: *", "属性的值没有写完，或缺少引号" },
	{ "Specification mandates value for attribute *", "属性 *1 没有值" },
	{ "Attribute * redefined", "属性 *1 写了两次" },
	{ "Unescaped '<' not allowed in attributes values", "属性的值中的“<”应写作 &lt;" },
	{ "xmlParseEntityRef: no name", "文字中的“&”应写作 &amp;" },
	{ "EntityRef: expecting ';'", "“&”后面缺少分号；文字中的“&”应写作 &amp;" },
	{ "Entity '*' not defined", "“&*1;”没有定义；文字中的“&”应写作 &amp;" },
	{ "xmlParseCharRef: *", "字符的编号不对" },
	{ "PCDATA invalid Char value *", "有不允许的控制字符（编号 *1）" },
	{ "Sequence ']]>' not allowed in content", "文字中的“]]>”应写作 ]]&gt;" },
	{ "CData section not finished", "CDATA 没有写完" },
	{ "Double hyphen within comment*", "注释中不能有连续的两个“-”" },
	{ "Comment not terminated*", "注释没有写完" },
	{ "XML declaration allowed only at the start of the document", "XML 声明只能写在文件的最前面" },
	{ "Blank needed here", "缺少空格" },
};

struct span {
	const char *at;
	size_t length;
};

/* Whether the message is `pattern` with something in its holes, each as short as the rest lets it be: so
 * a value may have quotes in it. */
static bool matches(const char *text, size_t length, const char *pattern, struct span *holes)
{
	const char *hole = strchr(pattern, '*');
	size_t literal = hole ? (size_t)(hole - pattern) : strlen(pattern);
	if (length < literal || memcmp(text, pattern, literal) != 0)
		return false;
	if (!hole)
		return length == literal;
	for (size_t taken = 0; taken <= length - literal; taken++)
		if (matches(text + literal + taken, length - literal - taken, hole + 1, holes + 1)) {
			*holes = (struct span) { text + literal, taken };
			return true;
		}
	return false;
}

static void fill(const char *chinese, const struct span *holes, char *words, size_t size)
{
	size_t used = 0;
	const struct span *next = holes;
	for (const char *at = chinese; *at; at++) {
		struct span piece = { at, 1 };
		if (*at == '*' && at[1] >= '1' && at[1] <= '0' + HOLES)
			piece = holes[*++at - '1'];
		else if (*at == '*')
			piece = *next++;
		size_t room = size - 1 - used;
		size_t count = piece.length < room ? piece.length : room;
		memcpy(words + used, piece.at, count);
		used += count;
	}
	words[used] = '\0';
}

/* "Element 'x', attribute 'y': …" or "Element 'x': …" */
static size_t put_subject(const char **text, size_t *length, char *words, size_t size)
{
	static const struct sentence subjects[] = {
		{ "Element '*', attribute '*': *", "元素 * 的属性 *：" },
		{ "Element '*': *", "元素 *：" },
	};
	struct span holes[HOLES] = { 0 };
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		if (!matches(*text, *length, subjects[i].english, holes))
			continue;
		const struct span *rest = &holes[i == 0 ? 2 : 1];
		fill(subjects[i].chinese, holes, words, size);
		*text = rest->at;
		*length = rest->length;
		return strlen(words);
	}
	return 0;
}

void xml_words(const char *english, char *words, size_t size)
{
	const char *text = english;
	size_t length = strlen(english);
	struct span holes[HOLES] = { 0 };
	size_t used = put_subject(&text, &length, words, size);
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
		if (matches(text, length, sentences[i].english, holes)) {
			fill(sentences[i].chinese, holes, words + used, size - used);
			return;
		}
	snprintf(words, size, "%s", english);
}
