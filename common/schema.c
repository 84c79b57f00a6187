#include "common/schema.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

#include "common/layout.h"

enum { SCHEMA_FILE_LIMIT = 1 << 20, TYPE_DEPTH_LIMIT = 8 };

static const char XSD[] = "http://www.w3.org/2001/XMLSchema";
static const char ONEX[] = "urn:onex:schema";

/* What the parts of one file need to know: its name for messages, and the named
 * types of types.xsd. */
struct loading {
	const char *name;    /* application.xsd */
	const xmlNode *types;/* root of types.xsd */
	struct failure *failure;
};

static bool refuse(const struct loading *loading, const xmlNode *node, const char *what)
{
	return fail(loading->failure, STATUS_BATCH, tr("schemas/%s:%ld: %s", "数据定义 schemas/%s 第 %ld 行：%s"),
		loading->name, node ? xmlGetLineNo(node) : 0L, what);
}

static bool is_element(const xmlNode *node, const char *space, const char *name)
{
	return node->type == XML_ELEMENT_NODE && node->ns && strcmp((const char *)node->ns->href, space) == 0 &&
		strcmp((const char *)node->name, name) == 0;
}

static const xmlNode *next_named(const xmlNode *node, const char *space, const char *name)
{
	while (node && !is_element(node, space, name))
		node = node->next;
	return node;
}

static const xmlNode *child(const xmlNode *parent, const char *space, const char *name)
{
	return parent ? next_named(parent->children, space, name) : NULL;
}

/* The attribute's value, freed with free(); "" where it is absent. */
static char *attribute(const struct loading *loading, const xmlNode *node, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
	char *copy = copy_text(loading->failure, value ? (const char *)value : "");
	xmlFree(value);
	return copy;
}

static bool has_value(const xmlNode *node, const char *name, const char *wanted)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);
	bool same = value && strcmp((const char *)value, wanted) == 0;
	xmlFree(value);
	return same;
}

static bool texts_add(struct texts *texts, const char *text, size_t length, struct failure *failure)
{
	char **grown = resize(failure, texts->items, (size_t)texts->count + 1, sizeof *grown);
	if (!grown)
		return false;
	texts->items = grown;
	char *copy = allocate(failure, length + 1, 1);
	if (!copy)
		return false;
	memcpy(copy, text, length);
	texts->items[texts->count++] = copy;
	return true;
}

static void texts_free(struct texts *texts)
{
	for (int i = 0; i < texts->count; i++)
		free(texts->items[i]);
	free(texts->items);
	*texts = (struct texts){ 0 };
}

/* Adds the parts of an attribute that are separated by '|'. */
static bool texts_split(const struct loading *loading, const xmlNode *node, const char *name, struct texts *texts)
{
	char *whole = attribute(loading, node, name);
	bool done = whole != NULL;
	const char *part = whole;
	while (done && *part) {
		size_t length = strcspn(part, "|");
		if (length)
			done = texts_add(texts, part, length, loading->failure);
		part += length + (part[length] == '|');
	}
	free(whole);
	return done;
}

/* ------------------------------------------------------------------ types */

struct named_kind {
	const char *type;
	enum field_kind kind;
};

static const struct named_kind named_kinds[] = {
	{ "text", FIELD_TEXT },
	{ "longText", FIELD_TEXT },
	{ "identifier", FIELD_IDENTIFIER },
	{ "majorCode", FIELD_MAJOR_CODE },
	{ "creditCode", FIELD_CREDIT_CODE },
	{ "digest", FIELD_DIGEST },
	{ "rowDigest", FIELD_ROW_DIGEST },
	{ "count", FIELD_COUNT },
	{ "money", FIELD_MONEY },
	{ "day", FIELD_DAY },
	{ "instant", FIELD_INSTANT },
	{ "yesNo", FIELD_YES_NO },
};

static void name_kind(struct field *field, const char *type)
{
	field->kind = FIELD_ENUMERATION;
	if (strncmp(type, "code", 4) == 0 && type[4] >= '1' && type[4] <= '9') {
		field->kind = FIELD_CODE;
		field->digits = atoi(type + 4);
		return;
	}
	for (size_t i = 0; i < sizeof named_kinds / sizeof *named_kinds; i++)
		if (strcmp(type, named_kinds[i].type) == 0)
			field->kind = named_kinds[i].kind;
}

