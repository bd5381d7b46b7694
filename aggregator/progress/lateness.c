/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/lateness.h"

#include "aggregator/progress/plan.h"
#include "base/date.h"
#include "base/decimal.h"

static void set_late(struct lateness *out, int32_t since, int32_t day)
{
	*out = (struct lateness){ .late = true, .since = since };
	out->months = (unsigned)(date_month_of(day) - date_month_of(since));
}

static void not_started(const struct catalogue_measure *m, const struct totals_result *at,
			int32_t day, struct lateness *out)
{
	struct fraction unit;
	int32_t since;

	if (at->value > 0 || !at->has_goal || at->goal <= 0)
		return;
	unit = fraction_of(decimal_pow10(m->decimals), at->goal);
	if (fraction_compare(unit, (struct fraction){ 1, 1 }) > 0)
		return; /* less than a whole one is to be done */
	since = plan_start(&m->plan) + (int32_t)fraction_ceil(plan_days_of(&m->plan, unit).first);
	if (since <= day)
		set_late(out, since, day);
}

static bool is_over(const struct catalogue_stage *s, int32_t day)
{
	return s->due != DATE_NONE && s->due <= day;
}

/* Several areas: the first stage by which more weight should stand than does on average. */
static void late_on_average(const struct catalogue_measure *m, int64_t reached, int32_t day,
			    struct lateness *out)
{
	int64_t sum = 0;

	for (size_t i = 0; i < m->stage_count && !out->late; i++) {
		sum += m->stages[i].weight_ppm;
		if (is_over(&m->stages[i], day) && sum > reached)
			set_late(out, m->stages[i].due, day);
	}
}

/* The oldest stage that is over and not reached. */
static enum err late_stage(const struct catalogue_measure *m, const struct totals_source *from,
			   struct cell_key key, int32_t day, struct lateness *out)
{
	for (size_t i = 0; i < m->stage_count; i++) {
		const struct catalogue_stage *s = &m->stages[i];
		struct cell_value v;
		enum err e;

		if (!is_over(s, day) || (out->late && s->due >= out->since))
			continue;
		key.stage = (uint8_t)i;
		if ((e = from->value(from->ctx, key, day, &v)))
			return e;
		if (!v.present || v.value <= 0)
			set_late(out, s->due, day);
	}
	return ERR_OK;
}

enum err lateness_of(const struct catalogue *c, const struct totals_source *from,
		     uint16_t measure, uint16_t unit, int32_t day, const struct totals_result *at,
		     struct lateness *out)
{
	const struct catalogue_measure *m = &c->measures[measure];

	*out = (struct lateness){ .since = DATE_NONE };
	if (m->kind == CATALOGUE_QUANTITY)
		not_started(m, at, day, out);
	if (m->kind != CATALOGUE_MILESTONE)
		return ERR_OK;
	if (m->figure == CATALOGUE_LEAD || unit != c->city)
		return late_stage(m, from, cell_counting(c, measure, unit), day, out);
	late_on_average(m, at->value, day, out);
	return ERR_OK;
}
