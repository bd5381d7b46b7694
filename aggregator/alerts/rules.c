/* SPDX-License-Identifier: MIT */
/* Alerts that follow from lights. */
#include "aggregator/alerts/rules.h"

#include "aggregator/alerts/evidence.h"
#include "aggregator/alerts/transition.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/progress/pace.h"
#include "base/date.h"

#define RATE_MONTHS 3 /* closed periods that the recent rate looks back on */

static const enum book_kind light_kinds[] = { BOOK_BEHIND, BOOK_OVERDUE, BOOK_WILL_MISS };

static struct book_record figures_of(const struct catalogue *c, const struct lights_record *r)
{
	const struct catalogue_measure *m = &c->measures[r->measure];

	return (struct book_record){
		.measure = r->measure,
		.unit = r->unit,
		.period = r->period,
		.value = m->kind == CATALOGUE_COMPOSITE ? r->attained : r->value,
		.goal = r->goal,
		.other = r->denominator,
		.gap_hundredths = r->gap_hundredths,
		.planned_ppm = r->planned_ppm,
		.months = r->state.months,
	};
}

/* Which alert the light calls for, 0 for none. */
static enum book_kind kind_for(const struct lights_record *r, enum book_severity *severity)
{
	*severity = r->state.light == LIGHT_RED ? BOOK_RED : BOOK_YELLOW;
	if (r->state.light != LIGHT_YELLOW && r->state.light != LIGHT_RED)
		return (enum book_kind)0;
	return r->state.overdue ? BOOK_OVERDUE : BOOK_BEHIND;
}

/* Three months ago, or DATE_NONE where the plan had not begun. */
static int32_t rate_base(const struct catalogue_plan *p, int32_t period)
{
	int32_t base = date_month_last(date_month_of(period) - RATE_MONTHS);

	return base < plan_start(p) ? DATE_NONE : base;
}

/* On plan by its light, at least one smallest unit short of the plan, forecast to end late by the
 * schedule, and to need more than 1.25 times the recent rate. *rho: in hundredths. */
static enum err will_miss(const struct rules_case *c, const struct lights_record *r,
			  const struct totals_result *at, bool *yes, int64_t *rho)
{
	const struct catalogue_measure *m = &c->k->docket->c->measures[r->measure];
	const struct catalogue_plan *plan = catalogue_plan_on(m, r->period);
	int32_t base = rate_base(plan, r->period);
	struct pace_schedule s;
	struct totals_result before;
	struct pace_number required;
	struct fraction recent;
	enum pace_band band;
	enum err e;

	*yes = false;
	if (r->state.light != LIGHT_GREEN || m->kind != CATALOGUE_QUANTITY || base == DATE_NONE ||
	    !light_is_countable(m, at, plan_share(plan, r->period)))
		return ERR_OK;
	s = pace_schedule(plan, at->done, r->period);
	if (s.variance.num >= 0)
		return ERR_OK;
	if ((e = evidence_total(c->k, r->measure, r->unit, base, &before)) != ERR_OK)
		return e;
	recent = pace_rate(at->value, before.value, r->period - base);
	required = pace_required(plan, at->value, at->goal, r->period);
	band = pace_band(required, recent, at->met);
	*yes = band == PACE_WILL_MISS || band == PACE_SERIOUS;
	*rho = recent.num > 0 && *yes ? fraction_round(pace_ratio(required, recent).value, 2) : 0;
	return ERR_OK;
}

static enum err settle(const struct rules_case *c, const struct lights_record *r,
		       enum book_kind kind, enum book_severity severity, enum book_kind successor,
		       int64_t rho)
{
	struct book_record want = figures_of(c->k->docket->c, r);

	want.kind = kind;
	want.severity = severity;
	want.code = severity ? 0 : successor;
	if (kind == BOOK_WILL_MISS)
		want.other = rho;
	return transition_to(c->k, want);
}

enum err rules_light(const struct rules_case *c, const struct lights_record *r,
		     const struct totals_result *at)
{
	const struct catalogue *cat = c->k->docket->c;
	enum book_severity severity;
	enum book_kind kind = kind_for(r, &severity);
	int64_t rho = 0;
	bool misses;
	enum err e;

	/* a unit's composite would only repeat what the alerts of its parts say */
	if (cat->measures[r->measure].kind == CATALOGUE_COMPOSITE && r->unit != cat->city)
		return ERR_OK;
	if ((e = will_miss(c, r, at, &misses, &rho)) != ERR_OK)
		return e;
	if (misses) {
		kind = BOOK_WILL_MISS;
		severity = BOOK_INFO;
	}
	for (size_t i = 0; i < sizeof(light_kinds) / sizeof(light_kinds[0]); i++)
		if (light_kinds[i] != kind &&
		    (e = settle(c, r, light_kinds[i], (enum book_severity)0, kind, 0)) != ERR_OK)
			return e;
	return kind ? settle(c, r, kind, severity, (enum book_kind)0, rho) : ERR_OK;
}
