/* SPDX-License-Identifier: MIT */
/* What is counted by ids: read, checked with place, kept in the canonical form, and not to be changed
 * once it is in force. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/catalogue/catalogue.h"
#include "base/fs.h"

#define TOWN "tests/scenario/objects-town.yaml"

/* The town with one text in place of another. */
static char *town(const char *from, const char *to)
{
	struct buf file = { 0 }, out = { 0 };
	const char *text, *at;
	char *copy;

	assert_int_equal(fs_read(TOWN, 1 << 20, &file), ERR_OK);
	text = buf_cstring(&file);
	at = strstr(text, from);
	assert_non_null(at);
	buf_put(&out, bytes_of(text, (size_t)(at - text)));
	buf_put_string(&out, to);
	buf_put_string(&out, at + strlen(from));
	copy = strdup(buf_cstring(&out));
	buf_free(&file);
	buf_free(&out);
	return copy;
}

static enum err load(const char *from, const char *to, struct diag_list *diags,
		     struct catalogue **out)
{
	char *text = town(from, to);
	enum err e = catalogue_load_text("town.yaml", bytes_of_string(text), diags, out);

	free(text);
	return e;
}

static const struct catalogue_measure *measure(const struct catalogue *c, const char *id)
{
	uint16_t n = catalogue_measure_number(c, bytes_of_string(id));

	assert_true(n < c->measure_count);
	return &c->measures[n];
}

static void a_universe_is_read(void **state)
{
	struct diag_list diags = { 0 };
	struct catalogue *c;
	const struct universe *u;

	(void)state;
	assert_int_equal(load("schema: 1", "schema: 1", &diags, &c), ERR_OK);
	assert_int_equal(diags.count, 0);
	u = measure(c, "homes")->objects;
	assert_true(u->enumerated && u->invented);
	assert_int_equal(u->object_count, 5);
	assert_string_equal(u->version, "2022-1");
	assert_string_equal(universe_find(u, bytes_of_string("t-3"))->name.en, "Third");
	assert_null(universe_find(u, bytes_of_string("t-6")));
	assert_int_equal(universe_base_count(u), 1);
	u = measure(c, "canteens")->objects;
	assert_false(u->enumerated);
	assert_int_equal(universe_find_known(u, bytes_of_string("c-2021"))->year, 2021);
	assert_int_equal(universe_find_known(u, bytes_of_string("c-old"))->year, 0);
	assert_int_equal(u->checks[0].min, 700);
	assert_false(universe_check_holds(&u->checks[0], 699));
	assert_true(universe_check_holds(&u->checks[0], 700));
	assert_non_null(measure(c, "squares")->objects); /* counted so, without a list */
	assert_null(measure(c, "homes-coverage")->objects);
	catalogue_free(c);
	diag_free(&diags);
}

struct fault_case {
	const char *from, *to; /* @ marks the place of the fault */
	const char *says;
};

static void check_fault(const struct fault_case *k)
{
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	char *text = town(k->from, k->to), *at = strstr(text, k->to), *mark;
	unsigned line = 1, column = 1;
	bool found = false;

	assert_non_null(at);
	mark = strchr(at, '@');
	assert_non_null(mark);
	for (const char *s = text; s < mark; s++) {
		column = *s == '\n' ? 1 : column + ((*s & 0xc0) != 0x80);
		line += *s == '\n';
	}
	memmove(mark, mark + 1, strlen(mark));
	assert_int_equal(catalogue_load_text("town.yaml", bytes_of_string(text), &diags, &c),
			 ERR_INVALID);
	for (size_t i = 0; i < diags.count; i++)
		found |= strstr(diags.items[i].text[LANG_EN], k->says) &&
			 diags.items[i].line == line && diags.items[i].column == column;
	if (!found)
		fail_msg("%s: no \"%s\" in line %u, column %u; the first is \"%s\", %u:%u", k->to,
			 k->says, line, column, diags.count ? diags.items[0].text[LANG_EN] : "",
			 diags.count ? diags.items[0].line : 0,
			 diags.count ? diags.items[0].column : 0);
	free(text);
	diag_free(&diags);
}

