/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/progress/tolerance.h"
#include "aggregator/query/query_private.h"

/* --- which row said it ------------------------------------------------------------------------ */
struct said {
	const struct catalogue_measure *measure;
	int32_t as_of;
	struct query_origin *out;
};

static bool is_counting(const struct catalogue_measure *m, struct bytes stage)
{
	return stage.len == 0 || catalogue_stage_index(m, stage) == m->counting_stage;
}

/* The last admitted row of the entry for that date is the one that stands. */
static bool take_row(void *ctx, const struct query_event *event)
{
	struct said *s = ctx;

	if (!event->has_row || event->as_of != s->as_of || event->verdict != EVENT_ADMITTED ||
	    !is_counting(s->measure, event->stage))
		return true;
	s->out->has_row = true;
	s->out->row = event->row;
	s->out->reporter = event->entry->reporter;
	s->out->said_ms = event->entry->time_ms;
	return true;
}

/* Where a value comes from. An act of the office that moved it has no row. */
static enum err origin_of(struct query *q, uint16_t measure, uint16_t unit, uint64_t position,
			  int32_t as_of, struct query_origin *out)
{
	struct query_event_filter filter = { CATALOGUE_NONE, measure, unit, false, false };
	struct query_place next, from = { position, 0 };
	struct said s = { &q->catalogue->measures[measure], as_of, out };

	*out = (struct query_origin){ .position = position, .reporter = CATALOGUE_NONE };
	if (position == 0)
		return ERR_OK;
	return query_events(q, &filter, from, SIZE_MAX, 1, take_row, &s, &next);
}

/* --- one shadow ------------------------------------------------------------------------------- */
static enum err fill_shadow(struct query *q, const struct query_cell *cell, int32_t period,
			    const struct totals_result *counted, struct query_shadow *out)
{
	const struct cell_value *v = &cell->value;

	*out = (struct query_shadow){ .source = cell->key.source,
				      .value = *v,
				      .speaks = calendar_period_of(v->as_of) == period };
	out->compared = out->speaks && counted->present;
	if (out->compared)
		out->within = !tolerance_exceeded(counted->value, v->value) &&
			      !tolerance_exceeded(counted->denominator, v->denominator);
	return origin_of(q, cell->key.measure, cell->key.unit, v->position, v->as_of, &out->origin);
}

/* --- one measure in a unit -------------------------------------------------------------------- */
static enum err take_alert(struct query *q, struct query_reconciled *r)
{
	struct book_record newest;
	char id[BOOK_ID];
	uint64_t number;
	int64_t raised_ms;
	enum err e;

	book_id(q->catalogue, BOOK_MISMATCH, r->measure, r->unit, id);
	e = query_alert(q, bytes_of_string(id), &newest, &number, &raised_ms);
	if (e == ERR_OK && newest.transition != BOOK_RESOLVED)
		memcpy(r->alert, id, sizeof(id));
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* What counts, and where it comes from: in the city a sum, of whose rows the newest is shown. */
static enum err take_counted(struct query *q, int32_t period, struct query_reconciled *r)
{
	struct totals_snapshot snapshot = { q->txn, q->catalogue, HISTORY_NOW };
	struct totals_source source = totals_from_history(&snapshot);
	bool sum = r->unit == q->catalogue->city &&
		   q->catalogue->measures[r->measure].figure == CATALOGUE_COUNTIES;
	enum err e =
		totals_compute(q->catalogue, &source, r->measure, r->unit, period, &r->counted);

	if (e != ERR_OK && e != ERR_RANGE)
		return e;
	return origin_of(q, r->measure, sum ? CATALOGUE_NONE : r->unit, r->counted.position,
			 r->counted.as_of, &r->origin);
}

/* Cells of one measure and unit: they stand side by side. Returns how many they are. */
static size_t run_of(const struct query_cells *cells, size_t from)
{
	size_t n = 1;

	while (from + n < cells->count &&
	       cells->items[from + n].key.measure == cells->items[from].key.measure &&
	       cells->items[from + n].key.unit == cells->items[from].key.unit)
		n++;
	return n;
}

static enum err reconcile_run(struct query *q, const struct query_cell *cells, size_t count,
			      int32_t period, struct arena *a, struct query_reconciled *out)
{
	struct query_shadow *shadows = arena_calloc(a, count, sizeof(*shadows));
	enum err e;

	*out = (struct query_reconciled){ .measure = cells->key.measure,
					  .unit = cells->key.unit,
					  .shadows = shadows,
					  .shadow_count = count };
	if (!shadows)
		return ERR_NOMEM;
	if ((e = take_counted(q, period, out)) || (e = take_alert(q, out)))
		return e;
	for (size_t i = 0; i < count; i++) {
		if ((e = fill_shadow(q, &cells[i], period, &out->counted, &shadows[i])))
			return e;
		out->differs |= shadows[i].compared && !shadows[i].within;
	}
	return ERR_OK;
}

/* --- all -------------------------------------------------------------------------------------- */

/* Shadows of what can be compared: counts and ratios, at the stage that counts. */
static bool is_comparable(const struct catalogue *c, const struct query_cell *cell)
{
	const struct catalogue_measure *m = &c->measures[cell->key.measure];

	return cell->key.source != CATALOGUE_NONE &&
	       (m->kind == CATALOGUE_QUANTITY || m->kind == CATALOGUE_RATIO) &&
	       cell->key.stage == cell_counting_stage(m);
}

static enum err shadow_cells(struct query *q, const struct query_cell_filter *filter,
			     int32_t period, struct arena *a, struct query_cells *out)
{
	struct query_when when = { period, HISTORY_NOW };
	struct query_cells all;
	struct query_cell *kept;
	enum err e = query_cells(q, filter, when, a, &all);

	if (e)
		return e;
	if (!(kept = arena_calloc(a, all.count + 1, sizeof(*kept))))
		return ERR_NOMEM;
	*out = (struct query_cells){ kept, 0 };
	for (size_t i = 0; i < all.count; i++)
		if (is_comparable(q->catalogue, &all.items[i]))
			kept[out->count++] = all.items[i];
	return ERR_OK;
}

enum err query_reconcile(struct query *q, int32_t period, uint16_t measure, uint16_t unit,
			 struct arena *a, struct query_reconciliation *out)
{
	struct query_cell_filter filter = { measure, unit, false };
	struct query_reconciled *items;
	struct query_cells cells;
	enum err e = shadow_cells(q, &filter, period, a, &cells);

	*out = (struct query_reconciliation){ 0 };
	if (e)
		return e;
	if (!(items = arena_calloc(a, cells.count + 1, sizeof(*items))))
		return ERR_NOMEM;
	out->items = items;
	for (size_t i = 0, n; i < cells.count; i += n) {
		n = run_of(&cells, i);
		if ((e = reconcile_run(q, &cells.items[i], n, period, a, &items[out->count])))
			return e;
		out->count++;
	}
	return ERR_OK;
}
