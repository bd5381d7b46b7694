/* SPDX-License-Identifier: MIT */
/* The sentences of a bulletin: an edited text keeps its numbers, or it is told which one is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/office/prose.h"

static void test_pieces(void **state)
{
	const char *at = "至{as_of}，{{{red=3}项{?cause}";
	const struct {
		const char *text, *name, *shown;
		bool optional;
	} wanted[] = { { "至", "", "", false },	 { "", "as_of", "", false }, { "，", "", "", false },
		       { "{", "", "", false },	 { "", "red", "3", false },  { "项", "", "", false },
		       { "", "cause", "", true } };
	struct prose_piece piece;

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		assert_int_equal(prose_next(&at, &piece), PROSE_PIECE);
		assert_string_equal(piece.name, wanted[i].name);
		assert_true(bytes_equal(piece.text, bytes_of_string(wanted[i].text)));
		assert_true(bytes_equal(piece.shown, bytes_of_string(wanted[i].shown)));
		assert_int_equal(piece.optional, wanted[i].optional);
	}
	assert_int_equal(prose_next(&at, &piece), PROSE_END);
}

static void test_what_a_text_may_be(void **state)
{
	static const char template[] = "{red}项红，{yellow}项黄。{?cause}";
	static const struct {
		const char *text;
		enum prose_fault fault;
		const char *name;
	} tries[] = {
		{ "{red}项红，{yellow}项黄。{?cause}", PROSE_GOOD, "" },
		{ "黄{yellow}、红{red}", PROSE_GOOD, "" },
		{ "{red=3}{yellow=0}{cause}", PROSE_GOOD, "" },
		{ "{red}又{red}，{yellow}", PROSE_GOOD, "" },
		{ "3项红，{yellow}项黄。", PROSE_LOST, "red" },
		{ "{red}项红。", PROSE_LOST, "yellow" },
		{ "{red}{yellow}{blue}", PROSE_UNKNOWN, "blue" },
		{ "{red}{yellow", PROSE_BRACES, "" },
		{ "{red}{yellow}}", PROSE_BRACES, "" },
		{ "{red}{yellow}{3}", PROSE_BRACES, "" },
		{ "{red}{yellow}{a_name_that_is_longer_than_any}", PROSE_BRACES, "" },
		{ "", PROSE_LOST, "red" },
	};
	char name[PROSE_NAME];

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		assert_int_equal(prose_check(template, tries[i].text, name), tries[i].fault);
		assert_string_equal(name, tries[i].name);
	}
}

/* Every template is readable, in both languages with the same numbers, and finds itself. */
static void test_templates_are_sound(void **state)
{
	char section[60], name[PROSE_NAME];
	const char *id;

	(void)state;
	for (size_t i = 0; i < prose_template_count; i++) {
		const struct prose_template *t = &prose_templates[i];

		assert_int_equal(prose_check(t->text.zh, t->text.en, name), PROSE_GOOD);
		assert_int_equal(prose_check(t->text.en, t->text.zh, name), PROSE_GOOD);
		strcpy(section, t->section);
		strcat(section, t->about == PROSE_NOTHING ? "" : "x-y");
		assert_ptr_equal(prose_find(section, &id), t);
		assert_string_equal(id, t->about == PROSE_NOTHING ? "" : "x-y");
	}
	assert_null(prose_find("nonsense", &id));
	assert_null(prose_find("units/", &id));
}

static void test_digits(void **state)
{
	(void)state;
	assert_true(prose_has_digits("请于10日前"));
	assert_true(prose_has_digits("请于１０日前"));
	assert_false(prose_has_digits("请于{deadline}前{red=3}"));
	assert_false(prose_has_digits("（一），。"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_what_a_text_may_be),
		cmocka_unit_test(test_templates_are_sound),
		cmocka_unit_test(test_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
