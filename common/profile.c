#include "common/profile.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/resource.h>

enum { LINES = 256, TEXT = 64 };

struct line {
	char part[TEXT], name[TEXT];
	int64_t wall, cpu, rows, bytes;
};

struct profile {
	const char *stage;
	enum profile_form form;
	pthread_mutex_t mutex;
	struct span start;
	int count;
	struct line lines[LINES];
};

static int64_t read_clock(clockid_t clock)
{
	struct timespec now = { 0 };
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool profile_form(const char *argument, enum profile_form *form)
{
	bool is_json = argument && strcmp(argument, "json") == 0;
	*form = is_json ? PROFILE_JSON : PROFILE_TABLE;
	return is_json || !argument || strcmp(argument, "table") == 0;
}

struct profile *profile_open(const char *stage, enum profile_form form)
{
	struct profile *profile = form == PROFILE_NONE ? NULL : calloc(1, sizeof *profile);
	if (!profile)
		return NULL;
	profile->stage = stage;
	profile->form = form;
	pthread_mutex_init(&profile->mutex, NULL);
	profile->start.wall = read_clock(CLOCK_MONOTONIC);
	return profile;
}

void profile_begin(const struct profile *profile, struct span *span)
{
	*span = (struct span){ 0 };
	if (!profile)
		return;
	span->wall = read_clock(CLOCK_MONOTONIC);
	span->cpu = read_clock(CLOCK_THREAD_CPUTIME_ID);
}

/* The line of part and name, or NULL where there are too many. */
static struct line *line_of(struct profile *profile, const char *part, const char *name)
{
	for (int i = 0; i < profile->count; i++)
		if (strncmp(profile->lines[i].part, part, TEXT - 1) == 0 && strncmp(profile->lines[i].name, name, TEXT - 1) == 0)
			return &profile->lines[i];
	if (profile->count == LINES)
		return NULL;
	struct line *line = &profile->lines[profile->count++];
	snprintf(line->part, sizeof line->part, "%s", part);
	snprintf(line->name, sizeof line->name, "%s", name);
	return line;
}

static void add(struct profile *profile, const char *part, const char *name, const struct line *what)
{
	pthread_mutex_lock(&profile->mutex);
	struct line *line = line_of(profile, part, name);
	if (line) {
		line->wall += what->wall;
		line->cpu += what->cpu;
		line->rows += what->rows;
		line->bytes += what->bytes;
	}
	pthread_mutex_unlock(&profile->mutex);
}

void profile_end(struct profile *profile, const struct span *span, const char *part, const char *name,
	int64_t rows, int64_t bytes)
{
	if (!profile)
		return;
	const struct line line = { .wall = read_clock(CLOCK_MONOTONIC) - span->wall,
		.cpu = read_clock(CLOCK_THREAD_CPUTIME_ID) - span->cpu, .rows = rows, .bytes = bytes };
	add(profile, part, name, &line);
}

int64_t profile_now(const struct profile *profile)
{
	return profile ? read_clock(CLOCK_MONOTONIC) : 0;
}

void profile_add(struct profile *profile, const char *part, const char *name, int64_t nanoseconds, int64_t rows,
	int64_t bytes)
{
	const struct line line = { .wall = nanoseconds, .rows = rows, .bytes = bytes };
	if (profile)
		add(profile, part, name, &line);
}

/* ---- printing */

static double seconds(int64_t nanoseconds)
{
	return (double)nanoseconds / 1e9;
}

static double rate(int64_t count, int64_t nanoseconds)
{
	return nanoseconds > 0 ? (double)count / seconds(nanoseconds) : 0;
}

static void print_table(const struct profile *profile, int64_t wall, const struct rusage *used, FILE *to)
{
	fprintf(to, "%s: %.3f s, user %.3f s, system %.3f s, at most %ld KiB\n", profile->stage, seconds(wall),
		(double)used->ru_utime.tv_sec + (double)used->ru_utime.tv_usec / 1e6,
		(double)used->ru_stime.tv_sec + (double)used->ru_stime.tv_usec / 1e6, used->ru_maxrss);
	fprintf(to, "%-10s %-32s %9s %9s %12s %11s %9s\n", "part", "name", "seconds", "cpu", "rows", "rows/s", "MiB/s");
	for (int i = 0; i < profile->count; i++) {
		const struct line *line = &profile->lines[i];
		fprintf(to, "%-10s %-32s %9.3f %9.3f %12lld %11.0f %9.1f\n", line->part, line->name, seconds(line->wall),
			seconds(line->cpu), (long long)line->rows, rate(line->rows, line->wall),
			rate(line->bytes, line->wall) / 1048576);
	}
}

static void print_json_text(const char *text, FILE *to)
{
	putc('"', to);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', to);
		if ((unsigned char)*text >= 0x20)
			putc(*text, to);
	}
	putc('"', to);
}

static void print_json(const struct profile *profile, int64_t wall, const struct rusage *used, FILE *to)
{
	fprintf(to, "{\"stage\":\"%s\",\"seconds\":%.6f,\"user\":%.6f,\"system\":%.6f,\"peak_kib\":%ld,\"parts\":[",
		profile->stage, seconds(wall), (double)used->ru_utime.tv_sec + (double)used->ru_utime.tv_usec / 1e6,
		(double)used->ru_stime.tv_sec + (double)used->ru_stime.tv_usec / 1e6, used->ru_maxrss);
	for (int i = 0; i < profile->count; i++) {
		const struct line *line = &profile->lines[i];
		fputs(i ? ",{\"part\":" : "{\"part\":", to);
		print_json_text(line->part, to);
		fputs(",\"name\":", to);
		print_json_text(line->name, to);
		fprintf(to, ",\"seconds\":%.6f,\"cpu\":%.6f,\"rows\":%lld,\"bytes\":%lld}", seconds(line->wall),
			seconds(line->cpu), (long long)line->rows, (long long)line->bytes);
	}
	fputs("]}\n", to);
}

void profile_close(struct profile *profile, bool done)
{
	if (!profile)
		return;
	struct rusage used = { 0 };
	getrusage(RUSAGE_SELF, &used);
	int64_t wall = read_clock(CLOCK_MONOTONIC) - profile->start.wall;
	if (done && profile->form == PROFILE_JSON)
		print_json(profile, wall, &used, stderr);
	else if (done)
		print_table(profile, wall, &used, stderr);
	pthread_mutex_destroy(&profile->mutex);
	free(profile);
}
