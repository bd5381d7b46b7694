/* SPDX-License-Identifier: MIT */
#include "aggregator/query/query_ranking.h"

#include <stdlib.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/progress/plan.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"
#include "base/decimal.h"

#define PPM_DECIMALS 6
/* Scores are compared to so many decimals of a hundredth of a point. Two that differ differ by more;
 * beyond them lies what the sum of many denominators may have lost. */
#define SCORE_DECIMALS 11

struct ranking {
	struct query *q;
	int32_t period, before; /* last days of the month and of the one before */
	bool *held;		/* by measure * units + unit */
};

const char *query_rank_state_name(enum query_rank_state s)
{
	static const char *const names[QUERY_RANK_STATES] = { "counted", "small-task", "silent",
							      "held", "no-task" };

	return names[s];
}

/* --- rows on hold ------------------------------------------------------------------------------- */
static size_t held_at(const struct ranking *r, uint16_t measure, uint16_t unit)
{
	return (size_t)measure * r->q->catalogue->unit_count + unit;
}

/* A part holds its whole. Rows for later months do not touch this one. */
static bool take_hold(void *ctx, const struct holds_record *hold)
{
	struct ranking *r = ctx;
	const struct catalogue *c = r->q->catalogue;
	uint16_t measure = hold->cell.measure;

	if (measure >= c->measure_count || hold->cell.unit >= c->unit_count ||
	    date_month_of(hold->as_of) > date_month_of(r->period))
		return true;
	r->held[held_at(r, measure, hold->cell.unit)] = true;
	if (c->measures[measure].whole != CATALOGUE_NONE)
		r->held[held_at(r, c->measures[measure].whole, hold->cell.unit)] = true;
	return true;
}

/* --- one measure of one unit -------------------------------------------------------------------- */
static enum err total_on(struct query *q, uint16_t measure, uint16_t unit, int32_t day,
			 struct totals_result *out)
{
	struct totals_snapshot snapshot = { q->txn, q->catalogue, HISTORY_NOW };
	struct totals_source source = totals_from_history(&snapshot);
	enum err e = totals_compute(q->catalogue, &source, measure, unit, day, out);

	return e == ERR_RANGE ? ERR_OK : e; /* a sum that does not fit is shown as absent */
}

static bool counts_units(const struct catalogue_measure *m)
{
	return m->kind == CATALOGUE_QUANTITY || m->kind == CATALOGUE_COMPOSITE;
}

static int64_t work_of(const struct query_rank_cell *cell, const struct totals_result *at)
{
	if (!at->present)
		return 0;
	return cell->in_share ? fraction_round(at->done, PPM_DECIMALS) : at->attained;
}

static bool is_small(const struct query_rank_cell *cell)
{
	return !cell->in_share && cell->goal < QUERY_RANK_SMALL;
}

/* Whether no report for the month is there: told by the light that it was closed with. */
static enum err is_silent(const struct ranking *r, uint16_t measure, uint16_t unit, bool *out)
{
	struct lights_record light;
	enum err e = lights_read(r->q->txn, measure, unit, r->period, &light);

	*out = e == ERR_OK && light.state.silent;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err judge_cell(const struct ranking *r, uint16_t unit, struct query_rank_cell *cell)
{
	bool silent;
	enum err e = is_silent(r, cell->measure, unit, &silent);

	cell->state = is_small(cell)				       ? QUERY_RANK_SMALL_TASK :
		      r->held[held_at(r, cell->measure, unit)] ? QUERY_RANK_HELD :
		      silent				       ? QUERY_RANK_SILENT :
								 QUERY_RANK_COUNTED;
	return e;
}

/* *listed: it has a task that runs against a plan. */
static enum err make_cell(const struct ranking *r, uint16_t unit, struct query_rank_cell *cell,
			  bool *listed)
{
	const struct catalogue_measure *m = &r->q->catalogue->measures[cell->measure];
	const struct catalogue_plan *plan = catalogue_plan_on(m, r->period);
	struct fraction planned = plan_share(plan, r->period);
	struct fraction planned_before = plan_share(plan, r->before);
	struct totals_result now, then;
	int64_t value, before;
	enum err e;

	*listed = false;
	if ((m->retired != DATE_NONE && m->retired <= r->before) || !light_has_pace(m))
		return ERR_OK;
	if ((e = total_on(r->q, cell->measure, unit, r->period, &now)) ||
	    (e = total_on(r->q, cell->measure, unit, r->before, &then)))
		return e;
	cell->in_share = !counts_units(m);
	cell->goal = cell->in_share ? decimal_pow10(PPM_DECIMALS) : now.goal;
	if (!light_has_task(m, now.has_goal, now.goal) || now.not_due || cell->goal <= 0)
		return ERR_OK;
	value = work_of(cell, &now);
	before = work_of(cell, &then);
	cell->added = value - before;
	cell->planned = fraction_sub(planned, planned_before);
	cell->delta = pace_delta(value, before, cell->goal, planned, planned_before);
	*listed = true;
	return judge_cell(r, unit, cell);
}

/* --- units -------------------------------------------------------------------------------------- */
/* Whether the unit's own reports feed the figure: what its lead alone counts is not its work. */
static bool is_its_own(const struct catalogue *c, uint16_t measure, uint16_t unit)
{
	const struct catalogue_measure *m = &c->measures[measure];

	for (size_t i = 0; i < m->part_count; i++)
		if (catalogue_owner(c, m->parts[i], unit) == unit)
			return true;
	return catalogue_owner(c, measure, unit) == unit;
}

static bool is_wanted(const struct catalogue *c, uint16_t measure, uint16_t wanted, uint16_t unit)
{
	const struct catalogue_measure *m = &c->measures[measure];

	return (wanted == CATALOGUE_NONE ? m->role == CATALOGUE_MAIN : measure == wanted) &&
	       catalogue_in_scope(&c->items[m->item], unit) && is_its_own(c, measure, unit);
}

static int by_order(const void *a, const void *b, void *ctx)
{
	const struct catalogue *c = ctx;
	const struct query_rank_cell *x = a, *y = b;
	unsigned p = c->measures[x->measure].order, r = c->measures[y->measure].order;

	return (p > r) - (p < r);
}

static enum err take_cells(const struct ranking *r, uint16_t wanted, struct arena *a,
			   struct query_rank *out)
{
	const struct catalogue *c = r->q->catalogue;
	struct query_rank_cell *cells = arena_calloc(a, c->measure_count + 1, sizeof(*cells));

