/* SPDX-License-Identifier: MIT */
/* A measure month by month: what stood at each month's end, what was planned, the light of the
 * period, and what two ways of forecasting say of the months to come. Flat rows, for charts here and
 * elsewhere. */
#include "daemon/api_private.h"

#include "aggregator/progress/plan.h"
#include "base/date.h"
#include "base/decimal.h"

#define PPM_DECIMALS 4 /* ppm as per cent */

struct series {
	struct api_call *call;
	uint16_t measure, unit;
	int32_t from, to;
};

static void begin_row(struct series *s, int32_t day)
{
	struct jwrite *j = &s->call->json;

	jwrite_object(j, NULL);
	jwrite_date(j, "day", day);
	jwrite_string(j, "target", s->call->catalogue->measures[s->measure].id);
	jwrite_string(j, "unit", s->call->catalogue->units[s->unit].id);
}

static void put_goal(struct series *s, bool has_goal, int64_t goal)
{
	const struct catalogue_measure *m = &s->call->catalogue->measures[s->measure];
	unsigned decimals = m->kind == CATALOGUE_MILESTONE ? PPM_DECIMALS : m->rate_decimals;

	if (has_goal)
		jwrite_decimal(&s->call->json, "goal", goal, decimals);
	else
		jwrite_null(&s->call->json, "goal");
}

static void put_no_forecast(struct jwrite *j)
{
	jwrite_null(j, "forecast_low_percent");
	jwrite_null(j, "forecast_high_percent");
}

/* --- what was --------------------------------------------------------------------------------- */

/* The period that ends on that day was judged, as known then. */
static bool is_judged(const struct query_figure *f, int32_t day)
{
	return f->official.judged && f->official.period == day;
}

static bool read_past(struct series *s, int32_t day, struct query_figure *f)
{
	struct query_when when = { day, s->call->when.known };

	return !api_failed(s->call, query_figure(s->call->query, s->measure, s->unit, when, f));
}

static void put_figure(struct series *s, int32_t day, const struct query_figure *f)
{
	struct api_call *call = s->call;
	const struct catalogue_measure *m = &call->catalogue->measures[s->measure];
	struct jwrite *j = &call->json;

	begin_row(s, day);
	/* a value of its own form; ratios bring numerator and denominator */
	api_put_value(call, m, f->at.present, f->at.value, f->at.denominator);
	put_goal(s, f->at.has_goal, f->at.goal);
	if (f->has_share)
		api_put_percent(call, "done_percent", f->at.done);
	else
		jwrite_null(j, "done_percent");
	api_put_percent(call, "planned_percent", f->planned);
	jwrite_string(j, "light", is_judged(f, day) ? light_name(f->official.light) : NULL);
	put_no_forecast(j);
	jwrite_end(j);
}

static void put_past(struct series *s, int32_t day)
{
	struct query_figure f;

	if (read_past(s, day, &f))
		put_figure(s, day, &f);
}

/* --- what may come ---------------------------------------------------------------------------- */

/* What the recent rate makes of it, as a share of the goal. */
static struct fraction by_rate(const struct query_pace *p, int32_t day)
{
	struct fraction more = fraction_mul(p->recent, fraction_of(day - p->day, 1));

	return fraction_div(fraction_add(fraction_of(p->value, 1), more), fraction_of(p->goal, 1));
}

/* Earned schedule: by that day the work has reached the plan's day SPI(t) * AT; whole days. */
static struct fraction by_index(const struct query_pace *p, const struct catalogue_plan *plan,
				int32_t day)
{
	struct fraction earned = fraction_mul(p->schedule.index.value,
					      fraction_of(day - plan_start(plan), 1));

	return plan_share(plan, plan_start(plan) + (int32_t)(earned.num / earned.den));
}

static void put_future(struct series *s, const struct query_pace *p, int32_t day)
{
	struct api_call *call = s->call;
	const struct catalogue_measure *m = &call->catalogue->measures[s->measure];
	const struct catalogue_plan *plan = catalogue_plan_on(m, call->when.valid);
	struct jwrite *j = &call->json;
	struct fraction low = by_rate(p, day), high = low;

	if (p->schedule.index.known) {
		struct fraction other = by_index(p, plan, day);

		if (fraction_compare(other, low) < 0)
			low = other;
		else
			high = other;
	}
	begin_row(s, day);
	jwrite_null(j, "value");
	if (m->kind == CATALOGUE_RATIO) {
		jwrite_null(j, "numerator");
		jwrite_null(j, "denominator");
	}
	put_goal(s, p->figure.at.has_goal, p->figure.at.goal);
	jwrite_null(j, "done_percent");
	api_put_percent(call, "planned_percent", plan_share(plan, day));
	jwrite_null(j, "light");
	api_put_percent(call, "forecast_low_percent", low);
	api_put_percent(call, "forecast_high_percent", high);
	jwrite_end(j);
}

