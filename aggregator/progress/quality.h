/* SPDX-License-Identifier: MIT */
/* Figures that look odd: tests on what was reported, each exact at its boundary, by integers and
 * fractions alone. A figure that fails one is looked at by people; nothing here changes it. Values
 * count steps of the measure's last decimal, and are below 2^52 as admission lets them in. Pure. */
#ifndef PROGRESS_QUALITY_H
#define PROGRESS_QUALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fraction.h"

#define QUALITY_HISTORY_MIN 6	 /* increments of the past that a jump is measured against */
#define QUALITY_HISTORY_MAX 24	 /* no more than these, the newest ones */
#define QUALITY_STUCK_MIN 3	 /* equal figures in a row */
#define QUALITY_ROUND_MIN 50	 /* goals below are reached exactly by chance */
#define QUALITY_AREAS_MIN 8	 /* areas that make a population */
#define QUALITY_TWIN_MIN 3	 /* equal figures of two areas */

/* --- jump (modified z-score, Iglewicz and Hoaglin) --------------------------------------------- */

enum quality_spread {
	QUALITY_BY_MEDIAN = 1, /* 0.6745 |x - median| / MAD > 3.5 */
	QUALITY_BY_MEAN = 2,   /* MAD is 0: |x - median| / (1.253314 meanAD) > 3.5 */
	QUALITY_BY_GOAL = 3    /* both are 0: |x - median| >= max(1, 5 % of the goal) */
};
struct quality_jump {
	enum quality_spread by;
	struct fraction median; /* of the past increments */
	struct fraction score;	/* |M|; BY_GOAL: |x - median| */
};
/* past: increments before this one, in any order; count <= QUALITY_HISTORY_MAX, only the first so
 * many are looked at. goal: for BY_GOAL; 0 where there is none. False, and *out untouched, where
 * there are fewer than QUALITY_HISTORY_MIN. */
bool quality_jump(const int64_t *past, size_t count, int64_t increment, int64_t goal,
		  struct quality_jump *out);

/* --- at the deadline --------------------------------------------------------------------------- */

/* Exactly the goal, of at least QUALITY_ROUND_MIN, and less than 90 % of it a period before. */
bool quality_exact(int64_t value, int64_t before, int64_t goal);
/* More than half of at least QUALITY_AREAS_MIN areas stand at exactly their goal. */
bool quality_bunched(unsigned exact, unsigned areas);
/* The last period brings at least 20 % of the goal, and at least 3 times what was planned of it. */
bool quality_spike(int64_t increment, int64_t goal, struct fraction planned_share);

/* --- standing still ---------------------------------------------------------------------------- */

struct quality_step {
	int64_t value;		 /* cumulative */
	struct fraction planned; /* share planned by then */
	bool reported;
};
/* How many of the newest figures are equal, reported, and each planned to be more than the one before
 * it; less than QUALITY_STUCK_MIN says nothing. steps: newest last. */
size_t quality_stuck(const struct quality_step *steps, size_t count);

/* --- against others ---------------------------------------------------------------------------- */

enum quality_pair { QUALITY_PAIR_FITS, QUALITY_PAIR_ALONE, QUALITY_PAIR_LOW, QUALITY_PAIR_HIGH };
/* second / first against their goals' ratio: ALONE where one stands at 0 and the other does not, LOW
 * or HIGH where it is off by more than times. Goals are above 0. */
enum quality_pair quality_pair(int64_t first, int64_t first_goal, int64_t second,
			       int64_t second_goal, unsigned times);
/* More than times the goal, and more than steps above it. */
bool quality_above(int64_t value, int64_t goal, unsigned times, unsigned steps);

#endif
