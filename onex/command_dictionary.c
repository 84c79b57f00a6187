/* onex dictionary [-o FILE]: the data dictionary, from the schemas. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "common/schema.h"
#include "onex/command.h"
#include "onex/dictionary.h"

static void print_help(void)
{
	fputs(tr("Usage: onex dictionary [-o FILE]\n"
		 "Write the data dictionary (Markdown, Chinese): every dataset with its columns, other\n"
		 "headings, types and allowed values, as the definitions in schemas/ have them.\n\n"
		 "  onex dictionary -o data-dictionary.md\n\n"
		 "  -o, --output FILE  write to FILE; - or nothing is standard output\n"
		 "  --help             this text\n",
		"用法：onex dictionary [-o 文件]\n"
		 "生成数据字典（Markdown 格式）：按 schemas/ 中的数据定义列出各数据集的列名、别名、类型和取值。\n\n"
		 "  onex dictionary -o 数据字典.md\n\n"
		 "  -o, --output 文件  写入该文件；不写或写 - 为标准输出\n"
		 "  --help             显示本说明\n"), stdout);
}

static bool write_to(const char *path, const struct schema *schema, struct failure *failure)
{
	bool named = path && strcmp(path, "-") != 0;
	FILE *file = named ? fopen(path, "w") : stdout;
	if (!file)
		return fail_system(failure, tr("cannot write %s", "无法写入 %s"), path);
	bool done = dictionary_write(schema, file, failure);
	if (named && fclose(file) != 0 && done)
		done = fail_system(failure, tr("cannot write %s", "无法写入 %s"), path);
	return done;
}

int command_dictionary(int argc, char **argv)
{
	static const struct option known[] = { { "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' }, { 0 } };
	struct failure failure = { 0 };
	const char *path = NULL;
	for (int option; (option = arguments_next(argc, argv, "o:h", known, &failure)) != -1;) {
		switch (option) {
		case 'o':
			path = optarg;
			break;
		case 'h':
			print_help();
			return STATUS_DONE;
		default:
			return command_fail("dictionary", &failure);
		}
	}
	if (argc != optind)
		return command_misuse("dictionary", tr("it takes no argument", "不需要参数"));
	char *home = layout_home(&failure);
	struct schema *schema = home ? schema_load(home, &failure) : NULL;
	bool done = schema && write_to(path, schema, &failure);
	schema_free(schema);
	free(home);
	return done ? STATUS_DONE : command_fail("dictionary", &failure);
}
