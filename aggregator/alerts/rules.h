/* SPDX-License-Identifier: MIT */
/* When an alert is raised, changes and is resolved. Compares what is with what the docket
 * remembers, and puts transitions down as decisions. Writes nothing else. */
#ifndef ALERTS_RULES_H
#define ALERTS_RULES_H

#include "aggregator/alerts/judge.h"
#include "aggregator/alerts/panel.h"

struct rules_case {
	const struct panel_case *k;
	const struct judge_entry *e;
};

/* What persons did about alerts, and silences that end. Comes first: its rows have the figures of
 * the newest row before this entry. */
enum err rules_notes(const struct rules_case *c);
/* At ticks: alerts that nobody acknowledged for so many working days as the catalogue says go up, from
 * the unit to the lead, and from there to the office. */
enum err rules_timers(const struct rules_case *c);
/* A period closes: plans that leave too much to the end, and what the catalogue in force lacks. */
enum err rules_plans(const struct rules_case *c, int32_t period);
/* The light of the last closed period: behind, overdue, will-miss. */
enum err rules_light(const struct rules_case *c, const struct lights_record *r,
		     const struct totals_result *at);
/* A period closes: who is silent, and whose quarrels have rested. */
enum err rules_close(const struct rules_case *c, int32_t period);
/* Late reports for the last closed period: who is still silent. */
enum err rules_late_reports(const struct rules_case *c, int32_t period);
/* A due day of the period was moved, or one that had been moved is over. */
enum err rules_extended(const struct rules_case *c, int32_t period);
/* The leads' day for the period is over: who did not confirm what was reported. */
enum err rules_unconfirmed(const struct rules_case *c, int32_t period);
/* What was said of figures changed: what still waits for leads, what was returned. period: the
 * newest closed one. */
enum err rules_reviewed(const struct rules_case *c, int32_t period);
/* The lead's figures for a closed period against the counted ones. */
enum err rules_reconcile(const struct rules_case *c, int32_t period);
/* Holds, conflicts, gaps, links. */
enum err rules_facts(const struct rules_case *c);

#endif
