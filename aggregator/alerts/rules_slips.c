/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/rules_slips.h"

#include <stdio.h>
#include <stdlib.h>

#include "aggregator/alerts/transition.h"
#include "aggregator/catalogue/calendar.h"
#include "base/date.h"

struct climb {
	const struct rules_case *c;
	struct cabinet *cabinet;
	int32_t period; /* the newest closed one */
};

/* --- decisions -------------------------------------------------------------------------------- */

/* Takes the step over. */
static enum err put(const struct rules_case *c, struct cabinet *cabinet, const char *id,
		    json_t *step)
{
	char *text = step ? json_dumps(step, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	json_decref(step);
	if (!text)
		return ERR_NOMEM;
	cabinet_forget(cabinet);
	buf_put_u8(c->k->out, PANEL_SLIP);
	buf_put_block(c->k->out, bytes_of_string(id));
	buf_put_block(c->k->out, bytes_of_string(text));
	free(text);
	return ERR_OK;
}

enum err rules_slips_apply(struct store_txn *t, const struct judge_entry *e, struct reader *in)
{
	const struct slips_when when = { e->position, e->time_ms };
	struct bytes id = reader_block(in), text = reader_block(in);
	json_t *step = NULL;
	enum err err = ERR_CORRUPT;

	if (!in->failed)
		step = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(step))
		err = slips_step(t, id, step, &when);
	json_decref(step);
	return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
}

/* Subjects and period of a slip, as members of a step. */
static json_t *contents_of(const struct climb *k, const char *step, const struct slips_slip *s)
{
	const struct catalogue *c = k->c->k->docket->c;
	json_t *subjects = slips_subjects(c, s->subjects, s->subject_count);
	char day[11];

	date_format(k->period, day);
	return subjects ? json_pack("{s:s, s:o, s:s}", "step", step, "subjects", subjects, "period",
				    day) :
			  NULL;
}

static enum err put_draft(const struct climb *k, const struct cabinet_slip *s)
{
	const struct catalogue *c = k->c->k->docket->c;
	json_t *step = contents_of(k, s->is_new ? "drafted" : "changed", &s->slip);
	json_t *head = s->is_new ?
			       json_pack("{s:s, s:s, s:s}", "rung", slips_rung_name(s->slip.rung),
					 "unit", c->units[s->slip.unit].id, "project",
					 c->projects[s->slip.project].id) :
			       json_object();

	if (!step || !head || json_object_update(step, head) != 0) {
		json_decref(step);
		step = NULL;
	}
	json_decref(head);
	return put(k->c, k->cabinet, s->slip.id, step);
}

/* --- what is behind --------------------------------------------------------------------------- */

static uint16_t responsible_for(const struct catalogue *c, uint16_t measure, uint16_t unit)
{
	return unit == c->city ? c->items[c->measures[measure].item].lead : unit;
}

