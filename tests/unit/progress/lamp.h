/* SPDX-License-Identifier: MIT */
/* Profiles and figures for the tests of lights. */
#ifndef TESTS_PROGRESS_LAMP_H
#define TESTS_PROGRESS_LAMP_H

#include "aggregator/progress/light.h"
#include "aggregator/progress/pace.h"

#define NO_REPORT INT64_MAX

static const struct catalogue_profile yinchuan = { .id = "yinchuan",
						   .yellow_enter = 1000,
						   .red_enter = 3000,
						   .yellow_leave = 800,
						   .red_leave = 2700,
						   .enter_count = 1,
						   .leave_count = 1,
						   .not_started_months = 3 };
static const struct catalogue_profile tianjin = { .id = "tianjin",
						  .yellow_enter = 0,
						  .red_enter = 3000,
						  .yellow_leave = 0,
						  .red_leave = 3000,
						  .relative = true,
						  .enter_count = 1,
						  .leave_count = 1,
						  .not_started_months = 3 };
static const struct catalogue_measure quantity = { .kind = CATALOGUE_QUANTITY,
						   .role = CATALOGUE_MAIN };

static inline struct totals_result stand(int64_t value, int64_t goal)
{
	return (struct totals_result){ .present = true,
				       .value = value,
				       .attained = value,
				       .goal = goal,
				       .has_goal = true,
				       .done = fraction_of(value, goal),
				       .met = value >= goal };
}

/* A big measure (1 000 000), so that the rule of small numbers stays out of the way; gap in
 * hundredths of a point, against a plan of 50 %. */
static inline struct light_input at_gap(int64_t gap)
{
	struct light_input in = { .at = stand(500000 + (gap == NO_REPORT ? 0 : gap) * 100, 1000000),
				  .planned = { 1, 2 },
				  .reported = gap != NO_REPORT };

	return in;
}

static inline struct light_state step(const struct catalogue_profile *p, struct light_state before,
				      int64_t gap)
{
	struct light_input in = at_gap(gap);

	return light_step(p, &quantity, before, &in);
}

#endif
