#include "samples/applications.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAJORS_OF_SCHOOL = 10 };

void dossier_free(struct dossier *dossier)
{
	free(dossier->applications);
	free(dossier->reviews);
	memset(dossier, 0, sizeof *dossier);
}

static bool reserve(struct dossier *dossier, int applications, int reviews, struct failure *failure)
{
	if (dossier->room < applications) {
		struct application *grown = realloc(dossier->applications, (size_t)applications * 2 * sizeof *grown);
		if (!grown)
			return fail(failure, STATUS_SYSTEM, "out of memory");
		dossier->applications = grown;
		dossier->room = applications * 2;
	}
	if (dossier->review_room < reviews) {
		struct review *grown = realloc(dossier->reviews, (size_t)reviews * 2 * sizeof *grown);
		if (!grown)
			return fail(failure, STATUS_SYSTEM, "out of memory");
		dossier->reviews = grown;
		dossier->review_room = reviews * 2;
	}
	return true;
}

struct application *dossier_copy(struct dossier *dossier, int of, struct failure *failure)
{
	if (!reserve(dossier, dossier->count + 1, 0, failure))
		return NULL;
	struct application *copy = &dossier->applications[dossier->count++];
	*copy = dossier->applications[of];
	return copy;
}

static void add_approval(struct dossier *dossier, int certificate, int year, int approved, int carry_over)
{
	dossier->approvals[dossier->approval_count++] = (struct approval){ certificate, year, approved, carry_over };
}

/* Certificate k of the school: 0 is an old one it was approved for, the rest are
 * of batches 3 and 4. */
static int certificate_of(const struct province *province, const struct school *school, int k)
{
	int fresh = province->certificate_count - province->old_count;
	return k == 0 ? school->number % province->old_count
		      : province->old_count + (school->number * 5 + k * 7) % fresh;
}

static void approve(struct dossier *dossier, const struct province *province)
{
	const struct school *school = &dossier->school;
	dossier->approval_count = 0;
	if (school->kind == KIND_TECHNICIAN)
		return;
	int old = certificate_of(province, school, 0);
	add_approval(dossier, old, 2019, 40, 0);
	add_approval(dossier, old, 2020, 60, school->number % 3 == 0 ? 20 : 0);
	if (school->number % 2 == 0)
		add_approval(dossier, certificate_of(province, school, 1), 2020, 80, 0);
	if (school->number % 10 == 3) /* R39: not continued */
		add_approval(dossier, (old + 5) % province->old_count, 2020, 30, 0);
}

static int approved_before(const struct dossier *dossier, int certificate)
{
	for (int i = 0; i < dossier->approval_count; i++)
		if (dossier->approvals[i].certificate == certificate)
			return 1;
	return 0;
}

static int carry_over(const struct dossier *dossier, int certificate)
{
	for (int i = 0; i < dossier->approval_count; i++)
		if (dossier->approvals[i].certificate == certificate && dossier->approvals[i].year == 2020)
			return dossier->approvals[i].carry_over;
	return 0;
}

static const struct major *major_of(const struct province *province, const struct school *school, int k)
{
	const char *level = school_major_level(school);
	int first = -1;
	int count = 0;
	for (int i = 0; i < province->major_count; i++)
		if (strcmp(province->majors[i].level, level) == 0) {
			first = first < 0 ? i : first;
			count++;
		}
	return &province->majors[first + (school->number * 3 + k) % count];
}

static void hex_digest(char text[TEXT], uint64_t seed, uint64_t stream)
{
	struct random random = random_of(seed, stream);
	for (int i = 0; i < 4; i++)
		snprintf(text + 16 * i, 17, "%016llx", (unsigned long long)random_next(&random));
}

#define PUT(application, column, ...) snprintf((application)->cell[column], TEXT, __VA_ARGS__)

static void fill_identity(struct application *a, const struct school *school, const struct certificate *certificate,
	int level, const struct major *major, int ordinal)
{
	PUT(a, A_NO, "SB2021%06d%04d", school->number + 1, ordinal + 1);
	PUT(a, A_ACCOUNT, "%s", school->account);
	PUT(a, A_SCHOOL_CODE, "%s", school->code);
	PUT(a, A_SCHOOL_NAME, "%s", school->name);
	PUT(a, A_CERTIFICATE, "%s", certificate->name);
	PUT(a, A_ISSUER, "%s", certificate->issuer);
	PUT(a, A_LEVEL, "%s", level_names[level]);
	PUT(a, A_MAJOR_CODE, "%s", major->code);
	PUT(a, A_MAJOR_NAME, "%s", major->name);
	PUT(a, A_MAJOR_LEVEL, "%s", major->level);
}

static void fill_numbers(struct application *a, const struct certificate *certificate, int level, int enrolled,
	int declared, int carried)
{
	int fee = province_fee(certificate, level);
	PUT(a, A_ENROLLED, "%d", enrolled);
	PUT(a, A_PILOT, "%d", declared + enrolled / 10);
	PUT(a, A_DECLARED, "%d", declared);
	if (carried)
		PUT(a, A_CARRIED, "%d", carried);
	PUT(a, A_FEE, "%d.00", fee);
	PUT(a, A_AGREED_FEE, "%d.00", fee);
	PUT(a, A_PAID, "%d", declared + enrolled / 10);
	PUT(a, A_TRAINING_FEE, "0.00");
	PUT(a, A_TEACHERS, "%d", 2 + declared / 20);
}

