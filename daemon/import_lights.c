/* SPDX-License-Identifier: MIT */
/* Which lights a sheet changes: those of its own figures, and the city's of the same measures. */
#include <stdlib.h>

#include "aggregator/query/query.h"
#include "daemon/import.h"

struct watched {
	uint16_t measure, unit;
	enum light live, official;
};

struct import_watch {
	struct watched *items;
	size_t count, cap;
};

void import_watch_free(struct import_watch *w)
{
	if (!w)
		return;
	free(w->items);
	free(w);
}

static bool has(const struct import_watch *w, uint16_t measure, uint16_t unit)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->items[i].measure == measure && w->items[i].unit == unit)
			return true;
	return false;
}

static enum err add(struct import_watch *w, uint16_t measure, uint16_t unit)
{
	if (measure == CATALOGUE_NONE || unit == CATALOGUE_NONE || has(w, measure, unit))
		return ERR_OK;
	if (w->count == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 64;
		struct watched *grown = realloc(w->items, cap * sizeof(*grown));

		if (!grown)
			return ERR_NOMEM;
		w->items = grown;
		w->cap = cap;
	}
	w->items[w->count++] = (struct watched){ .measure = measure, .unit = unit };
	return ERR_OK;
}

/* The day of the newest entry, within the programme. */
static struct query_when today(struct query *q)
{
	int32_t day = query_head(q).today, last = query_catalogue(q)->to;

	return (struct query_when){ day < last ? day : last, HISTORY_NOW };
}

static enum err look(struct query *q, struct watched *w)
{
	struct query_figure f;
	enum err e = query_figure(q, w->measure, w->unit, today(q), &f);

	if (e == ERR_NOTFOUND)
		return ERR_OK;
	if (e == ERR_OK) {
		w->live = f.live;
		w->official = f.official.judged ? f.official.light : LIGHT_NONE;
	}
	return e;
}

/* Composites and computed measures of the same item move with their parts. */
static enum err add_related(struct import_watch *w, const struct catalogue *c, uint16_t measure,
			    uint16_t unit)
{
	enum err e = ERR_OK;

	for (size_t m = 0; e == ERR_OK && m < c->measure_count; m++) {
		if (c->measures[m].item != c->measures[measure].item)
			continue;
		if (m != measure && c->measures[m].kind != CATALOGUE_COMPOSITE &&
		    !c->measures[m].derived_from)
			continue;
		e = add(w, (uint16_t)m, unit);
		if (e == ERR_OK)
			e = add(w, (uint16_t)m, c->city);
	}
	return e;
}

enum err import_watch_new(const struct import *i, struct query *q, struct import_watch **out)
{
	const struct catalogue *c = query_catalogue(q);
	struct import_watch *w = calloc(1, sizeof(*w));
	enum err e = w ? ERR_OK : ERR_NOMEM;

	*out = NULL;
	for (size_t n = 0; e == ERR_OK && n < i->line_count; n++) {
		const struct import_line *l = &i->lines[n];
		const struct row *r = &i->rows[l->row];
		const char *unit = i->request->unit;
		uint16_t measure, number;

		if (!l->has_row || l->state == IMPORT_ERROR)
			continue;
		measure = catalogue_measure_number(c, r->target);
		number = catalogue_unit_number(c, r->unit.len ? r->unit : bytes_of_string(unit));
		if (measure != CATALOGUE_NONE && number != CATALOGUE_NONE && !has(w, measure, number))
			e = add_related(w, c, measure, number);
	}
	for (size_t n = 0; e == ERR_OK && n < w->count; n++)
		e = look(q, &w->items[n]);
	if (e == ERR_OK)
		*out = w;
	else
		import_watch_free(w);
	return e;
}

static void note(struct import *i, const struct watched *w, bool official, enum light from,
		 enum light to)
{
	if (from != to)
		i->lights[i->light_count++] =
			(struct import_light){ w->measure, w->unit, official, from, to };
}

enum err import_watch_compare(struct import *i, struct import_watch *before, struct query *q)
{
	i->lights = calloc(before->count * 2 + 1, sizeof(*i->lights));
	if (!i->lights)
		return ERR_NOMEM;
	for (size_t n = 0; n < before->count; n++) {
		struct watched now = before->items[n];
		enum err e = look(q, &now);

		if (e != ERR_OK)
			return e;
		note(i, &now, true, before->items[n].official, now.official);
		note(i, &now, false, before->items[n].live, now.live);
	}
	return ERR_OK;
}
