/* `onex template`: the fill-in workbook of a dataset. */
#ifndef ONEX_TEMPLATE_H
#define ONEX_TEMPLATE_H

#include "common/schema.h"

/* Writes the workbook to `path`: title, explanations, the heading row that is read
 * back, typed empty columns, drop-downs from a hidden sheet. Same schema, same bytes.
 * `path` is replaced only by a whole file that was read back. An unknown dataset is
 * STATUS_USAGE and names the known ones. */
bool template_write(const struct schema *schema, const char *dataset, const char *path, struct failure *failure);

#endif
