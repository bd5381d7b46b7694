/* SPDX-License-Identifier: MIT */
/* The city's total of each measure, as stored: one value a measure. Private to this folder. */
#ifndef AGGREGATOR_SUMS_H
#define AGGREGATOR_SUMS_H

#include "aggregator/progress/totals.h"

struct aggregator;

/* Reads all of them; measures without one are absent. */
enum err sums_load(struct aggregator *a, struct store_txn *t);
/* Works out and stores what may have moved since the last flush. */
enum err sums_flush(struct aggregator *a);
/* The figure of a (measure, unit), of all rows, from the writer's cells. */
enum err sums_compute(struct aggregator *a, uint16_t measure, uint16_t unit,
		      struct totals_result *out);

#endif
