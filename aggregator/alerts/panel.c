/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/panel.h"

#include <stdlib.h>

#include "aggregator/alerts/evidence.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/progress/plan.h"
#include "base/date.h"

struct mark {
	int32_t from;	/* DATE_NONE: not marked */
	int32_t judged; /* period of state; DATE_NONE: none yet */
	struct light_state state;
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
	struct mark *mark;
};

static int32_t period_before(int32_t period)
{
	return date_month_first(date_month_of(period)) - 1;
}

/* The state at the close of the newest period judged before this one; zero where there is none. */
static enum err state_before(const struct seat *s, struct light_state *out)
{
	const struct docket_light *newest = docket_light(s->k->docket, s->measure, s->unit);
	struct lights_record r;
	enum err e;

	*out = (struct light_state){ 0 };
	if (s->mark->judged != DATE_NONE) {
		*out = s->mark->state;
	} else if (newest->period != DATE_NONE && newest->period < s->period) {
		*out = newest->state;
	} else if (newest->period != DATE_NONE) {
		e = lights_latest(s->k->t, s->measure, s->unit, period_before(s->period), &r);
		if (e == ERR_OK)
			*out = r.state;
		return e == ERR_NOTFOUND ? ERR_OK : e;
	}
	return ERR_OK;
}

/* The state of a part in the period that is being judged. */
static enum err state_of_part(const struct seat *s, uint16_t part, struct light_state *out)
{
	const struct mark *m = mark_of(s->panel, part, s->unit);
	const struct docket_light *newest = docket_light(s->k->docket, part, s->unit);
	struct lights_record r;
	enum err e;

	*out = (struct light_state){ 0 };
	if (m->judged == s->period) {
		*out = m->state;
	} else if (newest->period == s->period) {
		*out = newest->state;
	} else if (newest->period != DATE_NONE && newest->period > s->period) {
		e = lights_read(s->k->t, part, s->unit, s->period, &r);
		if (e == ERR_OK)
			*out = r.state;
		return e == ERR_NOTFOUND ? ERR_OK : e;
	}
	return ERR_OK;
}

static enum err compose(const struct seat *s, struct light_state before,
			const struct totals_result *at, struct light_state *out)
{
	const struct catalogue_measure *m = &s->panel->c->measures[s->measure];
	struct light_state *parts = calloc(m->part_count + 1, sizeof(*parts));
	enum err e = parts ? ERR_OK : ERR_NOMEM;

	for (size_t i = 0; i < m->part_count && e == ERR_OK; i++)
		e = state_of_part(s, m->parts[i], &parts[i]);
	if (e == ERR_OK)
		*out = light_of_whole(light_compose(before, parts, m->part_count), at);
	free(parts);
	return e;
}

static struct lights_record record_of(const struct seat *s, const struct light_input *in,
				      struct light_state state)
{
	return (struct lights_record){
		.measure = s->measure,
		.unit = s->unit,
		.period = s->period,
		.state = state,
		.first = state.light,
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

static bool says_the_same(const struct lights_record *a, const struct lights_record *b, enum err *e)
{
	struct buf left = { 0 }, right = { 0 };
	bool same;

	lights_encode(a, &left);
	lights_encode(b, &right);
	same = bytes_equal(buf_bytes(&left), buf_bytes(&right));
	*e = left.failed || right.failed ? ERR_NOMEM : ERR_OK;
	buf_free(&left);
	buf_free(&right);
	return same;
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
		if (says_the_same(r, &old, &e) || e != ERR_OK)
			return e;
		r->restated++;
	} else if (e != ERR_NOTFOUND) {
		return e;
	} else if (!r->has_goal && r->state.light == LIGHT_NONE) {
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
static enum err dismiss(const struct seat *s, struct fraction planned)
{
	struct light_input in = { .planned = planned };
	struct lights_record r;
	enum err e;

	if (s->period != s->k->last)
		return ERR_OK;
	if ((e = evidence_of(s->k, s->measure, s->unit, s->period, &in)) != ERR_OK)
		return e;
	r = record_of(s, &in, (struct light_state){ .light = LIGHT_NONE });
	return s->k->judged(s->k->ctx, &r, &in.at);
}

static enum err judge_seat(const struct seat *s, struct fraction planned)
{
	const struct catalogue *c = s->panel->c;
	const struct catalogue_measure *m = &c->measures[s->measure];
	struct light_input in = { .planned = planned };
	struct light_state before, state;
	struct lights_record r;
	enum err e;

	if ((e = state_before(s, &before)) != ERR_OK ||
	    (e = evidence_of(s->k, s->measure, s->unit, s->period, &in)) != ERR_OK)
		return e;
	if (m->kind == CATALOGUE_COMPOSITE)
		e = compose(s, before, &in.at, &state);
	else
		state = light_step(&c->profile, m, before, &in);
	if (e != ERR_OK)
		return e;
	s->mark->judged = s->period;
	s->mark->state = state;
	r = record_of(s, &in, state);
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
	struct fraction planned = { 0, 1 };
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
			planned = plan_share(&m->plan, period);
		planned_for = s.measure;
		e = is_retired(m, period) ? dismiss(&s, planned) : judge_seat(&s, planned);
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
