/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/acts.h"
#include "aggregator/office/forms.h"
#include "daemon/roles.h"

static void names_are_read(void **state)
{
	enum role r;

	(void)state;
	for (int i = 0; i < ROLE_COUNT; i++) {
		assert_true(roles_parse(roles_name((enum role)i), &r));
		assert_int_equal(r, i);
	}
	assert_false(roles_parse("king", &r));
	assert_false(roles_parse("", &r));
}

static void has_a_right(const char *act)
{
	const struct roles_right *right = roles_find(act);

	if (right == NULL)
		fail_msg("nobody may do %s: add it to roles.c", act);
	assert_false(right->roles & ROLES_OF(ROLE_VIEWER));
	if ((right->roles & ROLES_OF(ROLE_UNIT)) && right->about == ROLES_ABOUT_NOBODY)
		fail_msg("%s: a unit may do it about anybody", act);
}

/* What a new act is for has to be thought about. */
static void every_act_has_a_right(void **state)
{
	const char *name;

	(void)state;
	for (size_t i = 0; (name = acts_name(i)) != NULL; i++)
		if (!roles_is_internal(name))
			has_a_right(name);
	for (int i = 1; i < RECORDS_KIND_END; i++) {
		const struct forms_kind *k = forms_kind((enum records_kind)i);

		for (const struct forms_act *a = k ? k->acts : NULL; a && a->name; a++)
			has_a_right(a->name);
	}
}

static void the_daemons_own_are_nobodys(void **state)
{
	(void)state;
	assert_true(roles_is_internal("user.noted"));
	assert_true(roles_is_internal("link.noted"));
	assert_false(roles_is_internal("unit.invite"));
	assert_null(roles_find("user.noted"));
	assert_null(roles_find("no-such"));
}

static void duties_are_apart(void **state)
{
	(void)state;
	assert_true(roles_may(ROLE_OFFICE, "slip.issue"));
	assert_false(roles_may(ROLE_OPERATOR, "slip.issue"));
	assert_true(roles_may(ROLE_OPERATOR, "key.revoke"));
	assert_false(roles_may(ROLE_OFFICE, "key.revoke"));
	assert_true(roles_may(ROLE_UNIT, "slip.reply"));
	assert_false(roles_may(ROLE_UNIT, "report.extend"));
	assert_false(roles_may(ROLE_UNIT, "private"));
	assert_true(roles_may(ROLE_OFFICE, "private"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read),
		cmocka_unit_test(every_act_has_a_right),
		cmocka_unit_test(the_daemons_own_are_nobodys),
		cmocka_unit_test(duties_are_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
