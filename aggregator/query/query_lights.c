/* SPDX-License-Identifier: MIT */
/* The official lights of closed periods, and which debts of the past were made good since. */
#include <stdlib.h>

#include "aggregator/progress/plan.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"

struct gather {
	const struct query_light_filter *filter;
	const struct catalogue *c;
	struct query_past_light *items;
	size_t count, cap;
	bool no_memory;
};

static bool is_asked(const struct query_light_filter *f, const struct lights_record *r)
{
	return (f->measure == CATALOGUE_NONE || f->measure == r->measure) &&
	       (f->unit == CATALOGUE_NONE || f->unit == r->unit);
}

static bool take(void *ctx, const struct lights_record *r)
{
	struct gather *g = ctx;

	if (r->measure >= g->c->measure_count || r->unit >= g->c->unit_count ||
	    !is_asked(g->filter, r))
		return true;
	if (g->count == g->cap) {
		size_t cap = g->cap * 2 + 64;
		struct query_past_light *items = realloc(g->items, cap * sizeof(*items));

		if (!items) {
			g->no_memory = true;
			return false;
		}
		g->items = items;
		g->cap = cap;
	}
	g->items[g->count++] = (struct query_past_light){ .record = *r, .settled = DATE_NONE };
	return true;
}

/* --- debts ------------------------------------------------------------------------------------ */

static bool counts_units(const struct catalogue_measure *m)
{
	return m->kind == CATALOGUE_QUANTITY || m->kind == CATALOGUE_COMPOSITE;
}

/* Whether later has what was planned for the period of then: in units where units are counted, so
 * that it is exact and a raised quota asks no more of the past; else in shares of the way. */
static bool makes_good(const struct catalogue_measure *m, const struct lights_record *then,
		       const struct lights_record *later)
{
	const struct catalogue_plan *plan = catalogue_plan_on(m, then->period);

	if (!counts_units(m))
		return later->present && later->done_ppm >= then->planned_ppm;
	return fraction_compare(fraction_of(later->present ? later->attained : 0, 1),
				plan_expected(plan, then->goal, then->period)) >= 0;
}

static bool is_debt(const struct lights_record *r)
{
	return r->has_goal &&
	       (r->state.light == LIGHT_YELLOW || r->state.light == LIGHT_RED);
}

static bool is_of_the_same(const struct lights_record *a, const struct lights_record *b)
{
	return a->measure == b->measure && a->unit == b->unit;
}

/* The first later period at whose end the debt was no more. */
static void settle(const struct gather *g, size_t i)
{
	struct query_past_light *then = &g->items[i];
	const struct catalogue_measure *m = &g->c->measures[then->record.measure];

	if (!is_debt(&then->record))
		return;
	for (size_t k = i + 1;
	     k < g->count && is_of_the_same(&then->record, &g->items[k].record); k++) {
		if (!makes_good(m, &then->record, &g->items[k].record))
			continue;
		then->settled = g->items[k].record.period;
		return;
	}
}

/* --- all -------------------------------------------------------------------------------------- */

static enum err tell(const struct gather *g, struct arena *a, struct query_past_lights *out)
{
	struct query_past_light *items = arena_calloc(a, g->count + 1, sizeof(*items));

	if (!items)
		return ERR_NOMEM;
	out->items = items;
	for (size_t i = 0; i < g->count; i++)
		if (g->filter->period == DATE_NONE || g->items[i].record.period == g->filter->period)
			items[out->count++] = g->items[i];
	return ERR_OK;
}

enum err query_past_lights(struct query *q, const struct query_light_filter *filter,
			   struct arena *a, struct query_past_lights *out)
{
	struct gather g = { .filter = filter, .c = q->catalogue };
	enum err e = lights_walk(q->txn, filter->measure, take, &g);

	*out = (struct query_past_lights){ 0 };
	if (!e && g.no_memory)
		e = ERR_NOMEM;
	for (size_t i = 0; !e && i < g.count; i++)
		settle(&g, i);
	if (!e)
		e = tell(&g, a, out);
	free(g.items);
	return e;
}

/* --- plans and quotas -------------------------------------------------------------------------- */

struct versions_gather {
	struct versions_record *items;
	size_t count, cap;
	bool no_memory;
};

static bool take_version(void *ctx, const struct versions_record *r)
{
	struct versions_gather *g = ctx;

	if (g->count == g->cap) {
		size_t cap = g->cap * 2 + 16;
		struct versions_record *items = realloc(g->items, cap * sizeof(*items));

		if (!items) {
			g->no_memory = true;
			return false;
		}
		g->items = items;
		g->cap = cap;
	}
	g->items[g->count++] = *r;
	return true;
}

enum err query_versions(struct query *q, uint16_t measure, struct arena *a,
			struct query_version_list *out)
{
	struct versions_gather g = { 0 };
	struct versions_record *items = NULL;
	enum err e = versions_walk(q->txn, measure, a, take_version, &g);

	*out = (struct query_version_list){ 0 };
	if (!e && (g.no_memory || !(items = arena_calloc(a, g.count + 1, sizeof(*items)))))
		e = ERR_NOMEM;
	if (!e) {
		if (g.count)
			memcpy(items, g.items, g.count * sizeof(*items));
		*out = (struct query_version_list){ items, g.count };
	}
	free(g.items);
	return e;
}
