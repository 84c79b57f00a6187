#include "common/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool listed(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* schemas/batch.sql: each table has one writer. Ingest makes the file and may
 * write all that the later stages do not own. */
static bool may_write(enum database_role role, const char *table)
{
	static const char *const validate[] = { "rule", "school_path", "near_certificate", "ambiguous_application",
		"reviewed_application", "review_of", "decision_state", "finding", "outcome", NULL };
	static const char *const transform[] = { "school_count", "certificate_count", "region_count", "kind_count",
		"release_count", "major_count", "crosscheck", "scenario_run", "factor_pool", "allocation",
		"allocation_total", NULL };
	if (strncmp(table, "sqlite_", 7) == 0) /* a virtual table's declaration asks as if it wrote there; */
		return true;                   /* a connection that only reads cannot, allowed or not */
	switch (role) {
	case DATABASE_INGEST:
		return !listed(validate, table) && !listed(transform, table);
	case DATABASE_VALIDATE:
		return listed(validate, table);
	case DATABASE_TRANSFORM:
		return listed(transform, table);
	case DATABASE_READ:
	case DATABASE_BESIDE:
	default:
		return false;
	}
}

static bool is_word_of(const char *words, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = words; (at = strstr(at, word)) != NULL; at += length) {
		bool starts = at == words || at[-1] == ' ';
		bool ends = at[length] == '\0' || at[length] == ' ';
		if (starts && ends)
			return true;
	}
	return false;
}

/* The stock functions whose result depends on their arguments alone. */
static bool is_deterministic(const char *function)
{
	static const char *const allowed[] = { "abs", "avg", "ceil", "ceiling", "char", "coalesce", "count", "cume_dist",
		"dense_rank", "first_value", "floor", "format", "glob", "group_concat", "hex", "ifnull", "iif", "instr",
		"lag", "last_value", "lead", "length", "like", "likelihood", "likely", "lower", "ltrim", "max", "min",
		"mod", "nth_value", "ntile", "nullif", "percent_rank", "printf", "quote", "rank", "replace", "round",
		"row_number", "rtrim", "sign", "substr", "substring", "sum", "total", "trim", "typeof", "unicode",
		"unlikely", "upper", NULL };
	return listed(allowed, function);
}

/* What caged SQL may do: SELECT, read its tables, call deterministic functions. */
static bool caged_allows(const struct database *database, int action, const char *first, const char *second,
	const char *view)
{
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return true;
	case SQLITE_READ:
		if (!first || !*first)
			return true;
		if (strncmp(first, "sqlite_", 7) == 0)
			return false;
		if (!database->reads || is_word_of(database->reads, first))
			return true;
		if (second && !*second) /* rows are counted, no column read: a table, or a WITH of the statement */
			return database->tables && !is_word_of(database->tables, first);
		return view && database->tables && is_word_of(database->tables, view) && is_word_of(database->reads, view);
	case SQLITE_FUNCTION:
		return second && is_deterministic(second);
	default:
		return false;
	}
}

static int authorize(void *context, int action, const char *first, const char *second, const char *schema,
	const char *view)
{
	struct database *database = context;
	bool allowed = true;
	bool drops_view = database->drops_view;
	database->drops_view = action == SQLITE_DROP_VIEW && !database->caged;
	if (action == SQLITE_READ && second && strcmp(second, "ROWID") == 0)
		database->rowid = true;
	if (database->caged)
		allowed = caged_allows(database, action, first, second, view);
	else if (drops_view && action == SQLITE_DELETE)
		allowed = true; /* how SQLite asks for the view itself; views hold no rows */
	else if (action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE)
		allowed = (schema && strcmp(schema, "temp") == 0) || may_write(database->role, first);
	else if (action == SQLITE_ATTACH || (action == SQLITE_FUNCTION && strcmp(second, "load_extension") == 0))
		allowed = false;
	if (!allowed)
		snprintf(database->denied, sizeof database->denied, "%s %s", first ? first : "", second ? second : "");
	return allowed ? SQLITE_OK : SQLITE_DENY;
}

static int spend(void *context)
{
	struct database *database = context;
	return database->caged && --database->budget < 0;
}

/* The names of all tables and views, once. On failure the list stays NULL and
 * the cage is only narrower. */
