/* SPDX-License-Identifier: MIT */
#include "daemon/figures.h"

struct walk {
	struct query *q;
	const struct catalogue *c;
	struct query_when when;
	figures_fn *fn;
	void *ctx;
};

static struct walk walk_of(struct query *q, figures_fn *fn, void *ctx)
{
	const struct query_when now = { query_head(q).today, HISTORY_NOW };

	return (struct walk){ q, query_catalogue(q), now, fn, ctx };
}

static enum err give(const struct walk *w, uint16_t measure, uint16_t unit)
{
	const struct catalogue_measure *m = &w->c->measures[measure];
	struct query_figure f;
	struct message_figure out;
	enum err e = query_figure(w->q, measure, unit, w->when, &f);

	if (e != ERR_OK)
		return e;
	out = (struct message_figure){
		.measure = bytes_of_string(m->id),
		.unit = bytes_of_string(w->c->units[unit].id),
		.present = f.at.present,
		.value = f.at.value,
		.denominator = f.at.denominator,
		.decimals = catalogue_figure_decimals(m),
		.as_of = f.at.present ? f.at.as_of : 0,
		.position = f.at.position,
		.light = f.official.judged ? (uint32_t)f.official.light : 0,
	};
	return w->fn(w->ctx, &out, f.official.judged ? f.official.position : 0);
}

static enum err give_measure(const struct walk *w, uint16_t measure)
{
	const struct catalogue_item *item = &w->c->items[w->c->measures[measure].item];
	enum err e = give(w, measure, w->c->city);

	for (size_t i = 0; e == ERR_OK && i < item->scope_count; i++)
		e = give(w, measure, item->scope[i]);
	return e;
}

enum err figures_all(struct query *q, figures_fn *fn, void *ctx)
{
	const struct walk w = walk_of(q, fn, ctx);
	enum err e = ERR_OK;

	for (size_t m = 0; e == ERR_OK && m < w.c->measure_count; m++)
		e = give_measure(&w, (uint16_t)m);
	return e;
}

/* An area reports for itself, a lead for the city. */
static enum err give_own(const struct walk *w, uint16_t measure, uint16_t reporter)
{
	enum err e = ERR_OK;

	if (catalogue_owner(w->c, measure, reporter) == reporter)
		e = give(w, measure, reporter);
	if (e == ERR_OK && reporter != w->c->city &&
	    catalogue_owner(w->c, measure, w->c->city) == reporter)
		e = give(w, measure, w->c->city);
	return e;
}

enum err figures_of(struct query *q, uint16_t reporter, const struct keyring_items *items,
		    figures_fn *fn, void *ctx)
{
	const struct walk w = walk_of(q, fn, ctx);
	enum err e = ERR_OK;

	for (size_t m = 0; e == ERR_OK && m < w.c->measure_count; m++)
		if (keyring_items_has(items, w.c->items[w.c->measures[m].item].id))
			e = give_own(&w, (uint16_t)m, reporter);
	return e;
}
