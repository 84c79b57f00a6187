/* Figures addressed as people see them: WORKBOOK.xlsx!SHEET!H12. */
#ifndef ONEX_ADDRESS_H
#define ONEX_ADDRESS_H

#include "common/failure.h"

/* The key (application/…, allocation/…, see trace.h) of the row in which a cell of
 * OUT/reports or OUT/returns stands, told by the headings above it and, for money, by the
 * scenario of its column or sheet; freed with free(). *text gets the cell's text (freed with
 * free(), NULL where it is empty). NULL and a failure where the address is wrong or the row
 * names nothing. */
char *address_key(const char *out, const char *address, char **text, struct failure *failure);

#endif
