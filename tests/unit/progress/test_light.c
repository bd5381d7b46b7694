/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/progress/lamp.h"
#include "tests/unit/progress/rukang.h"

static void test_sequence_with_hysteresis(void **state)
{
	static const struct {
		int64_t gap;
		enum light light;
		bool silent;
	} steps[] = {
		{ -900, LIGHT_GREEN, false },	{ -1000, LIGHT_YELLOW, false },
		{ -900, LIGHT_YELLOW, false },	{ -800, LIGHT_GREEN, false },
		{ -3100, LIGHT_RED, false },	{ -2800, LIGHT_RED, false },
		{ -2700, LIGHT_YELLOW, false }, { NO_REPORT, LIGHT_YELLOW, true },
		{ -790, LIGHT_GREEN, false },
	};
	struct light_state s = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		s = step(&yinchuan, s, steps[i].gap);
		assert_int_equal(s.light, steps[i].light);
		assert_int_equal(s.silent, steps[i].silent);
	}
}

static void test_red_to_green_at_once(void **state)
{
	struct light_state s = step(&yinchuan, (struct light_state){ 0 }, -3500);

	(void)state;
	assert_int_equal(s.light, LIGHT_RED);
	assert_int_equal(step(&yinchuan, s, -500).light, LIGHT_GREEN);
}

static void test_edges(void **state)
{
	struct light_state none = { 0 };

	(void)state;
	assert_int_equal(step(&yinchuan, none, -999).light, LIGHT_GREEN);
	assert_int_equal(step(&yinchuan, none, -1000).light, LIGHT_YELLOW);
	assert_int_equal(step(&yinchuan, none, -3000).light, LIGHT_YELLOW);
	assert_int_equal(step(&yinchuan, none, -3001).light, LIGHT_RED);
	assert_int_equal(step(&yinchuan, none, 0).light, LIGHT_GREEN);
	assert_int_equal(step(&yinchuan, none, 2000).light, LIGHT_GREEN);
	/* the smallest distance that integers of this size can tell */
	assert_int_equal(light_of(&yinchuan, fraction_of(1, 10), fraction_of(2, 10)), LIGHT_YELLOW);
	assert_int_equal(light_of(&yinchuan, fraction_of(100000000000000001, 1000000000000000000),
				  fraction_of(2, 10)),
			 LIGHT_GREEN);
}

/* 90 % and 70 % of a prime of 18 digits lie between two integers. */
static void test_edges_of_large_numbers(void **state)
{
	static const struct {
		int64_t value;
		enum light light;
	} edges[] = { { 70000000000000002, LIGHT_RED },
		      { 70000000000000003, LIGHT_YELLOW },
		      { 90000000000000002, LIGHT_YELLOW },
		      { 90000000000000003, LIGHT_GREEN } };
	struct light_input in = { .planned = { 1, 1 }, .reported = true };

	(void)state;
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		in.at = stand(edges[i].value, 100000000000000003);
		assert_int_equal(
			light_step(&yinchuan, &quantity, (struct light_state){ 0 }, &in).light,
			edges[i].light);
	}
}

static void test_without_hysteresis(void **state)
{
	struct catalogue_profile p = yinchuan;
	struct light_state s = { 0 };

	(void)state;
	p.yellow_leave = p.yellow_enter;
	p.red_leave = p.red_enter;
	s = step(&p, s, -1000);
	assert_int_equal(s.light, LIGHT_YELLOW);
	s = step(&p, s, -1000);
	assert_int_equal(s.light, LIGHT_YELLOW);
	s = step(&p, s, -999);
	assert_int_equal(s.light, LIGHT_GREEN);
	s = step(&p, s, -3001);
	s = step(&p, s, -3000);
	assert_int_equal(s.light, LIGHT_YELLOW);
}

static void test_counts(void **state)
{
	struct catalogue_profile p = yinchuan;
	struct light_state s = { 0 };

	(void)state;
	p.enter_count = 2;
	p.leave_count = 2;
	s = step(&p, s, -1500);
	assert_int_equal(s.light, LIGHT_GREEN);
	s = step(&p, s, NO_REPORT); /* counts are frozen, not lost */
	assert_int_equal(s.light, LIGHT_GREEN);
	s = step(&p, s, -1500);
	assert_int_equal(s.light, LIGHT_YELLOW);
	s = step(&p, s, 0);
	assert_int_equal(s.light, LIGHT_YELLOW);
	s = step(&p, s, -900); /* neither enters nor leaves: the run is broken */
	s = step(&p, s, 0);
	assert_int_equal(s.light, LIGHT_YELLOW);
	s = step(&p, s, 0);
	assert_int_equal(s.light, LIGHT_GREEN);
}

