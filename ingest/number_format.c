#include "ingest/number_format.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum shown number_format_builtin(unsigned id)
{
	if ((id >= 18 && id <= 22) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id == 55 || id == 56)
		return SHOWN_TIME;
	bool day = (id >= 14 && id <= 17) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
	return day ? SHOWN_DAY : SHOWN_NUMBER;
}

static bool is_date_letter(char c)
{
	return c != '\0' && strchr("yYmMdDhHsS", c);
}

/* [h], [mm], [ss]: elapsed time; colours, conditions and locales are not. */
static bool is_elapsed(const char *inside, size_t length)
{
	if (length == 0 || !strchr("hHmMsS", inside[0]))
		return false;
	for (size_t i = 1; i < length; i++)
		if ((inside[i] | 0x20) != (inside[0] | 0x20))
			return false;
	return true;
}

enum shown number_format_shows(const char *code, size_t length)
{
	enum shown shown = SHOWN_NUMBER;
	for (size_t i = 0; i < length; i++) {
		const char *close;
		switch (code[i]) {
		case '"':
		case '[':
			close = memchr(code + i + 1, code[i] == '"' ? '"' : ']', length - i - 1);
			if (!close)
				return shown;
			if (code[i] == '[' && is_elapsed(code + i + 1, (size_t)(close - code) - i - 1))
				return SHOWN_TIME;
			i = (size_t)(close - code);
			break;
		case '\\':
		case '_':
		case '*':
			i++;
			break;
		default:
			if (code[i] && strchr("hHsS", code[i]))
				return SHOWN_TIME;
			if (is_date_letter(code[i]))
				shown = SHOWN_DAY;
		}
	}
	return shown;
}
