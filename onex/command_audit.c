/* onex audit BATCH|BAG: make everything again from the raw files and compare. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "common/terminal.h"
#include "onex/audit.h"
#include "onex/bag_open.h"
#include "onex/command.h"
#include "onex/json.h"
#include "onex/outfolder.h"

struct audit_options {
	bool json, quiet, archived_rules;
	uint64_t seed;
};

struct summary {
	bool json, quiet, bag;
	uint64_t seed;
	long checked[AUDIT_STEPS];
	long differences[AUDIT_STEPS];
	long total;
};

static void print_help(void)
{
	fputs(tr("Usage: onex audit [OPTION]... BATCH|BAG\n"
		 "Check BATCH/out against the raw files: their digests, the rules' digests, the manifest;\n"
		 "run the whole pipeline afresh aside and compare every output to the cell; derive counts\n"
		 "and amounts again by another route (audit.sql); look rows up again in the raw files.\n"
		 "A BAG that `onex pack` made, a folder or a ZIP file, is verified first.\n"
		 "Nothing in BATCH or BAG is changed.\n\n"
		 "  onex audit samples/2021-1\n"
		 "  onex audit 2021-1.zip\n\n"
		 "  --archived-rules  run afresh by the rules that stand in the bag, not by this program's\n"
		 "  --seed NUMBER     choose other rows to look up in the raw files (1)\n"
		 "  --json            print the result as JSON\n"
		 "  --quiet           print nothing, only exit: 0 all agrees, 1 something differs\n"
		 "  --help            this text\n",
		"用法：onex audit [选项]... 批次文件夹|归档包\n"
		 "核对 out/ 与原始文件：原始文件、规则和清单的摘要；另行重做全部处理并逐个文件、逐个单元格比较；\n"
		 "再用另一条途径（audit.sql）重算人数和金额；抽取若干记录，回到原始文件逐格核对。\n"
		 "onex pack 生成的归档包（文件夹或 ZIP 文件）先核验本身。\n"
		 "不改动批次或归档包中的任何文件。\n\n"
		 "  onex audit samples/2021-1\n"
		 "  onex audit 2021-1.zip\n\n"
		 "  --archived-rules  重做时用归档包中的规则，不用本程序的规则\n"
		 "  --seed 整数       抽样核对原始文件时另选记录（默认 1）\n"
		 "  --json            以 JSON 输出结果\n"
		 "  --quiet           不输出，只给退出码：0 全部一致，1 有不一致\n"
		 "  --help            显示本说明\n"), stdout);
}

/* The names of the steps for machines. */
static const char *step_name(int step)
{
	static const char *const names[AUDIT_STEPS] = { "bag", "inputs", "program", "manifest", "again", "second", "sample" };
	return names[step];
}

static const char *step_title(int step)
{
	switch (step) {
	case AUDIT_BAG:
		return tr("the archive itself", "归档包本身");
	case AUDIT_INPUTS:
		return tr("raw files and notice", "原始文件和通知参数");
	case AUDIT_PROGRAM:
		return tr("rules, schemas and sheets", "规则、数据定义和表样");
	case AUDIT_MANIFEST:
		return tr("manifest of the outputs", "输出清单");
	case AUDIT_AGAIN:
		return tr("the pipeline run again", "重新处理");
	case AUDIT_SECOND:
		return tr("second route", "另一途径重算");
	case AUDIT_SAMPLE:
	default:
		return tr("sampled cells of the raw files", "抽样核对原始单元格");
	}
}

static bool print_difference(void *context, const struct audit_difference *d, struct failure *failure)
{
	struct summary *summary = context;
	(void)failure;
	if (summary->json && !summary->quiet) {
		printf("%s\n    {\"step\":\"%s\",", summary->total ? "," : "", step_name((int)d->step));
		json_member("what", d->what, ",");
		json_member("place", d->place, ",");
		json_member("found", d->found, ",");
		json_member("expected", d->expected, "}");
	} else if (!summary->quiet)
		printf(tr("  differs: %s%s%s%s: found %s, expected %s\n", "  不一致：%s%s%s%s：现为 %s，应为 %s\n"), d->what ? d->what : "",
			d->place && *d->place ? " (" : "", d->place ? d->place : "", d->place && *d->place ? ")" : "",
			d->found && *d->found ? d->found : "—", d->expected && *d->expected ? d->expected : "—");
	summary->differences[d->step]++;
	summary->total++;
	return true;
}

/* A fault of the bag: its words stand as the place within the file. */
static bool print_fault(void *context, const struct bag_fault *fault, struct failure *failure)
{
	const struct audit_difference difference = { AUDIT_BAG, fault->path, fault->what, fault->found, fault->expected };
	return print_difference(context, &difference, failure);
}

static void print_json_end(const struct summary *summary, const char *why)
{
	printf("%s],\n  \"steps\":[", summary->total ? "\n  " : "");
	for (int step = summary->bag ? 0 : 1; step < AUDIT_STEPS; step++)
		printf("%s{\"step\":\"%s\",\"checked\":%ld,\"differences\":%ld}", step > (summary->bag ? 0 : 1) ? "," : "", step_name(step),
			summary->checked[step], summary->differences[step]);
	fputs("],\n  ", stdout);
	if (why)
		json_member("failure", why, ",");
	printf("\"seed\":%" PRIu64 ",\"agrees\":%s}\n", summary->seed, summary->total || why ? "false" : "true");
}

