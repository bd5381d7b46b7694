/* SPDX-License-Identifier: MIT */
/* A table that is made of JSON objects: members become columns, members of members too, with a dot
 * between (reports.on_time). Columns stand in the order of the objects' members. */
#ifndef DAEMON_CSV_SHEET_H
#define DAEMON_CSV_SHEET_H

#include <stddef.h>

#include "base/buf.h"

struct csv_sheet;

struct csv_sheet *csv_sheet_new(void); /* NULL: no memory */
void csv_sheet_free(struct csv_sheet *s);
/* Adds a row for each object of that array in the answer, a JSON object. What went wrong comes out at
 * csv_sheet_write. */
void csv_sheet_add(struct csv_sheet *s, struct bytes answer, const char *array);
size_t csv_sheet_rows(const struct csv_sheet *s);
/* Appends the table: a byte order mark, a line of names, a line a row; RFC 4180. Texts that an office
 * program could take for a formula get an apostrophe; numbers stay as they are. Lists of plain values
 * are joined by "; ", lists of objects stay JSON. ERR_NOMEM. */
enum err csv_sheet_write(const struct csv_sheet *s, struct buf *out);

#endif
