#include "onex/verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/database.h"
#include "common/layout.h"
#include "onex/json.h"

static const char *const outcomes[VERDICT_OUTCOMES] = { "通过", "建议通过", "待研判", "退回", "不符合" };
static const char *const severities[VERDICT_SEVERITIES] = { "note", "review", "return", "reject" };

int verdict_severity(const char *name)
{
	for (int i = 0; i < VERDICT_SEVERITIES; i++)
		if (strcmp(name, severities[i]) == 0)
			return i;
	return -1;
}

/* Fills counts[k] from rows (name, count), where name is names[k]. */
static bool read_counts(struct database *database, const char *sql, const char *const *names, int count, int64_t *counts,
	struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database, sql, failure);
	bool row = false;
	bool done = statement != NULL;
	while (done && (done = database_step(database, statement, &row, failure)) && row) {
		const char *name = (const char *)sqlite3_column_text(statement, 0);
		for (int i = 0; name && i < count; i++)
			if (strcmp(name, names[i]) == 0)
				counts[i] = sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	return done;
}

/* No finding tells of them (rules.md has none for it), and an official would wait for their effect in vain. */
static bool read_idle_decisions(struct database *database, struct verdict *verdict, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database, "SELECT count(*), min(rule) FROM decision"
		" WHERE rule IS NOT NULL AND rule NOT IN (SELECT rule FROM rule)", failure);
	bool row = false;
	bool done = statement && database_step(database, statement, &row, failure);
	if (done && row && (verdict->idle_decisions = sqlite3_column_int64(statement, 0)) > 0)
		snprintf(verdict->idle_rule, sizeof verdict->idle_rule, "%s", (const char *)sqlite3_column_text(statement, 1));
	sqlite3_finalize(statement);
	return done;
}

bool verdict_read(struct verdict *verdict, const char *out, struct failure *failure)
{
	*verdict = (struct verdict){ 0 };
	char *path = layout_join(failure, out, "batch.db");
	struct database *database = path ? database_open(path, DATABASE_READ, failure) : NULL;
	sqlite3_stmt *batch = database ? database_prepare(database, "SELECT id FROM batch", failure) : NULL;
	bool row = false;
	bool done = batch && database_step(database, batch, &row, failure);
	if (done && row)
		snprintf(verdict->batch, sizeof verdict->batch, "%s", (const char *)sqlite3_column_text(batch, 0));
	sqlite3_finalize(batch);
	done = done && read_counts(database, "SELECT outcome, count(*) FROM outcome GROUP BY outcome", outcomes,
		VERDICT_OUTCOMES, verdict->outcomes, failure);
	done = done && read_counts(database, "SELECT severity, count(*) FROM finding GROUP BY severity", severities,
		VERDICT_SEVERITIES, verdict->findings, failure);
	done = done && read_idle_decisions(database, verdict, failure);
	for (int i = 0; i < VERDICT_OUTCOMES; i++)
		verdict->applications += verdict->outcomes[i];
	done = database_close(database, failure) && done;
	free(path);
	return done;
}

void verdict_print(const struct verdict *verdict, bool unchanged)
{
	if (verdict->idle_decisions > 0)
		printf(tr("%" PRId64 " decisions name a rule that there is not (%s) and have no effect: look at their rule numbers.\n",
			"审核决定中有 %" PRId64 " 条的规则编号不存在（如 %s），没有生效，请核对后重新填写。\n"), verdict->idle_decisions,
			verdict->idle_rule);
	printf(tr("Batch %s%s: %" PRId64 " applications: %" PRId64 " approved, %" PRId64 " recommended, %" PRId64
		  " to be judged, %" PRId64 " to be returned, %" PRId64 " not eligible; findings: %" PRId64 " reject, %" PRId64
		  " return, %" PRId64 " review, %" PRId64 " note.\n",
		"批次 %s%s：申报 %" PRId64 " 条，其中通过 %" PRId64 "、建议通过 %" PRId64 "、待研判 %" PRId64 "、退回 %" PRId64
		"、不符合 %" PRId64 "；问题：不符合条件 %" PRId64 "、退回修改 %" PRId64 "、人工研判 %" PRId64 "、提示 %" PRId64 "。\n"),
		verdict->batch, unchanged ? tr(" (unchanged since the last run)", "（自上次处理以来没有变动）") : "",
		verdict->applications, verdict->outcomes[VERDICT_APPROVED], verdict->outcomes[VERDICT_RECOMMENDED],
		verdict->outcomes[VERDICT_REVIEW], verdict->outcomes[VERDICT_RETURNED], verdict->outcomes[VERDICT_REJECTED],
		verdict->findings[VERDICT_TO_REJECT], verdict->findings[VERDICT_TO_RETURN], verdict->findings[VERDICT_TO_REVIEW],
		verdict->findings[VERDICT_NOTE]);
}

void verdict_print_json(const struct verdict *verdict, const char *out, bool unchanged)
{
	printf("{\"batch\":\"%s\",\"unchanged\":%s,\"applications\":%" PRId64 ",\"outcomes\":{", verdict->batch,
		unchanged ? "true" : "false", verdict->applications);
	for (int i = 0; i < VERDICT_OUTCOMES; i++)
		printf("%s\"%s\":%" PRId64, i ? "," : "", outcomes[i], verdict->outcomes[i]);
	fputs("},\"findings\":{", stdout);
	for (int i = 0; i < VERDICT_SEVERITIES; i++)
		printf("%s\"%s\":%" PRId64, i ? "," : "", severities[i], verdict->findings[i]);
	printf("},\"idleDecisions\":%" PRId64 ",\"out\":", verdict->idle_decisions);
	json_text(out);
	puts("}");
}
