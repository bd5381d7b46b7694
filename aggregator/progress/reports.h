/* SPDX-License-Identifier: MIT */
/* Who has to report what for which period, and whether it came in time. A period is a civil
 * month, named by its last day. Pure. */
#ifndef PROGRESS_REPORTS_H
#define PROGRESS_REPORTS_H

#include "aggregator/catalogue/calendar.h"
#include "base/fraction.h"

enum reports_state {
	REPORTS_NOT_EXPECTED, /* out of scope, no task, not yet or no longer reported */
	REPORTS_NOT_DUE,      /* the period is not over */
	REPORTS_DUE,	      /* it is over; the due day is not */
	REPORTS_ON_TIME,
	REPORTS_LATE,
	REPORTS_MISSING,       /* the due day is over and nothing came */
	REPORTS_LOCKED_MISSING /* nor until the period was published */
};

/* Whether somebody owes a report for the cell (measure, unit) and the period. unit: an area, or the
 * city for a figure of the lead. A quota of 0 is no task; no quota still owes its figure. */
bool reports_expected(const struct catalogue *c, uint16_t measure, uint16_t unit, int32_t period);

/* What is known of a report. */
struct reports_facts {
	int64_t first_ms; /* when the first admitted one arrived by the daemon's clock, 0: never */
	int32_t due;	  /* the calendar's day, or a later one that was granted */
	bool published;	  /* the period is */
};
/* day: the civil day at whose end the question is asked. What arrives on the due day is on time. */
enum reports_state reports_state(const struct catalogue *c, uint16_t measure, uint16_t unit,
				 int32_t period, const struct reports_facts *facts, int32_t day);
const char *reports_state_name(enum reports_state s); /* "on-time" */

struct reports_tally {
	unsigned expected, on_time, late, missing; /* missing: past the due day */
};
void reports_count(struct reports_tally *t, enum reports_state s);
/* Shares of what is expected; 1 where nothing is. */
struct fraction reports_completeness(const struct reports_tally *t);
struct fraction reports_timeliness(const struct reports_tally *t);
/* On time of what was received; 1 where nothing was. */
struct fraction reports_punctuality(const struct reports_tally *t);

/* The link of a reporter of whom nothing was heard for three heartbeats; this says nothing about
 * missing reports. */
bool reports_link_is_down(int64_t heard_ms, int64_t now_ms);

#endif
