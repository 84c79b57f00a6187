#include "samples/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/layout.h"

#define COUNT(columns) ((int)(sizeof(columns) / sizeof *(columns)))

static const struct column region_columns[] = { { "行政区划码", "region_code", CELL_AS_TEXT },
	{ "市州名称", "region_name", CELL_AS_TEXT }, { "别名", "region_alias", CELL_AS_TEXT } };
static const struct column school_columns[] = { { "学校标识码", "school_code", CELL_AS_TEXT },
	{ "学校名称", "school_name", CELL_AS_TEXT }, { "曾用名", "former_name", CELL_AS_TEXT },
	{ "学校类型", "school_kind", CELL_AS_TEXT }, { "隶属", "affiliation", CELL_AS_TEXT },
	{ "主管市州", "reviewing_region", CELL_AS_TEXT }, { "所在市州", "location_region", CELL_AS_TEXT },
	{ "统一社会信用代码", "credit_code", CELL_AS_TEXT } };
static const struct column certificate_columns[] = { { "证书代码", "certificate_code", CELL_AS_TEXT },
	{ "证书名称", "certificate_name", CELL_AS_TEXT }, { "培训评价组织", "issuer", CELL_AS_TEXT },
	{ "公布批次", "release_batch", CELL_AS_NUMBER }, { "等级", "level", CELL_AS_TEXT },
	{ "考核形式", "exam_form", CELL_AS_TEXT }, { "状态", "status", CELL_AS_TEXT } };
static const struct column ceiling_columns[] = { { "考核形式", "exam_form", CELL_AS_TEXT }, { "等级", "level", CELL_AS_TEXT },
	{ "上限(元/人)", "ceiling", CELL_AS_NUMBER }, { "适用年度", "fee_year", CELL_AS_NUMBER },
	{ "依据文件", "basis", CELL_AS_TEXT } };
static const struct column major_columns[] = { { "目录版本", "catalogue", CELL_AS_TEXT },
	{ "层次", "major_level", CELL_AS_TEXT }, { "专业代码", "major_code", CELL_AS_TEXT },
	{ "专业名称", "major_name", CELL_AS_TEXT }, { "对应旧专业代码", "old_major_code", CELL_AS_TEXT } };
static const struct column account_columns[] = { { "注册账号", "account", CELL_AS_TEXT },
	{ "学校标识码", "school_code", CELL_AS_TEXT }, { "学校名称", "school_name", CELL_AS_TEXT },
	{ "统一社会信用代码", "credit_code", CELL_AS_TEXT }, { "注册时间", "registered", CELL_AS_INSTANT } };
static const struct column approval_columns[] = { { "学校标识码", "school_code", CELL_AS_TEXT },
	{ "证书名称", "certificate_name", CELL_AS_TEXT }, { "培训评价组织", "issuer", CELL_AS_TEXT },
	{ "年度", "year", CELL_AS_NUMBER }, { "获批人数", "approved_before", CELL_AS_NUMBER },
	{ "申请沿用人数", "carry_over_requested", CELL_AS_NUMBER } };
static const struct column review_columns[] = { { "初审单位", "reviewing_unit", CELL_AS_TEXT },
	{ "申报编号", "application_no", CELL_AS_TEXT }, { "初审结论", "conclusion", CELL_AS_TEXT },
	{ "初审人数", "reviewed_number", CELL_AS_NUMBER }, { "初审日期", "review_date", CELL_AS_DAY },
	{ "初审意见", "opinion", CELL_AS_TEXT } };
static const struct column performance_columns[] = { { "年度", "year", CELL_AS_NUMBER },
	{ "学校标识码", "school_code", CELL_AS_TEXT }, { "证书名称", "certificate_name", CELL_AS_TEXT },
	{ "培训评价组织", "issuer", CELL_AS_TEXT }, { "等级", "level", CELL_AS_TEXT },
	{ "培训人数", "trained", CELL_AS_NUMBER }, { "考核人数", "examined", CELL_AS_NUMBER },
	{ "取证人数", "certified", CELL_AS_NUMBER }, { "考核费是否结清", "fee_settled", CELL_AS_TEXT } };
