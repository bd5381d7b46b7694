/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/evidence.h"

#include "aggregator/office/reviews.h"
#include "aggregator/progress/lateness.h"
#include "aggregator/progress/pace.h"
#include "aggregator/progress/reports.h"
#include "base/date.h"
#include "base/decimal.h"

/* The cell that a question is about. */
struct place {
	const struct panel_case *k;
	const struct catalogue *c;
	const struct catalogue_measure *m;
	uint16_t measure, unit;
	int32_t period;
	bool original; /* by the first plan and the first quotas */
};

static const struct catalogue_plan *plan_of(const struct place *p)
{
	return p->original ? &p->m->plan : catalogue_plan_on(p->m, p->period);
}

static bool quota_of(const struct place *p, uint16_t unit, int64_t *quota)
{
	return p->original ? catalogue_quota_of(p->m, unit, quota) :
			     catalogue_quota_on(p->m, unit, p->period, quota);
}

static struct totals_source source_of(const struct place *p, struct totals_cells *from)
{
	struct totals_source source;

	*from = (struct totals_cells){ p->k->cells, p->k->t };
	source = totals_from_cells(from);
	source.original = p->original;
	return source;
}

enum err evidence_value(const struct panel_case *k, uint16_t measure, uint16_t unit,
			uint16_t source, int32_t day, struct cell_value *out)
{
	struct cell_key key = cell_counting(k->docket->c, measure, unit);
	struct cell *cell;
	enum err e;

	key.source = source;
	if ((e = cells_get(k->cells, k->t, key, &cell)) == ERR_OK)
		*out = cell_at(cell, day);
	return e;
}

enum err evidence_total(const struct panel_case *k, uint16_t measure, uint16_t unit, int32_t day,
			struct totals_result *out)
{
	struct totals_cells from = { k->cells, k->t };
	struct totals_source source = totals_from_cells(&from);
	enum err e = totals_compute(k->docket->c, &source, measure, unit, day, out);

	return e == ERR_RANGE ? ERR_OK : e;
}

enum err evidence_report(const struct panel_case *k, uint16_t measure, uint16_t unit,
			 int32_t period, struct evidence_report *out)
{
	const struct catalogue *c = k->docket->c;
	struct cell *cell;
	enum err e;

	*out = (struct evidence_report){ 0 };
	if (!reports_expected(c, measure, unit, period))
		return ERR_OK;
	out->expected = true;
	if ((e = cells_get(k->cells, k->t, cell_counting(c, measure, unit), &cell)) == ERR_OK)
		out->came = cell_first_report(cell, period) != 0;
	return e;
}

/* --- reports of a whole city ----------------------------------------------------------------- */

static int32_t month_before(int32_t period)
{
	return date_month_first(date_month_of(period)) - 1;
}

/* The largest amount that the cell grew by in a period before this one. */
static enum err largest_increment(const struct place *p, uint16_t unit, int64_t *out)
{
	struct cell *cell;
	enum err e = cells_get(p->k->cells, p->k->t, cell_counting(p->c, p->measure, unit), &cell);
	int64_t value = 0, step;

	*out = 0;
	if (e != ERR_OK)
		return e;
	for (int32_t day = calendar_period_of(p->c->from); day < p->period;
	     day = calendar_period_of(day + 1)) {
		struct cell_value v = cell_at(cell, day);

		if (decimal_sub(v.present ? v.value : 0, value, &step) && step > *out)
			*out = step;
		value = v.present ? v.value : 0;
	}
	return ERR_OK;
}

/* What a unit that did not report plausibly brings. */
static enum err missing_work(const struct place *p, uint16_t unit, struct fraction *out)
{
	struct fraction planned = { 0, 1 };
	int64_t quota, largest;
	enum err e = largest_increment(p, unit, &largest);

	if (quota_of(p, unit, &quota))
		planned = fraction_sub(plan_expected(plan_of(p), quota, p->period),
				       plan_expected(plan_of(p), quota, month_before(p->period)));
	*out = pace_plausible(planned, largest);
	return e;
}

/* The city has reported where any of its reporters has, or none is due. */
static enum err city_reports(const struct place *p, struct light_input *in)
{
	const struct catalogue_item *item = &p->c->items[p->m->item];
	struct fraction missing = { 0, 1 }, one;
	unsigned expected = 0, came = 0;

	for (size_t i = 0; i < item->scope_count; i++) {
		struct evidence_report r;
		enum err e = evidence_report(p->k, p->measure, item->scope[i], p->period, &r);

		expected += r.expected;
		came += r.came;
		if (e == ERR_OK && r.expected && !r.came && p->m->kind == CATALOGUE_QUANTITY) {
			e = missing_work(p, item->scope[i], &one);
			missing = fraction_add(missing, one);
		}
		if (e != ERR_OK)
			return e;
	}
	in->reported = came > 0 || expected == 0;
	in->has_high = missing.num > 0 && in->at.goal > 0;
	if (in->has_high)
		in->high = fraction_div(fraction_add((struct fraction){ in->at.value, 1 }, missing),
					(struct fraction){ in->at.goal, 1 });
	return ERR_OK;
}

static enum err gather_reports(const struct place *p, struct light_input *in)
{
	struct evidence_report r;
	enum err e;

	if (p->m->figure == CATALOGUE_COUNTIES && p->unit == p->c->city)
		return city_reports(p, in);
	e = evidence_report(p->k, p->measure, p->unit, p->period, &r);
	in->reported = r.came || !r.expected;
	return e;
}

static enum err gather_lateness(const struct place *p, struct light_input *in)
{
	struct totals_cells from;
	struct totals_source source = source_of(p, &from);
	struct lateness late;
	enum err e = lateness_of(p->c, &source, p->measure, p->unit, p->period, &in->at, &late);

	in->late = late.late;
	in->months_late = late.months;
	return e;
}

static enum err gather_total(const struct place *p, struct light_input *in)
{
	struct totals_cells from;
	struct totals_source source = source_of(p, &from);
	enum err e = totals_compute(p->c, &source, p->measure, p->unit, p->period, &in->at);

	if (e != ERR_OK && e != ERR_RANGE)
		return e;
	if (!in->at.met)
		return ERR_OK;
	return reviews_is_verified(p->c, p->k->t, &source, p->measure, p->unit, p->period,
				   &in->verified);
}

enum err evidence_of(const struct panel_case *k, uint16_t measure, uint16_t unit, int32_t period,
		     bool original, struct light_input *in)
{
	const struct catalogue *c = k->docket->c;
	struct place p = { k, c, &c->measures[measure], measure, unit, period, original };
	enum err e;

	in->due_passed = plan_due(plan_of(&p)) <= period;
	if ((e = gather_total(&p, in)) != ERR_OK || (e = gather_reports(&p, in)) != ERR_OK)
		return e;
	return gather_lateness(&p, in);
}
