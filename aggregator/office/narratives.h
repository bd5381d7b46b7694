/* SPDX-License-Identifier: MIT */
/* Which items owe a narrative for a month, and whether they have it. A period is named by its last
 * day. */
#ifndef OFFICE_NARRATIVES_H
#define OFFICE_NARRATIVES_H

#include "aggregator/office/forms.h"

/* Some measure of the item is reported for the period. */
bool narratives_expected(const struct catalogue *c, uint16_t item, int32_t period);

struct narratives_one {
	uint16_t item;
	bool written;
	unsigned late_days; /* working days that it came late, or is missing on that day */
};
/* Every item that owes one for the period, in the order of the catalogue, as of a day; fn returns
 * false to stop. */
enum err narratives_walk(struct store_txn *t, const struct catalogue *c, int32_t period, int32_t day,
			 bool (*fn)(void *ctx, const struct narratives_one *one), void *ctx);

#endif
