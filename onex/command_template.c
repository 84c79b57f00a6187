/* onex template DATASET -o FILE.xlsx: a workbook to fill in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "common/schema.h"
#include "onex/command.h"
#include "common/suggest.h"
#include "onex/template.h"

static void print_help(const struct schema *schema)
{
	fputs(tr("Usage: onex template DATASET -o FILE.xlsx\n"
		 "Write a workbook to fill in: headings, an explanation of each column, drop-downs.\n\n"
		 "  onex template application -o 试点申报.xlsx\n\nDatasets:\n",
		"用法：onex template 数据集 -o 文件.xlsx\n"
		 "生成供填写的表格：列名、填写说明、下拉选项。\n\n"
		 "  onex template application -o 试点申报.xlsx\n\n数据集：\n"), stdout);
	for (int i = 0; i < schema->dataset_count; i++)
		printf("  %-12s %s\n", schema->datasets[i].name, schema->datasets[i].title);
}

/* The name of the dataset that is called so in Chinese; else `name` itself. */
static const char *by_title(const struct schema *schema, const char *name)
{
	for (int i = 0; i < schema->dataset_count; i++)
		if (strcmp(schema->datasets[i].title, name) == 0)
			return schema->datasets[i].name;
	return name;
}

static int write_template(const struct schema *schema, const char *name, const char *path)
{
	struct failure failure = { 0 };
	if (!schema_dataset(schema, name)) {
		const char *names[64];
		int count = 0;
		for (; count < schema->dataset_count && count < 64; count++)
			names[count] = schema->datasets[count].name;
		const char *near = suggest_nearest(name, names, count);
		fail(&failure, STATUS_USAGE, tr("there is no dataset %s%s%s", "没有数据集 %s%s%s"), name,
			near ? tr("; did you mean ", "，是否指 ") : tr("; onex template --help lists them", "，请看 onex template --help 所列的数据集"),
			near ? near : "");
		return command_fail("template", &failure);
	}
	if (!template_write(schema, name, path, &failure))
		return command_fail("template", &failure);
	fprintf(stderr, tr("Wrote %s\n", "已生成 %s\n"), path);
	return STATUS_DONE;
}

int command_template(int argc, char **argv)
{
	static const struct option known[] = { { "output", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' }, { 0 } };
	struct failure failure = { 0 };
	const char *path = NULL;
	bool help = false;
	for (int option; (option = arguments_next(argc, argv, "o:h", known, &failure)) != -1;) {
		if (option == 'o')
			path = optarg;
		else if (option == 'h')
			help = true;
		else
			return command_fail("template", &failure);
	}
	char *home = layout_home(&failure);
	struct schema *schema = home ? schema_load(home, &failure) : NULL;
	int status = STATUS_DONE;
	if (!schema)
		status = command_fail("template", &failure);
	else if (help)
		print_help(schema);
	else if (argc - optind != 1 || !path)
		status = command_misuse("template", tr("name a dataset and -o FILE.xlsx", "请给出数据集和 -o 文件.xlsx"));
	else
		status = write_template(schema, by_title(schema, argv[optind]), path);
	schema_free(schema);
	free(home);
	return status;
}
