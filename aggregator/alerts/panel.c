/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/panel.h"

#include <stdlib.h>

#include "aggregator/alerts/evidence.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/progress/plan.h"
#include "base/date.h"

struct mark {
	int32_t from;	/* DATE_NONE: not marked */
	int32_t judged; /* period of pair; DATE_NONE: none yet */
	struct lights_pair pair;
};

struct panel {
	const struct catalogue *c;
	struct mark *marks; /* measure * units + unit */
	uint32_t *list;	    /* what is marked, composites behind all others */
	size_t count;
	int32_t first;	  /* earliest period marked */
	uint16_t *source; /* by measure: what it is derived from, or CATALOGUE_NONE */
};

#define COMPOSITE_BIT UINT32_C(0x80000000)

static size_t cell_count(const struct catalogue *c)
{
	return c->measure_count * c->unit_count;
}

enum err panel_new(const struct catalogue *c, struct panel **out)
{
	struct panel *p = calloc(1, sizeof(*p));
	size_t cells = cell_count(c);

	*out = NULL;
	if (!p)
		return ERR_NOMEM;
	p->c = c;
	p->first = DATE_NONE;
	p->marks = calloc(cells + 1, sizeof(*p->marks));
	p->list = calloc(cells + 1, sizeof(*p->list));
	p->source = calloc(c->measure_count + 1, sizeof(*p->source));
	if (!p->marks || !p->list || !p->source) {
		panel_free(p);
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < cells; i++)
		p->marks[i].from = p->marks[i].judged = DATE_NONE;
	for (size_t m = 0; m < c->measure_count; m++) {
		const char *from = c->measures[m].derived_from;

		p->source[m] =
			from ? catalogue_measure_number(c, bytes_of_string(from)) : CATALOGUE_NONE;
	}
	*out = p;
	return ERR_OK;
}

void panel_free(struct panel *p)
{
	if (!p)
		return;
	free(p->marks);
	free(p->list);
	free(p->source);
	free(p);
}

bool panel_is_empty(const struct panel *p)
{
	return p->count == 0;
}

void panel_clear(struct panel *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct mark *m = &p->marks[p->list[i] & ~COMPOSITE_BIT];

		m->from = m->judged = DATE_NONE;
	}
	p->count = 0;
	p->first = DATE_NONE;
}

static struct mark *mark_of(const struct panel *p, uint16_t measure, uint16_t unit)
{
	return &p->marks[measure * p->c->unit_count + unit];
}

static void add(struct panel *p, uint16_t measure, uint16_t unit, int32_t from)
{
	const struct catalogue_measure *m = &p->c->measures[measure];
	struct mark *at = mark_of(p, measure, unit);

	if (m->role == CATALOGUE_SUPPORT)
		return;
	if (from < m->first_report)
		from = m->first_report;
	if (at->from == DATE_NONE)
		p->list[p->count++] = (uint32_t)(at - p->marks) |
				      (m->kind == CATALOGUE_COMPOSITE ? COMPOSITE_BIT : 0);
	if (at->from == DATE_NONE || from < at->from)
		at->from = from;
	if (p->first == DATE_NONE || from < p->first)
		p->first = from;
}

/* In the unit, and in the city. */
static void add_both(struct panel *p, uint16_t measure, uint16_t unit, int32_t from)
{
	add(p, measure, unit, from);
	if (unit != p->c->city)
		add(p, measure, p->c->city, from);
}

enum err panel_mark(struct panel *p, uint16_t measure, uint16_t unit, int32_t from)
{
	if (measure >= p->c->measure_count || unit >= p->c->unit_count)
		return ERR_INVALID;
	add_both(p, measure, unit, from);
	if (p->c->measures[measure].whole != CATALOGUE_NONE)
		add_both(p, p->c->measures[measure].whole, unit, from);
	for (uint16_t d = 0; d < p->c->measure_count; d++)
		if (p->source[d] == measure)
			add_both(p, d, unit, from);
	return ERR_OK;
}

void panel_mark_all(struct panel *p, int32_t period)
{
	const struct catalogue *c = p->c;

	for (uint16_t m = 0; m < c->measure_count; m++) {
		const struct catalogue_item *item = &c->items[c->measures[m].item];

		add(p, m, c->city, period);
		if (c->measures[m].figure == CATALOGUE_LEAD)
			continue;
		for (size_t i = 0; i < item->scope_count; i++)
			add(p, m, item->scope[i], period);
	}
}

/* --- one light ------------------------------------------------------------------------------- */

struct seat {
	struct panel *panel;
	const struct panel_case *k;
	uint16_t measure, unit;
	int32_t period;
	struct fraction planned; /* of the measure, by the plan in force */
	struct mark *mark;
};

