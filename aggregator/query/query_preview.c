/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "aggregator/progress/lateness.h"
#include "aggregator/progress/plan.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"
#include "base/decimal.h"

#define HUNDRED_POINTS 10000
#define PPM_DECIMALS 6

enum query_crossed query_profile_check(const struct catalogue_profile *p)
{
	if (p->yellow_leave < 0 || p->red_leave < 0 || p->yellow_enter < 0 || p->red_enter < 0 ||
	    p->yellow_enter > HUNDRED_POINTS || p->red_enter > HUNDRED_POINTS)
		return QUERY_CROSSED_NEGATIVE;
	if (p->yellow_enter >= p->red_enter)
		return QUERY_CROSSED_ENTER;
	return p->yellow_leave > p->yellow_enter || p->red_leave > p->red_enter ?
		       QUERY_CROSSED_LEAVE :
		       QUERY_CROSSED_NOT;
}

/* A stored light, and the state that the other profile would have given. */
struct judged {
	struct lights_record r;
	struct light_state state;
};

struct preview {
	struct query *q;
	const struct catalogue_profile *profile;
	struct judged *all; /* by measure, unit, period */
	size_t count, cap;
	bool no_memory;
};

/* --- the stored lights ------------------------------------------------------------------------ */
static bool take_light(void *ctx, const struct lights_record *r)
{
	struct preview *p = ctx;

	if (r->measure >= p->q->catalogue->measure_count)
		return true;
	if (p->count == p->cap) {
		size_t cap = p->cap * 2 + 256;
		struct judged *all = realloc(p->all, cap * sizeof(*all));

		if (!all) {
			p->no_memory = true;
			return false;
		}
		p->all = all;
		p->cap = cap;
	}
	p->all[p->count++] = (struct judged){ .r = *r };
	return true;
}

static int by_key(const void *left, const void *right)
{
	const struct lights_record *a = &((const struct judged *)left)->r;
	const struct lights_record *b = &((const struct judged *)right)->r;

	if (a->measure != b->measure)
		return a->measure < b->measure ? -1 : 1;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return (a->period > b->period) - (a->period < b->period);
}

static const struct judged *find(const struct preview *p, uint16_t measure, uint16_t unit,
				 int32_t period)
{
	struct judged key = { .r = { .measure = measure, .unit = unit, .period = period } };

	return p->count ? bsearch(&key, p->all, p->count, sizeof(key), by_key) : NULL;
}

/* The state of the same measure and unit at the close of the period before. */
static struct light_state state_before(const struct preview *p, size_t i)
{
	const struct lights_record *now = &p->all[i].r;

	if (i == 0 || p->all[i - 1].r.measure != now->measure || p->all[i - 1].r.unit != now->unit)
		return (struct light_state){ .light = LIGHT_NONE };
	return p->all[i - 1].state;
}

/* --- what it was judged by -------------------------------------------------------------------- */

/* The figures of today are those of the record: then its share done is known exactly. */
static bool is_same(const struct totals_result *at, const struct lights_record *r)
{
	return at->present == r->present && at->has_goal == r->has_goal && at->value == r->value &&
	       at->denominator == r->denominator && at->attained == r->attained &&
	       at->goal == r->goal && fraction_round(at->done, PPM_DECIMALS) == r->done_ppm;
}

/* Where a later catalogue says otherwise the record counts, with its rounded share. */
static struct totals_result as_recorded(const struct lights_record *r)
{
	return (struct totals_result){
		.present = r->present,
		.not_due = r->state.light == LIGHT_NONE,
		.value = r->value,
		.denominator = r->denominator,
		.attained = r->attained,
		.goal = r->goal,
		.has_goal = r->has_goal,
		.done = fraction_of(r->done_ppm, decimal_pow10(PPM_DECIMALS)),
		.met = r->state.light == LIGHT_DONE || r->state.light == LIGHT_REACHED,
		.units_present = r->units_present,
		.units_expected = r->units_expected,
		.as_of = r->as_of,
	};
}

static enum err input_of(const struct preview *p, const struct lights_record *r,
			 struct light_input *in)
{
	const struct catalogue *c = p->q->catalogue;
	const struct catalogue_plan *plan = catalogue_plan_on(&c->measures[r->measure], r->period);
	struct totals_snapshot snapshot = { p->q->txn, c, HISTORY_NOW };
	struct totals_source source = totals_from_history(&snapshot);
	struct lateness late = { 0 };
	enum err e = totals_compute(c, &source, r->measure, r->unit, r->period, &in->at);

