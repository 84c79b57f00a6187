/* The parts of a workbook: a sound package in which one part, named by the first byte,
 * holds the other bytes. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/target.h"

struct part {
	const char *name, *text;
};

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define SHEET "application/vnd.openxmlformats-officedocument.spreadsheetml."

static const struct part parts[] = {
	{ "xl/worksheets/sheet1.xml", HEAD "<worksheet xmlns=\"" MAIN "\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c>"
		"<c r=\"B1\" s=\"1\"><v>44330.5</v></c></row></sheetData></worksheet>" },
	{ "xl/sharedStrings.xml", HEAD "<sst xmlns=\"" MAIN "\" count=\"1\" uniqueCount=\"1\"><si><t>\xe7\x94\xb2</t></si></sst>" },
	{ "xl/styles.xml", HEAD "<styleSheet xmlns=\"" MAIN "\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\"/>"
		"</numFmts><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>" },
	{ "xl/workbook.xml", HEAD "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE "\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/>"
		"</sheets></workbook>" },
	{ "xl/_rels/workbook.xml.rels", HEAD "<Relationships xmlns=\"" PACKAGE "relationships\">"
		"<Relationship Id=\"rId1\" Type=\"" OFFICE "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
		"<Relationship Id=\"rId2\" Type=\"" OFFICE "/styles\" Target=\"styles.xml\"/>"
		"<Relationship Id=\"rId3\" Type=\"" OFFICE "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>" },
	{ "_rels/.rels", HEAD "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" OFFICE
		"/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>" },
	{ "[Content_Types].xml", HEAD "<Types xmlns=\"" PACKAGE "content-types\"><Default Extension=\"rels\" ContentType=\""
		"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"" SHEET
		"sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" SHEET "worksheet+xml\"/></Types>" },
};

enum { PARTS = sizeof parts / sizeof *parts, NAME_MOST = 64, LOCAL = 30, CENTRAL = 46, TAIL = 22 };

static uint32_t crc(const uint8_t *bytes, size_t count)
{
	uint32_t sum = 0xffffffff;
	for (size_t i = 0; i < count; i++) {
		sum ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
	}
	return ~sum;
}

static uint8_t *put(uint8_t *to, uint32_t number, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*to++ = (uint8_t)(number >> 8 * i);
	return to;
}

/* What local and central header have alike: version to the lengths of name and extra. */
static uint8_t *put_common(uint8_t *to, const char *name, const uint8_t *bytes, uint32_t count)
{
	to = put(to, 20, 2);
	to = put(to, 0, 2); /* flags */
	to = put(to, 0, 2); /* stored */
	to = put(to, 0x00210000, 4);
	to = put(to, crc(bytes, count), 4);
	to = put(to, count, 4);
	to = put(to, count, 4);
	to = put(to, (uint32_t)strlen(name), 2);
	return put(to, 0, 2);
}

static uint8_t *put_bytes(uint8_t *to, const void *bytes, size_t count)
{
	if (count)
		memcpy(to, bytes, count);
	return to + count;
}

static size_t package(uint8_t *zip, size_t chosen, const uint8_t *bytes, size_t count)
{
	uint32_t places[PARTS];
	const uint8_t *content[PARTS];
	uint32_t sizes[PARTS];
	uint8_t *to = zip;
	for (size_t i = 0; i < PARTS; i++) {
		content[i] = i == chosen ? bytes : (const uint8_t *)parts[i].text;
		sizes[i] = (uint32_t)(i == chosen ? count : strlen(parts[i].text));
		places[i] = (uint32_t)(to - zip);
		to = put_common(put(to, 0x04034b50, 4), parts[i].name, content[i], sizes[i]);
		to = put_bytes(to, parts[i].name, strlen(parts[i].name));
		to = put_bytes(to, content[i], sizes[i]);
	}
	uint8_t *directory = to;
	for (size_t i = 0; i < PARTS; i++) {
		to = put(put(to, 0x02014b50, 4), 20, 2);
		to = put_common(to, parts[i].name, content[i], sizes[i]);
		to = put(put(put(to, 0, 4), 0, 2), 0, 4); /* comment, disk, attributes */
		to = put_bytes(put(to, places[i], 4), parts[i].name, strlen(parts[i].name));
	}
	uint32_t length = (uint32_t)(to - directory);
	to = put(put(to, 0x06054b50, 4), 0, 4);
	to = put(put(to, PARTS, 2), PARTS, 2);
	to = put(put(put(to, length, 4), (uint32_t)(directory - zip), 4), 0, 2);
	return (size_t)(to - zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	if (count == 0 || count > 1 << 20)
		return 0;
	size_t room = count + TAIL;
	for (size_t i = 0; i < PARTS; i++)
		room += strlen(parts[i].text) + 2 * NAME_MOST + LOCAL + CENTRAL;
	uint8_t *zip = malloc(room);
	target_expect(zip != NULL, "there is memory");
	size_t made = package(zip, bytes[0] % PARTS, bytes + 1, count - 1);
	target_read(reader_xlsx, "fuzz.xlsx", zip, made, NULL);
	free(zip);
	return 0;
}
