/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aggregator/progress/reports.h"
#include "base/date.h"

enum { CITY, BUREAU, NORTH, SOUTH, OUTSIDE, GUEST, UNITS };
enum { COUNTED, LED, DERIVED, MEASURES };

/* A programme of one item for two areas, with the holidays of October 2022. */
struct town {
	struct catalogue c;
	struct catalogue_unit units[UNITS];
	struct catalogue_item item;
	struct catalogue_measure measures[MEASURES];
	struct catalogue_quota quotas[2];
	uint16_t scope[3];
	int32_t holidays[5];
	int32_t workdays[2];
};

static int32_t day(int month, int d)
{
	return date_from_civil(2022, month, d);
}

static void make_units(struct town *t)
{
	static const char *const ids[] = { "city", "bureau", "north", "south", "outside", "guest" };

	for (size_t i = 0; i < UNITS; i++)
		t->units[i] = (struct catalogue_unit){ .id = ids[i],
						       .area = i >= NORTH,
						       .expected = i != CITY && i != GUEST };
}

static void make_calendar(struct town *t)
{
	/* National Day: Monday 3 to Friday 7 October are free, the weekends around it are worked */
	for (int i = 0; i < 5; i++)
		t->holidays[i] = day(10, 3 + i);
	t->workdays[0] = day(10, 8);
	t->workdays[1] = day(10, 9);
	t->c.calendar = (struct catalogue_calendar){ t->holidays, 5,	     t->workdays,
						     2,		  day(1, 1), day(12, 31) };
	t->c.reporting = (struct catalogue_reporting){
		.due_day = 5, .confirm_days = 3, .object_days = 2, .silent_after = 1
	};
}

static int set_up(void **state)
{
	static struct town t;
	static const enum catalogue_figure figures[] = { CATALOGUE_COUNTIES, CATALOGUE_LEAD,
							 CATALOGUE_DERIVED };

	t = (struct town){ .scope = { NORTH, SOUTH, GUEST },
			   .quotas = { { NORTH, 8 }, { SOUTH, 0 } } };
	make_units(&t);
	make_calendar(&t);
	t.item = (struct catalogue_item){
		.id = "1.1", .lead = BUREAU, .scope = t.scope, .scope_count = 3
	};
	for (size_t i = 0; i < MEASURES; i++)
		t.measures[i] = (struct catalogue_measure){ .id = "m",
							    .figure = figures[i],
							    .whole = CATALOGUE_NONE,
							    .first_report = day(2, 28),
							    .retired = DATE_NONE };
	t.c.from = day(1, 1);
	t.c.to = day(12, 31);
	t.c.offset_minutes = 480;
	t.c.units = t.units;
	t.c.unit_count = UNITS;
	t.c.city = CITY;
	t.c.items = &t.item;
	t.c.item_count = 1;
	t.c.measures = t.measures;
	t.c.measure_count = MEASURES;
	*state = &t;
	return 0;
}

static void test_who_owes_what(void **state)
{
	struct town *t = *state;
	int32_t june = day(6, 30);

	assert_true(reports_expected(&t->c, COUNTED, NORTH, june));
	assert_true(
		reports_expected(&t->c, COUNTED, SOUTH, june)); /* no quota still owes its figure */
	assert_false(reports_expected(&t->c, COUNTED, OUTSIDE, june));
	assert_false(reports_expected(&t->c, COUNTED, GUEST, june)); /* may report, need not */
	assert_false(reports_expected(&t->c, COUNTED, CITY, june));
	assert_true(reports_expected(&t->c, LED, CITY, june));
	assert_false(reports_expected(&t->c, LED, NORTH, june));
	assert_false(reports_expected(&t->c, DERIVED, CITY, june));
	t->measures[COUNTED].quotas = t->quotas;
	t->measures[COUNTED].quota_count = 2;
	assert_true(reports_expected(&t->c, COUNTED, NORTH, june));
	assert_false(reports_expected(&t->c, COUNTED, SOUTH, june)); /* a quota of 0 is no task */
}

