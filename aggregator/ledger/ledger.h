/* SPDX-License-Identifier: MIT */
/* The ledger: entries in order, in pieces that fit two to a page, each with the chain's hash
 * behind it, and the head that says where it ends. */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "aggregator/ledger/entry.h"

/* Where the ledger ends. Stored in META. */
struct ledger_head {
	uint64_t position;     /* of the newest entry; 0: an empty ledger */
	int64_t time_ms;       /* its stamp */
	uint64_t rows;         /* rows of all batches, whatever became of them */
	uint64_t alert_number; /* newest row of the alert log */
	uint64_t catalogue;    /* position of the newest catalogue */
	uint8_t chain[CRYPTO_HASH_LEN]; /* zero for an empty ledger */
};

/* All zero for a new store. */
enum err ledger_head_read(struct store_txn *t, struct ledger_head *out);
enum err ledger_head_write(struct store_txn *t, const struct ledger_head *head);

/* Stores the entry e->position == head->position + 1, and moves the head: position, time, rows,
 * chain. scratch is overwritten with the entry's form. */
enum err ledger_append(struct store_txn *t, const struct entry *e, struct ledger_head *head,
		       struct buf *scratch);

/* Reads one entry. form is overwritten and *out points into it; chain: the hash behind the entry,
 * may be NULL. ERR_NOTFOUND past the end; ERR_CORRUPT: damaged, or a piece is missing. */
enum err ledger_read(struct store_txn *t, uint64_t position, struct buf *form, struct entry *out,
		     uint8_t chain[CRYPTO_HASH_LEN]);
/* The head fields of an entry alone: one short read. */
enum err ledger_peek(struct store_txn *t, uint64_t position, struct entry *out);

#endif
