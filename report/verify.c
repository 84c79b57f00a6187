/* With a full disk workbook_close may say that all went well while the file is cut
 * short. So what was written is opened again: each part of the ZIP is read to its end
 * (libzip compares its CRC), each worksheet must hold as many rows as were written
 * and end as it should; parts of ordinary size are parsed as XML. */
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "report/book.h"

enum { CHUNK = 1 << 16, OVERLAP = 16 };
static const zip_uint64_t PARSED_BYTES = 4 << 20;

struct scan {
	unsigned long rows;
	bool whole;        /* ends in </worksheet> */
	char tail[OVERLAP];/* the last bytes, for marks across two chunks */
	size_t tail_length;
};

/* Counts "<row " in tail + chunk, each once: only those that end in the chunk. */
static void scan_chunk(struct scan *scan, char *room, const char *chunk, size_t length)
{
	static const char mark[] = "<row ";
	size_t marked = sizeof mark - 1;
	memcpy(room, scan->tail, scan->tail_length);
	memcpy(room + scan->tail_length, chunk, length);
	size_t total = scan->tail_length + length;
	size_t from = scan->tail_length >= marked - 1 ? scan->tail_length - (marked - 1) : 0;
	for (const char *at = room + from; (at = memmem(at, (size_t)(room + total - at), mark, marked)) != NULL; at += marked)
		scan->rows++;
	static const char ending[] = "</worksheet>";
	size_t need = sizeof ending - 1;
	scan->whole = total >= need && memcmp(room + total - need, ending, need) == 0;
	scan->tail_length = total < OVERLAP ? total : OVERLAP;
	memcpy(scan->tail, room + total - scan->tail_length, scan->tail_length);
}

static bool broken(const char *name, const char *part, struct failure *failure)
{
	return fail(failure, STATUS_SYSTEM,
		tr("%s is not whole after writing (%s): is the disk full?", "%s 写入后不完整（%s）：磁盘是否已满？"), name, part);
}

/* Reads one part to its end. */
static bool read_part(zip_t *archive, zip_int64_t index, const zip_stat_t *info, struct scan *scan, const char *name,
	struct failure *failure)
{
	char *room = allocate(failure, CHUNK + OVERLAP, 1);
	char *chunk = room ? allocate(failure, CHUNK, 1) : NULL;
	zip_file_t *part = chunk ? zip_fopen_index(archive, (zip_uint64_t)index, 0) : NULL;
	bool parsed = info->size <= PARSED_BYTES;
	xmlSAXHandler nothing = { .initialized = XML_SAX2_MAGIC }; /* only whether it is well formed */
	xmlParserCtxtPtr parser = part && parsed ? xmlCreatePushParserCtxt(&nothing, NULL, NULL, 0, NULL) : NULL;
	bool done = part && (!parsed || parser);
	if (parser)
		xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	zip_int64_t got = 0;
	while (done && (got = zip_fread(part, chunk, CHUNK)) > 0) {
		scan_chunk(scan, room, chunk, (size_t)got);
		if (parser)
			done = xmlParseChunk(parser, chunk, (int)got, 0) == 0;
	}
	if (parser) {
		done = done && xmlParseChunk(parser, chunk, 0, 1) == 0 && parser->wellFormed;
		xmlFreeParserCtxt(parser);
	}
	done = done && got == 0;
	if (part && zip_fclose(part) != 0)
		done = false;
	free(room);
	free(chunk);
	return done || broken(name, info->name, failure);
}

bool verify_workbook(const char *path, const char *name, const unsigned long *const *lines, int worksheets,
	struct failure *failure)
{
	zip_t *archive = zip_open(path, ZIP_RDONLY, NULL);
	if (!archive)
		return broken(name, "ZIP", failure);
	bool done = true;
	int found = 0;
	zip_int64_t count = zip_get_num_entries(archive, 0);
	for (zip_int64_t i = 0; done && i < count; i++) {
		zip_stat_t info;
		struct scan scan = { 0 };
		int number = 0;
		done = zip_stat_index(archive, (zip_uint64_t)i, 0, &info) == 0 && read_part(archive, i, &info, &scan, name, failure);
		if (!done || sscanf(info.name, "xl/worksheets/sheet%d.xml", &number) != 1)
			continue;
		found++;
		if (number < 1 || number > worksheets || scan.rows != *lines[number - 1] || !scan.whole)
			done = broken(name, info.name, failure);
	}
	zip_discard(archive);
	if (done && found != worksheets)
		done = broken(name, "xl/worksheets", failure);
	return done;
}
