/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/docket.h"

#include <stdlib.h>

#include "base/date.h"

/* An alert that was not there before comes back as a state that is not open. */
struct docket_undo {
	bool is_light;
	size_t at; /* index of the light */
	struct docket_light light;
	struct book_state alert;
};

static enum err remember(struct docket *d, struct docket_undo undo)
{
	size_t cap = d->undo_cap ? d->undo_cap * 2 : 256;
	struct docket_undo *more;

	if (d->undo_count == d->undo_cap) {
		if (!(more = realloc(d->undo, cap * sizeof(*more))))
			return ERR_NOMEM;
		d->undo = more;
		d->undo_cap = cap;
	}
	d->undo[d->undo_count++] = undo;
	return ERR_OK;
}

static uint64_t sort_key(enum book_kind kind, uint16_t measure, uint16_t unit)
{
	return (uint64_t)kind << 32 | (uint64_t)measure << 16 | unit;
}

/* Where the alert is, or would be. */
static size_t place_of(const struct docket *d, uint64_t key, bool *found)
{
	size_t low = 0, high = d->alert_count;

	*found = false;
	while (low < high) {
		size_t mid = (low + high) / 2;
		const struct book_state *s = &d->alerts[mid];
		uint64_t at = sort_key(s->kind, s->measure, s->unit);

		if (at == key) {
			*found = true;
			return mid;
		}
		if (at < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct book_state *docket_alert(const struct docket *d, enum book_kind kind, uint16_t measure,
				      uint16_t unit)
{
	bool found;
	size_t at = place_of(d, sort_key(kind, measure, unit), &found);

	return found ? &d->alerts[at] : NULL;
}

enum book_severity docket_open(const struct docket *d, enum book_kind kind, uint16_t measure,
			       uint16_t unit)
{
	const struct book_state *s = docket_alert(d, kind, measure, unit);

	return s ? s->severity : (enum book_severity)0;
}

static enum err make_room(struct docket *d)
{
	size_t cap = d->alert_cap ? d->alert_cap * 2 : 64;
	struct book_state *more;

	if (d->alert_count < d->alert_cap)
		return ERR_OK;
	if (!(more = realloc(d->alerts, cap * sizeof(*more))))
		return ERR_NOMEM;
	d->alerts = more;
	d->alert_cap = cap;
	return ERR_OK;
}

/* Finds the state, or makes one. */
static enum err state_of(struct docket *d, enum book_kind kind, uint16_t measure, uint16_t unit,
			 struct book_state **out)
{
	bool found;
	size_t at = place_of(d, sort_key(kind, measure, unit), &found);
	enum err e;

	if (!found) {
		if ((e = make_room(d)) != ERR_OK)
			return e;
		memmove(&d->alerts[at + 1], &d->alerts[at],
			(d->alert_count - at) * sizeof(*d->alerts));
		d->alert_count++;
		d->alerts[at] =
			(struct book_state){ .kind = kind, .measure = measure, .unit = unit };
	}
	*out = &d->alerts[at];
	return ERR_OK;
}

/* What persons did: since it was raised last, and as long as it grows no worse. */
static void keep_care(struct book_state *s, const struct book_record *r)
{
	switch (r->transition) {
	case BOOK_RAISED:
		s->acknowledged = s->assigned = 0;
		s->escalated = 0;
		s->waits_ms = 0;
		if (s->silent_until_ms <= r->time_ms)
			s->silenced = 0;
		break;
	case BOOK_SEVERITY:
		if (r->severity <= r->before)
			break;
		if (s->acknowledged)
			s->waits_ms = r->time_ms;
		s->acknowledged = 0;
		break;
	case BOOK_ESCALATED:
		s->escalated++;
		break;
	case BOOK_RESOLVED:
		s->escalated = 0;
		s->waits_ms = 0;
		break;
	case BOOK_ACKNOWLEDGED:
		s->acknowledged = r->number;
		s->escalated = 0;
		s->waits_ms = 0;
		break;
	case BOOK_ASSIGNED:
		s->assigned = r->number;
		break;
	case BOOK_SILENCED:
		s->silenced = r->number;
		s->silent_until_ms = r->until_ms;
		s->ending = false;
		break;
	case BOOK_SILENCE_ENDS:
		s->ending = true;
		break;
	case BOOK_UNSILENCED:
	case BOOK_SILENCE_EXPIRED:
		s->silenced = 0;
		break;
	default:
		break;
	}
	if (!s->silenced) {
		s->silent_until_ms = 0;
		s->ending = false;
	}
}

enum err docket_keep_alert(struct docket *d, const struct book_record *r,
			   const struct book_state **now)
{
	struct book_state *s;
	enum err e = state_of(d, r->kind, r->measure, r->unit, &s);

	if (e != ERR_OK || (e = remember(d, (struct docket_undo){ .alert = *s })) != ERR_OK)
		return e;
	d->now.silenced -= s->silenced != 0;
	s->severity = r->transition == BOOK_RESOLVED ? (enum book_severity)0 : r->severity;
	if (r->transition == BOOK_RAISED) {
		s->raised_number = r->number;
		s->raised_ms = r->time_ms;
	}
	s->newest = r->number;
	s->months = r->months;
	s->count = r->count;
	s->period = r->period;
	keep_care(s, r);
	d->now.silenced += s->silenced != 0;
	d->now.alert_number = r->number;
	*now = s;
	return ERR_OK;
}

enum err docket_keep_light(struct docket *d, const struct lights_record *r)
{
	struct docket_light *l = docket_light(d, r->measure, r->unit);
	enum err e;

	if (r->period < l->period)
		return ERR_OK;
	e = remember(d, (struct docket_undo){
				.is_light = true, .at = (size_t)(l - d->lights), .light = *l });
	if (e == ERR_OK)
		*l = (struct docket_light){ r->period, r->state, r->original };
	return e;
}

void docket_keep_period(struct docket *d, int32_t period)
{
	if (d->now.first_closed == DATE_NONE)
		d->now.first_closed = period;
	d->now.closed = period;
}

void docket_commit(struct docket *d)
{
	d->undo_count = 0;
	d->committed = d->now;
}

void docket_rollback(struct docket *d)
{
	while (d->undo_count) {
		const struct docket_undo *u = &d->undo[--d->undo_count];
		bool found;

		if (u->is_light)
			d->lights[u->at] = u->light;
		else
			d->alerts[place_of(d,
					   sort_key(u->alert.kind, u->alert.measure, u->alert.unit),
					   &found)] = u->alert;
	}
	d->now = d->committed;
}

/* --- reading the tables ---------------------------------------------------------------------- */

struct load {
	struct docket *d;
	enum err err;
};

static bool load_light(void *ctx, const struct lights_record *r)
{
	struct load *l = ctx;

	if (r->measure >= l->d->measures || r->unit >= l->d->units)
		l->err = ERR_CORRUPT;
	else if (r->period > docket_light(l->d, r->measure, r->unit)->period)
		*docket_light(l->d, r->measure, r->unit) =
			(struct docket_light){ r->period, r->state, r->original };
	return l->err == ERR_OK;
}

static bool load_period(void *ctx, const struct lights_period *p)
{
	struct load *l = ctx;

	docket_keep_period(l->d, p->period);
	return true;
}

static bool load_alert(void *ctx, const struct book_state *s)
{
	struct load *l = ctx;
	struct book_state *to;

	l->err = state_of(l->d, s->kind, s->measure, s->unit, &to);
	if (l->err == ERR_OK) {
		*to = *s;
		l->d->now.silenced += s->silenced != 0;
	}
	return l->err == ERR_OK;
}

static struct docket_light *empty_lights(size_t count)
{
	struct docket_light *lights = calloc(count ? count : 1, sizeof(*lights));

	for (size_t i = 0; lights && i < count; i++)
		lights[i].period = DATE_NONE;
	return lights;
}

enum err docket_load(struct docket *d, struct store_txn *t, const struct catalogue *c)
{
	struct load l = { d, ERR_OK };
	enum err e;

	docket_free(d);
	d->c = c;
	d->measures = c->measure_count;
	d->units = c->unit_count;
	d->now.first_closed = d->now.closed = DATE_NONE;
	d->now.silenced = 0;
	if (!(d->lights = empty_lights(d->measures * d->units)))
		return ERR_NOMEM;
	if ((e = lights_walk(t, CATALOGUE_NONE, load_light, &l)) == ERR_OK &&
	    (e = l.err) == ERR_OK && (e = lights_periods(t, load_period, &l)) == ERR_OK &&
	    (e = book_walk_states(t, load_alert, &l)) == ERR_OK && (e = l.err) == ERR_OK)
		e = book_last(t, &d->now.alert_number);
	d->committed = d->now;
	if (e != ERR_OK)
		docket_free(d);
	return e;
}

void docket_free(struct docket *d)
{
	free(d->lights);
	free(d->alerts);
	free(d->undo);
	*d = (struct docket){ 0 };
}

enum err docket_follow(struct docket *d, const struct catalogue *next)
{
	struct docket_light *lights = empty_lights(next->measure_count * next->unit_count);

	if (!lights)
		return ERR_NOMEM;
	for (size_t m = 0; m < d->measures; m++)
		memcpy(&lights[m * next->unit_count], &d->lights[m * d->units],
		       d->units * sizeof(*lights));
	for (size_t i = 0; i < d->undo_count; i++)
		d->undo[i].at =
			d->undo[i].at / d->units * next->unit_count + d->undo[i].at % d->units;
	free(d->lights);
	d->lights = lights;
	d->measures = next->measure_count;
	d->units = next->unit_count;
	d->c = next;
	return ERR_OK;
}
