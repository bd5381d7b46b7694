/* SPDX-License-Identifier: MIT */
/* A sheet as it stands in a file, whatever its format: rows of texts, and what was found out about it.
 * Kept for those who give back the rows that can't be taken; texts live in the input that read it. */
#ifndef COLLECTORS_SHEET_H
#define COLLECTORS_SHEET_H

#include "collectors/input.h"

enum { SHEET_MERGED = 1, SHEET_FORMULA = 2 };

struct sheet_cell {
	const char *text; /* "" where empty; never NULL */
	uint8_t flags;    /* MERGED: the text stands further up; FORMULA: what was computed last */
};

/* What a row is. */
enum sheet_fate {
	SHEET_TITLE,   /* above the heading */
	SHEET_HEADING,
	SHEET_ROW,     /* read: a row of the input, or faults about it */
	SHEET_NOTHING, /* reports no figure: that is not zero */
	SHEET_SUM      /* compared with what it sums, and not taken */
};

struct sheet_row {
	unsigned line;
	enum sheet_fate fate;
	unsigned count;
	const struct sheet_cell *cells;
};

struct sheet {
	const char *format;   /* "csv", "xlsx"; static */
	const char *encoding; /* "UTF-8", "GB18030", ...; static; NULL for workbooks */
	char delimiter;       /* of CSV, else 0 */
	const char *name;     /* of a workbook's sheet, or NULL */
	const char *const *names; /* of all its sheets */
	size_t name_count;
	unsigned heading;     /* line; 0: none was found */
	size_t columns;
	const char *titles[INPUT_COLUMNS_MAX]; /* of the columns */
	int16_t field[INPUT_COLUMNS_MAX];      /* enum input_field, INPUT_COLUMN_NOTED or _IGNORED */
	size_t formulas;      /* cells of which the computed value was taken */
	size_t merged;        /* cells that were filled from above */
	struct sheet_row *rows;
	size_t count, cap;
};

void sheet_free(struct sheet *s); /* what is in it; accepts NULL */

#endif
