/* SPDX-License-Identifier: MIT */
/* Parts of answers that several endpoints share: units, measures, figures. */
#include "daemon/api_private.h"

#include "aggregator/progress/pace.h"
#include "aggregator/query/query_months.h"
#include "base/decimal.h"

#define SHARE_DECIMALS 2 /* of percentages: lights are judged in hundredths of a point */
#define PPM_DECIMALS 4	 /* ppm as per cent */
#define INDEX_DECIMALS 3

void api_put_percent(struct api_call *call, const char *key, struct fraction share)
{
	jwrite_fraction(&call->json, key, fraction_mul(share, fraction_of(100, 1)), SHARE_DECIMALS);
}

void api_put_unit(struct api_call *call, const char *key, uint16_t unit)
{
	const struct catalogue *c = call->catalogue;

	if (unit >= c->unit_count) {
		jwrite_null(&call->json, key);
		return;
	}
	jwrite_object(&call->json, key);
	jwrite_string(&call->json, "id", c->units[unit].id);
	jwrite_lang(&call->json, "name", c->units[unit].name);
	jwrite_end(&call->json);
}

void api_put_projects(struct api_call *call)
{
	const struct catalogue *c = call->catalogue;
	struct jwrite *j = &call->json;

	jwrite_array(j, "projects");
	for (size_t i = 0; i < c->project_count; i++) {
		jwrite_object(j, NULL);
		jwrite_string(j, "id", c->projects[i].id);
		jwrite_lang(j, "name", c->projects[i].name);
		jwrite_end(j);
	}
	jwrite_end(j);
}

/* The plan in force on the day asked for; how often it was decided anew. */
static void put_plan(struct api_call *call, const struct catalogue_measure *m)
{
	const struct catalogue_plan_version *v = catalogue_plan_version(m, call->when.valid);
	const struct catalogue_plan *plan = v ? &v->plan : &m->plan;
	struct jwrite *j = &call->json;

	jwrite_object(j, "plan");
	jwrite_string(j, "id", plan->id);
	jwrite_bool(j, "invented", plan->invented);
	jwrite_uint(j, "version", v ? v->number : 0);
	jwrite_uint(j, "rebaselines", m->plan_count);
	jwrite_end(j);
}

void api_put_measure(struct api_call *call, uint16_t measure)
{
	const struct catalogue_measure *m = &call->catalogue->measures[measure];
	const struct catalogue_item *item = &call->catalogue->items[m->item];
	struct jwrite *j = &call->json;

	jwrite_string(j, "id", m->id);
	jwrite_string(j, "item", item->id);
	jwrite_string(j, "project", call->catalogue->projects[item->project].id);
	jwrite_lang(j, "name", m->name);
	jwrite_string(j, "kind", catalogue_kind_name(m->kind));
	jwrite_string(j, "comparator", catalogue_comparator_name(m->comparator));
	jwrite_string(j, "role", catalogue_role_name(m->role));
	jwrite_string(j, "figure", catalogue_figure_name(m->figure));
	jwrite_string(j, "uom", m->uom);
	jwrite_string(j, "uom_en", m->uom_en);
	jwrite_uint(j, "decimals", m->decimals);
	put_plan(call, m);
}

/* A value in the measure's own form: a ratio as its rate, a milestone as per cent of its weight. */
void api_put_value(struct api_call *call, const struct catalogue_measure *m, bool present,
		   int64_t value, int64_t denominator)
{
	struct jwrite *j = &call->json;
	bool ratio = m->kind == CATALOGUE_RATIO;

	if (!present || (ratio && denominator == 0))
		jwrite_null(j, "value");
	else if (ratio)
		jwrite_fraction(j, "value", fraction_of((int128)value * 100, denominator),
				m->rate_decimals);
	else if (m->kind == CATALOGUE_MILESTONE)
		jwrite_decimal(j, "value", value, PPM_DECIMALS);
	else
		jwrite_decimal(j, "value", value, m->decimals);
	if (!ratio)
		return;
	if (present) {
		jwrite_decimal(j, "numerator", value, m->decimals);
		jwrite_decimal(j, "denominator", denominator, m->decimals);
	} else {
		jwrite_null(j, "numerator");
		jwrite_null(j, "denominator");
	}
}

