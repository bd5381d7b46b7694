/* SPDX-License-Identifier: MIT */
/* The sheet's bad rows as a sheet: the same columns, and what is wrong with each. */
#include <stdio.h>

#include "sheets/grid.h"
#include "daemon/import.h"

#define ROWS_MAX 20000
#define BUDGET ((size_t)64 << 20)
#define LAST 3 /* columns of ours */

struct writing {
	const struct import *i;
	struct grid_book book;
	struct grid *sheet;
};

static enum err add_columns(struct writing *w, struct arena *a)
{
	static const struct grid_column ours[LAST] = {
		{ { "原行号", "row" }, 8, false },
		{ { "错误说明", "error" }, 60, true },
		{ { "建议", "suggest" }, 20, true },
	};
	const struct sheet *s = &w->i->sheet;
	struct grid_column *columns = arena_calloc(a, s->columns + LAST, sizeof(*columns));

	if (!columns)
		return ERR_NOMEM;
	for (size_t c = 0; c < s->columns; c++)
		columns[c] = (struct grid_column){ { s->titles[c], s->titles[c] }, 16, false };
	for (size_t k = 0; k < LAST; k++)
		columns[s->columns + k] = ours[k];
	w->sheet = grid_add(&w->book, (struct lang_text){ "错误行", "Rows with faults" }, columns,
			    s->columns + LAST);
	if (w->sheet)
		w->sheet->title = w->i->request->lang == LANG_ZH ? "有错误的行：改正后可直接再次导入" :
								   "Rows with faults: mend them and hand this in";
	return w->sheet ? ERR_OK : ERR_NOMEM;
}

static bool is_about(const struct import *i, const struct import_line *l, size_t column)
{
	for (size_t k = 0; k < l->finding_count; k++) {
		const struct input_finding *f = &i->input.findings.items[l->finding + k];

		if (f->level == DIAG_ERROR && f->column == column + 1)
			return true;
	}
	return false;
}

static void put_words(struct writing *w, const struct import_line *l)
{
	const struct import *i = w->i;
	enum lang lang = i->request->lang;
	struct lang_text code = event_code_text(l->code);
	const char *suggest = NULL;
	struct buf said = { 0 };

	for (size_t k = 0; k < l->finding_count; k++) {
		const struct input_finding *f = &i->input.findings.items[l->finding + k];

		buf_printf(&said, "%s%s%s%s", said.len ? "\n" : "", f->heading ? f->heading : "",
			   f->heading && *f->heading ? lang == LANG_ZH ? "：" : ": " : "",
			   f->text[lang == LANG_ZH ? 0 : 1]);
		suggest = suggest ? suggest : f->suggest;
	}
	if (l->judged && code.zh)
		buf_printf(&said, "%s%s", said.len ? "\n" : "", lang_pick(code, lang));
	grid_toned(w->sheet, GRID_RED, grid_copy(&w->book, buf_cstring(&said)));
	grid_text(w->sheet, suggest);
	buf_free(&said);
}

static void put_line(struct writing *w, const struct import_line *l)
{
	const struct sheet *s = &w->i->sheet;

	grid_row(w->sheet);
	for (size_t c = 0; c < s->columns; c++) {
		const char *text = c < l->sheet->count ? l->sheet->cells[c].text : "";

		if (is_about(w->i, l, c))
			grid_toned(w->sheet, GRID_RED, *text ? text : "?");
		else
			grid_text(w->sheet, text);
	}
	grid_number(w->sheet, l->number, 0);
	put_words(w, l);
}

enum err import_errors(const struct import *i, const char *folder, struct buf *csv, struct buf *xlsx)
{
	struct arena *a = arena_new(BUDGET);
	struct writing w = { .i = i };
	size_t rows = 0;
	enum err e;

	if (!a)
		return ERR_NOMEM;
	grid_book_begin(&w.book, a, i->request->lang);
	w.book.title = i->request->file;
	w.book.footer = "";
	e = add_columns(&w, a);
	for (size_t n = 0; e == ERR_OK && n < i->line_count && rows < ROWS_MAX; n++) {
		if (i->lines[n].state != IMPORT_ERROR)
			continue;
		put_line(&w, &i->lines[n]);
		rows++;
	}
	if (e == ERR_OK)
		e = w.book.error;
	if (e == ERR_OK)
		e = grid_csv(w.sheet, csv);
	if (e == ERR_OK)
		e = grid_xlsx(&w.book, folder, xlsx);
	arena_free(a);
	return e;
}
