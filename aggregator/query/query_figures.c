/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/reviews.h"
#include "aggregator/progress/lateness.h"
#include "aggregator/progress/plan.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"

/* --- one figure ------------------------------------------------------------------------------- */
static enum err total(struct query *q, uint16_t measure, uint16_t unit, struct query_when when,
		      struct totals_result *out)
{
	struct totals_snapshot snapshot = { q->txn, q->catalogue, when.known };
	struct totals_source source = totals_from_history(&snapshot);
	enum err e = totals_compute(q->catalogue, &source, measure, unit, when.valid, out);

	return e == ERR_RANGE ? ERR_OK : e; /* a sum that does not fit is shown as absent */
}

/* What was judged after the known day shows as it was when its period closed: a record keeps its
 * first light and its present one. */
static enum err official(struct query *q, uint16_t measure, uint16_t unit, struct query_when when,
			 struct query_light *out)
{
	int32_t up_to = when.valid, judged;
	struct lights_record r;
	enum err e;

	*out = (struct query_light){ .period = DATE_NONE };
	if (when.known != HISTORY_NOW) {
		int32_t closed = calendar_closed_period(q->catalogue, when.known);

		if (closed == DATE_NONE)
			return ERR_OK;
		up_to = closed < up_to ? closed : up_to;
	}
	/* the period that holds the day counts only on its last day */
	if (calendar_period_of(up_to) != up_to)
		up_to = date_month_first(date_month_of(up_to)) - 1;
	e = lights_latest(q->txn, measure, unit, up_to, &r);
	if (e)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	judged = date_of_ms(r.time_ms, q->catalogue->offset_minutes);
	*out = (struct query_light){ .judged = true, .period = r.period, .state = r.state,
				     .restated = r.restated, .position = r.position,
				     .original = r.original.light, .published = r.published,
				     .plan = r.plan, .quota = r.quota };
	out->light = when.known != HISTORY_NOW && judged > when.known ? r.first : r.state.light;
	return ERR_OK;
}

/* The thresholds alone: no memory of earlier periods, no hold for silence. */
static enum err live_step(struct query *q, uint16_t measure, uint16_t unit, struct query_when when,
			  const struct totals_result *at, struct light_state *out)
{
	const struct catalogue_measure *m = &q->catalogue->measures[measure];
	struct totals_snapshot snapshot = { q->txn, q->catalogue, when.known };
	struct totals_source source = totals_from_history(&snapshot);
	struct catalogue_profile profile = q->catalogue->profile;
	const struct catalogue_plan *plan = catalogue_plan_on(m, when.valid);
	struct light_input in = { .at = *at, .planned = plan_share(plan, when.valid),
				  .reported = true, .due_passed = plan_due(plan) <= when.valid };
	struct lateness late;
	enum err e = lateness_of(q->catalogue, &source, measure, unit, when.valid, at, &late);

	if (!e && at->met)
		e = reviews_is_verified(q->catalogue, q->txn, &source, measure, unit, when.valid,
					&in.verified);
	if (e)
		return e;
	in.late = late.late;
	in.months_late = late.months;
	profile.enter_count = 1;
	*out = light_step(&profile, m, (struct light_state){ .light = LIGHT_NONE }, &in);
	return ERR_OK;
}

/* The worst of the parts, each by what is known of it now. */
static enum err live_composite(struct query *q, struct query_when when,
			       const struct query_figure *f, struct light_state *out)
{
	const struct catalogue_measure *m = &q->catalogue->measures[f->measure];
	struct light_state worst = { .light = LIGHT_NONE };

	for (size_t i = 0; i < m->part_count; i++) {
		struct light_state pair[2] = { worst };
		struct totals_result at;
		enum err e = total(q, m->parts[i], f->unit, when, &at);

		if (e || (e = live_step(q, m->parts[i], f->unit, when, &at, &pair[1])))
			return e;
		worst = light_compose((struct light_state){ .light = LIGHT_NONE }, pair, 2);
	}
	*out = light_of_whole(worst, &f->at);
	return ERR_OK;
}

static enum err live(struct query *q, struct query_when when, struct query_figure *f)
{
	const struct catalogue_measure *m = &q->catalogue->measures[f->measure];
	struct light_state s = { .light = LIGHT_NONE };
	enum err e = m->kind == CATALOGUE_COMPOSITE ?
			     live_composite(q, when, f, &s) :
			     live_step(q, f->measure, f->unit, when, &f->at, &s);

	f->live = e ? LIGHT_NONE : s.light;
	return e;
}

enum err query_figure(struct query *q, uint16_t measure, uint16_t unit, struct query_when when,
		      struct query_figure *out)
{
	const struct catalogue *c = q->catalogue;
	const struct catalogue_measure *m;
	bool task;
	enum err e;

