/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/progress/rukang.h"

static void assert_text(struct fraction f, unsigned decimals, const char *expected)
{
	char text[32];

	fraction_format(f, decimals, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void assert_share(const struct catalogue_plan *p, int32_t day, int128 num, int128 den)
{
	assert_int_equal(fraction_compare(plan_share(p, day), fraction_of(num, den)), 0);
}

static void test_knots(void **state)
{
	struct catalogue_knot knots[5];
	struct catalogue_plan p = rukang_plan(knots);
	int32_t august = date_from_civil(2022, 8, 31);

	(void)state;
	assert_int_equal(august, rukang_day(243));
	assert_share(&p, august, 35 * 92 + 40 * 62, 9200);
	assert_text(fraction_mul(plan_share(&p, august), fraction_of(100, 1)), 4, "61.9565");
	assert_text(plan_expected(&p, RUKANG_GOAL, august), 4, "70.0109");
	assert_share(&p, rukang_day(-1), 0, 1);
	assert_share(&p, rukang_day(0), 0, 1);
	assert_share(&p, rukang_day(1), 10, 9000);
	assert_share(&p, rukang_day(90), 10, 100);
	assert_share(&p, rukang_day(365), 1, 1);
	assert_share(&p, rukang_day(900), 1, 1);
	assert_int_equal(plan_start(&p), rukang_day(0));
	assert_int_equal(plan_due(&p), rukang_day(365));
}

static struct catalogue_plan year(struct catalogue_knot ends[2], enum catalogue_plan_shape shape)
{
	ends[0] = (struct catalogue_knot){ rukang_day(0), 0 };
	ends[1] = (struct catalogue_knot){ rukang_day(365), 1000000 };
	return (struct catalogue_plan){
		.id = "year", .shape = shape, .knots = ends, .knot_count = 2
	};
}

static void test_linear_day(void **state)
{
	struct catalogue_knot ends[2];
	struct catalogue_plan p = year(ends, CATALOGUE_LINEAR_DAY);

	(void)state;
	assert_share(&p, rukang_day(243), 243, 365);
	assert_text(fraction_mul(plan_share(&p, rukang_day(243)), fraction_of(100, 1)), 4,
		    "66.5753");
	assert_text(plan_expected(&p, RUKANG_GOAL, rukang_day(243)), 4, "75.2301");
	assert_share(&p, rukang_day(365), 1, 1);
}

static void test_linear_month(void **state)
{
	struct catalogue_knot ends[2];
	struct catalogue_plan p = year(ends, CATALOGUE_LINEAR_MONTH);

	(void)state;
	assert_share(&p, rukang_day(243), 8, 12);
	assert_text(plan_expected(&p, RUKANG_GOAL, rukang_day(243)), 4, "75.3333");
	/* a month counts when it is over */
	assert_share(&p, date_from_civil(2022, 1, 30), 0, 1);
	assert_share(&p, date_from_civil(2022, 1, 31), 1, 12);
	assert_share(&p, date_from_civil(2022, 9, 29), 8, 12);
	assert_share(&p, date_from_civil(2022, 9, 30), 9, 12);
	assert_share(&p, date_from_civil(2022, 12, 30), 11, 12);
	assert_share(&p, date_from_civil(2022, 12, 31), 1, 1);
}

static void test_steps(void **state)
{
	struct catalogue_knot knots[] = { { rukang_day(0), 0 },
					  { rukang_day(90), 300000 },
					  { rukang_day(181), 1000000 } };
	struct catalogue_plan p = { .shape = CATALOGUE_STEPS, .knots = knots, .knot_count = 3 };

	(void)state;
	assert_share(&p, rukang_day(89), 0, 1);
	assert_share(&p, rukang_day(90), 30, 100);
	assert_share(&p, rukang_day(180), 30, 100);
	assert_share(&p, rukang_day(181), 1, 1);
}

static void test_days_of_a_share(void **state)
{
	struct catalogue_knot knots[5];
	struct catalogue_plan p = rukang_plan(knots);
	struct plan_stretch at = plan_days_of(&p, fraction_of(58, 113));

	(void)state;
	assert_text(at.first, 4, "218.5531");
	assert_int_equal(fraction_compare(at.first, at.last), 0);
	at = plan_days_of(&p, fraction_of(1, 10));
	assert_text(at.first, 0, "90");
	assert_text(at.last, 0, "90");
	at = plan_days_of(&p, fraction_of(-5, 10));
	assert_text(at.first, 0, "0");
	at = plan_days_of(&p, fraction_of(7, 5));
	assert_text(at.last, 0, "365");
}

static void test_days_of_a_plateau(void **state)
{
	struct catalogue_knot knots[] = { { rukang_day(0), 0 },
					  { rukang_day(100), 500000 },
					  { rukang_day(200), 500000 },
					  { rukang_day(365), 1000000 } };
	struct catalogue_plan p = { .shape = CATALOGUE_KNOTS, .knots = knots, .knot_count = 4 };
	struct plan_stretch at = plan_days_of(&p, fraction_of(1, 2));

	(void)state;
	assert_text(at.first, 0, "100");
	assert_text(at.last, 0, "200");
	p.shape = CATALOGUE_STEPS;
	at = plan_days_of(&p, fraction_of(1, 4));
	assert_text(at.first, 0, "100");
	assert_text(at.last, 0, "99");
	at = plan_days_of(&p, fraction_of(1, 2));
	assert_text(at.first, 0, "100");
	assert_text(at.last, 0, "364");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_knots),		cmocka_unit_test(test_linear_day),
		cmocka_unit_test(test_linear_month),	cmocka_unit_test(test_steps),
		cmocka_unit_test(test_days_of_a_share), cmocka_unit_test(test_days_of_a_plateau),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
