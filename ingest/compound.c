#include "ingest/compound.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ingest/bytes.h"

enum {
	HEADER_BYTES = 512,
	ENTRY_BYTES = 128,
	PIECE_BYTES = 64,           /* of the mini stream */
	DIRECTORY_LIMIT = 8 << 20,  /* bytes; an honest one has a few hundred */
	NAME_UNITS = 32
};
#define SECTOR_NONE 0xFFFFFFFCu   /* from here on: no sector */

struct entry {
	char name[NAME_UNITS]; /* lower case; other than ASCII is '?' */
	int kind;              /* 2 stream, 5 root */
	uint32_t start;
	int64_t bytes;
};

struct compound {
	int file;
	int64_t bytes;
	size_t sector_bytes;
	uint32_t *table;       /* next sector of each sector */
	size_t table_count;
	uint32_t *pieces;      /* the same for 64-byte pieces */
	size_t piece_count;
	struct entry *entries;
	size_t entry_count;
	int64_t cutoff;        /* smaller streams are kept in pieces */
	struct stream mini;    /* what holds the pieces */
	struct failure *failure;
	bool broken;
};

static bool read_at(struct compound *compound, int64_t at, void *bytes, size_t count)
{
	ssize_t got = pread(compound->file, bytes, count, (off_t)at);
	if (got < 0) {
		fail_system(compound->failure, "%s", tr("cannot read", "读取失败"));
		compound->broken = true;
	}
	return got == (ssize_t)count;
}

static void *take(struct compound *compound, size_t count, size_t size)
{
	void *memory = allocate(compound->failure, count, size);
	compound->broken = compound->broken || !memory;
	return memory;
}

static int64_t sector_place(const struct compound *compound, uint32_t sector)
{
	return ((int64_t)sector + 1) * (int64_t)compound->sector_bytes;
}

static bool in_file(const struct compound *compound, uint32_t sector)
{
	return sector < SECTOR_NONE && sector_place(compound, sector) < compound->bytes;
}

/* ---- the sector table */

static bool add_table_sector(struct compound *compound, uint32_t sector, unsigned char *buffer)
{
	size_t per_sector = compound->sector_bytes / 4;
	if (!in_file(compound, sector) || !read_at(compound, sector_place(compound, sector), buffer, compound->sector_bytes))
		return false;
	for (size_t i = 0; i < per_sector; i++)
		compound->table[compound->table_count++] = bytes_u32(buffer + 4 * i);
	return true;
}

/* The table's own sectors are listed in the header, the rest in a chain of lists. */
static bool read_table(struct compound *compound, const unsigned char *header, unsigned char *buffer)
{
	size_t per_sector = compound->sector_bytes / 4;
	size_t limit = (size_t)(compound->bytes / (int64_t)compound->sector_bytes) / per_sector + 2;
	size_t wanted = bytes_u32(header + 44);
	if (wanted > limit)
		return false;
	compound->table = take(compound, (wanted + 1) * per_sector, sizeof *compound->table);
	unsigned char *list = take(compound, compound->sector_bytes, 1);
	bool sound = compound->table && list;
	size_t done = 0;
	for (; sound && done < wanted && done < 109; done++)
		sound = add_table_sector(compound, bytes_u32(header + 76 + 4 * done), buffer);
	uint32_t next = bytes_u32(header + 68);
	while (sound && done < wanted) {
		sound = in_file(compound, next) && read_at(compound, sector_place(compound, next), list, compound->sector_bytes);
		for (size_t i = 0; sound && i + 1 < per_sector && done < wanted; i++, done++)
			sound = add_table_sector(compound, bytes_u32(list + 4 * i), buffer);
		next = bytes_u32(list + compound->sector_bytes - 4);
	}
	free(list);
	return sound;
}

/* The blocks of a chain that begins with `start`; *sound is false where it leaves the table or
 * turns in a circle. `bytes` < 0: to its end. */
