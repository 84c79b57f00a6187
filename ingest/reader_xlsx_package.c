#include "ingest/reader_xlsx.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

enum { CHUNK_BYTES = 32 << 10 };

struct part {
	char *name; /* lower case, '/' between */
	zip_uint64_t index;
};

struct package {
	struct outlet *outlet;
	zip_t *zip;
	struct part *parts; /* by name */
	size_t count;
	int64_t bytes;      /* of the container */
	int64_t expanded;   /* of all parts read so far */
	int64_t consumed;   /* of the container, by the parts before this one */
	struct progress *progress;
	char read[LANE_BYTES + CHUNK_BYTES]; /* what waits for more, then what was just unpacked */
};

static char *normal_name(const char *name, struct outlet *outlet)
{
	char *copy = outlet_allocate(outlet, strlen(name) + 1, 1);
	if (!copy)
		return NULL;
	while (*name == '/' || *name == '\\')
		name++;
	for (size_t i = 0; name[i]; i++)
		copy[i] = name[i] == '\\' ? '/' : (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i]);
	return copy;
}

static int compare_parts(const void *left, const void *right)
{
	return strcmp(((const struct part *)left)->name, ((const struct part *)right)->name);
}

static const struct part *find(const struct package *package, const char *name)
{
	struct part key = { .name = normal_name(name, package->outlet) };
	if (!key.name)
		return NULL;
	const struct part *part = NULL;
	if (package->count)
		part = bsearch(&key, package->parts, package->count, sizeof key, compare_parts);
	free(key.name);
	return part;
}

bool package_has(const struct package *package, const char *part)
{
	return find(package, part);
}

/* The number of entries that the container's last record claims, so that libzip is not let
 * near a directory of millions; -1 where there is no such record. */
static long claimed_entries(const struct input *input)
{
	unsigned char tail[66000];
	int64_t from = input->bytes > (int64_t)sizeof tail ? input->bytes - (int64_t)sizeof tail : 0;
	ssize_t got = pread(input->file, tail, sizeof tail, (off_t)from); /* if this fails, so does libzip */
	for (ssize_t i = got - 22; i >= 0; i--)
		if (memcmp(tail + i, "PK\5\6", 4) == 0)
			return tail[i + 10] | tail[i + 11] << 8;
	return -1;
}