/* Red at the close of the period before, too. */
static enum err red_periods(const struct rules_case *c, uint16_t measure, uint16_t unit,
			    int32_t period, unsigned *out)
{
	int32_t before = date_month_first(date_month_of(period)) - 1;
	const struct docket_light *newest = docket_light(c->k->docket, measure, unit);
	struct lights_record r;
	enum err e;

	if (newest->period == before) {
		*out = newest->state.light == LIGHT_RED ? 2 : 1;
		return ERR_OK;
	}
	e = lights_read(c->k->t, measure, unit, before, &r);
	*out = e == ERR_OK && r.state.light == LIGHT_RED ? 2 : 1;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err see(const struct rules_case *c, struct cabinet *cabinet, uint16_t measure,
		    uint16_t unit, int32_t period, const struct light_state *s)
{
	const struct catalogue *cat = c->k->docket->c;
	const struct catalogue_measure *m = &cat->measures[measure];
	struct cabinet_lag lag = {
		.measure = measure, .unit = unit, .months = s->months, .overdue = s->overdue
	};
	unsigned red = 0;
	enum err e;

	/* a unit's composite would only repeat what its parts say */
	if ((s->light != LIGHT_YELLOW && s->light != LIGHT_RED) ||
	    (m->kind == CATALOGUE_COMPOSITE && unit != cat->city))
		return ERR_OK;
	if (s->light == LIGHT_RED && (e = red_periods(c, measure, unit, period, &red)) != ERR_OK)
		return e;
	lag.severity = red ? BOOK_RED : BOOK_YELLOW;
	lag.responsible = responsible_for(cat, measure, unit);
	lag.project = cat->items[m->item].project;
	lag.rung = slips_called_for(s->months, red);
	return lag.rung ? cabinet_add_lag(cabinet, &lag) : ERR_OK;
}

enum err rules_slips_see(const struct rules_case *c, struct cabinet *cabinet,
			 const struct lights_record *r)
{
	return see(c, cabinet, r->measure, r->unit, r->period, &r->state);
}

/* Between two closings: the lights as they stand. */
static enum err see_all(const struct climb *k)
{
	const struct docket *d = k->c->k->docket;
	enum err e = ERR_OK;

	for (uint16_t m = 0; m < d->measures && e == ERR_OK; m++)
		for (uint16_t u = 0; u < d->units && e == ERR_OK; u++) {
			const struct docket_light *l = docket_light(d, m, u);

			if (l->period == k->period)
				e = see(k->c, k->cabinet, m, u, k->period, &l->state);
		}
	return e;
}

/* A supervision slip that was not answered in time leads on, where the light is red. */
static void lead_on(const struct climb *k)
{
	for (size_t i = 0; i < k->cabinet->lag_count; i++) {
		struct cabinet_lag *lag = &k->cabinet->lags[i];

		for (size_t n = 0; n < k->cabinet->count && lag->severity == BOOK_RED; n++) {
			const struct slips_slip *s = &k->cabinet->slips[n].slip;

			if (s->rung == SLIPS_SUPERVISION && s->overdue && slips_waits(s->state) &&
			    cabinet_subject(s, lag->measure, lag->unit))
				lag->rung = SLIPS_INTERVIEW;
		}
	}
}

/* --- what there is already -------------------------------------------------------------------- */

/* Its alert was open when the slip was settled, and was not closed since. */
static bool was_open(const struct climb *k, const struct slips_slip *s,
		     const struct cabinet_lag *lag)
{
	static const enum book_kind kinds[] = { BOOK_BEHIND, BOOK_OVERDUE };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct book_state *a =
			docket_alert(k->c->k->docket, kinds[i], lag->measure, lag->unit);

		if (a && a->severity && a->raised_ms <= s->changed_ms)
			return true;
	}
	return false;
}

/* Behind without a break since before the slip was settled, and no worse than then. */
static bool goes_on(const struct climb *k, const struct slips_slip *s,
		    const struct slips_subject *then, const struct cabinet_lag *lag)
{
	return s->settled != DATE_NONE && was_open(k, s, lag) && lag->severity <= then->severity;
}

static bool covers(const struct climb *k, const struct slips_slip *s, const struct cabinet_lag *lag)
{
	const struct slips_subject *then = cabinet_subject(s, lag->measure, lag->unit);

	if (!then || s->rung < lag->rung || s->state == SLIPS_LAPSED)
		return false;
	return (s->state != SLIPS_CLOSED && s->state != SLIPS_DISCARDED) ||
	       goes_on(k, s, then, lag);
}

/* What a draft was about and is no more, or calls for another rung now, falls away. */
static enum err weed(const struct climb *k, struct cabinet_slip *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->slip.subject_count; i++) {
		struct slips_subject about = s->slip.subjects[i];
		const struct cabinet_lag *lag = cabinet_lag(k->cabinet, about.measure, about.unit);

		s->changed |= !lag || lag->rung != s->slip.rung ||
			      lag->severity != about.severity || lag->months != about.months;
		if (!lag || lag->rung != s->slip.rung)
			continue;
		about.severity = lag->severity;
		about.months = lag->months;
		s->slip.subjects[kept++] = about;
	}
	s->slip.subject_count = kept;
	return ERR_OK;
}

