/* SPDX-License-Identifier: MIT */
/* Since when is something late that no share of a goal tells: a milestone's stage whose day is over,
 * a quantity of which nothing is done though the plan expected one of its smallest units. Pure, as
 * totals.h. */
#ifndef PROGRESS_LATENESS_H
#define PROGRESS_LATENESS_H

#include "aggregator/progress/totals.h"

struct lateness {
	bool late;
	int32_t since;   /* the planned day that passed */
	unsigned months; /* whole months since; 0 in the first */
};

/* At the end of a day, by the plan in force on it (by the first one where from->original). at: the
 * total of that day. Kinds other than milestones and quantities are
 * never late in this sense. */
enum err lateness_of(const struct catalogue *c, const struct totals_source *from,
		     uint16_t measure, uint16_t unit, int32_t day, const struct totals_result *at,
		     struct lateness *out);

#endif
