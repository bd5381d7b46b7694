/* SPDX-License-Identifier: MIT */
/* The durable outbox. Rows are numbered from 1 in the order in which they were stored, for the
 * outbox's life. They lie open until they are sealed into batches, whose bytes and borders never
 * change from then on, and leave when a receipt says that the daemon has them.
 *
 * A sequence on the wire is a row's number minus the base of the epoch. A new epoch only moves
 * the base: the batches without receipt stay as they are and count from 1 again.
 *
 * Any thread; concurrent submits share one transaction and one fsync. After ERR_FATAL the outbox
 * refuses to go on: close it and open it again, nothing that was promised is lost. */
#ifndef COLLECTORS_OUTBOX_H
#define COLLECTORS_OUTBOX_H

#include "collectors/row.h"
#include "collectors/seal.h"

struct outbox;

struct outbox_options {
	const char *folder;  /* must exist */
	uint64_t max_bytes;  /* of rows and batches; 0: 1 GiB */
	uint32_t batch_rows; /* 0: 1 000 */
};

/* All that is known of the outbox beside the rows themselves; written with every change. */
struct outbox_state {
	uint8_t epoch[ENVELOPE_EPOCH_LEN];
	uint8_t place[16];        /* which copy of the store this is */
	uint64_t base;            /* number of the row before sequence 1 */
	uint64_t first;           /* lowest row that is held; next where none is */
	uint64_t sealed_until;    /* rows below are sealed */
	uint64_t next;            /* number of the next new row */
	uint64_t batches;         /* sealed and held */
	uint64_t bytes;           /* of rows and batches held */
	uint64_t opened;          /* how often the outbox was opened */
	uint64_t epochs;          /* how many epochs it has had */
	uint64_t exceptions_next; /* number of the next exception */
	uint64_t receipted_rows;
	uint64_t verdicts[EVENT_VERDICT_COUNT];
	int64_t created_ms;
	int64_t last_receipt_ms;
};

/* ERR_BUSY: another process has the folder's outbox. A store that was copied, restored or moved
 * begins a new epoch. */
enum err outbox_open(const struct outbox_options *options, int64_t now_ms, struct outbox **out);
void outbox_close(struct outbox *o); /* accepts NULL */

/* Stores all rows or none; durable on return. *first: the number of the first one (may be NULL).
 * ERR_FULL: at the bound, or the disk is full. */
enum err outbox_submit(struct outbox *o, const struct row *rows, size_t count, int64_t now_ms,
		       uint64_t *first);

void outbox_state(struct outbox *o, struct outbox_state *out);
/* When the oldest row that is held was submitted; 0: none is. */
enum err outbox_oldest(struct outbox *o, int64_t *ms);
/* Waits until all rows below the number have their receipts. ERR_TIMEOUT. */
enum err outbox_wait(struct outbox *o, uint64_t number, int64_t until_monotonic_ms);

/* --- sealing and sending: the sender's side --- */

/* Seals open rows, oldest first, up to some thousands. */
enum err outbox_seal(struct outbox *o, const struct seal_terms *terms);
/* From now on, rows that find no open ones before them are sealed as they are stored; NULL: no
 * longer. The slice of the terms is held, the rest copied. */
enum err outbox_seal_directly(struct outbox *o, const struct seal_terms *terms);
/* Appends the whole message of the batch that begins at this row. *after: where the next one
 * begins. ERR_NOTFOUND: no batch begins there. */
enum err outbox_batch(struct outbox *o, uint64_t number, struct buf *message, uint64_t *after);
/* A new epoch for all that has no receipt. */
enum err outbox_new_epoch(struct outbox *o);
/* The same, and sealed batches are taken apart and sealed anew by these terms. */
enum err outbox_reseal(struct outbox *o, const struct seal_terms *terms);

struct outbox_settled {
	size_t applied; /* items */
	size_t stale;   /* items about rows that are settled already */
	size_t ahead;   /* items that leave out a batch before them: send again from the first */
};
/* Forgets what the receipts settle, and notes their exceptions, durably. */
enum err outbox_settle(struct outbox *o, const struct message_receipts *receipts,
		       struct outbox_settled *settled);

/* --- looking --- */

struct outbox_entry {
	uint64_t first; /* row */
	uint32_t rows;
	int64_t submitted_ms;
	size_t bytes;
	bool sealed;
};
/* Calls fn for each batch and each block of open rows, oldest first, until it gives false. */
enum err outbox_list(struct outbox *o, bool (*fn)(void *ctx, const struct outbox_entry *e),
		     void *ctx);

/* How many exceptions are kept; older ones are forgotten, their counts stay. */
#define OUTBOX_EXCEPTIONS_KEPT 1000

/* A row that was not plainly admitted. Texts are borrowed for the call. */
struct outbox_exception {
	uint64_t row;
	uint32_t verdict;
	uint32_t code;
	int64_t received_ms;
	int32_t as_of;
	uint32_t kind;
	uint32_t decimals;
	int64_t value;
	struct bytes target, unit, text;
};
/* The newest ones, at most so many, oldest first. */
enum err outbox_exceptions(struct outbox *o, uint64_t limit,
			   bool (*fn)(void *ctx, const struct outbox_exception *e), void *ctx);

#endif
