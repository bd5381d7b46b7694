/* SPDX-License-Identifier: MIT */
/* Flags, their alerts, and the sample that is drawn at a close. Puts decisions down, and writes
 * nothing else. */
#ifndef ALERTS_RULES_QUALITY_H
#define ALERTS_RULES_QUALITY_H

#include "aggregator/alerts/rules.h"

/* A period closes: every cell is looked at, and the sample is drawn by the entry's chain. */
enum err rules_quality_close(const struct rules_case *c, int32_t period);
/* Figures of closed periods changed, or a person dealt with a flag. Costs nothing where the entry did
 * neither. */
enum err rules_quality_facts(const struct rules_case *c, int32_t first, int32_t last);

/* Folds a decision of PANEL_FLAG, PANEL_DRAW or PANEL_SAMPLE into the tables; in stands behind its
 * tag. ERR_CORRUPT: no such bytes. */
enum err rules_quality_apply(const struct catalogue *c, struct store_txn *t,
			     const struct judge_entry *e, enum panel_tag tag, struct reader *in);

#endif
