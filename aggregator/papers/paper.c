/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/paper.h"

#include <stdarg.h>
#include <stdio.h>

static const struct paper_run no_run = { "", NULL, 0 };

static void *take(struct paper *p, size_t count, size_t size)
{
	void *at = p->error ? NULL : arena_calloc(p->arena, count, size);

	if (!at && !p->error)
		p->error = ERR_NOMEM;
	return at;
}

/* An array of the arena that is full: twice the room, the old one stays behind. */
static void *widen(struct paper *p, const void *old, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 8;
	void *at = take(p, more, size);

	if (at && count)
		memcpy(at, old, count * size);
	if (at)
		*room = more;
	return at;
}

void paper_begin(struct paper *p, struct arena *a, enum paper_kind kind, enum lang lang)
{
	*p = (struct paper){ .kind = kind, .lang = lang, .arena = a };
	p->end = &p->first;
}

enum err paper_error(const struct paper *p)
{
	return p->error;
}

const char *paper_copy(struct paper *p, const char *text)
{
	const char *copy = p->error || !text ? NULL : arena_strndup(p->arena, text, strlen(text));

	if (!copy && text && !p->error)
		p->error = ERR_NOMEM;
	return copy ? copy : "";
}

const char *paper_printf(struct paper *p, const char *format, ...)
{
	va_list args, again;
	char *text;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	text = n < 0 ? NULL : take(p, (size_t)n + 1, 1);
	if (text)
		vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	va_end(args);
	return text ? text : "";
}

static struct paper_block *add(struct paper *p, enum paper_block_kind kind)
{
	struct paper_block *b = take(p, 1, sizeof(*b));

	if (!b)
		return NULL;
	b->kind = kind;
	*p->end = b;
	p->end = &b->next;
	p->block_count++;
	return b;
}

void paper_run(struct paper *p, struct paper_writer *w, unsigned marks, const char *source,
	       const char *text)
{
	struct paper_run *room;

	if (w->count == w->room) {
		room = widen(p, w->runs, w->count, &w->room, sizeof(*room));
		if (!room)
			return;
		w->runs = room;
	}
	w->runs[w->count++] = (struct paper_run){ paper_copy(p, text),
						  source ? paper_copy(p, source) : NULL, marks };
}

void paper_say(struct paper *p, struct paper_writer *w, const char *text)
{
	paper_run(p, w, 0, NULL, text);
}

void paper_lock(struct paper *p, struct paper_writer *w, const char *source, const char *text)
{
	paper_run(p, w, PAPER_LOCKED, source, text);
}

void paper_put(struct paper *p, enum paper_block_kind kind, const char *id, struct paper_writer *w)
{
	struct paper_block *b = add(p, kind);

	if (b) {
		b->id = id ? paper_copy(p, id) : NULL;
		b->runs = w->runs;
		b->run_count = w->count;
	}
	*w = (struct paper_writer){ 0 };
}

void paper_text(struct paper *p, enum paper_block_kind kind, const char *text)
{
	struct paper_writer w = { 0 };

	paper_say(p, &w, text);
	paper_put(p, kind, NULL, &w);
}

void paper_heading(struct paper *p, unsigned level, const char *id, const char *text)
{
	struct paper_writer w = { 0 };
	struct paper_block **at = p->end;

	paper_say(p, &w, text);
	paper_put(p, PAPER_HEADING, id, &w);
	if (*at)
		(*at)->level = level < 1 ? 1 : level > 4 ? 4 : level;
}

void paper_break(struct paper *p)
{
	add(p, PAPER_BREAK);
}

void paper_rule(struct paper *p)
{
	add(p, PAPER_RULE);
}

void paper_figure(struct paper *p, const char *svg)
{
	struct paper_block *b = add(p, PAPER_FIGURE);

	if (b)
		b->svg = paper_copy(p, svg);
}

/* 1 to 99 as 一 to 九十九. */
static const char *chinese_number(struct paper *p, unsigned n)
{
	static const char *const digit[] = { "", "一", "二", "三", "四", "五",
					     "六", "七", "八", "九" };

	if (!n || n > 99)
		return paper_printf(p, "%u", n);
	return paper_printf(p, "%s%s%s", n >= 20 ? digit[n / 10] : "", n >= 10 ? "十" : "",
			    digit[n % 10]);
}

/* "a" to "z", "aa" to "zz", and so on. */
static const char *letters(struct paper *p, unsigned n)
{
	char text[12];
	size_t at = sizeof(text) - 1;

	text[at] = '\0';
	for (n = n ? n : 1; n; n = (n - 1) / 26)
		text[--at] = (char)('a' + (n - 1) % 26);
	return paper_copy(p, text + at);
}

