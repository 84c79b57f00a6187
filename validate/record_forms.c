#include "validate/record_forms.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "common/sqlite_format.h"

enum {
	FORMS = 256,           /* that are kept; one more for a header that is too long to be kept */
	HEADER_WORDS = 8,      /* of one that is kept */
	HEADER_MOST = HEADER_WORDS * 8
};

struct form {
	uint64_t words[HEADER_WORDS]; /* of the header; the first is 0 where none is kept here */
	size_t length;         /* bytes of a record that its values need */
};

struct record_forms {
	int *targets;          /* per column; the last one is wanted */
	int count;
	int part_count;
	struct form forms[FORMS + 1];
	struct record_part *parts; /* [form * part_count] */
};

struct record_forms *record_forms_open(const int *targets, int count, struct failure *failure)
{
	struct record_forms *forms = allocate(failure, 1, sizeof *forms);
	if (!forms)
		return NULL;
	for (int i = 1; i < count; i++) {
		if (targets[i] < 0)
			continue;
		forms->part_count++;
		forms->count = i + 1;
	}
	forms->targets = allocate(failure, (unsigned long)forms->count + 1, sizeof *forms->targets);
	forms->parts = allocate(failure, (FORMS + 1) * (unsigned long)forms->part_count + 1, sizeof *forms->parts);
	if (!forms->targets || !forms->parts) {
		record_forms_close(forms);
		return NULL;
	}
	memcpy(forms->targets, targets, (size_t)forms->count * sizeof *targets);
	return forms;
}

void record_forms_close(struct record_forms *forms)
{
	if (!forms)
		return;
	free(forms->targets);
	free(forms->parts);
	free(forms);
}

int record_forms_parts(const struct record_forms *forms)
{
	return forms->part_count;
}

/* Reads a header; `*needs`: bytes of the record to the end of the last wanted value. */
static bool read_header(const struct record_forms *forms, const unsigned char *record, size_t length,
	struct record_part *parts, size_t *needs)
{
	uint64_t header = 0;
	size_t at = format_take_varint(record, length, &header);
	if (!at || header > length)
		return false;
	size_t value = (size_t)header;
	for (int i = 0; i < forms->count; i++) {
		uint64_t type = 0; /* a column that came later than the record */
		if (at < header) {
			size_t bytes = format_take_varint(record + at, (size_t)header - at, &type);
			if (!bytes)
				return false;
			at += bytes;
		}
		size_t bytes = record_type_bytes(type);
		if (bytes > length - value)
			return false;
		if (i > 0 && forms->targets[i] >= 0)
			*parts++ = (struct record_part){ .at = (uint32_t)value, .target = forms->targets[i], .type = type };
		value += bytes;
	}
	*needs = value;
	return true;
}

/* Word `i` of a header, whose bytes behind it do not count. At least RECORDS_SLACK bytes can be read there. */
static inline uint64_t word_of(const unsigned char *header, size_t length, size_t i)
{
	uint64_t word;
	memcpy(&word, header + i * sizeof word, sizeof word);
	size_t left = length - i * sizeof word;
	return left < sizeof word ? le64toh(word) & ((UINT64_C(1) << 8 * left) - 1) : le64toh(word);
}

/* The words of a header, and which form it is, if it is kept. */
static inline uint32_t read_words(const unsigned char *header, size_t length, uint64_t words[HEADER_WORDS])
{
	uint64_t hash = 0;
	for (size_t i = 0; i * sizeof *words < length; i++) {
		words[i] = word_of(header, length, i);
		hash = (hash ^ words[i]) * UINT64_C(0x9E3779B97F4A7C15);
		hash ^= hash >> 32;
	}
	return (uint32_t)(hash >> 20) % FORMS;
}

/* The length of the header is its first byte, so words that are the same are of the same length. */
static inline bool is_same(const struct form *form, const uint64_t *words, size_t length)
{
	bool same = form->words[0] == words[0];
	for (size_t i = 1; i * sizeof *words < length; i++)
		same &= form->words[i] == words[i];
	return same;
}

const struct record_part *record_forms_find(struct record_forms *forms, const unsigned char *record, size_t length)
{
	size_t header = length ? record[0] : 0; /* a longer one is a varint of two bytes: not kept */
	bool kept = header > 0 && header <= HEADER_MOST && header <= length;
	uint64_t words[HEADER_WORDS] = { 0 };
	uint32_t place = kept ? read_words(record, header, words) : FORMS;
	struct form *form = &forms->forms[place];
	struct record_part *parts = forms->parts + (size_t)place * (size_t)forms->part_count;
	size_t needs;
	if (kept && is_same(form, words, header))
		return form->length <= length ? parts : NULL;
	form->words[0] = 0;
	if (!read_header(forms, record, length, parts, &needs))
		return NULL;
	memcpy(form->words, words, sizeof words);
	form->length = needs;
	return parts;
}
