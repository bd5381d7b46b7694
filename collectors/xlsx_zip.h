/* SPDX-License-Identifier: MIT */
/* Parts of a zip file that lies in memory, read piece by piece and within bounds. The only file of the
 * collectors that knows libzip. */
#ifndef COLLECTORS_XLSX_ZIP_H
#define COLLECTORS_XLSX_ZIP_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"

struct xlsx_zip;

/* The bytes must outlive it. most: bytes that may come out of all parts together. ERR_INVALID: it is no
 * zip file, or a damaged one; ERR_FULL: it has more parts than a workbook has. */
enum err xlsx_zip_open(struct bytes file, uint64_t most, struct xlsx_zip **out);
void xlsx_zip_close(struct xlsx_zip *z); /* accepts NULL */
bool xlsx_zip_has(struct xlsx_zip *z, const char *name);
/* Feeds the part to fn, which ends it by an error of its own. ERR_NOTFOUND; ERR_INVALID: damaged, or
 * encrypted; ERR_FULL: more comes out than may, or much more than can have gone in. */
enum err xlsx_zip_read(struct xlsx_zip *z, const char *name,
		       enum err (*fn)(void *ctx, struct bytes piece), void *ctx);

#endif