const char *paper_ordinal(struct paper *p, unsigned level, unsigned n)
{
	bool zh = p->lang == LANG_ZH;

	if (level == 1)
		return zh ? paper_printf(p, "%s、", chinese_number(p, n)) : paper_printf(p, "%u. ", n);
	if (level == 2)
		return zh ? paper_printf(p, "（%s）", chinese_number(p, n)) : paper_printf(p, "(%u) ", n);
	if (level == 3)
		return zh ? paper_printf(p, "%u.", n) :
			    paper_printf(p, "%s. ", letters(p, n));
	return zh ? paper_printf(p, "（%u）", n) :
		    paper_printf(p, "(%s) ", letters(p, n));
}

void paper_table_begin(struct paper *p, struct paper_table_writer *w, const char *caption,
		       const struct paper_column *columns, size_t column_count, bool small)
{
	struct paper_table *t = take(p, 1, sizeof(*t));
	struct paper_column *own = take(p, column_count, sizeof(*own));

	*w = (struct paper_table_writer){ 0 };
	if (!t || !own)
		return;
	for (size_t i = 0; i < column_count; i++) {
		own[i] = columns[i];
		own[i].head = paper_copy(p, columns[i].head);
	}
	*t = (struct paper_table){ .caption = caption ? paper_copy(p, caption) : NULL,
				   .columns = own, .column_count = column_count, .small = small };
	w->table = t;
}

void paper_row(struct paper *p, struct paper_table_writer *w)
{
	struct paper_table *t = w->table;
	size_t room = w->room;
	struct paper_cell **rows;
	size_t *counts;

	if (!t || p->error)
		return;
	if (t->row_count == w->room) {
		rows = widen(p, t->rows, t->row_count, &room, sizeof(*rows));
		counts = rows ? widen(p, t->cell_counts, t->row_count, &w->room, sizeof(*counts)) :
				NULL;
		if (!counts)
			return;
		t->rows = rows;
		t->cell_counts = counts;
	}
	t->rows[t->row_count] = take(p, t->column_count, sizeof(**t->rows));
	if (t->rows[t->row_count])
		t->cell_counts[t->row_count++] = 0;
}

/* The next cell of the newest row, one column wide; NULL where the row is full. */
static struct paper_cell *next_cell(struct paper *p, struct paper_table_writer *w)
{
	struct paper_table *t = w->table;
	struct paper_cell *row;
	size_t *count, column = 0;

	if (!t || p->error || !t->row_count)
		return NULL;
	row = t->rows[t->row_count - 1];
	count = &t->cell_counts[t->row_count - 1];
	for (size_t i = 0; i < *count; i++)
		column += row[i].span;
	if (column >= t->column_count)
		return NULL;
	row[*count] = (struct paper_cell){ .runs = &no_run, .span = 1,
					   .align = t->columns[column].align };
	return &row[(*count)++];
}

void paper_cell_runs(struct paper *p, struct paper_table_writer *w, struct paper_writer *runs)
{
	struct paper_cell *cell = next_cell(p, w);

	if (cell) {
		cell->runs = runs->runs;
		cell->run_count = runs->count;
	}
	*runs = (struct paper_writer){ 0 };
}

static void cell_run(struct paper *p, struct paper_table_writer *w, unsigned marks,
		     const char *source, const char *text)
{
	struct paper_writer runs = { 0 };

	paper_run(p, &runs, marks, source, text);
	paper_cell_runs(p, w, &runs);
}

void paper_cell(struct paper *p, struct paper_table_writer *w, const char *text)
{
	cell_run(p, w, 0, NULL, text);
}

void paper_cell_lock(struct paper *p, struct paper_table_writer *w, const char *source,
		     const char *text)
{
	cell_run(p, w, PAPER_LOCKED, source, text);
}

void paper_cell_span(struct paper *p, struct paper_table_writer *w, unsigned span,
		     enum paper_align align, const char *text)
{
	struct paper_table *t = w->table;
	struct paper_writer runs = { 0 };
	struct paper_cell *cell = next_cell(p, w);
	size_t column = 0;

	if (!cell)
		return;
	paper_run(p, &runs, PAPER_BOLD, NULL, text);
	for (struct paper_cell *c = t->rows[t->row_count - 1]; c < cell; c++)
		column += c->span;
	cell->runs = runs.runs;
	cell->run_count = runs.count;
	cell->align = align;
	cell->shaded = true;
	cell->span = span > t->column_count - column ? (unsigned)(t->column_count - column) :
							span ? span : 1;
}

void paper_table_end(struct paper *p, struct paper_table_writer *w)
{
	struct paper_block *b = w->table ? add(p, PAPER_TABLE) : NULL;

	if (b)
		b->table = w->table;
	*w = (struct paper_table_writer){ 0 };
}
