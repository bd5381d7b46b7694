/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/lateness.h"

#include "aggregator/progress/plan.h"
#include "base/date.h"

static void set_late(struct lateness *out, int32_t since, int32_t day)
{
	*out = (struct lateness){ .late = true, .since = since };
	out->months = (unsigned)(date_month_of(day) - date_month_of(since));
}

/* The question: a measure on a day, by the plan of that day or by the first one. */
struct timing {
	const struct catalogue_measure *m;
	const struct totals_source *from;
	int32_t day;
};

static const struct catalogue_plan *plan_of(const struct timing *q)
{
	return q->from->original ? &q->m->plan : catalogue_plan_on(q->m, q->day);
}

static int32_t due_of(const struct timing *q, size_t stage)
{
	return q->from->original ? q->m->stages[stage].due :
				   catalogue_stage_due_on(q->m, stage, q->day);
}

static void not_started(const struct timing *q, const struct totals_result *at,
			struct lateness *out)
{
	const struct catalogue_plan *plan = plan_of(q);
	struct fraction unit;
	int32_t since;

	if (at->value > 0 || !at->has_goal || at->goal <= 0)
		return;
	unit = fraction_of(1, at->goal); /* of the smallest ones that the measure counts */
	since = plan_start(plan) + (int32_t)fraction_ceil(plan_days_of(plan, unit).first);
	if (since <= q->day)
		set_late(out, since, q->day);
}

static bool is_over(const struct timing *q, size_t stage)
{
	int32_t due = due_of(q, stage);

	return due != DATE_NONE && due <= q->day;
}

/* Several areas: the first stage by which more weight should stand than does on average. */
static void late_on_average(const struct timing *q, int64_t reached, struct lateness *out)
{
	int64_t sum = 0;

	for (size_t i = 0; i < q->m->stage_count && !out->late; i++) {
		sum += q->m->stages[i].weight_ppm;
		if (is_over(q, i) && sum > reached)
			set_late(out, due_of(q, i), q->day);
	}
}

/* The oldest stage that is over and not reached. */
static enum err late_stage(const struct timing *q, struct cell_key key, struct lateness *out)
{
	for (size_t i = 0; i < q->m->stage_count; i++) {
		int32_t due = due_of(q, i);
		struct cell_value v;
		enum err e;

		if (!is_over(q, i) || (out->late && due >= out->since))
			continue;
		key.stage = (uint8_t)i;
		if ((e = q->from->value(q->from->ctx, key, q->day, &v)))
			return e;
		if (!v.present || v.value <= 0)
			set_late(out, due, q->day);
	}
	return ERR_OK;
}

enum err lateness_of(const struct catalogue *c, const struct totals_source *from,
		     uint16_t measure, uint16_t unit, int32_t day, const struct totals_result *at,
		     struct lateness *out)
{
	const struct catalogue_measure *m = &c->measures[measure];
	struct timing q = { m, from, day };

	*out = (struct lateness){ .since = DATE_NONE };
	if (m->kind == CATALOGUE_QUANTITY)
		not_started(&q, at, out);
	if (m->kind != CATALOGUE_MILESTONE)
		return ERR_OK;
	if (m->figure == CATALOGUE_LEAD || unit != c->city)
		return late_stage(&q, cell_counting(c, measure, unit), out);
	late_on_average(&q, at->value, out);
	return ERR_OK;
}
