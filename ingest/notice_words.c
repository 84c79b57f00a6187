#include "ingest/notice_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/failure.h"

enum { HOLES = 3 };

/* '*' is a hole: what a message tells of the file. */
struct sentence {
	const char *english;
	const char *chinese; /* the same holes in the same order */
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
	for (const char *at = chinese; *at; at++) {
		struct span piece = *at == '*' ? *holes++ : (struct span) { at, 1 };
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

void notice_words(const char *english, char *words, size_t size)
{
	const char *text = english;
	size_t length = strlen(english);
	struct span holes[HOLES] = { 0 };
	if (strcmp(tr("English", "中文"), "中文") == 0) {
		size_t used = put_subject(&text, &length, words, size);
		for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
			if (matches(text, length, sentences[i].english, holes)) {
				fill(sentences[i].chinese, holes, words + used, size - used);
				return;
			}
	}
	snprintf(words, size, "%s", english);
}