static const struct column assessment_columns[] = { { "报名号", "registration_no", CELL_AS_TEXT },
	{ "考生姓名", "candidate", CELL_AS_TEXT }, { "身份证号", "identity", CELL_AS_TEXT },
	{ "学校标识码", "school_code", CELL_AS_TEXT }, { "证书名称", "certificate_name", CELL_AS_TEXT },
	{ "培训评价组织", "issuer", CELL_AS_TEXT }, { "等级", "level", CELL_AS_TEXT },
	{ "考核日期", "exam_date", CELL_AS_DAY }, { "结果", "result", CELL_AS_TEXT },
	{ "证书编号", "certificate_no", CELL_AS_TEXT } };
static const struct column complaint_columns[] = { { "培训评价组织", "issuer", CELL_AS_TEXT },
	{ "类型", "kind", CELL_AS_TEXT }, { "情节", "gravity", CELL_AS_TEXT }, { "日期", "complaint_date", CELL_AS_DAY } };
static const struct column decision_columns[] = { { "申报编号", "application_no", CELL_AS_TEXT },
	{ "规则编号", "rule", CELL_AS_TEXT }, { "决定", "decision", CELL_AS_TEXT },
	{ "核定人数", "approved_number", CELL_AS_NUMBER }, { "理由", "reason", CELL_AS_TEXT },
	{ "审核人", "reviewer", CELL_AS_TEXT }, { "审核日期", "decision_date", CELL_AS_DAY },
	{ "行摘要", "row_digest", CELL_AS_TEXT } };
static const struct column application_columns[A_COLUMNS] = { { "申报编号", "application_no", CELL_AS_TEXT },
	{ "注册账号", "account", CELL_AS_TEXT }, { "学校标识码", "school_code", CELL_AS_TEXT },
	{ "学校名称", "school_name", CELL_AS_TEXT }, { "证书名称", "certificate_name", CELL_AS_TEXT },
	{ "培训评价组织", "issuer", CELL_AS_TEXT }, { "等级", "level", CELL_AS_TEXT },
	{ "专业代码", "major_code", CELL_AS_TEXT }, { "专业名称", "major_name", CELL_AS_TEXT },
	{ "专业层次", "major_level", CELL_AS_TEXT }, { "在校生数", "enrolled", CELL_AS_NUMBER },
	{ "参与试点学生数", "pilot_students", CELL_AS_NUMBER }, { "拟考证人数", "declared", CELL_AS_NUMBER },
	{ "其中沿用2020年计划人数", "carried_over", CELL_AS_NUMBER }, { "是否新增试点", "is_new_unit", CELL_AS_TEXT },
	{ "考核费用标准(元/人)", "fee", CELL_AS_NUMBER }, { "费用确定日期", "fee_date", CELL_AS_DAY },
	{ "协议约定费用(元/人)", "agreed_fee", CELL_AS_NUMBER }, { "学校承担考核费人数", "fee_paid_students", CELL_AS_NUMBER },
	{ "向学生收取培训费(元/人)", "training_fee", CELL_AS_NUMBER }, { "是否作为毕业条件", "graduation_condition", CELL_AS_TEXT },
	{ "学生自愿", "voluntary", CELL_AS_TEXT }, { "参训教师数", "trained_teachers", CELL_AS_NUMBER },
	{ "试点工作方案", "plan_file", CELL_AS_TEXT }, { "方案文件摘要", "plan_digest", CELL_AS_TEXT },
	{ "方案页数", "plan_pages", CELL_AS_NUMBER }, { "合作协议", "agreement_file", CELL_AS_TEXT },
	{ "协议文件摘要", "agreement_digest", CELL_AS_TEXT }, { "协议签订日期", "agreement_date", CELL_AS_DAY },
	{ "协议签约方", "agreement_party", CELL_AS_TEXT }, { "试点开始日期", "pilot_start", CELL_AS_DAY },
	{ "统筹管理部门", "department", CELL_AS_TEXT }, { "负责人", "leader", CELL_AS_TEXT },
	{ "联系人", "contact", CELL_AS_TEXT }, { "联系电话", "telephone", CELL_AS_TEXT },
	{ "电子邮箱", "email", CELL_AS_TEXT }, { "提交时间", "submitted", CELL_AS_INSTANT }, { "备注", "remark", CELL_AS_TEXT } };

