/* SPDX-License-Identifier: MIT */
/* The shipped catalogues against the numbers of the notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/catalogue/catalogue.h"
#include "base/date.h"
#include "base/decimal.h"
#include "tests/unit/catalogue/facts.h"

#define FACT_COUNT (sizeof(FACTS) / sizeof(FACTS[0]))

static const struct catalogue *city(void **state)
{
	return *state;
}

static const struct catalogue_measure *measure(const struct catalogue *c, const char *id)
{
	uint16_t n = catalogue_measure_number(c, bytes_of_string(id));

	assert_int_not_equal(n, CATALOGUE_NONE);
	return &c->measures[n];
}

static uint16_t unit(const struct catalogue *c, const char *id)
{
	uint16_t n = catalogue_unit_number(c, bytes_of_string(id));

	assert_int_not_equal(n, CATALOGUE_NONE);
	return n;
}

static int setup(void **state)
{
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	enum err e = catalogue_load("catalogue/jining-2022.yaml", &diags, &c);

	diag_print(&diags, LANG_EN, stderr);
	if (diags.count)
		e = ERR_INVALID;
	diag_free(&diags);
	*state = c;
	return e ? -1 : 0;
}

static int teardown(void **state)
{
	catalogue_free(*state);
	return 0;
}

static void every_measure_is_that_of_the_notice(void **state)
{
	const struct catalogue *c = city(state);

	assert_int_equal(FACT_COUNT, 77);
	assert_int_equal(c->measure_count, FACT_COUNT);
	for (size_t i = 0; i < FACT_COUNT; i++) {
		const struct fact *f = &FACTS[i];
		const struct catalogue_measure *m = measure(c, f->id);
		int64_t value;

		assert_int_equal(m->order, i);
		assert_string_equal(c->items[m->item].id, f->item);
		assert_string_equal(catalogue_kind_name(m->kind), f->kind);
		assert_string_equal(catalogue_comparator_name(m->comparator), f->comparator);
		assert_string_equal(catalogue_role_name(m->role), f->role);
		assert_string_equal(catalogue_figure_name(m->figure), f->figure);
		assert_string_equal(m->uom, f->uom);
		assert_int_equal(decimal_parse(bytes_of_string(f->value), m->rate_decimals, &value),
				 ERR_OK);
		assert_int_equal(m->target, value);
		if (!*f->base) {
			assert_int_equal(m->has_base, m->base_invented);
			continue;
		}
		assert_int_equal(decimal_parse(bytes_of_string(f->base), m->rate_decimals, &value),
				 ERR_OK);
		assert_true(m->has_base && !m->base_invented);
		assert_int_equal(m->base, value);
	}
}

static void the_house_has_its_size(void **state)
{
	const struct catalogue *c = city(state);
	size_t areas = 0, expected = 0, leads = 0, kinds[6] = { 0 }, coded = 0, tiles = 0;
	bool lead[200] = { false };

	assert_int_equal(c->project_count, 15);
	assert_int_equal(c->item_count, 30);
	assert_int_equal(c->unit_count, 59);
	assert_string_equal(c->units[c->city].id, "jining");
	assert_string_equal(c->units[c->office].id, "duchashi");
	for (size_t i = 0; i < c->unit_count; i++) {
		areas += c->units[i].area;
		expected += c->units[i].area && c->units[i].expected;
		kinds[c->units[i].kind]++;
		coded += strlen(c->units[i].code) == 6;
		tiles += c->units[i].tile_row != 0;
	}
	for (size_t i = 0; i < c->item_count; i++) {
		leads += !lead[c->items[i].lead];
		lead[c->items[i].lead] = true;
	}
	assert_int_equal(areas, 15);
	assert_int_equal(leads, 15);
	assert_int_equal(expected, 14); /* all but the Qufu cultural zone */
	assert_false(c->units[unit(c, "qufu-culture")].expected);
	assert_int_equal(kinds[CATALOGUE_COUNTY], 11);
	assert_int_equal(kinds[CATALOGUE_ZONE], 4);
	assert_int_equal(coded, 12);
	assert_int_equal(tiles, 15);
	assert_string_equal(c->units[unit(c, "yutai")].code, "370827");
	assert_int_equal(c->units[unit(c, "yutai")].tile_row, 5);
	assert_int_equal(c->units[unit(c, "yutai")].tile_column, 2);
}

