/* A rule file: header and SELECT. The first line is its name. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/target.h"
#include "validate/rulefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	char name[64] = "R01-registered.sql";
	const uint8_t *end = count ? memchr(bytes, '\n', count) : NULL;
	if (end && end > bytes && (size_t)(end - bytes) < sizeof name) {
		memcpy(name, bytes, (size_t)(end - bytes));
		name[end - bytes] = '\0';
		count -= (size_t)(end - bytes) + 1;
		bytes = end + 1;
	}
	char *text = malloc(count + 1);
	target_expect(text != NULL, "there is memory");
	if (count)
		memcpy(text, bytes, count);
	text[count] = '\0';
	struct failure failure = { 0 };
	struct rule *rule = rule_read(name, text, &failure);
	target_expect(rule || (failure.status == STATUS_BATCH && *failure.text), "an unsound rule is refused with a sentence");
	if (rule) {
		target_expect(rule->case_count >= 1 && rule->case_count <= RULE_MAX_CASES, "a rule has its cases");
		target_expect(rule->sql && rule->subject && rule->title, "a rule has its texts");
		for (int i = 0; i < rule->case_count; i++)
			target_expect(rule_case_of(rule, rule->cases[i].name) == &rule->cases[i], "a case is found by its name");
	}
	rule_free(rule);
	free(text);
	return 0;
}
