/* SPDX-License-Identifier: MIT */
/* What the tests of judging share: a town for each, and a year that goes to plan. */
#ifndef TESTS_ALERTS_JUDGING_H
#define TESTS_ALERTS_JUDGING_H

#include "tests/unit/alerts/town.h"

static inline int set_up(void **state)
{
	*state = town_new();
	return 0;
}

static inline int tear_down(void **state)
{
	town_free(*state);
	return 0;
}

static inline void assert_alert(struct town *t, const char *id, enum book_transition transition,
				enum book_severity severity)
{
	struct book_record r = town_alert(t, id);

	assert_string_equal(r.id, id);
	assert_int_equal(r.transition, transition);
	assert_int_equal(r.severity, severity);
}

static inline void assert_no_alert(struct town *t, const char *id)
{
	assert_int_equal(town_alert(t, id).number, 0);
}

/* Everything that the areas and the bureau owe for a month, on plan. */
static inline void all_on_plan(struct town *t, int month)
{
	int day = month == 2 ? 28 : 30;

	for (uint16_t u = NORTH; u <= SOUTH; u++) {
		town_report(t, CANTEENS, u, month, day, month + 1);
		town_report(t, PART_A, u, month, day, 5 * month);
		town_report(t, PART_B, u, month, day, 5 * month);
		town_nil(t, RATE, u, month, day);
		town_nil(t, LOOK, u, month, day);
	}
	town_nil(t, STEPS, CITY, month, day);
}

#endif
