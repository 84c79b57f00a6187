/* The view <dataset>_text: every field as its canonical text. */
#ifndef INGEST_TABLE_VIEW_H
#define INGEST_TABLE_VIEW_H

#include <stdio.h>

#include "common/schema.h"

/* Writes its CREATE VIEW; false where writing failed. */
bool table_view_write(FILE *sql, const struct dataset *dataset);

#endif