/* Files that come along: a note that is no dataset (S02), a table sent twice (S04). */
static bool write_strays(const char *folder, struct failure *failure)
{
	static const char *const strays[][2] = {
		{ "联系分工.csv", "科室,分工,备注\n职成处,受理,样例\n规划处,测算,样例\n" },
		{ "市州（再次发送）.csv", NULL } };
	for (size_t i = 0; i < sizeof strays / sizeof *strays; i++) {
		char *original = print_text(failure, "%s/市州.csv", folder);
		char *path = original ? layout_join(failure, folder, strays[i][0]) : NULL;
		char *copy = path && !strays[i][1] ? layout_read(failure, original, 1 << 20, NULL) : NULL;
		FILE *file = path && (strays[i][1] || copy) ? fopen(path, "w") : NULL;
		bool done = file && fputs(copy ? copy : strays[i][1], file) >= 0;
		if (file && fclose(file) != 0)
			done = false;
		free(original);
		free(path);
		free(copy);
		if (!done)
			return fail_system(failure, "%s", strays[i][0]);
	}
	return true;
}

enum file {
	FILE_REGION, FILE_CEILING, FILE_MAJOR, FILE_CERTIFICATE, FILE_SCHOOL, FILE_ACCOUNT, FILE_COLLEGES, FILE_SECONDARY,
	FILE_UNIVERSITIES, FILE_APPROVAL, FILE_PERFORMANCE, FILE_ASSESSMENT, FILE_COMPLAINT, FILE_DECISION, FILE_REVIEWS,
	FILES = FILE_REVIEWS + REGIONS
};

#define TABLE(form, root, record, columns, title, total, slashes) \
	{ form, root, record, columns, COUNT(columns), title, total, slashes }

static const struct table_definition definitions[FILE_REVIEWS + 1] = {
	[FILE_REGION] = TABLE(TABLE_UTF8, "regions", "region", region_columns, NULL, -1, false),
	[FILE_CEILING] = TABLE(TABLE_UTF8, "fee_ceilings", "fee_ceiling", ceiling_columns, NULL, -1, false),
	[FILE_MAJOR] = TABLE(TABLE_GB18030, "majors", "major", major_columns, NULL, -1, false),
	[FILE_CERTIFICATE] = TABLE(TABLE_XLSX, "certificates", "certificate", certificate_columns, NULL, -1, false),
	[FILE_SCHOOL] = TABLE(TABLE_GB18030, "schools", "school", school_columns, "湖北省职业院校名录（样例）", -1, false),
	[FILE_ACCOUNT] = TABLE(TABLE_XLSX, "accounts", "account", account_columns, NULL, -1, false),
	[FILE_COLLEGES] = TABLE(TABLE_GB18030, "applications", "application", application_columns,
		"2021年第一批次试点申报表（高职，样例）", -1, true),
	[FILE_SECONDARY] = TABLE(TABLE_XLSX, "applications", "application", application_columns,
		"2021年第一批次试点申报表（中职，样例）", A_DECLARED, false),
	[FILE_UNIVERSITIES] = TABLE(TABLE_XML, "applications", "application", application_columns, NULL, -1, false),
	[FILE_APPROVAL] = TABLE(TABLE_UTF8, "approvals", "approval", approval_columns, NULL, -1, false),
	[FILE_PERFORMANCE] = TABLE(TABLE_UTF8, "performances", "performance", performance_columns, NULL, -1, false),
	[FILE_ASSESSMENT] = TABLE(TABLE_UTF8, "assessments", "assessment", assessment_columns, NULL, -1, false),
	[FILE_COMPLAINT] = TABLE(TABLE_UTF8, "complaints", "complaint", complaint_columns, NULL, -1, false),
	[FILE_DECISION] = TABLE(TABLE_XLSX, "decisions", "decision", decision_columns, NULL, -1, false),
	[FILE_REVIEWS] = TABLE(TABLE_GB18030, "city_reviews", "city_review", review_columns,
		"市州教育局初审意见汇总表（样例）", -1, true),
};
static const char *const names[FILE_REVIEWS] = { "市州", "考核费用上限", "专业目录", "证书名录", "院校名录", "平台注册",
	"试点申报-高职", "试点申报-中职", "试点申报-本科", "既往获批", "执行情况", "考核记录", "投诉台账", "审核决定" };

