/* onex-ingest: raw files to typed rows. */
#include <stdio.h>
#include <stdlib.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "common/streams.h"
#include "ingest/cells.h"
#include "ingest/ingest.h"

static void print_help(void)
{
	fputs(tr("usage: onex-ingest [-o DIR] [--json] [--quiet] BATCH\n"
		 "Reads BATCH/notice.xml and the raw files in BATCH/inbox and writes their typed rows\n"
		 "into DIR/batch.db, which replaces an earlier one only when it is whole.\n\n"
		 "  onex-ingest -o /tmp/look samples/2021-1\n\n"
		 "  -o, --output DIR  the folder of batch.db (default: BATCH/out)\n"
		 "  -j, --json        say the result as JSON\n"
		 "  -q, --quiet       no messages but errors\n"
		 "      --cells FILE  print the cells of one spreadsheet or table instead: sheet, place, text\n"
		 "      --profile[=json]  say on stderr where the time went\n"
		 "      --progress[=N/M]  on a terminal show how far it is even where quiet, after [N/M]\n"
		 "  -h, --help        this help\n"
		 "  -V, --version     the version\n"
		 "Exit: 0 done, whatever was found; 2 usage; 3 the batch cannot be processed;\n"
		 "4 input, output or database; 5 a bug.\n",
		 "用法：onex-ingest [-o 目录] [--json] [--quiet] 批次文件夹\n"
		 "读取 批次文件夹/notice.xml 和 批次文件夹/inbox 中的原始文件，写成 目录/batch.db；\n"
		 "全部写完才替换原有的 batch.db。\n\n"
		 "  onex-ingest -o /tmp/look samples/2021-1\n\n"
		 "  -o, --output 目录  batch.db 所在目录（默认：批次文件夹/out）\n"
		 "  -j, --json         以 JSON 输出结果\n"
		 "  -q, --quiet        除错误外不输出\n"
		 "      --cells 文件   改为列出一个表格文件的单元格：工作表、位置、文字\n"
		 "      --profile[=json]  在标准错误输出各部分用时\n"
		 "      --progress[=N/M]  在终端上显示进度（静默时也显示），前面加 [N/M]\n"
		 "  -h, --help         显示本说明\n"
		 "  -V, --version      显示版本\n"
		 "退出码：0 完成（不论有无问题）；2 用法有误；3 批次无法处理；4 读写或数据库出错；5 程序缺陷。\n"), stdout);
}

struct arguments {
	const char *output, *batch;
	bool quiet, json, progress;
	const char *place; /* before the progress, or NULL */
	enum profile_form profile;
};

static void print_result(const struct ingested *result, const struct arguments *arguments)
{
	if (arguments->json)
		printf("{\"sources\":%lld,\"accepted\":%lld,\"held\":%lld,\"rejected\":%lld,\"findings\":%lld}\n",
			(long long)result->sources, (long long)result->accepted, (long long)result->held,
			(long long)result->rejected, (long long)result->findings);
	else if (!arguments->quiet)
		printf(tr("Read %lld sources: %lld records accepted, %lld held, %lld rejected; %lld findings.\n",
			"已读取 %lld 个数据来源：采用 %lld 条，待改 %lld 条，无法采用 %lld 条；发现问题 %lld 个。\n"),
			(long long)result->sources, (long long)result->accepted, (long long)result->held,
			(long long)result->rejected, (long long)result->findings);
}

static int run(const struct arguments *arguments)
{
	struct failure failure = { .status = STATUS_BUG };
	struct ingested result = { 0 };
	char *home = layout_home(&failure);
	char *out = arguments->output ? copy_text(&failure, arguments->output)
				      : layout_join(&failure, arguments->batch, "out");
	struct profile *profile = profile_open("onex-ingest", arguments->profile);
	bool wanted = arguments->progress || !(arguments->quiet || arguments->json);
	struct progress *progress = wanted ? progress_open(arguments->place) : NULL;
	bool done = home && out && ingest_batch(home, arguments->batch, out, &result, profile, progress, &failure);
	progress_close(progress);
	profile_close(profile, done);
	free(home);
	free(out);
	if (!done) {
		fprintf(stderr, "onex-ingest: %s\n", failure.text);
		return failure.status;
	}
	print_result(&result, arguments);
	return STATUS_DONE;
}

static int print_cells(const char *path)
{
	struct failure failure = { .status = STATUS_BUG };
	char *home = layout_home(&failure);
	bool done = home && cells_print(home, path, stdout, &failure);
	free(home);
	if (done)
		return STATUS_DONE;
	fprintf(stderr, "onex-ingest: %s\n", failure.text);
	return failure.status;
}

static int act(int argc, char **argv)
{
	struct failure failure = { 0 };
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' }, { "json", no_argument, NULL, 'j' },
		{ "quiet", no_argument, NULL, 'q' }, { "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' }, { "cells", required_argument, NULL, 'c' },
		{ "profile", optional_argument, NULL, 'p' }, { "progress", optional_argument, NULL, 'P' }, { NULL, 0, NULL, 0 },
	};
	struct arguments arguments = { 0 };
	for (int option; (option = arguments_next(argc, argv, "o:jqhV", options, &failure)) != -1;) {
		switch (option) {
		case 'o': arguments.output = optarg; break;
		case 'j': arguments.json = true; break;
		case 'q': arguments.quiet = true; break;
		case 'p':
			if (!profile_form(optarg, &arguments.profile)) {
				fputs(tr("onex-ingest: --profile takes table or json\n", "onex-ingest: --profile 的取值为 table、json\n"), stderr);
				return STATUS_USAGE;
			}
			break;
		case 'P':
			arguments.progress = true;
			arguments.place = optarg;
			break;
		case 'h': print_help(); return STATUS_DONE;
		case 'V': puts("onex-ingest " ONEX_VERSION); return STATUS_DONE;
		case 'c': return print_cells(optarg);
		default: fprintf(stderr, "onex-ingest: %s\n", failure.text);
			return STATUS_USAGE;
		}
	}
	if (argc - optind != 1) {
		fputs(tr("onex-ingest: name one batch folder; see --help\n",
			"onex-ingest: 请给出一个批次文件夹，用法见 --help\n"), stderr);
		return STATUS_USAGE;
	}
	arguments.batch = argv[optind];
	return run(&arguments);
}

int main(int argc, char **argv)
{
	streams_open();
	return streams_end("onex-ingest", act(argc, argv));
}
