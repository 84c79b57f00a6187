/* onex diff OUT_A OUT_B: what changed between two runs. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "onex/command.h"
#include "onex/diff.h"
#include "onex/outfolder.h"

struct diff_options {
	bool json, quiet, fail_on_change;
	const char *workbook;
};

static void print_help(void)
{
	fputs(tr("Usage: onex diff [OPTION]... OUT_A OUT_B\n"
		 "Tell what changed from one run to another: applications and their fields, findings new\n"
		 "and cleared, outcomes, numbers and money per school, with the cause where it is one.\n"
		 "OUT_A and OUT_B are out folders, or batch folders with one.\n\n"
		 "  onex diff 2021-1/out 2021-1-second/out -o changes.xlsx\n\n"
		 "  -o, --output FILE.xlsx  write a workbook too\n"
		 "  --json                  print all as JSON (money in fen)\n"
		 "  --quiet                 print nothing\n"
		 "  --fail-on-change        exit 1 where anything changed\n"
		 "  --help                  this text\n",
		"用法：onex diff [选项]... 原输出 现输出\n"
		 "比较两次处理的结果：申报及其字段、新增和消除的问题、结论、各校人数和资金；能归到一个原因的写明原因。\n"
		 "原输出、现输出是 out 文件夹，或含有 out 的批次文件夹。\n\n"
		 "  onex diff 2021-1/out 2021-1-second/out -o 变化.xlsx\n\n"
		 "  -o, --output 文件.xlsx  同时生成工作簿\n"
		 "  --json                  以 JSON 输出全部内容（金额以分计）\n"
		 "  --quiet                 不输出\n"
		 "  --fail-on-change        有任何变化时退出码为 1\n"
		 "  --help                  显示本说明\n"), stdout);
}

/* The out folder that is meant: `path`, or path/out. */
static char *find_out(const char *path, struct failure *failure)
{
	static const char *const tries[] = { "batch.db", "out/batch.db", "data/out/batch.db" };
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		char *file = layout_join(failure, path, tries[i]);
		bool there = file && access(file, R_OK) == 0;
		if (there)
			*strrchr(file, '/') = '\0';
		if (there || !file)
			return file;
		free(file);
	}
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		outfolder_no_batch(path, failure);
		return NULL;
	}
	close(folder);
	fail(failure, STATUS_BATCH, tr("%s has no batch.db: is it an out folder?", "%s 中没有 batch.db，这是输出文件夹吗？"), path);
	return NULL;
}

static bool compare(const char *before, const char *after, const struct diff_options *options, long *changes,
	struct failure *failure)
{
	struct diff_printer printer = { 0 };
	struct diff_sink sinks[2];
	int count = 0;
	struct diff_book *book = options->workbook ? diff_book_begin(options->workbook, failure) : NULL;
	if (options->workbook && !book)
		return false;
	if (!options->quiet)
		sinks[count++] = options->json ? diff_sink_json(&printer) : diff_sink_text(&printer);
	if (book)
		sinks[count++] = diff_sink_book(book);
	bool done = diff_outs(before, after, sinks, count, changes, failure);
	if (done && options->json && !options->quiet)
		puts(printer.sections ? "\n]" : "[]");
	struct failure ignored;
	return diff_book_end(book, done, done ? failure : &ignored) && done;
}

static int diff(const char *a, const char *b, const struct diff_options *options)
{
	struct failure failure = { 0 };
	long changes = 0;
	int status = STATUS_DONE;
	char *before = find_out(a, &failure);
	char *after = before ? find_out(b, &failure) : NULL;
	if (!after || !compare(before, after, options, &changes, &failure))
		status = command_fail("diff", &failure);
	else if (changes && options->fail_on_change)
		status = STATUS_UNMET;
	if (status <= STATUS_UNMET && !options->quiet && !options->json)
		puts(changes ? tr("The two runs differ.", "结论：两次处理的结果有变化。")
			     : tr("The two runs came to the same.", "结论：两次处理的结果相同。"));
	free(before);
	free(after);
	return status;
}

int command_diff(int argc, char **argv)
{
	struct failure failure = { 0 };
	enum { FAIL_ON_CHANGE = 1000, JSON };
	static const struct option known[] = { { "output", required_argument, NULL, 'o' }, { "json", no_argument, NULL, JSON },
		{ "quiet", no_argument, NULL, 'q' }, { "fail-on-change", no_argument, NULL, FAIL_ON_CHANGE },
		{ "help", no_argument, NULL, 'h' }, { 0 } };
	struct diff_options options = { 0 };
	for (int option; (option = arguments_next(argc, argv, "o:qh", known, &failure)) != -1;) {
		switch (option) {
		case 'o':
			options.workbook = optarg;
			break;
		case 'q':
			options.quiet = true;
			break;
		case JSON:
			options.json = true;
			break;
		case FAIL_ON_CHANGE:
			options.fail_on_change = true;
			break;
		case 'h':
			print_help();
			return STATUS_DONE;
		default:
			return command_fail("diff", &failure);
		}
	}
	if (argc - optind != 2)
		return command_misuse("diff", tr("name two out folders", "请给出两个输出文件夹"));
	return diff(argv[optind], argv[optind + 1], &options);
}
