/* SPDX-License-Identifier: MIT */
/* Rows of cells become rows of the input: the heading is found by the names that columns go by, titles
 * above it are skipped, sums below compared. Fed by the readers of formats. */
#ifndef COLLECTORS_INPUT_TABLE_H
#define COLLECTORS_INPUT_TABLE_H

#include "collectors/sheet.h"

struct input_table;

/* narrow: a row with more cells than the heading is a fault. stays: the cells live as long as the
 * input's arena. */
enum err input_table_new(struct input *in, bool narrow, bool stays, struct input_table **out);
void input_table_free(struct input_table *t); /* accepts NULL */
/* The next row; line from 1. Cells are borrowed for the call, but for those that stay. ERR_INVALID:
 * the sheet as a whole is of no use, and the faults say why; ERR_NOMEM. */
enum err input_table_row(struct input_table *t, unsigned line, const struct sheet_cell *cells,
			 size_t count);
/* A row that has more cells than any sheet should. */
enum err input_table_wide(struct input_table *t, unsigned line, size_t count);
/* Behind the last row. ERR_INVALID as above. */
enum err input_table_end(struct input_table *t);

#endif
