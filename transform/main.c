/* onex-transform: from outcomes to counts and amounts. */
#include <stdio.h>
#include <stdlib.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "common/streams.h"
#include "transform/stage.h"

static void print_help(void)
{
	fputs(tr("Usage: onex-transform [-o DIR] [--quiet] BATCH\n\n"
		 "Counts the outcomes in DIR/batch.db and computes the allocation scenarios of the\n"
		 "notice. Running it again replaces what it made.\n\n"
		 "  onex-transform samples/2021-1\n\n"
		 "  -o, --output DIR  the folder of batch.db (default: BATCH/out)\n"
		 "  -q, --quiet       no messages but errors\n"
		 "      --profile[=json]  say on stderr where the time went\n"
		 "      --progress[=N/M]  on a terminal show how far it is even where quiet, after [N/M]\n"
		 "  -h, --help        this help\n"
		 "  -V, --version     the version\n\n"
		 "Exit: 0 done, 2 usage, 3 the batch cannot be processed, 4 input/output or database,\n"
		 "5 totals disagree or another bug.\n",
		"用法：onex-transform [-o 目录] [--quiet] 批次\n\n"
		 "汇总“目录/batch.db”中的核查结论，并按通知的方案测算资金。重复运行会替换上次的结果。\n\n"
		 "  onex-transform samples/2021-1\n\n"
		 "  -o, --output 目录  batch.db 所在目录（默认：批次/out）\n"
		 "  -q, --quiet        除错误外不输出\n"
		 "      --profile[=json]  在标准错误输出各部分用时\n"
		 "      --progress[=N/M]  在终端上显示进度（静默时也显示），前面加 [N/M]\n"
		 "  -h, --help         显示本说明\n"
		 "  -V, --version      显示版本\n\n"
		 "退出码：0 完成；2 用法有误；3 批次无法处理；4 读写、磁盘或数据库出错；5 对账不符或其他程序缺陷。\n"),
		stdout);
}

static int end_with(const struct failure *failure)
{
	fprintf(stderr, "onex-transform: %s\n", failure->text);
	return failure->status;
}

struct arguments {
	const char *output;
	bool quiet, progress;
	const char *place; /* before the progress, or NULL */
	enum profile_form form;
};

static int run(const char *batch, const struct arguments *arguments)
{
	struct failure failure = { 0 };
	struct transformed result = { 0 };
	char *home = layout_home(&failure);
	char *out = arguments->output ? copy_text(&failure, arguments->output) : layout_join(&failure, batch, "out");
	struct profile *profile = profile_open("onex-transform", arguments->form);
	struct progress *progress = arguments->progress || !arguments->quiet ? progress_open(arguments->place) : NULL;
	bool done = home && out && transform_run(home, out, &result, profile, progress, &failure);
	progress_close(progress);
	profile_close(profile, done);
	free(home);
	free(out);
	if (done && !arguments->quiet && result.refusals)
		fprintf(stderr, tr("Allocation runs refused:\n%s\n", "未予测算：\n%s\n"), result.refusals);
	free(result.refusals);
	if (!done)
		return end_with(&failure);
	if (!arguments->quiet)
		printf(tr("Counted %lld applications; %d allocation runs, %d refused; %d totals agree.\n",
			"已汇总申报 %lld 件；测算 %d 项，其中 %d 项因条件不符未予测算；对账 %d 项全部相符。\n"),
			(long long)result.applications, result.runs, result.refused, result.checks);
	return STATUS_DONE;
}

static int act(int argc, char **argv)
{
	struct failure failure = { 0 };
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' }, { "quiet", no_argument, NULL, 'q' },
		{ "profile", optional_argument, NULL, 'p' }, { "progress", optional_argument, NULL, 'P' },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' }, { NULL, 0, NULL, 0 },
	};
	struct arguments arguments = { .form = PROFILE_NONE };
	for (int option; (option = arguments_next(argc, argv, "o:qhV", options, &failure)) != -1;) {
		switch (option) {
		case 'o': arguments.output = optarg; break;
		case 'q': arguments.quiet = true; break;
		case 'p':
			if (!profile_form(optarg, &arguments.form)) {
				fputs(tr("onex-transform: --profile takes table or json\n", "onex-transform: --profile 的取值为 table、json\n"), stderr);
				return STATUS_USAGE;
			}
			break;
		case 'P':
			arguments.progress = true;
			arguments.place = optarg;
			break;
		case 'h': print_help(); return STATUS_DONE;
		case 'V': puts("onex-transform " ONEX_VERSION); return STATUS_DONE;
		default: return end_with(&failure);
		}
	}
	if (argc - optind != 1) {
		fputs(tr("onex-transform: name one batch. See --help\n", "onex-transform: 请给出一个批次文件夹，用法见 --help\n"), stderr);
		return STATUS_USAGE;
	}
	return run(argv[optind], &arguments);
}

int main(int argc, char **argv)
{
	streams_open();
	return streams_end("onex-transform", act(argc, argv));
}