	if (measure >= c->measure_count || unit >= c->unit_count)
		return ERR_NOTFOUND;
	m = &c->measures[measure];
	*out = (struct query_figure){ .measure = measure, .unit = unit,
				      .planned = plan_share(catalogue_plan_on(m, when.valid),
							    when.valid) };
	if ((e = total(q, measure, unit, when, &out->at)))
		return e;
	task = light_has_task(m, out->at.has_goal, out->at.goal);
	out->has_share = task && out->at.present;
	out->has_gap = task && light_has_pace(m) && !out->at.not_due;
	if (out->has_gap)
		out->gap_hundredths = fraction_round(light_gap(&out->at, out->planned), 0);
	if ((e = official(q, measure, unit, when, &out->official)))
		return e;
	return live(q, when, out);
}

/* --- lists ------------------------------------------------------------------------------------ */
static int by_order(const void *a, const void *b, void *ctx)
{
	const struct catalogue *c = ctx;
	const struct query_figure *x = a, *y = b;
	unsigned p = c->measures[x->measure].order, r = c->measures[y->measure].order;

	return (p > r) - (p < r);
}

enum err query_targets(struct query *q, struct query_when when, struct arena *a,
		       struct query_figures *out)
{
	const struct catalogue *c = q->catalogue;
	struct query_figure *items = arena_calloc(a, c->measure_count + 1, sizeof(*items));

	*out = (struct query_figures){ 0 };
	if (!items)
		return ERR_NOMEM;
	for (size_t m = 0; m < c->measure_count; m++) {
		enum err e = query_figure(q, (uint16_t)m, c->city, when, &items[m]);

		if (e)
			return e;
	}
	qsort_r(items, c->measure_count, sizeof(*items), by_order, (void *)(uintptr_t)c);
	*out = (struct query_figures){ items, c->measure_count };
	return ERR_OK;
}

/* One measure for several units, or several measures for one. */
static enum err list(struct query *q, const uint16_t *measures, size_t count,
		     const uint16_t *units, struct query_when when, struct arena *a,
		     struct query_figures *out)
{
	struct query_figure *items = arena_calloc(a, count + 1, sizeof(*items));

	*out = (struct query_figures){ 0 };
	if (!items)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++) {
		enum err e = query_figure(q, measures[i], units[i], when, &items[i]);

		if (e)
			return e;
	}
	*out = (struct query_figures){ items, count };
	return ERR_OK;
}

static uint16_t *repeat(struct arena *a, uint16_t value, size_t count)
{
	uint16_t *out = arena_calloc(a, count + 1, sizeof(*out));

	for (size_t i = 0; out && i < count; i++)
		out[i] = value;
	return out;
}

/* Areas whose own figure of the measure means something: not where the lead alone has one, or where
 * the figure is computed for the whole city. */
static bool has_areas(const struct catalogue_measure *m)
{
	return m->figure == CATALOGUE_COUNTIES || m->kind == CATALOGUE_COMPOSITE;
}

enum err query_target(struct query *q, uint16_t measure, struct query_when when, struct arena *a,
		      struct query_target *out)
{
	const struct catalogue *c = q->catalogue;
	struct query_cell_filter filter = { measure, CATALOGUE_NONE, false };
	const struct catalogue_measure *m;
	const struct catalogue_item *item;
	uint16_t *same;
	enum err e;

	*out = (struct query_target){ .city = { .measure = measure } };
	if (measure >= c->measure_count)
		return ERR_NOTFOUND;
	m = &c->measures[measure];
	item = &c->items[m->item];
	if ((e = query_figure(q, measure, c->city, when, &out->city)))
		return e;
	if (has_areas(m)) {
		if (!(same = repeat(a, measure, item->scope_count)))
			return ERR_NOMEM;
		if ((e = list(q, same, item->scope_count, item->scope, when, a, &out->units)))
			return e;
	}
	if (m->kind == CATALOGUE_COMPOSITE) {
		if (!(same = repeat(a, c->city, m->part_count)))
			return ERR_NOMEM;
		if ((e = list(q, m->parts, m->part_count, same, when, a, &out->parts)))
			return e;
	}
	return query_cells(q, &filter, when, a, &out->cells);
}

/* --- of a unit -------------------------------------------------------------------------------- */
/* The unit whose figure of the measure a unit's page shows: its own, or the city's for a lead. */
static uint16_t shown_unit(const struct catalogue *c, uint16_t measure, uint16_t unit)
{
	const struct catalogue_measure *m = &c->measures[measure];

	if (has_areas(m) && catalogue_in_scope(&c->items[m->item], unit))
		return unit;
	return query_cell_unit(c, measure, unit);
}

