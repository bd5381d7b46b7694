/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/progress/tolerance.h"

static void two_per_cent_and_one_unit_at_least(void **state)
{
	struct catalogue_measure whole = { .decimals = 0 }, cents = { .decimals = 2 };

	(void)state;
	assert_int_equal(fraction_round(tolerance_of(&whole, 0), 0), 1);
	assert_int_equal(fraction_round(tolerance_of(&whole, 50), 2), 100);
	assert_int_equal(fraction_round(tolerance_of(&whole, 51), 2), 102);
	assert_int_equal(fraction_round(tolerance_of(&whole, -200), 0), 4);
	assert_int_equal(fraction_round(tolerance_of(&cents, 100), 0), 100); /* 1.00 */
	assert_int_equal(fraction_round(tolerance_of(&cents, 20000), 0), 400);
}

static void the_edge_is_inside(void **state)
{
	struct catalogue_measure m = { .decimals = 0 };

	(void)state;
	assert_false(tolerance_exceeded(&m, 10, 11));
	assert_true(tolerance_exceeded(&m, 10, 12));
	assert_false(tolerance_exceeded(&m, 200, 196));
	assert_true(tolerance_exceeded(&m, 200, 195));
	assert_false(tolerance_exceeded(&m, 0, -1));
	assert_true(tolerance_exceeded(&m, INT64_MAX, INT64_MIN));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_per_cent_and_one_unit_at_least),
		cmocka_unit_test(the_edge_is_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
