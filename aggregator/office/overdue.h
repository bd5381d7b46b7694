/* SPDX-License-Identifier: MIT */
/* Deadlines by the working calendar: what is due on a free day is due on the next working day. */
#ifndef OFFICE_OVERDUE_H
#define OFFICE_OVERDUE_H

#include "aggregator/office/forms.h"

/* The last day on which it is in time. */
int32_t overdue_due(const struct catalogue *c, int32_t deadline);
/* Working days that day is after due: 0 where it is not. */
unsigned overdue_days(const struct catalogue *c, int32_t due, int32_t day);
/* A record that waits for something until its deadline, which is over on this day. */
bool overdue_is(const struct catalogue *c, const struct forms_kind *k, const json_t *record,
		int32_t day);

/* Problems and decisions that are overdue on a day, by kind and id. The record is valid during the
 * call; fn returns false to stop. Any transaction. */
struct overdue_record {
	const struct forms_kind *kind;
	struct bytes id;
	const json_t *record;
	int32_t due;
	unsigned days; /* working days late */
};
enum err overdue_walk(struct store_txn *t, const struct catalogue *c, int32_t day,
		      bool (*fn)(void *ctx, const struct overdue_record *late), void *ctx);

#endif
