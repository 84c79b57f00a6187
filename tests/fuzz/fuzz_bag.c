/* Bag reading: the bytes as a manifest of a small bag ('M' first), as its bag-info and
 * declaration ('I'), or as a bag in a ZIP file (any other). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <ftw.h>

#include "onex/bag.h"
#include "tests/fuzz/target.h"

static bool on_fault(void *context, const struct bag_fault *fault, struct failure *failure)
{
	(void)context, (void)failure;
	target_expect(fault->what && fault->path && fault->found && fault->expected, "a fault has its texts");
	return true;
}

static void check(const char *folder)
{
	struct failure failure = { 0 };
	struct bag_listener listener = { .fault = on_fault };
	long checked = 0;
	bool done = bag_check(folder, &listener, &checked, &failure);
	target_expect(done || *failure.text, "a bag is checked or the reason said");
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	(void)info, (void)kind, (void)place;
	return remove(path);
}

/* Nothing may be written beside the folder that a ZIP file is unpacked into. */
static void extract(const uint8_t *bytes, size_t count)
{
	char zip[128], into[128];
	struct stat info;
	struct failure failure = { 0 };
	struct bag_listener listener = { .fault = on_fault };
	target_write("bag.zip", bytes, count);
	snprintf(zip, sizeof zip, "%s/bag.zip", target_folder());
	snprintf(into, sizeof into, "%s/unpacked", target_folder());
	target_expect(mkdir(into, 0700) == 0, "a folder can be made");
	if (bag_zip_extract(zip, into, &listener, &failure) && listener.faults == 0)
		check(into);
	nftw(into, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	target_expect(lstat(into, &info) != 0, "what was unpacked can be removed");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static const char declaration[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
	if (count == 0)
		return 0;
	if (bytes[0] != 'M' && bytes[0] != 'I') {
		extract(bytes, count);
		return 0;
	}
	bool manifest = bytes[0] == 'M';
	target_write("data/a.txt", "a\n", 2);
	target_write("bagit.txt", manifest ? declaration : (const char *)bytes + 1, manifest ? sizeof declaration - 1 : count - 1);
	target_write("bag-info.txt", manifest ? "" : (const char *)bytes + 1, manifest ? 0 : count - 1);
	target_write("manifest-sha256.txt", bytes + 1, count - 1);
	check(target_folder());
	return 0;
}
