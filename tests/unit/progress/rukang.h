/* SPDX-License-Identifier: MIT */
/* The running example of the tests: 43 homes stood, 113 are to come, by quarterly knots. */
#ifndef TESTS_PROGRESS_RUKANG_H
#define TESTS_PROGRESS_RUKANG_H

#include "aggregator/progress/plan.h"
#include "base/date.h"

#define RUKANG_GOAL 113

/* Day n after 31 December 2021. */
static inline int32_t rukang_day(int n)
{
	return date_from_civil(2021, 12, 31) + n;
}

static inline struct catalogue_plan rukang_plan(struct catalogue_knot knots[5])
{
	static const struct {
		int day;
		int64_t ppm;
	} quarters[] = {
		{ 0, 0 }, { 90, 100000 }, { 181, 350000 }, { 273, 750000 }, { 365, 1000000 }
	};

	for (size_t i = 0; i < 5; i++)
		knots[i] = (struct catalogue_knot){ rukang_day(quarters[i].day), quarters[i].ppm };
	return (struct catalogue_plan){
		.id = "rukang", .shape = CATALOGUE_KNOTS, .knots = knots, .knot_count = 5
	};
}

#endif
