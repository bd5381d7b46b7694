/* SPDX-License-Identifier: MIT */
/* What the files of the outbox share. */
#ifndef COLLECTORS_OUTBOX_IMPL_H
#define COLLECTORS_OUTBOX_IMPL_H

#include "base/thread.h"
#include "collectors/outbox.h"
#include "collectors/outbox_store.h"

#define OUTBOX_BLOCK_BYTES (48 * 1024) /* of open rows */
#define OUTBOX_SEAL_ROWS 16384         /* open rows that one call seals, about */
#define OUTBOX_VALUE_HEAD 12           /* before rows or body: when submitted i64, rows u32 */

struct outbox_request;

/* Lock order: write, then lock. */
struct outbox {
	struct outbox_store *store;
	struct mutex *write; /* held over every write transaction; guards state, broken, direct */
	struct mutex *lock;  /* guards shown, queue, leading; its condition tells changes of them */
	struct outbox_state state; /* as of the last commit */
	struct outbox_state shown; /* the same, for readers */
	struct outbox_request *queue;
	bool leading; /* somebody stores the queue at the moment */
	bool broken;
	bool direct;
	struct seal_terms direct_terms;
	char direct_reporter[72];
	uint64_t max_bytes;
	uint32_t batch_rows;
	char *folder;
};

/* A write transaction with a working copy of the state. */
struct outbox_change {
	struct outbox *o;
	struct outbox_txn *txn;
	struct outbox_state state;
};

/* Takes the write lock, which is held until the change ends: always end a change that began. */
enum err outbox_change_begin(struct outbox *o, struct outbox_change *c);
/* Commits where e is ERR_OK, else aborts; gives e, or the commit's error. */
enum err outbox_change_end(struct outbox_change *c, enum err e);

void outbox_state_encode(const struct outbox_state *s, struct buf *out);
enum err outbox_state_decode(struct bytes from, struct outbox_state *out);
/* Tells this copy of the folder's store from a copy elsewhere: machine, inode, time of birth. */
enum err outbox_place(const char *folder, uint8_t out[16]);
/* Another random epoch for all rows that are held. */
void outbox_state_renew(struct outbox_state *s);

/* Seals rows that are next in order into batches. */
enum err outbox_seal_into(struct outbox_change *c, const struct seal_terms *terms,
			  const struct row *rows, size_t count, int64_t submitted_ms);

#endif
