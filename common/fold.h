/* The folded form under which names are compared (rules.md, "Names are compared
 * folded"): NFKC, letters in one case, no white space or invisible characters,
 * no brackets; a trailing 职业技能等级证书 is dropped; 建筑信息模型BIM is
 * 建筑信息模型. */
#ifndef COMMON_FOLD_H
#define COMMON_FOLD_H

#include <stddef.h>

#include "common/failure.h"

/* The folded text of `length` bytes of valid UTF-8, freed with free(). NULL and
 * a failure where memory is out or the bytes are not UTF-8. */
char *fold_name(const char *text, size_t length, struct failure *failure);

#endif
