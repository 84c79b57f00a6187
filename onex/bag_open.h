/* A bag made ready for an audit, without writing into it. */
#ifndef ONEX_BAG_OPEN_H
#define ONEX_BAG_OPEN_H

#include "onex/bag.h"

struct opened_bag {
	char *work;    /* a temporary folder beside the bag, or in TMPDIR where that cannot be */
	char *folder;  /* the bag itself, or what was unpacked of it */
	char *batch;   /* folder/data */
	char *program; /* folder/data/program */
	char *fresh;   /* an empty folder in work */
	bool usable;   /* a batch with outputs stands in it */
};

/* Whether `path` is a bag: a ZIP file or a folder with bagit.txt. */
bool bag_is(const char *path);

/* Unpacks a ZIP file into `work`, checks the bag, telling its faults. Ends in bag_shut(),
 * also after a failure. */
bool bag_open(struct opened_bag *bag, const char *path, struct bag_listener *listener, long *checked, struct failure *failure);
void bag_shut(struct opened_bag *bag);

#endif
