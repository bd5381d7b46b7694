/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/decimal.h"

static void numbers_are_read_exactly(void **state)
{
	static const struct {
		const char *text;
		unsigned decimals;
		enum err e;
		int64_t value;
	} cases[] = {
		{ "3.44", 2, ERR_OK, 344 },
		{ "-12.5", 2, ERR_OK, -1250 },
		{ "+7", 0, ERR_OK, 7 },
		{ "0", 9, ERR_OK, 0 },
		{ "-0", 0, ERR_OK, 0 },
		{ "007", 0, ERR_OK, 7 },
		{ "3.4000", 1, ERR_OK, 34 },
		{ "3.0", 0, ERR_OK, 3 },
		{ "3.45", 1, ERR_RANGE, 0 },
		{ "3.401", 2, ERR_RANGE, 0 },
		{ "9223372036854775807", 0, ERR_OK, INT64_MAX },
		{ "-9223372036854775808", 0, ERR_OK, INT64_MIN },
		{ "9223372036854775808", 0, ERR_RANGE, 0 },
		{ "-9223372036854775809", 0, ERR_RANGE, 0 },
		{ "9223372036.854775807", 9, ERR_OK, INT64_MAX },
		{ "9223372036.854775808", 9, ERR_RANGE, 0 },
		{ "-9223372036.854775808", 9, ERR_OK, INT64_MIN },
		{ "9223372037", 9, ERR_RANGE, 0 },
		{ "99999999999999999999999", 0, ERR_RANGE, 0 },
		{ "", 0, ERR_INVALID, 0 },
		{ "-", 0, ERR_INVALID, 0 },
		{ ".5", 1, ERR_INVALID, 0 },
		{ "5.", 1, ERR_INVALID, 0 },
		{ "1e3", 0, ERR_INVALID, 0 },
		{ " 1", 0, ERR_INVALID, 0 },
		{ "1 ", 0, ERR_INVALID, 0 },
		{ "+-1", 0, ERR_INVALID, 0 },
		{ "1.2.3", 2, ERR_INVALID, 0 },
		{ "1,5", 1, ERR_INVALID, 0 },
		{ "１２", 0, ERR_INVALID, 0 }, /* full-width digits */
		{ "99999999999999999999999x", 0, ERR_INVALID, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t value = 0;

		assert_int_equal(
			decimal_parse(bytes_of_string(cases[i].text), cases[i].decimals, &value),
			cases[i].e);
		assert_true(value == cases[i].value);
	}
	assert_int_equal(decimal_parse(bytes_of("12", 1), 0, &(int64_t){ 0 }), ERR_OK);
}

static void numbers_are_written_with_all_their_decimals(void **state)
{
	static const struct {
		int64_t value;
		unsigned decimals;
		const char *text;
	} cases[] = {
		{ 340, 2, "3.40" },
		{ -5, 2, "-0.05" },
		{ 0, 3, "0.000" },
		{ 42, 0, "42" },
		{ INT64_MIN, 0, "-9223372036854775808" },
		{ INT64_MIN, 9, "-9223372036.854775808" },
		{ INT64_MIN, 18, "-9.223372036854775808" },
		{ INT64_MAX, 9, "9223372036.854775807" },
	};
	char text[DECIMAL_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = decimal_format(cases[i].value, cases[i].decimals, text);

		assert_string_equal(text, cases[i].text);
		assert_int_equal(len, strlen(text));
	}
}

static void sentences_leave_out_the_zeros_behind(void **state)
{
	static const struct {
		int64_t value;
		unsigned decimals;
		const char *text;
	} cases[] = { { 340, 2, "3.4" },   { 300, 2, "3" },    { 0, 2, "0" },  { -50, 2, "-0.5" },
		      { 100, 0, "100" }, { -1000, 1, "-100" }, { 7, 3, "0.007" } };
	char text[DECIMAL_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = decimal_format_short(cases[i].value, cases[i].decimals, text);

		assert_string_equal(text, cases[i].text);
		assert_int_equal(len, strlen(cases[i].text));
	}
}

static void overflow_is_seen_and_leaves_the_result_alone(void **state)
{
	int64_t out = 77;

	(void)state;
	assert_false(decimal_add(INT64_MAX, 1, &out));
	assert_false(decimal_sub(INT64_MIN, 1, &out));
	assert_false(decimal_mul(INT64_MIN, -1, &out));
	assert_false(decimal_mul(INT64_C(4000000000), INT64_C(4000000000), &out));
	assert_true(out == 77);
	assert_true(decimal_add(INT64_MAX, INT64_MIN, &out) && out == -1);
	assert_true(decimal_sub(-1, INT64_MIN, &out) && out == INT64_MAX);
	assert_true(decimal_mul(-3, 4, &out) && out == -12);
	assert_true(decimal_pow10(0) == 1);
	assert_true(decimal_pow10(18) == INT64_C(1000000000000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_exactly),
		cmocka_unit_test(numbers_are_written_with_all_their_decimals),
		cmocka_unit_test(sentences_leave_out_the_zeros_behind),
		cmocka_unit_test(overflow_is_seen_and_leaves_the_result_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
