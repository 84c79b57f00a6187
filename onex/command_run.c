/* onex run BATCH: raw files to workbooks, whole or not at all. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "common/memory.h"
#include "common/terminal.h"
#include "onex/command.h"
#include "onex/inputs.h"
#include "onex/outfolder.h"
#include "onex/pipeline.h"
#include "onex/verdict.h"

struct run_options {
	struct pipeline_options pipeline;
	bool force, json;
	int fail_on; /* enum verdict_severity or -1 */
};

static void print_help(void)
{
	fputs(tr("Usage: onex run [OPTION]... BATCH\n"
		 "Process a batch: read BATCH/inbox, judge it by BATCH/notice.xml, count, allocate and\n"
		 "write BATCH/out, which is replaced whole or not at all.\n\n"
		 "  onex run samples/2021-1\n\n"
		 "  --fail-on SEVERITY  exit 1 where a finding is at least note, review, return or reject\n"
		 "  --force             process even where nothing changed since the last run\n"
		 "  --json              print the verdict as JSON\n"
		 "  --profile[=json]    say on stderr where the time went, stage by stage\n"
		 "  --verbose           each stage says what it read or made, on stderr\n"
		 "  --quiet             no messages but errors, no verdict\n"
		 "  --help              this text\n",
		"用法：onex run [选项]... 批次文件夹\n"
		 "处理一个批次：读取 inbox/ 中的原始文件，按 notice.xml 核查，汇总、测算并生成 out/。\n"
		 "out/ 要么整体更新，要么保持原样。\n\n"
		 "  onex run samples/2021-1\n\n"
		 "  --fail-on 程度   有达到该程度（note、review、return、reject）的问题时退出码为 1\n"
		 "  --force          没有变动也重新处理\n"
		 "  --json           以 JSON 输出结果\n"
		 "  --profile[=json] 在标准错误逐阶段输出各部分用时\n"
		 "  --verbose        各环节在标准错误说明读到和生成了什么\n"
		 "  --quiet          只显示错误\n"
		 "  --help           显示本说明\n"), stdout);
}

static void print_paths(const char *out)
{
	static const char *const made[][3] = {
		{ "reports/review.xlsx", "review workbook", "审核工作簿" },
		{ "reports/allocation.xlsx", "allocation", "资金测算" },
		{ "reports/review.html", "page for the screen", "网页报告" },
		{ "returns", "return slips by reviewing unit", "各初审单位退回清单" },
		{ "data", "tables as CSV", "数据表（CSV）" },
	};
	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		struct failure ignored;
		char *path = layout_join(&ignored, out, made[i][0]);
		if (path && access(path, F_OK) == 0)
			printf("  %s  %s\n", path, tr(made[i][1], made[i][2]));
		free(path);
	}
}

static int conclude(const char *out, const struct run_options *options, bool unchanged, struct failure *failure)
{
	struct verdict verdict;
	if (!verdict_read(&verdict, out, failure))
		return command_fail("run", failure);
	if (options->json)
		verdict_print_json(&verdict, out, unchanged);
	else if (!options->pipeline.quiet) {
		print_paths(out);
		verdict_print(&verdict, unchanged);
	}
	for (int i = options->fail_on; i >= 0 && i < VERDICT_SEVERITIES; i++)
		if (verdict.findings[i] > 0)
			return STATUS_UNMET;
	return STATUS_DONE;
}

static int run(const char *batch, const struct run_options *options)
{
	struct failure failure = { 0 };
	struct outfolder folder;
	struct pipeline_options pipeline = options->pipeline;
	bool current = false;
	char *inputs = NULL;
	int status;
	memory_watch();
	bool begun = outfolder_begin(&folder, batch, &failure)
		&& (options->force || inputs_are_current(batch, folder.out, &inputs, &current, &failure))
		&& memory_enough(NULL, &failure);
	pipeline.named = begun ? folder.out : NULL;
	pipeline.inputs = inputs;
	if (!begun)
		status = command_fail("run", &failure);
	else if (current)
		status = conclude(folder.out, options, true, &failure);
	else if (!pipeline_run(batch, folder.fresh, &pipeline, &failure) || !memory_enough(NULL, &failure)
		|| !outfolder_commit(&folder, &failure))
		status = command_fail("run", &failure);
	else
		status = conclude(folder.out, options, false, &failure);
	outfolder_end(&folder);
	free(inputs);
	return status;
}

int command_run(int argc, char **argv)
{
	struct failure failure = { 0 };
	enum { FAIL_ON = 1000, FORCE, JSON, PROFILE, VERBOSE };
	static const struct option known[] = {
		{ "fail-on", required_argument, NULL, FAIL_ON }, { "force", no_argument, NULL, FORCE },
		{ "json", no_argument, NULL, JSON }, { "profile", optional_argument, NULL, PROFILE }, { "quiet", no_argument, NULL, 'q' },
		{ "verbose", no_argument, NULL, VERBOSE },
		{ "help", no_argument, NULL, 'h' }, { 0 } };
	struct run_options options = { .fail_on = -1 };
	for (int option; (option = arguments_next(argc, argv, "qh", known, &failure)) != -1;) {
		switch (option) {
		case FAIL_ON:
			options.fail_on = verdict_severity(optarg);
			if (options.fail_on < 0)
				return command_misuse("run", tr("--fail-on takes note, review, return or reject",
					"--fail-on 的取值为 note、review、return、reject"));
			break;
		case FORCE:
			options.force = true;
			break;
		case JSON:
			options.json = options.pipeline.quiet = true;
			break;
		case PROFILE:
			if (optarg && strcmp(optarg, "json") != 0 && strcmp(optarg, "table") != 0)
				return command_misuse("run", tr("--profile takes table or json", "--profile 的取值为 table、json"));
			options.pipeline.profile = optarg && strcmp(optarg, "json") == 0 ? "--profile=json" : "--profile";
			break;
		case VERBOSE:
			options.pipeline.verbose = true;
			break;
		case 'q':
			options.pipeline.quiet = true;
			break;
		case 'h':
			print_help();
			return STATUS_DONE;
		default:
			return command_fail("run", &failure);
		}
	}
	if (argc - optind != 1)
		return command_misuse("run", tr("name one batch folder", "请给出一个批次文件夹"));
	options.pipeline.keep = true;
	options.pipeline.reuse = !options.force;
	options.pipeline.progress = !options.pipeline.quiet && terminal_is_live();
	return run(argv[optind], &options);
}