static void parts_make_their_whole(void **state)
{
	static const struct {
		const char *id;
		size_t parts;
		int64_t sum;
	} wholes[] = { { "public-kindergartens", 4, 17 + 27 + 22 + 25 },
		       { "public-jobs", 2, 6400 + 28000 },
		       { "gas-hoses", 2, 700000 + 160000 } };
	const struct catalogue *c = city(state);

	for (size_t i = 0; i < 3; i++) {
		const struct catalogue_measure *m = measure(c, wholes[i].id);
		int64_t sum = 0;

		assert_int_equal(m->part_count, wholes[i].parts);
		for (size_t p = 0; p < m->part_count; p++) {
			sum += c->measures[m->parts[p]].target;
			assert_ptr_equal(&c->measures[c->measures[m->parts[p]].whole], m);
		}
		assert_int_equal(sum, wholes[i].sum);
		assert_int_equal(sum, m->target);
	}
}

static void what_is_derived_has_its_source(void **state)
{
	const struct catalogue *c = city(state);
	const struct catalogue_measure *homes = measure(c, "rukang-homes");
	const struct catalogue_measure *rate = measure(c, "public-kindergarten-rate");

	assert_int_equal(homes->base, 43);
	assert_int_equal(homes->cap, 156);
	assert_int_equal(homes->base + homes->target, homes->cap);
	assert_string_equal(measure(c, "rukang-coverage")->derived_from, "rukang-homes");
	assert_string_equal(measure(c, "public-kindergarten-rise")->derived_from,
			    "public-kindergarten-rate");
	assert_int_equal(rate->target - rate->base, measure(c, "public-kindergarten-rise")->target);
	assert_true(rate->base_invented);
	assert_string_equal(rate->numerator.en, "Children in public kindergartens");
	/* the rises of the two named parts make that of the cap, though 10 + 35 is not 125 */
	assert_int_equal(measure(c, "employee-cap")->target - measure(c, "employee-cap")->base,
			 measure(c, "employee-cap-basic")->target -
				 measure(c, "employee-cap-basic")->base +
				 measure(c, "employee-cap-large")->target -
				 measure(c, "employee-cap-large")->base);
	assert_int_equal(measure(c, "bus-lanes")->decimals, 2);
	assert_int_equal(measure(c, "bus-lanes")->target, 2000);
}

static void plans_are_whole_and_labelled(void **state)
{
	const struct catalogue *c = city(state);
	const struct catalogue_plan *p = &measure(c, "rukang-homes")->plan;
	static const int64_t ppm[] = { 0, 100000, 350000, 750000, 1000000 };
	static const int32_t day[] = { 0, 90, 181, 273, 365 };

	assert_int_equal(p->shape, CATALOGUE_KNOTS);
	assert_int_equal(p->knot_count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(p->knots[i].ppm, ppm[i]);
		assert_int_equal(p->knots[i].day - date_from_civil(2021, 12, 31), day[i]);
	}
	for (size_t i = 0; i < c->measure_count; i++) {
		const struct catalogue_measure *m = &c->measures[i];

		assert_true(m->plan.invented);
		assert_true(m->plan.knot_count >= 2 && *m->plan.id);
		assert_int_equal(m->plan.knots[0].day, c->from - 1);
		assert_int_equal(m->plan.knots[m->plan.knot_count - 1].ppm, CATALOGUE_ALL_PPM);
		assert_int_equal(m->first_report, date_from_civil(2022, 1, 31));
	}
	/* heating does nothing before autumn */
	assert_int_equal(measure(c, "clean-heating")->plan.knots[1].ppm, 0);
	assert_int_equal(measure(c, "clean-heating")->plan.knots[1].day,
			 date_from_civil(2022, 7, 31));
}