static bool follow(struct compound *compound, const uint32_t *table, size_t count, uint32_t start, int64_t bytes,
	size_t block_bytes, struct stream *stream, bool *sound)
{
	size_t limit = bytes < 0 ? count : (size_t)(bytes + (int64_t)block_bytes - 1) / block_bytes;
	*stream = (struct stream){ .file = compound->file, .block_bytes = block_bytes };
	*sound = limit <= count;
	if (!*sound)
		return true;
	stream->blocks = take(compound, limit, sizeof *stream->blocks);
	if (!stream->blocks)
		return false;
	uint32_t block = start;
	for (size_t step = 0; block < SECTOR_NONE; step++, block = table[block]) {
		if (block >= count || step >= count) { /* outside, or in a circle */
			*sound = false;
			return true;
		}
		if (stream->block_count < limit)
			stream->blocks[stream->block_count++] = block;
	}
	stream->bytes = bytes < 0 ? (int64_t)(stream->block_count * block_bytes) : bytes;
	*sound = stream->block_count == limit || bytes < 0;
	return true;
}

static bool chain_of_sectors(struct compound *compound, uint32_t start, int64_t bytes, struct stream *stream,
	bool *sound)
{
	if (!follow(compound, compound->table, compound->table_count, start, bytes, compound->sector_bytes, stream, sound))
		return false;
	for (size_t i = 0; i < stream->block_count; i++)
		stream->blocks[i] = (stream->blocks[i] + 1) * (int64_t)compound->sector_bytes;
	return true;
}

/* ---- the directory */

static void read_entry(struct compound *compound, const unsigned char *bytes)
{
	struct entry *entry = &compound->entries[compound->entry_count];
	size_t units = bytes_u16(bytes + 64) / 2;
	entry->kind = bytes[66];
	entry->start = bytes_u32(bytes + 116);
	entry->bytes = bytes_u32(bytes + 120);
	if (units == 0 || units > NAME_UNITS || (entry->kind != 2 && entry->kind != 5))
		return;
	for (size_t i = 0; i + 1 < units; i++) {
		unsigned unit = bytes_u16(bytes + 2 * i);
		entry->name[i] = unit < 0x80 ? (char)tolower((int)unit) : '?';
	}
	compound->entry_count++;
}

static bool read_directory(struct compound *compound, const unsigned char *header)
{
	struct stream directory;
	bool sound;
	if (!chain_of_sectors(compound, bytes_u32(header + 48), -1, &directory, &sound))
		return false;
	sound = sound && directory.bytes <= DIRECTORY_LIMIT;
	unsigned char *bytes = sound ? take(compound, (size_t)directory.bytes, 1) : NULL;
	compound->entries = bytes ? take(compound, (size_t)directory.bytes / ENTRY_BYTES, sizeof *compound->entries) : NULL;
	if (compound->entries) {
		long got = stream_read(&directory, 0, bytes, (size_t)directory.bytes);
		for (long at = 0; at + ENTRY_BYTES <= got; at += ENTRY_BYTES)
			read_entry(compound, bytes + at);
	}
	free(bytes);
	stream_close(&directory);
	return sound && compound->entries;
}

/* The pieces' own table, and the stream that holds them: the root's. */
static bool read_pieces(struct compound *compound, const unsigned char *header)
{
	const struct entry *root = NULL;
	for (size_t i = 0; i < compound->entry_count && !root; i++)
		if (compound->entries[i].kind == 5)
			root = &compound->entries[i];
	if (!root || root->bytes == 0)
		return true;
	struct stream table = { 0 };
	bool sound;
	if (!chain_of_sectors(compound, root->start, root->bytes, &compound->mini, &sound) || !sound)
		return !compound->broken; /* streams in pieces will be unsound */
	if (!chain_of_sectors(compound, bytes_u32(header + 60), -1, &table, &sound))
		return false;
	unsigned char *bytes = take(compound, (size_t)table.bytes, 1);
	compound->pieces = take(compound, (size_t)table.bytes / 4, sizeof *compound->pieces);
	if (bytes && compound->pieces && sound) {
		long got = stream_read(&table, 0, bytes, (size_t)table.bytes);
		for (long at = 0; at + 4 <= got; at += 4)
			compound->pieces[compound->piece_count++] = bytes_u32(bytes + at);
	}
	free(bytes);
	stream_close(&table);
	return !compound->broken;
}

