/* SPDX-License-Identifier: MIT */
#include "aggregator/query/query_months.h"

#include <stdlib.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"

/* --- before the ledger -------------------------------------------------------------------------- */

struct judged {
	int32_t period;
	bool is;
};

static bool see_judged(void *ctx, const struct lights_period *l)
{
	struct judged *j = ctx;

	j->is |= l->period == j->period;
	return !j->is;
}

enum err query_months_is_outside(struct query *q, int32_t period, bool *out)
{
	struct judged j = { .period = period };
	enum err e = lights_periods(q->txn, see_judged, &j);

	*out = e == ERR_OK && !j.is && q->head.today > calendar_due(q->catalogue, period);
	return e;
}

/* --- cells ------------------------------------------------------------------------------------ */

struct sight {
	struct query *q;
	const struct catalogue *c;
	struct owed owed;
	uint64_t published_at; /* position; 0: not published */
	const struct query_months_filter *filter;
	bool (*fn)(void *ctx, const struct query_months_cell *cell);
	void *ctx;
	bool bare; /* the report alone is wanted: neither value nor objection */
	bool outside; /* what did not come for the month was never asked for */
	bool stop;
};

static enum err newest_value(const struct sight *s, uint16_t measure, uint16_t unit,
			     struct cell_value *out)
{
	const struct catalogue_measure *m = &s->c->measures[measure];
	struct cell_key key = cell_counting(s->c, measure, unit);
	size_t stages = m->kind == CATALOGUE_MILESTONE ? m->stage_count : 1;
	struct totals_snapshot snapshot = { s->q->txn, s->c, HISTORY_NOW };
	struct totals_source from = totals_from_history(&snapshot);

	*out = (struct cell_value){ .as_of = DATE_NONE };
	for (size_t i = 0; i < stages; i++) {
		struct cell_value v;
		enum err e;

		if (m->kind == CATALOGUE_MILESTONE)
			key.stage = (uint8_t)i;
		if ((e = from.value(from.ctx, key, s->filter->period, &v)) != ERR_OK)
			return e;
		if (!v.present)
			continue;
		if (m->kind == CATALOGUE_MILESTONE)
			v.value = (v.value > 0 ? m->stages[i].weight_ppm : 0) + out->value;
		if (v.as_of < out->as_of)
			v.as_of = out->as_of;
		if (v.position < out->position)
			v.position = out->position;
		*out = v;
	}
	return ERR_OK;
}

static enum err look_closer(const struct sight *s, struct query_months_cell *cell)
{
	uint16_t measure = cell->report.measure, unit = cell->report.unit;
	struct objection o;
	enum err e = newest_value(s, measure, unit, &cell->value);

	if (e != ERR_OK)
		return e;
	e = objections_read(s->q->txn, s->c, measure, unit, s->filter->period, &o);
	cell->objected = e == ERR_OK && o.open;
	cell->restated = s->published_at && cell->value.position > s->published_at;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err look_at_cell(struct sight *s, uint16_t measure, uint16_t unit)
{
	struct query_months_cell cell = { .owner = catalogue_owner(s->c, measure, unit) };
	enum err e;

	if (s->stop || !reports_expected(s->c, measure, unit, s->filter->period) ||
	    (s->filter->unit != CATALOGUE_NONE && s->filter->unit != cell.owner))
		return ERR_OK;
	e = owed_report(&s->owed, measure, unit, s->q->head.today, &cell.report);
	if (e == ERR_OK && s->outside && !cell.report.first_ms)
		return ERR_OK;
	if (e == ERR_OK && !s->bare)
		e = look_closer(s, &cell);
	s->stop = e == ERR_OK && !s->fn(s->ctx, &cell);
	return e;
}

static enum err look_at_measure(struct sight *s, uint16_t measure)
{
	const struct catalogue_item *item = &s->c->items[s->c->measures[measure].item];
	enum err e = look_at_cell(s, measure, s->c->city);

	for (size_t i = 0; i < item->scope_count && e == ERR_OK; i++)
		e = look_at_cell(s, measure, item->scope[i]);
	return e;
}

static enum err look_at_item(struct sight *s, size_t item)
{
	enum err e = ERR_OK;

	for (uint16_t m = 0; m < s->c->measure_count && e == ERR_OK; m++)
		if (s->c->measures[m].item == item)
			e = look_at_measure(s, m);
	return e;
}

static enum err walk_cells(struct sight *s)
{
	const struct query_months_filter *f = s->filter;
	struct month m;
	enum err e = months_read(s->q->txn, f->period, &m);

