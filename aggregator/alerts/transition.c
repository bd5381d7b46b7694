/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/transition.h"

static void put(const struct panel_case *k, const struct book_record *r)
{
	buf_put_u8(k->out, PANEL_ALERT);
	book_encode(r, k->out);
}

static bool same_figures(const struct book_record *a, const struct book_record *b)
{
	return a->period == b->period && a->value == b->value && a->goal == b->goal &&
	       a->other == b->other && a->gap_hundredths == b->gap_hundredths &&
	       a->planned_ppm == b->planned_ppm && a->months == b->months && a->count == b->count &&
	       a->code == b->code;
}

static enum err update(const struct panel_case *k, const struct book_record *want, uint64_t newest)
{
	struct book_record old;
	enum err e = book_read(k->t, newest, &old);

	if (e == ERR_OK && !same_figures(want, &old))
		put(k, want);
	return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
}

static bool is_silent(const struct panel_case *k, const struct book_state *s)
{
	return s->silenced && s->silent_until_ms > k->time_ms;
}

enum err transition_to(const struct panel_case *k, struct book_record want)
{
	const struct book_state *s = docket_alert(k->docket, want.kind, want.measure, want.unit);
	enum book_severity open = s ? s->severity : (enum book_severity)0;

	if (!open && !want.severity)
		return ERR_OK;
	want.before = open;
	want.in_silence = s && is_silent(k, s);
	if (open && want.severity == open) {
		want.transition = BOOK_UPDATED;
		return update(k, &want, s->newest);
	}
	want.transition = !open ? BOOK_RAISED : !want.severity ? BOOK_RESOLVED : BOOK_SEVERITY;
	if (want.transition == BOOK_RESOLVED)
		want.severity = open;
	put(k, &want);
	return ERR_OK;
}

static bool is_about_silence(enum book_transition t)
{
	return t >= BOOK_SILENCED && t <= BOOK_SILENCE_EXPIRED;
}

enum err transition_note(const struct panel_case *k, const struct book_state *s,
			 const struct book_record *note)
{
	struct book_record r;
	enum err e = book_read(k->t, s->newest, &r);

	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
	r.transition = note->transition;
	r.before = (enum book_severity)0;
	r.in_silence = !is_about_silence(note->transition) && is_silent(k, s);
	r.by = note->by;
	r.to = note->to;
	r.why = note->why;
	r.until_ms = note->until_ms;
	put(k, &r);
	return ERR_OK;
}