enum err query_unit_figures(struct query *q, uint16_t unit, struct query_when when,
			    struct arena *a, struct query_figures *out)
{
	const struct catalogue *c = q->catalogue;
	uint16_t *measures = arena_calloc(a, c->measure_count + 1, sizeof(*measures));
	uint16_t *units = arena_calloc(a, c->measure_count + 1, sizeof(*units));
	size_t count = 0;
	enum err e;

	*out = (struct query_figures){ 0 };
	if (!measures || !units)
		return ERR_NOMEM;
	for (size_t m = 0; m < c->measure_count; m++) {
		uint16_t shown = shown_unit(c, (uint16_t)m, unit);

		if (shown == CATALOGUE_NONE)
			continue;
		measures[count] = (uint16_t)m;
		units[count++] = shown;
	}
	e = list(q, measures, count, units, when, a, out);
	if (!e && out->count)
		qsort_r((void *)(uintptr_t)out->items, out->count, sizeof(*out->items), by_order,
			(void *)(uintptr_t)c);
	return e;
}

enum err query_unit_lights(struct query *q, uint16_t unit, struct query_when when,
			   unsigned lights[LIGHT_COUNT])
{
	const struct catalogue *c = q->catalogue;

	memset(lights, 0, LIGHT_COUNT * sizeof(*lights));
	for (size_t m = 0; m < c->measure_count; m++) {
		uint16_t shown = shown_unit(c, (uint16_t)m, unit);
		struct query_light light;
		enum err e;

		if (shown == CATALOGUE_NONE || c->measures[m].role != CATALOGUE_MAIN)
			continue;
		if ((e = official(q, (uint16_t)m, shown, when, &light)))
			return e;
		lights[light.judged ? light.light : LIGHT_NONE]++;
	}
	return ERR_OK;
}

/* --- cells ------------------------------------------------------------------------------------ */
struct gather {
	struct query *q;
	const struct query_cell_filter *filter;
	struct query_when when;
	struct query_cell *items;
	size_t count, cap;
	enum err error;
};

static bool keep_cell(struct gather *g, struct cell_key key)
{
	struct query_cell cell = { .key = key };

	g->error = history_at(g->q->txn, g->q->catalogue, key, g->when.valid, g->when.known,
			      &cell.value);
	if (g->error)
		return false;
	if (!cell.value.present)
		return true;
	if (g->count == g->cap) {
		size_t cap = g->cap * 2 + 64;
		struct query_cell *items = realloc(g->items, cap * sizeof(*items));

		if (!items) {
			g->error = ERR_NOMEM;
			return false;
		}
		g->items = items;
		g->cap = cap;
	}
	cell.counts = key.source == CATALOGUE_NONE &&
		      catalogue_owner(g->q->catalogue, key.measure, key.unit) != CATALOGUE_NONE &&
		      (g->q->catalogue->measures[key.measure].kind == CATALOGUE_MILESTONE ||
		       key.stage == cell_counting_stage(&g->q->catalogue->measures[key.measure]));
	if (cell.counts || !g->filter->counting_only)
		g->items[g->count++] = cell;
	return true;
}

/* The size of the union of what areas count by ids: nobody reported it. */
static bool is_union(const struct catalogue *c, struct cell_key key)
{
	const struct catalogue_measure *m = &c->measures[key.measure];

	return m->objects && m->figure == CATALOGUE_COUNTIES && key.unit == c->city &&
	       key.source == CATALOGUE_NONE;
}

static bool visit_cell(void *ctx, struct cell_key key, const struct cell_value *now)
{
	struct gather *g = ctx;
	const struct query_cell_filter *f = g->filter;

	(void)now;
	if (f->measure != CATALOGUE_NONE && key.measure != f->measure)
		return false; /* they come in the order of measures */
	if (key.measure >= g->q->catalogue->measure_count ||
	    (f->unit != CATALOGUE_NONE && key.unit != f->unit) ||
	    is_union(g->q->catalogue, key))
		return true;
	return keep_cell(g, key);
}

enum err query_cells(struct query *q, const struct query_cell_filter *filter,
		     struct query_when when, struct arena *a, struct query_cells *out)
{
	struct gather g = { .q = q, .filter = filter, .when = when };
	struct cell_key from = { .measure = filter->measure == CATALOGUE_NONE ? 0 : filter->measure };
	struct query_cell *items = NULL;
	enum err e = history_current(q->txn, from, visit_cell, &g);

	*out = (struct query_cells){ 0 };
	if (!e)
		e = g.error;
	if (!e && !(items = arena_alloc(a, g.count * sizeof(*items))))
		e = ERR_NOMEM;
	if (!e) {
		if (g.count)
			memcpy(items, g.items, g.count * sizeof(*items));
		*out = (struct query_cells){ items, g.count };
	}
	free(g.items);
	return e;
}
