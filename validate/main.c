#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "common/streams.h"
#include "validate/validate.h"

static void print_help(FILE *to)
{
	fputs(tr("usage: onex-validate [-o DIR] [--quiet] BATCH\n"
		 "       onex-validate [-o DIR] --only RULE [--only RULE]... BATCH\n"
		 "       onex-validate --list | --explain RULE | --help | --version\n"
		 "Judges the rows of DIR/batch.db (DIR: BATCH/out) by the rules of the notice.\n\n"
		 "  onex-validate --only R33 samples/2021-1\n\n"
		 "  -o, --output DIR   the folder that holds batch.db\n"
		 "      --only RULE    run only this rule, print its findings, write nothing\n"
		 "      --skip RULE    leave this rule out (for tests)\n"
		 "      --list         list the rules: case, severity, clause, subject, title, sentence\n"
		 "      --explain RULE say all of one rule\n"
		 "      --profile[=json] say on stderr where the time went\n"
		 "      --progress[=N/M] on a terminal show how far it is even where quiet, after [N/M]\n"
		 "  -q, --quiet        do not print the verdict\n"
		 "  -h, --help         this help\n"
		 "  -V, --version      the version\n",
		 "用法：onex-validate [-o 目录] [--quiet] 批次文件夹\n"
		 "      onex-validate [-o 目录] --only 规则 [--only 规则]... 批次文件夹\n"
		 "      onex-validate --list | --explain 规则 | --help | --version\n"
		 "按通知的规则核查 目录/batch.db 中的记录（默认目录：批次文件夹/out）。\n\n"
		 "  onex-validate --only R33 samples/2021-1\n\n"
		 "  -o, --output 目录   batch.db 所在目录\n"
		 "      --only 规则     只运行这条规则并列出问题，不改动批次\n"
		 "      --skip 规则     不运行这条规则（测试用）\n"
		 "      --list          列出规则：情形、处理级别、条款、主体、名称、通知原文\n"
		 "      --explain 规则  说明一条规则\n"
		 "      --profile[=json]  在标准错误输出各部分用时\n"
		 "      --progress[=N/M]  在终端上显示进度（静默时也显示），前面加 [N/M]\n"
		 "  -q, --quiet         不输出结论\n"
		 "  -h, --help          显示本说明\n"
		 "  -V, --version       显示版本\n"), to);
}

enum { OPTION_ONLY = 256, OPTION_SKIP, OPTION_LIST, OPTION_EXPLAIN, OPTION_PROFILE, OPTION_PROGRESS };

enum action { ACTION_JUDGE, ACTION_LIST, ACTION_EXPLAIN, ACTION_HELP, ACTION_VERSION };

struct arguments {
	enum action action;
	const char *explain, *output, *batch;
	bool quiet, progress;
	const char *place; /* before the progress, or NULL */
	struct validate_options options;
	enum profile_form profile;
};

static bool add_rule(const char **names, int *count, const char *name, struct failure *failure)
{
	if (*count == VALIDATE_MAX_CHOSEN)
		return fail(failure, STATUS_USAGE, "%s", tr("too many rules", "规则过多"));
	names[(*count)++] = name;
	return true;
}

static bool take_option(struct arguments *arguments, int option, struct failure *failure)
{
	struct validate_options *options = &arguments->options;
	switch (option) {
	case 'o':
		arguments->output = optarg;
		return true;
	case 'q':
		arguments->quiet = true;
		return true;
	case OPTION_ONLY:
		return add_rule(options->only, &options->only_count, optarg, failure);
	case OPTION_SKIP:
		return add_rule(options->skip, &options->skip_count, optarg, failure);
	case OPTION_LIST:
		arguments->action = ACTION_LIST;
		return true;
	case OPTION_EXPLAIN:
		arguments->action = ACTION_EXPLAIN;
		arguments->explain = optarg;
		return true;
	case OPTION_PROFILE:
		return profile_form(optarg, &arguments->profile)
			|| fail(failure, STATUS_USAGE, "%s", tr("--profile takes table or json", "--profile 的取值为 table、json"));
	case OPTION_PROGRESS:
		arguments->progress = true;
		arguments->place = optarg;
		return true;
	case 'h':
		arguments->action = ACTION_HELP;
		return true;
	case 'V':
		arguments->action = ACTION_VERSION;
		return true;
	default:
		return false; /* arguments_next() told */
	}
}

static bool read_arguments(struct arguments *arguments, int argc, char **argv, struct failure *failure)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' }, { "quiet", no_argument, NULL, 'q' },
		{ "only", required_argument, NULL, OPTION_ONLY }, { "skip", required_argument, NULL, OPTION_SKIP },
		{ "list", no_argument, NULL, OPTION_LIST }, { "explain", required_argument, NULL, OPTION_EXPLAIN },
		{ "profile", optional_argument, NULL, OPTION_PROFILE },
		{ "progress", optional_argument, NULL, OPTION_PROGRESS },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	for (int option; (option = arguments_next(argc, argv, "o:qhV", options, failure)) != -1;)
		if (!take_option(arguments, option, failure))
			return false;
	if (arguments->action != ACTION_JUDGE)
		return true;
	if (optind + 1 != argc)
		return fail(failure, STATUS_USAGE, "%s", tr("one batch folder is wanted; try --help",
			"需要一个批次文件夹，请看 --help"));
	arguments->batch = argv[optind];
	return true;
}

static bool judge(const struct arguments *arguments, const char *home, struct failure *failure)
{
	char *out = arguments->output ? copy_text(failure, arguments->output)
				      : layout_join(failure, arguments->batch, "out");
	FILE *to = arguments->quiet && !arguments->options.only_count ? NULL : stdout;
	struct validate_options options = arguments->options;
	options.profile = profile_open("onex-validate", arguments->profile);
	options.progress = arguments->progress || !arguments->quiet ? progress_open(arguments->place) : NULL;
	bool done = out && validate_batch(home, out, &options, to, failure);
	progress_close(options.progress);
	profile_close(options.profile, done);
	free(out);
	return done;
}

static bool act(const struct arguments *arguments, struct failure *failure)
{
	if (arguments->action == ACTION_HELP) {
		print_help(stdout);
		return true;
	}
	if (arguments->action == ACTION_VERSION) {
		puts("onex-validate " ONEX_VERSION);
		return true;
	}
	char *home = layout_home(failure);
	bool done = false;
	if (home && arguments->action == ACTION_LIST)
		done = validate_list(home, stdout, failure);
	else if (home && arguments->action == ACTION_EXPLAIN)
		done = validate_explain(home, arguments->explain, stdout, failure);
	else if (home)
		done = judge(arguments, home, failure);
	free(home);
	return done;
}

static int run(int argc, char **argv)
{
	struct arguments arguments = { .action = ACTION_JUDGE };
	struct failure failure = { .status = STATUS_DONE };
	bool done = read_arguments(&arguments, argc, argv, &failure) && act(&arguments, &failure);
	if (!done)
		fprintf(stderr, "onex-validate: %s\n", failure.text);
	return done ? STATUS_DONE : (int)failure.status;
}

int main(int argc, char **argv)
{
	streams_open();
	return streams_end("onex-validate", run(argc, argv));
}
