/* SPDX-License-Identifier: MIT */
/* Looks for odd figures in the writer's cells: gathers what the rules of progress/quality.h ask for,
 * and makes a record of what they find. Decides nothing and writes nothing. History is read for as
 * many periods as the rules can use. */
#ifndef ALERTS_ODD_H
#define ALERTS_ODD_H

#include "aggregator/alerts/flags.h"
#include "aggregator/alerts/panel.h"
#include "aggregator/progress/quality.h"

/* Zero-initialised is empty. */
struct odd_list {
	struct flags_record *items;
	size_t count, cap;
};
void odd_free(struct odd_list *list);
enum err odd_add(struct odd_list *list, const struct flags_record *r);

#define ODD_WINDOW (QUALITY_HISTORY_MAX + 2) /* periods that are read */

/* The last days of a closed period and of those before it, newest last: made once for all cells. */
struct odd_window {
	int32_t ends[ODD_WINDOW];
	size_t count;
	int32_t period, before; /* the newest, and the one before it */
};
struct odd_window odd_window(const struct catalogue *c, int32_t period);

/* Each adds what it finds for the period; all are ERR_OK where there is nothing to look at. */

/* Jump, exact, spike, stuck, above: of a cell that somebody reports. */
enum err odd_cell(const struct panel_case *k, const struct odd_window *w, uint16_t measure,
		  uint16_t unit, struct odd_list *found);
/* Most areas at exactly their goals. */
enum err odd_bunch(const struct panel_case *k, const struct odd_window *w, uint16_t measure,
		   struct odd_list *found);
/* A pair in an area, or in the city where its measures are not both the areas' own. */
enum err odd_pair(const struct panel_case *k, const struct odd_window *w,
		  const struct catalogue_pair *pair, uint16_t unit, struct odd_list *found);
/* Where a pair is looked at. */
bool odd_pair_is_areal(const struct catalogue *c, const struct catalogue_pair *pair);
/* Areas that say the same of everything. */
enum err odd_twins(const struct panel_case *k, const struct odd_window *w, struct odd_list *found);

#endif
