#include "common/progress.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/terminal.h"

enum {
	TICK = 125000000,        /* nanoseconds from line to line */
	SAMPLES = 24,            /* ticks over which the rate is taken */
	WORDS = 64, COUNTS = 300, NAME = 300, LINE = 900,
	NAME_COLUMNS = 12,       /* of a name where the terminal is narrow */
	LEAST = 300000000        /* nanoseconds before anything is foretold */
};

struct sample {
	int64_t at, rows;
};

struct progress {
	pthread_t thread;
	pthread_mutex_t mutex;   /* of what follows, up to the counts */
	pthread_cond_t stop_asked;
	bool stop;
	char place[WORDS], verb[WORDS], unit[WORDS], name[NAME];
	int64_t work, items, begun;
	struct sample samples[SAMPLES];
	int sample_count;
	int64_t before, part;    /* work before this part, and of it */
	atomic_int_fast64_t worked, rows, items_done;
};

static int64_t now(void)
{
	struct timespec time = { 0 };
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* ---- the line */

/* 4200000 -> 4,200,000 */
static void print_number(char *text, size_t size, int64_t number)
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%lld", (long long)number);
	size_t used = 0;
	for (int i = 0; i < length && used + 2 < size; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			text[used++] = ',';
		text[used++] = digits[i];
	}
	text[used] = '\0';
}

static void print_time(char *text, size_t size, int64_t seconds)
{
	long long s = seconds;
	if (s < 60)
		snprintf(text, size, tr("%lld s", "%lld 秒"), s);
	else if (s < 3600)
		snprintf(text, size, tr("%lld min %lld s", "%lld 分 %lld 秒"), s / 60, s % 60);
	else
		snprintf(text, size, tr("%lld h %lld min", "%lld 小时 %lld 分"), s / 3600, s / 60 % 60);
}

/* Rows a second over the last few ticks, 0 where it is too early to say. */
static int64_t take_rate(struct progress *progress, int64_t at, int64_t rows)
{
	struct sample *oldest = progress->sample_count < SAMPLES ? &progress->samples[0]
		: &progress->samples[progress->sample_count % SAMPLES];
	struct sample from = progress->sample_count ? *oldest : (struct sample){ progress->begun, 0 };
	progress->samples[progress->sample_count % SAMPLES] = (struct sample){ at, rows };
	progress->sample_count++;
	if (at - from.at < LEAST)
		from = (struct sample){ progress->begun, 0 };
	return at - from.at < LEAST ? 0 : (int64_t)((double)(rows - from.rows) * 1e9 / (double)(at - from.at));
}

struct text {
	char bytes[COUNTS];
	size_t used;
};

static void add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(text->bytes + text->used, sizeof text->bytes - text->used, format, arguments);
	va_end(arguments);
	text->used += length > 0 ? (size_t)length : 0;
	if (text->used >= sizeof text->bytes)
		text->used = sizeof text->bytes - 1;
}

/* What follows the name: counts, rate (0: not said), time left. */
static void print_counts(const struct progress *progress, struct text *text, int64_t at, int64_t rate)
{
	int64_t spent = at - progress->begun;
	int64_t worked = atomic_load_explicit(&progress->worked, memory_order_relaxed);
	int64_t rows = atomic_load_explicit(&progress->rows, memory_order_relaxed);
	int64_t items = atomic_load_explicit(&progress->items_done, memory_order_relaxed);
	char number[WORDS];
	if (progress->items > 0)
		add(text, " %lld/%lld %s", (long long)items, (long long)progress->items, progress->unit);
	else if (progress->work > 0)
		add(text, " %d%%", worked >= progress->work ? 100 : (int)((double)worked * 100 / (double)progress->work));
	if (rows > 0) {
		print_number(number, sizeof number, rows);
		add(text, tr("  %s rows", "  %s 行"), number);
	}
	if (rows > 0 && rate > 0) {
		print_number(number, sizeof number, rate);
		add(text, tr("  %s rows/s", "  %s 行/秒"), number);
	}
	if (worked > 0 && worked < progress->work && spent >= LEAST) {
		print_time(number, sizeof number,
			(int64_t)((double)spent * (double)(progress->work - worked) / (double)worked / 1e9 + 0.999));
		add(text, tr("  %s left", "  还需 %s"), number);
	} else if (progress->work == 0 && spent >= 2 * (int64_t)1000000000) {
		print_time(number, sizeof number, spent / 1000000000);
		add(text, tr("  %s so far", "  已用 %s"), number);
	}
}

/* The line, at most one column short of the terminal: the name gives way first, then the rate. */
static void print_line(struct progress *progress, char line[LINE])
{
	char name[NAME] = "", whole[LINE];
	struct text counts = { .used = 0 };
	int columns = terminal_columns() - 1;
	int64_t at = now();
	print_counts(progress, &counts, at,
		take_rate(progress, at, atomic_load_explicit(&progress->rows, memory_order_relaxed)));
	const char *open = *progress->place ? "[" : "", *close = *progress->place ? "] " : "";
	int head = terminal_width(progress->place) + (*progress->place ? 3 : 0) + terminal_width(progress->verb) + 1;
	int least = head + (*progress->name ? NAME_COLUMNS : 0);
	if (least + terminal_width(counts.bytes) > columns) {
		counts.used = 0;
		print_counts(progress, &counts, at, 0);
	}
	int room = columns - head - terminal_width(counts.bytes);
	room = room < NAME_COLUMNS ? NAME_COLUMNS : room;
	if (*progress->name)
		terminal_fit(name, sizeof name, progress->name, room);
	snprintf(whole, sizeof whole, "%s%s%s%s%s%s%s", open, progress->place, close, progress->verb, *name ? " " : "", name,
		counts.bytes);
	terminal_fit(line, LINE, whole, columns);
}

