/* SPDX-License-Identifier: MIT */
/* How far a shadow figure may lie from the one that counts before somebody has to explain it: 2 %
 * of the counted one, but at least one whole unit. Pure. */
#ifndef PROGRESS_TOLERANCE_H
#define PROGRESS_TOLERANCE_H

#include "aggregator/catalogue/catalogue.h"
#include "base/fraction.h"

/* In the smallest unit of the measure's decimals; never negative. */
struct fraction tolerance_of(const struct catalogue_measure *m, int64_t counted);
/* The two are further apart than that; at the edge they are not. */
bool tolerance_exceeded(const struct catalogue_measure *m, int64_t counted, int64_t other);

#endif
