/* The offences of the sample batch, one school each, with near misses beside them.
 * Only the first 120 schools offend. Offences in accounts, performance,
 * assessment, complaints and decisions stand in generate.c's tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samples/applications.h"

/* A cell that is set to a value: the plain kind of offence. */
struct edit {
	int school, application;
	enum application_column column;
	const char *value;
};

static const struct edit edits[] = {
	{ 0, 0, A_CERTIFICATE, "Web前端开法" }, /* R01 */
	{ 0, 0, A_ISSUER, "工业和信息化部教育与考试中心" },
	{ 2, 0, A_SCHOOL_NAME, "样例第3技师学院" }, /* R03b, R47 */
	{ 3, 0, A_DEPARTMENT, "待定" }, /* R05 */
	{ 3, 1, A_LEADER, "／" },
	{ 4, 0, A_DECLARED, "900" }, /* R07a */
	{ 6, 0, A_TEACHERS, "0" }, /* R08; a blank is none */
	{ 6, 1, A_TEACHERS, "" },
	{ 7, 0, A_VOLUNTARY, "否" }, /* R10 */
	{ 8, 0, A_GRADUATION, "是" }, /* R11 */
	{ 9, 0, A_TRAINING_FEE, "50.00" }, /* R12 */
	{ 11, 0, A_FEE_DATE, "2021-05-25" }, /* R14 */
	{ 12, 0, A_FEE, "5000.00" }, /* R15 */
	{ 12, 0, A_AGREED_FEE, "5000.00" },
	{ 13, 0, A_TRAINING_FEE, "" }, /* R12x */
	{ 15, 0, A_PLAN_DIGEST, "abababababababababababababababababababababababababababababababab" }, /* R19b */
	{ 16, 0, A_PLAN_DIGEST, "abababababababababababababababababababababababababababababababab" },
	{ 17, 0, A_AGREEMENT_DATE, "" }, /* R20 */
	{ 18, 0, A_AGREEMENT_DATE, "2021-05-25" },
	{ 19, 0, A_START, "2021-05-01" },
	{ 19, 1, A_START, "" },
	{ 20, 0, A_PARTY, "样例教育咨询有限公司" }, /* R21 */
	{ 20, 1, A_PARTY, "" }, /* R21x */
	{ 21, 0, A_ACCOUNT, "YL99999999" }, /* R24 */
	{ 22, 0, A_PLAN, "无" }, /* R30 */
	{ 23, 0, A_PLAN_PAGES, "0" },
	{ 23, 1, A_PLAN_PAGES, "" }, /* R30x */
	{ 28, 0, A_SUBMITTED, "2021-05-26T00:00:00" }, /* R33a */
	{ 29, 0, A_SUBMITTED, "2021-05-25T00:00:00" }, /* R33b */
	{ 29, 1, A_SUBMITTED, "2021-05-24T23:59:59" }, /* near miss */
	{ 29, 2, A_SUBMITTED, "2021-05-25T23:59:59" },
	{ 30, 0, A_SUBMITTED, "2021-05-13T23:59:59" },
	{ 30, 1, A_SUBMITTED, "2021-05-14T00:00:00" }, /* near miss */
	{ 31, 0, A_MAJOR_CODE, "510201" }, /* R36 */
	{ 31, 0, A_MAJOR_NAME, "计算机应用技术" },
	{ 31, 1, A_MAJOR_CODE, "510201" }, /* near miss */
	{ 31, 1, A_MAJOR_NAME, "林业技术" },
	{ 32, 0, A_MAJOR_NAME, "样例专业" },
	{ 32, 1, A_MAJOR_LEVEL, "中职" },
	{ 34, 0, A_NEW, "是" }, /* R38b */
	{ 35, 0, A_CARRIED, "700" }, /* R40a, R40b */
	{ 36, 0, A_CARRIED, "15" }, /* R40b */
	{ 39, 0, A_CARRIED, "" }, /* R40a */
	{ 40, 0, A_SCHOOL_NAME, "样例原第41职业技术学院" }, /* R47: a former name */
	{ 41, 0, A_SCHOOL_CODE, "4299999999" }, /* R47: no such school */
	{ 42, 0, A_DECLARED, "20" }, /* R40c */
	{ 43, 0, A_DECLARED, "0" }, /* R41 */
	{ 47, 0, A_TELEPHONE, "1234" }, /* R45 */
	{ 47, 1, A_TELEPHONE, "027-80001234-801" }, /* near miss */
	{ 47, 2, A_EMAIL, "yangli#example.com" },
	{ 48, 0, A_AGREED_FEE, "400.00" }, /* R46a */
	{ 48, 1, A_AGREED_FEE, "" }, /* R46x */
	{ 49, 0, A_FEE, "111.00" }, /* R46b */
	{ 49, 0, A_AGREED_FEE, "111.00" },
	{ 50, 0, A_DECLARED, "120人" }, /* F09 */
	{ 51, 0, A_ENROLLED, "同上" }, /* F02 */
	{ 51, 1, A_AGREED_FEE, "#N/A" }, /* F07 */
	{ 52, 0, A_SCHOOL_CODE, "4.29990E+09" }, /* F08 */
	{ 53, 0, A_LEVEL, "特级" }, /* F03 */
	{ 54, 0, A_LEADER, "" }, /* F01 */
	{ 54, 1, A_FEE, "-5" }, /* F05 */
	{ 54, 2, A_SUBMITTED, "2021-05-20" }, /* F02: no time of day */
	{ 54, 3, A_PLAN_DIGEST, "不是摘要" }, /* F04 */
};

