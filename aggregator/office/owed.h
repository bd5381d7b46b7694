/* SPDX-License-Identifier: MIT */
/* What is owed for a period, and what became of it: reports with their due days, reviews. Any read
 * transaction. */
#ifndef OFFICE_OWED_H
#define OFFICE_OWED_H

#include "aggregator/office/extensions.h"
#include "aggregator/office/reviews.h"
#include "aggregator/progress/reports.h"

/* A period with what counts for all of it. Zero-initialised is empty. */
struct owed {
	const struct catalogue *c;
	struct store_txn *t;
	int32_t period;
	bool published;
	struct extensions extensions;
};
/* On failure o is empty. */
enum err owed_open(struct owed *o, const struct catalogue *c, struct store_txn *t, int32_t period);
void owed_close(struct owed *o); /* leaves it empty; ends no transaction */

struct owed_report {
	uint16_t measure, unit; /* of the cell */
	enum reports_state state;
	int64_t first_ms; /* 0: none came */
	int32_t due;
	bool extended; /* later than the calendar's */
	struct review review;
};
/* day: at whose end the question is asked. NOT_EXPECTED: due and the rest say what they would be. */
enum err owed_report(const struct owed *o, uint16_t measure, uint16_t unit, int32_t day,
		     struct owed_report *out);

#endif
