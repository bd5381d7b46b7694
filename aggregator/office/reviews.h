/* SPDX-License-Identifier: MIT */
/* What was said about a reported figure: the lead confirms, the office verifies, either returns it
 * with a reason; a new admitted row for the cell and the period takes all of that back. One review a
 * (measure, unit, period); unit: an area, or the city for a figure of the lead. Written by acts and
 * rows alone, so that a replay makes the same bytes. Readers use any read transaction. */
#ifndef OFFICE_REVIEWS_H
#define OFFICE_REVIEWS_H

#include "aggregator/progress/totals.h"

enum reviews_state {
	REVIEWS_NONE = 0, /* nothing was reported */
	REVIEWS_SUBMITTED = 1,
	REVIEWS_CONFIRMED = 2,
	REVIEWS_VERIFIED = 3,
	REVIEWS_RETURNED = 4,
	REVIEWS_STATE_END
};
const char *reviews_state_name(enum reviews_state s); /* "submitted" */

/* Texts point into the store: valid until the next write, or the end of the transaction. */
struct review {
	uint16_t measure, unit;
	int32_t period;
	enum reviews_state state;
	enum reviews_state was; /* SUBMITTED: what a new row took back, or NONE */
	uint64_t position;	/* of the entry that brought it there; 0: nobody ever reviewed it */
	int64_t time_ms;
	struct bytes by, why;	    /* who did it; empty where a row did */
	int64_t confirmed_ms;	    /* CONFIRMED, VERIFIED: when the lead did; 0: never */
	struct bytes confirmed_by;
};

/* What is stored. ERR_NOTFOUND: nobody reviewed it so far. */
enum err reviews_read(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t period,
		      struct review *out);
/* Replaces what was there. */
enum err reviews_write(struct store_txn *t, const struct review *r);
/* All that is stored, in the order of (measure, unit, period); fn returns false to stop, and writes
 * nothing. */
enum err reviews_walk(struct store_txn *t, bool (*fn)(void *ctx, const struct review *r),
		      void *ctx);
/* A row came for the cell and the period, by the entry at position: what was said falls. No effect
 * where there is nothing to take back. *was: what it was, or NONE. */
enum err reviews_reset(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t period,
		       uint64_t position, int64_t time_ms, enum reviews_state *was);

/* What was said of the figure that a (measure, unit) stands at on a day: the weakest word about the
 * cells that feed it, each for its newest period with a figure up to that day, or, while nobody said
 * anything of that one, for an older one from which on the same figure was reported; RETURNED is weaker
 * than SUBMITTED. unit: an area, or the city for the whole. Parts of a composite, and what a derived
 * measure is computed from, count. NONE where there is no figure. */
enum err reviews_weakest(const struct catalogue *c, struct store_txn *t,
			 const struct totals_source *from, uint16_t measure, uint16_t unit,
			 int32_t day, enum reviews_state *out);
/* All of them are verified. False where there is no figure. */
enum err reviews_is_verified(const struct catalogue *c, struct store_txn *t,
			     const struct totals_source *from, uint16_t measure, uint16_t unit,
			     int32_t day, bool *out);

#endif
