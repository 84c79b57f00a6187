/* Which program wrote a workbook, by its custom properties (docProps/custom.xml):
 *
 *     <property name="程序"><vt:lpwstr>onex 0.1.0</vt:lpwstr></property>
 */
#include "ingest/reader_xlsx.h"

#include <string.h>

struct maker {
	struct sax sax; /* must be first */
	bool named;     /* inside the property 程序 */
	char value[8];  /* its first bytes */
	size_t length;
};

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space, int space_count,
	const xmlChar **spaces, int attribute_count, int defaulted, const xmlChar **attributes)
{
	static const char program[] = "程序";
	struct maker *maker = context;
	const char *value;
	(void)prefix, (void)space, (void)spaces, (void)defaulted;
	if (!sax_enter(&maker->sax, space_count, attribute_count) || !sax_name_is(name, "property"))
		return;
	int length = sax_attribute(attributes, attribute_count, "name", false, &value);
	maker->named = length == (int)(sizeof program - 1) && memcmp(value, program, sizeof program - 1) == 0;
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
	struct maker *maker = context;
	(void)prefix, (void)space;
	if (sax_leave(&maker->sax) && sax_name_is(name, "property"))
		maker->named = false;
}

static void on_text(void *context, const xmlChar *text, int length)
{
	struct maker *maker = context;
	for (int i = 0; maker->named && i < length && maker->length < sizeof maker->value; i++)
		maker->value[maker->length++] = (char)text[i];
}

bool maker_is_onex(struct package *package, struct outlet *outlet)
{
	static const char part[] = "docprops/custom.xml";
	struct maker maker = { .named = false };
	if (!package_has(package, part))
		return false;
	if (!sax_open(&maker.sax, on_start, on_end, on_text, false, outlet->failure)) {
		outlet->broken = true;
		return false;
	}
	bool sound = package_parse_quietly(package, part, &maker.sax);
	sax_close(&maker.sax);
	return sound && maker.length >= 5 && memcmp(maker.value, "onex ", 5) == 0;
}
