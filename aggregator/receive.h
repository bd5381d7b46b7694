/* SPDX-License-Identifier: MIT */
/* A batch that nothing speaks against, into the ledger. Private to this folder. */
#ifndef AGGREGATOR_RECEIVE_H
#define AGGREGATOR_RECEIVE_H

#include "aggregator/engine.h"

/* entry: all but its position; it goes on where its outbox ended. Judges, folds, appends, and makes the
 * receipt in the arena. */
enum err receive_append(struct aggregator *a, struct entry *entry, struct arena *arena,
			struct aggregator_outcome *out);

#endif
