/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/quality.h"

#include <stdlib.h>

static int by_size(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

/* Twice the median, so that it is a whole number. Sorts. */
static int64_t median_twice(int64_t *values, size_t count)
{
	qsort(values, count, sizeof(*values), by_size);
	return values[(count - 1) / 2] + values[count / 2];
}

static int64_t distance(int64_t a, int64_t b)
{
	return a < b ? b - a : a - b;
}

/* Of the past increments. */
struct spread {
	int64_t median2; /* twice the median */
	int64_t mad4;	 /* four times the median of |x - median| */
	int128 sum2;	 /* twice the sum of |x - median| */
	size_t count;
};

static struct spread spread_of(const int64_t *past, size_t count)
{
	struct spread s = { .count = count };
	int64_t values[QUALITY_HISTORY_MAX];

	for (size_t i = 0; i < count; i++)
		values[i] = past[i];
	s.median2 = median_twice(values, count);
	for (size_t i = 0; i < count; i++) {
		values[i] = distance(2 * values[i], s.median2);
		s.sum2 += values[i];
	}
	s.mad4 = median_twice(values, count);
	return s;
}

/* num / den of the score, against 3.5; past values and weights it all fits 128 bits. */
static bool is_far(int128 num, int128 den, struct quality_jump *out)
{
	out->score = fraction_of(num, den);
	return 2 * num > 7 * den;
}

/* As far as 5 % of the goal, and a step at least; away2: twice the distance. */
static bool is_far_by_goal(int64_t away2, int64_t goal, struct quality_jump *out)
{
	out->score = fraction_of(away2, 2);
	return away2 >= 2 && (int128)away2 * 10 >= goal;
}

bool quality_jump(const int64_t *past, size_t count, int64_t increment, int64_t goal,
		  struct quality_jump *out)
{
	struct spread s;
	int64_t away2;

	if (count < QUALITY_HISTORY_MIN)
		return false;
	s = spread_of(past, count < QUALITY_HISTORY_MAX ? count : QUALITY_HISTORY_MAX);
	away2 = distance(2 * increment, s.median2);
	out->median = fraction_of(s.median2, 2);
	out->by = s.mad4 ? QUALITY_BY_MEDIAN : s.sum2 ? QUALITY_BY_MEAN : QUALITY_BY_GOAL;
	switch (out->by) {
	case QUALITY_BY_MEDIAN: /* 0.6745 (away2 / 2) / (mad4 / 4) */
		return is_far((int128)6745 * 2 * away2, (int128)10000 * s.mad4, out);
	case QUALITY_BY_MEAN: /* (away2 / 2) / (1.253314 sum2 / 2 / n) */
		return is_far((int128)away2 * (int128)s.count * 1000000, 1253314 * s.sum2, out);
	default:
		return is_far_by_goal(away2, goal, out);
	}
}

bool quality_exact(int64_t value, int64_t before, int64_t goal)
{
	return goal >= QUALITY_ROUND_MIN && value == goal && (int128)before * 10 < (int128)goal * 9;
}

bool quality_bunched(unsigned exact, unsigned areas)
{
	return areas >= QUALITY_AREAS_MIN && (uint64_t)exact * 2 > areas;
}

bool quality_spike(int64_t increment, int64_t goal, struct fraction planned_share)
{
	struct fraction share;

	if (goal <= 0 || (int128)increment * 5 < goal)
		return false;
	share = fraction_of(increment, goal);
	return fraction_compare(share,
				fraction_mul(planned_share, (struct fraction){ 3, 1 })) >= 0;
}

size_t quality_stuck(const struct quality_step *steps, size_t count)
{
	size_t run = 0;

	while (run < count) {
		const struct quality_step *s = &steps[count - 1 - run];
		const struct quality_step *next = s + 1;

		if (!s->reported || (run && (s->value != next->value ||
					     fraction_compare(s->planned, next->planned) >= 0)))
			break;
		run++;
	}
	return run;
}

enum quality_pair quality_pair(int64_t first, int64_t first_goal, int64_t second,
			       int64_t second_goal, unsigned times)
{
	struct fraction is, planned;
	struct fraction factor = { (int128)times, 1 };

	if (first <= 0 || second <= 0)
		return first > 0 || second > 0 ? QUALITY_PAIR_ALONE : QUALITY_PAIR_FITS;
	is = fraction_of(second, first);
	planned = fraction_of(second_goal, first_goal);
	if (fraction_compare(is, fraction_mul(planned, factor)) > 0)
		return QUALITY_PAIR_HIGH;
	return fraction_compare(fraction_mul(is, factor), planned) < 0 ? QUALITY_PAIR_LOW :
									 QUALITY_PAIR_FITS;
}

bool quality_above(int64_t value, int64_t goal, unsigned times, unsigned steps)
{
	return goal > 0 && (int128)value > (int128)goal * times &&
	       (int128)value - goal > (int128)steps;
}
