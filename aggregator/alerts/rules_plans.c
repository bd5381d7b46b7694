/* SPDX-License-Identifier: MIT */
/* Alerts about the programme itself: a plan that leaves too much to its last quarter, and what the
 * catalogue in force lacks. Neither asks how far anything is. */
#include "aggregator/alerts/rules.h"

#include "aggregator/alerts/transition.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/progress/plan.h"
#include "base/date.h"

#define LAST_QUARTER_PPM 400000 /* back-loaded: more than this is left to the last quarter */
#define CALENDAR_DAYS 60	/* the calendar ends within so many days */

static bool is_retired(const struct catalogue_measure *m, int32_t period)
{
	return m->retired != DATE_NONE && period > m->retired;
}

/* What the plan leaves to the last three months before it is due. */
static struct fraction left_to_the_end(const struct catalogue_plan *p)
{
	int32_t quarter = date_month_last(date_month_of(plan_due(p)) - 3);

	return fraction_sub(fraction_of(1, 1), plan_share(p, quarter));
}

static bool is_reached(enum light l)
{
	return l == LIGHT_DONE || l == LIGHT_REACHED;
}

static enum err judge_plan(const struct rules_case *c, uint16_t measure, int32_t period)
{
	const struct docket *d = c->k->docket;
	const struct catalogue_measure *m = &d->c->measures[measure];
	const struct catalogue_plan *p = catalogue_plan_on(m, period);
	const struct docket_light *city = docket_light(d, measure, d->c->city);
	struct book_record want = { .kind = BOOK_BACK_LOADED,
				    .measure = measure,
				    .unit = d->c->city };
	int64_t left;

	if (m->kind != CATALOGUE_QUANTITY || m->role == CATALOGUE_SUPPORT)
		return ERR_OK;
	left = fraction_round(left_to_the_end(p), 6);
	/* told once: what it stands at is for the lights */
	want.period = calendar_period_of(plan_due(p));
	want.planned_ppm = left;
	if (left > LAST_QUARTER_PPM && period < want.period && !is_retired(m, period) &&
	    !is_reached(city->state.light))
		want.severity = BOOK_INFO;
	return transition_to(c->k, want);
}

static bool is_invented(const struct catalogue *c, const struct catalogue_measure *m)
{
	return c->items[m->item].scope_invented || m->plan.invented || m->quotas_invented ||
	       m->base_invented || m->stages_invented;
}

/* Judged main figures of counties that nobody broke down. */
static bool lacks_quotas(const struct catalogue *c, const struct catalogue_measure *m,
			 int32_t period)
{
	const struct catalogue_item *item = &c->items[m->item];
	int64_t quota;

	if (m->kind != CATALOGUE_QUANTITY || m->figure != CATALOGUE_COUNTIES ||
	    m->role == CATALOGUE_SUPPORT)
		return false;
	for (size_t i = 0; i < item->scope_count; i++)
		if (catalogue_quota_on(m, item->scope[i], period, &quota))
			return false;
	return item->scope_count > 0;
}

static enum err judge_catalogue(const struct rules_case *c, int32_t period)
{
	const struct catalogue *cat = c->k->docket->c;
	struct book_record want = { .kind = BOOK_CATALOGUE,
				    .measure = CATALOGUE_NONE,
				    .unit = cat->office,
				    .period = DATE_NONE };
	int32_t left = cat->calendar.to - c->e->day;

	for (uint16_t i = 0; i < cat->measure_count; i++) {
		const struct catalogue_measure *m = &cat->measures[i];

		if (is_retired(m, period))
			continue;
		want.value += lacks_quotas(cat, m, period);
		want.goal += is_invented(cat, m);
	}
	if (left <= CALENDAR_DAYS)
		want.other = CALENDAR_DAYS;
	want.count = (uint32_t)(want.value + want.goal + (want.other > 0));
	want.severity = want.other ? BOOK_YELLOW : want.count ? BOOK_INFO : (enum book_severity)0;
	return transition_to(c->k, want);
}

enum err rules_plans(const struct rules_case *c, int32_t period)
{
	enum err e = ERR_OK;

	for (uint16_t m = 0; m < c->k->docket->c->measure_count && e == ERR_OK; m++)
		e = judge_plan(c, m, period);
	return e == ERR_OK ? judge_catalogue(c, period) : e;
}
