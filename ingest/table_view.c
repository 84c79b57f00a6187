#include "ingest/table_view.h"

/* The date of the day `days`, by whole numbers alone: SQL in the cage has no date
 * functions. Counts from 0000-03-01, in eras of 400 years. */
static void write_day(FILE *sql, const char *days)
{
	fprintf(sql, "(SELECT printf('%%04d-%%02d-%%02d', y + (m <= 2), m, d) FROM"
		" (SELECT 400*era + yoe AS y, mp + 3 - 12*(mp/10) AS m, doy - (153*mp + 2)/5 + 1 AS d FROM"
		" (SELECT *, (5*doy + 2)/153 AS mp FROM"
		" (SELECT *, doe - (365*yoe + yoe/4 - yoe/100) AS doy FROM"
		" (SELECT *, (doe - doe/1460 + doe/36524 - doe/146096)/365 AS yoe FROM"
		" (SELECT (%s + 719468)/146097 AS era, (%s + 719468)%%146097 AS doe))))))", days, days);
}

static void write_choice(FILE *sql, const struct field *field, const char *value)
{
	fprintf(sql, "CASE %s", value);
	for (int i = 0; i < field->values.count; i++) {
		fprintf(sql, " WHEN %d THEN '", i + 1);
		for (const char *at = field->values.items[i]; *at; at++) {
			if (*at == '\'')
				fputc('\'', sql);
			fputc(*at, sql);
		}
		fputc('\'', sql);
	}
	fputs(" END", sql);
}

/* The canonical text of the SQL expression `value` (common/canonical.h). */
static void write_value(FILE *sql, const struct field *field, const char *value)
{
	char days[256];
	switch (field->kind) {
	case FIELD_CODE:
		fprintf(sql, "CASE WHEN %s IS NOT NULL THEN printf('%%0%dd', %s) END", value, field->digits, value);
		return;
	case FIELD_COUNT:
		fprintf(sql, "CAST(%s AS TEXT)", value);
		return;
	case FIELD_MONEY:
		fprintf(sql, "CASE WHEN %s IS NOT NULL THEN printf('%%d.%%02d', %s/100, %s%%100) END", value, value, value);
		return;
	case FIELD_YES_NO:
		fprintf(sql, "CASE %s WHEN 1 THEN '是' WHEN 0 THEN '否' END", value);
		return;
	case FIELD_ENUMERATION:
		write_choice(sql, field, value);
		return;
	case FIELD_DAY:
		fprintf(sql, "CASE WHEN %s IS NOT NULL THEN ", value);
		write_day(sql, value);
		fputs(" END", sql);
		return;
	case FIELD_INSTANT:
		snprintf(days, sizeof days, "(%s - (%s%%86400 + 86400)%%86400)/86400", value, value);
		fprintf(sql, "CASE WHEN %s IS NOT NULL THEN ", value);
		write_day(sql, days);
		fprintf(sql, " || printf('T%%02d:%%02d:%%02d', (%s%%86400 + 86400)%%86400/3600, (%s%%3600 + 3600)%%3600/60,"
			" (%s%%60 + 60)%%60) END", value, value, value);
		return;
	default:
		fputs(value, sql);
		return;
	}
}

static void write_field(FILE *sql, const struct field *field)
{
	char value[128];
	if (field->dictionary) {
		fprintf(sql, "(SELECT text FROM term WHERE term.id = d.\"%s\")", field->name);
	} else if (field->group == GROUP_NONE) {
		snprintf(value, sizeof value, "d.\"%s\"", field->name);
		write_value(sql, field, value);
	} else if (field->group == GROUP_CERTIFICATE) {
		fprintf(sql, "(SELECT term.text FROM certificate_ref r, term WHERE r.id = d.certificate_ref"
			" AND term.id = r.\"%s\")", field->name);
	} else if (field->kind == FIELD_TEXT) {
		fprintf(sql, "(SELECT term.text FROM major_ref r, term WHERE r.id = d.major_ref AND term.id = r.\"%s\")",
			field->name);
	} else {
		snprintf(value, sizeof value, "r.\"%s\"", field->name);
		fputs("(SELECT ", sql);
		write_value(sql, field, value);
		fputs(" FROM major_ref r WHERE r.id = d.major_ref)", sql);
	}
}

bool table_view_write(FILE *sql, const struct dataset *dataset)
{
	fprintf(sql, "CREATE VIEW \"%s_text\" AS SELECT d.id, d.source, d.row", dataset->name);
	for (int k = 0; k < dataset->field_count; k++) {
		fputs(", ", sql);
		write_field(sql, &dataset->fields[k]);
		fprintf(sql, " AS \"%s\"", dataset->fields[k].name);
	}
	fprintf(sql, " FROM \"%s\" d", dataset->name);
	return ferror(sql) == 0;
}
