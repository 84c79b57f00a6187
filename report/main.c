/* onex-report: batch.db -> workbooks, page, CSV files and their manifest. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "common/streams.h"
#include "report/report.h"

enum { OPTION_PROFILE = 256, OPTION_PROGRESS, OPTION_NAMED };

static void print_help(void)
{
	puts(tr("Usage: onex-report [OPTION]... BATCH\n"
		"Write the workbooks, the page, the CSV files and the manifest of a batch.\n"
		"\n"
		"  onex-report samples/2021-1\n"
		"\n"
		"  -o, --output=DIR      the folder with batch.db, where all is written (BATCH/out)\n"
		"      --named=DIR       the folder that the last line names\n"
		"      --profile[=json]  say on stderr where the time went\n"
		"      --progress[=N/M]  on a terminal show how far it is even where quiet, after [N/M]\n"
		"  -q, --quiet           no last line\n"
		"  -h, --help            show this and end\n"
		"  -V, --version         show the version and end",
		"用法：onex-report [选项]… 批次文件夹\n"
		"由 batch.db 生成工作簿、网页、CSV 文件和清单。\n"
		"\n"
		"  onex-report samples/2021-1\n"
		"\n"
		"  -o, --output=目录     batch.db 所在、结果写入的文件夹（默认：批次文件夹/out）\n"
		"      --named=目录      最后一行所写的文件夹\n"
		"      --profile[=json]  在标准错误输出各部分用时\n"
		"      --progress[=N/M]  在终端上显示进度（静默时也显示），前面加 [N/M]\n"
		"  -q, --quiet           不显示最后一行\n"
		"  -h, --help            显示本说明\n"
		"  -V, --version         显示版本"));
}

static int complain(const char *text, enum status status)
{
	fprintf(stderr, "onex-report: %s\n", text);
	return status;
}

struct arguments {
	const char *output, *named;
	bool quiet, progress;
	const char *place; /* before the progress, or NULL */
	enum profile_form form;
};

static int run(const char *batch, const struct arguments *arguments)
{
	struct failure failure = { 0 };
	unsigned long files = 0;
	char *folder = arguments->output ? copy_text(&failure, arguments->output) : layout_join(&failure, batch, "out");
	struct progress *progress = arguments->progress || !arguments->quiet ? progress_open(arguments->place) : NULL;
	struct profile *profile = profile_open("onex-report", arguments->form);
	bool done = folder && report_run(folder, &files, profile, progress, &failure);
	progress_close(progress);
	profile_close(profile, done);
	if (done && !arguments->quiet)
		printf(tr("%lu files written below %s\n", "共生成 %lu 个文件，位于 %s\n"), files, arguments->named ? arguments->named : folder);
	free(folder);
	return done ? STATUS_DONE : complain(failure.text, failure.status);
}

static int act(int argc, char **argv)
{
	struct failure failure = { 0 };
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' }, { "profile", optional_argument, NULL, OPTION_PROFILE },
		{ "progress", optional_argument, NULL, OPTION_PROGRESS }, { "named", required_argument, NULL, OPTION_NAMED },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	struct arguments arguments = { .form = PROFILE_NONE };
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit is a failed write, not a death */
	for (int option; (option = arguments_next(argc, argv, "o:qhV", options, &failure)) != -1;) {
		switch (option) {
		case 'o':
			arguments.output = optarg;
			break;
		case OPTION_PROFILE:
			if (!profile_form(optarg, &arguments.form))
				return complain(tr("--profile takes table or json", "--profile 的取值为 table、json"), STATUS_USAGE);
			break;
		case 'q':
			arguments.quiet = true;
			break;
		case OPTION_PROGRESS:
			arguments.progress = true;
			arguments.place = optarg;
			break;
		case OPTION_NAMED:
			arguments.named = optarg;
			break;
		case 'h':
			print_help();
			return STATUS_DONE;
		case 'V':
			puts("onex-report " ONEX_VERSION);
			return STATUS_DONE;
		default:
			return complain(failure.text, failure.status);
		}
	}
	if (argc - optind != 1)
		return complain(tr("one batch folder is needed; see --help", "需要一个批次文件夹；参见 --help"), STATUS_USAGE);
	return run(argv[optind], &arguments);
}

int main(int argc, char **argv)
{
	streams_open();
	return streams_end("onex-report", act(argc, argv));
}
