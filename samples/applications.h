/* What one school sends: its applications and what goes with them, first all
 * sound, then with the offences of the sample. */
#ifndef SAMPLES_APPLICATIONS_H
#define SAMPLES_APPLICATIONS_H

#include "samples/province.h"
#include "samples/random.h"

/* The columns of the application dataset, in its order. */
enum application_column {
	A_NO, A_ACCOUNT, A_SCHOOL_CODE, A_SCHOOL_NAME, A_CERTIFICATE, A_ISSUER, A_LEVEL, A_MAJOR_CODE, A_MAJOR_NAME,
	A_MAJOR_LEVEL, A_ENROLLED, A_PILOT, A_DECLARED, A_CARRIED, A_NEW, A_FEE, A_FEE_DATE, A_AGREED_FEE, A_PAID,
	A_TRAINING_FEE, A_GRADUATION, A_VOLUNTARY, A_TEACHERS, A_PLAN, A_PLAN_DIGEST, A_PLAN_PAGES, A_AGREEMENT,
	A_AGREEMENT_DIGEST, A_AGREEMENT_DATE, A_PARTY, A_START, A_DEPARTMENT, A_LEADER, A_CONTACT, A_TELEPHONE, A_EMAIL,
	A_SUBMITTED, A_REMARK, A_COLUMNS
};

struct application {
	char cell[A_COLUMNS][TEXT];
	int certificate, level; /* -1 where the offence made it no confirmed one */
};

/* A city review of application `of`; a unit of its own where the offence needs it. */
struct review {
	char unit[8], application_no[64], conclusion[16], number[16], date[24], opinion[TEXT];
};

struct approval {
	int certificate;
	int year, approved, carry_over;
};

enum { MAX_APPROVALS = 8 };

struct dossier {
	struct school school;
	struct application *applications;
	int count, room;
	struct review *reviews;
	int review_count, review_room;
	struct approval approvals[MAX_APPROVALS];
	int approval_count;
};

/* Fills a dossier of some `wanted` sound applications; its arrays grow as needed
 * and are reused. */
bool dossier_fill(struct dossier *dossier, const struct province *province, int number, int wanted, uint64_t seed,
	struct failure *failure);
void dossier_free(struct dossier *dossier);

/* Appends a copy of application `of`; NULL when out of memory. */
struct application *dossier_copy(struct dossier *dossier, int of, struct failure *failure);

/* Puts the offence of this school's number into the dossier, with its near
 * misses (offences.c). */
bool dossier_offend(struct dossier *dossier, const struct province *province, struct failure *failure);

#endif
