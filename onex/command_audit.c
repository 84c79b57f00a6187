/* onex audit BATCH: make everything again from the raw files and compare. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/layout.h"
#include "onex/audit.h"
#include "onex/command.h"
#include "onex/json.h"
#include "onex/outfolder.h"

struct summary {
	bool json;
	long differences[AUDIT_STEPS];
	long total;
};

static void print_help(void)
{
	fputs(tr("Usage: onex audit [OPTION]... BATCH\n"
		 "Check BATCH/out against the raw files: their digests, the rules' digests, the manifest;\n"
		 "run the whole pipeline afresh aside and compare every output to the cell; derive counts\n"
		 "and amounts again by another route (audit.sql). Nothing in BATCH is changed.\n\n"
		 "  onex audit samples/2021-1\n\n"
		 "  --json   print the result as JSON\n"
		 "  --quiet  print nothing, only exit: 0 all agrees, 1 something differs\n"
		 "  --help   this text\n",
		"用法：onex audit [选项]... 批次文件夹\n"
		 "核对 out/ 与原始文件：原始文件、规则和清单的摘要；另行重做全部处理并逐个文件、逐个单元格比较；\n"
		 "再用另一条途径（audit.sql）重算人数和金额。不改动批次中的任何文件。\n\n"
		 "  onex audit samples/2021-1\n\n"
		 "  --json   以 JSON 输出结果\n"
		 "  --quiet  不输出，只给退出码：0 全部一致，1 有不一致\n"
		 "  --help   显示本说明\n"), stdout);
}

static const char *step_title(int step)
{
	switch (step) {
	case AUDIT_INPUTS:
		return tr("raw files and notice", "原始文件和通知参数");
	case AUDIT_PROGRAM:
		return tr("rules, schemas and sheets", "规则、数据定义和表样");
	case AUDIT_MANIFEST:
		return tr("manifest of the outputs", "输出清单");
	case AUDIT_AGAIN:
		return tr("the pipeline run again", "重新处理");
	case AUDIT_SECOND:
	default:
		return tr("second route", "另一途径重算");
	}
}

static bool print_difference(void *context, const struct audit_difference *d, struct failure *failure)
{
	struct summary *summary = context;
	(void)failure;
	if (summary->json) {
		printf("%s\n    {\"step\":%d,", summary->total ? "," : "", d->step + 1);
		json_member("what", d->what, ",");
		json_member("place", d->place, ",");
		json_member("found", d->found, ",");
		json_member("expected", d->expected, "}");
	} else
		printf(tr("  differs: %s%s%s%s: found %s, expected %s\n", "  不一致：%s%s%s%s：现为 %s，应为 %s\n"), d->what ? d->what : "",
			d->place && *d->place ? " (" : "", d->place ? d->place : "", d->place && *d->place ? ")" : "",
			d->found && *d->found ? d->found : "—", d->expected && *d->expected ? d->expected : "—");
	summary->differences[d->step]++;
	summary->total++;
	return true;
}

static bool stay_silent(void *context, const struct audit_difference *d, struct failure *failure)
{
	struct summary *summary = context;
	(void)failure;
	summary->differences[d->step]++;
	summary->total++;
	return true;
}

static void print_summary(const struct summary *summary, const long checked[AUDIT_STEPS])
{
	if (summary->json)
		printf("%s],\n  \"steps\":[", summary->total ? "\n  " : "");
	for (int step = 0; step < AUDIT_STEPS; step++) {
		if (summary->json)
			printf("%s{\"step\":%d,\"checked\":%ld,\"differences\":%ld}", step ? "," : "", step + 1, checked[step],
				summary->differences[step]);
		else
			printf(tr("%d. %s: %ld checked, %ld differ\n", "%d. %s：核对 %ld 项，不一致 %ld 项\n"), step + 1,
				step_title(step), checked[step], summary->differences[step]);
	}
	if (summary->json)
		printf("],\n  \"agrees\":%s}\n", summary->total ? "false" : "true");
	else
		puts(summary->total ? tr("The outputs are NOT what these raw files give.", "结论：输出与原始文件不一致。")
				    : tr("The outputs are what these raw files give.", "结论：输出与原始文件完全一致，可以重现。"));
}

static int audit(const char *batch, bool json, bool quiet)
{
	struct failure failure = { 0 };
	struct outfolder folder;
	struct summary summary = { .json = json };
	const struct audit_listener listener = { &summary, quiet ? stay_silent : print_difference };
	long checked[AUDIT_STEPS];
	int status;
	if (json && !quiet)
		fputs("{\"differences\":[", stdout);
	if (!outfolder_begin(&folder, batch, &failure)
		|| !audit_batch(batch, folder.out, folder.fresh, &listener, checked, &failure))
		status = command_fail("audit", &failure);
	else {
		if (!quiet)
			print_summary(&summary, checked);
		status = summary.total ? STATUS_UNMET : STATUS_DONE;
	}
	outfolder_end(&folder);
	return status;
}

int command_audit(int argc, char **argv)
{
	static const struct option known[] = { { "json", no_argument, NULL, 'j' }, { "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' }, { 0 } };
	bool json = false, quiet = false;
	for (int option; (option = getopt_long(argc, argv, "qh", known, NULL)) != -1;) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'q':
			quiet = true;
			break;
		case 'h':
			print_help();
			return STATUS_DONE;
		default:
			return command_misuse("audit", tr("wrong option", "选项有误"));
		}
	}
	if (argc - optind != 1)
		return command_misuse("audit", tr("name one batch folder", "请给出一个批次文件夹"));
	return audit(argv[optind], json, quiet);
}