struct inbox {
	const struct province *province;
	bool national;
	struct table_definition definitions[FILES];
	struct table *tables[FILES];
	int attempt; /* registrations so far */
	char *folder;
};

static const char *extension(enum table_form form)
{
	return form == TABLE_XLSX ? "xlsx" : form == TABLE_XML ? "xml" : "csv";
}

static bool open_file(struct inbox *inbox, const char *folder, int file, bool gb18030, struct failure *failure)
{
	struct table_definition *definition = &inbox->definitions[file];
	*definition = definitions[file < FILE_REVIEWS ? file : FILE_REVIEWS];
	if (inbox->national) {
		definition->form = gb18030 ? TABLE_GB18030 : TABLE_UTF8;
		definition->title = NULL;
		definition->slashes = false;
	} else if (file > FILE_REVIEWS && file % 3 == 0)
		definition->form = TABLE_XLSX;
	char *path = file < FILE_REVIEWS
		? print_text(failure, "%s/%s.%s", folder, names[file], extension(definition->form))
		: print_text(failure, "%s/初审/%s.%s", folder, inbox->province->regions[file - FILE_REVIEWS].name,
			extension(definition->form));
	if (path)
		inbox->tables[file] = table_open(path, definition, failure);
	free(path);
	return inbox->tables[file] != NULL;
}

struct inbox *inbox_open(const char *folder, const struct province *province, bool national, bool gb18030,
	struct failure *failure)
{
	struct inbox *inbox = allocate(failure, 1, sizeof *inbox);
	char *reviews = layout_join(failure, folder, "初审");
	if (inbox && reviews) {
		inbox->province = province;
		inbox->national = national;
		bool done = mkdir(reviews, 0755) == 0 || errno == EEXIST || fail_system(failure, "%s", reviews);
		for (int file = 0; done && file < FILES; file++)
			done = open_file(inbox, folder, file, gb18030, failure);
		inbox->folder = copy_text(failure, folder);
		if (done && inbox->folder) {
			free(reviews);
			return inbox;
		}
	}
	free(reviews);
	struct failure ignored;
	inbox_close(inbox, &ignored);
	return NULL;
}

bool inbox_close(struct inbox *inbox, struct failure *failure)
{
	bool done = true;
	if (!inbox)
		return true;
	for (int file = 0; file < FILES; file++)
		if (inbox->tables[file] && !table_close(inbox->tables[file], failure))
			done = false;
	if (done && inbox->folder && !inbox->national)
		done = write_strays(inbox->folder, failure);
	free(inbox->folder);
	free(inbox);
	return done;
}

#define ROW(inbox, file, failure, ...) \
	table_row((inbox)->tables[file], (const char *const[]){ __VA_ARGS__ }, failure)

