/* SPDX-License-Identifier: MIT */
/* How fast: gap, earned schedule, forecast, run rates, who is short. All exact; rounded only where
 * a person looks. Days are counted from the day before the plan's start (day 0). Pure. */
#ifndef PROGRESS_PACE_H
#define PROGRESS_PACE_H

#include "aggregator/progress/plan.h"

/* A number that may not exist. */
struct pace_number {
	bool known;
	struct fraction value;
};

/* done - planned, both shares, in hundredths of a percentage point; behind plan: negative. */
struct fraction pace_gap(struct fraction done, struct fraction planned);
/* SV = V - E, in units. */
struct fraction pace_variance(int64_t value, struct fraction expected);
/* SPI = V / E. Unknown where E = 0: not started by plan. */
struct pace_number pace_index(int64_t value, struct fraction expected);

/* Earned schedule (Lipke), with flat parts of the plan read as "on schedule". */
struct pace_schedule {
	struct fraction earned;	  /* ES: the plan's day that the work has reached */
	struct fraction variance; /* SV(t) = ES - AT, days */
	struct pace_number index; /* SPI(t) = ES / AT; unknown on day 0 */
	struct pace_number
		to_finish; /* TSPI = (PD - ES) / (PD - AT); unknown from the due day on */
};
/* done: share of the goal at the end of day; day: as a civil date, AT is counted from it. For
 * finished work give the day on which it was finished. */
struct pace_schedule pace_schedule(const struct catalogue_plan *p, struct fraction done,
				   int32_t day);

/* Forecast finish by schedule index: PD / SPI(t), days from day 0. Unknown: never. */
struct pace_number pace_finish_by_index(const struct catalogue_plan *p,
					const struct pace_schedule *s);
/* Forecast finish by recent rate: t + (T - V) / r. Unknown: never (r <= 0). */
struct pace_number pace_finish_by_rate(int64_t elapsed, int64_t value, int64_t goal,
				       struct fraction rate);
/* The civil date on which that many days from day 0 have passed; DATE_NONE for never, and for
 * what lies beyond any calendar. */
int32_t pace_date(const struct catalogue_plan *p, struct pace_number days);

/* Work a day over a window: r = (V(t) - V(t - w)) / w, w > 0. */
struct fraction pace_rate(int64_t value, int64_t before, int64_t days);
/* Required run rate: (T - V) / (PD - t). Unknown once PD is reached. */
struct pace_number pace_required(const struct catalogue_plan *p, int64_t value, int64_t goal,
				 int32_t day);

enum pace_band {
	PACE_OK,	/* required / recent <= 1, or nothing left to do */
	PACE_WATCH,	/* up to 1.25 */
	PACE_WILL_MISS, /* up to 2 */
	PACE_SERIOUS,	/* above 2, or nothing moved */
	PACE_OVERDUE	/* the due day is reached and the goal is not */
};
/* rho = required / recent; unknown where recent <= 0 or nothing is required any more. */
struct pace_number pace_ratio(struct pace_number required, struct fraction recent);
enum pace_band pace_band(struct pace_number required, struct fraction recent, bool met);

/* Who is short: each unit's shortfall max(0, E - V), offset max(0, V - E) and its share of all
 * shortfalls. */
struct pace_part {
	struct fraction expected;
	int64_t value;
	struct fraction shortfall, offset; /* out */
	struct fraction share;		   /* out: of the gross shortfall; 0 where there is none */
};
struct pace_attribution {
	struct fraction gross;	/* sum of shortfalls */
	struct fraction offset; /* sum of offsets */
	struct fraction gap;	/* gross - offset */
};
struct pace_attribution pace_attribute(struct pace_part *parts, size_t count);

/* What was added, against what was planned to be added, in hundredths of a percentage point:
 * 100 * dV / T - dp. Fair to late starters. goal > 0. */
struct fraction pace_delta(int64_t value, int64_t before, int64_t goal, struct fraction planned,
			   struct fraction planned_before);

/* What a silent unit plausibly did in a period at most: the greater of what was planned and its
 * largest past increment. In units. */
struct fraction pace_plausible(struct fraction planned_increment, int64_t largest_increment);

#endif
