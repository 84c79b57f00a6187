/* onex-report: batch.db -> workbooks, page, CSV files and their manifest. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "report/report.h"

enum { OPTION_HELP = 256, OPTION_VERSION, OPTION_PROFILE };

static void print_help(void)
{
	puts(tr("Usage: onex-report [OPTION]... BATCH\n"
		"Write the workbooks, the page, the CSV files and the manifest of a batch.\n"
		"\n"
		"  onex-report samples/2021-1\n"
		"\n"
		"  -o, --output=DIR      the folder with batch.db, where all is written (BATCH/out)\n"
		"      --profile[=json]  say on stderr where the time went\n"
		"      --quiet           no last line\n"
		"      --help            show this and end\n"
		"      --version         show the version and end",
		"用法：onex-report [选项]… 批次文件夹\n"
		"由 batch.db 生成工作簿、网页、CSV 文件和清单。\n"
		"\n"
		"  onex-report samples/2021-1\n"
		"\n"
		"  -o, --output=目录     batch.db 所在、结果写入的文件夹（默认：批次文件夹/out）\n"
		"      --profile[=json]  在标准错误输出各部分用时\n"
		"      --quiet           不显示最后一行\n"
		"      --help            显示本说明\n"
		"      --version         显示版本"));
}

static int complain(const char *text, enum status status)
{
	fprintf(stderr, "onex-report: %s\n", text);
	return status;
}

static int run(const char *batch, const char *output, bool quiet, enum profile_form form)
{
	struct failure failure = { 0 };
	unsigned long files = 0;
	char *folder = output ? copy_text(&failure, output) : layout_join(&failure, batch, "out");
	struct profile *profile = profile_open("onex-report", form);
	bool done = folder && report_run(folder, &files, profile, &failure);
	profile_close(profile, done);
	if (done && !quiet)
		printf(tr("%lu files written below %s\n", "共生成 %lu 个文件，位于 %s\n"), files, folder);
	free(folder);
	if (done && fflush(stdout) != 0)
		done = fail_system(&failure, "%s", tr("cannot write to standard output", "无法写标准输出"));
	return done ? STATUS_DONE : complain(failure.text, failure.status);
}

int main(int argc, char **argv)
{
	struct failure failure = { 0 };
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' }, { "profile", optional_argument, NULL, OPTION_PROFILE },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, OPTION_HELP }, { "version", no_argument, NULL, OPTION_VERSION },
		{ NULL, 0, NULL, 0 }
	};
	const char *output = NULL;
	bool quiet = false;
	enum profile_form form = PROFILE_NONE;
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit is a failed write, not a death */
	for (int option; (option = arguments_next(argc, argv, "o:q", options, &failure)) != -1;) {
		switch (option) {
		case 'o':
			output = optarg;
			break;
		case OPTION_PROFILE:
			if (!profile_form(optarg, &form))
				return complain(tr("--profile takes table or json", "--profile 的取值为 table、json"), STATUS_USAGE);
			break;
		case 'q':
			quiet = true;
			break;
		case OPTION_HELP:
			print_help();
			return STATUS_DONE;
		case OPTION_VERSION:
			puts("onex-report " ONEX_VERSION);
			return STATUS_DONE;
		default:
			return complain(failure.text, failure.status);
		}
	}
	if (argc - optind != 1)
		return complain(tr("one batch folder is needed; see --help", "需要一个批次文件夹；参见 --help"), STATUS_USAGE);
	return run(argv[optind], output, quiet, form);
}