static void learn_tables(struct database *database)
{
	static const char sql[] = "SELECT group_concat(name, ' ') FROM sqlite_schema WHERE type IN ('table', 'view')";
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL) == SQLITE_OK
		&& sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
		database->tables = strdup((const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
}

void database_cage(struct database *database, const char *name, const char *reads, sqlite3_int64 budget)
{
	if (reads && !database->tables)
		learn_tables(database);
	database->caged = name;
	database->reads = reads;
	database->budget = budget;
	database->denied[0] = '\0';
	database->rowid = false;
}

void database_uncage(struct database *database)
{
	database->caged = NULL;
	database->reads = NULL;
}

/* What SQLite says, in the user's language where it is something that a user can act upon. */
static const char *reason_of(sqlite3 *handle)
{
	static const struct { int code; const char *chinese; } known[] = {
		{ SQLITE_NOTADB, "不是数据库文件" }, { SQLITE_CORRUPT, "文件已损坏" }, { SQLITE_FULL, "磁盘已满" },
		{ SQLITE_READONLY, "没有写权限" }, { SQLITE_IOERR, "读写出错" }, { SQLITE_CANTOPEN, "打不开文件" },
		{ SQLITE_NOMEM, "内存不足" }, { SQLITE_BUSY, "正被占用" }, { SQLITE_LOCKED, "正被占用" }, { SQLITE_PERM, "没有权限" },
	};
	int code = sqlite3_errcode(handle) & 0xFF;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].code == code)
			return tr(sqlite3_errmsg(handle), known[i].chinese);
	return sqlite3_errmsg(handle);
}

bool database_failed(struct database *database, const char *sql, struct failure *failure)
{
	int code = sqlite3_errcode(database->handle) & 0xFF;
	const char *reason = reason_of(database->handle);
	if (!database->caged)
		return fail(failure, STATUS_SYSTEM, tr("database: %s, in: %.600s", "数据库：%s，语句：%.600s"), reason, sql);
	if (code == SQLITE_AUTH)
		return fail(failure, STATUS_BATCH,
			tr("%s may not do this in its SQL: %s (%s)", "%s 的 SQL 不允许这样做：%s（%s）"),
			database->caged, reason, database->denied);
	if (code == SQLITE_INTERRUPT)
		return fail(failure, STATUS_BATCH, tr("%s does not end: stopped", "%s 运行不止，已停止"), database->caged);
	if (code == SQLITE_ERROR)
		return fail(failure, STATUS_BATCH, tr("%s: wrong SQL: %s", "%s 的 SQL 有误：%s"), database->caged, reason);
	return fail(failure, STATUS_SYSTEM, tr("%s: database: %s", "%s：数据库：%s"), database->caged, reason);
}

/* The path with its folder's links followed, for SQLite, told to follow none, refuses a
 * link anywhere in a path: batch.db itself must be no link, its folder may be reached by
 * one. Freed with free(). */
static char *path_of(const char *path, struct failure *failure)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? print_text(failure, "%.*s", (int)(slash - path) + 1, path) : copy_text(failure, ".");
	char *real = folder ? realpath(folder, NULL) : NULL;
	char *resolved = real ? print_text(failure, "%s/%s", real, slash ? slash + 1 : path) : NULL;
	if (folder && !real)
		fail_system(failure, tr("cannot open %s", "无法打开 %s"), path);
	free(folder);
	free(real);
	return resolved;
}

/* ATTACH takes the flags of the connection: read-only, no links. It must come before
 * the authorizer, which refuses it. */
static bool attach(struct database *database, const char *other, struct failure *failure)
{
	static const char sql[] = "ATTACH ? AS other";
	char *path = path_of(other, failure);
	sqlite3_stmt *statement = path ? database_prepare(database, sql, failure) : NULL;
	bool row;
	bool done = statement
		&& (sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC) == SQLITE_OK || database_failed(database, sql, failure));
	if (done && !database_step(database, statement, &row, failure))
		done = fail(failure, STATUS_SYSTEM, tr("cannot open database %s: %s", "无法打开数据库 %s：%s"), other,
			reason_of(database->handle));
	sqlite3_finalize(statement);
	free(path);
	return done;
}

