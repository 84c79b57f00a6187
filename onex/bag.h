/* A batch as a BagIt 1.0 bag (RFC 8493), the archive that an auditor opens:
 *
 *   bagit.txt  bag-info.txt
 *   manifest-sha256.txt  manifest-sm3.txt          over data/
 *   tagmanifest-sha256.txt  tagmanifest-sm3.txt    over the files beside data/
 *   data/notice.xml  data/inbox/…  data/out/…      the batch: data/ is a batch folder
 *   data/program/…                                 rules, schemas, sheets, VERSION
 *
 * The same batch gives the same bytes: no clock, files in byte order. As a ZIP file
 * the bag stands in one folder named after the batch, stored, with a fixed time.
 * Reading is strict: every fault is named, and nothing is read through a path that leads
 * out of the bag or through a link. */
#ifndef ONEX_BAG_H
#define ONEX_BAG_H

#include <stdint.h>

#include "common/digest.h"
#include "common/layout.h"

enum bag_algorithm { BAG_SHA256, BAG_SM3, BAG_ALGORITHMS };

/* The name as OpenSSL knows it and as the manifests are called. */
const char *bag_algorithm_name(enum bag_algorithm algorithm); /* "SHA256" */
const char *bag_algorithm_tag(enum bag_algorithm algorithm);  /* "sha256" */

struct bag_file {
	char *path;   /* within the bag, '/' between folders */
	char *source; /* where to copy it from; NULL while reading */
	int64_t bytes;
	char digest[BAG_ALGORITHMS][DIGEST_TEXT_BYTES];
};

struct bag_files {
	struct bag_file *items;
	size_t count, room;
};

/* Appends a file; both texts are copied, `source` may be NULL. */
bool bag_files_add(struct bag_files *files, const char *path, const char *source, struct failure *failure);
void bag_files_sort(struct bag_files *files); /* by the bytes of their paths */
void bag_files_free(struct bag_files *files);

/* A fault of a bag: what, of which path, what stands there and what should; the latter
 * two may be empty. */
struct bag_fault {
	const char *what, *path, *found, *expected;
};
struct bag_listener {
	void *context;
	bool (*fault)(void *context, const struct bag_fault *fault, struct failure *failure);
	long faults; /* counted by bag_tell */
};
bool bag_tell(struct bag_listener *listener, const char *what, const char *path, const char *found, const char *expected,
	struct failure *failure);

/* Why a path may not stand in a bag (not UTF-8, leads out, …), or NULL. */
const char *bag_path_fault(const char *path);

/* Names paths that fall together where letter case or Unicode composition do not count,
 * as on other systems; folders too. */
bool bag_twins(const struct bag_files *files, struct bag_listener *listener, struct failure *failure);

/* What bag-info.txt says of the batch. */
struct bag_info {
	char *batch, *document, *title, *as_of; /* as_of: 2021-05-31 */
};

/* Writes the bag into the empty folder `bag`: copies the files, digesting them on the way,
 * then the tag files. */
bool bag_write(const char *bag, struct bag_files *files, const struct bag_info *info, struct failure *failure);

/* Copies one file and fills its size and digests; `target` NULL: only digests. */
bool bag_copy(struct bag_file *file, const char *source, const char *target, struct failure *failure);

/* Checks the bag in a folder; *checked is the number of files looked at. False only where
 * it cannot be found out; faults go to the listener. */
bool bag_check(const char *bag, struct bag_listener *listener, long *checked, struct failure *failure);

/* A manifest's lines in byte order of their paths. */
struct bag_line {
	char *path, *digest;
	long number;
};
struct bag_manifest {
	struct bag_line *lines;
	size_t count, room;
};
/* Reads `bag`/`name`; faults of lines are told. A manifest that is not there is empty,
 * and told. */
bool bag_manifest_read(struct bag_manifest *manifest, const char *bag, const char *name, struct bag_listener *listener,
	struct failure *failure);
void bag_manifest_free(struct bag_manifest *manifest);

/* Packs the bag of folder `bag` into a new ZIP file, below `top`/. */
bool bag_zip_write(const char *bag, const char *top, const char *path, struct failure *failure);

/* Unpacks into the empty folder `bag` what stands below the ZIP file's one top folder.
 * Entries that are unsafe are told, and then nothing is unpacked. */
bool bag_zip_extract(const char *path, const char *bag, struct bag_listener *listener, struct failure *failure);

#endif
