#include "onex/json.h"

#include <stdio.h>

void json_text(const char *text)
{
	if (!text) {
		fputs("null", stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c < 0x20)
			printf("\\u%04x", c);
		else if (c == '"' || c == '\\')
			printf("\\%c", c);
		else
			putchar(c);
	}
	putchar('"');
}

void json_member(const char *name, const char *text, const char *after)
{
	printf("\"%s\":", name);
	json_text(text);
	fputs(after, stdout);
}
