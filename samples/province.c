#include "samples/province.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/layout.h"

const char *const level_names[LEVELS] = { "初级", "中级", "高级" };
const char *const exam_form_names[4] = { "纸笔考试", "机考", "一般实操考试", "特殊实操考试" };
const char *const kind_names[6] = { "高职高专", "职业本科", "中职", "应用型本科", "普通本科", "技工学校" };
const char *const affiliation_names[3] = { "省属", "市州属", "部委属" };

struct reading {
	struct province *province;
	void (*row)(struct province *province, char fields[4][TEXT]);
	char fields[4][TEXT];
	int field;
	long line;
};

static void take_field(void *text, size_t length, void *context)
{
	struct reading *reading = context;
	if (reading->field < 4)
		snprintf(reading->fields[reading->field], TEXT, "%.*s", (int)length, text ? (const char *)text : "");
	reading->field++;
}

static void take_row(int end, void *context)
{
	struct reading *reading = context;
	(void)end;
	if (reading->line++ > 0) /* the heading */
		reading->row(reading->province, reading->fields);
	memset(reading->fields, 0, sizeof reading->fields);
	reading->field = 0;
}

static bool read_csv(struct province *province, const char *home, const char *name,
	void (*row)(struct province *, char[4][TEXT]), struct failure *failure)
{
	struct reading reading = { .province = province, .row = row };
	struct csv_parser parser;
	unsigned long length = 0;
	char *path = print_text(failure, "%s/samples/reference/%s", home, name);
	char *text = path ? layout_read(failure, path, 1 << 20, &length) : NULL;
	free(path);
	if (!text)
		return false;
	bool done = csv_init(&parser, CSV_APPEND_NULL) == 0
		&& csv_parse(&parser, text, length, take_field, take_row, &reading) == length
		&& csv_fini(&parser, take_field, take_row, &reading) == 0;
	csv_free(&parser);
	free(text);
	return done || fail(failure, STATUS_BATCH, "%s: not a CSV file", name);
}

static void add_region(struct province *province, char fields[4][TEXT])
{
	if (province->region_count == REGIONS)
		return;
	struct region *region = &province->regions[province->region_count++];
	snprintf(region->code, sizeof region->code, "%.6s", fields[0]);
	memcpy(region->name, fields[1], TEXT);
	memcpy(region->alias, fields[2], TEXT);
}

/* Where the reference does not know the levels, the sample takes all three. */
static void add_certificate(struct province *province, char fields[4][TEXT])
{
	if (province->certificate_count == MAX_CERTIFICATES)
		return;
	int number = province->certificate_count++;
	struct certificate *certificate = &province->certificates[number];
	snprintf(certificate->code, sizeof certificate->code, "YL%04d", number + 1);
	certificate->release_batch = atoi(fields[0]);
	memcpy(certificate->name, fields[1], TEXT);
	memcpy(certificate->issuer, fields[2], TEXT);
	for (int i = 0; i < LEVELS; i++)
		certificate->has_level[i] = !fields[3][0] || strstr(fields[3], level_names[i]);
	certificate->exam_form = number % 4;
	if (certificate->release_batch <= 2)
		province->old_count = number + 1;
}

static void add_major(struct province *province, char fields[4][TEXT])
{
	if (province->major_count == MAX_MAJORS)
		return;
	struct major *major = &province->majors[province->major_count++];
	snprintf(major->level, sizeof major->level, "%.15s", fields[0]);
	snprintf(major->code, sizeof major->code, "%.15s", fields[1]);
	memcpy(major->name, fields[2], TEXT);
}

bool province_load(struct province *province, const char *home, struct failure *failure)
{
	memset(province, 0, sizeof *province);
	return read_csv(province, home, "regions.csv", add_region, failure)
		&& read_csv(province, home, "certificates.csv", add_certificate, failure)
		&& read_csv(province, home, "majors-2020.csv", add_major, failure);
}

/* GB 32100: the check character of the first seventeen. */
static char check_character(const char *code)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int weights[] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28 };
	int sum = 0;
	for (int i = 0; i < 17; i++)
		sum += weights[i] * (int)(strchr(alphabet, code[i]) - alphabet);
	return alphabet[(31 - sum % 31) % 31];
}

static void set_kind(struct school *school)
{
	static const struct { int until; enum kind kind; enum affiliation affiliation; } mix[] = {
		{ 35, KIND_COLLEGE, OF_PROVINCE }, { 55, KIND_COLLEGE, OF_CITY }, { 58, KIND_VOCATIONAL_BACHELOR, OF_PROVINCE },
		{ 98, KIND_SECONDARY, OF_CITY }, { 104, KIND_SECONDARY, OF_PROVINCE }, { 106, KIND_SECONDARY, OF_MINISTRY },
		{ 114, KIND_APPLIED, OF_PROVINCE }, { 117, KIND_ORDINARY, OF_PROVINCE }, { 120, KIND_TECHNICIAN, OF_CITY } };
	int place = school->number % 120;
	for (size_t i = 0; i < sizeof mix / sizeof *mix; i++)
		if (place < mix[i].until) {
			school->kind = mix[i].kind;
			school->affiliation = mix[i].affiliation;
			return;
		}
}

void province_school(const struct province *province, int number, struct school *school)
{
	static const char *const words[6] = { "职业技术学院", "职业技术大学", "中等职业学校", "应用技术学院", "大学", "技工学校" };
	memset(school, 0, sizeof *school);
	school->number = number;
	set_kind(school);
	school->region = number % province->region_count;
	snprintf(school->code, sizeof school->code, "4299%06d", 900000 + number);
	snprintf(school->name, sizeof school->name, "%.80s样例第%d%s", province->regions[school->region].name, number + 1,
		words[school->kind]);
	if (number % 120 == 40)
		snprintf(school->former, sizeof school->former, "样例原第%d职业技术学院", number + 1);
	snprintf(school->credit, sizeof school->credit, "12429900%09d", number + 1);
	school->credit[17] = check_character(school->credit);
	snprintf(school->account, sizeof school->account, "YL%08d", number + 1);
}

int province_fee(const struct certificate *certificate, int level)
{
	return 180 + certificate->exam_form * 40 + certificate->release_batch * 10 + level * 50;
}

bool school_is_on_city_path(const struct school *school)
{
	return school->kind == KIND_SECONDARY && school->affiliation == OF_CITY;
}

const char *school_major_level(const struct school *school)
{
	switch (school->kind) {
	case KIND_SECONDARY:
	case KIND_TECHNICIAN:
		return "中职";
	case KIND_APPLIED:
	case KIND_ORDINARY:
		return "本科";
	case KIND_COLLEGE:
	case KIND_VOCATIONAL_BACHELOR:
	default:
		return "高职专科";
	}
}
