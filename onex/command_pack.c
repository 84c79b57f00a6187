/* onex pack BATCH -o BAG: the archive that an auditor opens. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/arguments.h"
#include "common/calendar.h"
#include "common/database.h"
#include "onex/bag.h"
#include "onex/command.h"
#include "onex/inputs.h"
#include "onex/outfolder.h"

static void print_help(void)
{
	fputs(tr("Usage: onex pack BATCH -o BAG\n"
		 "Pack a processed batch into a BagIt bag (RFC 8493): raw files, notice, outputs, rules, with\n"
		 "SHA-256 and SM3 manifests. BAG is a new folder, or a ZIP file where it ends in .zip.\n"
		 "`onex audit BAG` checks it.\n\n"
		 "  onex pack samples/2021-1 -o 2021-1.zip\n\n"
		 "  -o, --output BAG  the bag to make; it must not exist\n"
		 "  --quiet           no message\n"
		 "  --help            this text\n",
		"用法：onex pack 批次文件夹 -o 归档包\n"
		 "把处理完的批次打成 BagIt 归档包（RFC 8493）：原始文件、通知参数、全部输出和规则，附 SHA-256 和 SM3 清单。\n"
		 "归档包是新文件夹；名称以 .zip 结尾时是一个 ZIP 文件。用 onex audit 归档包 核验。\n\n"
		 "  onex pack samples/2021-1 -o 2021-1.zip\n\n"
		 "  -o, --output 归档包  要生成的归档包，不能已经存在\n"
		 "  --quiet              不显示消息\n"
		 "  --help               显示本说明\n"), stdout);
}

static bool add_all(struct bag_files *files, const char *prefix, const char *folder, const struct layout_names *names,
	struct failure *failure)
{
	bool done = true;
	for (unsigned long i = 0; done && i < names->count; i++) {
		char *path = layout_join(failure, prefix, names->names[i]);
		char *source = path ? layout_join(failure, folder, names->names[i]) : NULL;
		done = source && bag_files_add(files, path, source, failure);
		free(path);
		free(source);
	}
	return done;
}

/* The batch's files and the program's, under the paths that they get in the bag. */
static bool list_payload(struct bag_files *files, const char *batch, struct failure *failure)
{
	static const char *const parts[] = { "inbox", "notice.xml", "out" };
	bool done = true;
	for (size_t i = 0; done && i < sizeof parts / sizeof *parts; i++) {
		struct layout_names names = { 0 };
		done = inputs_files(&names, batch, parts[i], failure) && add_all(files, "data", batch, &names, failure);
		layout_names_free(&names);
	}
	struct layout_names names = { 0 };
	char *home = done ? layout_home(failure) : NULL;
	done = home && inputs_program_files(&names, home, failure) && add_all(files, "data/program", home, &names, failure);
	layout_names_free(&names);
	free(home);
	bag_files_sort(files);
	return done;
}

/* A fault where a bag is made ends it: the first one is the failure. */
static bool refuse(void *context, const struct bag_fault *fault, struct failure *failure)
{
	(void)context;
	return fail(failure, STATUS_BATCH, tr("cannot be packed: %s: %s%s%s", "无法归档：%s：%s%s%s"), fault->path, fault->what,
		fault->found && *fault->found ? ": " : "", fault->found ? fault->found : "");
}

static bool check_names(const struct bag_files *files, struct failure *failure)
{
	struct bag_listener listener = { .fault = refuse };
	for (size_t i = 0; i < files->count; i++) {
		const char *fault = bag_path_fault(files->items[i].path);
		if (fault)
			return bag_tell(&listener, fault, files->items[i].path, "", "", failure);
	}
	return bag_twins(files, &listener, failure);
}

static char *copy_column(sqlite3_stmt *statement, int column, struct failure *failure)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	return copy_text(failure, text ? text : "");
}

static bool read_info(struct bag_info *info, const char *batch, struct failure *failure)
{
	char *path = print_text(failure, "%s/out/batch.db", batch);
	struct database *database = path ? database_open(path, DATABASE_READ, failure) : NULL;
	sqlite3_stmt *statement = database ? database_prepare(database, "SELECT id, document, title, as_of FROM batch", failure) : NULL;
	bool row = false;
	bool done = statement && database_step(database, statement, &row, failure);
	if (done && !row)
		done = fail(failure, STATUS_BATCH, tr("%s holds no batch", "%s 中没有批次"), path);
	if (done) {
		char day[CALENDAR_DAY_BYTES];
		calendar_day_text(sqlite3_column_int64(statement, 3), day);
		info->batch = copy_column(statement, 0, failure);
		info->document = copy_column(statement, 1, failure);
		info->title = copy_column(statement, 2, failure);
		info->as_of = copy_text(failure, day);
		done = info->batch && info->document && info->title && info->as_of;
	}
	sqlite3_finalize(statement);
	struct failure ignored;
	database_close(database, &ignored);
	free(path);
	return done;
}

static bool ends_in_zip(const char *path)
{
	size_t length = strlen(path);
	return length > 4 && strcasecmp(path + length - 4, ".zip") == 0;
}