static void fill_documents(struct application *a, const struct dossier *dossier, int certificate, uint64_t seed)
{
	uint64_t unit = (uint64_t)dossier->school.number * MAX_CERTIFICATES + (uint64_t)certificate;
	PUT(a, A_PLAN, "试点工作方案-%03d.pdf", certificate + 1);
	hex_digest(a->cell[A_PLAN_DIGEST], seed + 1, unit);
	PUT(a, A_PLAN_PAGES, "%d", 8 + certificate % 20);
	PUT(a, A_AGREEMENT, "合作协议-%03d.pdf", certificate + 1);
	hex_digest(a->cell[A_AGREEMENT_DIGEST], seed + 2, unit);
	PUT(a, A_DEPARTMENT, "教务处");
	PUT(a, A_LEADER, "样例负责人");
	PUT(a, A_CONTACT, "样例联系人");
	PUT(a, A_TELEPHONE, "027-8000%04d", dossier->school.number % 10000);
	PUT(a, A_EMAIL, "yangli%d@example.com", dossier->school.number + 1);
}

static void fill_dates(struct application *a, struct random *random)
{
	int day = random_between(random, 14, 24);
	PUT(a, A_SUBMITTED, "2021-05-%02dT%02d:%02d:00", day, random_between(random, 8, 17), random_between(random, 0, 59));
	PUT(a, A_FEE_DATE, "2021-05-%02d", random_between(random, 6, 12));
	PUT(a, A_AGREEMENT_DATE, "2021-05-%02d", random_between(random, 6, 13));
	PUT(a, A_START, "2021-09-01");
}

static bool add_application(struct dossier *dossier, const struct province *province, int k, int m, int level,
	struct random *random, uint64_t seed, struct failure *failure)
{
	if (!reserve(dossier, dossier->count + 1, dossier->review_count + 1, failure))
		return false;
	int chosen = certificate_of(province, &dossier->school, k);
	const struct certificate *certificate = &province->certificates[chosen];
	struct application *a = &dossier->applications[dossier->count];
	memset(a, 0, sizeof *a);
	a->certificate = chosen;
	a->level = level;
	int enrolled = 300 + (dossier->school.number * 17 + m * 31) % 300;
	int declared = enrolled / 10 + random_between(random, 0, enrolled / 10);
	bool first_of_unit = m == 0;
	for (int i = 0; i < level; i++)
		first_of_unit = first_of_unit && !certificate->has_level[i];
	fill_identity(a, &dossier->school, certificate, level, major_of(province, &dossier->school, m), dossier->count);
	fill_numbers(a, certificate, level, enrolled, declared, first_of_unit ? carry_over(dossier, chosen) : 0);
	PUT(a, A_NEW, "%s", approved_before(dossier, chosen) ? "否" : "是");
	PUT(a, A_GRADUATION, "否");
	PUT(a, A_VOLUNTARY, "是");
	PUT(a, A_PARTY, "%s", certificate->issuer);
	fill_documents(a, dossier, chosen, seed);
	fill_dates(a, random);
	if (school_is_on_city_path(&dossier->school)) {
		struct review *review = &dossier->reviews[dossier->review_count++];
		memset(review, 0, sizeof *review);
		memcpy(review->unit, province->regions[dossier->school.region].code, 7);
		snprintf(review->application_no, sizeof review->application_no, "%.60s", a->cell[A_NO]);
		strcpy(review->conclusion, "同意");
		if (random_between(random, 0, 3))
			snprintf(review->number, sizeof review->number, "%d", declared - random_between(random, 0, 5));
		snprintf(review->date, sizeof review->date, "2021-05-%02d", random_between(random, 25, 27));
	}
	dossier->count++;
	return true;
}

bool dossier_fill(struct dossier *dossier, const struct province *province, int number, int wanted, uint64_t seed,
	struct failure *failure)
{
	struct random random = random_of(seed, (uint64_t)number);
	province_school(province, number, &dossier->school);
	dossier->count = 0;
	dossier->review_count = 0;
	approve(dossier, province);
	int start = dossier->school.kind == KIND_TECHNICIAN ? 1 : 0;
	/* Few majors with several certificates each, or, for the national batch, ten. */
	int majors = wanted < 100 ? 2 : MAJORS_OF_SCHOOL;
	for (int pair = 0; dossier->count < wanted; pair++) {
		int k = start + pair / majors;
		int certificate = certificate_of(province, &dossier->school, k);
		for (int level = 0; level < LEVELS && dossier->count < wanted; level++)
			if (province->certificates[certificate].has_level[level]
				&& !add_application(dossier, province, k, pair % majors, level, &random, seed, failure))
				return false;
	}
	return true;
}