/* Says `text` unless that would wait: a terminal that was stopped must not stop the stage,
 * and one that belongs to another job is left alone. */
static void say(const char *text)
{
	struct pollfd terminal = { .fd = STDERR_FILENO, .events = POLLOUT };
	pid_t foreground = tcgetpgrp(STDERR_FILENO);
	if ((foreground >= 0 && foreground != getpgrp()) || poll(&terminal, 1, 0) != 1 || !(terminal.revents & POLLOUT))
		return;
	ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
	(void)ignored;
}

static void *display(void *context)
{
	struct progress *progress = context;
	struct timespec next;
	char line[LINE], text[LINE + 16];
	clock_gettime(CLOCK_MONOTONIC, &next);
	pthread_mutex_lock(&progress->mutex);
	while (!progress->stop) {
		next.tv_nsec += TICK;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		while (!progress->stop && pthread_cond_timedwait(&progress->stop_asked, &progress->mutex, &next) == 0)
			;
		if (progress->stop || !*progress->verb)
			continue;
		print_line(progress, line);
		snprintf(text, sizeof text, "\r%s\033[K", line);
		say(text);
	}
	pthread_mutex_unlock(&progress->mutex);
	return NULL;
}

/* ---- opening and closing */

/* Starts the thread with all signals blocked: they are the stage's own. */
static bool start(struct progress *progress)
{
	sigset_t all, before;
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&progress->stop_asked, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&progress->mutex, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bool started = pthread_create(&progress->thread, NULL, display, progress) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

struct progress *progress_open(const char *place)
{
	struct progress *progress = terminal_is_live() ? calloc(1, sizeof *progress) : NULL;
	if (!progress)
		return NULL;
	snprintf(progress->place, sizeof progress->place, "%s", place ? place : "");
	if (start(progress))
		return progress;
	free(progress);
	return NULL;
}

void progress_close(struct progress *progress)
{
	if (!progress)
		return;
	pthread_mutex_lock(&progress->mutex);
	progress->stop = true;
	pthread_cond_signal(&progress->stop_asked);
	pthread_mutex_unlock(&progress->mutex);
	pthread_join(progress->thread, NULL);
	say("\r\033[K");
	pthread_cond_destroy(&progress->stop_asked);
	pthread_mutex_destroy(&progress->mutex);
	free(progress);
}

/* ---- counting */

void progress_begin(struct progress *progress, const char *verb, int64_t work, int64_t items, const char *unit)
{
	if (!progress)
		return;
	pthread_mutex_lock(&progress->mutex);
	snprintf(progress->verb, sizeof progress->verb, "%s", verb);
	snprintf(progress->unit, sizeof progress->unit, "%s", unit ? unit : "");
	progress->name[0] = '\0';
	progress->work = work;
	progress->items = items;
	progress->sample_count = 0;
	progress->before = progress->part = 0;
	progress->begun = now();
	atomic_store(&progress->worked, 0);
	atomic_store(&progress->rows, 0);
	atomic_store(&progress->items_done, 0);
	pthread_mutex_unlock(&progress->mutex);
}

void progress_rest(struct progress *progress)
{
	if (!progress)
		return;
	pthread_mutex_lock(&progress->mutex);
	progress->verb[0] = '\0';
	say("\r\033[K");
	pthread_mutex_unlock(&progress->mutex);
}

void progress_name(struct progress *progress, const char *name)
{
	if (!progress)
		return;
	pthread_mutex_lock(&progress->mutex);
	snprintf(progress->name, sizeof progress->name, "%s", name);
	pthread_mutex_unlock(&progress->mutex);
}

void progress_part(struct progress *progress, const char *name, int64_t work)
{
	if (!progress)
		return;
	progress_name(progress, name);
	progress->before += progress->part;
	progress->part = work;
	progress_reach(progress, 0);
}

void progress_reach(struct progress *progress, int64_t reached)
{
	if (progress)
		atomic_store_explicit(&progress->worked,
			progress->before + (reached < progress->part ? reached : progress->part), memory_order_relaxed);
}

void progress_work(struct progress *progress, int64_t more)
{
	if (progress)
		atomic_fetch_add_explicit(&progress->worked, more, memory_order_relaxed);
}

void progress_rows(struct progress *progress, int64_t more)
{
	if (progress)
		atomic_fetch_add_explicit(&progress->rows, more, memory_order_relaxed);
}

void progress_item(struct progress *progress)
{
	if (progress)
		atomic_fetch_add_explicit(&progress->items_done, 1, memory_order_relaxed);
}
