/* SPDX-License-Identifier: MIT */
/* What the feed repeats after a start, before anything changes. */
#ifndef DAEMON_SEED_H
#define DAEMON_SEED_H

#include "aggregator/ledger/store.h"
#include "daemon/feed.h"

/* Reads all figures and lights that stand in the store. */
enum err seed_feed(struct store *store, struct feed *f);

#endif