/* Makes the empty file that SQLite then fills: its own would be readable by all. */
static bool make_file(const char *path, struct failure *failure)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	return (file >= 0 && close(file) == 0) || fail_system(failure, tr("cannot make %s", "无法建立 %s"), path);
}

/* Only ingest makes the file. */
static bool is_there(const char *path, enum database_role role, struct failure *failure)
{
	if (role == DATABASE_INGEST || access(path, F_OK) == 0 || errno != ENOENT)
		return true;
	return fail(failure, STATUS_BATCH, tr("there is no %s: run onex-ingest first", "没有 %s：请先运行 onex-ingest"), path);
}

static struct database *open_with(const char *path, const char *other, enum database_role role, struct failure *failure)
{
	struct database *database = allocate(failure, 1, sizeof *database);
	if (!database)
		return NULL;
	database->role = role;
	bool reads = role == DATABASE_READ || role == DATABASE_BESIDE;
	int flags = reads ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	const char *locking = role == DATABASE_BESIDE ? "unix-none" : NULL;
	char *resolved = is_there(path, role, failure) ? path_of(path, failure) : NULL;
	if (!resolved || (role == DATABASE_INGEST && !make_file(path, failure)))
		goto broken;
	/* SQLite looks into a file only when it is asked for something */
	if (sqlite3_open_v2(resolved, &database->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, locking) != SQLITE_OK
		|| sqlite3_exec(database->handle, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL) != SQLITE_OK) {
		fail(failure, STATUS_SYSTEM, tr("cannot open database %s: %s", "无法打开数据库 %s：%s"), path,
			reason_of(database->handle));
		goto broken;
	}
	sqlite3_extended_result_codes(database->handle, 1);
	sqlite3_db_config(database->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (role == DATABASE_INGEST && !database_run(database, "PRAGMA page_size = 16384", failure))
		goto broken;
	if (!reads && !database_run(database, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF",
			failure))
		goto broken;
	if (other && !attach(database, other, failure))
		goto broken;
	sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL); /* it forbids journal_mode = OFF */
	sqlite3_set_authorizer(database->handle, authorize, database);
	sqlite3_progress_handler(database->handle, 1000, spend, database);
	free(resolved);
	return database;
broken:
	sqlite3_close_v2(database->handle);
	free(resolved);
	free(database);
	return NULL;
}

struct database *database_open(const char *path, enum database_role role, struct failure *failure)
{
	return open_with(path, NULL, role, failure);
}

struct database *database_open_pair(const char *path, const char *other, struct failure *failure)
{
	return open_with(path, other, DATABASE_READ, failure);
}

bool database_close(struct database *database, struct failure *failure)
{
	if (!database)
		return true;
	int code = sqlite3_close(database->handle);
	bool done = code == SQLITE_OK
		|| fail(failure, STATUS_SYSTEM, tr("cannot close the database: %s", "无法关闭数据库：%s"), sqlite3_errstr(code));
	if (code != SQLITE_OK)
		sqlite3_close_v2(database->handle);
	free(database->tables);
	free(database);
	return done;
}

bool database_run(struct database *database, const char *sql, struct failure *failure)
{
	return sqlite3_exec(database->handle, sql, NULL, NULL, NULL) == SQLITE_OK || database_failed(database, sql, failure);
}

sqlite3_stmt *database_prepare(struct database *database, const char *sql, struct failure *failure)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL) != SQLITE_OK)
		database_failed(database, sql, failure);
	return statement;
}

bool database_step(struct database *database, sqlite3_stmt *statement, bool *row, struct failure *failure)
{
	int code = sqlite3_step(statement);
	*row = code == SQLITE_ROW;
	return code == SQLITE_ROW || code == SQLITE_DONE || database_failed(database, sqlite3_sql(statement), failure);
}

bool database_once(struct database *database, sqlite3_stmt *statement, bool *row, struct failure *failure)
{
	bool unasked;
	bool done = database_step(database, statement, row ? row : &unasked, failure);
	sqlite3_reset(statement);
	return done;
}

bool database_number(struct database *database, const char *sql, sqlite3_int64 *number, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database, sql, failure);
	bool row = false;
	bool done = statement && database_step(database, statement, &row, failure);
	*number = row ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return done;
}