/* Each colour has to be called for as often as it takes. */
static void test_counts_by_colour(void **state)
{
	static const struct {
		int64_t gap;
		enum light light;
	} steps[] = { { -1500, LIGHT_GREEN }, { -3500, LIGHT_YELLOW }, { -3500, LIGHT_RED },
		      { -1500, LIGHT_RED },   { 0, LIGHT_YELLOW },     { 0, LIGHT_GREEN },
		      { -3500, LIGHT_GREEN }, { 0, LIGHT_GREEN },      { -3500, LIGHT_GREEN },
		      { -3500, LIGHT_RED },   { 0, LIGHT_RED },	       { -2800, LIGHT_RED },
		      { -2700, LIGHT_RED },   { -2700, LIGHT_YELLOW } };
	struct catalogue_profile p = yinchuan;
	struct light_state s = { 0 };

	(void)state;
	p.enter_count = p.leave_count = 2;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		s = step(&p, s, steps[i].gap);
		assert_int_equal(s.light, steps[i].light);
	}
}

static void test_running_example(void **state)
{
	struct catalogue_knot knots[5];
	struct catalogue_plan plan = rukang_plan(knots);
	struct fraction done = fraction_of(58, RUKANG_GOAL);
	struct fraction planned = plan_share(&plan, rukang_day(243)), behind;
	char text[32];

	(void)state;
	assert_int_equal(light_of(&yinchuan, done, planned), LIGHT_YELLOW);
	assert_int_equal(light_of(&tianjin, done, planned), LIGHT_YELLOW);
	assert_int_equal(light_of(&yinchuan, done, fraction_of(8, 12)), LIGHT_YELLOW);
	behind = fraction_div(fraction_sub(planned, done), planned);
	fraction_format(fraction_mul(behind, fraction_of(100, 1)), 3, text, sizeof(text));
	assert_string_equal(text, "17.156");
}

static void test_relative_edges(void **state)
{
	struct fraction planned = { 1, 2 };

	(void)state;
	assert_int_equal(light_of(&tianjin, fraction_of(1, 2), planned), LIGHT_GREEN);
	assert_int_equal(light_of(&tianjin, fraction_of(499999, 1000000), planned), LIGHT_YELLOW);
	assert_int_equal(light_of(&tianjin, fraction_of(35, 100), planned), LIGHT_YELLOW);
	assert_int_equal(light_of(&tianjin, fraction_of(349999, 1000000), planned), LIGHT_RED);
	assert_int_equal(light_of(&tianjin, fraction_of(0, 1), fraction_of(0, 1)), LIGHT_GREEN);
}

static void test_small_numbers(void **state)
{
	/* of 2 canteens, 90 % planned: 1.8 expected; one is not a whole unit behind */
	struct light_input in = { .at = stand(1, 2), .planned = { 9, 10 }, .reported = true };
	struct catalogue_measure lanes = { .kind = CATALOGUE_QUANTITY,
					   .role = CATALOGUE_MAIN,
					   .decimals = 2 };
	struct light_state s = { 0 };

	(void)state;
	assert_int_equal(light_step(&yinchuan, &quantity, s, &in).light, LIGHT_GREEN);
	in.at = stand(0, 2);
	assert_int_equal(light_step(&yinchuan, &quantity, s, &in).light, LIGHT_RED);
	/* 2.25 km of bus lanes at 50 %: 1.125 km expected; the unit is 0.01 km, not a kilometre */
	in = (struct light_input){ .at = stand(112, 225), .planned = { 1, 2 }, .reported = true };
	assert_false(light_is_countable(&lanes, &in.at, in.planned));
	in.at = stand(111, 225);
	assert_true(light_is_countable(&lanes, &in.at, in.planned));
	in.at = stand(90, 225);
	assert_int_equal(light_step(&yinchuan, &lanes, s, &in).light, LIGHT_YELLOW);
	in.at = stand(0, 225);
	assert_int_equal(light_step(&yinchuan, &lanes, s, &in).light, LIGHT_RED);
}

