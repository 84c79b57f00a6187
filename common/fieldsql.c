#include "common/fieldsql.h"

#include <string.h>

bool field_is_text(const struct field *field)
{
	switch (field->kind) {
	case FIELD_TEXT:
	case FIELD_IDENTIFIER:
	case FIELD_MAJOR_CODE:
	case FIELD_CREDIT_CODE:
	case FIELD_DIGEST:
	case FIELD_ROW_DIGEST:
		return true;
	case FIELD_CODE:
	case FIELD_COUNT:
	case FIELD_MONEY:
	case FIELD_DAY:
	case FIELD_INSTANT:
	case FIELD_YES_NO:
	case FIELD_ENUMERATION:
	default:
		return false;
	}
}

char *field_sql(const struct field *field, const char *alias, struct failure *failure)
{
	const char *group = field->group == GROUP_CERTIFICATE ? "certificate_ref" : "major_ref";
	if (field->group == GROUP_NONE && !field->dictionary)
		return print_text(failure, "%s.%s", alias, field->name);
	if (field->group == GROUP_NONE)
		return print_text(failure, "(SELECT text FROM term WHERE term.id = %s.%s)", alias, field->name);
	if (field->kind == FIELD_TEXT) /* the names in a ref are terms */
		return print_text(failure, "(SELECT term.text FROM %s r JOIN term ON term.id = r.%s WHERE r.id = %s.%s)",
			group, field->name, alias, group);
	return print_text(failure, "(SELECT r.%s FROM %s r WHERE r.id = %s.%s)", field->name, group, alias, group);
}
