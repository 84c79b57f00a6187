/* 是/否 and enumerations, compared folded. */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "ingest/typing_private.h"

enum { FOLDED_CHARACTERS = 96 };

/* A short text folded as names are (common/fold.h), on the stack: this must not
 * need memory, for a failed allocation must not look like a wrong value. */
struct folded {
	utf8proc_int32_t characters[FOLDED_CHARACTERS];
	int count; /* -1: too long to be any allowed value */
};

static bool is_kept(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);
	return !typing_is_blank((uint32_t)c) && category != UTF8PROC_CATEGORY_CF && category != UTF8PROC_CATEGORY_CC &&
		category != UTF8PROC_CATEGORY_PS && category != UTF8PROC_CATEGORY_PE;
}

static void fold(struct folded *folded, struct slice text)
{
	utf8proc_ssize_t count = utf8proc_decompose((const utf8proc_uint8_t *)text.text, (utf8proc_ssize_t)text.length,
		folded->characters, FOLDED_CHARACTERS,
		UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STABLE);
	folded->count = -1;
	if (count < 0 || count > FOLDED_CHARACTERS)
		return;
	int kept = 0;
	for (utf8proc_ssize_t i = 0; i < count; i++)
		if (is_kept(folded->characters[i]))
			folded->characters[kept++] = folded->characters[i];
	folded->count = kept;
}

static bool same(const struct folded *a, const struct folded *b)
{
	return a->count >= 0 && a->count == b->count &&
		memcmp(a->characters, b->characters, (size_t)a->count * sizeof *a->characters) == 0;
}

static bool same_as(const struct folded *folded, const char *words)
{
	struct folded other;
	fold(&other, slice_of(words, strlen(words)));
	return same(folded, &other);
}

/* `part` stands somewhere in `whole`. */
static bool holds(const struct folded *whole, const struct folded *part)
{
	for (int at = 0; part->count > 0 && at + part->count <= whole->count; at++)
		if (memcmp(whole->characters + at, part->characters, (size_t)part->count * sizeof *part->characters) == 0)
			return true;
	return false;
}

void typing_yes_no(struct reading *reading, struct slice plain)
{
	static const char *const yes[] = { "是", "1", "Y", "true", "√", "✓", "✔" };
	static const char *const no[] = { "否", "0", "N", "false", "×", "✗", "✘" };
	_Static_assert(sizeof yes == sizeof no, "each yes has its no");
	struct folded folded;
	fold(&folded, plain);
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (same_as(&folded, yes[i]) || same_as(&folded, no[i])) {
			typing_set_integer(reading, same_as(&folded, yes[i]));
			return;
		}
	}
	typing_fault(reading, "F02", slice_of("", 0), "看不出是“是”还是“否”", "请改填“是”或“否”");
}

/* The only allowed value that stands in the cell's text, as 高级 in 高级证书. */
static struct slice only_value_within(const struct texts *values, const struct folded *folded)
{
	struct slice found = slice_of("", 0);
	for (int i = 0; i < values->count; i++) {
		struct folded value;
		fold(&value, slice_of(values->items[i], strlen(values->items[i])));
		if (!holds(folded, &value))
			continue;
		if (found.length)
			return slice_of("", 0);
		found = slice_of(values->items[i], strlen(values->items[i]));
	}
	return found;
}

void typing_choice(struct reading *reading, struct slice plain)
{
	const struct field *field = reading->field;
	const struct texts *values = &field->values;
	struct folded folded;
	fold(&folded, plain);
	for (int i = 0; i < values->count; i++) {
		if (same_as(&folded, values->items[i])) {
			typing_set_integer(reading, i + 1);
			return;
		}
	}
	/* 1, 2, 3 of the tag ZSDJ mean 初级, 中级, 高级 */
	if (strcmp(field->type, "level") == 0 && folded.count == 1 && folded.characters[0] >= '1' &&
		folded.characters[0] < '1' + values->count) {
		typing_set_integer(reading, folded.characters[0] - '0');
		return;
	}
	typing_fault(reading, "F03", only_value_within(values, &folded), "不在允许的取值之内", "请改为其中之一");
}
