/* JSON texts on stdout. */
#ifndef ONEX_JSON_H
#define ONEX_JSON_H

/* Prints "text" with its escapes; NULL is null. */
void json_text(const char *text);

/* Prints "name":"text" and then `after`. */
void json_member(const char *name, const char *text, const char *after);

#endif