struct review_edit {
	int school, review;
	const char *unit, *application_no, *conclusion, *number, *date; /* NULL: as it is */
};

static const struct review_edit review_edits[] = {
	{ 58, 0, "420100", NULL, NULL, NULL, NULL }, /* R06, R27: 58 is not a Wuhan school */
	{ 60, 0, NULL, NULL, "退回", NULL, NULL }, /* R27a */
	{ 61, 0, NULL, NULL, "不同意", NULL, NULL }, /* R27b */
	{ 62, 0, NULL, NULL, NULL, "600", NULL }, /* R27c */
	{ 63, 0, "420000", NULL, NULL, NULL, NULL }, /* R29 */
	{ 64, 0, NULL, "SB2021999999", NULL, NULL, NULL }, /* R29, R27a */
	{ 65, 0, NULL, NULL, NULL, NULL, "2021-05-28" }, /* R34a */
	{ 66, 0, NULL, NULL, NULL, NULL, "2021-05-12" }, /* R34b */
};

static void edit_reviews(struct dossier *dossier)
{
	for (size_t i = 0; i < sizeof review_edits / sizeof *review_edits; i++) {
		const struct review_edit *edit = &review_edits[i];
		if (edit->school != dossier->school.number || edit->review >= dossier->review_count)
			continue;
		struct review *review = &dossier->reviews[edit->review];
		if (edit->unit)
			snprintf(review->unit, sizeof review->unit, "%s", edit->unit);
		if (edit->application_no)
			snprintf(review->application_no, sizeof review->application_no, "%s", edit->application_no);
		if (edit->conclusion)
			snprintf(review->conclusion, sizeof review->conclusion, "%s", edit->conclusion);
		if (edit->number)
			snprintf(review->number, sizeof review->number, "%s", edit->number);
		if (edit->date)
			snprintf(review->date, sizeof review->date, "%s", edit->date);
	}
}

static void set(struct application *application, enum application_column column, const char *value)
{
	snprintf(application->cell[column], TEXT, "%s", value);
}

static void take_certificate(struct application *a, const struct certificate *certificate, const char *level)
{
	set(a, A_CERTIFICATE, certificate->name);
	set(a, A_ISSUER, certificate->issuer);
	set(a, A_PARTY, certificate->issuer);
	set(a, A_LEVEL, level);
	set(a, A_NEW, "是");
	set(a, A_CARRIED, "");
	snprintf(a->cell[A_FEE], TEXT, "%d.00", province_fee(certificate, a->level));
	snprintf(a->cell[A_AGREED_FEE], TEXT, "%d.00", province_fee(certificate, a->level));
	snprintf(a->cell[A_PLAN_DIGEST], TEXT, "cdcd%060d", atoi(a->cell[A_SCHOOL_CODE] + 4)); /* a plan of its own */
}

/* R02: a level that the certificate does not have. */
static void take_missing_level(struct dossier *dossier, const struct province *province)
{
	for (int i = province->old_count; i < province->certificate_count; i++)
		for (int level = 0; level < LEVELS; level++)
			if (!province->certificates[i].has_level[level]) {
				take_certificate(&dossier->applications[dossier->count - 1], &province->certificates[i],
					level_names[level]);
				return;
			}
}