	if (e == ERR_OK)
		s->published_at = m.position;
	if (e == ERR_OK || e == ERR_NOTFOUND)
		e = query_months_is_outside(s->q, f->period, &s->outside);
	if (e == ERR_OK)
		e = owed_open(&s->owed, s->c, s->q->txn, f->period);
	for (size_t i = 0; i < s->c->item_count && e == ERR_OK; i++)
		if (f->item == CATALOGUE_NONE || f->item == i)
			e = look_at_item(s, i);
	owed_close(&s->owed);
	return e;
}

enum err query_months_cells(struct query *q, const struct query_months_filter *filter,
			    bool (*fn)(void *ctx, const struct query_months_cell *cell),
			    void *ctx)
{
	struct sight s = { .q = q, .c = q->catalogue, .filter = filter, .fn = fn, .ctx = ctx };

	return walk_cells(&s);
}

/* --- sums ------------------------------------------------------------------------------------- */

static void add_cell(struct query_months_tally *t, const struct query_months_cell *cell)
{
	reports_count(&t->reports, cell->report.state);
	t->extended += cell->report.extended;
	t->reviews[cell->report.review.state]++;
}

struct sums {
	const struct catalogue *c;
	struct query_months_row *rows;	  /* by unit, or NULL */
	struct query_months_tally *items; /* by item, or NULL */
	struct query_months_tally *city;
};

static uint16_t lead_of(const struct catalogue *c, uint16_t measure)
{
	return c->items[c->measures[measure].item].lead;
}

static bool sum_cell(void *ctx, const struct query_months_cell *cell)
{
	struct sums *s = ctx;
	uint16_t lead = lead_of(s->c, cell->report.measure);

	add_cell(s->city, cell);
	if (s->items)
		add_cell(&s->items[s->c->measures[cell->report.measure].item], cell);
	if (s->rows) {
		add_cell(&s->rows[cell->owner].owed, cell);
		add_cell(&s->rows[lead].items, cell);
		s->rows[lead].leads = true;
	}
	return true;
}

static void add_objection(struct query_months_tally *t, const struct objection *o)
{
	t->objections++;
	t->objections_open += o->open;
}

static bool sum_objection(void *ctx, const struct objection *o)
{
	struct sums *s = ctx;
	uint16_t owner;

	if (o->measure >= s->c->measure_count || o->unit >= s->c->unit_count)
		return true;
	owner = catalogue_owner(s->c, o->measure, o->unit);
	add_objection(s->city, o);
	if (s->items)
		add_objection(&s->items[s->c->measures[o->measure].item], o);
	if (s->rows) {
		add_objection(&s->rows[owner == CATALOGUE_NONE ? o->unit : owner].owed, o);
		add_objection(&s->rows[lead_of(s->c, o->measure)].items, o);
	}
	return true;
}

static enum err sum_up(struct query *q, int32_t period, struct sums *s)
{
	const struct query_months_filter all = { period, CATALOGUE_NONE, CATALOGUE_NONE };
	struct sight sight = { .q = q, .c = q->catalogue, .filter = &all, .fn = sum_cell,
			       .ctx = s, .bare = true };
	enum err e = walk_cells(&sight);

	return e == ERR_OK ? objections_walk(q->txn, q->catalogue, period, sum_objection, s) : e;
}

/* --- a month ---------------------------------------------------------------------------------- */

const char *query_months_state_name(enum query_months_state s)
{
	static const char *const names[QUERY_MONTHS_STATE_COUNT] = {
		[QUERY_MONTHS_OUTSIDE] = "outside",	  [QUERY_MONTHS_RUNNING] = "running",
		[QUERY_MONTHS_REPORTING] = "reporting",
		[QUERY_MONTHS_CONFIRMING] = "confirming", [QUERY_MONTHS_OBJECTING] = "objecting",
		[QUERY_MONTHS_READY] = "ready",		  [QUERY_MONTHS_PUBLISHED] = "published",
	};

	return names[s];
}

static enum query_months_state state_of(const struct query_month *m, int32_t today)
{
	if (m->publication.period != DATE_NONE)
		return QUERY_MONTHS_PUBLISHED;
	if (m->outside)
		return QUERY_MONTHS_OUTSIDE;
	if (today <= m->period)
		return QUERY_MONTHS_RUNNING;
	if (today <= m->due)
		return QUERY_MONTHS_REPORTING;
	if (today <= m->confirm)
		return QUERY_MONTHS_CONFIRMING;
	return today <= m->object ? QUERY_MONTHS_OBJECTING : QUERY_MONTHS_READY;
}

static bool count_restated(void *ctx, const struct lights_record *r)
{
	(void)r;
	++*(unsigned *)ctx;
	return true;
}

static enum err count_lights(struct query *q, int32_t period, unsigned lights[LIGHT_COUNT])
{
	const struct catalogue *c = q->catalogue;

