/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "daemon/attempts.h"

static int setup(void **state)
{
	struct attempts *a = NULL;

	if (crypto_init() != ERR_OK || attempts_new(4, 3, 8000, 100000, &a) != ERR_OK)
		return 1;
	*state = a;
	return 0;
}

static int teardown(void **state)
{
	attempts_free(*state);
	return 0;
}

static void the_wait_grows(void **state)
{
	static const int64_t wanted[] = { 0, 0, 1000, 2000, 4000, 8000, 8000 };
	struct attempts *a = *state;
	int64_t now = 1000;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		assert_int_equal(attempts_wait(a, "li", now), 0);
		attempts_begin(a, "li", now);
		assert_int_equal(attempts_wait(a, "li", now), wanted[i]);
		assert_int_equal(attempts_wait(a, "wang", now), 0);
		now += wanted[i];
	}
}

static void many_at_once_gain_nothing(void **state)
{
	struct attempts *a = *state;

	for (int i = 0; i < 5; i++)
		attempts_begin(a, "li", 0);
	assert_int_equal(attempts_wait(a, "li", 0), 4000);
}

static void the_right_one_is_forgiven(void **state)
{
	struct attempts *a = *state;

	for (int i = 0; i < 4; i++)
		attempts_begin(a, "li", 0);
	attempts_right(a, "li", true);
	assert_int_equal(attempts_wait(a, "li", 0), 0);
	attempts_begin(a, "li", 0);
	assert_int_equal(attempts_wait(a, "li", 0), 0);
	/* of an address, that try alone */
	for (int i = 0; i < 4; i++)
		attempts_begin(a, "10.0.0.1", 0);
	attempts_right(a, "10.0.0.1", false);
	attempts_begin(a, "10.0.0.1", 0);
	assert_int_equal(attempts_wait(a, "10.0.0.1", 0), 2000);
	attempts_right(a, "nobody", true);
}

static void it_is_forgotten(void **state)
{
	struct attempts *a = *state;

	for (int i = 0; i < 6; i++)
		attempts_begin(a, "li", 0);
	assert_int_equal(attempts_wait(a, "li", 100001), 0);
	attempts_begin(a, "li", 100001);
	assert_int_equal(attempts_wait(a, "li", 100001), 0);
}

static void the_table_is_bounded(void **state)
{
	struct attempts *a = *state;

	for (int i = 0; i < 6; i++)
		attempts_begin(a, "li", 50);
	for (int i = 0; i < 3; i++) {
		char key[8];

		snprintf(key, sizeof(key), "k%d", i);
		attempts_begin(a, key, i);
	}
	attempts_begin(a, "new", 60); /* k0 was quiet longest */
	assert_true(attempts_wait(a, "li", 60) > 0);
	for (int i = 0; i < 3; i++)
		attempts_begin(a, "new", 60);
	assert_true(attempts_wait(a, "new", 60) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_wait_grows, setup, teardown),
		cmocka_unit_test_setup_teardown(many_at_once_gain_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(the_right_one_is_forgiven, setup, teardown),
		cmocka_unit_test_setup_teardown(it_is_forgotten, setup, teardown),
		cmocka_unit_test_setup_teardown(the_table_is_bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