static void print_summary(const struct summary *summary)
{
	int number = 1;
	for (int step = summary->bag ? 0 : 1; step < AUDIT_STEPS; step++)
		printf(tr("%d. %s: %ld checked, %ld differ\n", "%d. %s：核对 %ld 项，不一致 %ld 项\n"), number++, step_title(step),
			summary->checked[step], summary->differences[step]);
	printf(tr("   (sample chosen by seed %" PRIu64 "; another one by --seed)\n", "   （抽样种子 %" PRIu64 "，可用 --seed 另选）\n"), summary->seed);
	puts(summary->total ? tr("The outputs are NOT what these raw files give.", "结论：输出与原始文件不一致。")
			    : tr("The outputs are what these raw files give.", "结论：输出与原始文件完全一致，可以重现。"));
}

/* `done` false: `failure` says why the audit could not go to its end. What differed
 * before that still counts. */
static int conclude(const struct summary *summary, bool done, const struct failure *failure)
{
	int status = summary->total ? STATUS_UNMET : STATUS_DONE;
	if (!done) {
		int stopped = command_fail("audit", failure);
		status = summary->total && stopped == STATUS_BATCH ? STATUS_UNMET : stopped;
	}
	if (summary->json && !summary->quiet)
		print_json_end(summary, done ? NULL : failure->text);
	else if (!summary->quiet && (done || summary->total))
		print_summary(summary);
	return status;
}

static bool is_shown(const struct summary *summary)
{
	return !summary->quiet && !summary->json && terminal_is_live();
}

static bool audit_folder(const char *batch, struct summary *summary, struct failure *failure)
{
	struct outfolder folder;
	const struct audit_listener listener = { summary, print_difference };
	bool done = outfolder_aside(&folder, batch, failure) && outfolder_is_made(batch, folder.out, failure);
	const struct audit_subject subject = { batch, folder.out, folder.fresh, NULL, summary->seed, is_shown(summary) };
	done = done && audit_batch(&subject, &listener, summary->checked, failure);
	outfolder_end(&folder);
	return done;
}

static bool audit_bag(const char *path, bool archived_rules, struct summary *summary, struct failure *failure)
{
	struct opened_bag bag;
	struct bag_listener faults = { .context = summary, .fault = print_fault };
	const struct audit_listener listener = { summary, print_difference };
	bool done = bag_open(&bag, path, &faults, &summary->checked[AUDIT_BAG], failure);
	if (done && bag.usable) {
		char *out = layout_join(failure, bag.batch, "out");
		const struct audit_subject subject = { bag.batch, out, bag.fresh, bag.program, summary->seed,
			is_shown(summary) };
		done = out && (!archived_rules || setenv("ONEX_HOME", bag.program, 1) == 0)
			&& audit_batch(&subject, &listener, summary->checked, failure);
		free(out);
	} else if (done && faults.faults == 0)
		done = fail(failure, STATUS_BATCH, tr("%s holds no processed batch", "%s 中没有处理完的批次"), path);
	bag_shut(&bag);
	return done;
}

static int audit(const char *path, const struct audit_options *options)
{
	struct failure failure = { 0 };
	struct summary summary = { .json = options->json, .quiet = options->quiet, .bag = bag_is(path),
		.seed = options->seed };
	if (options->archived_rules && !summary.bag)
		return command_misuse("audit", tr("--archived-rules is for a bag", "--archived-rules 只用于归档包"));
	if (options->json && !options->quiet)
		fputs("{\"differences\":[", stdout);
	bool done = summary.bag ? audit_bag(path, options->archived_rules, &summary, &failure) : audit_folder(path, &summary, &failure);
	return conclude(&summary, done, &failure);
}

int command_audit(int argc, char **argv)
{
	struct failure failure = { 0 };
	static const struct option known[] = { { "json", no_argument, NULL, 'j' }, { "quiet", no_argument, NULL, 'q' },
		{ "archived-rules", no_argument, NULL, 'r' }, { "seed", required_argument, NULL, 's' }, { "help", no_argument, NULL, 'h' }, { 0 } };
	struct audit_options options = { .seed = 1 };
	char *end;
	for (int option; (option = arguments_next(argc, argv, "qh", known, &failure)) != -1;) {
		switch (option) {
		case 'j':
			options.json = true;
			break;
		case 'q':
			options.quiet = true;
			break;
		case 'r':
			options.archived_rules = true;
			break;
		case 's':
			errno = 0;
			options.seed = strtoull(optarg, &end, 10);
			if (!*optarg || *end || *optarg == '-' || errno == ERANGE)
				return command_misuse("audit", tr("--seed takes a whole number", "--seed 的取值为整数"));
			break;
		case 'h':
			print_help();
			return STATUS_DONE;
		default:
			return command_fail("audit", &failure);
		}
	}
	if (argc - optind != 1)
		return command_misuse("audit", tr("name one batch folder or bag", "请给出一个批次文件夹或归档包"));
	return audit(argv[optind], &options);
}
