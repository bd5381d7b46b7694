/* SPDX-License-Identifier: MIT */
/* Each test of odd figures with its vector, and exactly at its boundary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "aggregator/progress/plan.h"
#include "aggregator/progress/quality.h"
#include "base/date.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void a_jump_is_measured_by_the_median(void **state)
{
	static const int64_t past[] = { 4, 5, 6, 5, 4, 6 };
	struct quality_jump j = { 0 };

	(void)state;
	assert_true(quality_jump(past, 6, 22, 113, &j));
	assert_int_equal(j.by, QUALITY_BY_MEDIAN);
	assert_int_equal(fraction_round(j.median, 1), 50);
	assert_int_equal(fraction_round(j.score, 4), 114665);
	/* 0.6745 * 5 = 3.37, * 6 = 4.05; downwards too */
	assert_false(quality_jump(past, 6, 10, 113, &j));
	assert_true(quality_jump(past, 6, 11, 113, &j));
	assert_false(quality_jump(past, 6, 0, 113, &j));
	assert_true(quality_jump(past, 6, -1, 113, &j));
	/* five are no history */
	assert_false(quality_jump(past, 5, 1000, 113, &j));
}

/* 3.5 itself is not above 3.5: 0.6745 * 7000 / 1349 = 3.5. */
static void the_limit_itself_is_no_jump(void **state)
{
	static const int64_t past[] = { -1349, -1349, -1349, 0, 1349, 1349, 1349 };
	struct quality_jump j = { 0 };

	(void)state;
	assert_false(quality_jump(past, COUNT(past), 7000, 1, &j));
	assert_int_equal(fraction_round(j.score, 6), 3500000);
	assert_true(quality_jump(past, COUNT(past), 7001, 1, &j));
}

static void an_even_number_has_its_median_between(void **state)
{
	static const int64_t past[] = { 1, 2, 3, 4, 5, 6 };
	struct quality_jump j = { 0 };

	(void)state;
	/* median 3.5, MAD 1.5: 0.6745 * 7.5 / 1.5 = 3.3725; 8.5: 3.822 */
	assert_false(quality_jump(past, 6, 11, 0, &j));
	assert_int_equal(fraction_round(j.median, 1), 35);
	assert_int_equal(fraction_round(j.score, 4), 33725);
	assert_true(quality_jump(past, 6, 12, 0, &j));
}

/* Median 5, MAD 0, mean distance 1/6: the score of x is 6 |x - 5| / 1.253314. */
static void where_most_are_equal_the_mean_decides(void **state)
{
	static const int64_t past[] = { 5, 5, 5, 5, 5, 6 };
	static const int64_t wide[] = { 0, 0, 0, 0, 0, 2000000 };
	struct quality_jump j = { 0 };

	(void)state;
	assert_true(quality_jump(past, 6, 6, 1000, &j));
	assert_int_equal(j.by, QUALITY_BY_MEAN);
	assert_int_equal(fraction_round(j.score, 4), 47873);
	/* 3.5 * 1.253314 * 2000000 / 6 = 1462199.67 */
	assert_false(quality_jump(wide, 6, 1462199, 1, &j));
	assert_true(quality_jump(wide, 6, 1462200, 1, &j));
}

static void where_all_are_equal_the_goal_decides(void **state)
{
	static const int64_t past[] = { 5, 5, 5, 5, 5, 5 };
	struct quality_jump j = { 0 };

	(void)state;
	assert_false(quality_jump(past, 6, 14, 200, &j));
	assert_true(quality_jump(past, 6, 15, 200, &j));
	assert_int_equal(j.by, QUALITY_BY_GOAL);
	assert_false(quality_jump(past, 6, 15, 201, &j)); /* 10.05 */
	assert_false(quality_jump(past, 6, 5, 0, &j));
	assert_true(quality_jump(past, 6, 6, 0, &j)); /* one step, at least */
	assert_true(quality_jump(past, 6, 4, 10, &j));
}

static void long_histories_and_great_numbers_fit(void **state)
{
	int64_t past[QUALITY_HISTORY_MAX + 8];
	const int64_t most = INT64_MAX >> 12;
	struct quality_jump j = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(past); i++)
		past[i] = i < QUALITY_HISTORY_MAX ? (int64_t)(i % 3) : most;
	assert_true(quality_jump(past, COUNT(past), most, most, &j));
	for (size_t i = 0; i < COUNT(past); i++)
		past[i] = i % 2 ? most : -most;
	assert_false(quality_jump(past, COUNT(past), most, most, &j));
	assert_int_equal(j.by, QUALITY_BY_MEDIAN);
}

static void exactly_the_goal_at_the_deadline(void **state)
{
	(void)state;
	assert_true(quality_exact(100, 89, 100));
	assert_false(quality_exact(100, 90, 100)); /* 90 % is enough */
	assert_false(quality_exact(101, 50, 100));
	assert_false(quality_exact(99, 50, 100));
	assert_true(quality_exact(50, 44, 50));
	assert_false(quality_exact(50, 45, 50));
	assert_false(quality_exact(49, 0, 49)); /* too small to be odd */
}

static void most_areas_at_exactly_their_goal(void **state)
{
	(void)state;
	assert_true(quality_bunched(11, 15));
	assert_true(quality_bunched(8, 15));
	assert_false(quality_bunched(7, 15));
	assert_false(quality_bunched(7, 14)); /* half is not more than half */
	assert_true(quality_bunched(5, 8));
	assert_false(quality_bunched(4, 8));
	assert_false(quality_bunched(7, 7)); /* too few areas */
}

