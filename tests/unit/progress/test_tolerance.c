/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/progress/tolerance.h"

static void two_per_cent_and_one_unit_at_least(void **state)
{
	(void)state;
	assert_int_equal(fraction_round(tolerance_of(0), 0), 1);
	assert_int_equal(fraction_round(tolerance_of(50), 2), 100);
	assert_int_equal(fraction_round(tolerance_of(51), 2), 102);
	assert_int_equal(fraction_round(tolerance_of(-200), 0), 4);
	/* 2.25 km are counted as 225 of 0.01 km: 0.045 km, not a kilometre */
	assert_int_equal(fraction_round(tolerance_of(225), 2), 450);
}

static void the_edge_is_inside(void **state)
{
	(void)state;
	assert_false(tolerance_exceeded(10, 11));
	assert_true(tolerance_exceeded(10, 12));
	assert_false(tolerance_exceeded(200, 196));
	assert_true(tolerance_exceeded(200, 195));
	assert_false(tolerance_exceeded(0, -1));
	assert_true(tolerance_exceeded(INT64_MAX, INT64_MIN));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_per_cent_and_one_unit_at_least),
		cmocka_unit_test(the_edge_is_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
