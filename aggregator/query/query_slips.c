/* SPDX-License-Identifier: MIT */
#include "aggregator/query/query_slips.h"

#include "aggregator/query/query_private.h"

struct slip_walk {
	const struct query *q;
	const struct query_slip_filter *filter;
	struct bytes after;
	bool (*fn)(void *ctx, const struct query_slip *slip);
	void *ctx;
	enum err err;
};

static bool is_over(enum slips_state s)
{
	return s == SLIPS_CLOSED || s == SLIPS_DISCARDED || s == SLIPS_LAPSED;
}

static bool is_wanted(const struct query_slip_filter *f, const struct slips_slip *s)
{
	if ((f->choice == QUERY_SLIPS_OPEN && is_over(s->state)) ||
	    (f->choice == QUERY_SLIPS_IN && s->state != f->state))
		return false;
	return (!f->rung || f->rung == s->rung) &&
	       (f->unit == CATALOGUE_NONE || f->unit == s->unit) &&
	       (f->project == CATALOGUE_NONE || f->project == s->project);
}

static bool visit(void *ctx, struct bytes id, json_t *record)
{
	struct slip_walk *w = ctx;
	struct query_slip slip = { .record = record };
	bool go_on = true;

	if (bytes_equal(id, w->after))
		return true;
	if ((w->err = slips_read(w->q->catalogue, id, record, &slip.slip)) != ERR_OK)
		return false;
	if (is_wanted(w->filter, &slip.slip))
		go_on = w->fn(w->ctx, &slip);
	slips_release(&slip.slip);
	return go_on;
}

enum err query_slips(struct query *q, const struct query_slip_filter *filter, struct bytes after,
		     bool (*fn)(void *ctx, const struct query_slip *slip), void *ctx)
{
	struct slip_walk w = { q, filter, after, fn, ctx, ERR_OK };
	enum err e = records_walk(q->txn, RECORDS_SLIP, after, visit, &w);

	return e ? e : w.err;
}

enum err query_slip(struct query *q, struct bytes id,
		    void (*fn)(void *ctx, const struct query_slip *slip), void *ctx)
{
	struct query_slip slip;
	json_t *record;
	enum err e = records_get(q->txn, RECORDS_SLIP, id, &record);

	if (e)
		return e;
	slip.record = record;
	if ((e = slips_read(q->catalogue, id, record, &slip.slip)) == ERR_OK) {
		fn(ctx, &slip);
		slips_release(&slip.slip);
	}
	json_decref(record);
	return e;
}

enum err query_slip_steps(struct query *q, struct bytes id,
			  bool (*fn)(void *ctx, uint32_t number, json_t *step), void *ctx)
{
	return records_steps(q->txn, RECORDS_SLIP, id, fn, ctx);
}
