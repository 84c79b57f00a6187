#include "onex/pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/layout.h"
#include "onex/cache.h"
#include "onex/inputs.h"

extern char **environ;

struct stage {
	const char *program;
	const char *english, *chinese;
};

static const struct stage stages[PIPELINE_STAGES] = {
	{ "onex-ingest", "reading the inbox", "读取原始文件" },
	{ "onex-validate", "judging by the notice", "按通知核查" },
	{ "onex-transform", "counting and allocating", "汇总与测算" },
	{ "onex-report", "writing the reports", "生成报表" },
};

char *pipeline_program(const char *program, struct failure *failure)
{
	char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	if (length <= 0) {
		fail_system(failure, "/proc/self/exe");
		return NULL;
	}
	path[length] = '\0';
	char *slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	return layout_join(failure, path, program);
}

static bool wait_for(pid_t child, const struct stage *stage, struct failure *failure)
{
	int status;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return fail_system(failure, tr("cannot wait for %s", "无法等待 %s"), stage->program);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFEXITED(status) && WEXITSTATUS(status) <= STATUS_BUG)
		return fail(failure, (enum status)WEXITSTATUS(status), tr("stopped at: %s (%s)", "停在：%s（%s）"),
			tr(stage->english, stage->chinese), stage->program);
	if (WIFSIGNALED(status))
		return fail(failure, STATUS_SYSTEM, tr("%s was ended by signal %d", "%s 被信号 %d 终止"), stage->program,
			WTERMSIG(status));
	return fail(failure, STATUS_BUG, tr("%s ended with status %d", "%s 以状态 %d 结束"), stage->program,
		WEXITSTATUS(status));
}

