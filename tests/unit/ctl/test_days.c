/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/ctl/ctl.h"

static const struct ctl zh = { .lang = LANG_ZH }, en = { .lang = LANG_EN };

static void days_come_in_many_forms(void **state)
{
	static const char *const forms[][2] = {
		{ "2022-06-30", "2022-06-30" },	 { "2022-6-30", "2022-06-30" },
		{ "2022/6/30", "2022-06-30" },	 { "2022.6.3", "2022-06-03" },
		{ "2022年6月30日", "2022-06-30" }, { "2022年6月30号", "2022-06-30" },
		{ "2022年06月30", "2022-06-30" },	 { "2022-6", "2022-06" },
		{ "2022年6月", "2022-06" },	 { "2022/12", "2022-12" },
		{ "2022-6/30", "2022-6/30" },	 { "22-6-30", "22-6-30" },
		{ "2022-06-30T09:00", "2022-06-30T09:00" }, { "2022-Q2", "2022-Q2" },
		{ "2022-006-30", "2022-006-30" }, { "2022-6-30x", "2022-6-30x" },
		{ "2022", "2022" },		 { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		char out[CTL_DAY];

		assert_string_equal(ctl_day(forms[i][0], out), forms[i][1]);
	}
}

static void words_that_are_days_are_rewritten(void **state)
{
	static const struct ctl_command command = {
		.arguments = "TARGET [DAY=PERCENT|STAGE=DAY]...",
		.options = { { "effective", MUST "DAY" }, { "why", "TEXT" } },
	};
	struct ctl c = { .command = &command,
			 .arguments = { "2022.6", "2022年6月30日=20", "opened=2022/12/1" },
			 .count = 3,
			 .values = { "2022-7-1", "2022-7-1" } };

	(void)state;
	assert_true(ctl_days(&c));
	assert_string_equal(c.arguments[0], "2022.6");
	assert_string_equal(c.arguments[1], "2022-06-30=20");
	assert_string_equal(c.arguments[2], "opened=2022-12-01");
	assert_string_equal(c.values[0], "2022-07-01");
	assert_string_equal(c.values[1], "2022-7-1");
	for (size_t i = 0; i < c.kept_count; i++)
		free(c.kept[i]);
}

static void near_commands_are_named(void **state)
{
	char out[200];

	(void)state;
	ctl_nearest(&en, "alert lst", out, sizeof(out));
	assert_non_null(strstr(out, "alert list"));
	ctl_nearest(&en, "statsu", out, sizeof(out));
	assert_string_equal(out, "status");
	ctl_nearest(&zh, "make coffee now", out, sizeof(out));
	assert_string_equal(out, "");
}

/* A noun that no heading names would be missing from the help. */
static void every_command_stands_in_the_help(void **state)
{
	const struct ctl_command *k;
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	(void)state;
	assert_non_null(to);
	ctl_overview(LANG_EN, to);
	fclose(to);
	for (size_t i = 0; (k = ctl_command_at(i)) != NULL; i++) {
		char name[80];

		snprintf(name, sizeof(name), "\n  %s%s%s ", k->noun, k->verb[0] ? " " : "", k->verb);
		assert_non_null(strstr(text, name));
	}
	free(text);
}

static void fields_are_named_as_they_are_typed(void **state)
{
	static const struct ctl_command command = {
		.options = { { "until", MUST "DAY" }, { "target", "ID" }, { "valid-at", "DAY" } }
	};
	struct ctl c = { .command = &command };
	char out[CTL_PLAIN], *text;

	(void)state;
	assert_string_equal(ctl_field(&c, "until", out), "--until");
	assert_string_equal(ctl_field(&c, "measure", out), "--target");
	assert_string_equal(ctl_field(&c, "valid_at", out), "--valid-at");
	assert_string_equal(ctl_field(&c, "nonce", out), "nonce");
	text = ctl_typed("give the reason in despite.");
	assert_string_equal(text, "give the reason in --despite.");
	free(text);
	text = ctl_typed("只能作审计更正（audit.correct）。");
	assert_string_equal(text, "只能作审计更正（year audit）。");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_come_in_many_forms),
		cmocka_unit_test(words_that_are_days_are_rewritten),
		cmocka_unit_test(near_commands_are_named),
		cmocka_unit_test(every_command_stands_in_the_help),
		cmocka_unit_test(fields_are_named_as_they_are_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
