/* generate: writes the sample batch, or a national one.
 *
 *   build/generate --to samples/2021-1                    the committed sample
 *   build/generate --to /tmp/national --size 1000000      plain CSV, ten assessment
 *                                                         records per application
 *
 * The same seed and size give the same bytes. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/layout.h"
#include "samples/writer.h"

enum { SAMPLE_SIZE = 1500, SAMPLE_SCHOOLS = 120, NATIONAL_PER_SCHOOL = 200, ATTEMPTS_PER_APPLICATION = 10 };

struct plan {
	const char *to;
	int size;
	uint64_t seed;
	bool gb18030;
};

static bool make_folders(const char *to, char **inbox, struct failure *failure)
{
	*inbox = layout_join(failure, to, "inbox");
	return *inbox && (mkdir(to, 0755) == 0 || errno == EEXIST || fail_system(failure, "%s", to))
		&& (mkdir(*inbox, 0755) == 0 || errno == EEXIST || fail_system(failure, "%s", *inbox));
}

static bool copy_notice(const struct plan *plan, const char *home, struct failure *failure)
{
	char *from = layout_join(failure, home, "samples/2021-1/notice.xml");
	char *to = layout_join(failure, plan->to, "notice.xml");
	char *text = from && to ? layout_read(failure, from, 1 << 20, NULL) : NULL;
	bool done = text != NULL;
	if (done && strcmp(from, to) != 0) {
		FILE *file = fopen(to, "wx"); /* a notice that is there stays */
		done = file ? fputs(text, file) >= 0 : errno == EEXIST || fail_system(failure, "%s", to);
		if (file && fclose(file) != 0)
			done = fail_system(failure, "%s", to);
	}
	free(from);
	free(to);
	free(text);
	return done;
}

static bool write_schools(const struct plan *plan, const struct province *province, struct inbox *inbox,
	struct failure *failure)
{
	bool national = plan->size > SAMPLE_SIZE;
	int schools = national ? (plan->size + NATIONAL_PER_SCHOOL - 1) / NATIONAL_PER_SCHOOL : SAMPLE_SCHOOLS;
	schools = schools < SAMPLE_SCHOOLS ? SAMPLE_SCHOOLS : schools;
	struct dossier dossier = { 0 };
	bool done = true;
	for (int i = 0; done && i < schools; i++) {
		/* Spread the size evenly over the schools, to the record. */
		int wanted = (int)((int64_t)plan->size * (i + 1) / schools - (int64_t)plan->size * i / schools);
		done = dossier_fill(&dossier, province, i, wanted, plan->seed, failure);
		/* A school has 1.6 approved certificates of 2020 on average. */
		int attempts = national ? wanted * ATTEMPTS_PER_APPLICATION * 10 / 16 : 8;
		if (done && i < SAMPLE_SCHOOLS)
			done = dossier_offend(&dossier, province, failure);
		done = done && inbox_dossier(inbox, &dossier, attempts, failure);
	}
	dossier_free(&dossier);
	return done;
}

static bool generate(const struct plan *plan, struct failure *failure)
{
	char *home = layout_home(failure);
	char *folder = NULL;
	struct inbox *inbox = NULL;
	struct province *province = allocate(failure, 1, sizeof *province);
	bool done = home && province && province_load(province, home, failure) && make_folders(plan->to, &folder, failure)
		&& copy_notice(plan, home, failure);
	if (done) {
		inbox = inbox_open(folder, province, plan->size > SAMPLE_SIZE, plan->gb18030, failure);
		done = inbox && inbox_reference(inbox, failure) && write_schools(plan, province, inbox, failure);
		done = inbox_close(inbox, failure) && done;
	}
	free(home);
	free(folder);
	free(province);
	return done;
}

int main(int argc, char **argv)
{
	static const struct option known[] = { { "to", required_argument, NULL, 't' }, { "size", required_argument, NULL, 's' },
		{ "seed", required_argument, NULL, 'e' }, { "gb18030", no_argument, NULL, 'g' },
		{ "help", no_argument, NULL, 'h' }, { 0 } };
	struct plan plan = { .size = SAMPLE_SIZE, .seed = 2021 };
	struct failure failure = { 0 };
	for (int option; (option = getopt_long(argc, argv, "h", known, NULL)) != -1;) {
		switch (option) {
		case 't':
			plan.to = optarg;
			break;
		case 's':
			plan.size = atoi(optarg);
			break;
		case 'e':
			plan.seed = strtoull(optarg, NULL, 10);
			break;
		case 'g':
			plan.gb18030 = true;
			break;
		case 'h':
			puts("Usage: generate --to FOLDER [--size APPLICATIONS] [--seed NUMBER] [--gb18030]");
			return STATUS_DONE;
		default:
			return STATUS_USAGE;
		}
	}
	if (!plan.to || plan.size < SAMPLE_SCHOOLS) {
		fputs("generate: --to FOLDER is needed, and --size from 120\n", stderr);
		return STATUS_USAGE;
	}
	if (generate(&plan, &failure))
		return STATUS_DONE;
	fprintf(stderr, "generate: %s\n", failure.text);
	return (int)failure.status;
}
