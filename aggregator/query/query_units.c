/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"

uint16_t query_cell_unit(const struct catalogue *c, uint16_t measure, uint16_t reporter)
{
	if (catalogue_owner(c, measure, reporter) == reporter)
		return reporter;
	return catalogue_owner(c, measure, c->city) == reporter ? c->city : CATALOGUE_NONE;
}

bool query_is_reporter(const struct catalogue *c, uint16_t unit)
{
	for (size_t m = 0; m < c->measure_count; m++) {
		if (query_cell_unit(c, (uint16_t)m, unit) != CATALOGUE_NONE)
			return true;
	}
	return false;
}

/* --- reports ---------------------------------------------------------------------------------- */
enum err query_reports(struct query *q, uint16_t unit, int32_t period,
		       bool (*fn)(void *ctx, const struct owed_report *report), void *ctx)
{
	const struct catalogue *c = q->catalogue;
	struct owed owed;
	enum err e = owed_open(&owed, c, q->txn, period);

	for (uint16_t m = 0; !e && m < c->measure_count; m++) {
		uint16_t cell = query_cell_unit(c, m, unit);
		struct owed_report r;

		if (cell == CATALOGUE_NONE || !reports_expected(c, m, cell, period))
			continue;
		if ((e = owed_report(&owed, m, cell, q->head.today, &r)) || !fn(ctx, &r))
			break;
	}
	owed_close(&owed);
	return e;
}

static bool count_report(void *ctx, const struct owed_report *report)
{
	reports_count(ctx, report->state);
	return true;
}

enum err query_tally(struct query *q, uint16_t unit, int32_t period, struct reports_tally *out)
{
	*out = (struct reports_tally){ 0 };
	return period == DATE_NONE ? ERR_OK : query_reports(q, unit, period, count_report, out);
}

/* --- who was heard ---------------------------------------------------------------------------- */
struct hearing {
	struct query_heard *by_unit;
	size_t units;
};

static bool hear(void *ctx, const struct epoch *epoch)
{
	struct hearing *h = ctx;
	struct query_heard *heard;

	if (epoch->reporter >= h->units)
		return true;
	heard = &h->by_unit[epoch->reporter];
	if (epoch->last_ms > heard->last_ms)
		heard->last_ms = epoch->last_ms;
	if (epoch->latest > heard->position)
		heard->position = epoch->latest;
	return true;
}

enum err query_last_heard(struct query *q, struct query_heard *by_unit)
{
	struct hearing h = { by_unit, q->catalogue->unit_count };

	memset(by_unit, 0, h.units * sizeof(*by_unit));
	return epochs_walk(q->txn, hear, &h);
}

/* --- units ------------------------------------------------------------------------------------ */
static int32_t closed_period(const struct query *q, struct query_when when)
{
	int32_t day = when.known == HISTORY_NOW ? q->head.today : when.known;
	int32_t closed = calendar_closed_period(q->catalogue, day);

	if (closed == DATE_NONE || closed <= when.valid)
		return closed;
	closed = calendar_period_of(when.valid);
	if (closed != when.valid)
		closed = date_month_first(date_month_of(when.valid)) - 1;
	return closed >= q->catalogue->from ? closed : DATE_NONE;
}

static enum err summarize(struct query *q, uint16_t unit, struct query_when when,
			  const struct query_heard *heard, struct query_unit *out)
{
	enum err e;

	*out = (struct query_unit){ .unit = unit, .period = closed_period(q, when),
				    .last_ms = heard[unit].last_ms };
	e = query_unit_lights(q, unit, when, out->lights);
	return e ? e : query_tally(q, unit, out->period, &out->reports);
}

static struct query_heard *heard_of(struct query *q, enum err *e)
{
	struct query_heard *heard = calloc(q->catalogue->unit_count + 1, sizeof(*heard));

	*e = heard ? query_last_heard(q, heard) : ERR_NOMEM;
	return heard;
}

enum err query_units(struct query *q, struct query_when when, struct arena *a,
		     struct query_units *out)
{
	const struct catalogue *c = q->catalogue;
	struct query_unit *items = arena_calloc(a, c->unit_count + 1, sizeof(*items));
	struct query_heard *heard;
	size_t count = 0;
	enum err e;

	*out = (struct query_units){ 0 };
	if (!items)
		return ERR_NOMEM;
	heard = heard_of(q, &e);
	for (size_t u = 0; !e && u < c->unit_count; u++) {
		if (query_is_reporter(c, (uint16_t)u))
			e = summarize(q, (uint16_t)u, when, heard, &items[count++]);
	}
	free(heard);
	if (!e)
		*out = (struct query_units){ items, count };
	return e;
}

enum err query_unit(struct query *q, uint16_t unit, struct query_when when, struct arena *a,
		    struct query_unit_detail *out)
{
	struct query_heard *heard;
	enum err e;

	*out = (struct query_unit_detail){ .summary = { .unit = unit } };
	if (unit >= q->catalogue->unit_count)
		return ERR_NOTFOUND;
	heard = heard_of(q, &e);
	if (!e)
		e = summarize(q, unit, when, heard, &out->summary);
	if (!e)
		e = query_unit_figures(q, unit, when, a, &out->figures);
	free(heard);
	return e;
}
