/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/ctl/ctl.h"

static const struct ctl zh = { .lang = LANG_ZH }, en = { .lang = LANG_EN };

static void words_have_both_languages(void **state)
{
	(void)state;
	assert_string_equal(ctl_word(&zh, "waiting"), "待批准");
	assert_string_equal(ctl_word(&en, "waiting"), "waiting");
	assert_string_equal(ctl_word(&zh, "unheard-of"), "unheard-of");
	assert_string_equal(ctl_light(&zh, "none"), "— 暂不亮灯");
}

static void milestones_are_per_cent(void **state)
{
	json_t *figure = json_pack("{s:s, s:s, s:n}", "a", "60.0000", "b", "100", "c");
	char out[CTL_PLAIN];

	(void)state;
	assert_string_equal(ctl_value(figure, "a", "milestone", out), "60 %");
	assert_string_equal(ctl_value(figure, "b", "milestone", out), "100 %");
	assert_string_equal(ctl_value(figure, "a", "ratio", out), "60.0000");
	assert_string_equal(ctl_value(figure, "c", "milestone", out), "");
	assert_string_equal(ctl_plain("12.5000", out), "12.5");
	assert_string_equal(ctl_plain("0.0000", out), "0");
	json_decref(figure);
}

static void entries_tell_who_did_what(void **state)
{
	json_t *act = json_pack("{s:s, s:{s:s, s:s, s:I, s:I, s:s}}", "entry", "act", "act", "act",
				"hold.reject", "by", "uid:0 root", "position", (json_int_t)448,
				"row", (json_int_t)39, "why", "typing error");
	json_t *link = json_pack("{s:s, s:b}", "entry", "link", "up", 0);
	char out[CTL_DEED];

	(void)state;
	assert_string_equal(ctl_deed(&en, act, out),
			    "uid:0 root: rejected the held row of 448:39 (typing error)");
	assert_string_equal(ctl_deed(&zh, act, out),
			    "uid:0 root：退回待核定行，位置 448:39（typing error）");
	assert_string_equal(ctl_deed(&en, link, out), "its link is down");
	json_decref(link);
	json_decref(act);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_have_both_languages),
		cmocka_unit_test(milestones_are_per_cent),
		cmocka_unit_test(entries_tell_who_did_what),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
