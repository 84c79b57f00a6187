/* 行摘要 by a route of the generator's own: from the texts that it writes. */
#include <stdio.h>
#include <string.h>

#include "common/digest.h"
#include "samples/writer.h"

/* The typed value's text of a cell: money in fen, 是/否 as 1/0, the rest as written. */
static const char *typed(int column, const char *cell, char buffer[TEXT])
{
	int yuan, cents;
	switch (column) {
	case A_FEE:
	case A_AGREED_FEE:
	case A_TRAINING_FEE:
		if (sscanf(cell, "%d.%2d", &yuan, &cents) != 2)
			return "";
		snprintf(buffer, TEXT, "%d", yuan * 100 + cents);
		return buffer;
	case A_NEW:
	case A_GRADUATION:
	case A_VOLUNTARY:
		return strcmp(cell, "是") == 0 ? "1" : strcmp(cell, "否") == 0 ? "0" : "";
	default:
		return cell;
	}
}

bool application_digest(const struct application *application, char text[65], struct failure *failure)
{
	struct digest *digest = digest_open("SHA256", failure);
	if (!digest)
		return false;
	for (int column = 0; column < A_COLUMNS; column++) {
		char buffer[TEXT];
		const char *value = typed(column, application->cell[column], buffer);
		if (column)
			digest_add(digest, "\x1f", 1);
		digest_add(digest, value, strlen(value));
	}
	return digest_close(digest, text) || fail(failure, STATUS_SYSTEM, "digest");
}
