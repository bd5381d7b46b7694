/* SPDX-License-Identifier: MIT */
/* Alerts about what was said of figures: leads that did not confirm in time, and figures that were
 * returned to those who reported them. */
#include "aggregator/alerts/rules.h"

#include <stdlib.h>

#include "aggregator/alerts/evidence.h"
#include "aggregator/alerts/transition.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/reviews.h"

/* What waits for one lead. */
struct waiting {
	uint32_t reported, unconfirmed;
	int64_t low, high; /* measures with cells that wait, by number */
};

static void mark_measure(struct waiting *w, uint16_t measure)
{
	if (measure < BOOK_MASK_BITS)
		w->low |= INT64_C(1) << measure;
	else if (measure < 2 * BOOK_MASK_BITS)
		w->high |= INT64_C(1) << (measure - BOOK_MASK_BITS);
}

static enum err count_cell(const struct rules_case *c, uint16_t measure, uint16_t unit,
			   int32_t period, struct waiting *w)
{
	struct evidence_report report;
	struct review review;
	enum err e = evidence_report(c->k, measure, unit, period, &report);

	if (e != ERR_OK || !report.came)
		return e;
	w->reported++;
	e = reviews_read(c->k->t, measure, unit, period, &review);
	if (e != ERR_NOTFOUND && (e != ERR_OK || review.state != REVIEWS_SUBMITTED))
		return e;
	w->unconfirmed++;
	mark_measure(w, measure);
	return ERR_OK;
}

static enum err count_all(const struct rules_case *c, int32_t period, struct waiting *leads)
{
	const struct catalogue *cat = c->k->docket->c;
	enum err e = ERR_OK;

	for (uint16_t m = 0; m < cat->measure_count && e == ERR_OK; m++) {
		const struct catalogue_item *item = &cat->items[cat->measures[m].item];
		struct waiting *w = &leads[item->lead];

		e = count_cell(c, m, cat->city, period, w);
		for (size_t i = 0; i < item->scope_count && e == ERR_OK; i++)
			e = count_cell(c, m, item->scope[i], period, w);
	}
	return e;
}

static enum err settle_lead(const struct rules_case *c, uint16_t lead, const struct waiting *w,
			    int32_t period)
{
	struct book_record want = { .kind = BOOK_UNCONFIRMED,
				    .measure = CATALOGUE_NONE,
				    .unit = lead,
				    .period = period,
				    .count = w->unconfirmed,
				    .other = w->reported,
				    .value = w->low,
				    .goal = w->high };

	if (w->unconfirmed)
		want.severity = BOOK_YELLOW;
	return transition_to(c->k, want);
}

/* The leads' day is over; or only: what is open already may be settled by now. */
static enum err judge_leads(const struct rules_case *c, int32_t period, bool due)
{
	const struct catalogue *cat = c->k->docket->c;
	struct waiting *leads = calloc(cat->unit_count + 1, sizeof(*leads));
	enum err e = leads ? count_all(c, period, leads) : ERR_NOMEM;

	for (uint16_t u = 0; u < cat->unit_count && e == ERR_OK; u++) {
		const struct book_state *s =
			docket_alert(c->k->docket, BOOK_UNCONFIRMED, CATALOGUE_NONE, u);

		if (due || (s && s->severity && s->period == period))
			e = settle_lead(c, u, &leads[u], period);
	}
	free(leads);
	return e;
}

/* --- returned --------------------------------------------------------------------------------- */

/* One more that was returned, one less, or neither. */
static int step_of(const struct judge_fact *f)
{
	return (f->code == REVIEWS_RETURNED) - (f->count == REVIEWS_RETURNED);
}

static enum err settle_owner(const struct rules_case *c, uint16_t owner, int64_t step,
			     int32_t period)
{
	const struct book_state *s =
		docket_alert(c->k->docket, BOOK_RETURNED, CATALOGUE_NONE, owner);
	int64_t count = (s && s->severity ? (int64_t)s->count : 0) + step;
	struct book_record want = { .kind = BOOK_RETURNED,
				    .measure = CATALOGUE_NONE,
				    .unit = owner,
				    .period = period };

	if (count > 0) {
		want.count = (uint32_t)count;
		want.severity = BOOK_INFO;
	}
	return transition_to(c->k, want);
}

static enum err settle_returned(const struct rules_case *c)
{
	const struct catalogue *cat = c->k->docket->c;
	int64_t *steps = calloc(cat->unit_count + 1, sizeof(*steps));
	int32_t period = 0;
	enum err e = ERR_OK;

	if (!steps)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->e->fact_count; i++) {
		const struct judge_fact *f = &c->e->facts[i];
		uint16_t owner;

		if (f->kind != JUDGE_REVIEWED || !step_of(f))
			continue;
		owner = catalogue_owner(cat, f->measure, f->unit);
		steps[owner == CATALOGUE_NONE ? f->unit : owner] += step_of(f);
		period = calendar_period_of(f->as_of);
	}
	for (uint16_t u = 0; u < cat->unit_count && e == ERR_OK; u++)
		if (steps[u])
			e = settle_owner(c, u, steps[u], period);
	free(steps);
	return e;
}

/* --- both ------------------------------------------------------------------------------------- */

enum err rules_unconfirmed(const struct rules_case *c, int32_t period)
{
	return c->k->docket->c->reporting.confirm_days ? judge_leads(c, period, true) : ERR_OK;
}

enum err rules_reviewed(const struct rules_case *c, int32_t period)
{
	bool newest = false, any = false;
	enum err e;

	for (size_t i = 0; i < c->e->fact_count; i++) {
		const struct judge_fact *f = &c->e->facts[i];

		any |= f->kind == JUDGE_REVIEWED;
		newest |= f->kind == JUDGE_REVIEWED && calendar_period_of(f->as_of) == period;
	}
	if (!any || (e = settle_returned(c)) != ERR_OK)
		return any ? e : ERR_OK;
	return newest ? judge_leads(c, period, false) : ERR_OK;
}