	if (!cells)
		return ERR_NOMEM;
	for (uint16_t m = 0; m < c->measure_count; m++) {
		bool listed;
		enum err e;

		if (!is_wanted(c, m, wanted, out->unit))
			continue;
		cells[out->cell_count] = (struct query_rank_cell){ .measure = m };
		if ((e = make_cell(r, out->unit, &cells[out->cell_count], &listed)))
			return e;
		out->cell_count += listed;
	}
	qsort_r(cells, out->cell_count, sizeof(*cells), by_order, (void *)(uintptr_t)c);
	out->cells = cells;
	return ERR_OK;
}

/* A unit that does not report, or whose figures are in doubt, is left out whole: else it would gain
 * by keeping silent about what goes badly. */
static void judge_unit(struct query_rank *u)
{
	struct fraction sum = { 0, 1 };
	bool of[QUERY_RANK_STATES] = { false };

	for (size_t i = 0; i < u->cell_count; i++) {
		of[u->cells[i].state] = true;
		if (u->cells[i].state != QUERY_RANK_COUNTED)
			continue;
		sum = fraction_add(sum, u->cells[i].delta);
		u->counted++;
	}
	u->state = of[QUERY_RANK_HELD]	   ? QUERY_RANK_HELD :
		   of[QUERY_RANK_SILENT]     ? QUERY_RANK_SILENT :
		   u->counted > 0	     ? QUERY_RANK_COUNTED :
		   of[QUERY_RANK_SMALL_TASK] ? QUERY_RANK_SMALL_TASK :
					       QUERY_RANK_NO_TASK;
	if (u->counted > 0)
		u->score = fraction_div(sum, fraction_of((int128)u->counted, 1));
}

static int64_t comparable(const struct query_rank *u)
{
	return fraction_round(u->score, SCORE_DECIMALS);
}

static int by_score(const void *a, const void *b)
{
	const struct query_rank *x = a, *y = b;
	bool ranked = x->state == QUERY_RANK_COUNTED;
	int64_t p, r;

	if (ranked != (y->state == QUERY_RANK_COUNTED))
		return ranked ? -1 : 1;
	p = ranked ? comparable(x) : 0;
	r = ranked ? comparable(y) : 0;
	return p != r ? (p < r) - (p > r) : (x->unit > y->unit) - (x->unit < y->unit);
}

static void number(struct query_rank *items, size_t count)
{
	for (size_t i = 0; i < count && items[i].state == QUERY_RANK_COUNTED; i++)
		items[i].rank = i > 0 && comparable(&items[i]) == comparable(&items[i - 1]) ?
					items[i - 1].rank :
					(unsigned)i + 1;
}

/* --- all ---------------------------------------------------------------------------------------- */
static enum err take_units(const struct ranking *r, uint16_t measure, struct arena *a,
			   struct query_ranking *out)
{
	const struct catalogue *c = r->q->catalogue;
	struct query_rank *items = arena_calloc(a, c->unit_count + 1, sizeof(*items));

	if (!items)
		return ERR_NOMEM;
	for (uint16_t u = 0; u < c->unit_count; u++) {
		struct query_rank *to = &items[out->count];
		enum err e;

		if (!c->units[u].area || !c->units[u].expected)
			continue;
		*to = (struct query_rank){ .unit = u, .score = { 0, 1 } };
		if ((e = take_cells(r, measure, a, to)))
			return e;
		judge_unit(to);
		out->count++;
	}
	qsort(items, out->count, sizeof(*items), by_score);
	number(items, out->count);
	out->items = items;
	return ERR_OK;
}

enum err query_ranking(struct query *q, int32_t period, uint16_t measure, struct arena *a,
		       struct query_ranking *out)
{
	const struct catalogue *c = q->catalogue;
	int32_t closed = calendar_closed_period(c, q->head.today);
	struct ranking r = { .q = q, .period = period,
			     .before = date_month_first(date_month_of(period)) - 1 };
	enum err e;

	*out = (struct query_ranking){ .period = period };
	if (c->ranking == CATALOGUE_RANKING_OFF)
		return ERR_INVALID;
	if (closed == DATE_NONE || period > closed || period < c->from)
		return ERR_NOTFOUND;
	r.held = arena_calloc(a, c->measure_count * c->unit_count + 1, sizeof(*r.held));
	if (!r.held)
		return ERR_NOMEM;
	e = holds_walk(q->txn, take_hold, &r);
	return e ? e : take_units(&r, measure, a, out);
}
