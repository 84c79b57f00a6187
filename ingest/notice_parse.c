/* From the file to a document that follows schemas/notice.xsd. */
#include <errno.h>
#include <libxml/xmlschemas.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/layout.h"
#include "ingest/notice.h"
#include "ingest/sax.h"
#include "ingest/xml_words.h"

/* ------------------------------------------------------- hostile documents */

static void guard_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
	const xmlChar **declared, int attributes, int defaulted, const xmlChar **values)
{
	(void)name, (void)prefix, (void)uri, (void)declared, (void)defaulted, (void)values;
	sax_enter(context, namespaces, attributes);
}

static void guard_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	(void)name, (void)prefix, (void)uri;
	sax_leave(context);
}

static void guard_text(void *context, const xmlChar *text, int length)
{
	(void)context, (void)text, (void)length;
}

/* Reads the text once with every guard up, so that the tree is built only from what is
 * harmless. */
static bool is_harmless(const char *path, const char *text, unsigned long length, struct failure *failure)
{
	struct sax sax = { 0 };
	if (!sax_open(&sax, guard_start, guard_end, guard_text, false, failure))
		return false;
	bool sound = sax_feed(&sax, text, (int)length) && sax_finish(&sax);
	if (!sound && sax.trouble == SAX_DOCTYPE) {
		fail(failure, STATUS_BATCH, tr("%s:%d: a DOCTYPE is not allowed", "%s 第 %d 行：不允许 DOCTYPE 声明"), path, sax.line);
	} else if (!sound) {
		char words[512];
		const char *rule = sax_explain(&sax, words, sizeof words);
		if (strcmp(rule, "S01") == 0) { /* a slip of the hand; what the finding advises is for exports */
			xml_words(sax.detail, words, sizeof words);
			fail(failure, STATUS_BATCH, tr("%s:%d: not a sound XML file: %s", "%s 第 %d 行有 XML 语法错误：%s"), path, sax.line,
				tr(sax.detail, words));
		} else
			fail(failure, STATUS_BATCH, tr("%s:%d: not a sound XML file: %s", "%s 第 %d 行不是完好的 XML：%s"), path, sax.line,
				tr(sax.detail[0] ? sax.detail : "over a safety limit", words));
	}
	sax_close(&sax);
	return sound;
}

/* ------------------------------------------------------------------- the schema */

/* The first error of a validation. */
struct complaint {
	int code, line;
	char words[600]; /* libxml2's, English */
};

static void note_complaint(void *context, xmlErrorPtr error)
{
	struct complaint *complaint = context;
	if (complaint->code || !error)
		return;
	complaint->code = error->code ? error->code : -1;
	complaint->line = error->line;
	const xmlNode *node = error->node;
	if (node)
		complaint->line = (int)xmlGetLineNo(node);
	strncpy(complaint->words, error->message ? error->message : "", sizeof complaint->words - 1);
	complaint->words[strcspn(complaint->words, "\n")] = '\0';
}

/* The kind of error; the detail follows in libxml2's words. */
static const char *kind_of_complaint(int code)
{
	switch (code) {
	case XML_SCHEMAV_ELEMENT_CONTENT:
		return tr("elements missing, unknown or out of order", "内容或顺序不对（缺少元素，或有不该出现的元素）");
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1:
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2:
		return tr("an unknown attribute", "有不认识的属性");
	case XML_SCHEMAV_CVC_COMPLEX_TYPE_4:
		return tr("an attribute is missing", "缺少必需的属性");
	case XML_SCHEMAV_CVC_IDC:
		return tr("written twice", "同一内容写了两次");
	case XML_SCHEMAV_CVC_ELT_1:
		return tr("the root must be notice", "根元素应为 notice");
	default:
		return tr("a value that is not allowed", "取值不符合规定");
	}
}

static xmlSchema *load_schema(const char *home, struct failure *failure)
{
	unsigned long length = 0;
	xmlSchema *schema = NULL;
	char *path = layout_join(failure, home, "schemas/notice.xsd");
	char *text = path ? layout_read(failure, path, NOTICE_LIMIT, &length) : NULL;
	if (text) {
		struct complaint complaint = { 0 };
		xmlSchemaParserCtxt *parser = xmlSchemaNewMemParserCtxt(text, (int)length);
		if (parser) {
			xmlSchemaSetParserStructuredErrors(parser, note_complaint, &complaint);
			schema = xmlSchemaParse(parser);
			xmlSchemaFreeParserCtxt(parser);
		}
		if (!schema)
			fail(failure, STATUS_SYSTEM, tr("%s:%d: not a usable schema: %s", "%s 第 %d 行：数据定义不可用：%s"), path,
				complaint.line, complaint.words);
	}
	free(text);
	free(path);
	return schema;
}

static bool is_valid(const char *path, xmlDoc *document, xmlSchema *schema, struct failure *failure)
{
	xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt(schema);
	if (!validator)
		return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	struct complaint complaint = { 0 };
	xmlSchemaSetValidStructuredErrors(validator, note_complaint, &complaint);
	xmlSchemaSetValidOptions(validator, XML_SCHEMA_VAL_VC_I_CREATE); /* fills in defaults */
	int result = xmlSchemaValidateDoc(validator, document);
	xmlSchemaFreeValidCtxt(validator);
	if (result == 0)
		return true;
	if (result < 0)
		return fail(failure, STATUS_BUG, tr("%s could not be validated", "无法校验 %s"), path);
	char words[2 * sizeof complaint.words];
	xml_words(complaint.words, words, sizeof words);
	return fail(failure, STATUS_BATCH, tr("%s:%d: %s: %s", "%s 第 %d 行：%s。%s"), path, complaint.line,
		kind_of_complaint(complaint.code), tr(complaint.words, words));
}

/* ---------------------------------------------------------------------- the file */

static xmlDoc *parse_text(const char *path, const char *text, unsigned long length, struct failure *failure)
{
	if (!is_harmless(path, text, length, failure))
		return NULL;
	xmlDoc *document = xmlReadMemory(text, (int)length, "notice.xml", NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (!document)
		fail(failure, STATUS_BATCH, tr("%s is not a sound XML file", "%s 不是完好的 XML 文件"), path);
	return document;
}

xmlDoc *notice_parse(const char *path, const char *home, char sha256[DIGEST_TEXT_BYTES], struct failure *failure)
{
	xmlDoc *document = NULL;
	unsigned long length = 0;
	if (access(path, F_OK) != 0 && errno == ENOENT) {
		fail(failure, STATUS_BATCH, tr("%s is missing: a batch needs its notice.xml with dates and thresholds",
			"缺少 %s：每个批次都要有写明日期和门槛的 notice.xml"), path);
		return NULL;
	}
	char *text = layout_read(failure, path, NOTICE_LIMIT, &length);
	if (!text)
		return NULL;
	xmlSchema *schema = load_schema(home, failure);
	if (schema && digest_bytes("SHA256", text, length, sha256, failure))
		document = parse_text(path, text, length, failure);
	if (document && !is_valid(path, document, schema, failure)) {
		xmlFreeDoc(document);
		document = NULL;
	}
	xmlSchemaFree(schema);
	free(text);
	return document;
}
