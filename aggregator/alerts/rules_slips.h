/* SPDX-License-Identifier: MIT */
/* When the machine drafts a slip, takes a draft back, notes that a reply is overdue, and opens a
 * closed slip again. Puts steps down as decisions; writes nothing else. */
#ifndef ALERTS_RULES_SLIPS_H
#define ALERTS_RULES_SLIPS_H

#include "aggregator/alerts/cabinet.h"
#include "aggregator/alerts/rules.h"

/* A light of the period that closes. */
enum err rules_slips_see(const struct rules_case *c, struct cabinet *cabinet,
			 const struct lights_record *r);
/* Comes last: at ticks, and where an act made a step. closing: the period that closes, whose lights
 * were all seen, or DATE_NONE. */
enum err rules_slips(const struct rules_case *c, struct cabinet *cabinet, int32_t closing);
/* A step that was decided. ERR_CORRUPT: no such bytes. */
enum err rules_slips_apply(struct store_txn *t, const struct judge_entry *e, struct reader *in);

#endif