/* R07b: so few students that the declared number is 85 % of them. */
static void shrink_major(struct dossier *dossier)
{
	const struct application *first = &dossier->applications[0];
	int sum = 0;
	for (int i = 0; i < dossier->count; i++)
		if (strcmp(dossier->applications[i].cell[A_MAJOR_CODE], first->cell[A_MAJOR_CODE]) == 0
			&& dossier->applications[i].certificate == first->certificate)
			sum += atoi(dossier->applications[i].cell[A_DECLARED]);
	for (int i = 0; i < dossier->count; i++) {
		struct application *a = &dossier->applications[i];
		if (strcmp(a->cell[A_MAJOR_CODE], first->cell[A_MAJOR_CODE]) != 0)
			continue;
		snprintf(a->cell[A_ENROLLED], TEXT, "%d", sum * 100 / 85);
		snprintf(a->cell[A_PILOT], TEXT, "%s", a->cell[A_DECLARED]);
	}
}

/* R13: the school pays for nobody of a major. */
static void pay_nobody(struct dossier *dossier)
{
	char major[TEXT];
	memcpy(major, dossier->applications[0].cell[A_MAJOR_CODE], TEXT);
	for (int i = 0; i < dossier->count; i++)
		if (strcmp(dossier->applications[i].cell[A_MAJOR_CODE], major) == 0)
			set(&dossier->applications[i], A_PAID, "0");
}

/* R19a: one plan for two certificates. */
static void share_plan(struct dossier *dossier)
{
	const struct application *first = &dossier->applications[0];
	for (int i = 1; i < dossier->count; i++)
		if (dossier->applications[i].certificate != first->certificate) {
			set(&dossier->applications[i], A_PLAN_DIGEST, first->cell[A_PLAN_DIGEST]);
			return;
		}
}

/* R38a: a certificate of batches 1 and 2 that the school was never approved for. */
static void take_old_certificate(struct dossier *dossier, const struct province *province)
{
	struct application *a = &dossier->applications[dossier->count - 1];
	int old = (dossier->school.number + 7) % province->old_count;
	take_certificate(a, &province->certificates[old], level_names[a->level]);
}

/* A review of an application that no city reviews (R26, R28). */
static void add_review(struct dossier *dossier, const struct province *province)
{
	struct review *review = &dossier->reviews[dossier->review_count++]; /* each application has room for one */
	memset(review, 0, sizeof *review);
	memcpy(review->unit, province->regions[dossier->school.region].code, 7);
	memcpy(review->application_no, dossier->applications[0].cell[A_NO], sizeof review->application_no - 1);
	strcpy(review->conclusion, "同意");
	strcpy(review->date, "2021-05-26");
}

/* R43 and R44: the same unit twice. */
static bool repeat(struct dossier *dossier, struct failure *failure)
{
	struct application *copy = dossier_copy(dossier, 0, failure);
	if (!copy)
		return false;
	if (dossier->school.number == 44) { /* R43a */
		set(copy, A_NO, "SB2021000045X001");
		snprintf(copy->cell[A_DECLARED], TEXT, "%d", atoi(copy->cell[A_DECLARED]) + 1);
	}
	if (dossier->school.number == 46) /* R44: one number on two that differ */
		*copy = dossier->applications[1], set(copy, A_NO, dossier->applications[0].cell[A_NO]), set(copy, A_REMARK, "重号");
	return true;
}

bool dossier_offend(struct dossier *dossier, const struct province *province, struct failure *failure)
{
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++)
		if (edits[i].school == dossier->school.number && edits[i].application < dossier->count)
			set(&dossier->applications[edits[i].application], edits[i].column, edits[i].value);
	edit_reviews(dossier);
	switch (dossier->school.number) {
	case 1:
		take_missing_level(dossier, province);
		return true;
	case 5:
		shrink_major(dossier);
		return true;
	case 10:
		pay_nobody(dossier);
		return true;
	case 14:
		share_plan(dossier);
		return true;
	case 24: /* R30: plan and agreement are the same file */
		set(&dossier->applications[0], A_AGREEMENT_DIGEST, dossier->applications[0].cell[A_PLAN_DIGEST]);
		return true;
	case 33:
		take_old_certificate(dossier, province);
		return true;
	case 42: /* R40c: nothing but what is carried over */
		set(&dossier->applications[0], A_CARRIED, "20");
		return true;
	case 44:
	case 45: /* R43b */
	case 46:
		return repeat(dossier, failure);
	case 55: /* R26 */
	case 98: /* R28 */
		add_review(dossier, province);
		return true;
	case 59: /* R27a: no review at all */
		dossier->review_count = 0;
		return true;
	default:
		return true;
	}
}
