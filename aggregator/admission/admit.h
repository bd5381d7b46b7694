/* SPDX-License-Identifier: MIT */
/* What admission works with while one entry is folded into the state. */
#ifndef ADMISSION_ADMIT_H
#define ADMISSION_ADMIT_H

#include "aggregator/admission/keyring.h"
#include "aggregator/admission/facts.h"
#include "aggregator/office/desk.h"
#include "aggregator/progress/cells.h"

/* For each day of the programme, what a row of that date wants to know. */
struct admit_calendar {
	int32_t from;
	uint32_t days;
	int32_t *due;    /* due day of the period it belongs to */
	uint8_t *period; /* number of that period, from 0 */
};
enum err admit_calendar_fill(struct admit_calendar *k, const struct catalogue *c);
void admit_calendar_free(struct admit_calendar *k);

struct row_objects;

/* What the year's end means for rows. */
enum admit_year {
	ADMIT_YEAR_OPEN,
	ADMIT_YEAR_LATE,  /* the window for late rows is over: they wait for the office */
	ADMIT_YEAR_CLOSED /* signed: nothing enters */
};

struct admit {
	/* given for as long as the catalogue stays; all borrowed */
	const struct catalogue *catalogue;
	const struct admit_calendar *calendar;
	struct cells *cells;
	struct keyring *keyring;
	struct desk *desk;
	struct row_objects *objects; /* row_objects.h */
	uint8_t *touched; /* by measure: its counting figures moved */
	/* of the group */
	struct store_txn *txn;
	/* of the entry */
	uint16_t reporter;
	uint32_t rules; /* that decide it, or decided it */
	uint64_t position;
	int64_t time_ms;
	int32_t day;    /* civil day of time_ms */
	int32_t closed; /* last closed period on that day, or DATE_NONE */
	enum admit_year year;
	struct facts *facts;
};

/* One bit for the period of a date; 0 for dates outside of the programme, and for the periods of
 * very long ones. */
static inline uint64_t admit_period_bit(const struct admit *a, int32_t as_of)
{
	uint32_t at = (uint32_t)as_of - (uint32_t)a->calendar->from;

	if (at >= a->calendar->days || a->calendar->period[at] > 63)
		return 0;
	return UINT64_C(1) << a->calendar->period[at];
}

/* Whether a report for the cell and this date, received on the day of the entry, is in time. Dates
 * outside of the programme are never late. */
static inline bool admit_on_time(const struct admit *a, uint16_t measure, uint16_t unit,
				 int32_t as_of)
{
	uint32_t at = (uint32_t)as_of - (uint32_t)a->calendar->from;

	if (at >= a->calendar->days || a->day <= a->calendar->due[at])
		return true;
	return a->desk->extensions.count > 0 &&
	       a->day <= extensions_due(&a->desk->extensions, a->catalogue, measure, unit, as_of);
}

#endif
