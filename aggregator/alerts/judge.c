/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/judge.h"

#include <stdlib.h>

#include "aggregator/alerts/docket.h"
#include "aggregator/alerts/panel.h"
#include "aggregator/alerts/rules.h"
#include "aggregator/alerts/rules_quality.h"
#include "aggregator/alerts/rules_slips.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/extensions.h"
#include "base/date.h"

struct judge {
	const struct catalogue *c;
	struct docket docket;
	struct panel *panel;
	struct cabinet cabinet;
};

enum err judge_new(struct store_txn *t, const struct catalogue *c, struct judge **out)
{
	struct judge *j = calloc(1, sizeof(*j));
	enum err e;

	*out = NULL;
	if (!j)
		return ERR_NOMEM;
	j->c = c;
	if ((e = docket_load(&j->docket, t, c)) != ERR_OK ||
	    (e = panel_new(c, &j->panel)) != ERR_OK) {
		judge_free(j);
		return e;
	}
	*out = j;
	return ERR_OK;
}

void judge_free(struct judge *j)
{
	if (!j)
		return;
	docket_free(&j->docket);
	panel_free(j->panel);
	cabinet_free(&j->cabinet);
	free(j);
}

enum err judge_follow(struct judge *j, const struct catalogue *next)
{
	struct panel *panel;
	enum err e = panel_new(next, &panel);

	if (e != ERR_OK)
		return e;
	if ((e = docket_follow(&j->docket, next)) != ERR_OK) {
		panel_free(panel);
		return e;
	}
	panel_free(j->panel);
	j->panel = panel;
	j->c = next;
	cabinet_forget(&j->cabinet); /* its slips have the numbers of the old projects */
	return ERR_OK;
}

/* --- deciding -------------------------------------------------------------------------------- */

/* The period that closes with this tick, or DATE_NONE. Periods that were over before the ledger
 * began are nobody's to judge; after that they close in order, at most one a tick. */
static int32_t closing_at(const struct judge *j, const struct judge_entry *e)
{
	int32_t over = e->tick ? calendar_closed_period(j->c, e->day) : DATE_NONE;
	int32_t closed = j->docket.now.closed;

	if (over == DATE_NONE)
		return DATE_NONE;
	if (closed != DATE_NONE)
		return over > closed ? calendar_period_of(closed + 1) : DATE_NONE;
	return calendar_closed_period(j->c, e->day - 1) != over ? over : DATE_NONE;
}

/* The day after the leads' deadline: their figures for the last closed period should be there. */
static bool leads_are_due(const struct judge *j, const struct judge_entry *e)
{
	int32_t closed = j->docket.now.closed;

	return e->tick && closed != DATE_NONE && e->day == calendar_confirm(j->c, closed) + 1;
}

/* A due day of the newest closed period was moved, or one that had been moved was yesterday. */
static enum err find_extension(const struct judge *j, struct store_txn *t,
			       const struct judge_entry *e, bool *out)
{
	int32_t closed = j->docket.now.closed;
	struct extensions x = { 0 };
	enum err err;

	*out = false;
	for (size_t i = 0; i < e->fact_count; i++)
		*out |= e->facts[i].kind == JUDGE_EXTENDED && e->facts[i].as_of == closed;
	if (!e->tick || closed == DATE_NONE)
		return ERR_OK;
	err = extensions_load(&x, t, j->c, closed);
	*out |= err == ERR_OK && extensions_end_on(&x, closed, e->day - 1);
	extensions_free(&x);
	return err;
}

static bool is_about_figures(const struct judge_fact *f)
{
	return f->kind == JUDGE_FIGURE || f->kind == JUDGE_REPORTED || f->kind == JUDGE_REVIEWED;
}

/* Marks what facts about closed periods touch. *late: a report came for the newest of them. */
static enum err mark_facts(struct judge *j, const struct judge_entry *e, bool *late)
{
	int32_t first = j->docket.now.first_closed, last = j->docket.now.closed;
	enum err err = ERR_OK;

