/* SPDX-License-Identifier: MIT */
/* A bulletin from facts made by hand: its sentences, its facts as JSON and back, two months compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/papers/bulletin_after.h"
#include "aggregator/papers/bulletin_sentences.h"
#include "base/date.h"

struct desk {
	struct catalogue *c;
	struct arena *a;
	uint16_t canteens, hoses, north; /* measures and a county */
};

static int setup(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));
	struct diag_list diags = { 0 };

	if (!d || catalogue_load("catalogue/jining-2022.yaml", &diags, &d->c) != ERR_OK)
		return -1;
	diag_free(&diags);
	d->a = arena_new(4 << 20);
	d->canteens = catalogue_measure_number(d->c, bytes_of_string("canteens"));
	d->hoses = catalogue_measure_number(d->c, bytes_of_string("homes-adapted"));
	d->north = catalogue_unit_number(d->c, bytes_of_string("yutai"));
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	struct desk *d = *state;

	arena_free(d->a);
	catalogue_free(d->c);
	free(d);
	return 0;
}

/* Canteens red for the city and yellow in a county, homes green; last month canteens were yellow. */
static struct bulletin_facts facts(struct desk *d)
{
	struct bulletin_light *lights = arena_calloc(d->a, 4, sizeof(*lights));
	struct bulletin_cause *causes = arena_calloc(d->a, 2, sizeof(*causes));
	struct bulletin_unit *units = arena_calloc(d->a, 1, sizeof(*units));

	lights[0] = (struct bulletin_light){ .measure = d->canteens, .unit = d->north,
					     .light = LIGHT_YELLOW, .before = LIGHT_RED,
					     .present = true, .has_goal = true, .value = 3, .goal = 8,
					     .done_ppm = 375000, .planned_ppm = 625000,
					     .gap_hundredths = -2500, .months = 2 };
	lights[1] = (struct bulletin_light){ .measure = d->canteens, .unit = d->c->city,
					     .light = LIGHT_RED, .before = LIGHT_YELLOW,
					     .present = true, .has_goal = true, .silent = true,
					     .value = 24, .goal = 100, .done_ppm = 240000,
					     .planned_ppm = 625000, .gap_hundredths = -3850,
					     .months = 3 };
	lights[2] = (struct bulletin_light){ .measure = d->hoses, .unit = d->c->city,
					     .light = LIGHT_GREEN, .before = LIGHT_GREEN,
					     .present = true, .has_goal = true, .value = 7, .goal = 9 };
	causes[0] = (struct bulletin_cause){ d->canteens, d->north, "", "", "", DATE_NONE };
	causes[1] = (struct bulletin_cause){ d->canteens, d->c->city, "两处选址未定", "narratives/2022-06.1.1",
					     "督办单〔2022〕3号", date_from_civil(2022, 7, 20) };
	units[0] = (struct bulletin_unit){ .unit = d->north, .owed = { 10, 7, 2, 1 }, .corrected = 4 };
	return (struct bulletin_facts){ .period = date_from_civil(2022, 6, 30),
					.before = date_from_civil(2022, 5, 31), .lights = lights,
					.light_count = 3, .causes = causes, .cause_count = 2,
					.units = units, .unit_count = 1,
					.counts = { [LIGHT_RED] = 1, [LIGHT_GREEN] = 1 },
					.counts_before = { [LIGHT_YELLOW] = 1, [LIGHT_GREEN] = 1 } };
}

static struct bulletin made(struct desk *d, enum lang lang)
{
	struct bulletin b = { .lang = lang, .catalogue = d->c, .facts = facts(d) };

	assert_int_equal(bulletin_sentences(&b, d->a), ERR_OK);
	return b;
}

static const char *value(const struct bulletin *b, const char *section, const char *name)
{
	const struct bulletin_sentence *s = bulletin_sentence(b, section);
	const struct bulletin_value *v = s ? bulletin_value(s, name) : NULL;

	return v ? v->text : "(none)";
}

