/* From a batch's notice.xml and inbox to batch.db. */
#ifndef INGEST_INGEST_H
#define INGEST_INGEST_H

#include <stdint.h>

#include "common/failure.h"
#include "common/profile.h"
#include "common/progress.h"

struct ingested {
	int64_t sources, accepted, held, rejected, findings;
};

/* Builds `out`/batch.db.new and renames it to batch.db when it is whole; `out` is
 * made where it is not there. A failure leaves what was there before. `profile` and `progress`
 * may be NULL. */
bool ingest_batch(const char *home, const char *batch, const char *out, struct ingested *result,
	struct profile *profile, struct progress *progress, struct failure *failure);

#endif
