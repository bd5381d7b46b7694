/* SPDX-License-Identifier: MIT */
/* The slips as the judge has them in memory, and the lights that it has just seen: read again from
 * the transaction whenever something wrote slips. One thread: the pipeline. */
#ifndef ALERTS_CABINET_H
#define ALERTS_CABINET_H

#include "aggregator/alerts/slips.h"

/* A light that is yellow or red at the close of a period. */
struct cabinet_lag {
	uint16_t measure, unit;
	uint16_t responsible, project;
	enum book_severity severity;
	bool overdue;
	unsigned months; /* closed periods in a row behind */
	enum slips_rung rung;
};

struct cabinet_slip {
	struct slips_slip slip;
	bool is_new, changed; /* since it was read */
};

/* Zero-initialised is a valid cabinet, to be filled. */
struct cabinet {
	bool filled; /* false: the tables may say something else */
	struct cabinet_slip *slips;
	size_t count, cap;
	uint32_t drafted; /* slips that ever were */
	struct cabinet_lag *lags;
	size_t lag_count, lag_cap;
};

void cabinet_free(struct cabinet *c);
/* Reads the slips where they are not known; those that lapsed are only counted. */
enum err cabinet_fill(struct cabinet *c, struct store_txn *t, const struct catalogue *catalogue);
static inline void cabinet_forget(struct cabinet *c)
{
	c->filled = false;
}
enum err cabinet_add_lag(struct cabinet *c, const struct cabinet_lag *lag);
const struct cabinet_lag *cabinet_lag(const struct cabinet *c, uint16_t measure, uint16_t unit);
/* A new draft without subjects; valid until the next one is added. */
enum err cabinet_add_draft(struct cabinet *c, const struct slips_slip *draft,
			   struct cabinet_slip **out);
enum err cabinet_add_subject(struct cabinet_slip *s, const struct slips_subject *subject);
const struct slips_subject *cabinet_subject(const struct slips_slip *s, uint16_t measure,
					    uint16_t unit);

#endif
