/* SPDX-License-Identifier: MIT */
/* What a light is judged by, gathered from the cells: the total, the reports, how late, how much
 * may still come. */
#ifndef ALERTS_EVIDENCE_H
#define ALERTS_EVIDENCE_H

#include "aggregator/alerts/panel.h"

/* Everything but in->planned, which is set already, by the plan and the quotas that are in force on the
 * period's last day; or (original) by the first ones. */
enum err evidence_of(const struct panel_case *k, uint16_t measure, uint16_t unit, int32_t period,
		     bool original, struct light_input *in);

/* A (measure, unit) on a day. A sum that does not fit counts as absent. */
enum err evidence_total(const struct panel_case *k, uint16_t measure, uint16_t unit, int32_t day,
			struct totals_result *out);
/* A report is owed for the cell and the period; it came. */
struct evidence_report {
	bool expected, came;
};
enum err evidence_report(const struct panel_case *k, uint16_t measure, uint16_t unit,
			 int32_t period, struct evidence_report *out);
/* What a shadow (or, with source CATALOGUE_NONE, the counting figure) says on a day. */
enum err evidence_value(const struct panel_case *k, uint16_t measure, uint16_t unit,
			uint16_t source, int32_t day, struct cell_value *out);

#endif
