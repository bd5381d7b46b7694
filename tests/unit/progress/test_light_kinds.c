/* SPDX-License-Identifier: MIT */
/* Lights of what is no plain quantity, or no plain figure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/progress/lamp.h"
#include "tests/unit/progress/rukang.h"

static void test_about_is_never_red(void **state)
{
	struct catalogue_measure about = quantity;
	struct light_input in = { .at = stand(10, 100), .planned = { 1, 1 }, .reported = true };

	(void)state;
	about.comparator = CATALOGUE_ABOUT;
	assert_int_equal(light_step(&yinchuan, &about, (struct light_state){ 0 }, &in).light,
			 LIGHT_YELLOW);
	in.due_passed = true;
	assert_int_equal(light_step(&yinchuan, &about, (struct light_state){ 0 }, &in).light,
			 LIGHT_YELLOW);
}

static void test_what_has_no_light(void **state)
{
	struct catalogue_measure support = quantity;
	struct light_input in = { .at = stand(10, 100), .planned = { 1, 1 }, .reported = true };
	struct light_state none = { 0 };

	(void)state;
	support.role = CATALOGUE_SUPPORT;
	assert_int_equal(light_step(&yinchuan, &support, none, &in).light, LIGHT_NONE);
	in.at.has_goal = false; /* no quota is not a quota of 0 */
	assert_int_equal(light_step(&yinchuan, &quantity, none, &in).light, LIGHT_NONE);
	in.at = (struct totals_result){ .present = true, .has_goal = true, .met = true };
	assert_int_equal(light_step(&yinchuan, &quantity, none, &in).light, LIGHT_NONE);
	in.at = stand(10, 100);
	in.at.not_due = true;
	assert_int_equal(light_step(&yinchuan, &quantity, none, &in).light, LIGHT_NONE);
}

static void test_ratio_without_base(void **state)
{
	struct catalogue_measure rate = { .kind = CATALOGUE_RATIO, .role = CATALOGUE_MAIN };
	struct light_input in = { .at = stand(10, 100), .planned = { 1, 1 }, .reported = true };
	struct light_state none = { 0 };

	(void)state;
	assert_int_equal(light_step(&yinchuan, &rate, none, &in).light, LIGHT_NONE);
	in.at.met = true;
	assert_int_equal(light_step(&yinchuan, &rate, none, &in).light, LIGHT_REACHED);
	in.verified = true;
	assert_int_equal(light_step(&yinchuan, &rate, none, &in).light, LIGHT_DONE);
	in.at.met = false;
	in.due_passed = true;
	assert_int_equal(light_step(&yinchuan, &rate, none, &in).light, LIGHT_RED);
	in.due_passed = false;
	rate.has_base = true;
	assert_int_equal(light_step(&yinchuan, &rate, none, &in).light, LIGHT_RED);
}

static void test_milestones(void **state)
{
	struct catalogue_measure steps = { .kind = CATALOGUE_MILESTONE, .role = CATALOGUE_MAIN };
	struct light_input in = { .at = stand(400000, 1000000),
				  .planned = { 7, 10 },
				  .reported = true };
	struct light_state s = { 0 };

	(void)state;
	/* by weight: 40 % of 70 % is exactly 30 points behind */
	assert_int_equal(light_of(&yinchuan, in.at.done, in.planned), LIGHT_YELLOW);
	/* the light goes by the months that the oldest open stage is late */
	assert_int_equal(light_step(&yinchuan, &steps, s, &in).light, LIGHT_GREEN);
	in.late = true;
	assert_int_equal(light_step(&yinchuan, &steps, s, &in).light, LIGHT_YELLOW);
	in.months_late = 2;
	assert_int_equal(light_step(&yinchuan, &steps, s, &in).light, LIGHT_YELLOW);
	in.months_late = 3;
	assert_int_equal(light_step(&yinchuan, &steps, s, &in).light, LIGHT_RED);
}

static void test_not_started(void **state)
{
	/* 6 % planned of 100, nothing done: by points on plan */
	struct light_input in = { .at = stand(0, 100), .planned = { 6, 100 }, .reported = true };
	struct light_state s = { 0 };

	(void)state;
	in.late = true;
	in.months_late = 2;
	assert_int_equal(light_step(&yinchuan, &quantity, s, &in).light, LIGHT_GREEN);
	in.months_late = 3;
	assert_int_equal(light_step(&yinchuan, &quantity, s, &in).light, LIGHT_RED);
}

