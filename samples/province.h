/* A fictitious province: schools that visibly do not exist, over the real units,
 * certificates and old majors of samples/reference/. */
#ifndef SAMPLES_PROVINCE_H
#define SAMPLES_PROVINCE_H

#include "common/failure.h"

enum { REGIONS = 17, MAX_CERTIFICATES = 128, MAX_MAJORS = 512, LEVELS = 3, TEXT = 160 };

enum kind { KIND_COLLEGE, KIND_VOCATIONAL_BACHELOR, KIND_SECONDARY, KIND_APPLIED, KIND_ORDINARY, KIND_TECHNICIAN };
enum affiliation { OF_PROVINCE, OF_CITY, OF_MINISTRY };

struct region {
	char code[8], name[TEXT], alias[TEXT];
};

struct certificate {
	char code[16], name[TEXT], issuer[TEXT];
	int release_batch;
	bool has_level[LEVELS];
	int exam_form; /* 0 … 3 */
};

struct major {
	char level[16], code[16], name[TEXT];
};

struct province {
	struct region regions[REGIONS];
	int region_count;
	struct certificate certificates[MAX_CERTIFICATES];
	int certificate_count, old_count; /* the first old_count are of batches 1 and 2 */
	struct major majors[MAX_MAJORS];
	int major_count;
};

struct school {
	int number; /* from 0 */
	char code[16], name[TEXT], former[TEXT], credit[24], account[24];
	enum kind kind;
	enum affiliation affiliation;
	int region;
};

extern const char *const level_names[LEVELS];
extern const char *const exam_form_names[4];
extern const char *const kind_names[6];
extern const char *const affiliation_names[3];

/* Reads samples/reference/ below `home`. */
bool province_load(struct province *province, const char *home, struct failure *failure);

/* School `number`, of a mix of kinds that repeats every 120. */
void province_school(const struct province *province, int number, struct school *school);

/* Yuan per head that every school declares for a certificate at a level. */
int province_fee(const struct certificate *certificate, int level);

/* Whether a city bureau reviews the school (四.2). */
bool school_is_on_city_path(const struct school *school);

/* The level of a major that suits the school's kind. */
const char *school_major_level(const struct school *school);

#endif