static void quotas_make_the_target_and_are_labelled(void **state)
{
	const struct catalogue *c = city(state);
	size_t with = 0;
	int64_t value;

	for (size_t i = 0; i < c->measure_count; i++) {
		const struct catalogue_measure *m = &c->measures[i];
		bool wanted = m->kind == CATALOGUE_QUANTITY && m->figure == CATALOGUE_COUNTIES;
		int64_t sum = 0;

		assert_int_equal(m->quota_count != 0, wanted);
		if (!wanted)
			continue;
		with++;
		assert_true(m->quotas_invented);
		assert_int_equal(m->quota_count, c->items[m->item].scope_count);
		for (size_t q = 0; q < m->quota_count; q++) {
			sum += m->quotas[q].value;
			assert_true(catalogue_in_scope(&c->items[m->item], m->quotas[q].unit));
		}
		assert_int_equal(sum, m->target);
	}
	assert_int_equal(with, 37);
	assert_true(catalogue_quota_of(measure(c, "canteens"), unit(c, "qufu-culture"), &value));
	assert_int_equal(value, 0);
	assert_false(catalogue_quota_of(measure(c, "canteens"), c->city, &value));
	assert_false(catalogue_quota_of(measure(c, "pocket-parks"), unit(c, "yutai"), &value));
}

static void stages_belong_to_kinds(void **state)
{
	const struct catalogue *c = city(state);

	for (size_t i = 0; i < c->measure_count; i++) {
		const struct catalogue_measure *m = &c->measures[i];
		bool counted = m->kind == CATALOGUE_QUANTITY || m->kind == CATALOGUE_POLICY;
		int64_t weights = 0;

		assert_int_equal(m->stage_count != 0, counted || m->kind == CATALOGUE_MILESTONE);
		assert_int_equal(m->counting_stage != CATALOGUE_NONE, counted);
		for (size_t s = 0; s < m->stage_count; s++) {
			weights += m->stages[s].weight_ppm;
			assert_int_equal(m->stages[s].due != DATE_NONE, !counted);
		}
		assert_int_equal(weights, counted || !m->stage_count ? 0 : CATALOGUE_ALL_PPM);
		assert_int_equal(m->stages_invented, m->kind == CATALOGUE_MILESTONE);
	}
	assert_string_equal(measure(c, "canteens")->stages[2].id, "accepted");
	assert_int_equal(measure(c, "canteens")->counting_stage, 2);
	assert_int_equal(catalogue_stage_index(measure(c, "canteens"), bytes_of_string("started")),
			 0);
	assert_int_equal(catalogue_stage_index(measure(c, "canteens"), bytes_of_string("start")),
			 CATALOGUE_NONE);
}

static void each_cell_has_one_owner(void **state)
{
	const struct catalogue *c = city(state);
	uint16_t canteens = measure(c, "canteens")->order,
		 tv = measure(c, "cable-tv-households")->order;
	uint16_t whole = measure(c, "public-jobs")->order,
		 parks = measure(c, "pocket-parks")->order;
	uint16_t yutai = unit(c, "yutai");

	assert_int_equal(catalogue_owner(c, canteens, yutai), yutai);
	assert_int_equal(catalogue_owner(c, canteens, c->city), CATALOGUE_NONE);
	assert_int_equal(catalogue_owner(c, canteens, unit(c, "minzheng")), CATALOGUE_NONE);
	assert_int_equal(catalogue_owner(c, tv, c->city), unit(c, "guangdian"));
	assert_int_equal(catalogue_owner(c, tv, yutai), CATALOGUE_NONE);
	assert_int_equal(catalogue_owner(c, whole, yutai), CATALOGUE_NONE);
	assert_int_equal(catalogue_owner(c, whole, c->city), CATALOGUE_NONE);
	assert_int_equal(catalogue_owner(c, parks, yutai), CATALOGUE_NONE);
	assert_int_equal(catalogue_owner(c, parks, unit(c, "gaoxin")), unit(c, "gaoxin"));
	assert_int_equal(catalogue_owner(c, CATALOGUE_NONE, yutai), CATALOGUE_NONE);
	assert_true(c->items[measure(c, "pocket-parks")->item].scope_invented);
	assert_true(c->items[measure(c, "long-term-care")->item].scope_invented);
	assert_false(c->items[measure(c, "canteens")->item].scope_invented);
}

