/* SPDX-License-Identifier: MIT */
/* What was decided about odd figures and samples, into the tables. */
#include "aggregator/alerts/flags.h"
#include "aggregator/alerts/rules_quality.h"
#include "aggregator/alerts/sample.h"

static bool knows(const struct catalogue *c, uint16_t measure, uint16_t unit)
{
	return measure < c->measure_count && unit < c->unit_count;
}

/* A flag that opens again has nobody's word; one that is gone keeps what was said of it. */
static enum err apply_flag(const struct catalogue *c, struct store_txn *t,
			   const struct judge_entry *e, struct reader *in)
{
	struct flags_record r, old;
	struct buf by = { 0 }, why = { 0 };
	enum err error;

	if (!flags_decode(in, &r) || !knows(c, r.measure, r.unit))
		return ERR_CORRUPT;
	r.position = e->position;
	r.time_ms = e->time_ms;
	error = flags_read(t, r.measure, r.unit, r.period, r.rule, &old);
	if (error == ERR_OK && r.state == FLAGS_GONE && old.act_position) {
		buf_put(&by, old.by);
		buf_put(&why, old.why);
		r.act_position = old.act_position;
		r.act_ms = old.act_ms;
		r.by = buf_bytes(&by);
		r.why = buf_bytes(&why);
	}
	if (error == ERR_OK || error == ERR_NOTFOUND)
		error = by.failed || why.failed ? ERR_NOMEM : flags_write(t, &r);
	buf_free(&by);
	buf_free(&why);
	return error;
}

static enum err apply_draw(struct store_txn *t, const struct judge_entry *e, struct reader *in)
{
	struct sample_period p;

	if (!sample_decode_period(in, &p))
		return ERR_CORRUPT;
	p.position = e->position;
	p.time_ms = e->time_ms;
	return sample_write_period(t, &p);
}

static enum err apply_sample(const struct catalogue *c, struct store_txn *t, struct reader *in)
{
	struct sample_record r;

	if (!sample_decode(in, &r) || !knows(c, r.measure, r.unit))
		return ERR_CORRUPT;
	return sample_write(t, &r);
}

enum err rules_quality_apply(const struct catalogue *c, struct store_txn *t,
			     const struct judge_entry *e, enum panel_tag tag, struct reader *in)
{
	switch (tag) {
	case PANEL_FLAG:
		return apply_flag(c, t, e, in);
	case PANEL_DRAW:
		return apply_draw(t, e, in);
	default:
		return apply_sample(c, t, in);
	}
}