/* A bound as the field stores it: fen for money, else the whole number. */
static bool read_bound(const struct loading *loading, const xmlNode *facet, const struct field *field, int64_t *bound)
{
	char *text = attribute(loading, facet, "value");
	if (!text)
		return false;
	int64_t number = 0;
	int decimals = -1;
	bool sound = *text != '\0' && strlen(text) <= 15;
	for (const char *c = text; sound && *c; c++) {
		if (*c == '.' && decimals < 0 && field->kind == FIELD_MONEY)
			decimals = 0;
		else if (*c >= '0' && *c <= '9' && decimals < 2) {
			number = number * 10 + (*c - '0');
			decimals += decimals >= 0;
		} else
			sound = false;
	}
	for (int i = decimals < 0 ? 0 : decimals; field->kind == FIELD_MONEY && i < 2; i++)
		number *= 10;
	free(text);
	*bound = number;
	return sound ? true : refuse(loading, facet, tr("not a usable bound", "界限写法不对"));
}

/* maxLength, or the count in a pattern that ends in {n} or {m,n}. */
static bool read_length(const struct loading *loading, const xmlNode *facet, int *length)
{
	char *text = attribute(loading, facet, "value");
	if (!text)
		return false;
	const char *digits = text;
	for (const char *c = text; *c && digits[0]; c++)
		if (*c == '{' || *c == ',')
			digits = c + 1;
	int number = 0;
	for (; *digits >= '0' && *digits <= '9' && number < 100000; digits++)
		number = number * 10 + (*digits - '0');
	free(text);
	*length = number;
	return number > 0 ? true : refuse(loading, facet, tr("no usable length", "没有可用的长度"));
}

static bool read_facet(const struct loading *loading, const xmlNode *facet, struct field *field)
{
	const char *name = (const char *)facet->name;
	if (strcmp(name, "minInclusive") == 0)
		return read_bound(loading, facet, field, &field->minimum);
	if (strcmp(name, "maxInclusive") == 0)
		return read_bound(loading, facet, field, &field->maximum);
	if (strcmp(name, "maxLength") == 0 || (strcmp(name, "pattern") == 0 && field->kind != FIELD_MAJOR_CODE))
		return read_length(loading, facet, &field->max_length);
	if (strcmp(name, "enumeration") == 0 && field->kind == FIELD_ENUMERATION) {
		char *value = attribute(loading, facet, "value");
		bool done = value && texts_add(&field->values, value, strlen(value), loading->failure);
		free(value);
		return done;
	}
	return true;
}

static bool apply_named(const struct loading *loading, const xmlNode *user, const char *type, struct field *field,
	int depth);

static bool apply_restriction(const struct loading *loading, const xmlNode *type, struct field *field, int depth)
{
	const xmlNode *restriction = child(type, XSD, "restriction");
	if (!restriction)
		return refuse(loading, type, tr("a simple type without a restriction", "简单类型缺少 restriction"));
	char *base = attribute(loading, restriction, "base");
	if (!base)
		return false;
	bool done = strchr(base, ':') || apply_named(loading, restriction, base, field, depth + 1);
	for (const xmlNode *facet = restriction->children; done && facet; facet = facet->next)
		if (facet->type == XML_ELEMENT_NODE)
			done = read_facet(loading, facet, field);
	free(base);
	return done;
}

static bool apply_named(const struct loading *loading, const xmlNode *user, const char *type, struct field *field,
	int depth)
{
	if (depth > TYPE_DEPTH_LIMIT)
		return refuse(loading, user, tr("types that refer to each other", "类型互相引用"));
	const xmlNode *found = child(loading->types, XSD, "simpleType");
	while (found && !has_value(found, "name", type))
		found = next_named(found->next, XSD, "simpleType");
	if (!found)
		return refuse(loading, user, tr("a type that types.xsd does not have", "types.xsd 中没有这个类型"));
	free(field->type);
	field->type = copy_text(loading->failure, type);
	if (!field->type)
		return false;
	name_kind(field, type);
	struct loading of_types = { "types.xsd", loading->types, loading->failure };
	return apply_restriction(&of_types, found, field, depth);
}

static bool read_type(const struct loading *loading, const xmlNode *element, struct field *field)
{
	char *type = attribute(loading, element, "type");
	bool done = type != NULL;
	if (done && *type) {
		done = apply_named(loading, element, type, field, 0);
	} else if (done) {
		const xmlNode *inline_type = child(element, XSD, "simpleType");
		field->kind = FIELD_ENUMERATION;
		field->type = copy_text(loading->failure, "");
		done = field->type && (inline_type ? apply_restriction(loading, inline_type, field, 0)
		                                   : refuse(loading, element, tr("a field without a type", "字段没有类型")));
	}
	free(type);
	if (done && field->kind == FIELD_ENUMERATION && field->values.count == 0)
		return refuse(loading, element, tr("an enumeration without values", "枚举没有取值"));
	return done;
}

/* ----------------------------------------------------------------- fields */

static enum field_group read_group(const xmlNode *info)
{
	if (has_value(info, "group", "certificate"))
		return GROUP_CERTIFICATE;
	return has_value(info, "group", "major") ? GROUP_MAJOR : GROUP_NONE;
}

