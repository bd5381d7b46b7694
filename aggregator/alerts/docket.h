/* SPDX-License-Identifier: MIT */
/* What the judge remembers: the newest light of each (measure, unit), the state of each alert, the
 * closed periods. A cache of the tables; what the open transaction changed can be undone. */
#ifndef ALERTS_DOCKET_H
#define ALERTS_DOCKET_H

#include "aggregator/alerts/book.h"
#include "aggregator/alerts/lights.h"

struct docket_light {
	int32_t period; /* DATE_NONE: never judged */
	struct light_state state, original;
};

struct docket {
	const struct catalogue *c;
	struct docket_light *lights; /* measure * units + unit */
	size_t measures, units;
	struct book_state *alerts; /* by (kind, measure, unit), rising */
	size_t alert_count, alert_cap;
	struct docket_marks {
		int32_t first_closed, closed; /* periods; DATE_NONE: none yet */
		uint64_t alert_number;
		size_t silenced; /* alerts with a silence: mostly none, and a tick looks at none */
	} now, committed;
	struct docket_undo *undo; /* what stood there before, oldest first */
	size_t undo_count, undo_cap;
};

/* Zero-initialised is a valid empty docket. Reads everything from the tables; on failure d is
 * empty. */
enum err docket_load(struct docket *d, struct store_txn *t, const struct catalogue *c);
void docket_free(struct docket *d);
/* The catalogue grew: numbers stay. */
enum err docket_follow(struct docket *d, const struct catalogue *next);

static inline struct docket_light *docket_light(const struct docket *d, uint16_t measure,
						uint16_t unit)
{
	return &d->lights[measure * d->units + unit];
}
/* NULL: there never was one. */
const struct book_state *docket_alert(const struct docket *d, enum book_kind kind, uint16_t measure,
				      uint16_t unit);
/* 0: not open. */
enum book_severity docket_open(const struct docket *d, enum book_kind kind, uint16_t measure,
			       uint16_t unit);
/* Remembers a light, a closed period, a record of the log (which has its number already). */
enum err docket_keep_light(struct docket *d, const struct lights_record *r);
void docket_keep_period(struct docket *d, int32_t period);
enum err docket_keep_alert(struct docket *d, const struct book_record *r,
			   const struct book_state **now);
/* Everything kept since the last one stands, or is as it was then. */
void docket_commit(struct docket *d);
void docket_rollback(struct docket *d);

#endif
