/* SPDX-License-Identifier: MIT */
/* Between input_table.c and input_table_rows.c. */
#ifndef COLLECTORS_INPUT_TABLE_IMPL_H
#define COLLECTORS_INPUT_TABLE_IMPL_H

#include "collectors/input_impl.h"
#include "collectors/input_table.h"

#define TITLES_MAX 20 /* rows above the heading */

/* A sum while it grows. */
struct input_sum {
	int64_t value; /* at DECIMAL_PLACES_MAX */
	bool lost;     /* a row could not be read: there is nothing to compare with */
	size_t rows;
};

struct input_table {
	struct input *in;
	bool narrow, stays;
	bool found; /* the heading */
	struct sheet_row titles[TITLES_MAX];
	size_t title_count;
	size_t columns;
	int16_t field[INPUT_COLUMNS_MAX];
	const char *heading[INPUT_COLUMNS_MAX];
	unsigned heading_line;
	const char *uom;          /* that the heading of the figures names, or NULL */
	char day[11];             /* of rows that name none; "" */
	const char *last_day;     /* that a row named, or NULL */
	bool told_day;
	struct input_sum part, all;
	size_t rows;
};

static inline bool input_table_empty(const char *text)
{
	return input_trimmed(bytes_of_string(text)).len == 0;
}

/* Keeps the row where rows are kept. */
enum err input_table_keep(struct input_table *t, unsigned line, enum sheet_fate fate,
			  const struct sheet_cell *cells, size_t count);
/* A row below the heading. */
enum err input_table_take(struct input_table *t, unsigned line, const struct sheet_cell *cells,
			  size_t count);

#endif