static void put_goal(struct api_call *call, const struct catalogue_measure *m,
		     const struct totals_result *at)
{
	unsigned decimals = m->kind == CATALOGUE_MILESTONE ? PPM_DECIMALS : m->rate_decimals;

	if (at->has_goal)
		jwrite_decimal(&call->json, "goal", at->goal, decimals);
	else
		jwrite_null(&call->json, "goal");
}

/* How far, against how far by plan; null where there is no goal, or no pace. */
static void put_pace(struct api_call *call, const struct query_figure *f)
{
	struct jwrite *j = &call->json;
	struct fraction done = f->at.present ? f->at.done : fraction_of(0, 1);

	if (f->has_share)
		api_put_percent(call, "done_percent", f->at.done);
	else
		jwrite_null(j, "done_percent");
	api_put_percent(call, "planned_percent", f->planned);
	if (!f->has_gap) {
		jwrite_null(j, "gap_points");
		jwrite_null(j, "spi");
		return;
	}
	jwrite_decimal(j, "gap_points", f->gap_hundredths, SHARE_DECIMALS);
	if (f->planned.num > 0)
		jwrite_fraction(j, "spi", fraction_div(done, f->planned), INDEX_DECIMALS);
	else
		jwrite_null(j, "spi");
}

static void put_lights(struct jwrite *j, const struct query_figure *f)
{
	const struct query_light *l = &f->official;

	jwrite_string(j, "light", light_name(l->judged ? l->light : LIGHT_NONE));
	jwrite_lang(j, "light_word", light_word(l->judged ? l->light : LIGHT_NONE));
	if (l->judged)
		jwrite_date(j, "light_period", l->period);
	else
		jwrite_null(j, "light_period");
	jwrite_uint(j, "light_restated", l->restated);
	jwrite_string(j, "original_light", light_name(l->judged ? l->original : LIGHT_NONE));
	if (l->judged && l->published)
		jwrite_string(j, "published_light", light_name(l->published));
	else
		jwrite_null(j, "published_light");
	jwrite_uint(j, "light_plan", l->plan);
	jwrite_uint(j, "light_quota", l->quota);
	jwrite_string(j, "live_light", light_name(f->live));
	jwrite_bool(j, "silent", l->judged && l->state.silent);
	jwrite_bool(j, "overdue", l->judged && l->state.overdue);
	jwrite_bool(j, "provisional", l->judged && l->state.provisional);
	jwrite_uint(j, "months_behind", l->judged ? l->state.months : 0);
}

/* Confirmed or not: of those that feed it, the weakest. */
static void put_review(struct api_call *call, const struct query_figure *f)
{
	enum reviews_state review = REVIEWS_NONE;

	if (f->at.present && api_failed(call, query_months_review(call->query, f->measure, f->unit,
								  call->when.valid, &review)))
		return;
	jwrite_string(&call->json, "review", reviews_state_name(review));
}

void api_put_figure(struct api_call *call, const struct query_figure *f)
{
	const struct catalogue_measure *m = &call->catalogue->measures[f->measure];
	struct jwrite *j = &call->json;

	put_goal(call, m, &f->at);
	if (m->has_base)
		jwrite_decimal(j, "base", m->base, m->rate_decimals);
	api_put_value(call, m, f->at.present, f->at.value, f->at.denominator);
	if (m->kind == CATALOGUE_COMPOSITE && f->at.present)
		jwrite_decimal(j, "attained", f->at.attained, m->decimals);
	put_pace(call, f);
	put_lights(j, f);
	jwrite_bool(j, "met", f->at.met);
	jwrite_bool(j, "not_due", f->at.not_due);
	jwrite_date(j, "as_of", f->at.as_of);
	jwrite_uint(j, "figure_position", f->at.position);
	put_review(call, f);
	jwrite_uint(j, "units_reported", f->at.units_present);
	jwrite_uint(j, "units_expected", f->at.units_expected);
}

void api_put_tally(struct api_call *call, const char *key, const struct reports_tally *t)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, key);
	jwrite_uint(j, "expected", t->expected);
	jwrite_uint(j, "on_time", t->on_time);
	jwrite_uint(j, "late", t->late);
	jwrite_uint(j, "missing", t->missing);
	jwrite_end(j);
}