static void lights_and_deadlines_are_those_of_the_domain(void **state)
{
	const struct catalogue *c = city(state);

	assert_int_equal(c->ranking, CATALOGUE_RANKING_OFF); /* nobody is ranked where nobody asked for it */
	assert_int_equal(c->profile.yellow_enter, 1000);
	assert_int_equal(c->profile.red_enter, 3000);
	assert_int_equal(c->profile.yellow_leave, 1000);
	assert_int_equal(c->profile.red_leave, 3000);
	assert_false(c->profile.relative);
	assert_int_equal(c->profile.not_started_months, 3);
	assert_int_equal(c->reporting.due_day, 5);
	assert_int_equal(c->reporting.late_until, DATE_NONE); /* the notice names none */
	assert_int_equal(c->offset_minutes, 480);
	assert_int_equal(c->version, 1);
}

static void numbers_are_found_and_nothing_else(void **state)
{
	const struct catalogue *c = city(state);

	for (size_t i = 0; i < c->measure_count; i++)
		assert_int_equal(catalogue_measure_number(c, bytes_of_string(c->measures[i].id)),
				 i);
	for (size_t i = 0; i < c->unit_count; i++)
		assert_int_equal(catalogue_unit_number(c, bytes_of_string(c->units[i].id)), i);
	assert_int_equal(catalogue_unit_number(c, bytes_of("yutai!", 5)), unit(c, "yutai"));
	assert_int_equal(catalogue_unit_number(c, bytes_of_string("yuta")), CATALOGUE_NONE);
	assert_int_equal(catalogue_unit_number(c, bytes_of_string("yutaii")), CATALOGUE_NONE);
	assert_int_equal(catalogue_unit_number(c, bytes_of_string("")), CATALOGUE_NONE);
	assert_int_equal(catalogue_measure_number(c, bytes_of_string("yutai")), CATALOGUE_NONE);
}

static void another_city_is_another_file(void **state)
{
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	const struct catalogue_measure *m;

	(void)state;
	assert_int_equal(catalogue_load("catalogue/example-town.yaml", &diags, &c), ERR_OK);
	assert_int_equal(diags.count, 0);
	assert_int_equal(c->measure_count, 8);
	assert_int_equal(c->ranking, CATALOGUE_RANKING_DELTA);
	m = measure(c, "roads-lanes");
	assert_int_equal(m->target, 425);
	assert_int_equal(m->quotas[1].value, 150);
	assert_int_equal(measure(c, "check-ups")->target, 900);
	assert_true(c->profile.relative);
	assert_int_equal(c->profile.yellow_leave, 300);
	/* due on the 3rd: 3 October is in the holiday, 8 October is a make-up Saturday */
	assert_int_equal(calendar_due(c, date_from_civil(2022, 9, 30)),
			 date_from_civil(2022, 10, 8));
	catalogue_free(c);
	diag_free(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_measure_is_that_of_the_notice),
		cmocka_unit_test(the_house_has_its_size),
		cmocka_unit_test(parts_make_their_whole),
		cmocka_unit_test(what_is_derived_has_its_source),
		cmocka_unit_test(plans_are_whole_and_labelled),
		cmocka_unit_test(quotas_make_the_target_and_are_labelled),
		cmocka_unit_test(stages_belong_to_kinds),
		cmocka_unit_test(each_cell_has_one_owner),
		cmocka_unit_test(lights_and_deadlines_are_those_of_the_domain),
		cmocka_unit_test(numbers_are_found_and_nothing_else),
		cmocka_unit_test(another_city_is_another_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
