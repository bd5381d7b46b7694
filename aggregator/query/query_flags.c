/* SPDX-License-Identifier: MIT */
#include "aggregator/query/query_private.h"
#include "base/date.h"

struct flag_walk {
	const struct query_flag_filter *filter;
	bool (*fn)(void *ctx, const struct flags_record *r);
	void *ctx;
};

static bool visit_flag(void *ctx, const struct flags_record *r)
{
	const struct flag_walk *w = ctx;
	const struct query_flag_filter *f = w->filter;

	if ((f->period != DATE_NONE && r->period != f->period) || (f->rule && r->rule != f->rule) ||
	    (!f->settled_too && !flags_pending(r)))
		return true;
	return w->fn(w->ctx, r);
}

enum err query_flags(struct query *q, const struct query_flag_filter *filter,
		     bool (*fn)(void *ctx, const struct flags_record *r), void *ctx)
{
	struct flag_walk w = { filter, fn, ctx };

	return flags_walk(q->txn, filter->measure, filter->unit, visit_flag, &w);
}

enum err query_flag(struct query *q, struct bytes id, struct flags_record *out)
{
	if (!flags_find_id(q->catalogue, id, out))
		return ERR_NOTFOUND;
	return flags_read(q->txn, out->measure, out->unit, out->period, out->rule, out);
}

enum err query_sample(struct query *q, int32_t period, struct sample_period *out)
{
	return sample_read_period(q->txn, period, out);
}

enum err query_sampled(struct query *q, int32_t period,
		       bool (*fn)(void *ctx, const struct sample_record *r), void *ctx)
{
	return sample_walk(q->txn, period, fn, ctx);
}

static bool newer(void *ctx, const struct lights_period *p)
{
	int32_t *newest = ctx;

	*newest = p->period;
	return true;
}

enum err query_newest_period(struct query *q, int32_t *out)
{
	*out = DATE_NONE;
	return lights_periods(q->txn, newer, out);
}

/* --- doubt ------------------------------------------------------------------------------------ */

struct doubt {
	uint16_t measure, unit;
	int32_t up_to;
	bool found;
};

static bool look_at_hold(void *ctx, const struct holds_record *h)
{
	struct doubt *d = ctx;

	d->found |= h->cell.measure == d->measure && h->cell.unit == d->unit &&
		    h->as_of <= d->up_to;
	return !d->found;
}

enum err query_in_doubt(struct query *q, uint16_t measure, uint16_t unit, int32_t up_to, bool *out)
{
	struct doubt d = { measure, unit, up_to, false };
	enum err e = flags_any(q->txn, measure, unit, up_to, out);

	if (e != ERR_OK || *out)
		return e;
	e = holds_walk(q->txn, look_at_hold, &d);
	*out = d.found;
	return e;
}
