/* libxml2's push parser behind a guard: no network, no entities of the document's
 * own, no DOCTYPE, bounded depth, attributes, tags and comments. XLSX parts and XML
 * files are read through it.
 *
 * A user's structure begins with a struct sax; libxml2 hands that to its callbacks. */
#ifndef INGEST_SAX_H
#define INGEST_SAX_H

#include <libxml/parser.h>
#include <stdint.h>

#include "common/failure.h"
#include "ingest/limits.h"

enum sax_trouble {
	SAX_SOUND,
	SAX_MALFORMED,  /* `line`, `column` and `detail` say where and what */
	SAX_ENCODING,   /* bytes that are no text in the declared encoding, or it is unknown */
	SAX_DOCTYPE,
	SAX_DEPTH,
	SAX_ATTRIBUTES,
	SAX_TAG,        /* a tag or comment that does not end */
	SAX_LIMIT,      /* libxml2's own bounds */
	SAX_STOPPED     /* by the user's callbacks */
};

struct sax {
	xmlParserCtxtPtr parser;
	enum sax_trouble trouble;
	int depth;          /* open elements, the one being opened included */
	int64_t fed;        /* bytes handed to the parser, as UTF-8 where `utf8` */
	int line, column;
	char detail[160];   /* libxml2's own words, English */
};

/* Opens a parser over the three callbacks; they must call sax_enter and sax_leave. With
 * `utf8` the bytes are UTF-8 whatever the declaration says. False and a failure
 * where memory is out. */
bool sax_open(struct sax *sax, startElementNsSAX2Func start, endElementNsSAX2Func end, charactersSAXFunc text,
	bool utf8, struct failure *failure);
void sax_close(struct sax *sax);

/* Parses the next bytes. False once there is trouble: feed no more. */
bool sax_feed(struct sax *sax, const char *bytes, int count);
bool sax_finish(struct sax *sax);

/* Callbacks: notes trouble at the line that is being read, unless there is some already. */
void sax_stop(struct sax *sax, enum sax_trouble trouble);

/* First and last thing of the callbacks of elements: false where there is trouble and the
 * callback has to return. */
static inline bool sax_enter(struct sax *sax, int namespaces, int attributes)
{
	if (sax->trouble)
		return false;
	if (++sax->depth > LIMIT_XML_DEPTH)
		sax_stop(sax, SAX_DEPTH);
	else if (attributes + namespaces > LIMIT_XML_ATTRIBUTES)
		sax_stop(sax, SAX_ATTRIBUTES);
	return !sax->trouble;
}

static inline bool sax_leave(struct sax *sax)
{
	if (sax->trouble)
		return false;
	sax->depth--;
	return true;
}

/* Callbacks: the line where the tag being read begins, and its place among the bytes
 * fed. */
void sax_tag_place(const struct sax *sax, int64_t *line, int64_t *offset);

/* The trouble as an official reads it: rule "S01", "S05" or "S09" and a sentence. */
const char *sax_explain(const struct sax *sax, char *text, size_t size);

static inline bool sax_name_is(const xmlChar *name, const char *expected)
{
	return xmlStrEqual(name, (const xmlChar *)expected);
}

/* The value of attribute `name` without a namespace (or in any, where `any`): its
 * length, or -1. The text is not NUL-terminated and lives during the callback. */
int sax_attribute(const xmlChar **attributes, int count, const char *name, bool any, const char **value);

#endif
