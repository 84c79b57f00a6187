/* onex trace BATCH FIGURE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "onex/address.h"
#include "onex/command.h"
#include "onex/outfolder.h"
#include "onex/trace.h"

static void print_help(void)
{
	fputs(tr("Usage: onex trace [--json] BATCH FIGURE\n"
		 "Show what a figure rests on, down to file, sheet, cell and raw text; or, from a cell of a\n"
		 "raw file, what it influenced.\n\n"
		 "  onex trace samples/2021-1 'allocation.xlsx!资金分配表!H12'\n"
		 "  onex trace samples/2021-1 allocation/4299900056\n"
		 "  onex trace samples/2021-1 application/SB20210000010001\n"
		 "  onex trace samples/2021-1 'cell/试点申报-高职.csv!!J12'\n\n"
		 "Figures: WORKBOOK.xlsx!SHEET!CELL, cell/FILE!SHEET!CELL, finding/ID, finding/RULE/RECORD,\n"
		 "application/NO, school/CODE, certificate/CODE[/LEVEL], allocation/CODE[/RUN], run/RUN,\n"
		 "rule/RULE, unit/CODE, outcome/WORD, kind/WORD, release/N, source/FILE[!SHEET],\n"
		 "crosscheck/N, total/\n\n"
		 "BATCH is a batch folder or a bag that is a folder.\n"
		 "  --json   print the tree as JSON\n"
		 "  --help   this text\n",
		"用法：onex trace [--json] 批次文件夹 数字\n"
		 "显示一个数字的来源，直到文件、工作表、单元格和原文；或显示原始文件的一个单元格影响了什么。\n\n"
		 "  onex trace samples/2021-1 'allocation.xlsx!资金分配表!H12'\n"
		 "  onex trace samples/2021-1 allocation/4299900056\n"
		 "  onex trace samples/2021-1 application/SB20210000010001\n"
		 "  onex trace samples/2021-1 'cell/试点申报-高职.csv!!J12'\n\n"
		 "可写：工作簿.xlsx!工作表!单元格、cell/文件!工作表!单元格、finding/序号、finding/规则/记录、\n"
		 "application/申报编号、school/学校标识码、certificate/证书代码[/等级]、allocation/学校标识码[/方案]、\n"
		 "run/方案、rule/规则、unit/单位代码、outcome/结论、kind/学校类型、release/证书批次、\n"
		 "source/文件[!工作表]、crosscheck/序号、total/\n\n"
		 "批次文件夹也可以是文件夹形式的归档包。\n"
		 "  --json   以 JSON 输出\n"
		 "  --help   显示本说明\n"), stdout);
}

static int trace(const char *batch, const char *figure, bool json)
{
	struct failure failure = { 0 };
	char *text = NULL;
	struct node *root = NULL;
	char *bagged = layout_join(&failure, batch, "data/out/batch.db"); /* a bag */
	char *out = bagged ? layout_join(&failure, batch, access(bagged, R_OK) == 0 ? "data/out" : "out") : NULL;
	char *path = out ? layout_join(&failure, out, "batch.db") : NULL;
	struct database *database = path && outfolder_is_made(batch, path, &failure) ? database_open(path, DATABASE_READ, &failure) : NULL;
	bool is_address = strstr(figure, ".xlsx!") && strncmp(figure, "cell/", 5) != 0 && strncmp(figure, "source/", 7) != 0;
	char *key = !database ? NULL : is_address ? address_key(out, figure, &text, &failure) : copy_text(&failure, figure);
	if (key)
		root = trace_figure(database, key, &failure);
	if (root && is_address && !json)
		printf(tr("%s shows: %s\n", "%s 显示：%s\n"), figure, text ? text : "");
	if (root && json)
		tree_print_json(root);
	else if (root)
		tree_print(root);
	int status = root ? STATUS_DONE : command_fail("trace", &failure);
	struct failure ignored;
	database_close(database, &ignored);
	tree_free(root);
	free(key);
	free(text);
	free(path);
	free(bagged);
	free(out);
	return status;
}

int command_trace(int argc, char **argv)
{
	struct failure failure = { 0 };
	static const struct option known[] = { { "json", no_argument, NULL, 'j' }, { "help", no_argument, NULL, 'h' }, { 0 } };
	bool json = false;
	for (int option; (option = arguments_next(argc, argv, "h", known, &failure)) != -1;) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'h':
			print_help();
			return STATUS_DONE;
		default:
			return command_fail("trace", &failure);
		}
	}
	if (argc - optind != 2)
		return command_misuse("trace", tr("name a batch folder and a figure", "请给出批次文件夹和要追溯的数字"));
	return trace(argv[optind], argv[optind + 1], json);
}