static bool read_field(const struct loading *loading, const xmlNode *element, struct field *field)
{
	const xmlNode *info = child(child(child(element, XSD, "annotation"), XSD, "appinfo"), ONEX, "field");
	if (!info)
		return refuse(loading, element, tr("a field without onex:field", "字段缺少 onex:field 说明"));
	field->maximum = INT64_MAX;
	field->required_field = field->required_value = -1;
	field->required = !has_value(element, "minOccurs", "0");
	field->key = has_value(info, "key", "yes");
	field->dictionary = has_value(info, "dictionary", "yes");
	field->prefilled = has_value(info, "prefilled", "yes");
	field->spread = has_value(info, "spread", "level");
	field->group = read_group(info);
	if (!(field->name = attribute(loading, element, "name")) ||
		!(field->heading = attribute(loading, info, "heading")) ||
		!(field->unit = attribute(loading, info, "unit")))
		return false;
	if (!*field->name || !*field->heading)
		return refuse(loading, element, tr("a field without a name or heading", "字段缺少名称或表头"));
	return texts_split(loading, info, "aliases", &field->aliases) && read_type(loading, element, field);
}

/* requiredWhere="affiliation=市州属" */
static bool read_condition(const struct loading *loading, const xmlNode *element, const struct dataset *dataset,
	struct field *field)
{
	const xmlNode *info = child(child(child(element, XSD, "annotation"), XSD, "appinfo"), ONEX, "field");
	char *condition = attribute(loading, info, "requiredWhere");
	if (!condition)
		return false;
	char *sign = strchr(condition, '=');
	bool found = *condition == '\0';
	if (sign) {
		*sign = '\0';
		int other = dataset_field(dataset, condition);
		const struct texts none = { 0 };
		const struct texts *values = other < 0 ? &none : &dataset->fields[other].values;
		for (int i = 0; i < values->count; i++)
			if (strcmp(values->items[i], sign + 1) == 0) {
				field->required_field = other;
				field->required_value = i + 1;
				found = true;
			}
	}
	free(condition);
	return found ? true : refuse(loading, element, tr("requiredWhere names no field and value",
		"requiredWhere 指向的字段或取值不存在"));
}

static bool read_fields(const struct loading *loading, const xmlNode *all, struct dataset *dataset)
{
	dataset->fields = allocate(loading->failure, SCHEMA_MAX_FIELDS, sizeof *dataset->fields);
	if (!dataset->fields)
		return false;
	for (const xmlNode *element = child(all, XSD, "element"); element;
		element = next_named(element->next, XSD, "element")) {
		if (dataset->field_count == SCHEMA_MAX_FIELDS)
			return refuse(loading, element, tr("too many fields", "字段过多"));
		if (!read_field(loading, element, &dataset->fields[dataset->field_count++]))
			return false;
	}
	if (dataset->field_count == 0)
		return refuse(loading, all, tr("a dataset without fields", "数据集没有字段"));
	int position = 0;
	for (const xmlNode *element = child(all, XSD, "element"); element;
		element = next_named(element->next, XSD, "element"))
		if (!read_condition(loading, element, dataset, &dataset->fields[position++]))
			return false;
	return true;
}

/* --------------------------------------------------------------- datasets */

static bool read_about(const struct loading *loading, const xmlNode *root, struct dataset *dataset)
{
	const xmlNode *annotation = child(root, XSD, "annotation");
	const xmlNode *documentation = child(annotation, XSD, "documentation");
	const xmlNode *info = child(child(annotation, XSD, "appinfo"), ONEX, "dataset");
	if (!info)
		return refuse(loading, root, tr("a dataset without onex:dataset", "数据集缺少 onex:dataset 说明"));
	xmlChar *words = documentation ? xmlNodeGetContent(documentation) : NULL;
	dataset->documentation = copy_text(loading->failure, words ? (const char *)words : "");
	xmlFree(words);
	if (!dataset->documentation || !(dataset->root = attribute(loading, root, "name")) ||
		!(dataset->name = attribute(loading, info, "name")) ||
		!(dataset->title = attribute(loading, info, "title")))
		return false;
	size_t length = strlen(dataset->name);
	if (strncmp(dataset->name, loading->name, length) != 0 || strcmp(loading->name + length, ".xsd") != 0)
		return refuse(loading, root, tr("the dataset is not named as its file", "数据集名称与文件名不一致"));
	/* every table of an office has a column of running numbers */
	static const char running[] = "序号";
	return texts_add(&dataset->ignored, running, strlen(running), loading->failure) &&
		texts_split(loading, info, "ignored", &dataset->ignored) &&
		texts_split(loading, info, "personal", &dataset->personal);
}