/* Makes the bag in a folder beside its place, checks it, and puts it there. */
static bool make_bag(const char *output, struct bag_files *files, const struct bag_info *info, struct failure *failure)
{
	struct bag_listener listener = { .fault = refuse };
	long checked;
	char *work = print_text(failure, "%s.XXXXXX", output);
	if (!work)
		return false;
	if (!mkdtemp(work)) {
		fail_system(failure, tr("cannot make a folder beside %s", "无法在 %s 旁建立文件夹"), output);
		free(work);
		return false;
	}
	bool done = bag_write(work, files, info, failure) && bag_check(work, &listener, &checked, failure);
	if (done && ends_in_zip(output))
		done = bag_zip_write(work, info->batch, output, failure);
	else if (done)
		done = (chmod(work, 0750) == 0 && renameat2(AT_FDCWD, work, AT_FDCWD, output, RENAME_NOREPLACE) == 0)
			|| fail_system(failure, tr("cannot make %s", "无法建立 %s"), output);
	struct failure ignored;
	outfolder_remove(work, &ignored);
	free(work);
	return done;
}

static bool pack(const char *batch, const char *output, size_t *count, struct failure *failure)
{
	struct bag_files files = { 0 };
	struct bag_info info = { 0 };
	bool current = false;
	char *inputs = NULL;
	char *out = layout_join(failure, batch, "out");
	bool done = out && outfolder_is_made(batch, out, failure) && inputs_are_current(batch, out, &inputs, &current, failure);
	free(inputs);
	if (done && !current)
		done = fail(failure, STATUS_BATCH, tr("%s is not what the raw files, the notice and the rules give now; `onex run` first",
			"%s 与现在的原始文件、通知参数和规则不一致，请先运行 onex run"), out);
	done = done && list_payload(&files, batch, failure) && check_names(&files, failure) && read_info(&info, batch, failure)
		&& make_bag(output, &files, &info, failure);
	*count = files.count;
	bag_files_free(&files);
	free(info.batch);
	free(info.document);
	free(info.title);
	free(info.as_of);
	free(out);
	return done;
}

/* Whether the bag would stand in inbox/, as a raw file, or in out/, which the next run replaces. */
static bool is_outside(const char *batch, const char *target, struct failure *failure)
{
	static const char *const parts[] = { "inbox", "out" };
	const char *slash = strrchr(target, '/');
	char *folder = slash ? print_text(failure, "%.*s", (int)(slash - target) + 1, target) : copy_text(failure, ".");
	char *place = folder ? realpath(folder, NULL) : NULL;
	bool done = folder != NULL;
	for (size_t i = 0; place && done && i < sizeof parts / sizeof *parts; i++) {
		char *part = layout_join(failure, batch, parts[i]);
		char *real = part ? realpath(part, NULL) : NULL;
		size_t length = real ? strlen(real) : 0;
		if (real && strncmp(place, real, length) == 0 && (place[length] == '/' || place[length] == '\0'))
			done = fail(failure, STATUS_USAGE, tr("%s is within %s: put the bag elsewhere", "%s 在 %s 之内，请把归档包放在别处"),
				target, part);
		free(part);
		free(real);
	}
	free(folder);
	free(place);
	return done;
}

static int pack_alone(const char *batch, const char *output, bool quiet)
{
	struct failure failure = { 0 };
	struct stat there;
	size_t count = 0;
	char *target = copy_text(&failure, output);
	for (size_t length = target ? strlen(target) : 0; length > 1 && target[length - 1] == '/';)
		target[--length] = '\0';
	int lock = target ? open(batch, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	bool done = lock >= 0 || (target && outfolder_no_batch(batch, &failure));
	if (done && flock(lock, LOCK_SH | LOCK_NB) != 0)
		done = fail(&failure, STATUS_SYSTEM, tr("a run is at work on %s; wait for it to end", "%s 正在处理中，请等它结束"), batch);
	if (done && lstat(target, &there) == 0)
		done = fail(&failure, STATUS_USAGE, tr("%s is there already", "%s 已经存在"), target);
	done = done && is_outside(batch, target, &failure) && pack(batch, target, &count, &failure);
	if (lock >= 0)
		close(lock);
	if (done && !quiet)
		fprintf(stderr, tr("Wrote %s: %zu files; check it with `onex audit %s`\n", "已生成 %s：%zu 个文件；可用 onex audit %s 核验\n"), target,
			count, target);
	free(target);
	return done ? STATUS_DONE : command_fail("pack", &failure);
}

int command_pack(int argc, char **argv)
{
	struct failure failure = { 0 };
	static const struct option known[] = { { "output", required_argument, NULL, 'o' }, { "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' }, { 0 } };
	const char *output = NULL;
	bool quiet = false;
	for (int option; (option = arguments_next(argc, argv, "o:qh", known, &failure)) != -1;) {
		switch (option) {
		case 'o':
			output = optarg;
			break;
		case 'q':
			quiet = true;
			break;
		case 'h':
			print_help();
			return STATUS_DONE;
		default:
			return command_fail("pack", &failure);
		}
	}
	if (argc - optind != 1 || !output)
		return command_misuse("pack", tr("name a batch folder and -o BAG", "请给出批次文件夹和 -o 归档包"));
	return pack_alone(argv[optind], output, quiet);
}
