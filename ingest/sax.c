#include "ingest/sax.h"

#include <libxml/parserInternals.h>
#include <stdio.h>
#include <string.h>

#include "ingest/xml_words.h"

void sax_stop(struct sax *sax, enum sax_trouble trouble)
{
	if (sax->trouble)
		return;
	sax->trouble = trouble;
	sax->line = sax->parser->input ? sax->parser->input->line : 0;
}

static void on_doctype(void *user, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	(void)name, (void)public_id, (void)system_id;
	sax_stop(user, SAX_DOCTYPE);
}

static enum sax_trouble trouble_of(int code)
{
	switch (code) {
	case XML_ERR_INVALID_ENCODING:
	case XML_ERR_UNKNOWN_ENCODING:
	case XML_ERR_UNSUPPORTED_ENCODING:
	case XML_ERR_ENCODING_NAME:
	case XML_I18N_CONV_FAILED:
	case XML_I18N_NO_HANDLER:
		return SAX_ENCODING;
	case XML_ERR_ENTITY_LOOP:
	case XML_ERR_NAME_TOO_LONG:
		return SAX_LIMIT;
	default:
		return SAX_MALFORMED;
	}
}

/* Keeps the first error; complaints about namespaces are none. */
static void on_error(void *user, xmlErrorPtr error)
{
	struct sax *sax = user;
	if (sax->trouble || error->level < XML_ERR_ERROR || error->domain == XML_FROM_NAMESPACE)
		return;
	/* One code stands for broken UTF-8 and for characters that XML does not allow. */
	bool encoding = error->message && strncmp(error->message, "Input is not proper UTF-8", 25) == 0;
	sax->trouble = encoding ? SAX_ENCODING : trouble_of(error->code);
	sax->line = error->line;
	sax->column = error->int2;
	snprintf(sax->detail, sizeof sax->detail, "%s", error->message ? error->message : "");
	sax->detail[strcspn(sax->detail, "\r\n")] = '\0';
}

bool sax_open(struct sax *sax, startElementNsSAX2Func start, endElementNsSAX2Func end, charactersSAXFunc text,
	bool utf8, struct failure *failure)
{
	*sax = (struct sax){ 0 };
	xmlSAXHandler handler = { 0 };
	handler.initialized = XML_SAX2_MAGIC;
	handler.startElementNs = start;
	handler.endElementNs = end;
	handler.characters = text;
	handler.cdataBlock = text;
	handler.ignorableWhitespace = text;
	handler.internalSubset = on_doctype;
	handler.serror = on_error;
	sax->parser = xmlCreatePushParserCtxt(&handler, sax, NULL, 0, NULL);
	if (!sax->parser)
		return fail(failure, STATUS_SYSTEM, "%s", tr("out of memory", "内存不足"));
	xmlCtxtUseOptions(sax->parser, XML_PARSE_NONET | (utf8 ? XML_PARSE_IGNORE_ENC : 0));
	return true;
}

void sax_close(struct sax *sax)
{
	if (!sax->parser)
		return;
	xmlFreeDoc(sax->parser->myDoc);
	sax->parser->myDoc = NULL;
	xmlFreeParserCtxt(sax->parser);
	sax->parser = NULL;
}

/* A tag is parsed only once it has arrived whole, and with a time that grows with the square
 * of its attributes: what waits too long is refused before it is parsed. */
static void check_waiting(struct sax *sax)
{
	const xmlParserInput *input = sax->parser->input;
	if (!input || input->end - input->cur <= LIMIT_XML_TAG_BYTES)
		return;
	bool comment = input->cur[0] == '<' && (input->cur[1] == '!' || input->cur[1] == '?');
	if (!comment || input->end - input->cur > LIMIT_XML_COMMENT_BYTES)
		sax_stop(sax, SAX_TAG);
}

static bool parse(struct sax *sax, const char *bytes, int count, int last)
{
	if (sax->trouble)
		return false;
	sax->fed += count;
	int code = xmlParseChunk(sax->parser, bytes, count, last);
	if (!sax->trouble && (code == XML_ERR_NO_MEMORY || (code && !sax->parser->wellFormed))) {
		sax->trouble = trouble_of(code);
		sax->line = sax->parser->input ? sax->parser->input->line : 0;
	}
	if (!sax->trouble && !last)
		check_waiting(sax);
	return !sax->trouble;
}

bool sax_feed(struct sax *sax, const char *bytes, int count)
{
	return parse(sax, bytes, count, 0);
}

bool sax_finish(struct sax *sax)
{
	return parse(sax, "", 0, 1);
}

void sax_tag_place(const struct sax *sax, int64_t *line, int64_t *offset)
{
	const xmlParserInput *input = sax->parser->input;
	const xmlChar *at = input->cur;
	*line = input->line;
	/* '<' does not occur inside a tag, so the last one begins it. */
	while (at > input->base && (at == input->cur || *at != '<')) {
		at--;
		*line -= *at == '\n';
	}
	*offset = sax->fed - (input->end - at);
}

static void explain_syntax(const struct sax *sax, char *text, size_t size)
{
	char words[2 * sizeof sax->detail];
	xml_words(sax->detail, words, sizeof words);
	snprintf(text, size, "XML不完整或有语法错误（第 %d 行第 %d 列%s%s），请从原系统重新导出", sax->line, sax->column,
		*words ? "：" : "", words);
}

const char *sax_explain(const struct sax *sax, char *text, size_t size)
{
	switch (sax->trouble) {
	case SAX_ENCODING:
		snprintf(text, size, "第 %d 行含有与所声明编码不符的字节，请用UTF-8编码重新保存", sax->line);
		return "S05";
	case SAX_DOCTYPE:
		snprintf(text, size, "含有DOCTYPE声明，为安全起见不予读取，请删除该声明后重新提交");
		return "S09";
	case SAX_DEPTH:
		snprintf(text, size, "元素嵌套超过%d层，超出安全上限，不再读取", LIMIT_XML_DEPTH);
		return "S09";
	case SAX_ATTRIBUTES:
		snprintf(text, size, "一个元素的属性超过%d个，超出安全上限，不再读取", LIMIT_XML_ATTRIBUTES);
		return "S09";
	case SAX_TAG:
	case SAX_LIMIT:
		snprintf(text, size, "一个标记长得异常，超出安全上限，不再读取");
		return "S09";
	default:
		explain_syntax(sax, text, size);
		return "S01";
	}
}

int sax_attribute(const xmlChar **attributes, int count, const char *name, bool any, const char **value)
{
	for (int i = 0; i < count; i++, attributes += 5) {
		if ((any || !attributes[2]) && sax_name_is(attributes[0], name)) {
			*value = (const char *)attributes[3];
			return (int)(attributes[4] - attributes[3]);
		}
	}
	return -1;
}
