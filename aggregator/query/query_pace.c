/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/calendar.h"
#include "aggregator/progress/plan.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"
#include "base/decimal.h"

#define RATE_MONTHS 3 /* the recent rate is that of so many months */
#define PPM_DECIMALS 6

struct pacing {
	struct query *q;
	struct query_when when;
	const struct catalogue_measure *m;
	const struct catalogue_plan *plan; /* in force on the day asked for */
	struct query_pace *out;
};

/* --- values ----------------------------------------------------------------------------------- */
static enum err total_on(const struct pacing *p, int32_t day, struct totals_result *out)
{
	struct totals_snapshot snapshot = { p->q->txn, p->q->catalogue, p->when.known };
	struct totals_source source = totals_from_history(&snapshot);
	enum err e = totals_compute(p->q->catalogue, &source, p->out->figure.measure,
				    p->out->figure.unit, day, out);

	return e == ERR_RANGE ? ERR_OK : e; /* a sum that does not fit is shown as absent */
}

/* Work done, in what the pace counts. */
static int64_t work_of(const struct pacing *p, const struct totals_result *at)
{
	if (!at->present)
		return 0;
	return p->out->in_share ? fraction_round(at->done, PPM_DECIMALS) : at->attained;
}

static enum err work_on(const struct pacing *p, int32_t day, int64_t *out)
{
	struct totals_result at;
	enum err e = total_on(p, day, &at);

	*out = e ? 0 : work_of(p, &at);
	return e;
}

/* Kinds that count units: all others are measured by their share of the way. */
static bool counts_units(const struct catalogue_measure *m)
{
	return m->kind == CATALOGUE_QUANTITY || m->kind == CATALOGUE_COMPOSITE;
}

/* Finished work is as old as it was then: the end of the first period in which it was. */
static enum err find_day(const struct pacing *p)
{
	int32_t end = calendar_period_of(p->q->catalogue->from);

	p->out->day = p->when.valid;
	for (; p->out->figure.at.met && end < p->when.valid; end = calendar_period_of(end + 1)) {
		struct totals_result at;
		enum err e = total_on(p, end, &at);

		if (e)
			return e;
		if (at.met) {
			p->out->day = end;
			break;
		}
	}
	return ERR_OK;
}

/* --- rates and forecasts ---------------------------------------------------------------------- */
static enum err find_rates(const struct pacing *p)
{
	const struct catalogue_plan *plan = p->plan;
	struct query_pace *out = p->out;
	int32_t from = date_month_last(date_month_of(out->day) - RATE_MONTHS);
	int64_t before;
	enum err e;

	out->window_from = from < plan_start(plan) ? plan_start(plan) : from;
	out->recent = fraction_of(0, 1);
	if (out->day > out->window_from) {
		if ((e = work_on(p, out->window_from, &before)))
			return e;
		out->recent = pace_rate(out->value, before, out->day - out->window_from);
	}
	out->required = pace_required(plan, out->value, out->goal, out->day);
	out->ratio = pace_ratio(out->required, out->recent);
	out->band = pace_band(out->required, out->recent, out->figure.at.met);
	return ERR_OK;
}

static void forecast(const struct pacing *p)
{
	const struct catalogue_plan *plan = p->plan;
	struct query_pace *out = p->out;
	int64_t elapsed = (int64_t)out->day - plan_start(plan);

	out->schedule = pace_schedule(
		plan, out->figure.at.present ? out->figure.at.done : fraction_of(0, 1), out->day);
	out->by_index = pace_finish_by_index(plan, &out->schedule);
	out->by_rate = pace_finish_by_rate(elapsed, out->value, out->goal, out->recent);
	if (out->figure.at.met)
		out->by_index = out->by_rate =
			(struct pace_number){ true, fraction_of(elapsed, 1) };
	out->finish_by_index = pace_date(plan, out->by_index);
	out->finish_by_rate = pace_date(plan, out->by_rate);
}

/* What was added since the month before, against what was planned to be added. */
static enum err find_delta(const struct pacing *p)
{
	struct query_pace *out = p->out;
	int32_t before_day = date_month_first(date_month_of(p->when.valid)) - 1;
	int64_t before;
	enum err e = work_on(p, before_day, &before);

	if (!e)
		out->delta = pace_delta(out->value, before, out->goal, out->figure.planned,
					plan_share(p->plan, before_day));
	return e;
}

/* --- who is short ----------------------------------------------------------------------------- */
static enum err take_parts(const struct pacing *p, struct query_pace_part *parts)
{
	const struct catalogue_item *item = &p->q->catalogue->items[p->m->item];
	struct query_pace *out = p->out;

	for (size_t i = 0; i < item->scope_count; i++) {
		struct pacing of = *p;
		struct query_pace there = { .figure = { .measure = out->figure.measure,
							.unit = item->scope[i] } };
		int64_t quota, value;
		enum err e;

		of.out = &there;
		if (!catalogue_quota_on(p->m, item->scope[i], p->when.valid, &quota))
			continue;
		if ((e = work_on(&of, p->when.valid, &value)))
			return e;
		parts[out->part_count++] = (struct query_pace_part){
			item->scope[i],
			{ .expected = plan_expected(p->plan, quota, p->when.valid),
			  .value = value }
		};
	}
	return ERR_OK;
}

static enum err attribute(const struct pacing *p, struct arena *a)
{
	size_t most = p->q->catalogue->items[p->m->item].scope_count;
	struct query_pace_part *parts = arena_calloc(a, most + 1, sizeof(*parts));
	struct pace_part *plain = arena_calloc(a, most + 1, sizeof(*plain));
	enum err e = parts && plain ? take_parts(p, parts) : ERR_NOMEM;

	if (e)
		return e;
	for (size_t i = 0; i < p->out->part_count; i++)
		plain[i] = parts[i].part;
	p->out->attribution = pace_attribute(plain, p->out->part_count);
	for (size_t i = 0; i < p->out->part_count; i++)
		parts[i].part = plain[i];
	p->out->parts = parts;
	return ERR_OK;
}

/* --- all -------------------------------------------------------------------------------------- */
enum err query_pace(struct query *q, uint16_t measure, uint16_t unit, struct query_when when,
		    struct arena *a, struct query_pace *out)
{
	struct pacing p = { .q = q, .when = when, .out = out };
	enum err e;

	*out = (struct query_pace){ .day = DATE_NONE };
	if ((e = query_figure(q, measure, unit, when, &out->figure)))
		return e;
	p.m = &q->catalogue->measures[measure];
	p.plan = catalogue_plan_on(p.m, when.valid);
	out->paced = out->figure.has_gap && out->figure.at.goal > 0;
	if (!out->paced)
		return ERR_OK;
	out->in_share = !counts_units(p.m);
	out->attribution = pace_attribute(NULL, 0);
	out->value = work_of(&p, &out->figure.at);
	out->goal = out->in_share ? decimal_pow10(PPM_DECIMALS) : out->figure.at.goal;
	if ((e = find_day(&p)) || (e = find_rates(&p)) || (e = find_delta(&p)))
		return e;
	forecast(&p);
	return unit == q->catalogue->city && p.m->kind == CATALOGUE_QUANTITY ? attribute(&p, a) :
									       ERR_OK;
}
