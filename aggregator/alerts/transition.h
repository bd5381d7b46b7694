/* SPDX-License-Identifier: MIT */
/* The step from what an alert is to what it should be. */
#ifndef ALERTS_TRANSITION_H
#define ALERTS_TRANSITION_H

#include "aggregator/alerts/panel.h"

/* Puts down a row about an open alert with the figures of its newest one. note: transition, by, to,
 * why and until. */
enum err transition_note(const struct panel_case *k, const struct book_state *s,
			 const struct book_record *note);
/* want: kind, measure, unit, period and the figures; severity 0: there is no such alert (any more).
 * Puts down RAISED, SEVERITY, UPDATED or RESOLVED, or nothing where nothing changed. */
enum err transition_to(const struct panel_case *k, struct book_record want);

#endif
