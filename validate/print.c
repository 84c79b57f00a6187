#include "validate/print.h"

#include <inttypes.h>
#include <string.h>

#include "validate/judge.h"

static void print_cell(FILE *to, const char *text)
{
	fputc('\t', to);
	for (; text && *text; text++)
		fputc(strchr("\t\r\n", *text) ? ' ' : *text, to);
}

struct printing {
	FILE *to;
	sqlite3_stmt *file; /* the name of a source */
	struct database *database;
	const struct rule *rule;
};

static bool print_finding(void *context, struct rule_case *of, const struct finding *finding, struct failure *failure)
{
	const struct printing *printing = context;
	FILE *to = printing->to;
	sqlite3_stmt *file = printing->file;
	const char name[2] = { of->name, '\0' };
	bool row = false;
	char number[32];
	sqlite3_bind_int64(file, 1, finding->source);
	bool done = database_step(printing->database, file, &row, failure);
	snprintf(number, sizeof number, "%" PRId64, finding->row);
	fputs(printing->rule->id, to);
	const char *const cells[] = { name, severity_name(of->severity), finding->dataset, finding->record_key,
		row ? (const char *)sqlite3_column_text(file, 0) : "", finding->row ? number : "", finding->place,
		finding->raw, finding->message };
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
		print_cell(to, cells[i]);
	fputc('\n', to);
	sqlite3_reset(file);
	return done;
}

bool print_findings(FILE *to, struct database *database, struct rule *rule, const struct spool_batch *findings,
	struct failure *failure)
{
	struct printing printing = { to, database_prepare(database, "SELECT file FROM source WHERE id = ?", failure),
		database, rule };
	bool done = printing.file && finding_each(findings, rule, print_finding, &printing, failure);
	sqlite3_finalize(printing.file);
	return done;
}

bool print_verdict(FILE *to, struct database *database, struct failure *failure)
{
	sqlite3_stmt *row = database_prepare(database,
		"SELECT count(*), ifnull(sum(outcome = '通过'), 0), ifnull(sum(outcome = '建议通过'), 0),"
		" ifnull(sum(outcome = '待研判'), 0), ifnull(sum(outcome = '退回'), 0), ifnull(sum(outcome = '不符合'), 0),"
		" (SELECT count(*) FROM finding) FROM outcome", failure);
	bool found = false;
	bool done = row && database_step(database, row, &found, failure);
	int64_t n[7] = { 0 };
	for (int i = 0; done && i < 7; i++)
		n[i] = sqlite3_column_int64(row, i);
	sqlite3_finalize(row);
	if (done)
		fprintf(to, tr("%" PRId64 " applications: %" PRId64 " approved, %" PRId64 " recommended, %" PRId64
			" under review, %" PRId64 " returned, %" PRId64 " rejected; %" PRId64 " findings.\n",
			"申报 %" PRId64 " 条：通过 %" PRId64 "，建议通过 %" PRId64 "，待研判 %" PRId64 "，退回 %" PRId64
			"，不符合 %" PRId64 "；问题 %" PRId64 " 条。\n"), n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
	return done;
}

void print_rule_line(FILE *to, const struct rule *rule)
{
	for (int i = 0; i < rule->case_count; i++) {
		const struct rule_case *of = &rule->cases[i];
		const char name[2] = { of->name, '\0' };
		const char *const cells[] = { name, severity_name(of->original), rule->clause, rule->subject, rule->title,
			rule->sentence };
		fputs(rule->id, to);
		for (size_t k = 0; k < sizeof cells / sizeof *cells; k++)
			print_cell(to, cells[k]);
		fputc('\n', to);
	}
}

void print_rule(FILE *to, const struct rule *rule)
{
	fprintf(to, "%s %s（%s）\n", rule->id, rule->title, rule->clause);
	if (*rule->sentence)
		fprintf(to, "%s\n", rule->sentence);
	fprintf(to, tr("subject: %s; needs: %s; file: validate/rules/%s\n", "主体：%s；需要：%s；文件：validate/rules/%s\n"),
		rule->subject, *rule->needs ? rule->needs : "-", rule->name);
	for (int i = 0; i < rule->case_count; i++) {
		const struct rule_case *of = &rule->cases[i];
		fprintf(to, "\n%c  %s\n   %s\n", of->name ? of->name : '-', severity_name(of->original), of->message);
	}
	fprintf(to, "\n%s", rule->sql);
}
