/* SPDX-License-Identifier: MIT */
/* An .xlsx workbook as texts: what its cells show, as far as a figure or a day goes. */
#ifndef COLLECTORS_XLSX_H
#define COLLECTORS_XLSX_H

#include "base/arena.h"
#include "collectors/sheet.h"

#define XLSX_ROWS_MAX 60000   /* rows with something in them */
#define XLSX_OUT_MAX (UINT64_C(256) << 20) /* bytes of XML that are read at all */
#define XLSX_TEXT_MAX ((size_t)64 << 20)   /* bytes of texts that are kept, and of cells that are merged */

struct xlsx {
	struct arena *arena;      /* of all texts; the caller's */
	const char **names;       /* of the sheets that are not hidden */
	const char **parts;       /* where they lie */
	size_t name_count;
	const char *name;         /* of the sheet that was read */
	struct sheet_row *rows;   /* free() it; cells in the arena */
	size_t count, cap;
	size_t formulas;          /* cells with one */
	size_t empty_formulas;    /* of these: nothing was computed, line of the first below */
	unsigned empty_line;
	size_t merged;            /* cells that were filled from above */
	bool too_many;            /* rows: the others were not read */
	bool wide;                /* columns behind the last that is read have something in them */
};

/* wanted: name of a sheet, or NULL for the first that has rows. ERR_INVALID: it is no workbook, or a
 * damaged one; ERR_NOTFOUND: it has no such sheet; ERR_FULL: more comes out of it than may; ERR_NOMEM.
 * rows are to be freed in any case. */
enum err xlsx_read(struct bytes file, const char *wanted, struct arena *arena, struct xlsx *out);

/* A number of the file, as digits: Excel keeps 15 that count. False: it is no number. percent: times
 * 100 with a sign behind it. */
bool xlsx_number(const char *text, bool percent, char *out, size_t cap);
/* A format that shows days. */
bool xlsx_is_date_format(const char *code);

#endif
