/* SPDX-License-Identifier: MIT */
/* Rows of the alert log that no figure causes: what persons did, and silences that end. */
#include "aggregator/alerts/rules.h"

#include "aggregator/alerts/transition.h"
#include "base/date.h"

static enum err settle(const struct rules_case *c, const struct judge_fact *f)
{
	const struct judge_note *n = f->note;
	const struct book_state *s = docket_alert(c->k->docket, n->kind, f->measure, f->unit);
	const struct book_record note = { .transition = n->transition,
					  .by = n->by,
					  .to = n->to,
					  .why = n->why,
					  .until_ms = n->until_ms };

	return s && s->severity ? transition_note(c->k, s, &note) : ERR_CORRUPT;
}

/* Over, or over tomorrow and nobody was told; 0: neither. */
static enum book_transition step_of(const struct rules_case *c, const struct book_state *s)
{
	int32_t ends = date_of_ms(s->silent_until_ms, c->k->docket->c->offset_minutes);

	if (s->silent_until_ms <= c->e->time_ms)
		return BOOK_SILENCE_EXPIRED;
	return !s->ending && c->e->day >= ends - 1 ? BOOK_SILENCE_ENDS : (enum book_transition)0;
}

static enum err look_at_silences(const struct rules_case *c)
{
	const struct docket *d = c->k->docket;
	enum err e = ERR_OK;

	if (d->now.silenced == 0)
		return ERR_OK;
	for (size_t i = 0; i < d->alert_count && e == ERR_OK; i++) {
		const struct book_state *s = &d->alerts[i];
		struct book_record note = { .until_ms = s->silent_until_ms };

		if (!s->silenced || !s->severity)
			continue;
		note.transition = step_of(c, s);
		if (note.transition)
			e = transition_note(c->k, s, &note);
	}
	return e;
}

enum err rules_notes(const struct rules_case *c)
{
	enum err e = c->e->tick ? look_at_silences(c) : ERR_OK;

	for (size_t i = 0; i < c->e->fact_count && e == ERR_OK; i++)
		if (c->e->facts[i].kind == JUDGE_NOTED)
			e = settle(c, &c->e->facts[i]);
	return e;
}