	*late = false;
	if (last == DATE_NONE)
		return ERR_OK;
	for (size_t i = 0; i < e->fact_count && err == ERR_OK; i++) {
		const struct judge_fact *f = &e->facts[i];
		int32_t period;

		if (!is_about_figures(f) || f->as_of > last)
			continue;
		period = calendar_period_of(f->as_of);
		*late |= f->kind == JUDGE_REPORTED && period == last;
		err = panel_mark(j->panel, f->measure, f->unit, period < first ? first : period);
	}
	return err;
}

struct sight {
	const struct rules_case *c;
	struct cabinet *cabinet; /* NULL: no period closes */
};

static enum err on_light(void *ctx, const struct lights_record *r, const struct totals_result *at)
{
	const struct sight *s = ctx;
	enum err e = rules_light(s->c, r, at);

	return e == ERR_OK && s->cabinet ? rules_slips_see(s->c, s->cabinet, r) : e;
}

/* Each step only where it has something to do. */
static enum err run(struct judge *j, const struct rules_case *c, int32_t closing, bool late,
		    bool extended, bool leads)
{
	int32_t last = closing != DATE_NONE ? closing : j->docket.now.closed;
	enum err e = rules_notes(c);

	if (e == ERR_OK)
		e = rules_timers(c);
	if (e == ERR_OK && !panel_is_empty(j->panel))
		e = panel_judge(j->panel, c->k);
	if (e == ERR_OK && closing != DATE_NONE)
		e = rules_close(c, closing);
	if (e == ERR_OK && closing != DATE_NONE)
		e = rules_plans(c, closing);
	if (e == ERR_OK && late)
		e = rules_late_reports(c, last);
	else if (e == ERR_OK && extended && closing == DATE_NONE)
		e = rules_extended(c, last);
	if (e == ERR_OK && (closing != DATE_NONE || leads))
		e = rules_reconcile(c, last);
	if (e == ERR_OK)
		e = leads ? rules_unconfirmed(c, last) : rules_reviewed(c, last);
	if (e == ERR_OK)
		e = closing != DATE_NONE ? rules_quality_close(c, closing) :
					   rules_quality_facts(c, j->docket.now.first_closed, last);
	if (e == ERR_OK)
		e = rules_facts(c);
	return e == ERR_OK ? rules_slips(c, &j->cabinet, closing) : e;
}

enum err judge_decide(struct judge *j, struct store_txn *t, struct cells *cells,
		      const struct judge_entry *entry, struct buf *decisions)
{
	int32_t closing = closing_at(j, entry);
	bool leads = leads_are_due(j, entry), late = false, extended = false;
	struct panel_case k = { .docket = &j->docket, .t = t, .cells = cells, .out = decisions,
				.time_ms = entry->time_ms };
	struct rules_case c = { &k, entry };
	struct sight sight = { &c, closing != DATE_NONE ? &j->cabinet : NULL };
	enum err e;

	k.judged = on_light;
	k.ctx = &sight;
	k.last = closing != DATE_NONE ? closing : j->docket.now.closed;
	if (closing != DATE_NONE) {
		buf_put_u8(decisions, PANEL_PERIOD);
		buf_put_zigzag(decisions, closing);
		panel_mark_all(j->panel, closing);
	}
	e = mark_facts(j, entry, &late);
	if (e == ERR_OK)
		e = find_extension(j, t, entry, &extended);
	if (e == ERR_OK)
		e = run(j, &c, closing, late, extended, leads);
	panel_clear(j->panel);
	j->cabinet.lag_count = 0;
	return e == ERR_OK ? buf_error(decisions) : e;
}

/* --- applying -------------------------------------------------------------------------------- */

struct apply {
	struct judge *j;
	struct store_txn *t;
	const struct judge_entry *e;
	const struct judge_listener *listener;
	struct reader in;
};