	if (e && e != ERR_RANGE)
		return e;
	in->planned = plan_share(plan, r->period);
	if (!is_same(&in->at, r))
		in->at = as_recorded(r);
	if (fraction_round(in->planned, PPM_DECIMALS) != r->planned_ppm)
		in->planned = fraction_of(r->planned_ppm, decimal_pow10(PPM_DECIMALS));
	in->reported = !r->state.silent;
	in->due_passed = r->state.overdue || plan_due(plan) <= r->period;
	in->verified = r->state.light == LIGHT_DONE;
	e = lateness_of(c, &source, r->measure, r->unit, r->period, &in->at, &late);
	in->late = late.late;
	in->months_late = late.months;
	return e;
}

/* --- judging again ---------------------------------------------------------------------------- */
static enum err judge_whole(struct preview *p, size_t i)
{
	const struct lights_record *r = &p->all[i].r;
	const struct catalogue_measure *m = &p->q->catalogue->measures[r->measure];
	struct light_state *parts = calloc(m->part_count + 1, sizeof(*parts));
	struct light_input in = { .reported = true };
	enum err e = parts ? input_of(p, r, &in) : ERR_NOMEM;

	for (size_t k = 0; k < m->part_count && !e; k++) {
		const struct judged *part = find(p, m->parts[k], r->unit, r->period);

		parts[k] = part ? part->state : (struct light_state){ .light = LIGHT_NONE };
	}
	if (!e)
		p->all[i].state = light_of_whole(
			light_compose(state_before(p, i), parts, m->part_count), &in.at);
	free(parts);
	return e;
}

static enum err judge_one(struct preview *p, size_t i)
{
	const struct lights_record *r = &p->all[i].r;
	struct light_input in = { .reported = true };
	enum err e = input_of(p, r, &in);

	if (!e)
		p->all[i].state = light_step(p->profile, &p->q->catalogue->measures[r->measure],
					     state_before(p, i), &in);
	return e;
}

/* Composites look at their parts, and so come last. */
static enum err judge_all(struct preview *p)
{
	for (int wholes = 0; wholes < 2; wholes++) {
		for (size_t i = 0; i < p->count; i++) {
			enum catalogue_kind kind =
				p->q->catalogue->measures[p->all[i].r.measure].kind;
			enum err e;

			if ((kind == CATALOGUE_COMPOSITE) != wholes)
				continue;
			if ((e = wholes ? judge_whole(p, i) : judge_one(p, i)))
				return e;
		}
	}
	return ERR_OK;
}

/* --- telling ---------------------------------------------------------------------------------- */
static enum err tell(const struct preview *p, int32_t period, struct arena *a,
		     struct query_preview *out)
{
	struct query_preview_cell *items = arena_calloc(a, p->count + 1, sizeof(*items));

	if (!items)
		return ERR_NOMEM;
	out->items = items;
	for (size_t i = 0; i < p->count; i++) {
		const struct lights_record *r = &p->all[i].r;
		enum light to = p->all[i].state.light;

		if (period != DATE_NONE && r->period != period)
			continue;
		out->judged++;
		out->before[r->state.light]++;
		out->after[to]++;
		if (to != r->state.light)
			items[out->count++] =
				(struct query_preview_cell){ r->measure, r->unit, r->period,
							     r->state.light, to };
	}
	return ERR_OK;
}

enum err query_preview(struct query *q, const struct catalogue_profile *profile, int32_t period,
		       struct arena *a, struct query_preview *out)
{
	struct preview p = { .q = q, .profile = profile };
	enum err e;

	*out = (struct query_preview){ 0 };
	if (query_profile_check(profile) != QUERY_CROSSED_NOT)
		return ERR_INVALID;
	e = lights_walk(q->txn, CATALOGUE_NONE, take_light, &p);
	if (!e && p.no_memory)
		e = ERR_NOMEM;
	if (!e)
		e = judge_all(&p);
	if (!e)
		e = tell(&p, period, a, out);
	free(p.all);
	return e;
}
