/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/progress/pace.h"
#include "tests/unit/progress/rukang.h"

static void assert_text(struct fraction f, unsigned decimals, const char *expected)
{
	char text[32];

	fraction_format(f, decimals, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void assert_number(struct pace_number n, unsigned decimals, const char *expected)
{
	assert_true(n.known);
	assert_text(n.value, decimals, expected);
}

static struct fraction share(int64_t value)
{
	return fraction_of(value, RUKANG_GOAL);
}

static void test_gap(void **state)
{
	struct catalogue_knot knots[5];
	struct catalogue_plan p = rukang_plan(knots);
	struct fraction planned = plan_share(&p, rukang_day(243));
	struct fraction expected = plan_expected(&p, RUKANG_GOAL, rukang_day(243));
	struct fraction points = fraction_div(pace_gap(share(58), planned), fraction_of(100, 1));

	(void)state;
	assert_text(fraction_mul(share(58), fraction_of(100, 1)), 4, "51.3274");
	assert_text(points, 4, "-10.6291");
	assert_text(pace_variance(58, expected), 4, "-12.0109");
	assert_number(pace_index(58, expected), 5, "0.82844");
	assert_false(pace_index(3, fraction_of(0, 1)).known);
	/* against the linear plan by months */
	points = fraction_div(pace_gap(share(58), fraction_of(8, 12)), fraction_of(100, 1));
	assert_text(points, 3, "-15.339");
}

static void test_earned_schedule(void **state)
{
	struct catalogue_knot knots[5];
	struct catalogue_plan p = rukang_plan(knots);
	struct pace_schedule s = pace_schedule(&p, share(58), rukang_day(243));

	(void)state;
	assert_text(s.earned, 4, "218.5531");
	assert_text(s.variance, 4, "-24.4469");
	assert_number(s.index, 6, "0.899395");
	assert_number(s.to_finish, 6, "1.200384");
}

static void test_finished_late(void **state)
{
	struct catalogue_knot knots[5];
	struct catalogue_plan p = rukang_plan(knots);
	int32_t day = rukang_day(395);
	struct pace_schedule s = pace_schedule(&p, share(113), day);

	(void)state;
	assert_int_equal(day, date_from_civil(2023, 1, 30));
	assert_number(pace_index(113, plan_expected(&p, RUKANG_GOAL, day)), 3, "1.000");
	assert_number(s.index, 5, "0.92405");
	assert_false(s.to_finish.known);
}

static void test_plateau(void **state)
{
	struct catalogue_knot knots[] = { { rukang_day(0), 0 },
					  { rukang_day(60), 0 },
					  { rukang_day(365), 1000000 } };
	struct catalogue_plan p = { .shape = CATALOGUE_KNOTS, .knots = knots, .knot_count = 3 };
	struct pace_schedule s = pace_schedule(&p, share(0), rukang_day(30));

	(void)state;
	assert_text(s.earned, 0, "30");
	assert_number(s.index, 3, "1.000");
	s = pace_schedule(&p, share(0), rukang_day(90));
	assert_text(s.earned, 0, "60");
	assert_number(s.index, 4, "0.6667");
	assert_false(pace_schedule(&p, share(0), rukang_day(0)).index.known);
}

/* On the day of a step, who has not done it is a day late, and who has done more is not. */
static void test_steps(void **state)
{
	struct catalogue_knot knots[] = { { rukang_day(0), 0 },
					  { rukang_day(100), 500000 },
					  { rukang_day(200), 1000000 } };
	struct catalogue_plan p = { .shape = CATALOGUE_STEPS, .knots = knots, .knot_count = 3 };

	(void)state;
	assert_text(pace_schedule(&p, fraction_of(1, 4), rukang_day(99)).variance, 0, "1");
	assert_text(pace_schedule(&p, fraction_of(1, 4), rukang_day(100)).variance, 0, "-1");
	assert_text(pace_schedule(&p, fraction_of(1, 2), rukang_day(100)).variance, 0, "0");
	assert_text(pace_schedule(&p, fraction_of(1, 2), rukang_day(150)).variance, 0, "0");
	assert_text(pace_schedule(&p, fraction_of(1, 2), rukang_day(200)).variance, 0, "-1");
}

static void test_forecast(void **state)
{
	struct catalogue_knot knots[5];
	struct catalogue_plan p = rukang_plan(knots);
	struct pace_schedule s = pace_schedule(&p, share(58), rukang_day(243));
	struct pace_number first = pace_finish_by_index(&p, &s), second;
	struct fraction rate = pace_rate(58, 30, 92);

	(void)state;
	assert_number(first, 4, "405.8282");
	assert_int_equal(pace_date(&p, first), date_from_civil(2023, 2, 10));
	assert_text(rate, 6, "0.304348");
	second = pace_finish_by_rate(243, 58, RUKANG_GOAL, rate);
	assert_number(second, 4, "423.7143");
	assert_int_equal(pace_date(&p, second), date_from_civil(2023, 2, 28));
}

static void test_never(void **state)
{
	struct catalogue_knot knots[5];
	struct catalogue_plan p = rukang_plan(knots);
	struct pace_number never = pace_finish_by_rate(243, 58, RUKANG_GOAL, pace_rate(58, 58, 92));
	struct pace_schedule s = pace_schedule(&p, share(0), rukang_day(243));

	(void)state;
	assert_false(never.known);
	assert_false(pace_finish_by_rate(243, 58, RUKANG_GOAL, pace_rate(50, 58, 92)).known);
	assert_int_equal(pace_date(&p, never), DATE_NONE);
	assert_false(pace_finish_by_index(&p, &s).known);
	assert_number(pace_finish_by_rate(243, 113, RUKANG_GOAL, pace_rate(58, 58, 92)), 0, "243");
	/* a thousand years is never, too */
	assert_int_equal(pace_date(&p, (struct pace_number){ true, { 365000, 1 } }), DATE_NONE);
}

static void test_run_rates(void **state)
{
	struct catalogue_knot knots[5];
	struct catalogue_plan p = rukang_plan(knots);
	struct pace_number required = pace_required(&p, 58, RUKANG_GOAL, rukang_day(243));
	struct fraction recent = pace_rate(58, 30, 92);
	struct fraction month = { 304375, 10000 };

	(void)state;
	assert_number(required, 6, "0.450820");
	assert_text(fraction_mul(required.value, month), 2, "13.72");
	assert_text(fraction_mul(recent, month), 2, "9.26");
	assert_number(pace_ratio(required, recent), 6, "1.481265");
	assert_int_equal(pace_band(required, recent, false), PACE_WILL_MISS);
	assert_int_equal(pace_band(required, fraction_of(0, 1), false), PACE_SERIOUS);
	assert_int_equal(pace_band(required, fraction_of(-1, 9), false), PACE_SERIOUS);
	assert_int_equal(pace_band(required, fraction_of(0, 1), true), PACE_OK);
	required = pace_required(&p, 58, RUKANG_GOAL, rukang_day(365));
	assert_false(required.known);
	assert_int_equal(pace_band(required, recent, false), PACE_OVERDUE);
}

static enum pace_band band_of(int128 num, int128 den)
{
	return pace_band((struct pace_number){ true, fraction_of(num, den) }, fraction_of(1, 1),
			 false);
}

static void test_bands_at_their_edges(void **state)
{
	(void)state;
	assert_int_equal(band_of(1, 1), PACE_OK);
	assert_int_equal(band_of(1000001, 1000000), PACE_WATCH);
	assert_int_equal(band_of(5, 4), PACE_WATCH);
	assert_int_equal(band_of(1250001, 1000000), PACE_WILL_MISS);
	assert_int_equal(band_of(2, 1), PACE_WILL_MISS);
	assert_int_equal(band_of(2000001, 1000000), PACE_SERIOUS);
	assert_int_equal(band_of(0, 1), PACE_OK);
	assert_int_equal(band_of(-3, 1), PACE_OK);
}

static void test_attribution(void **state)
{
	struct pace_part parts[] = { { .expected = { 24, 1 }, .value = 12 },
				     { .expected = { 10, 1 }, .value = 12 },
				     { .expected = { 36, 1 }, .value = 34 } };
	struct pace_attribution sum = pace_attribute(parts, 3);

	(void)state;
	assert_text(sum.gap, 0, "12");
	assert_text(sum.gross, 0, "14");
	assert_text(sum.offset, 0, "2");
	assert_text(fraction_mul(parts[0].share, fraction_of(100, 1)), 1, "85.7");
	assert_text(parts[1].share, 1, "0.0");
	assert_text(fraction_mul(parts[2].share, fraction_of(100, 1)), 1, "14.3");
	parts[0].value = parts[2].value = 99;
	sum = pace_attribute(parts, 3);
	assert_text(sum.gross, 0, "0");
	assert_text(parts[0].share, 0, "0");
}

static void test_delta(void **state)
{
	struct catalogue_knot knots[5];
	struct catalogue_plan p = rukang_plan(knots);
	struct fraction july = plan_share(&p, rukang_day(212));
	struct fraction august = plan_share(&p, rukang_day(243));
	struct fraction points = fraction_of(100, 1);

	(void)state;
	assert_text(fraction_mul(fraction_sub(august, july), points), 4, "13.4783");
	assert_text(fraction_div(pace_delta(58, 52, RUKANG_GOAL, august, july), points), 4,
		    "-8.1685");
}

static void test_plausible(void **state)
{
	(void)state;
	assert_text(pace_plausible(fraction_of(2, 1), 3), 0, "3");
	assert_text(pace_plausible(fraction_of(7, 2), 3), 1, "3.5");
	assert_text(pace_plausible(fraction_of(0, 1), -4), 0, "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_earned_schedule),
		cmocka_unit_test(test_finished_late),
		cmocka_unit_test(test_plateau),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_forecast),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_run_rates),
		cmocka_unit_test(test_bands_at_their_edges),
		cmocka_unit_test(test_attribution),
		cmocka_unit_test(test_delta),
		cmocka_unit_test(test_plausible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
