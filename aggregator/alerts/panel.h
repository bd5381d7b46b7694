/* SPDX-License-Identifier: MIT */
/* Which lights have to be judged, or judged again, and judging them: period by period, parts before
 * their whole, each from the state of the period before it. Writes nothing but decisions. */
#ifndef ALERTS_PANEL_H
#define ALERTS_PANEL_H

#include "aggregator/alerts/docket.h"
#include "aggregator/progress/cells.h"

/* Tags of what decisions hold, each before its bytes. */
enum panel_tag { PANEL_LIGHT = 1, PANEL_ALERT = 2, PANEL_PERIOD = 3, PANEL_SLIP = 4,
		 PANEL_FLAG = 8, PANEL_DRAW = 9, PANEL_SAMPLE = 10 };

struct panel;

enum err panel_new(const struct catalogue *c, struct panel **out);
void panel_free(struct panel *p); /* accepts NULL */

/* The light of a (measure, unit) may have changed from this period on, and with it that of the city
 * and of what is computed from it. */
enum err panel_mark(struct panel *p, uint16_t measure, uint16_t unit, int32_t from);
/* A period closes: every light. */
void panel_mark_all(struct panel *p, int32_t period);
bool panel_is_empty(const struct panel *p);
/* Forgets all marks. */
void panel_clear(struct panel *p);

struct panel_case {
	const struct docket *docket;
	struct store_txn *t;
	struct cells *cells;
	int64_t time_ms; /* of the entry */
	int32_t last;	 /* judge up to this closed period */
	struct buf *out; /* decisions */
	/* Told of each light of the last period, whether it changed or not. */
	enum err (*judged)(void *ctx, const struct lights_record *r,
			   const struct totals_result *at);
	void *ctx;
};
enum err panel_judge(struct panel *p, const struct panel_case *k);

#endif