/* Every place of every sentence has its value, and every sentence is a section that may be edited. */
static void check_whole(const struct bulletin *b)
{
	for (size_t i = 0; i < b->sentence_count; i++) {
		const struct bulletin_sentence *s = &b->sentences[i];
		struct prose_piece piece;
		const char *at = s->text;

		assert_non_null(s->form);
		while (prose_next(&at, &piece) == PROSE_PIECE)
			if (piece.name[0] && !bulletin_value(s, piece.name))
				fail_msg("%s lacks {%s}", s->section, piece.name);
	}
}

static void test_sentences(void **state)
{
	struct desk *d = *state;
	struct bulletin zh = made(d, LANG_ZH), en = made(d, LANG_EN);

	check_whole(&zh);
	check_whole(&en);
	assert_string_equal(value(&zh, "overall", "total"), "2");
	assert_string_equal(value(&zh, "overall", "red"), "1");
	assert_string_equal(value(&zh, "overall", "silent"), "1");
	assert_string_equal(value(&zh, "overall/change", "changes"), "严重滞后增加1项，滞后减少1项");
	assert_string_equal(value(&zh, "overall/new", "count"), "1");
	assert_null(bulletin_sentence(&zh, "overall/gone")); /* a county's does not count */
	assert_null(bulletin_sentence(&zh, "units/yutai"));  /* no red there */
	assert_string_equal(value(&zh, "lagging", "count"), "1");
	assert_string_equal(value(&zh, "lagging/canteens", "figure"), "累计24处（任务100处）");
	assert_string_equal(value(&zh, "lagging/canteens", "done"), "24.0%");
	assert_string_equal(value(&zh, "lagging/canteens", "behind"), "38.5");
	assert_string_equal(value(&zh, "lagging/canteens", "cause"), "原因：两处选址未定。");
	assert_string_equal(value(&en, "lagging/canteens", "cause"), "Cause: 两处选址未定");
	assert_string_equal(value(&zh, "reporting", "rate"), "70.0%");
	assert_string_equal(value(&zh, "reporting/missing", "units"), "鱼台县（1项）");
	assert_string_equal(value(&zh, "demands/lagging", "count"), "2");
	assert_string_equal(value(&zh, "demands/next", "month"), "2022年7月");
	assert_string_equal(value(&en, "lead", "month"), "June 2022");
}

static void test_shown(void **state)
{
	struct bulletin b = made(*state, LANG_ZH);
	const struct bulletin_sentence *s = bulletin_sentence(&b, "overall");
	char name[PROSE_NAME];
	const char *is;

	assert_true(bulletin_shows(s, "{red}{red=1}{total=2}{other=9}", name, &is));
	assert_false(bulletin_shows(s, "{red=1}{total=3}", name, &is));
	assert_string_equal(name, "total");
	assert_string_equal(is, "2");
	assert_false(bulletin_shows(s, "{red=}", name, &is));
}

/* A number stays the number that it is: no digit beside it, of whatever width. */
static void test_apart(void **state)
{
	static const struct {
		const char *text, *name;
	} joined[] = { { "1{red}", "red" },   { "{red}0项", "red" },   { "{red}{total}", "total" },
		       { "１{red}", "red" }, { "{red}０", "red" },     { "1.{red}", "red" },
		       { "{red}.5", "red" },  { "1,{total}", "total" }, { "{red=1}9", "red" },
		       { "{{1{red}", "red" } };
	static const char *const good[] = { "{red}项，{total}", "2022年{red}", "{red}.", "1. {red}",
					    "第1，{red}", "{red}}}1", "{unknown}1" };
	struct bulletin zh = made(*state, LANG_ZH), en = made(*state, LANG_EN);
	const struct bulletin_sentence *s = bulletin_sentence(&zh, "overall");
	char name[PROSE_NAME];

	for (size_t i = 0; i < sizeof(joined) / sizeof(joined[0]); i++) {
		if (bulletin_apart(s, joined[i].text, name))
			fail_msg("%s", joined[i].text);
		assert_string_equal(name, joined[i].name);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!bulletin_apart(s, good[i], name))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < zh.sentence_count; i++) {
		assert_true(bulletin_apart(&zh.sentences[i], zh.sentences[i].text, name));
		assert_true(bulletin_apart(&en.sentences[i], en.sentences[i].text, name));
	}
}