static int32_t period_before(int32_t period)
{
	return date_month_first(date_month_of(period)) - 1;
}

static struct lights_pair pair_of(const struct lights_record *r)
{
	return (struct lights_pair){ r->state, r->original };
}

/* The states at the close of the newest period judged before this one; zero where there is none. */
static enum err state_before(const struct seat *s, struct lights_pair *out)
{
	const struct docket_light *newest = docket_light(s->k->docket, s->measure, s->unit);
	struct lights_record r;
	enum err e;

	*out = (struct lights_pair){ 0 };
	if (s->mark->judged != DATE_NONE) {
		*out = s->mark->pair;
	} else if (newest->period != DATE_NONE && newest->period < s->period) {
		*out = (struct lights_pair){ newest->state, newest->original };
	} else if (newest->period != DATE_NONE) {
		e = lights_latest(s->k->t, s->measure, s->unit, period_before(s->period), &r);
		if (e == ERR_OK)
			*out = pair_of(&r);
		return e == ERR_NOTFOUND ? ERR_OK : e;
	}
	return ERR_OK;
}

/* The states of a part in the period that is being judged. */
static enum err state_of_part(const struct seat *s, uint16_t part, struct lights_pair *out)
{
	const struct mark *m = mark_of(s->panel, part, s->unit);
	const struct docket_light *newest = docket_light(s->k->docket, part, s->unit);
	struct lights_record r;
	enum err e;

	*out = (struct lights_pair){ 0 };
	if (m->judged == s->period) {
		*out = m->pair;
	} else if (newest->period == s->period) {
		*out = (struct lights_pair){ newest->state, newest->original };
	} else if (newest->period != DATE_NONE && newest->period > s->period) {
		e = lights_read(s->k->t, part, s->unit, s->period, &r);
		if (e == ERR_OK)
			*out = pair_of(&r);
		return e == ERR_NOTFOUND ? ERR_OK : e;
	}
	return ERR_OK;
}

/* What is in force came after the catalogue: for the measure, or for a part of it. */
static bool is_amended(const struct catalogue *c, uint16_t measure, int32_t period)
{
	const struct catalogue_measure *m = &c->measures[measure];
	bool yes = catalogue_plan_version(m, period) || catalogue_quota_version(m, period);

	for (size_t i = 0; i < m->part_count && !yes; i++)
		yes = is_amended(c, m->parts[i], period);
	return yes;
}

static enum err compose(const struct seat *s, struct light_state before, bool original,
			const struct totals_result *at, struct light_state *out)
{
	const struct catalogue_measure *m = &s->panel->c->measures[s->measure];
	struct light_state *parts = calloc(m->part_count + 1, sizeof(*parts));
	enum err e = parts ? ERR_OK : ERR_NOMEM;

	for (size_t i = 0; i < m->part_count && e == ERR_OK; i++) {
		struct lights_pair part;

		e = state_of_part(s, m->parts[i], &part);
		parts[i] = original ? part.original : part.state;
	}
	if (e == ERR_OK)
		*out = light_of_whole(light_compose(before, parts, m->part_count), at);
	free(parts);
	return e;
}

static enum err step(const struct seat *s, struct light_state before, bool original,
		     const struct light_input *in, struct light_state *out)
{
	const struct catalogue *c = s->panel->c;
	const struct catalogue_measure *m = &c->measures[s->measure];

	if (m->kind == CATALOGUE_COMPOSITE)
		return compose(s, before, original, &in->at, out);
	*out = light_step(&c->profile, m, before, in);
	return ERR_OK;
}

/* By the first plan and quotas: the same, as long as these are in force. */
static enum err judge_original(const struct seat *s, struct light_state before,
			       struct lights_pair *pair)
{
	const struct catalogue_measure *m = &s->panel->c->measures[s->measure];
	struct light_input in = { .reported = false };
	enum err e;

	pair->original = pair->state;
	if (!is_amended(s->panel->c, s->measure, s->period))
		return ERR_OK;
	in.planned = plan_share(&m->plan, s->period);
	if ((e = evidence_of(s->k, s->measure, s->unit, s->period, true, &in)) != ERR_OK)
		return e;
	return step(s, before, true, &in, &pair->original);
}

static struct lights_record record_of(const struct seat *s, const struct light_input *in,
				      struct lights_pair pair)
{
	const struct catalogue_measure *m = &s->panel->c->measures[s->measure];
	const struct catalogue_plan_version *plan = catalogue_plan_version(m, s->period);
	const struct catalogue_quota_version *quota = catalogue_quota_version(m, s->period);

