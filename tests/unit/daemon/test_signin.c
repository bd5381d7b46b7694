/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/signin.h"

#define IDLE 1000
#define LIFE 5000

static int setup(void **state)
{
	struct signin *s = NULL;

	if (crypto_init() != ERR_OK || signin_new(12, IDLE, LIFE, &s) != ERR_OK)
		return 1;
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	signin_free(*state);
	return 0;
}

static void a_session_is_found_by_its_token(void **state)
{
	struct signin *s = *state;
	char one[SIGNIN_TOKEN], two[SIGNIN_TOKEN];

	signin_begin(s, "li", 100, one);
	signin_begin(s, "wang", 100, two);
	assert_int_equal(strlen(one), SIGNIN_TOKEN - 1);
	assert_string_not_equal(one, two);
	assert_string_equal(signin_find(s, one, 200)->name, "li");
	assert_string_equal(signin_find(s, two, 200)->name, "wang");
	one[5] ^= 1;
	assert_null(signin_find(s, one, 200));
	assert_null(signin_find(s, "", 200));
	assert_int_equal(signin_count(s, 200), 2);
}

static void it_ends_when_idle(void **state)
{
	struct signin *s = *state;
	char token[SIGNIN_TOKEN];

	signin_begin(s, "li", 0, token);
	assert_non_null(signin_find(s, token, IDLE - 1));
	assert_non_null(signin_find(s, token, 2 * IDLE - 2));
	assert_null(signin_find(s, token, 3 * IDLE - 2));
}

static void it_ends_at_last(void **state)
{
	struct signin *s = *state;
	char token[SIGNIN_TOKEN];

	signin_begin(s, "li", 0, token);
	for (int64_t now = 500; now < LIFE; now += 500)
		assert_int_equal(signin_find(s, token, now)->until, LIFE);
	assert_null(signin_find(s, token, LIFE));
}

static void a_look_is_no_use(void **state)
{
	struct signin *s = *state;
	char token[SIGNIN_TOKEN];
	uint64_t number;

	signin_begin(s, "li", 0, token);
	number = signin_find(s, token, 0)->number;
	assert_true(signin_lasts(s, number, IDLE - 1));
	assert_false(signin_lasts(s, number, IDLE));
	assert_false(signin_lasts(s, number + 1, 0));
}

static void a_user_is_put_out(void **state)
{
	struct signin *s = *state;
	char li[2][SIGNIN_TOKEN], wang[SIGNIN_TOKEN];

	signin_begin(s, "li", 0, li[0]);
	signin_begin(s, "li", 0, li[1]);
	signin_begin(s, "wang", 0, wang);
	signin_end(s, signin_find(s, li[0], 1)->number);
	assert_null(signin_find(s, li[0], 1));
	assert_non_null(signin_find(s, li[1], 1));
	signin_end_user(s, "li");
	assert_null(signin_find(s, li[1], 1));
	assert_non_null(signin_find(s, wang, 1));
}

/* One user takes ten seats at most, and all together as many as there are. */
static void seats_are_bounded(void **state)
{
	struct signin *s = *state;
	char first[SIGNIN_TOKEN], token[SIGNIN_TOKEN], other[SIGNIN_TOKEN];

	signin_begin(s, "wang", 0, other);
	signin_begin(s, "li", 0, first);
	for (int i = 1; i < 10; i++)
		signin_begin(s, "li", i, token);
	assert_int_equal(signin_count(s, 20), 11);
	assert_non_null(signin_find(s, first, 20));
	signin_begin(s, "li", 30, token);
	assert_int_equal(signin_count(s, 30), 11);
	assert_non_null(signin_find(s, first, 31)); /* used last: another one went */
	assert_non_null(signin_find(s, other, 31));
	for (int i = 0; i < 20; i++) {
		char name[16];

		snprintf(name, sizeof(name), "user%d", i);
		signin_begin(s, name, 40 + i, token);
	}
	assert_int_equal(signin_count(s, 60), 12);
	assert_non_null(signin_find(s, token, 60));
	assert_null(signin_find(s, other, 60));
}

static void the_page_knows_another_word(void **state)
{
	char one[SIGNIN_TOKEN], two[SIGNIN_TOKEN];

	(void)state;
	signin_csrf("token", one);
	signin_csrf("token", two);
	assert_string_equal(one, two);
	signin_csrf("tokem", two);
	assert_string_not_equal(one, two);
	assert_null(strstr(one, "token"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_session_is_found_by_its_token, setup, teardown),
		cmocka_unit_test_setup_teardown(it_ends_when_idle, setup, teardown),
		cmocka_unit_test_setup_teardown(it_ends_at_last, setup, teardown),
		cmocka_unit_test_setup_teardown(a_look_is_no_use, setup, teardown),
		cmocka_unit_test_setup_teardown(a_user_is_put_out, setup, teardown),
		cmocka_unit_test_setup_teardown(seats_are_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(the_page_knows_another_word, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
