/* SPDX-License-Identifier: MIT */
/* What the way of a row has to know of the office: which periods are published, which cells were
 * reviewed, which due days were moved. A cache of the tables for the writer; one thread. */
#ifndef OFFICE_DESK_H
#define OFFICE_DESK_H

#include "aggregator/office/extensions.h"

/* Periods are bits, by their number from the programme's first; those beyond the 64th have none, as
 * in admission. */
struct desk {
	size_t units;
	uint64_t published;
	uint64_t *reviewed; /* by measure * units + unit: there is something to take back */
	struct extensions extensions;
};

/* Reads the tables; on failure d is empty, and has to be loaded before it is used. */
enum err desk_load(struct desk *d, struct store_txn *t, const struct catalogue *c);
void desk_free(struct desk *d); /* leaves it empty */
uint64_t desk_bit(const struct catalogue *c, int32_t period);

static inline uint64_t *desk_reviewed(const struct desk *d, uint16_t measure, uint16_t unit)
{
	return &d->reviewed[measure * d->units + unit];
}

#endif