/* Majors of the 2021 catalogue that share a number with an old one. */
static const char *const new_majors[][4] = { { "高职专科", "510201", "计算机应用技术", "610201" },
	{ "高职专科", "510203", "软件技术", "610205" }, { "高职专科", "530302", "大数据与会计", "630302" },
	{ "中职", "610201", "林业生产技术", "" } };
static const char *const complaints[][4] = { { "宁波摩科机器人有限公司", "捆绑销售", "一般", "2021-05-20" },
	{ "徐州鑫科机器人有限公司", "高收费", "恶劣", "2021-05-18" },
	{ "四川蓝宇档案管理服务有限公司", "其他", "一般", "2021-05-31" },
	{ "华为技术有限公司", "高收费", "恶劣", "2021-06-01" } };

static bool write_certificates(struct inbox *inbox, struct failure *failure)
{
	for (int i = 0; i < inbox->province->certificate_count; i++) {
		const struct certificate *c = &inbox->province->certificates[i];
		char batch[8];
		snprintf(batch, sizeof batch, "%d", c->release_batch);
		for (int level = 0; level < LEVELS; level++)
			if (c->has_level[level]
				&& !ROW(inbox, FILE_CERTIFICATE, failure, c->code, c->name, c->issuer, batch, level_names[level],
					exam_form_names[c->exam_form], "有效"))
				return false;
	}
	return true;
}

bool inbox_reference(struct inbox *inbox, struct failure *failure)
{
	const struct province *province = inbox->province;
	bool done = write_certificates(inbox, failure);
	for (int i = 0; done && i < province->region_count; i++)
		done = ROW(inbox, FILE_REGION, failure, province->regions[i].code, province->regions[i].name,
			province->regions[i].alias);
	for (int form = 0; done && form < 4; form++)
		for (int level = 0; done && level < LEVELS; level++) {
			char ceiling[16];
			snprintf(ceiling, sizeof ceiling, "%d.00", 300 + form * 60 + level * 60);
			done = ROW(inbox, FILE_CEILING, failure, exam_form_names[form], level_names[level], ceiling, "2021",
				"样例文件（非真实标准）");
		}
	for (int i = 0; done && i < province->major_count; i++)
		done = ROW(inbox, FILE_MAJOR, failure, "2020旧目录", province->majors[i].level, province->majors[i].code,
			province->majors[i].name, "");
	for (size_t i = 0; done && i < sizeof new_majors / sizeof *new_majors; i++)
		done = ROW(inbox, FILE_MAJOR, failure, "2021新目录", new_majors[i][0], new_majors[i][1], new_majors[i][2],
			new_majors[i][3]);
	for (size_t i = 0; done && i < sizeof complaints / sizeof *complaints; i++)
		done = table_row(inbox->tables[FILE_COMPLAINT], complaints[i], failure);
	return done;
}

static bool write_school(struct inbox *inbox, const struct dossier *dossier, struct failure *failure)
{
	const struct school *s = &dossier->school;
	const char *region = inbox->province->regions[s->region].code;
	bool small = !inbox->national;
	const char *credit = s->credit;
	struct school twin;
	if (small && s->number == 27) { /* R31b: the credit code of another school */
		province_school(inbox->province, 26, &twin);
		credit = twin.credit;
	}
	if (small && s->number == 89) /* F10: the check character of another code */
		credit = "12429900000000090X";
	if (!ROW(inbox, FILE_SCHOOL, failure, s->code, s->name, s->former, kind_names[s->kind],
		affiliation_names[s->affiliation], s->affiliation == OF_CITY ? region : "", region, s->credit)
		|| !ROW(inbox, FILE_ACCOUNT, failure, s->account, s->code, s->name, credit, "2021-05-08T09:30:00"))
		return false;
	return !small || s->number != 25 /* R31a: a second account */
		|| ROW(inbox, FILE_ACCOUNT, failure, "YL90000026", s->code, s->name, s->credit, "2021-05-09T10:00:00");
}

