#include "common/fold.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static bool is_bracket(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
		return true;
	default:
		return c == '<' || c == '>';
	}
}

static bool is_dropped(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
		return true;
	default:
		return is_bracket(c);
	}
}

static void drop_suffix(char *text, const char *suffix)
{
	size_t length = strlen(text);
	size_t tail = strlen(suffix);
	if (length > tail && strcmp(text + length - tail, suffix) == 0)
		text[length - tail] = '\0';
}

/* Keeps only the characters that count, in place. */
static void squeeze(char *text)
{
	const utf8proc_uint8_t *from = (const utf8proc_uint8_t *)text;
	char *to = text;
	while (*from) {
		utf8proc_int32_t c;
		utf8proc_ssize_t size = utf8proc_iterate(from, -1, &c);
		if (size <= 0) /* utf8proc_map wrote it, so this cannot be */
			break;
		if (!is_dropped(c)) {
			memmove(to, from, (size_t)size);
			to += size;
		}
		from += size;
	}
	*to = '\0';
}

char *fold_name(const char *text, size_t length, struct failure *failure)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &mapped,
		UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STABLE);
	if (size < 0) {
		fail(failure, STATUS_SYSTEM, "%s", utf8proc_errmsg(size));
		return NULL;
	}
	char *folded = (char *)mapped; /* utf8proc allocates with malloc */
	squeeze(folded);
	drop_suffix(folded, "职业技能等级证书");
	if (strcmp(folded, "建筑信息模型bim") == 0)
		strcpy(folded, "建筑信息模型");
	return folded;
}
