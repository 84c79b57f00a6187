/* notice.xml: the dates, thresholds and assumptions of one batch, into the tables of
 * batch.db's first part. */
#ifndef INGEST_NOTICE_H
#define INGEST_NOTICE_H

#include <libxml/tree.h>

#include "common/database.h"
#include "common/digest.h"

enum { NOTICE_LIMIT = 4 << 20 }; /* bytes of a notice.xml */

/* Reads `path`, validates it against schemas/notice.xsd of `home`, checks what a schema
 * cannot and fills batch, release_batch_policy, review_path, severity_change,
 * scenario and scenario_…; the tables exist and are empty. A notice that is not
 * there or not sound is STATUS_BATCH with the file and the line. */
bool notice_load(const char *path, const char *home, struct database *database, struct failure *failure);

/* The document alone, valid against the schema, its default attributes filled in; freed
 * with xmlFreeDoc. `sha256` is the file's. NULL on failure. */
xmlDoc *notice_parse(const char *path, const char *home, char sha256[DIGEST_TEXT_BYTES], struct failure *failure);

#endif