static bool read_dataset(const struct loading *loading, const xmlNode *schema, struct dataset *dataset)
{
	const xmlNode *root = child(schema, XSD, "element");
	if (!root)
		return refuse(loading, schema, tr("no root element", "没有根元素"));
	const xmlNode *record = child(child(child(root, XSD, "complexType"), XSD, "sequence"), XSD, "element");
	const xmlNode *all = child(child(record, XSD, "complexType"), XSD, "all");
	if (!all)
		return refuse(loading, root, tr("no record element with xs:all", "没有含 xs:all 的记录元素"));
	if (!read_about(loading, root, dataset) || !read_fields(loading, all, dataset))
		return false;
	return has_value(record, "name", dataset->name)
		? true : refuse(loading, record, tr("the record is not named as its dataset", "记录元素与数据集不同名"));
}

/* The parsed file; DOCTYPE, entities and the network are out of bounds. */
static xmlDoc *parse(const char *folder, const char *name, struct failure *failure)
{
	unsigned long length = 0;
	xmlDoc *document = NULL;
	char *path = layout_join(failure, folder, name);
	char *text = path ? layout_read(failure, path, SCHEMA_FILE_LIMIT, &length) : NULL;
	if (text) {
		struct loading loading = { name, NULL, failure };
		document = xmlReadMemory(text, (int)length, name, NULL,
			XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
		const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
		if (!root || document->intSubset || !is_element(root, XSD, "schema")) {
			refuse(&loading, root, tr("not a schema without DOCTYPE", "不是不带 DOCTYPE 的 XSD"));
			xmlFreeDoc(document);
			document = NULL;
		}
	}
	free(text);
	free(path);
	return document;
}

static bool load_all(struct schema *schema, const char *folder, const struct layout_names *names, const xmlNode *types,
	struct failure *failure)
{
	schema->datasets = allocate(failure, names->count, sizeof *schema->datasets);
	if (!schema->datasets)
		return false;
	for (unsigned long i = 0; i < names->count; i++) {
		const char *name = names->names[i];
		if (strcmp(name, "types.xsd") == 0 || strcmp(name, "notice.xsd") == 0)
			continue;
		xmlDoc *document = parse(folder, name, failure);
		if (!document)
			return false;
		struct dataset *dataset = &schema->datasets[schema->dataset_count++];
		dataset->id = schema->dataset_count;
		struct loading loading = { name, types, failure };
		bool done = read_dataset(&loading, xmlDocGetRootElement(document), dataset);
		xmlFreeDoc(document);
		if (!done)
			return false;
	}
	return schema->dataset_count > 0 ? true : fail(failure, STATUS_SYSTEM,
		tr("no dataset definitions in %s", "%s 中没有数据定义"), folder);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct dataset *)a)->name, ((const struct dataset *)b)->name);
}

struct schema *schema_load(const char *home, struct failure *failure)
{
	struct schema *schema = NULL;
	xmlDoc *types = NULL;
	struct layout_names names = { 0 };
	bool done = false;
	char *folder = layout_join(failure, home, "schemas");
	if (folder && layout_names(&names, folder, ".xsd", failure) && (types = parse(folder, "types.xsd", failure)) &&
		(schema = allocate(failure, 1, sizeof *schema)))
		done = load_all(schema, folder, &names, xmlDocGetRootElement(types), failure);
	if (done) {
		/* "a.xsd" < "a_b.xsd" need not order as "a" < "a_b" does */
		qsort(schema->datasets, (size_t)schema->dataset_count, sizeof *schema->datasets, by_name);
		for (int i = 0; i < schema->dataset_count; i++)
			schema->datasets[i].id = i + 1;
	} else {
		schema_free(schema);
		schema = NULL;
	}
	layout_names_free(&names);
	xmlFreeDoc(types);
	free(folder);
	return schema;
}

static void field_free(struct field *field)
{
	free(field->name);
	free(field->heading);
	free(field->unit);
	free(field->type);
	texts_free(&field->aliases);
	texts_free(&field->values);
}

void schema_free(struct schema *schema)
{
	if (!schema)
		return;
	for (int i = 0; i < schema->dataset_count; i++) {
		struct dataset *dataset = &schema->datasets[i];
		for (int k = 0; k < dataset->field_count; k++)
			field_free(&dataset->fields[k]);
		free(dataset->fields);
		free(dataset->name);
		free(dataset->title);
		free(dataset->root);
		free(dataset->documentation);
		texts_free(&dataset->personal);
		texts_free(&dataset->ignored);
	}
	free(schema->datasets);
	free(schema);
}

const struct dataset *schema_dataset(const struct schema *schema, const char *name)
{
	for (int i = 0; i < schema->dataset_count; i++)
		if (strcmp(schema->datasets[i].name, name) == 0)
			return &schema->datasets[i];
	return NULL;
}

int dataset_field(const struct dataset *dataset, const char *name)
{
	for (int i = 0; i < dataset->field_count; i++)
		if (strcmp(dataset->fields[i].name, name) == 0)
			return i;
	return -1;
}