/* Knots 0, 10, 35, 75, 100 %: 8.424 % planned for December; 70 to 113 is 38.053 %. */
static void a_spike_in_the_last_period(void **state)
{
	const struct catalogue_knot knots[] = { { date_from_civil(2021, 12, 31), 0 },
						{ date_from_civil(2022, 3, 31), 100000 },
						{ date_from_civil(2022, 6, 30), 350000 },
						{ date_from_civil(2022, 9, 30), 750000 },
						{ date_from_civil(2022, 12, 31), 1000000 } };
	const struct catalogue_plan plan = { .id = "x", .shape = CATALOGUE_KNOTS,
					     .knots = knots, .knot_count = 5 };
	struct fraction planned =
		fraction_sub(plan_share(&plan, date_from_civil(2022, 12, 31)),
			     plan_share(&plan, date_from_civil(2022, 11, 30)));
	struct fraction share = fraction_of(113 - 70, 113);

	(void)state;
	assert_int_equal(fraction_round(planned, 5), 8424);
	assert_int_equal(fraction_round(share, 5), 38053);
	assert_int_equal(fraction_round(fraction_div(share, planned), 3), 4517);
	assert_true(quality_spike(113 - 70, 113, planned));
	/* 20 %, and 3 times: both are enough */
	assert_true(quality_spike(20, 100, fraction_of(1, 15)));
	assert_false(quality_spike(19, 100, fraction_of(1, 15)));
	assert_true(quality_spike(30, 100, fraction_of(1, 10)));
	assert_false(quality_spike(29, 100, fraction_of(1, 10)));
	assert_true(quality_spike(20, 100, (struct fraction){ 0, 1 }));
	assert_false(quality_spike(20, 0, (struct fraction){ 0, 1 }));
}

static struct quality_step step(int64_t value, int percent)
{
	return (struct quality_step){ value, fraction_of(percent, 100), true };
}

static void three_equal_figures_while_the_plan_moves(void **state)
{
	struct quality_step steps[] = { step(40, 30), step(52, 48), step(52, 62), step(52, 75) };

	(void)state;
	assert_int_equal(quality_stuck(steps, 4), 3);
	assert_int_equal(quality_stuck(steps, 3), 2);
	assert_int_equal(quality_stuck(steps, 0), 0);
	steps[3].value = 53;
	assert_int_equal(quality_stuck(steps, 4), 1);
	steps[3] = step(52, 62); /* the plan rests */
	assert_int_equal(quality_stuck(steps, 4), 1);
	steps[3] = step(52, 75);
	steps[2].reported = false; /* carried on, not said */
	assert_int_equal(quality_stuck(steps, 4), 1);
	steps[3].reported = false;
	assert_int_equal(quality_stuck(steps, 4), 0);
}

/* 110 canteens and 100 000 pupils: 909 each; more than 2 727.27 or less than 303.03 is odd. */
static void pairs_keep_their_ratio(void **state)
{
	(void)state;
	assert_int_equal(quality_pair(1, 110, 400, 100000, 3), QUALITY_PAIR_FITS);
	assert_int_equal(quality_pair(1, 110, 3000, 100000, 3), QUALITY_PAIR_HIGH);
	assert_int_equal(quality_pair(1, 110, 2727, 100000, 3), QUALITY_PAIR_FITS);
	assert_int_equal(quality_pair(1, 110, 2728, 100000, 3), QUALITY_PAIR_HIGH);
	assert_int_equal(quality_pair(1, 110, 304, 100000, 3), QUALITY_PAIR_FITS);
	assert_int_equal(quality_pair(1, 110, 303, 100000, 3), QUALITY_PAIR_LOW);
	/* exactly three times is not more */
	assert_int_equal(quality_pair(110, 110, 300000, 100000, 3), QUALITY_PAIR_FITS);
	assert_int_equal(quality_pair(110, 110, 300001, 100000, 3), QUALITY_PAIR_HIGH);
	assert_int_equal(quality_pair(330, 110, 100000, 100000, 3), QUALITY_PAIR_FITS);
	assert_int_equal(quality_pair(330, 110, 99999, 100000, 3), QUALITY_PAIR_LOW);
}

static void a_pair_has_two_sides(void **state)
{
	(void)state;
	assert_int_equal(quality_pair(0, 110, 0, 100000, 3), QUALITY_PAIR_FITS);
	assert_int_equal(quality_pair(1, 110, 0, 100000, 3), QUALITY_PAIR_ALONE);
	assert_int_equal(quality_pair(0, 110, 1, 100000, 3), QUALITY_PAIR_ALONE);
}

static void far_above_the_quota(void **state)
{
	(void)state;
	assert_false(quality_above(150, 50, 3, 99)); /* three times is not more */
	assert_true(quality_above(151, 50, 3, 100));
	assert_false(quality_above(151, 50, 3, 101));
	assert_false(quality_above(30, 8, 3, 100)); /* many times, but few steps */
	assert_true(quality_above(INT64_MAX >> 12, 1, 3, 100));
	assert_false(quality_above(1000, 0, 3, 100)); /* no task: nothing to compare with */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jump_is_measured_by_the_median),
		cmocka_unit_test(the_limit_itself_is_no_jump),
		cmocka_unit_test(an_even_number_has_its_median_between),
		cmocka_unit_test(where_most_are_equal_the_mean_decides),
		cmocka_unit_test(where_all_are_equal_the_goal_decides),
		cmocka_unit_test(long_histories_and_great_numbers_fit),
		cmocka_unit_test(exactly_the_goal_at_the_deadline),
		cmocka_unit_test(most_areas_at_exactly_their_goal),
		cmocka_unit_test(a_spike_in_the_last_period),
		cmocka_unit_test(three_equal_figures_while_the_plan_moves),
		cmocka_unit_test(pairs_keep_their_ratio),
		cmocka_unit_test(a_pair_has_two_sides),
		cmocka_unit_test(far_above_the_quota),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