static void test_silence(void **state)
{
	struct light_state s = step(&yinchuan, (struct light_state){ 0 }, 0);
	struct light_input in = at_gap(-4000);

	(void)state;
	in.reported = false;
	s = light_step(&yinchuan, &quantity, s, &in);
	assert_int_equal(s.light, LIGHT_GREEN); /* held */
	assert_true(s.silent);
	assert_int_equal(s.missed, 1);
	s = light_step(&yinchuan, &quantity, s, &in);
	assert_int_equal(s.light, LIGHT_RED); /* what stands is judged as no progress */
	assert_true(s.silent);
	assert_int_equal(s.missed, 2);
	assert_int_equal(s.months, 1);
	s = step(&yinchuan, s, 0);
	assert_int_equal(s.light, LIGHT_GREEN);
	assert_false(s.silent);
	assert_int_equal(s.missed, 0);
	assert_int_equal(s.months, 0);
}

static void test_overdue(void **state)
{
	struct light_input in = {
		.at = stand(99, 100), .planned = { 1, 1 }, .reported = true, .due_passed = true
	};
	struct light_state s = light_step(&yinchuan, &quantity, (struct light_state){ 0 }, &in);

	(void)state;
	assert_int_equal(s.light, LIGHT_RED);
	assert_true(s.overdue);
	in.reported = false; /* the deadline does not wait for a second silence */
	s = light_step(&yinchuan, &quantity, (struct light_state){ .light = LIGHT_GREEN }, &in);
	assert_int_equal(s.light, LIGHT_RED);
	in.at = stand(100, 100);
	in.reported = true;
	s = light_step(&yinchuan, &quantity, s, &in);
	assert_int_equal(s.light, LIGHT_REACHED);
	assert_false(s.overdue);
}

/* The goal alone is 达量待核; the office makes it done. */
static void test_reached_until_verified(void **state)
{
	struct light_input in = { .at = stand(100, 100), .planned = { 1, 2 }, .reported = true };
	struct light_state s = light_step(&yinchuan, &quantity, (struct light_state){ 0 }, &in);

	(void)state;
	assert_int_equal(s.light, LIGHT_REACHED);
	in.verified = true;
	s = light_step(&yinchuan, &quantity, s, &in);
	assert_int_equal(s.light, LIGHT_DONE);
	assert_int_equal(s.months, 0);
	in.verified = false; /* a new row took the verification back */
	assert_int_equal(light_step(&yinchuan, &quantity, s, &in).light, LIGHT_REACHED);
	in.at = stand(99, 100); /* verified, but short: the figure decides */
	in.verified = true;
	in.planned = (struct fraction){ 1, 1 };
	assert_int_equal(light_step(&yinchuan, &quantity, s, &in).light, LIGHT_GREEN);
}

static void test_done_is_not_for_ever(void **state)
{
	struct light_input in = { .at = stand(100, 100), .planned = { 1, 2 }, .reported = true,
				  .verified = true };
	struct light_state s = light_step(&yinchuan, &quantity, (struct light_state){ 0 }, &in);

	(void)state;
	assert_int_equal(s.light, LIGHT_DONE);
	in.at = stand(60, 100); /* corrected */
	in.planned = fraction_of(3, 4);
	s = light_step(&yinchuan, &quantity, s, &in);
	assert_int_equal(s.light, LIGHT_YELLOW);
	in.at = stand(100, 100);
	s = light_step(&yinchuan, &quantity, s, &in);
	in.at = stand(60, 100);
	in.reported = false; /* corrected, and silent: there is no colour to hold */
	assert_int_equal(light_step(&yinchuan, &quantity, s, &in).light, LIGHT_YELLOW);
}

static void test_months(void **state)
{
	struct light_state s = step(&yinchuan, (struct light_state){ 0 }, -1500);

	(void)state;
	assert_int_equal(s.months, 1);
	s = step(&yinchuan, s, -3500);
	assert_int_equal(s.months, 2);
	s = step(&yinchuan, s, 0);
	assert_int_equal(s.months, 0);
	for (int i = 0; i < 300; i++)
		s = step(&yinchuan, s, -3500);
	assert_int_equal(s.months, 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sequence_with_hysteresis),
		cmocka_unit_test(test_red_to_green_at_once),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_edges_of_large_numbers),
		cmocka_unit_test(test_without_hysteresis),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_counts_by_colour),
		cmocka_unit_test(test_running_example),
		cmocka_unit_test(test_relative_edges),
		cmocka_unit_test(test_small_numbers),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_overdue),
		cmocka_unit_test(test_reached_until_verified),
		cmocka_unit_test(test_done_is_not_for_ever),
		cmocka_unit_test(test_months),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
