/* SPDX-License-Identifier: MIT */
/* Alerts about reports: who is silent, and where the lead and the counted figures differ. */
#include "aggregator/alerts/rules.h"

#include <stdlib.h>

#include "aggregator/alerts/evidence.h"
#include "aggregator/alerts/transition.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/extensions.h"
#include "aggregator/progress/reports.h"
#include "aggregator/progress/tolerance.h"
#include "base/date.h"

struct tally {
	uint32_t expected, missing, waiting; /* waiting: with a day that was moved, and is not over */
	bool alarmed; /* a measure is missing for as many periods as the catalogue allows */
};

/* Missing for this period, and for those before it that the catalogue asks to be missing too. */
static enum err missing_for_long(const struct rules_case *c, uint16_t measure, uint16_t unit,
				 int32_t period, bool *yes)
{
	unsigned periods = c->k->docket->c->reporting.silent_after;

	*yes = true;
	for (unsigned i = 0; i < periods && *yes; i++) {
		struct evidence_report r;
		enum err e = evidence_report(c->k, measure, unit, period, &r);

		if (e != ERR_OK)
			return e;
		*yes = r.expected && !r.came;
		period = date_month_first(date_month_of(period)) - 1;
	}
	return ERR_OK;
}

/* What is missing has a day that was moved, and is not over. */
static bool may_wait(const struct rules_case *c, const struct extensions *x, uint16_t measure,
		     uint16_t unit, int32_t period)
{
	return x->count && extensions_due(x, c->k->docket->c, measure, unit, period) >= c->e->day;
}

static enum err count_cell(const struct rules_case *c, const struct extensions *x,
			   uint16_t measure, uint16_t unit, int32_t period, struct tally *tallies)
{
	uint16_t owner = catalogue_owner(c->k->docket->c, measure, unit);
	struct evidence_report r;
	enum err e = evidence_report(c->k, measure, unit, period, &r);
	bool alarmed = false;

	if (e != ERR_OK || !r.expected)
		return e;
	tallies[owner].expected++;
	if (r.came)
		return ERR_OK;
	if (may_wait(c, x, measure, unit, period)) {
		tallies[owner].waiting++;
		return ERR_OK;
	}
	tallies[owner].missing++;
	e = missing_for_long(c, measure, unit, period, &alarmed);
	tallies[owner].alarmed |= alarmed;
	return e;
}

static enum err count_all(const struct rules_case *c, int32_t period, struct tally *tallies)
{
	const struct catalogue *cat = c->k->docket->c;
	struct extensions x = { 0 };
	enum err e = extensions_load(&x, c->k->t, cat, period);

	for (uint16_t m = 0; m < cat->measure_count && e == ERR_OK; m++) {
		const struct catalogue_item *item = &cat->items[cat->measures[m].item];

		e = count_cell(c, &x, m, cat->city, period, tallies);
		for (size_t i = 0; i < item->scope_count && e == ERR_OK; i++)
			e = count_cell(c, &x, m, item->scope[i], period, tallies);
	}
	extensions_free(&x);
	return e;
}

/* Yellow in the first period, red from the second in a row. A period counts once, when it is first
 * found missing: at its close, or when the day to which it was moved is over. */
static enum err settle_silence(const struct rules_case *c, uint16_t unit, const struct tally *t,
			       int32_t period)
{
	const struct book_state *s = docket_alert(c->k->docket, BOOK_SILENT, CATALOGUE_NONE, unit);
	struct book_record want = { .kind = BOOK_SILENT,
				    .measure = CATALOGUE_NONE,
				    .unit = unit,
				    .period = period,
				    .count = t->missing,
				    .other = t->expected };

	if (!t->missing && t->waiting && s && s->severity && s->period < period)
		return ERR_OK; /* more time for this period is no report for those before it */
	if (t->missing && (t->alarmed || (s && s->severity))) {
		want.months = s && s->severity ? s->months + (s->period < period) : 1;
		want.severity = want.months > 1 ? BOOK_RED : BOOK_YELLOW;
	}
	return transition_to(c->k, want);
}