static int file_of(const struct school *school)
{
	switch (school->kind) {
	case KIND_SECONDARY:
	case KIND_TECHNICIAN:
		return FILE_SECONDARY;
	case KIND_APPLIED:
	case KIND_ORDINARY:
		return FILE_UNIVERSITIES;
	case KIND_COLLEGE:
	case KIND_VOCATIONAL_BACHELOR:
	default:
		return FILE_COLLEGES;
	}
}

static bool write_applications(struct inbox *inbox, const struct dossier *dossier, struct failure *failure)
{
	int file = file_of(&dossier->school);
	for (int i = 0; i < dossier->count; i++) {
		const char *cells[A_COLUMNS];
		for (int k = 0; k < A_COLUMNS; k++)
			cells[k] = dossier->applications[i].cell[k];
		if (!table_row(inbox->tables[file], cells, failure))
			return false;
	}
	for (int i = 0; i < dossier->review_count; i++) {
		const struct review *r = &dossier->reviews[i];
		if (!ROW(inbox, FILE_REVIEWS + dossier->school.region, failure, r->unit, r->application_no, r->conclusion,
			r->number, r->date, r->opinion))
			return false;
	}
	return true;
}

/* One candidate's attempt; `offence` 0 is a sound one. */
static bool write_attempt(struct inbox *inbox, const struct school *s, const struct certificate *c, const char *level,
	int result, int offence, struct failure *failure)
{
	static const char *const results[] = { "通过", "未通过", "缺考" };
	char registration[32], identity[32], number[32], date[16];
	int attempt = inbox->attempt++;
	snprintf(registration, sizeof registration, "BM2020%08d", attempt);
	snprintf(identity, sizeof identity, "42999919990101%04d", attempt % 10000);
	snprintf(number, sizeof number, "%s%08d", result == 0 ? "ZS2020" : "", result == 0 ? attempt - (offence == 17) : 0);
	if (result != 0 || offence == 49)
		number[0] = '\0';
	snprintf(date, sizeof date, "2020-1%d-%02d", attempt % 2, 1 + attempt % 28);
	return ROW(inbox, FILE_ASSESSMENT, failure, registration, "样例考生", identity, s->code, c->name, c->issuer, level,
		date, results[result], number);
}

/* What the school did in 2020 with each certificate approved for then: `attempts`
 * candidates each, of whom some fail. */
static bool write_performance(struct inbox *inbox, const struct dossier *dossier, int attempts, struct failure *failure)
{
	const struct school *s = &dossier->school;
	int number = inbox->national ? -1 : s->number;
	for (int i = 0; i < dossier->approval_count; i++) {
		const struct approval *approval = &dossier->approvals[i];
		const struct certificate *c = &inbox->province->certificates[approval->certificate];
		char year[8], approved[16], carried[16];
		snprintf(year, sizeof year, "%d", approval->year);
		snprintf(approved, sizeof approved, "%d", approval->approved);
		snprintf(carried, sizeof carried, "%d", approval->carry_over);
		if (!ROW(inbox, FILE_APPROVAL, failure, s->code, c->name, c->issuer, year, approved, approval->carry_over ? carried : ""))
			return false;
		if (approval->year != 2020)
			continue;
		int level = c->has_level[0] ? 0 : c->has_level[1] ? 1 : 2;
		int failed = attempts / 8, absent = attempts / 16;
		char trained[16], examined[16], certified[16];
		snprintf(trained, sizeof trained, "%d", attempts + 20);
		snprintf(examined, sizeof examined, "%d", attempts - absent + (number == 86 ? 3 : 0)); /* R48 */
		snprintf(certified, sizeof certified, "%d", attempts - absent - failed);
		if (number != 85 /* R18: records, but no report */
			&& !ROW(inbox, FILE_PERFORMANCE, failure, "2020", s->code, c->name, c->issuer, level_names[level], trained,
				examined, certified, number == 84 ? "否" : "是")) /* R16 */
			return false;
		for (int k = 0; k < attempts; k++) {
			int result = k < absent ? 2 : k < absent + failed ? 1 : 0;
			int offence = k + 1 == attempts && number == 87 ? 17 : k + 1 == attempts && number == 88 ? 49 : 0;
			if (!write_attempt(inbox, s, c, level_names[level], result, offence, failure))
				return false;
		}
	}
	return true;
}

