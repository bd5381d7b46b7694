/* SPDX-License-Identifier: MIT */
#include "aggregator/office/owed.h"

#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/months.h"
#include "aggregator/progress/history.h"
#include "base/date.h"

enum err owed_open(struct owed *o, const struct catalogue *c, struct store_txn *t, int32_t period)
{
	struct month m;
	enum err e;

	*o = (struct owed){ .c = c, .t = t, .period = period };
	e = months_read(t, period, &m);
	o->published = e == ERR_OK;
	if (e == ERR_OK || e == ERR_NOTFOUND)
		e = extensions_load(&o->extensions, t, c, period);
	if (e != ERR_OK)
		owed_close(o);
	return e;
}

void owed_close(struct owed *o)
{
	extensions_free(&o->extensions);
	*o = (struct owed){ 0 };
}

/* What is stored; SUBMITTED where a report came and nobody said anything, or NONE. */
static enum err find_review(const struct owed *o, struct owed_report *r)
{
	enum err e = reviews_read(o->t, r->measure, r->unit, o->period, &r->review);

	if (e != ERR_NOTFOUND)
		return e;
	r->review = (struct review){ .measure = r->measure,
				     .unit = r->unit,
				     .period = o->period,
				     .state = r->first_ms ? REVIEWS_SUBMITTED : REVIEWS_NONE };
	return ERR_OK;
}

enum err owed_report(const struct owed *o, uint16_t measure, uint16_t unit, int32_t day,
		     struct owed_report *out)
{
	struct reports_facts facts = { .published = o->published };
	enum err e;

	*out = (struct owed_report){ .measure = measure, .unit = unit };
	facts.due = extensions_due(&o->extensions, o->c, measure, unit, o->period);
	e = history_first_report(o->t, cell_counting(o->c, measure, unit), o->period,
				 &facts.first_ms);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	out->first_ms = facts.first_ms;
	out->due = facts.due;
	out->extended = facts.due != calendar_due(o->c, o->period);
	out->state = reports_state(o->c, measure, unit, o->period, &facts, day);
	return find_review(o, out);
}