	for (uint16_t m = 0; m < c->measure_count; m++) {
		struct lights_record r;
		enum err e;

		if (c->measures[m].role != CATALOGUE_MAIN)
			continue;
		e = lights_read(q->txn, m, c->city, period, &r);
		if (e == ERR_OK)
			lights[r.state.light]++;
		else if (e != ERR_NOTFOUND)
			return e;
	}
	return ERR_OK;
}

enum err query_month(struct query *q, int32_t period, struct query_month *out)
{
	const struct catalogue *c = q->catalogue;
	struct sums s = { .c = c, .city = &out->city };
	enum err e;

	*out = (struct query_month){ .period = period,
				     .due = calendar_due(c, period),
				     .confirm = calendar_confirm(c, period),
				     .object = calendar_publish(c, period) };
	out->beyond = !calendar_knows(&c->calendar, out->object);
	out->publication.period = DATE_NONE;
	e = months_read(q->txn, period, &out->publication);
	if (e == ERR_OK || e == ERR_NOTFOUND)
		e = query_months_is_outside(q, period, &out->outside);
	if (e == ERR_OK)
		e = sum_up(q, period, &s);
	if (e == ERR_OK)
		e = count_lights(q, period, out->lights);
	if (e == ERR_OK && out->publication.period != DATE_NONE)
		e = query_months_restated(q, period, count_restated, &out->restated);
	out->state = state_of(out, q->head.today);
	return e;
}

enum err query_months_rows(struct query *q, int32_t period, struct arena *a,
			   const struct query_months_row **out, size_t *count)
{
	const struct catalogue *c = q->catalogue;
	struct query_months_row *rows = arena_calloc(a, c->unit_count + 1, sizeof(*rows));
	bool over = c->reporting.confirm_days && q->head.today > calendar_confirm(c, period);
	struct query_months_tally city = { 0 };
	struct sums s = { c, rows, NULL, &city };
	size_t kept = 0;
	enum err e = rows ? sum_up(q, period, &s) : ERR_NOMEM;

	for (size_t u = 0; e == ERR_OK && u < c->unit_count; u++) {
		struct query_months_row r = rows[u];

		if (!r.leads && !r.owed.reports.expected && !r.owed.objections)
			continue;
		r.unit = (uint16_t)u;
		r.unconfirmed = over && r.items.reviews[REVIEWS_SUBMITTED] > 0;
		rows[kept++] = r;
	}
	*out = rows;
	*count = e == ERR_OK ? kept : 0;
	return e;
}

enum err query_months_items(struct query *q, int32_t period, struct arena *a,
			    const struct query_months_tally **out)
{
	const struct catalogue *c = q->catalogue;
	struct query_months_tally *items = arena_calloc(a, c->item_count + 1, sizeof(*items));
	struct query_months_tally city = { 0 };
	struct sums s = { c, NULL, items, &city };

	*out = items;
	return items ? sum_up(q, period, &s) : ERR_NOMEM;
}

/* --- lists ------------------------------------------------------------------------------------ */

struct restated {
	int32_t period;
	bool (*fn)(void *ctx, const struct lights_record *r);
	void *ctx;
};

static bool see_light(void *ctx, const struct lights_record *r)
{
	struct restated *s = ctx;

	return r->period != s->period || r->published == r->state.light ||
	       r->published == LIGHT_NONE || s->fn(s->ctx, r);
}

enum err query_months_restated(struct query *q, int32_t period,
			       bool (*fn)(void *ctx, const struct lights_record *r), void *ctx)
{
	struct restated s = { period, fn, ctx };

	return lights_walk(q->txn, CATALOGUE_NONE, see_light, &s);
}

enum err query_months_objections(struct query *q, int32_t period,
				 bool (*fn)(void *ctx, const struct objection *o), void *ctx)
{
	return objections_walk(q->txn, q->catalogue, period, fn, ctx);
}

enum err query_months_extensions(struct query *q, int32_t period,
				 bool (*fn)(void *ctx, const struct extension *x), void *ctx)
{
	return extensions_walk(q->txn, q->catalogue, period, fn, ctx);
}

enum err query_months_review(struct query *q, uint16_t measure, uint16_t unit, int32_t day,
			     enum reviews_state *out)
{
	struct totals_snapshot snapshot = { q->txn, q->catalogue, HISTORY_NOW };
	struct totals_source from = totals_from_history(&snapshot);

	return reviews_weakest(q->catalogue, q->txn, &from, measure, unit, day, out);
}