static void faults_have_their_place(void **state)
{
	static const struct fault_case cases[] = {
		{ "derived_from: homes\n", "derived_from: homes\n            count: @objects\n",
		  "can't be counted by objects" },
		{ "target: 6\n            base: 1\n            count: objects",
		  "target: 6\n            base: 1\n            decimals: 1\n            count: @objects",
		  "can't be counted by objects" },
		{ "measures: [canteens]\n    version", "measures: [@homes-coverage]\n    version",
		  "not counted by objects" },
		{ "measures: [homes]\n    version", "measures: [homes, @canteens]\n    version",
		  "given twice" },
		{ "target: 6\n            base: 1\n            count: objects",
		  "target: 6\n            comparator: all\n            base: 1\n            count: @objects",
		  "nobody lists them" },
		{ "measures: [canteens]\n    version: \"1\"\n    base: [c-old]",
		  "measures: [@canteens]\n    version: \"1\"\n    base: [c-old, c-2]",
		  "lists 2 objects that stood before, its base is 1" },
		{ "measures: [homes]\n    version: \"2022-1\"\n    universe:\n      - {id: t-1, name: {zh: 一街, en: First}, unit: north}\n",
		  "measures: [@homes]\n    version: \"2022-1\"\n    universe:\n      - {id: t-1, name: {zh: 一街, en: First}, unit: north}\n"
		  "      - {id: t-6, name: {zh: 六街, en: Sixth}}\n", "lists 6 objects in all, its cap is 5" },
		{ "base: [t-1]", "base: [t-1]\n    earlier: [{year: 2021, ids: [@t-9]}]",
		  "which the universe does not have" },
		{ "base: [c-old]", "base: [@Old]", "characters that are not allowed" },
		{ "{year: 2021,", "{year: @2022,", "is not before the programme" },
		{ "ids: [c-2021]", "ids: [c-2021, @c-2021]", "is used twice" },
		{ "unit: west}\n    base", "unit: @east}\n    base", "which does not exist" },
		{ "min: 70,", "min: @70, max: 60,", "min above max" },
		{ "{id: kitchen, name: {zh: 有厨房, en: has a kitchen}}",
		  "{id: kitchen, name: {zh: 有厨房, en: has a kitchen}, min: @1}", "it can't have min" },
		{ "{id: garden,", "{id: @kitchen,", "is used twice" },
		{ "min: 70,", "min: @70处,", "after the number 70" },
		{ "count: objects\n            figure: lead", "count: @object\n            figure: lead",
		  "none of its values" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_fault(&cases[i]);
}

static void the_form_keeps_it(void **state)
{
	struct diag_list diags = { 0 };
	struct buf first = { 0 }, second = { 0 };
	struct catalogue *c, *read;

	(void)state;
	assert_int_equal(load("schema: 1", "schema: 1", &diags, &c), ERR_OK);
	assert_int_equal(catalogue_encode(c, &first), ERR_OK);
	assert_int_equal(catalogue_decode(buf_bytes(&first), &read), ERR_OK);
	assert_int_equal(catalogue_encode(read, &second), ERR_OK);
	assert_true(bytes_equal(buf_bytes(&first), buf_bytes(&second)));
	assert_int_equal(measure(read, "homes")->objects->object_count, 5);
	assert_true(measure(read, "canteens")->objects->checks[0].has_min);
	for (size_t n = first.len - 200; n < first.len; n++) {
		struct catalogue *cut;

		assert_int_not_equal(catalogue_decode(bytes_of(first.data, n), &cut), ERR_OK);
	}
	catalogue_free(c);
	catalogue_free(read);
	buf_free(&first);
	buf_free(&second);
	diag_free(&diags);
}

static enum err follow(const char *from, const char *to)
{
	struct diag_list diags = { 0 };
	struct catalogue *now, *next;
	enum err e;

	assert_int_equal(load("schema: 1", "schema: 1", &diags, &now), ERR_OK);
	assert_int_equal(load(from, to, &diags, &next), ERR_OK);
	e = catalogue_follow(next, now, &diags);
	if (e == ERR_OK)
		assert_int_equal(universe_find(measure(next, "homes")->objects,
					       bytes_of_string("t-5"))->unit,
				 catalogue_unit_number(next, bytes_of_string("west")));
	catalogue_free(now);
	catalogue_free(next);
	diag_free(&diags);
	return e;
}

static void what_is_in_force_stays(void **state)
{
	(void)state;
	/* a longer checklist, another name, and a unit in front of the others */
	assert_int_equal(follow("{id: kitchen,", "{id: sink, name: {zh: 水池, en: sink}}\n"
				"      - {id: kitchen,"), ERR_OK);
	assert_int_equal(follow("en: Fifth", "en: The Fifth"), ERR_OK);
	assert_int_equal(follow("units:\n", "units:\n  - {id: park, kind: office, name: {zh: 园, en: Park}}\n"),
			 ERR_OK);
	assert_int_equal(follow("ids: [c-2021]", "ids: [c-2021, c-2020]"), ERR_OK);
	/* the base, and the way of counting */
	assert_int_equal(follow("base: [t-1]", "base: [t-2]"), ERR_INVALID);
	assert_int_equal(follow("count: objects\n            figure: lead", "figure: lead"),
			 ERR_INVALID);
}

static void ids_have_a_form(void **state)
{
	static const struct {
		const char *id;
		bool sound;
	} cases[] = {
		{ "c-12", true }, { "食堂 3", true }, { "", false }, { " a", false },
		{ "a ", false }, { "a　", false }, { "a;b", false }, { "a；b", false },
		{ "甲、乙", false }, { "a\tb", false }, { "a\x7f", false }, { "\xff", false },
	};
	char longest[UNIVERSE_ID_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(universe_id_is_sound(bytes_of_string(cases[i].id)), cases[i].sound);
	memset(longest, 'x', sizeof(longest));
	assert_true(universe_id_is_sound(bytes_of(longest, UNIVERSE_ID_MAX)));
	assert_false(universe_id_is_sound(bytes_of(longest, UNIVERSE_ID_MAX + 1)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_universe_is_read),	 cmocka_unit_test(faults_have_their_place),
		cmocka_unit_test(the_form_keeps_it),	 cmocka_unit_test(what_is_in_force_stays),
		cmocka_unit_test(ids_have_a_form),
	};

	return cmocka_run_group_tests_name("universe", tests, NULL, NULL);
}
