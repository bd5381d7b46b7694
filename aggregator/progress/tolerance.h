/* SPDX-License-Identifier: MIT */
/* How far a shadow figure may lie from the one that counts before somebody has to explain it: 2 %
 * of the counted one, but at least one of the smallest units that the measure
 * counts. Pure. */
#ifndef PROGRESS_TOLERANCE_H
#define PROGRESS_TOLERANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fraction.h"

/* In the smallest unit of the measure's decimals; never negative. */
struct fraction tolerance_of(int64_t counted);
/* The two are further apart than that; at the edge they are not. */
bool tolerance_exceeded(int64_t counted, int64_t other);

#endif