/* Starts a stage; what it prints goes to stderr, for stdout is the verdict's. */
static int start(pid_t *child, const char *program, char *const arguments[])
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);
	if (error)
		return error;
	error = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	if (!error)
		error = posix_spawn(child, program, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* `profile` is an option of the stage or NULL. */
static bool run_stage(int number, const char *batch, const char *out, const char *profile,
	const struct pipeline_options *options, struct failure *failure)
{
	const struct stage *stage = &stages[number];
	char *program = pipeline_program(stage->program, failure);
	char *folder = copy_text(failure, batch);
	char *target = copy_text(failure, out);
	char *measure = profile ? copy_text(failure, profile) : NULL;
	bool is_named = options->named && number + 1 == PIPELINE_STAGES;
	char *named = is_named ? print_text(failure, "--named=%s", options->named) : NULL;
	bool done = program && folder && target && (measure || !profile) && (named || !is_named);
	if (done) {
		char name[32], output[] = "-o", quiet[] = "--quiet", end[] = "--", progress[32];
		snprintf(progress, sizeof progress, "--progress=%d/%d", number + 1, PIPELINE_STAGES);
		snprintf(name, sizeof name, "%s", stage->program);
		char *arguments[10] = { name, output, target };
		int count = 3;
		if (!options->verbose)
			arguments[count++] = quiet;
		if (measure)
			arguments[count++] = measure;
		if (options->progress)
			arguments[count++] = progress;
		if (named)
			arguments[count++] = named;
		arguments[count++] = end;
		arguments[count] = folder;
		pid_t child;
		int error = start(&child, program, arguments);
		errno = error;
		done = error ? fail_system(failure, tr("cannot start %s", "无法启动 %s"), program)
			     : wait_for(child, stage, failure);
	}
	free(program);
	free(folder);
	free(target);
	free(measure);
	free(named);
	return done;
}

static bool write_file(const char *folder, const char *name, const char *text, struct failure *failure)
{
	char *path = layout_join(failure, folder, name);
	if (!path)
		return false;
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	bool done = file >= 0;
	for (size_t used = 0, length = strlen(text); done && used < length;) {
		ssize_t written = write(file, text + used, length - used);
		if (written < 0 && errno == EINTR)
			continue;
		done = written > 0;
		used += written > 0 ? (size_t)written : 0;
	}
	if (!done)
		fail_system(failure, tr("cannot write %s", "无法写入 %s"), path);
	if (file >= 0 && close(file) != 0 && done)
		done = fail_system(failure, tr("cannot write %s", "无法写入 %s"), path);
	free(path);
	return done;
}

/* Which stage is at work: the beginning of the line that it rewrites, else a line each. */
static void show(const struct pipeline_options *options, int stage)
{
	if (options->quiet)
		return;
	bool rewritten = options->progress && !options->verbose;
	if (stage < PIPELINE_STAGES)
		fprintf(stderr, "%s[%d/%d] %s…%s", rewritten ? "\r\033[K" : "", stage + 1, PIPELINE_STAGES,
			tr(stages[stage].english, stages[stage].chinese), rewritten ? "" : "\n");
	else if (rewritten)
		fputs("\r\033[K", stderr);
	fflush(stderr);
}

/* What goes in. */
struct lists {
	struct layout_names names; /* of the batch's files, before anything is read */
	char *batch, *program, *key;
};

static void free_lists(struct lists *lists)
{
	layout_names_free(&lists->names);
	free(lists->batch);
	free(lists->program);
	free(lists->key);
}

/* The program's own list and the script that an auditor runs. */
static bool write_program(struct lists *lists, const char *out, struct failure *failure)
{
	char *home = layout_home(failure);
	lists->program = home ? inputs_of_program(home, failure) : NULL;
	char *script = lists->program ? print_text(failure, "%s/onex/audit.sql", home) : NULL;
	char *audit = script ? layout_read(failure, script, 1UL << 22, NULL) : NULL;
	bool done = audit && write_file(out, INPUTS_OF_PROGRAM, lists->program, failure)
		&& write_file(out, "audit.sql", audit, failure);
	free(home);
	free(script);
	free(audit);
	return done;
}

/* The batch's own list, and the key that what ingest made of it is kept under. */
static bool write_batch(struct lists *lists, const char *out, struct failure *failure)
{
	lists->key = lists->batch ? cache_key(lists->batch, lists->program, failure) : NULL;
	return lists->key && write_file(out, INPUTS_OF_BATCH, lists->batch, failure);
}

static bool start_lists(struct lists *lists, const char *batch, const char *out, const struct pipeline_options *options,
	struct failure *failure)
{
	if (!inputs_names(&lists->names, batch, failure) || !write_program(lists, out, failure))
		return false;
	if (!options->inputs)
		return true;
	lists->batch = copy_text(failure, options->inputs);
	return write_batch(lists, out, failure);
}

/* Where no list was made before, it is of what ingest read. */
static bool finish_lists(struct lists *lists, const char *batch, const char *out, struct failure *failure)
{
	if (lists->batch)
		return true;
	lists->batch = inputs_ingested(batch, &lists->names, out, failure);
	return write_batch(lists, out, failure);
}

/* Whether the batch's files are still what its list says, asked on a thread of its own
 * while the last stages work, which leave a core idle. */
struct check {
	const char *batch, *list;
	pthread_t thread;
	bool begun, done;
	struct failure failure;
};

static void *look_for_changes(void *argument)
{
	struct check *check = argument;
	char *after = inputs_of_batch(check->batch, &check->failure);
	check->done = after != NULL;
	if (after && strcmp(check->list, after) != 0)
		check->done = fail(&check->failure, STATUS_SYSTEM, "%s", tr("the batch's files changed while they were read; run again",
			"读取期间批次文件有变动，请重新运行"));
	free(after);
	return NULL;
}

static void start_check(struct check *check, const char *list)
{
	check->list = list;
	check->begun = pthread_create(&check->thread, NULL, look_for_changes, check) == 0;
}

static bool finish_check(struct check *check, bool done, struct failure *failure)
{
	if (check->begun)
		pthread_join(check->thread, NULL);
	else if (done)
		look_for_changes(check);
	if (done && !check->done)
		*failure = check->failure;
	return done && check->done;
}

bool pipeline_run(const char *batch, const char *out, const struct pipeline_options *options, struct failure *failure)
{
	struct lists lists = { 0 };
	struct check check = { .batch = batch };
	bool kept = false;
	bool done = start_lists(&lists, batch, out, options, failure)
		&& (!lists.batch || !options->reuse || cache_take(batch, lists.key, out, &kept, failure));
	for (int i = kept ? 1 : 0; done && i < PIPELINE_STAGES; i++) {
		show(options, i);
		done = run_stage(i, batch, out, options->profile, options, failure);
		if (done && i == 0 && options->keep)
			cache_keep(batch, out);
		done = done && finish_lists(&lists, batch, out, failure);
		if (done && i == 1)
			start_check(&check, lists.batch);
	}
	show(options, PIPELINE_STAGES);
	done = finish_check(&check, done, failure);
	if (done && !kept && options->keep)
		cache_confirm(batch, lists.key);
	free_lists(&lists);
	return done;
}
