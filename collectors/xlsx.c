/* SPDX-License-Identifier: MIT */
#include "collectors/xlsx.h"

#include <stdlib.h>

#include "collectors/xlsx_impl.h"

static void forget_rows(struct xlsx_book *b)
{
	b->x->count = b->x->formulas = b->x->empty_formulas = b->x->merged = 0;
	b->x->too_many = b->x->wide = false;
	b->merge_count = 0;
}

/* The sheet of that name, or the first with rows; the first of all where none has any. */
static enum err read_sheet(struct xlsx_book *b, const char *wanted)
{
	struct xlsx *x = b->x;
	enum err e = ERR_NOTFOUND;

	for (size_t i = 0; i < x->name_count; i++) {
		if (wanted && strcmp(wanted, x->names[i]) != 0)
			continue;
		forget_rows(b);
		x->name = x->names[i];
		e = x->parts[i] ? xlsx_cells_read(b, x->parts[i]) : ERR_INVALID;
		if (e == ERR_NOTFOUND)
			e = ERR_INVALID;
		if (e != ERR_OK || wanted || x->count > 0)
			return e;
	}
	return wanted || !x->name_count ? e : ERR_OK;
}

enum err xlsx_read(struct bytes file, const char *wanted, struct arena *arena, struct xlsx *out)
{
	struct xlsx_book b = { .x = out };
	enum err e;

	*out = (struct xlsx){ .arena = arena };
	e = xlsx_zip_open(file, XLSX_OUT_MAX, &b.zip);
	if (e == ERR_OK)
		e = xlsx_book_read(&b);
	if (e == ERR_OK)
		e = xlsx_strings_read(&b);
	if (e == ERR_OK)
		e = read_sheet(&b, wanted);
	xlsx_zip_close(b.zip);
	free(b.styles);
	free(b.strings);
	free(b.merges);
	return e;
}
