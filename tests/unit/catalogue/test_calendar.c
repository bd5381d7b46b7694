/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "aggregator/catalogue/calendar.h"
#include "base/date.h"

static int setup(void **state)
{
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	enum err e = catalogue_load("catalogue/jining-2022.yaml", &diags, &c);

	diag_free(&diags);
	*state = c;
	return e ? -1 : 0;
}

static int teardown(void **state)
{
	catalogue_free(*state);
	return 0;
}

static int32_t day(int year, int month, int number)
{
	return date_from_civil(year, month, number);
}

static void working_days_know_holidays_and_make_up_days(void **state)
{
	const struct catalogue *c = *state;
	static const struct {
		int month, day;
		bool works;
	} days[] = { { 1, 3, false },  { 1, 4, true },	 { 1, 29, true },  { 1, 30, true },
		     { 1, 31, false }, { 2, 4, false },	 { 2, 7, true },   { 4, 2, true },
		     { 4, 5, false },  { 4, 24, true },	 { 5, 4, false },  { 5, 7, true },
		     { 6, 3, false },  { 9, 12, false }, { 9, 17, false }, { 10, 7, false },
		     { 10, 8, true },  { 10, 9, true },	 { 10, 15, false } };

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		assert_int_equal(
			calendar_is_workday(&c->calendar, day(2022, days[i].month, days[i].day)),
			days[i].works);
	assert_int_equal(calendar_next_workday(&c->calendar, day(2022, 9, 10)), day(2022, 9, 13));
	assert_int_equal(calendar_next_workday(&c->calendar, day(2022, 9, 13)), day(2022, 9, 13));
	assert_int_equal(calendar_add_workdays(&c->calendar, day(2022, 9, 30), 1),
			 day(2022, 10, 8));
	assert_int_equal(calendar_add_workdays(&c->calendar, day(2022, 9, 30), 3),
			 day(2022, 10, 10));
	/* past the last day it knows only weekends are free */
	assert_false(calendar_is_workday(&c->calendar, day(2023, 3, 4)));
	assert_true(calendar_is_workday(&c->calendar, day(2023, 10, 2)));
}

static void deadlines_avoid_holidays(void **state)
{
	const struct catalogue *c = *state;

	/* 5 October lies in the holiday of 1 to 7 October; Saturday the 8th is a make-up day */
	assert_int_equal(calendar_due(c, day(2022, 9, 30)), day(2022, 10, 8));
	assert_int_equal(calendar_confirm(c, day(2022, 9, 30)), day(2022, 10, 11));
	assert_int_equal(calendar_publish(c, day(2022, 9, 30)), day(2022, 10, 13));
	assert_int_equal(calendar_due(c, day(2022, 1, 31)), day(2022, 2, 7));
	assert_int_equal(calendar_due(c, day(2022, 5, 31)), day(2022, 6, 6));
	assert_int_equal(calendar_due(c, day(2022, 6, 30)), day(2022, 7, 5));
	assert_int_equal(calendar_due(c, day(2022, 12, 31)), day(2023, 1, 5));
	/* any day of the month names the period */
	assert_int_equal(calendar_due(c, day(2022, 9, 1)), day(2022, 10, 8));
	assert_int_equal(calendar_period_of(day(2022, 2, 1)), day(2022, 2, 28));
	/* beyond its last day it is a guess, and says so */
	assert_true(calendar_knows(&c->calendar, c->calendar.from));
	assert_true(calendar_knows(&c->calendar, c->calendar.to));
	assert_false(calendar_knows(&c->calendar, c->calendar.to + 1));
	assert_false(calendar_knows(&c->calendar, c->calendar.from - 1));
}

/* Worked out from the printed calendar: the 5th or the next working day, three more, two more. */
static void deadlines_of_the_year(void **state)
{
	static const struct {
		int due[2], confirm[2], publish[2]; /* month, day; of 2023 for the last period */
	} dates[12] = {
		{ { 2, 7 }, { 2, 10 }, { 2, 14 } },    { { 3, 7 }, { 3, 10 }, { 3, 14 } },
		{ { 4, 6 }, { 4, 11 }, { 4, 13 } },    { { 5, 5 }, { 5, 9 }, { 5, 11 } },
		{ { 6, 6 }, { 6, 9 }, { 6, 13 } },     { { 7, 5 }, { 7, 8 }, { 7, 12 } },
		{ { 8, 5 }, { 8, 10 }, { 8, 12 } },    { { 9, 5 }, { 9, 8 }, { 9, 13 } },
		{ { 10, 8 }, { 10, 11 }, { 10, 13 } }, { { 11, 7 }, { 11, 10 }, { 11, 14 } },
		{ { 12, 5 }, { 12, 8 }, { 12, 12 } },  { { 1, 5 }, { 1, 10 }, { 1, 12 } },
	};
	const struct catalogue *c = *state;

	for (int m = 1; m <= 12; m++) {
		int year = m == 12 ? 2023 : 2022;
		int32_t period = calendar_period_of(day(2022, m, 1));
		const int *due = dates[m - 1].due, *confirm = dates[m - 1].confirm;
		const int *publish = dates[m - 1].publish;

		assert_int_equal(calendar_due(c, period), day(year, due[0], due[1]));
		assert_int_equal(calendar_confirm(c, period), day(year, confirm[0], confirm[1]));
		assert_int_equal(calendar_publish(c, period), day(year, publish[0], publish[1]));
	}
}

static void a_period_closes_when_its_due_day_has_passed(void **state)
{
	const struct catalogue *c = *state;

	assert_int_equal(calendar_closed_period(c, day(2021, 6, 1)), DATE_NONE);
	assert_int_equal(calendar_closed_period(c, day(2022, 2, 7)), DATE_NONE);
	assert_int_equal(calendar_closed_period(c, day(2022, 2, 8)), day(2022, 1, 31));
	assert_int_equal(calendar_closed_period(c, day(2022, 10, 8)), day(2022, 8, 31));
	assert_int_equal(calendar_closed_period(c, day(2022, 10, 9)), day(2022, 9, 30));
	assert_int_equal(calendar_closed_period(c, day(2023, 1, 6)), day(2022, 12, 31));
	assert_int_equal(calendar_closed_period(c, day(2030, 1, 1)), day(2022, 12, 31));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(working_days_know_holidays_and_make_up_days),
		cmocka_unit_test(deadlines_avoid_holidays),
		cmocka_unit_test(deadlines_of_the_year),
		cmocka_unit_test(a_period_closes_when_its_due_day_has_passed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
