#include "ingest/notice.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/calendar.h"
#include "common/schema.h"

enum { FIRST_YEAR = 2019, DAY_SECONDS = 86400 }; /* the pilot began in 2019 */

struct notice {
	const char *path;
	struct database *database;
	const struct schema *schema;
	struct failure *failure;
};

/* ------------------------------------------------------------------ reading values */

static bool refuse(const struct notice *notice, const xmlNode *node, const char *what, const char *value)
{
	return fail(notice->failure, STATUS_BATCH, tr("%s:%ld: %s: %s", "%s 第 %ld 行：%s：%s"), notice->path,
		xmlGetLineNo(node), what, value);
}

static const xmlNode *next_named(const xmlNode *node, const char *name)
{
	while (node && (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, name) != 0))
		node = node->next;
	return node;
}

static const xmlNode *child(const xmlNode *parent, const char *name)
{
	return parent ? next_named(parent->children, name) : NULL;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* `value` without the white space at its ends, which it takes over and frees. NULL
 * and a failure where memory is out. */
static char *trimmed(const struct notice *notice, xmlChar *value)
{
	const char *first = value ? (const char *)value : "";
	size_t length = strlen(first);
	while (length && is_space(first[length - 1]))
		length--;
	while (length && is_space(*first)) {
		first++;
		length--;
	}
	char *copy = allocate(notice->failure, length + 1, 1);
	if (copy)
		memcpy(copy, first, length);
	xmlFree(value);
	return copy;
}

static char *attribute(const struct notice *notice, const xmlNode *node, const char *name)
{
	return trimmed(notice, xmlGetNoNsProp(node, (const xmlChar *)name));
}

static bool has_attribute(const xmlNode *node, const char *name)
{
	return xmlHasProp(node, (const xmlChar *)name) != NULL;
}

/* Exactly `count` digits at `text`, else -1. */
static int digits(const char *text, int count)
{
	int number = 0;
	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

/* "2021-05-14"; what xs:date also allows (a zone, five-digit years) is refused. */
static bool text_day(const char *text, int64_t *day)
{
	return digits(text, 4) > 0 && text[4] == '-' && digits(text + 5, 2) > 0 && text[7] == '-' &&
		calendar_day(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2), day);
}

static bool read_day(const struct notice *notice, const xmlNode *node, const char *name, int64_t *day)
{
	char *text = attribute(notice, node, name);
	if (!text)
		return false;
	bool sound = strlen(text) == 10 && text_day(text, day);
	if (!sound)
		refuse(notice, node, tr("not a date as 2021-05-14", "不是“2021-05-14”这样的日期"), text);
	free(text);
	return sound;
}

/* "2021-05-26T00:00:00" */
static bool read_instant(const struct notice *notice, const xmlNode *node, const char *name, int64_t *instant)
{
	char *text = attribute(notice, node, name);
	if (!text)
		return false;
	bool sound = strlen(text) == 19 && text_day(text, instant);
	if (sound) {
		int hour = digits(text + 11, 2), minute = digits(text + 14, 2), second = digits(text + 17, 2);
		sound = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
		*instant = *instant * DAY_SECONDS + hour * 3600 + minute * 60 + second;
	}
	if (!sound)
		refuse(notice, node, tr("no such date and time", "没有这个日期和时间"), text);
	free(text);
	return sound;
}

/* A decimal that the schema has bounded, times 10^scale, exactly. */
static bool read_decimal(const struct notice *notice, const xmlNode *node, const char *name, int scale, int64_t *number)
{
	char *text = attribute(notice, node, name);
	if (!text)
		return false;
	int64_t sum = 0;
	int places = -1;
	bool sound = true;
	for (const char *c = *text == '+' || *text == '-' ? text + 1 : text; *c && sound; c++) {
		if (*c == '.' && places < 0) {
			places = 0;
		} else if (places >= scale) {
			sound = *c == '0';
		} else {
			sound = *c >= '0' && *c <= '9' && sum < INT64_MAX / 100;
			sum = sum * 10 + (*c - '0');
			places += places >= 0;
		}
	}
	for (int i = places < 0 ? 0 : places; sound && i < scale; i++) {
		sound = sum < INT64_MAX / 100;
		sum *= 10;
	}
	if (!sound)
		refuse(notice, node, tr("not a usable number", "不是可用的数"), text);
	free(text);
	*number = sum;
	return sound;
}

/* The position of an enumeration's value as dataset tables store it. */
static bool read_position(const struct notice *notice, const xmlNode *node, const char *name, const char *dataset,
	const char *field, int64_t *position)
{
	const struct dataset *found = schema_dataset(notice->schema, dataset);
	char *text = attribute(notice, node, name);
	if (!text)
		return false;
	const struct texts *values = &found->fields[dataset_field(found, field)].values;
	*position = 0;
	for (int i = 0; i < values->count; i++)
		if (strcmp(values->items[i], text) == 0)
			*position = i + 1;
	bool sound = *position > 0;
	if (!sound)
		refuse(notice, node, tr("not a known value", "不是规定的取值"), text);
	free(text);
	return sound;
}

/* ---------------------------------------------------------------------- writing rows */

/* Inserts one row; `kinds` has a letter for each value: i int64_t, t text, o an optional
 * number (a const int64_t *, NULL for NULL). */
static bool insert(const struct notice *notice, const char *sql, const char *kinds, ...)
{
	sqlite3_stmt *statement = database_prepare(notice->database, sql, notice->failure);
	if (!statement)
		return false;
	int bound = SQLITE_OK;
	va_list values;
	va_start(values, kinds);
	for (int i = 0; kinds[i] && bound == SQLITE_OK; i++) {
		if (kinds[i] == 'i') {
			bound = sqlite3_bind_int64(statement, i + 1, va_arg(values, int64_t));
		} else if (kinds[i] == 't') {
			bound = sqlite3_bind_text(statement, i + 1, va_arg(values, const char *), -1, SQLITE_TRANSIENT);
		} else {
			const int64_t *number = va_arg(values, const int64_t *);
			bound = number ? sqlite3_bind_int64(statement, i + 1, *number) : sqlite3_bind_null(statement, i + 1);
		}
	}
	va_end(values);
	bool row;
	bool done = bound == SQLITE_OK ? database_step(notice->database, statement, &row, notice->failure)
	                               : database_failed(notice->database, sql, notice->failure);
	sqlite3_finalize(statement);
	return done;
}

/* After an INSERT OR IGNORE: the row was new, else `what` is written twice. */
static bool is_new(const struct notice *notice, const xmlNode *node, const char *what)
{
	return sqlite3_changes(notice->database->handle) == 1
		? true : refuse(notice, node, tr("written twice", "写了两次"), what);
}

/* -------------------------------------------------------------- batch and its dates */

struct dates {
	int64_t as_of, opens, disputed, late_from, city_until, province_from, province_until;
};

static bool read_dates(const struct notice *notice, const xmlNode *root, struct dates *dates)
{
	const xmlNode *filing = child(root, "filing");
	const xmlNode *city = child(root, "cityReview");
	const xmlNode *province = child(root, "provinceReview");
	if (!read_day(notice, root, "asOf", &dates->as_of) || !read_day(notice, filing, "opens", &dates->opens) ||
		!read_day(notice, filing, "disputedDay", &dates->disputed) ||
		!read_instant(notice, filing, "lateFrom", &dates->late_from) ||
		!read_day(notice, city, "until", &dates->city_until) ||
		!read_day(notice, province, "from", &dates->province_from) ||
		!read_day(notice, province, "until", &dates->province_until))
		return false;
	if (dates->opens > dates->disputed || dates->disputed * DAY_SECONDS >= dates->late_from)
		return refuse(notice, filing, tr("the order must be opens, disputedDay, lateFrom",
			"日期先后不对，应为 opens 不晚于 disputedDay、disputedDay 早于 lateFrom"), "filing");
	if (dates->province_from > dates->province_until)
		return refuse(notice, province, tr("from is later than until", "from 晚于 until"), "provinceReview");
	return true;
}

/* "2021-1": the year must be one of the pilot and that of the filing. */
static bool check_year(const struct notice *notice, const xmlNode *root, int year, int64_t opens)
{
	int filing_year, month, day;
	char known[64];
	calendar_date(opens, &filing_year, &month, &day);
	snprintf(known, sizeof known, "%d", year);
	if (year >= FIRST_YEAR && year == filing_year)
		return true;
	return refuse(notice, root, year < FIRST_YEAR
		? tr("unknown year: the pilot began in 2019", "未知年度：试点始于 2019 年")
		: tr("unknown year: not the year of filing/@opens", "未知年度：与 filing 的 opens 不在同一年"), known);
}

static bool write_batch(const struct notice *notice, const xmlNode *root, const char *sha256)
{
	struct dates dates;
	int64_t catalogue, share;
	if (!read_dates(notice, root, &dates) ||
		!read_position(notice, child(root, "catalogue"), "edition", "major", "catalogue", &catalogue) ||
		!read_decimal(notice, child(root, "thresholds"), "declaredShare", 6, &share))
		return false;
	char *id = attribute(notice, root, "batch");
	char *document = trimmed(notice, xmlNodeGetContent(child(root, "document")));
	char *title = trimmed(notice, xmlNodeGetContent(child(root, "title")));
	bool done = false;
	if (id && document && title) {
		int year = digits(id, 4); /* the schema has seen to "2021-1" */
		done = check_year(notice, root, year, dates.opens) &&
			insert(notice, "INSERT INTO batch VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", "tiittiiiiiiiiit", id,
				(int64_t)year, (int64_t)atoi(id + 5), document, title, dates.as_of, dates.opens, dates.disputed,
				dates.late_from, dates.city_until, dates.province_from, dates.province_until, catalogue, share,
				sha256);
	}
	free(id);
	free(document);
	free(title);
	return done;
}

/* ------------------------------------------------------------------- policy and paths */

static bool write_release_batches(const struct notice *notice, const xmlNode *root)
{
	for (const xmlNode *node = child(child(root, "releaseBatches"), "releaseBatch"); node;
		node = next_named(node->next, "releaseBatch")) {
		int64_t number;
		if (!read_decimal(notice, node, "number", 0, &number))
			return false;
		char *standing = attribute(notice, node, "standing");
		bool done = standing &&
			insert(notice, "INSERT OR IGNORE INTO release_batch_policy VALUES(?,?)", "it", number, standing) &&
			is_new(notice, node, "releaseBatch");
		free(standing);
		if (!done)
			return false;
	}
	return true;
}

/* 四.2: a city reviews its own schools, whatever a notice says of the others, which go
 * straight to the province where it says nothing. */
static bool write_paths(const struct notice *notice, const xmlNode *root)
{
	static const char sql[] = "INSERT OR IGNORE INTO review_path VALUES(?,?)";
	for (const xmlNode *node = child(child(root, "reviewPaths"), "secondarySchool"); node;
		node = next_named(node->next, "secondarySchool")) {
		int64_t position;
		if (!read_position(notice, node, "affiliation", "school", "affiliation", &position))
			return false;
		char *path = attribute(notice, node, "path");
		bool done = path && insert(notice, sql, "it", position, path) && is_new(notice, node, "secondarySchool");
		free(path);
		if (!done)
			return false;
	}
	const struct dataset *school = schema_dataset(notice->schema, "school");
	const struct texts *values = &school->fields[dataset_field(school, "affiliation")].values;
	for (int i = 0; i < values->count; i++)
		if (!insert(notice, sql, "it", (int64_t)(i + 1), strcmp(values->items[i], "市州属") == 0 ? "city" : "direct"))
			return false;
	return true;
}

static bool write_severity(const struct notice *notice, const xmlNode *node)
{
	char *rule = attribute(notice, node, "rule");
	char *rule_case = attribute(notice, node, "case");
	char *severity = attribute(notice, node, "is");
	bool done = rule && rule_case && severity &&
		insert(notice, "INSERT OR IGNORE INTO severity_change VALUES(?,?,?,?)", "ttti", rule, rule_case, severity,
			(int64_t)xmlGetLineNo(node)) &&
		is_new(notice, node, rule);
	free(rule);
	free(rule_case);
	free(severity);
	return done;
}

static bool write_severities(const struct notice *notice, const xmlNode *root)
{
	for (const xmlNode *node = child(child(root, "severities"), "severity"); node; node = next_named(node->next, "severity"))
		if (!write_severity(notice, node))
			return false;
	return true;
}

/* ---------------------------------------------------------------------------- scenarios */

/* 万元 as fen: one is 10,000 yuan, a million fen. */
static bool read_money(const struct notice *notice, const xmlNode *node, const char *name, int64_t *fen)
{
	return read_decimal(notice, node, name, 6, fen);
}

static bool write_scenario_row(const struct notice *notice, const xmlNode *node, const char *id, int64_t position)
{
	int64_t pool, unit, newcomer, lower = 0, upper = 0;
	bool has_floor = has_attribute(node, "floor"), has_cap = has_attribute(node, "cap");
	if (!read_money(notice, node, "pool", &pool) || !read_money(notice, node, "unit", &unit) ||
		(has_floor && !read_money(notice, node, "floor", &lower)) ||
		(has_cap && !read_money(notice, node, "cap", &upper)) ||
		!read_decimal(notice, child(node, "newcomer"), "progress", 6, &newcomer))
		return false;
	if (unit == 0)
		return refuse(notice, node, tr("the unit of allocation must be more than zero", "分配单位 unit 必须大于零"), id);
	char *title = attribute(notice, node, "title");
	bool done = title && insert(notice, "INSERT INTO scenario VALUES(?,?,?,?,?,?,?,?)", "titiiioo", id, position, title,
		pool, unit, newcomer, has_floor ? &lower : NULL, has_cap ? &upper : NULL);
	free(title);
	return done;
}

static bool write_factors(const struct notice *notice, const xmlNode *scenario, const char *id)
{
	int64_t position = 0;
	for (const xmlNode *node = child(scenario, "factor"); node; node = next_named(node->next, "factor")) {
		int64_t weight;
		if (!read_decimal(notice, node, "weight", 6, &weight))
			return false;
		char *measure = attribute(notice, node, "measure");
		bool done = measure && insert(notice, "INSERT INTO scenario_factor VALUES(?,?,?,?)", "ttii", id, measure,
			++position, weight);
		free(measure);
		if (!done)
			return false;
	}
	return true;
}

static bool write_levels_and_kinds(const struct notice *notice, const xmlNode *scenario, const char *id)
{
	int64_t position, coefficient;
	for (const xmlNode *node = child(scenario, "level"); node; node = next_named(node->next, "level"))
		if (!read_position(notice, node, "name", "application", "level", &position) ||
			!read_decimal(notice, node, "coefficient", 2, &coefficient) ||
			!insert(notice, "INSERT INTO scenario_level VALUES(?,?,?)", "tii", id, position, coefficient))
			return false;
	for (const xmlNode *node = child(scenario, "eligible"); node; node = next_named(node->next, "eligible"))
		if (!read_position(notice, node, "kind", "school", "school_kind", &position) ||
			!insert(notice, "INSERT INTO scenario_kind VALUES(?,?)", "ti", id, position))
			return false;
	return true;
}

static bool write_scenarios(const struct notice *notice, const xmlNode *root)
{
	int64_t position = 0;
	for (const xmlNode *node = child(child(root, "allocation"), "scenario"); node; node = next_named(node->next, "scenario")) {
		char *id = attribute(notice, node, "id");
		bool done = id && write_scenario_row(notice, node, id, ++position) && write_factors(notice, node, id) &&
			write_levels_and_kinds(notice, node, id);
		free(id);
		if (!done)
			return false;
	}
	return true;
}

/* The fields whose enumerations a notice names. */
static bool has_fields(const struct notice *notice)
{
	static const char *const fields[][2] = { { "major", "catalogue" }, { "school", "affiliation" },
		{ "school", "school_kind" }, { "application", "level" } };
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const struct dataset *dataset = schema_dataset(notice->schema, fields[i][0]);
		if (!dataset || dataset_field(dataset, fields[i][1]) < 0)
			return fail(notice->failure, STATUS_SYSTEM, tr("schemas lack %s.%s", "数据定义中缺少 %s.%s"), fields[i][0],
				fields[i][1]);
	}
	return true;
}

bool notice_load(const char *path, const char *home, struct database *database, struct failure *failure)
{
	char sha256[DIGEST_TEXT_BYTES];
	xmlDoc *document = notice_parse(path, home, sha256, failure);
	if (!document)
		return false;
	struct schema *schema = schema_load(home, failure);
	const struct notice notice = { path, database, schema, failure };
	const xmlNode *root = xmlDocGetRootElement(document);
	bool done = schema && has_fields(&notice) && write_batch(&notice, root, sha256) && write_release_batches(&notice, root) &&
		write_paths(&notice, root) && write_severities(&notice, root) && write_scenarios(&notice, root);
	schema_free(schema);
	xmlFreeDoc(document);
	return done;
}
