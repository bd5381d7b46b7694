/* SPDX-License-Identifier: MIT */
/* Opens snapshots with the catalogue that is in force in them, read from the ledger and kept from
 * one snapshot to the next. One thread. */
#ifndef DAEMON_SNAPSHOT_H
#define DAEMON_SNAPSHOT_H

#include "aggregator/ledger/store.h"
#include "aggregator/query/query.h"

struct snapshots;

/* The store must outlive it. */
enum err snapshots_new(struct store *store, struct snapshots **out);
void snapshots_free(struct snapshots *s); /* accepts NULL */

/* The caller closes the query before it asks for another one: a newer catalogue may take the place
 * of the one that it uses. ERR_NOTFOUND: the store has no catalogue yet. */
enum err snapshots_open(struct snapshots *s, struct query **out);

#endif
