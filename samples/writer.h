/* The files of an inbox: opened once, written school by school. */
#ifndef SAMPLES_WRITER_H
#define SAMPLES_WRITER_H

#include "samples/applications.h"
#include "samples/table.h"

struct inbox;

/* A province's inbox looks as real ones do (one file per form, title lines, 合计);
 * a national one is plain CSV. `gb18030` writes the national one in GB18030. */
struct inbox *inbox_open(const char *folder, const struct province *province, bool national, bool gb18030,
	struct failure *failure);
bool inbox_reference(struct inbox *inbox, struct failure *failure);
/* `attempts`: assessment records per examined candidate batch of the school. */
bool inbox_dossier(struct inbox *inbox, const struct dossier *dossier, int attempts, struct failure *failure);
/* NULL is let pass. */
bool inbox_close(struct inbox *inbox, struct failure *failure);

/* 行摘要 of an application as datasets.md defines it: SHA-256 over its typed values. */
bool application_digest(const struct application *application, char text[65], struct failure *failure);

#endif
