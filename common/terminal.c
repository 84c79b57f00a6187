#include "common/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

bool terminal_is_live(void)
{
	const char *term = getenv("TERM");
	return term && *term && strcmp(term, "dumb") != 0 && isatty(STDERR_FILENO);
}

int terminal_columns(void)
{
	struct winsize size;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	const char *said = getenv("COLUMNS");
	long columns = said ? strtol(said, NULL, 10) : 0;
	return columns > 0 && columns < 10000 ? (int)columns : 80;
}

static bool is_shown(utf8proc_int32_t character)
{
	switch (utf8proc_category(character)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
		return false;
	default:
		return true;
	}
}

/* The next character's bytes and columns; *shown is false where '?' stands for it. */
static size_t look(const char *text, int *columns, bool *shown)
{
	utf8proc_int32_t character;
	utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)strnlen(text, 4),
		&character);
	*shown = length > 0 && is_shown(character);
	*columns = !*shown ? 1 : character == 0x2026 ? 2 : utf8proc_charwidth(character);
	return length > 0 ? (size_t)length : 1;
}

int terminal_width(const char *text)
{
	int sum = 0;
	while (*text) {
		int columns;
		bool shown;
		text += look(text, &columns, &shown);
		sum += columns;
	}
	return sum;
}

int terminal_fit(char *target, size_t size, const char *text, int columns)
{
	static const char mark[] = "…";
	enum { MARK_COLUMNS = 2 };
	size_t used = 0, kept = 0; /* kept: where the mark goes, should the text not fit */
	int taken = 0, kept_columns = 0;
	target[0] = '\0';
	if (columns < MARK_COLUMNS || size < sizeof mark)
		return 0;
	while (*text) {
		int wide;
		bool shown;
		size_t length = look(text, &wide, &shown);
		size_t bytes = shown ? length : 1;
		if (taken + wide > columns || used + bytes >= size) {
			memcpy(target + kept, mark, sizeof mark);
			return kept_columns + MARK_COLUMNS;
		}
		memcpy(target + used, shown ? text : "?", bytes);
		used += bytes;
		taken += wide;
		text += length;
		if (taken + MARK_COLUMNS <= columns && used + sizeof mark <= size) {
			kept = used;
			kept_columns = taken;
		}
	}
	target[used] = '\0';
	return taken;
}