	return (struct lights_record){
		.measure = s->measure,
		.unit = s->unit,
		.period = s->period,
		.state = pair.state,
		.first = pair.state.light,
		.original = pair.original,
		.plan = plan ? plan->number : 0,
		.quota = quota ? quota->number : 0,
		.present = in->at.present,
		.has_goal = in->at.has_goal,
		.value = in->at.value,
		.denominator = in->at.denominator,
		.attained = in->at.attained,
		.goal = in->at.goal,
		.done_ppm = fraction_round(in->at.done, 6),
		.planned_ppm = fraction_round(in->planned, 6),
		.gap_hundredths = fraction_round(light_gap(&in->at, in->planned), 0),
		.as_of = in->at.as_of,
		.units_present = in->at.units_present,
		.units_expected = in->at.units_expected,
	};
}

/* Compares with what was stored for the period; puts the record down where it is new. */
static enum err decide(const struct seat *s, struct lights_record *r)
{
	const struct docket_light *newest = docket_light(s->k->docket, s->measure, s->unit);
	struct lights_record old;
	enum err e = ERR_NOTFOUND;

	if (newest->period != DATE_NONE && newest->period >= s->period)
		e = lights_read(s->k->t, s->measure, s->unit, s->period, &old);
	if (e == ERR_OK) {
		r->first = old.first;
		r->restated = old.restated;
		r->published = old.published;
		if (lights_same(r, &old))
			return ERR_OK;
		r->restated++;
	} else if (e != ERR_NOTFOUND) {
		return e;
	} else if (!r->has_goal && r->state.light == LIGHT_NONE &&
		   r->original.light == LIGHT_NONE) {
		return ERR_OK; /* no quota: there is nothing to say */
	}
	buf_put_u8(s->k->out, PANEL_LIGHT);
	buf_put_u16(s->k->out, s->measure);
	buf_put_u16(s->k->out, s->unit);
	buf_put_zigzag(s->k->out, s->period);
	lights_encode(r, s->k->out);
	return ERR_OK;
}

/* A measure that is no longer used: nothing to judge, but the rules hear of it, so that no alert
 * stays open. */
static enum err dismiss(const struct seat *s)
{
	struct light_input in = { .planned = s->planned };
	struct lights_record r;
	enum err e;

	if (s->period != s->k->last)
		return ERR_OK;
	if ((e = evidence_of(s->k, s->measure, s->unit, s->period, false, &in)) != ERR_OK)
		return e;
	r = record_of(s, &in, (struct lights_pair){ 0 });
	return s->k->judged(s->k->ctx, &r, &in.at);
}

static enum err judge_seat(const struct seat *s)
{
	struct light_input in = { .planned = s->planned };
	struct lights_pair before, pair;
	struct lights_record r;
	enum err e;

	if ((e = state_before(s, &before)) != ERR_OK ||
	    (e = evidence_of(s->k, s->measure, s->unit, s->period, false, &in)) != ERR_OK ||
	    (e = step(s, before.state, false, &in, &pair.state)) != ERR_OK ||
	    (e = judge_original(s, before.original, &pair)) != ERR_OK)
		return e;
	s->mark->judged = s->period;
	s->mark->pair = pair;
	r = record_of(s, &in, pair);
	if ((e = decide(s, &r)) != ERR_OK || s->period != s->k->last)
		return e;
	return s->k->judged(s->k->ctx, &r, &in.at);
}

/* --- all of them ----------------------------------------------------------------------------- */

static int by_number(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static bool is_retired(const struct catalogue_measure *m, int32_t period)
{
	return m->retired != DATE_NONE && period > m->retired;
}

static enum err judge_period(struct panel *p, const struct panel_case *k, int32_t period)
{
	struct seat s = { .panel = p, .k = k, .period = period };
	size_t planned_for = SIZE_MAX;
	enum err e = ERR_OK;

	for (size_t i = 0; i < p->count && e == ERR_OK; i++) {
		size_t at = p->list[i] & ~COMPOSITE_BIT;
		const struct catalogue_measure *m;

		s.mark = &p->marks[at];
		s.measure = (uint16_t)(at / p->c->unit_count);
		s.unit = (uint16_t)(at % p->c->unit_count);
		m = &p->c->measures[s.measure];
		if (s.mark->from > period)
			continue;
		if (planned_for != s.measure)
			s.planned = plan_share(catalogue_plan_on(m, period), period);
		planned_for = s.measure;
		e = is_retired(m, period) ? dismiss(&s) : judge_seat(&s);
	}
	return e;
}

enum err panel_judge(struct panel *p, const struct panel_case *k)
{
	int32_t period = p->first == DATE_NONE ? k->last + 1 : calendar_period_of(p->first);
	enum err e = ERR_OK;

	qsort(p->list, p->count, sizeof(*p->list), by_number);
	for (; period <= k->last && e == ERR_OK; period = calendar_period_of(period + 1))
		e = judge_period(p, k, period);
	return e;
}
