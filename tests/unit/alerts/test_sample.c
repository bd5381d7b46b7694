/* SPDX-License-Identifier: MIT */
/* How many figures are checked on the spot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/alerts/sample.h"

static void sizes_of_samples(void **state)
{
	(void)state;
	assert_int_equal(sample_size(0, 0), 0);
	assert_int_equal(sample_size(1, 0), 1);
	assert_int_equal(sample_size(16, 0), 4);
	assert_int_equal(sample_size(17, 0), 5);
	assert_int_equal(sample_size(17, 3), 3);
	assert_int_equal(sample_size(2, 3), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_of_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