/* A month in which nothing is behind ends its sentence, and lists nothing. */
static void test_none_behind(void **state)
{
	struct desk *d = *state;
	struct bulletin b = { .lang = LANG_ZH, .catalogue = d->c, .facts = facts(d) };

	b.facts.light_count = 0;
	b.facts.cause_count = b.facts.unit_count = 0;
	b.facts.before = DATE_NONE;
	assert_int_equal(bulletin_sentences(&b, d->a), ERR_OK);
	check_whole(&b);
	assert_string_equal(value(&b, "lagging", "order"), "。");
	assert_null(bulletin_sentence(&b, "overall/change"));
	assert_null(bulletin_sentence(&b, "reporting/missing"));
}

static void test_there_and_back(void **state)
{
	struct desk *d = *state;
	struct bulletin_facts f = facts(d), back;
	json_t *one = bulletin_facts_json(&f), *two;

	f.ranks = arena_calloc(d->a, 1, sizeof(*f.ranks));
	f.ranks[0] = (struct bulletin_rank){ d->north, 1, -250 };
	f.rank_count = 1;
	json_decref(one);
	one = bulletin_facts_json(&f);
	assert_non_null(one);
	assert_int_equal(bulletin_facts_parse(one, d->c, d->a, &back), ERR_OK);
	two = bulletin_facts_json(&back);
	assert_true(json_equal(one, two));
	assert_int_equal(back.ranks[0].score_hundredths, -250);
	json_decref(two);
	/* a unit that the catalogue does not have, and a version that nobody knows */
	json_array_set_new(json_array_get(json_object_get(one, "lights"), 0), 1, json_integer(999));
	assert_int_equal(bulletin_facts_parse(one, d->c, d->a, &back), ERR_CORRUPT);
	json_object_set_new(one, "v", json_integer(9));
	assert_int_equal(bulletin_facts_parse(one, d->c, d->a, &back), ERR_CORRUPT);
	json_decref(one);
}

static void test_two_months(void **state)
{
	struct desk *d = *state;
	struct bulletin may = made(d, LANG_ZH), june = made(d, LANG_ZH);
	const struct bulletin_diff *list;
	size_t count;

	assert_int_equal(bulletin_diff(&may, &june, d->a, &list, &count), ERR_OK);
	assert_int_equal(count, 0);
	may.facts.lights[0].light = LIGHT_RED;	/* then yellow: no longer red */
	may.facts.lights[1].light = LIGHT_GREEN; /* then red */
	may.facts.lights[2].value = 6;		/* then 7 */
	assert_int_equal(bulletin_diff(&may, &june, d->a, &list, &count), ERR_OK);
	assert_int_equal(count, 3);
	assert_int_equal(list[0].change, BULLETIN_NEW_RED);
	assert_int_equal(list[0].unit, d->c->city);
	assert_int_equal(list[1].change, BULLETIN_GONE_RED);
	assert_int_equal(list[2].change, BULLETIN_MOVED);
	may.facts.light_count = 2;
	assert_int_equal(bulletin_diff(&may, &june, d->a, &list, &count), ERR_OK);
	assert_int_equal(list[2].change, BULLETIN_FIRST);
	assert_int_equal(bulletin_diff(&june, &may, d->a, &list, &count), ERR_OK);
	assert_int_equal(list[2].change, BULLETIN_GONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_none_behind),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_two_months),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