/* only_open: alerts that are there may be settled, none is raised. */
static enum err judge_silence(const struct rules_case *c, int32_t period, bool only_open)
{
	size_t units = c->k->docket->c->unit_count;
	struct tally *tallies = calloc(units + 1, sizeof(*tallies));
	enum err e = tallies ? count_all(c, period, tallies) : ERR_NOMEM;

	for (uint16_t u = 0; u < units && e == ERR_OK; u++)
		if (!only_open || docket_open(c->k->docket, BOOK_SILENT, CATALOGUE_NONE, u))
			e = settle_silence(c, u, &tallies[u], period);
	free(tallies);
	return e;
}

enum err rules_late_reports(const struct rules_case *c, int32_t period)
{
	return judge_silence(c, period, true);
}

enum err rules_extended(const struct rules_case *c, int32_t period)
{
	return judge_silence(c, period, false);
}

/* Contradictions and losses of which there was no more since the period ended. */
static enum err settle_quarrels(const struct rules_case *c, int32_t period)
{
	const struct docket *d = c->k->docket;

	for (size_t i = 0; i < d->alert_count; i++) {
		const struct book_state *s = &d->alerts[i];
		struct book_record want = { .kind = s->kind,
					    .measure = s->measure,
					    .unit = s->unit,
					    .period = s->period,
					    .count = s->count };
		enum err e;

		if ((s->kind != BOOK_CONFLICT && s->kind != BOOK_GAP) || s->period > period)
			continue;
		if ((e = transition_to(c->k, want)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err rules_close(const struct rules_case *c, int32_t period)
{
	enum err e = judge_silence(c, period, false);

	return e == ERR_OK ? settle_quarrels(c, period) : e;
}

/* --- reconciliation -------------------------------------------------------------------------- */

static enum err reconcile_cell(const struct rules_case *c, uint16_t measure, uint16_t unit,
			       int32_t period)
{
	const struct catalogue *cat = c->k->docket->c;
	const struct catalogue_measure *m = &cat->measures[measure];
	struct book_record want = {
		.kind = BOOK_MISMATCH, .measure = measure, .unit = unit, .period = period
	};
	struct totals_result counted;
	struct cell_value lead;
	enum err e;

	e = evidence_value(c->k, measure, unit, cat->items[m->item].lead, period, &lead);
	if (e != ERR_OK || !lead.present || calendar_period_of(lead.as_of) != period)
		return e; /* the lead says nothing about this period: what was said stands */
	if ((e = evidence_total(c->k, measure, unit, period, &counted)) != ERR_OK)
		return e;
	want.value = counted.value;
	want.other = lead.value;
	want.goal = counted.goal;
	want.severity = tolerance_exceeded(counted.value, lead.value) ? BOOK_YELLOW :
									   (enum book_severity)0;
	if (!want.severity && tolerance_exceeded(counted.denominator, lead.denominator)) {
		want.value = counted.denominator;
		want.other = lead.denominator;
		want.severity = BOOK_YELLOW;
	}
	return transition_to(c->k, want);
}

enum err rules_reconcile(const struct rules_case *c, int32_t period)
{
	const struct catalogue *cat = c->k->docket->c;
	enum err e = ERR_OK;

	for (uint16_t m = 0; m < cat->measure_count; m++) {
		const struct catalogue_measure *measure = &cat->measures[m];
		const struct catalogue_item *item = &cat->items[measure->item];

		if (measure->figure != CATALOGUE_COUNTIES ||
		    (measure->kind != CATALOGUE_QUANTITY && measure->kind != CATALOGUE_RATIO))
			continue;
		e = reconcile_cell(c, m, cat->city, period);
		for (size_t i = 0; i < item->scope_count && e == ERR_OK; i++)
			e = reconcile_cell(c, m, item->scope[i], period);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}
