/* What can only be said when every file is read: identical records, twins,
 * which certificate a name means, the indexes. */
#ifndef INGEST_SETTLE_H
#define INGEST_SETTLE_H

#include "ingest/store.h"

bool settle(struct store *store, struct failure *failure);

#endif
