/* onex: the front command. Finds the verb and hands over. */
#include <stdio.h>
#include <string.h>

#include "onex/command.h"
#include "common/streams.h"
#include "common/suggest.h"

static const struct command commands[] = {
	{ "new", command_new, "lay out an empty batch", "建立空白批次" },
	{ "run", command_run, "process a batch: raw files to workbooks", "处理一个批次：从原始文件到工作簿" },
	{ "audit", command_audit, "make everything again from the raw files and compare", "从原始文件重做全部结果并核对" },
	{ "trace", command_trace, "a figure down to its cells, or a cell up to what it influenced", "追溯一个数字的来源，或一个单元格的影响" },
	{ "diff", command_diff, "what changed between two runs", "比较两次处理的结果" },
	{ "pack", command_pack, "a processed batch as an archive (BagIt)", "把处理完的批次打成归档包（BagIt）" },
	{ "template", command_template, "write a workbook to fill in", "生成供填写的表格" },
	{ "dictionary", command_dictionary, "the data dictionary, from the schemas", "由数据定义生成数据字典" },
};

static void print_help(void)
{
	fputs(tr("Usage: onex VERB [OPTION]... ARGUMENT...\n\n"
		 "  onex run samples/2021-1      process the sample batch\n\nVerbs:\n",
		"用法：onex 命令 [选项]... 参数...\n\n"
		 "  onex run samples/2021-1      处理示例批次\n\n命令：\n"), stdout);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		printf("  %-10s %s\n", commands[i].name, tr(commands[i].english, commands[i].chinese));
	fputs(tr("\n`onex VERB --help` tells more of a verb.\n"
		 "Exit: 0 done, 1 a condition asked for does not hold, 2 usage, 3 the batch cannot be\n"
		 "processed, 4 input/output or database, 5 a bug.\n",
		"\n用 onex 命令 --help 查看各命令的说明。\n"
		 "退出码：0 完成；1 所要求的条件不成立；2 用法有误；3 批次无法处理；4 读写、磁盘或数据库出错；5 程序缺陷。\n"),
		stdout);
}

static int run_verb(int argc, char **argv)
{
	if (argc < 2) {
		fputs(tr("onex: which verb? See `onex --help`\n", "onex: 缺少命令，请看 onex --help\n"), stderr);
		return STATUS_USAGE;
	}
	const char *verb = argv[1];
	if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0 || strcmp(verb, "help") == 0) {
		print_help();
		return STATUS_DONE;
	}
	if (strcmp(verb, "--version") == 0 || strcmp(verb, "-V") == 0) {
		puts("onex " ONEX_VERSION);
		return STATUS_DONE;
	}
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(verb, commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	const char *names[sizeof commands / sizeof *commands];
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		names[i] = commands[i].name;
	const char *near = suggest_nearest(verb, names, (int)(sizeof commands / sizeof *commands));
	fprintf(stderr, tr("onex: there is no verb '%s'%s%s. See `onex --help`\n", "onex: 没有“%s”这个命令%s%s，请看 onex --help\n"),
		verb, near ? tr("; did you mean ", "，是否指 ") : "", near ? near : "");
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	streams_open();
	return streams_end("onex", run_verb(argc, argv));
}
