/* SPDX-License-Identifier: MIT */
/* Outboxes: what sequence is expected of each (reporter, epoch), and where in the ledger a
 * sequence below it stands. A high-water mark instead of a window. One thread. */
#ifndef ADMISSION_EPOCHS_H
#define ADMISSION_EPOCHS_H

#include "aggregator/ledger/entry.h"

#define EPOCHS_INDEX_EVERY 64          /* entries of an epoch between two of the sparse index */
/* The one that the daemon itself takes rows of a unit under, which people handed in as a sheet: 16
 * characters, and nobody else's. It is no outbox: it is not counted with those that are live. */
#define EPOCHS_IMPORTS "minsheng-imports"
#define EPOCHS_LIVE_DAYS 90            /* an epoch that said nothing for so long is not live */

struct epoch {
	uint16_t reporter;
	uint8_t id[ENVELOPE_EPOCH_LEN];
	uint64_t expected; /* next sequence, E */
	uint64_t latest;   /* position of its newest entry (batch or gap) */
	uint64_t entries;  /* how many it has */
	int64_t last_ms;   /* time of the newest */
	bool dirty;
};

struct epochs;

enum err epochs_new(struct epochs **out);
void epochs_free(struct epochs *e); /* accepts NULL */
/* Forgets everything and reads the table. */
enum err epochs_load(struct epochs *e, struct store_txn *t);

/* NULL: an epoch that has no entry yet; 1 is expected of it. Valid until the next load. */
struct epoch *epochs_find(const struct epochs *e, uint16_t reporter, const uint8_t *id);
bool epochs_is_imports(const uint8_t *id);
/* How many epochs of the reporter had an entry in the last EPOCHS_LIVE_DAYS. */
unsigned epochs_live(const struct epochs *e, uint16_t reporter, int64_t now_ms);

/* A batch or gap [first, through] was appended at this position. */
enum err epochs_advance(struct epochs *e, struct store_txn *t, const struct entry *entry,
			uint64_t through);
/* Writes what changed since the last flush. */
enum err epochs_flush(struct epochs *e, struct store_txn *t);

/* The entry (head fields) that holds this sequence, which has to be below expected. At most
 * EPOCHS_INDEX_EVERY short reads. */
enum err epochs_locate(struct store_txn *t, const struct epoch *epoch, uint64_t sequence,
		       struct entry *out);

/* All epochs in the order of (reporter, id), from any read transaction; fn returns false to stop. */
enum err epochs_walk(struct store_txn *t, bool (*fn)(void *ctx, const struct epoch *epoch),
		     void *ctx);

#endif
