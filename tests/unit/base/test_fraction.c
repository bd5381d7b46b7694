/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fraction.h"

static struct fraction f(int64_t num, int64_t den)
{
	return fraction_of(num, den);
}

static bool is(struct fraction a, int64_t num, int64_t den)
{
	return a.num == num && a.den == den;
}

static void lowest_terms_and_positive_denominators(void **state)
{
	(void)state;
	assert_true(is(f(6, -4), -3, 2));
	assert_true(is(f(0, -7), 0, 1));
	assert_true(is(f(INT64_MIN, INT64_MIN), 1, 1));
	assert_true(is(f(17 + 27 + 22 + 25, 91), 1, 1));
}

static void arithmetic(void **state)
{
	(void)state;
	assert_true(is(fraction_add(f(1, 6), f(1, 3)), 1, 2));
	assert_true(is(fraction_sub(f(1, 6), f(1, 3)), -1, 6));
	assert_true(is(fraction_mul(f(-2, 3), f(3, 4)), -1, 2));
	assert_true(is(fraction_div(f(1, 2), f(-3, 4)), -2, 3));
	assert_true(is(fraction_div(f(0, 2), f(-3, 4)), 0, 1));
	/* factors cancel before anything is multiplied */
	assert_true(is(fraction_mul(f(INT64_MAX, 3), f(3, INT64_MAX)), 1, 1));
}

static void order_is_exact_where_a_double_sees_none(void **state)
{
	struct fraction a = f(INT64_MAX - 1, INT64_MAX), b = f(INT64_MAX - 2, INT64_MAX - 1);
	struct fraction huge = { ((int128)1 << 120) + 1, ((int128)1 << 119) - 1 };
	struct fraction near = { (int128)1 << 120, ((int128)1 << 119) - 1 };

	(void)state;
	assert_true(fraction_compare(a, b) > 0);
	assert_true(fraction_compare(b, a) < 0);
	assert_int_equal(fraction_compare(a, a), 0);
	assert_true(fraction_compare(huge, near) > 0);
	assert_true(fraction_compare(near, huge) < 0);
	assert_int_equal(fraction_compare(huge, huge), 0);
	assert_true(fraction_compare(f(-1, 3), f(-1, 2)) > 0);
	huge.num = -huge.num;
	near.num = -near.num;
	assert_true(fraction_compare(huge, near) < 0);
	assert_true(fraction_compare(huge, f(1, 3)) < 0);
}

static void rounding(void **state)
{
	(void)state;
	assert_int_equal(fraction_floor(f(-7, 2)), -4);
	assert_int_equal(fraction_ceil(f(-7, 2)), -3);
	assert_int_equal(fraction_floor(f(8, 2)), 4);
	assert_int_equal(fraction_ceil(f(8, 2)), 4);
	assert_int_equal(fraction_round(f(5, 2), 0), 3);
	assert_int_equal(fraction_round(f(-5, 2), 0), -3);
	assert_int_equal(fraction_round(f(1, 3), 4), 3333);
	assert_int_equal(fraction_round(f(2, 3), 4), 6667);
	assert_int_equal(fraction_round(f(199, 200), 2), 100);
	assert_true(fraction_round(f(INT64_MAX, 1), 1) == INT64_MAX);
	assert_true(fraction_round(f(INT64_MIN + 1, 1), 9) == INT64_MIN);
	assert_true(fraction_floor((struct fraction){ (int128)1 << 100, 1 }) == INT64_MAX);
	assert_true(fraction_ceil((struct fraction){ -((int128)1 << 100), 1 }) == INT64_MIN);
	assert_int_equal(fraction_round((struct fraction){ (int128)1 << 99, (int128)1 << 100 }, 3),
			 500);
}

static void a_long_sum_of_odd_denominators_stays_close(void **state)
{
	struct fraction sum = f(0, 1);

	(void)state;
	/* 1/(n (n+1)) sums to 1 - 1/(N+1); the common denominator needs far more than 128 bits */
	for (int64_t n = 1; n <= 5000; n++)
		sum = fraction_add(sum, fraction_mul(f(1, n), f(1, n + 1)));
	assert_int_equal(fraction_round(sum, 12), INT64_C(999800039992));
	sum = f(0, 1);
	for (int64_t n = 0; n < 59; n++)
		sum = fraction_add(sum, f(999983 + 2 * n, 1000003 + 34 * n));
	assert_int_equal(fraction_round(sum, 0), 59);
}

static void a_short_part_keeps_its_bits(void **state)
{
	int128 num = ((int128)1 << 66) + 1, den = ((int128)1 << 60) + 1;
	struct fraction exact = fraction_mul((struct fraction){ num, den }, f(1, 307));
	struct fraction twice = { ((int128)1 << 120) + 1, ((int128)1 << 119) + 1 };

	(void)state;
	assert_int_equal(fraction_compare(exact, fraction_of(num, den * 307)), 0);
	/* too long for an exact result: near 2/307 and 2 + 1/307 */
	assert_int_equal(fraction_round(fraction_mul(twice, f(1, 307)), 15), 6514657980456);
	assert_int_equal(fraction_round(fraction_div(f(1, 307), twice), 15), 1628664495114);
	assert_int_equal(fraction_round(fraction_add(twice, f(1, 307)), 15), 2003257328990228);
}

static void texts(void **state)
{
	char text[24], small[4];

	(void)state;
	assert_int_equal(fraction_format(f(-2, 3), 2, text, sizeof(text)), 5);
	assert_string_equal(text, "-0.67");
	assert_int_equal(fraction_format(f(-2, 3), 2, small, sizeof(small)), 3);
	assert_string_equal(small, "-0.");
	assert_int_equal(fraction_format(f(1, 3), 2, NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lowest_terms_and_positive_denominators),
		cmocka_unit_test(arithmetic),
		cmocka_unit_test(order_is_exact_where_a_double_sees_none),
		cmocka_unit_test(rounding),
		cmocka_unit_test(a_long_sum_of_odd_denominators_stays_close),
		cmocka_unit_test(a_short_part_keeps_its_bits),
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