/* The first subject that is worse than when the slip was closed, or was raised again. */
static const struct cabinet_lag *relapse_of(const struct climb *k, const struct slips_slip *s)
{
	if (s->settled == DATE_NONE ||
	    date_month_of(k->period) - date_month_of(s->settled) > SLIPS_WATCHED_MONTHS)
		return NULL;
	for (size_t i = 0; i < s->subject_count; i++) {
		const struct slips_subject *then = &s->subjects[i];
		const struct cabinet_lag *lag = cabinet_lag(k->cabinet, then->measure, then->unit);

		if (lag && !goes_on(k, s, then, lag))
			return lag;
	}
	return NULL;
}

static void take_states(const struct climb *k, struct slips_slip *s)
{
	for (size_t i = 0; i < s->subject_count; i++) {
		struct slips_subject *about = &s->subjects[i];
		const struct cabinet_lag *lag =
			cabinet_lag(k->cabinet, about->measure, about->unit);

		about->severity = lag ? lag->severity : (enum book_severity)0;
		about->months = lag ? lag->months : 0;
	}
}

static enum err open_again(const struct climb *k, struct slips_slip *s,
			   const struct cabinet_lag *relapse)
{
	const struct catalogue *c = k->c->k->docket->c;
	char alert[BOOK_ID], day[11];
	json_t *step;

	s->state = SLIPS_ISSUED;
	s->deadline =
		calendar_add_workdays(&c->calendar, k->c->e->day, slips_rule(s->rung)->reply_days);
	take_states(k, s);
	slips_alert(c, relapse->measure, relapse->unit, relapse->overdue, alert);
	date_format(s->deadline, day);
	step = contents_of(k, "reopened", s);
	if (step && (json_object_set_new(step, "cause", json_string(alert)) != 0 ||
		     json_object_set_new(step, "deadline", json_string(day)) != 0 ||
		     json_object_set_new(step, "settled", json_null()) != 0)) {
		json_decref(step);
		step = NULL;
	}
	return put(k->c, k->cabinet, s->id, step);
}

static enum err look_at_old(const struct climb *k)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < k->cabinet->count && e == ERR_OK; i++) {
		struct cabinet_slip *s = &k->cabinet->slips[i];
		const struct cabinet_lag *relapse;

		if (s->slip.state == SLIPS_DRAFT)
			e = weed(k, s);
		else if (s->slip.state == SLIPS_CLOSED && (relapse = relapse_of(k, &s->slip)))
			e = open_again(k, &s->slip, relapse);
	}
	return e;
}

/* --- drafts ----------------------------------------------------------------------------------- */

static bool is_covered(const struct climb *k, const struct cabinet_lag *lag)
{
	for (size_t i = 0; i < k->cabinet->count; i++)
		if (covers(k, &k->cabinet->slips[i].slip, lag))
			return true;
	return false;
}

/* The open draft that one paper makes of it: same unit, project and rung. */
static struct cabinet_slip *draft_for(const struct climb *k, const struct cabinet_lag *lag)
{
	for (size_t i = 0; i < k->cabinet->count; i++) {
		struct cabinet_slip *s = &k->cabinet->slips[i];

		if (s->slip.state == SLIPS_DRAFT && s->slip.unit == lag->responsible &&
		    s->slip.project == lag->project && s->slip.rung == lag->rung)
			return s;
	}
	return NULL;
}

static enum err new_draft(const struct climb *k, const struct cabinet_lag *lag,
			  struct cabinet_slip **out)
{
	struct slips_slip draft = { .rung = lag->rung,
				    .state = SLIPS_DRAFT,
				    .unit = lag->responsible,
				    .project = lag->project,
				    .period = k->period,
				    .settled = DATE_NONE,
				    .deadline = DATE_NONE };
	int year, month, day;

	date_to_civil(k->period, &year, &month, &day);
	snprintf(draft.id, sizeof(draft.id), "%d-%04u", year, k->cabinet->drafted + 1);
	return cabinet_add_draft(k->cabinet, &draft, out);
}