static void put_futures(struct series *s)
{
	struct api_call *call = s->call;
	struct query_pace pace;

	if (api_failed(call, query_pace(call->query, s->measure, s->unit, call->when, call->arena,
					&pace)) ||
	    !pace.paced || pace.figure.at.met || !pace.figure.at.present)
		return;
	for (int32_t month = date_month_of(call->when.valid);; month++) {
		int32_t day = date_month_last(month);

		if (day > s->to)
			return;
		if (day > call->when.valid && day >= s->from)
			put_future(s, &pace, day);
	}
}

static void put_one(struct series *s)
{
	int32_t newest = s->call->when.valid < s->to ? s->call->when.valid : s->to;

	for (int32_t month = date_month_of(s->from); s->call->problem == API_OK; month++) {
		int32_t day = date_month_last(month);

		if (day > newest)
			day = newest;
		if (day >= s->from && day >= date_month_first(month))
			put_past(s, day);
		if (day == newest)
			break;
	}
	if (s->call->problem == API_OK)
		put_futures(s);
}

/* --- all measures: from the official lights alone --------------------------------------------- */

static void put_judged(struct series *s, const struct lights_record *r)
{
	struct api_call *call = s->call;
	const struct catalogue_measure *m = &call->catalogue->measures[r->measure];
	struct jwrite *j = &call->json;
	bool task = light_has_task(m, r->has_goal, r->goal);

	s->measure = r->measure;
	begin_row(s, r->period);
	api_put_value(call, m, r->present, r->value, r->denominator);
	put_goal(s, r->has_goal, r->goal);
	if (task && r->present)
		jwrite_decimal(j, "done_percent", r->done_ppm, PPM_DECIMALS);
	else
		jwrite_null(j, "done_percent");
	jwrite_decimal(j, "planned_percent", r->planned_ppm, PPM_DECIMALS);
	jwrite_string(j, "light", light_name(r->state.light));
	put_no_forecast(j);
	jwrite_end(j);
}

static bool on_judged(void *ctx, const struct lights_record *r)
{
	struct series *s = ctx;

	if (r->period >= s->from && r->period <= s->to && r->period <= s->call->when.valid)
		put_judged(s, r);
	return true;
}

/* Lights keep what is known now; what was known on a day is computed from history. */
static void put_as_known(struct series *s)
{
	const struct catalogue *c = s->call->catalogue;
	int32_t end = s->call->when.valid < s->to ? s->call->when.valid : s->to;

	for (uint16_t m = 0; m < c->measure_count; m++) {
		s->measure = m;
		for (int32_t month = date_month_of(s->from); date_month_last(month) <= end; month++) {
			int32_t day = date_month_last(month);
			struct query_figure f;

			if (!read_past(s, day, &f))
				return;
			if (is_judged(&f, day))
				put_figure(s, day, &f);
		}
	}
}

static void put_all(struct series *s)
{
	struct api_call *call = s->call;

	if (call->when.known != HISTORY_NOW)
		put_as_known(s);
	else
		api_failed(call, query_lights(call->query, DATE_NONE, CATALOGUE_NONE, s->unit, on_judged,
					      s));
}

void api_series(struct api_call *call)
{
	struct series s = { .call = call, .from = call->catalogue->from, .to = call->catalogue->to };

	if (!api_measure(call, "target", &s.measure) || !api_unit(call, "unit", &s.unit) ||
	    !api_day(call, "from", &s.from) || !api_day(call, "to", &s.to))
		return;
	if (s.unit == CATALOGUE_NONE)
		s.unit = call->catalogue->city;
	if (s.from < call->catalogue->from)
		s.from = call->catalogue->from;
	if (s.to > call->catalogue->to)
		s.to = call->catalogue->to;
	jwrite_array(&call->json, "rows");
	if (s.measure == CATALOGUE_NONE)
		put_all(&s);
	else if (s.from <= s.to && s.from <= call->when.valid)
		put_one(&s);
	jwrite_end(&call->json);
}
