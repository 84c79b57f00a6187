/* What the definitions say of a field, in the words of docs/data-dictionary.md and of the
 * fill-in workbooks. */
#ifndef ONEX_DICTIONARY_H
#define ONEX_DICTIONARY_H

#include <stddef.h>
#include <stdio.h>

#include "common/schema.h"

/* docs/data-dictionary.md: a Chinese table per dataset. False where writing fails. */
bool dictionary_write(const struct schema *schema, FILE *file, struct failure *failure);

/* 文本, 编号, 整数, 金额, …: a constant. */
const char *dictionary_kind(const struct field *field);

/* What may be written in the field, in one phrase; cut at `size` bytes, which no
 * field of the house reaches. */
void dictionary_allowed(const struct field *field, char *text, size_t size);

#endif