static enum err draft(const struct climb *k, const struct cabinet_lag *lag)
{
	const struct slips_subject about = { lag->measure, lag->unit, lag->severity, lag->months };
	struct cabinet_slip *s;
	enum err e = ERR_OK;

	if (is_covered(k, lag))
		return ERR_OK;
	if (!(s = draft_for(k, lag)))
		e = new_draft(k, lag, &s);
	return e == ERR_OK ? cabinet_add_subject(s, &about) : e;
}

static enum err put_drafts(const struct climb *k)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < k->cabinet->count && e == ERR_OK; i++) {
		struct cabinet_slip *s = &k->cabinet->slips[i];

		if (s->slip.state != SLIPS_DRAFT || !s->changed)
			continue;
		e = s->slip.subject_count ?
			    put_draft(k, s) :
			    put(k->c, k->cabinet, s->slip.id, json_pack("{s:s}", "step", "lapsed"));
	}
	return e;
}

static enum err go_up(const struct climb *k)
{
	enum err e;

	lead_on(k);
	if ((e = look_at_old(k)) != ERR_OK)
		return e;
	for (size_t i = 0; i < k->cabinet->lag_count && e == ERR_OK; i++)
		e = draft(k, &k->cabinet->lags[i]);
	return e == ERR_OK ? put_drafts(k) : e;
}

/* --- replies that are late -------------------------------------------------------------------- */

/* *found: a deadline passed. */
static enum err note_overdue(const struct rules_case *c, struct cabinet *cabinet, bool *found)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < cabinet->count && e == ERR_OK; i++) {
		struct slips_slip *s = &cabinet->slips[i].slip;

		if (!slips_waits(s->state) || s->overdue || c->e->day <= s->deadline)
			continue;
		s->overdue = *found = true;
		e = put(c, cabinet, s->id,
			json_pack("{s:s, s:b}", "step", "overdue", "overdue", true));
	}
	return e;
}

/* One alert a unit, whatever the number of its slips. */
static enum err settle_unit(const struct rules_case *c, const struct cabinet *cabinet,
			    uint16_t unit)
{
	struct book_record want = { .kind = BOOK_SLIP_OVERDUE,
				    .measure = CATALOGUE_NONE,
				    .unit = unit,
				    .period = DATE_NONE };

	for (size_t i = 0; i < cabinet->count; i++) {
		const struct slips_slip *s = &cabinet->slips[i].slip;

		if (s->unit != unit || !s->overdue || !slips_waits(s->state))
			continue;
		want.count++;
		if (want.severity != BOOK_RED)
			want.severity = s->rung > SLIPS_REMINDER ? BOOK_RED : BOOK_YELLOW;
	}
	return transition_to(c->k, want);
}

static enum err settle_units(const struct rules_case *c, const struct cabinet *cabinet)
{
	enum err e = ERR_OK;

	for (uint16_t u = 0; u < c->k->docket->c->unit_count && e == ERR_OK; u++)
		e = settle_unit(c, cabinet, u);
	return e;
}

/* --- all -------------------------------------------------------------------------------------- */

static bool was_stepped(const struct judge_entry *e)
{
	for (size_t i = 0; i < e->fact_count; i++)
		if (e->facts[i].kind == JUDGE_SLIP)
			return true;
	return false;
}

enum err rules_slips(const struct rules_case *c, struct cabinet *cabinet, int32_t closing)
{
	bool stepped = was_stepped(c->e), late = false;
	struct climb k = { c, cabinet, closing };
	enum err e;

	if (!c->e->tick && !stepped)
		return ERR_OK;
	if ((e = cabinet_fill(cabinet, c->k->t, c->k->docket->c)) != ERR_OK)
		return e;
	if (c->e->tick && (e = note_overdue(c, cabinet, &late)) != ERR_OK)
		return e;
	if (late && closing == DATE_NONE) {
		k.period = c->k->docket->now.closed;
		if ((e = see_all(&k)) != ERR_OK)
			return e;
	}
	if ((late || closing != DATE_NONE) && (e = go_up(&k)) != ERR_OK)
		return e;
	return late || stepped ? settle_units(c, cabinet) : ERR_OK;
}
