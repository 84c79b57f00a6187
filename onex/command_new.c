/* onex new BATCH: an empty batch folder to begin with. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/arguments.h"
#include "common/layout.h"
#include "common/schema.h"
#include "onex/command.h"
#include "onex/template.h"

static void print_help(void)
{
	fputs(tr("Usage: onex new BATCH\n"
		 "Lay out an empty batch: notice.xml with comments, an empty inbox/, a fill-in workbook for\n"
		 "each dataset in templates/, and a README for the clerk.\n\n"
		 "  onex new 2021-2\n",
		"用法：onex new 批次文件夹\n"
		 "建立空白批次：带说明的 notice.xml、空的 inbox/、templates/ 中各数据集的填报表，以及经办人说明。\n\n"
		 "  onex new 2021-2\n"), stdout);
}

static bool make_folder(const char *path, struct failure *failure)
{
	if (mkdir(path, 0750) == 0)
		return true;
	if (errno == EEXIST)
		return fail(failure, STATUS_SYSTEM, tr("%s is there already; nothing in it was changed", "%s 已经存在，其中的文件没有改动"), path);
	return fail_system(failure, tr("cannot make %s", "无法建立 %s"), path);
}

static bool write_text(const char *path, const char *text, struct failure *failure)
{
	FILE *file = fopen(path, "wx");
	bool done = file && fputs(text, file) >= 0;
	if (!done)
		fail_system(failure, tr("cannot write %s", "无法写入 %s"), path);
	if (file && fclose(file) != 0 && done)
		done = fail_system(failure, tr("cannot write %s", "无法写入 %s"), path);
	return done;
}

static bool copy_into(const char *home, const char *from, const char *batch, const char *to, struct failure *failure)
{
	char *source = layout_join(failure, home, from);
	char *target = source ? layout_join(failure, batch, to) : NULL;
	char *text = target ? layout_read(failure, source, 1UL << 20, NULL) : NULL;
	bool done = text && write_text(target, text, failure);
	free(source);
	free(target);
	free(text);
	return done;
}

static bool write_templates(const char *home, const char *batch, struct failure *failure)
{
	struct schema *schema = schema_load(home, failure);
	char *folder = schema ? layout_join(failure, batch, "templates") : NULL;
	bool done = folder && make_folder(folder, failure);
	for (int i = 0; done && i < schema->dataset_count; i++) {
		char *path = print_text(failure, "%s/%s.xlsx", folder, schema->datasets[i].title);
		done = path && template_write(schema, schema->datasets[i].name, path, failure);
		free(path);
	}
	free(folder);
	schema_free(schema);
	return done;
}

static bool lay_out(const char *batch, struct failure *failure)
{
	char *home = layout_home(failure);
	char *inbox = home ? layout_join(failure, batch, "inbox") : NULL;
	bool done = inbox && make_folder(batch, failure) && make_folder(inbox, failure)
		&& copy_into(home, "onex/new/notice.xml", batch, "notice.xml", failure)
		&& copy_into(home, "onex/new/README.txt", batch, "说明.txt", failure)
		&& write_templates(home, batch, failure);
	free(inbox);
	free(home);
	return done;
}

int command_new(int argc, char **argv)
{
	static const struct option known[] = { { "help", no_argument, NULL, 'h' }, { 0 } };
	struct failure failure = { 0 };
	for (int option; (option = arguments_next(argc, argv, "h", known, &failure)) != -1;) {
		if (option != 'h')
			return command_fail("new", &failure);
		print_help();
		return STATUS_DONE;
	}
	if (argc - optind != 1)
		return command_misuse("new", tr("name the folder of the new batch", "请给出新批次的文件夹"));
	if (!lay_out(argv[optind], &failure))
		return command_fail("new", &failure);
	printf(tr("Made %s: put the raw files into %s/inbox, adjust %s/notice.xml, then: onex run %s\n",
		"已建立 %s：请把原始文件放入 %s/inbox，按通知修改 %s/notice.xml，然后执行：onex run %s\n"),
		argv[optind], argv[optind], argv[optind], argv[optind]);
	return STATUS_DONE;
}