static enum err apply_light(struct apply *a)
{
	struct lights_record r = { .position = a->e->position, .time_ms = a->e->time_ms };
	enum err e;

	r.measure = reader_u16(&a->in);
	r.unit = reader_u16(&a->in);
	r.period = (int32_t)reader_zigzag(&a->in);
	if (!lights_decode(&a->in, &r) || r.measure >= a->j->c->measure_count ||
	    r.unit >= a->j->c->unit_count)
		return ERR_CORRUPT;
	if ((e = lights_write(a->t, &r)) != ERR_OK ||
	    (e = docket_keep_light(&a->j->docket, &r)) != ERR_OK)
		return e;
	if (a->listener && a->listener->light)
		a->listener->light(a->listener->ctx, r.measure, r.unit, r.period);
	return ERR_OK;
}

static bool knows(const struct catalogue *c, const struct book_record *r)
{
	return (r->measure == CATALOGUE_NONE || r->measure < c->measure_count) &&
	       r->unit < c->unit_count;
}

static enum err apply_alert(struct apply *a)
{
	const struct book_state *now;
	struct book_record r;
	enum err e;

	if (!book_decode(&a->in, &r) || !knows(a->j->c, &r))
		return ERR_CORRUPT;
	r.number = a->j->docket.now.alert_number + 1;
	r.position = a->e->position;
	r.time_ms = a->e->time_ms;
	book_id(a->j->c, r.kind, r.measure, r.unit, r.id);
	if ((e = book_append(a->t, &r)) != ERR_OK ||
	    (e = docket_keep_alert(&a->j->docket, &r, &now)) != ERR_OK ||
	    (e = book_write_state(a->t, r.id, now)) != ERR_OK)
		return e;
	if (a->listener && a->listener->alert)
		a->listener->alert(a->listener->ctx, r.number);
	return ERR_OK;
}

static enum err apply_period(struct apply *a)
{
	struct lights_period p = { (int32_t)reader_zigzag(&a->in), a->e->position, a->e->time_ms };

	if (a->in.failed)
		return ERR_CORRUPT;
	docket_keep_period(&a->j->docket, p.period);
	return lights_write_period(a->t, &p);
}

static enum err apply_one(struct apply *a)
{
	uint8_t tag = reader_u8(&a->in);

	switch (tag) {
	case PANEL_LIGHT:
		return apply_light(a);
	case PANEL_ALERT:
		return apply_alert(a);
	case PANEL_PERIOD:
		return apply_period(a);
	case PANEL_SLIP:
		cabinet_forget(&a->j->cabinet);
		return rules_slips_apply(a->t, a->e, &a->in);
	case PANEL_FLAG:
	case PANEL_DRAW:
	case PANEL_SAMPLE:
		return rules_quality_apply(a->j->c, a->t, a->e, (enum panel_tag)tag, &a->in);
	default:
		return ERR_CORRUPT;
	}
}

enum err judge_apply(struct judge *j, struct store_txn *t, const struct judge_entry *e,
		     struct bytes decisions, const struct judge_listener *listener)
{
	struct apply a = { j, t, e, listener, reader_of(decisions) };
	enum err err = ERR_OK;

	while (err == ERR_OK && reader_left(&a.in) > 0)
		err = apply_one(&a);
	return err == ERR_OK && a.in.failed ? ERR_CORRUPT : err;
}

void judge_committed(struct judge *j)
{
	docket_commit(&j->docket);
}

void judge_rollback(struct judge *j)
{
	docket_rollback(&j->docket);
	cabinet_forget(&j->cabinet);
}

void judge_slip_moved(struct judge *j)
{
	cabinet_forget(&j->cabinet);
}

uint64_t judge_alert_number(const struct judge *j)
{
	return j->docket.now.alert_number;
}

unsigned judge_light(const struct judge *j, uint16_t measure, uint16_t unit)
{
	return docket_light(&j->docket, measure, unit)->state.light;
}