static void test_from_when_to_when(void **state)
{
	struct town *t = *state;

	assert_false(reports_expected(&t->c, COUNTED, NORTH, day(1, 31)));
	assert_true(reports_expected(&t->c, COUNTED, NORTH, day(2, 28)));
	assert_true(reports_expected(&t->c, COUNTED, NORTH, day(12, 31)));
	assert_false(reports_expected(&t->c, COUNTED, NORTH, date_from_civil(2023, 1, 31)));
	t->measures[COUNTED].retired = day(8, 31);
	assert_true(reports_expected(&t->c, COUNTED, NORTH, day(8, 31)));
	assert_false(reports_expected(&t->c, COUNTED, NORTH, day(9, 30)));
}

static enum reports_state at(struct town *t, int64_t first_ms, int32_t today)
{
	const struct reports_facts f = { .first_ms = first_ms, .due = day(10, 8) };

	return reports_state(&t->c, COUNTED, NORTH, day(9, 30), &f, today);
}

static void test_states(void **state)
{
	struct town *t = *state;
	int64_t due_end = date_begin_ms(day(10, 9), 480);
	struct reports_facts f = { .due = day(10, 8), .published = true };

	/* the 5th is a holiday, Saturday the 8th is worked */
	assert_int_equal(calendar_due(&t->c, day(9, 30)), day(10, 8));
	assert_int_equal(at(t, 0, day(9, 30)), REPORTS_NOT_DUE);
	assert_int_equal(at(t, 0, day(10, 1)), REPORTS_DUE);
	assert_int_equal(at(t, 0, day(10, 8)), REPORTS_DUE);
	assert_int_equal(at(t, 0, day(10, 9)), REPORTS_MISSING);
	assert_int_equal(calendar_publish(&t->c, day(9, 30)), day(10, 13));
	assert_int_equal(at(t, 0, day(12, 1)), REPORTS_MISSING); /* until it is published */
	assert_int_equal(reports_state(&t->c, COUNTED, NORTH, day(9, 30), &f, day(10, 10)),
			 REPORTS_LOCKED_MISSING);
	f.first_ms = due_end;
	assert_int_equal(reports_state(&t->c, COUNTED, NORTH, day(9, 30), &f, day(10, 10)),
			 REPORTS_LATE);
	f.due = day(10, 9); /* extended */
	assert_int_equal(reports_state(&t->c, COUNTED, NORTH, day(9, 30), &f, day(10, 10)),
			 REPORTS_ON_TIME);
	assert_int_equal(at(t, due_end - 1, day(12, 1)), REPORTS_ON_TIME);
	assert_int_equal(at(t, due_end, day(12, 1)), REPORTS_LATE);
	assert_int_equal(reports_state(&t->c, COUNTED, OUTSIDE, day(9, 30), &f, day(12, 1)),
			 REPORTS_NOT_EXPECTED);
	assert_string_equal(reports_state_name(REPORTS_LOCKED_MISSING), "locked-missing");
}

static void assert_per_cent(struct fraction f, const char *expected)
{
	char text[32];

	fraction_format(fraction_mul(f, fraction_of(100, 1)), 2, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void test_rates(void **state)
{
	struct reports_tally t = { 0 };

	(void)state;
	for (int i = 0; i < 12; i++)
		reports_count(&t, REPORTS_ON_TIME);
	reports_count(&t, REPORTS_LATE);
	reports_count(&t, REPORTS_LATE);
	reports_count(&t, REPORTS_MISSING);
	reports_count(&t, REPORTS_NOT_EXPECTED);
	assert_int_equal(t.expected, 15);
	assert_per_cent(reports_completeness(&t), "93.33");
	assert_per_cent(reports_timeliness(&t), "80.00");
	assert_per_cent(reports_punctuality(&t), "85.71");
	t = (struct reports_tally){ 0 };
	assert_per_cent(reports_completeness(&t), "100.00");
	assert_per_cent(reports_punctuality(&t), "100.00");
}

static void test_link(void **state)
{
	(void)state;
	assert_false(reports_link_is_down(1000, 1000 + 179999));
	assert_true(reports_link_is_down(1000, 1000 + 180000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_who_owes_what, set_up),
		cmocka_unit_test_setup(test_from_when_to_when, set_up),
		cmocka_unit_test_setup(test_states, set_up),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