static bool decide(struct inbox *inbox, const struct application *a, const char *rule, const char *decision,
	const char *number, const char *reason, const char *day, bool stale, struct failure *failure)
{
	char digest[65];
	if (!application_digest(a, digest, failure))
		return false;
	if (stale)
		digest[0] = digest[0] == '0' ? '1' : '0';
	return ROW(inbox, FILE_DECISION, failure, a->cell[A_NO], rule, decision, number, reason, "样例审核人", day, digest);
}

/* Every second sound school is approved; 67 to 83 show the other decisions. */
static bool write_decisions(struct inbox *inbox, const struct dossier *dossier, struct failure *failure)
{
	int s = dossier->school.number;
	const struct application *a = dossier->applications;
	if (inbox->national || s >= 120)
		return true;
	switch (s) {
	case 9: /* R12: the school showed that the fee was never taken */
		return decide(inbox, &a[0], "R12", "豁免", "", "学校已书面说明并退费", "2021-05-29", false, failure);
	case 76: /* R50: void */
		return decide(inbox, &a[0], "", "通过", "", "符合条件", "2021-05-29", true, failure);
	case 7: /* R50: over a standing return */
		return decide(inbox, &a[0], "", "通过", "", "符合条件", "2021-05-29", false, failure);
	case 78: /* R50: more than declared */
		return decide(inbox, &a[0], "", "通过", "900", "符合条件", "2021-05-29", false, failure);
	case 80: /* R35a */
		return decide(inbox, &a[0], "", "通过", "", "符合条件", "2021-06-01", false, failure);
	case 81: /* R35b */
		return decide(inbox, &a[0], "", "通过", "", "符合条件", "2021-05-20", false, failure);
	case 82:
		return decide(inbox, &a[0], "", "退回", "", "方案须补充实训条件", "2021-05-30", false, failure);
	case 83:
		return decide(inbox, &a[0], "", "不通过", "", "不具备办学条件", "2021-05-30", false, failure);
	case 29: /* R33b: the disputed day is accepted */
		return decide(inbox, &a[0], "R33", "通过", "", "按25日24时执行", "2021-05-28", false, failure)
			&& (dossier->count < 3 || decide(inbox, &a[2], "", "通过", "", "按25日24时执行", "2021-05-28", false, failure));
	default:
		break;
	}
	if (dossier->school.kind == KIND_TECHNICIAN || (s < 67 && s % 3 != 2))
		return true;
	/* 核定 follows 初审 where a city reviewed: reviews stand in the order of applications. */
	bool reviewed = dossier->review_count == dossier->count;
	for (int i = s < 67 ? 4 : 0; i + 1 < dossier->count; i++) { /* the first ones may offend */
		const char *number = i % 5 == 0 ? "20" : reviewed ? dossier->reviews[i].number : "";
		if (i % 4 != 3 && !decide(inbox, &a[i], "", "通过", number, "符合条件", "2021-05-30", false, failure))
			return false;
	}
	return true;
}

bool inbox_dossier(struct inbox *inbox, const struct dossier *dossier, int attempts, struct failure *failure)
{
	return write_school(inbox, dossier, failure) && write_applications(inbox, dossier, failure)
		&& write_performance(inbox, dossier, attempts, failure) && write_decisions(inbox, dossier, failure);
}