static void test_provisional(void **state)
{
	struct catalogue_knot knots[5];
	struct catalogue_plan plan = rukang_plan(knots);
	struct light_input in = { .at = stand(58, RUKANG_GOAL),
				  .reported = true,
				  .has_high = true };
	struct fraction high = pace_plausible(fraction_of(2, 1), 3);
	struct light_state s;

	(void)state;
	in.planned = plan_share(&plan, rukang_day(243));
	in.high = fraction_div(fraction_add(fraction_of(58, 1), high), fraction_of(RUKANG_GOAL, 1));
	assert_int_equal(fraction_round(pace_gap(in.high, in.planned), 2), -79742);
	s = light_step(&yinchuan, &quantity, (struct light_state){ 0 }, &in);
	assert_int_equal(s.light, LIGHT_YELLOW);
	assert_true(s.provisional);
	in.high = fraction_of(59, RUKANG_GOAL);
	in.planned = fraction_of(65, 100);
	s = light_step(&yinchuan, &quantity, s, &in);
	assert_int_equal(s.light, LIGHT_YELLOW);
	assert_false(s.provisional);
	/* 0.9 of 1 expected: too few to be behind, whoever may still bring it */
	in = (struct light_input){ .at = stand(0, 1),
				   .planned = { 9, 10 },
				   .reported = true,
				   .has_high = true,
				   .high = { 1, 1 } };
	s = light_step(&yinchuan, &quantity, (struct light_state){ 0 }, &in);
	assert_int_equal(s.light, LIGHT_GREEN);
	assert_false(s.provisional);
	/* 1.8 of 2: one short is behind, none is not */
	in.at = stand(0, 2);
	in.high = fraction_of(1, 2);
	assert_true(light_step(&yinchuan, &quantity, s, &in).provisional);
}

static void test_compose(void **state)
{
	struct light_state parts[3] = { { .light = LIGHT_DONE }, { .light = LIGHT_GREEN }, { 0 } };
	struct light_state s = { 0 };

	(void)state;
	assert_int_equal(light_compose(s, parts, 3).light, LIGHT_GREEN);
	assert_int_equal(light_compose(s, parts, 1).light, LIGHT_DONE);
	parts[1].light = LIGHT_REACHED; /* one part to be verified: the whole is, too */
	assert_int_equal(light_compose(s, parts, 2).light, LIGHT_REACHED);
	parts[1].light = LIGHT_GREEN;
	assert_int_equal(light_compose(s, &parts[2], 1).light, LIGHT_NONE);
	parts[2] = (struct light_state){ .light = LIGHT_RED, .silent = true, .missed = 2 };
	s = light_compose((struct light_state){ .light = LIGHT_YELLOW, .months = 4 }, parts, 3);
	assert_int_equal(s.light, LIGHT_RED);
	assert_int_equal(s.months, 5);
	assert_true(s.silent);
	assert_int_equal(s.missed, 2);
}

static void test_a_whole_is_done_by_its_own_total(void **state)
{
	struct light_state done = { .light = LIGHT_DONE }, red = { .light = LIGHT_RED };
	struct totals_result whole = stand(150, 200);

	(void)state;
	assert_int_equal(light_of_whole(done, &whole).light, LIGHT_GREEN);
	assert_int_equal(light_of_whole(red, &whole).light, LIGHT_RED);
	done.light = LIGHT_REACHED;
	assert_int_equal(light_of_whole(done, &whole).light, LIGHT_GREEN);
	done.light = LIGHT_DONE;
	whole.met = true;
	assert_int_equal(light_of_whole(done, &whole).light, LIGHT_DONE);
	whole = (struct totals_result){ .present = true };
	assert_int_equal(light_of_whole(done, &whole).light, LIGHT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_about_is_never_red),
		cmocka_unit_test(test_what_has_no_light),
		cmocka_unit_test(test_ratio_without_base),
		cmocka_unit_test(test_milestones),
		cmocka_unit_test(test_not_started),
		cmocka_unit_test(test_provisional),
		cmocka_unit_test(test_compose),
		cmocka_unit_test(test_a_whole_is_done_by_its_own_total),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
