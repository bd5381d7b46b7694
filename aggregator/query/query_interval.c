/* SPDX-License-Identifier: MIT */
/* Between what a city's total stands at and what it may plausibly be once the reports that are
 * missing came in: V_low and V_high. */
#include "aggregator/catalogue/calendar.h"
#include "aggregator/ledger/keys.h"
#include "aggregator/progress/plan.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"
#include "base/decimal.h"

struct asking {
	struct query *q;
	const struct catalogue_measure *m;
	uint16_t measure;
	int32_t period;
	struct query_interval *out;
};

static int32_t month_before(int32_t period)
{
	return date_month_first(date_month_of(period)) - 1;
}

static enum err has_reported(const struct asking *k, uint16_t unit, bool *out)
{
	struct cell_key cell = cell_counting(k->q->catalogue, k->measure, unit);
	struct bytes value;
	struct keys key;
	enum err e;

	keys_report(&key, cell.measure, cell.stage, cell.unit, cell.source,
		    date_month_of(k->period));
	e = store_get(k->q->txn, STORE_REPORTS, keys_bytes(&key), &value);
	*out = e == ERR_OK;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err value_on(const struct asking *k, uint16_t unit, int32_t day, int64_t *out)
{
	struct cell_key cell = cell_counting(k->q->catalogue, k->measure, unit);
	struct cell_value v;
	enum err e = history_at(k->q->txn, k->q->catalogue, cell, day, HISTORY_NOW, &v);

	*out = !e && v.present ? v.value : 0;
	return e;
}

/* The largest amount by which the unit's figure grew in a period before this one. */
static enum err largest_increment(const struct asking *k, uint16_t unit, int64_t *out)
{
	int64_t before = 0, now, step;

	*out = 0;
	for (int32_t day = calendar_period_of(k->q->catalogue->from); day < k->period;
	     day = calendar_period_of(day + 1)) {
		enum err e = value_on(k, unit, day, &now);

		if (e)
			return e;
		if (decimal_sub(now, before, &step) && step > *out)
			*out = step;
		before = now;
	}
	return ERR_OK;
}

static enum err plausible_work(const struct asking *k, uint16_t unit, struct fraction *out)
{
	const struct catalogue_plan *plan = catalogue_plan_on(k->m, k->period);
	struct fraction planned = { 0, 1 };
	int64_t quota, largest;
	enum err e = largest_increment(k, unit, &largest);

	if (catalogue_quota_on(k->m, unit, k->period, &quota))
		planned = fraction_sub(plan_expected(plan, quota, k->period),
				       plan_expected(plan, quota, month_before(k->period)));
	*out = pace_plausible(planned, largest);
	return e;
}

static enum err add_missing(const struct asking *k, uint16_t *missing)
{
	const struct catalogue_item *item = &k->q->catalogue->items[k->m->item];
	struct fraction more = { 0, 1 }, one;
	int64_t most;

	for (size_t i = 0; i < item->scope_count; i++) {
		bool came = false;
		enum err e;

		if (!reports_expected(k->q->catalogue, k->measure, item->scope[i], k->period))
			continue;
		k->out->expected++;
		if ((e = has_reported(k, item->scope[i], &came)))
			return e;
		if (came)
			continue;
		missing[k->out->missing_count++] = item->scope[i];
		if ((e = plausible_work(k, item->scope[i], &one)))
			return e;
		more = fraction_add(more, one);
	}
	most = fraction_round(more, 0);
	return decimal_add(k->out->low, most, &k->out->high) ? ERR_OK : ERR_RANGE;
}

enum err query_interval(struct query *q, uint16_t measure, int32_t period, struct arena *a,
			struct query_interval *out)
{
	struct totals_snapshot snapshot = { q->txn, q->catalogue, HISTORY_NOW };
	struct totals_source source = totals_from_history(&snapshot);
	struct asking k = { .q = q, .measure = measure, .period = period, .out = out };
	struct totals_result at;
	uint16_t *missing;
	enum err e;

	*out = (struct query_interval){ .period = period };
	if (measure >= q->catalogue->measure_count)
		return ERR_NOTFOUND;
	k.m = &q->catalogue->measures[measure];
	if (k.m->kind != CATALOGUE_QUANTITY || k.m->figure != CATALOGUE_COUNTIES)
		return ERR_OK;
	missing = arena_calloc(a, q->catalogue->items[k.m->item].scope_count + 1, sizeof(*missing));
	if (!missing)
		return ERR_NOMEM;
	out->missing = missing;
	e = totals_compute(q->catalogue, &source, measure, q->catalogue->city, period, &at);
	if (e)
		return e == ERR_RANGE ? ERR_OK : e;
	out->low = out->high = at.present ? at.value : 0;
	return (e = add_missing(&k, missing)) == ERR_RANGE ? ERR_OK : e;
}
