/* What the parts of the XML reader share.
 *
 *     file -> UTF-8 pieces -> libxml2 -> records -> sink
 *       reader_xml_source.c      reader_xml.c, reader_xml_names.c
 *                                what differs from the schema: reader_xml_report.c
 */
#ifndef INGEST_READER_XML_H
#define INGEST_READER_XML_H

#include "ingest/heading.h"
#include "ingest/outlet.h"

/* ---- reader_xml_source.c: the file's bytes as UTF-8, and their places */

struct xml_source;

/* Tells the encoding from the first bytes and opens the source. *source is NULL where the
 * declared encoding is unknown (the fault is sent) or the outlet broke. */
struct xml_source *xml_source_open(const struct input *input, struct outlet *outlet);
void xml_source_close(struct xml_source *source); /* NULL is let pass */

const char *xml_source_encoding(const struct xml_source *source);

/* The next piece, `*count` bytes of UTF-8, 0 at the end. `passed`: bytes of UTF-8 from the
 * start whose places will not be asked for any more. False where reading failed. */
bool xml_source_next(struct xml_source *source, int64_t passed, const char **text, int *count);

/* Where the character at byte `position` of the UTF-8 stands in the file; positions only
 * grow from call to call. */
int64_t xml_source_offset(struct xml_source *source, int64_t position);

/* The first byte of the file that is no text in its encoding, -1 where none was met. UTF-8 is
 * checked by the parser: only the second one looks for the byte. */
int64_t xml_source_bad_byte(const struct xml_source *source);
int64_t xml_source_find_bad_byte(struct xml_source *source);

/* ---- reader_xml_names.c: what an element is by its name */

struct xml_names;
struct xml_names *xml_names_open(const struct schema *schema, struct outlet *outlet); /* NULL: the outlet broke */
void xml_names_close(struct xml_names *names); /* NULL is let pass */

/* The dataset of a root element: its name in the schema or its Chinese title; or NULL. */
const struct dataset *xml_names_root(const struct xml_names *names, const char *name);

bool xml_names_record(const struct dataset *dataset, const char *name);

struct xml_name {
	const char *name;
	enum column_role role; /* as of a heading */
	int field;             /* COLUMN_FIELD: its position, else -1 */
	bool dropped;          /* the sink was told */
};

/* What an element of a record is: a field by its name in the schema, its heading or an alias.
 * `name` is libxml2's one copy. Lives until the next call. */
struct xml_name *xml_names_field(struct xml_names *names, const struct dataset *dataset, const char *name);

/* ---- reader_xml_report.c: S10 */

enum xml_oddity {
	XML_UNKNOWN,    /* an element that the schema does not have: reported once per path */
	XML_ATTRIBUTE,  /* likewise */
	XML_NAMESPACE,  /* likewise */
	XML_NESTED,     /* an element within a field */
	XML_DUPLICATE,  /* a field twice in a record */
	XML_STRAY_TEXT, /* text between elements */
	XML_NO_RECORD   /* an element in a record's place */
};

enum { XML_PATH_BYTES = 400, XML_RAW_BYTES = 200 };

struct xml_report;
struct xml_report *xml_report_open(struct outlet *outlet);
void xml_report_close(struct xml_report *report); /* NULL is let pass */

/* Notes an oddity; `raw` is the text that stood there, `length` bytes. */
void xml_report_add(struct xml_report *report, enum xml_oddity oddity, int64_t line, const char *path,
	const char *raw, size_t length);

/* Sends what is reported once. Returns !broken. */
bool xml_report_finish(struct xml_report *report);

#endif
