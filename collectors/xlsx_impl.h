/* SPDX-License-Identifier: MIT */
/* Between the files that read workbooks. Private to xlsx*.c. */
#ifndef COLLECTORS_XLSX_IMPL_H
#define COLLECTORS_XLSX_IMPL_H

#include "base/buf.h"
#include "collectors/xlsx.h"
#include "collectors/xlsx_xml.h"
#include "collectors/xlsx_zip.h"

enum { XLSX_PLAIN, XLSX_DATE, XLSX_PERCENT };

#define XLSX_STYLES_MAX 65536
#define XLSX_STRINGS_MAX 1000000
#define XLSX_MERGES_MAX 10000
#define XLSX_SHEETS_MAX 200
#define XLSX_FILLED_MAX 2000000 /* cells below the first ones of merged ranges */

struct xlsx_range {
	unsigned row, last, column; /* from 0; of the first column alone */
};

struct xlsx_book {
	struct xlsx *x;
	struct xlsx_zip *zip;
	bool from_1904;
	uint8_t *styles; /* by number: how it shows numbers */
	size_t style_count, style_cap;
	const char **strings;
	size_t string_count, string_cap;
	size_t text_bytes;
	struct xlsx_range *merges;
	size_t merge_count, merge_cap;
	size_t filled; /* cells that were looked at for them */
};

/* The part, parsed. */
enum err xlsx_part(struct xlsx_book *b, const char *name, const struct xlsx_handlers *h);
/* Copies into the arena, counted. ERR_FULL: too much. */
enum err xlsx_keep(struct xlsx_book *b, struct bytes text, const char **out);
/* Grows an array to hold one more. ERR_FULL at most. */
enum err xlsx_grow(void *array, size_t size, size_t count, size_t *cap, size_t most);

enum err xlsx_book_read(struct xlsx_book *b);    /* xlsx_book.c: names, styles */
enum err xlsx_strings_read(struct xlsx_book *b); /* shared texts */
enum err xlsx_cells_read(struct xlsx_book *b, const char *part); /* xlsx_cells.c */

#endif
