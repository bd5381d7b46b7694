/* SPDX-License-Identifier: MIT */
/* What every measure and item stands at when the year is closed. Private to this folder. */
#ifndef AGGREGATOR_YEAR_RESULTS_H
#define AGGREGATOR_YEAR_RESULTS_H

#include "aggregator/engine.h"

/* Writes them all (office/year.h), in an open group whose state was flushed. Of a measure: value,
 * denominator, goal, met, light and as_of of the city, and of each unit that has a part in it; of an
 * item: the light of its worst main measure, and whether it is done: every main measure that is not
 * "about" is met. */
enum err year_results_write(struct aggregator *a);

#endif
