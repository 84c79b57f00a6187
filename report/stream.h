/* Streams that lost bytes, also those of a library that does not look. */
#ifndef REPORT_STREAM_H
#define REPORT_STREAM_H

#include "common/failure.h"

/* False and `failure` (STATUS_SYSTEM) where a stream of the process had failed when it was
 * rewound or closed. `name`: what is being written. */
bool stream_all_arrived(const char *name, struct failure *failure);

#endif