static bool read_structure(struct compound *compound)
{
	unsigned char header[HEADER_BYTES];
	if (!read_at(compound, 0, header, sizeof header) || memcmp(header, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) != 0)
		return false;
	unsigned shift = bytes_u16(header + 30);
	if (shift != 9 && shift != 12)
		return false;
	compound->sector_bytes = (size_t)1 << shift;
	compound->cutoff = bytes_u32(header + 56);
	unsigned char *buffer = take(compound, compound->sector_bytes, 1);
	bool sound = buffer && read_table(compound, header, buffer) && read_directory(compound, header)
		&& read_pieces(compound, header);
	free(buffer);
	return sound;
}

bool compound_open(int file, int64_t bytes, struct compound **compound, struct failure *failure)
{
	*compound = allocate(failure, 1, sizeof **compound);
	if (!*compound)
		return false;
	(*compound)->file = file;
	(*compound)->bytes = bytes;
	(*compound)->failure = failure;
	if (read_structure(*compound))
		return true;
	bool broken = (*compound)->broken;
	compound_close(*compound);
	*compound = NULL;
	return !broken;
}

void compound_close(struct compound *compound)
{
	if (!compound)
		return;
	free(compound->table);
	free(compound->pieces);
	free(compound->entries);
	stream_close(&compound->mini);
	free(compound);
}

static const struct entry *find_entry(const struct compound *compound, const char *name)
{
	for (size_t i = 0; i < compound->entry_count; i++)
		if (compound->entries[i].kind == 2 && strcasecmp(compound->entries[i].name, name) == 0)
			return &compound->entries[i];
	return NULL;
}

bool compound_has(const struct compound *compound, const char *name)
{
	return find_entry(compound, name);
}

/* ---- streams */

/* The places of a stream's pieces, through the stream that holds them all. */
static bool place_pieces(const struct compound *compound, struct stream *stream)
{
	const struct stream *mini = &compound->mini;
	for (size_t i = 0; i < stream->block_count; i++) {
		int64_t at = stream->blocks[i] * PIECE_BYTES;
		if (at >= (int64_t)(mini->block_count * mini->block_bytes))
			return false;
		stream->blocks[i] = mini->blocks[(size_t)at / mini->block_bytes] + at % (int64_t)mini->block_bytes;
	}
	return true;
}

bool stream_open(const struct compound *compound, const char *name, struct stream *stream, bool *sound,
	struct failure *failure)
{
	struct compound view = *compound; /* `follow` fills failure and broken of its own */
	const struct entry *entry = find_entry(compound, name);
	*stream = (struct stream){ 0 };
	*sound = entry;
	view.failure = failure;
	if (!entry)
		return true;
	if (entry->bytes >= compound->cutoff)
		return chain_of_sectors(&view, entry->start, entry->bytes, stream, sound);
	if (!follow(&view, compound->pieces, compound->piece_count, entry->start, entry->bytes, PIECE_BYTES, stream, sound))
		return false;
	*sound = *sound && place_pieces(compound, stream);
	return true;
}

void stream_close(struct stream *stream)
{
	free(stream->blocks);
	*stream = (struct stream){ 0 };
}

long stream_read(const struct stream *stream, int64_t position, void *bytes, size_t count)
{
	size_t done = 0;
	if (position < 0 || position >= stream->bytes)
		return 0;
	if ((int64_t)count > stream->bytes - position)
		count = (size_t)(stream->bytes - position);
	while (done < count) {
		size_t block = (size_t)position / stream->block_bytes;
		size_t inside = (size_t)position % stream->block_bytes;
		if (block >= stream->block_count)
			break;
		/* Blocks that follow one another in the file are read at once. */
		size_t run = stream->block_bytes - inside;
		for (size_t next = block + 1; run < count - done && next < stream->block_count
			&& stream->blocks[next] == stream->blocks[next - 1] + (int64_t)stream->block_bytes; next++)
			run += stream->block_bytes;
		if (run > count - done)
			run = count - done;
		ssize_t got = pread(stream->file, (char *)bytes + done, run, (off_t)(stream->blocks[block] + (int64_t)inside));
		if (got < 0)
			return -1;
		done += (size_t)got;
		position += got;
		if ((size_t)got < run)
			break;
	}
	return (long)done;
}
