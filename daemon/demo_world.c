/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/decimal.h"
#include "daemon/demo_world_private.h"

#define STRINGS_BUDGET (64u << 20)

/* SplitMix64 (Steele, Lea and Flood): small, and the same on every machine. */
static uint64_t draw(struct demo_world *w)
{
	uint64_t z = w->random += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

int64_t demo_world_draw(struct demo_world *w, int64_t low, int64_t high)
{
	return low + (int64_t)(draw(w) % (uint64_t)(high - low + 1));
}

struct book *demo_world_book(struct demo_world *w, size_t measure, uint16_t unit)
{
	return &w->books[measure * w->catalogue->unit_count + unit];
}

static const char *text_of(struct demo_world *w, const char *s, size_t n)
{
	char *copy = arena_strndup(w->strings, s, n);

	if (copy == NULL)
		w->failed = ERR_NOMEM;
	return copy;
}

const char *demo_world_number(struct demo_world *w, int64_t value, unsigned decimals)
{
	char text[DECIMAL_TEXT_MAX];

	return text_of(w, text, decimal_format(value, decimals, text));
}

static const char *date_text(struct demo_world *w, int32_t day)
{
	char text[11];

	date_format(day, text);
	return text_of(w, text, 10);
}

struct minsheng_row *demo_world_add(struct demo_world *w, int32_t sent, uint16_t reporter,
				    size_t measure, uint16_t unit, int32_t as_of)
{
	struct demo_row *r = &w->spare;

	if (w->row_count == w->row_cap) {
		size_t cap = w->row_cap ? w->row_cap * 2 : 1024;
		struct demo_row *more = realloc(w->rows, cap * sizeof(*more));

		if (more == NULL) {
			w->failed = ERR_NOMEM;
		} else {
			w->rows = more;
			w->row_cap = cap;
		}
	}
	if (w->row_count < w->row_cap)
		r = &w->rows[w->row_count++];
	*r = (struct demo_row){ 0 };
	r->day = sent;
	r->reporter = reporter;
	r->row.target = w->catalogue->measures[measure].id;
	r->row.unit = w->catalogue->units[unit].id;
	r->row.as_of = date_text(w, as_of);
	return &r->row;
}

/* --- the whole -------------------------------------------------------------------------------- */

static enum err find_reporters(struct demo_world *w)
{
	const struct catalogue *c = w->catalogue;
	bool *wanted = calloc(c->unit_count, sizeof(*wanted));

	w->reporters = calloc(c->unit_count, sizeof(*w->reporters));
	if (wanted == NULL || w->reporters == NULL) {
		free(wanted);
		return ERR_NOMEM;
	}
	for (size_t u = 0; u < c->unit_count; u++)
		wanted[u] = c->units[u].kind == CATALOGUE_COUNTY ||
			    c->units[u].kind == CATALOGUE_ZONE;
	for (size_t i = 0; i < c->item_count; i++)
		wanted[c->items[i].lead] = true;
	for (size_t u = 0; u < c->unit_count; u++)
		if (wanted[u])
			w->reporters[w->reporter_count++] = (uint16_t)u;
	free(wanted);
	return ERR_OK;
}

static int by_day(const void *a, const void *b)
{
	const struct demo_row *x = a, *y = b;
	int32_t dx = x->day, dy = y->day;

	if (dx != dy)
		return dx < dy ? -1 : 1;
	if (x->reporter != y->reporter)
		return x->reporter < y->reporter ? -1 : 1;
	return strcmp(x->row.target, y->row.target) ? strcmp(x->row.target, y->row.target) :
						      strcmp(x->row.as_of, y->row.as_of);
}

enum err demo_world_new(const struct catalogue *c, uint64_t seed, struct demo_world **out)
{
	struct demo_world *w = calloc(1, sizeof(*w));
	enum err e;

	if (w == NULL)
		return ERR_NOMEM;
	w->catalogue = c;
	w->random = seed;
	w->strings = arena_new(STRINGS_BUDGET);
	w->books = calloc(c->measure_count * c->unit_count, sizeof(*w->books));
	e = w->strings == NULL || w->books == NULL ? ERR_NOMEM : find_reporters(w);
	if (e == ERR_OK) {
		demo_year_play(w);
		e = w->failed;
	}
	if (e != ERR_OK) {
		demo_world_free(w);
		return e;
	}
	qsort(w->rows, w->row_count, sizeof(*w->rows), by_day);
	*out = w;
	return ERR_OK;
}

void demo_world_free(struct demo_world *w)
{
	if (w == NULL)
		return;
	arena_free(w->strings);
	free(w->rows);
	free(w->reporters);
	free(w->books);
	free(w);
}

const struct demo_row *demo_world_rows(const struct demo_world *w, size_t *count)
{
	*count = w->row_count;
	return w->rows;
}

const uint16_t *demo_world_reporters(const struct demo_world *w, size_t *count)
{
	*count = w->reporter_count;
	return w->reporters;
}

size_t demo_world_held(const struct demo_world *w)
{
	return w->held;
}

struct demo_total demo_world_total(const struct demo_world *w, uint16_t measure)
{
	const struct catalogue_measure *m = &w->catalogue->measures[measure];
	struct demo_total t = { 0 };
	size_t cells = 0;

	for (size_t p = 0; p < m->part_count; p++) {
		struct demo_total part = demo_world_total(w, m->parts[p]);

		t.present |= part.present;
		t.value += part.value;
	}
	for (size_t u = 0; u < w->catalogue->unit_count; u++) {
		const struct book *b = &w->books[measure * w->catalogue->unit_count + u];

		t.present |= b->present;
		t.value += b->value;
		t.denominator += b->denominator;
		cells += b->present;
	}
	if (m->kind == CATALOGUE_MILESTONE && cells > 0)
		t.value /= (int64_t)cells;
	return t;
}