static bool list_parts(struct package *package)
{
	zip_int64_t count = zip_get_num_entries(package->zip, 0);
	package->parts = outlet_allocate(package->outlet, (size_t)count, sizeof *package->parts);
	if (!package->parts)
		return false;
	for (zip_int64_t i = 0; i < count; i++) {
		const char *name = zip_get_name(package->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
		char *copy = name ? normal_name(name, package->outlet) : NULL;
		if (package->outlet->broken)
			return false;
		if (copy)
			package->parts[package->count++] = (struct part){ copy, (zip_uint64_t)i };
	}
	qsort(package->parts, package->count, sizeof *package->parts, compare_parts);
	for (size_t i = 1; i < package->count; i++)
		if (strcmp(package->parts[i - 1].name, package->parts[i].name) == 0) {
			outlet_fault(package->outlet, "S01", 0, NULL,
				"工作簿内有两个同名的部件“%.80s”，无法确定以哪个为准，请重新导出", package->parts[i].name);
			return false;
		}
	return true;
}

static zip_t *open_zip(const struct input *input, struct outlet *outlet)
{
	int error = 0;
	int file = fcntl(input->file, F_DUPFD_CLOEXEC, 0);
	if (file < 0) {
		outlet->broken = !fail_system(outlet->failure, "%s", input->name);
		return NULL;
	}
	lseek(file, 0, SEEK_SET);
	zip_t *zip = zip_fdopen(file, 0, &error);
	if (zip)
		return zip;
	close(file);
	if (error == ZIP_ER_MEMORY)
		outlet->broken = !fail(outlet->failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	else if (error == ZIP_ER_READ || error == ZIP_ER_SEEK)
		outlet->broken = !fail_system(outlet->failure, "%s", input->name);
	else
		outlet_fault(outlet, "S01", 0, NULL, "文件不完整或已损坏，不是可读的XLSX工作簿，请重新保存后提交");
	return NULL;
}

struct package *package_open(const struct input *input, struct outlet *outlet)
{
	long claimed = claimed_entries(input);
	if (claimed > LIMIT_PARTS) {
		outlet_fault(outlet, "S09", 0, NULL, "工作簿内有%ld个部件，超出安全上限%d个，不予读取", claimed, LIMIT_PARTS);
		return NULL;
	}
	struct package *package = outlet_allocate(outlet, 1, sizeof *package);
	if (!package)
		return NULL;
	package->outlet = outlet;
	package->bytes = input->bytes;
	package->progress = input->progress;
	package->zip = open_zip(input, outlet);
	if (package->zip && list_parts(package))
		return package;
	package_close(package);
	return NULL;
}

void package_close(struct package *package)
{
	if (!package)
		return;
	for (size_t i = 0; i < package->count; i++)
		free(package->parts[i].name);
	free(package->parts);
	if (package->zip)
		zip_discard(package->zip);
	free(package);
}

/* ---- reading a part */

static bool over_limit(const struct package *package, int64_t unpacked, int64_t packed)
{
	return package->expanded > LIMIT_EXPANDED_BYTES
		|| (unpacked > LIMIT_RATIO_FROM && unpacked / LIMIT_RATIO > packed)
		|| (package->expanded > LIMIT_RATIO_FROM && package->expanded / LIMIT_RATIO > package->bytes);
}

static bool report_unreadable(struct package *package, const char *part, int code, int64_t row)
{
	if (code == ZIP_ER_MEMORY)
		return !(package->outlet->broken =
			!fail(package->outlet->failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足")));
	if (code == ZIP_ER_READ) /* the disk, not the file: one that is cut short is ZIP_ER_EOF */
		return !(package->outlet->broken = !fail_system(package->outlet->failure, "%s", tr("cannot read", "读取失败")));
	if (code == ZIP_ER_NOPASSWD || code == ZIP_ER_WRONGPASSWD || code == ZIP_ER_ENCRNOTSUPP)
		outlet_fault(package->outlet, "S06", 0, NULL, "文件已加密，请取消密码后重新提交");
	else if (code == ZIP_ER_COMPNOTSUPP)
		outlet_fault(package->outlet, "S01", 0, NULL, "部件“%.80s”的压缩方式无法识别，请用表格软件另存为XLSX后提交", part);
	else
		outlet_fault(package->outlet, "S01", row, NULL, "部件“%.80s”的数据已损坏，其后的内容没有读到，请重新导出", part);
	return false;
}

static bool report_trouble(struct package *package, const char *part, const struct sax *sax, int64_t row)
{
	char text[400];
	if (sax->trouble == SAX_STOPPED)
		return false;
	const char *rule = sax_explain(sax, text, sizeof text);
	outlet_fault(package->outlet, rule, row, NULL, "部件“%.80s”：%s", part, text);
	return false;
}

/* A part on its way to the parser. */
struct flow {
	struct sax *sax;
	const struct package_lane *lane; /* may be NULL */
	size_t waiting;                  /* bytes that wait for more: the start of an element of the lane */
};

/* Feeds the bytes to the parser, but for those that the lane takes or that wait for more.
 * False once there is trouble. */
static bool feed(struct package *package, struct flow *flow, size_t count)
{
	const char *bytes = package->read;
	size_t at = 0;
	flow->waiting = 0;
	while (at < count) {
		bool cut = false;
		at += flow->lane->take(flow->sax, bytes + at, count - at, &cut);
		if (flow->sax->trouble)
			return false;
		if (cut && count - at < LANE_BYTES) {
			flow->waiting = count - at;
			break;
		}
		size_t next = at < count ? flow->lane->next(flow->sax, bytes + at, count - at) : 0;
		if (next > 0 && !sax_feed(flow->sax, bytes + at, (int)next))
			return false;
		at += next;
	}
	memmove(package->read, bytes + at, flow->waiting);
	return true;
}

/* What waits for more will not get it. */
static bool feed_waiting(struct package *package, struct flow *flow)
{
	size_t count = flow->waiting;
	flow->waiting = 0;
	return count == 0 || sax_feed(flow->sax, package->read, (int)count);
}

static bool pump(struct package *package, zip_file_t *file, const char *part, const zip_stat_t *about,
	struct flow *flow, const int64_t *row)
{
	int64_t unpacked = 0, packed = (int64_t)about->comp_size;
	for (;;) {
		char *room = package->read + flow->waiting;
		zip_int64_t got = zip_fread(file, room, CHUNK_BYTES);
		unpacked += got > 0 ? got : 0;
		package->expanded += got > 0 ? got : 0;
		bool over = got > 0 && over_limit(package, unpacked, packed);
		if ((got <= 0 || over) && !feed_waiting(package, flow))
			return report_trouble(package, part, flow->sax, row ? *row : 0);
		if (got < 0)
			return report_unreadable(package, part, zip_error_code_zip(zip_file_get_error(file)), row ? *row : 0);
		if (got == 0)
			break;
		progress_reach(package->progress, package->consumed
			+ (int64_t)((double)packed * (double)unpacked / ((double)about->size + 1)));
		if (over) {
			outlet_fault(package->outlet, "S09", row ? *row : 0, NULL,
				"部件“%.80s”解压后异常庞大，超出安全上限，其后的内容不再读取", part);
			return false;
		}
		if (!(flow->lane ? feed(package, flow, flow->waiting + (size_t)got) : sax_feed(flow->sax, room, (int)got)))
			return report_trouble(package, part, flow->sax, row ? *row : 0);
	}
	return sax_finish(flow->sax) || report_trouble(package, part, flow->sax, row ? *row : 0);
}

bool package_parse(struct package *package, const char *name, struct sax *sax, const struct package_lane *lane,
	const int64_t *row)
{
	const struct part *part = find(package, name);
	if (!part) {
		if (!package->outlet->broken)
			outlet_fault(package->outlet, "S01", 0, NULL, "工作簿缺少部件“%.80s”，请重新导出", name);
		return false;
	}
	zip_stat_t about;
	zip_stat_init(&about);
	bool known = zip_stat_index(package->zip, part->index, 0, &about) == 0;
	zip_file_t *file = known ? zip_fopen_index(package->zip, part->index, 0) : NULL;
	if (!file)
		return report_unreadable(package, name, zip_error_code_zip(zip_get_error(package->zip)), 0);
	struct flow flow = { .sax = sax, .lane = lane };
	bool sound = pump(package, file, name, &about, &flow, row);
	package->consumed += (int64_t)about.comp_size;
	zip_fclose(file);
	return sound;
}

static bool ignore(void *context, const struct source_fault *fault, struct failure *failure)
{
	(void)context, (void)fault, (void)failure;
	return true;
}

bool package_parse_quietly(struct package *package, const char *part, struct sax *sax)
{
	const struct sink sink = { .fault = ignore };
	struct outlet *outlet = package->outlet, quiet = { .sink = &sink, .failure = outlet->failure };
	package->outlet = &quiet;
	bool sound = package_parse(package, part, sax, NULL, NULL);
	package->outlet = outlet;
	outlet->broken = outlet->broken || quiet.broken;
	return sound;
}
