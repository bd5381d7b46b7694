/* SPDX-License-Identifier: MIT */
/* Where a measure should stand on a day: the planned share of its target, exact. Shares are
 * fractions, 0 .. 1, at the end of a civil day. A plan's days count from its first knot (the day
 * before the start, day 0) to its last one (the due day, day PD). Pure. */
#ifndef PROGRESS_PLAN_H
#define PROGRESS_PLAN_H

#include "aggregator/catalogue/catalogue.h"
#include "base/fraction.h"

/* p(t): 0 before the start, 1 from the due day on. */
struct fraction plan_share(const struct catalogue_plan *p, int32_t day);
/* E(t) = goal * p(t), in the goal's own smallest unit. */
struct fraction plan_expected(const struct catalogue_plan *p, int64_t goal, int32_t day);

int32_t plan_start(const struct catalogue_plan *p); /* day 0 */
int32_t plan_due(const struct catalogue_plan *p);   /* day PD */

/* The days at which the plan reaches a share, counted from day 0, as the ends of the stretch in
 * which it stands at that share: where the plan rises they are one and the same day, on a flat
 * part they are its ends. A plan in steps moves at the end of a day: last is the day before the
 * step that passes the share. */
struct plan_stretch {
	struct fraction first; /* inf { t : p(t) >= share } */
	struct fraction last;  /* sup { t : p(t) <= share } */
};
/* share is cut to 0 .. 1. */
struct plan_stretch plan_days_of(const struct catalogue_plan *p, struct fraction share);

#endif
