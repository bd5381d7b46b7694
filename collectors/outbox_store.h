/* SPDX-License-Identifier: MIT */
/* The outbox's tables in LMDB: number -> bytes, split into chunks that fit LMDB's pages, each
 * with a CRC. The one file of the collectors with lmdb.h. */
#ifndef COLLECTORS_OUTBOX_STORE_H
#define COLLECTORS_OUTBOX_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum outbox_table {
	OUTBOX_OPEN,       /* number of the first row -> rows that are not sealed yet */
	OUTBOX_SEALED,     /* number of the first row -> a sealed batch */
	OUTBOX_EXCEPTIONS, /* running number -> a row that was not plainly admitted */
	OUTBOX_META,       /* 0 -> the state */
	OUTBOX_TABLES
};

struct outbox_store;
struct outbox_txn;

/* Opens the folder's store, made where it is absent (first aside, then renamed). Holds the
 * folder's lock: ERR_BUSY where another process, or another store here, has it. map_bytes: room
 * for everything ever, costs nothing until used. ERR_CORRUPT: the file is damaged or cut off. */
enum err outbox_store_open(const char *folder, uint64_t map_bytes, struct outbox_store **out);
void outbox_store_close(struct outbox_store *s); /* accepts NULL; no transaction may be open */

/* A transaction ends on the thread that began it. An error stays in it: later calls give it
 * again, and commit does not commit. */
enum err outbox_txn_begin(struct outbox_store *s, bool write, struct outbox_txn **out);
/* *txn becomes NULL whatever happens. ERR_FULL: disk or map; nothing happened. ERR_FATAL: what
 * happened is not known; close the store and open it again. */
enum err outbox_txn_commit(struct outbox_txn **txn);
void outbox_txn_abort(struct outbox_txn **txn); /* accepts NULL in *txn */

/* At most 65 535 chunks of 1 900 bytes. Overwrites. */
enum err outbox_txn_put(struct outbox_txn *t, enum outbox_table table, uint64_t number,
			struct bytes value);
/* Appends to out. ERR_NOTFOUND and ERR_CORRUPT do not stick. */
enum err outbox_txn_get(struct outbox_txn *t, enum outbox_table table, uint64_t number,
			struct buf *out);
/* The lowest number that is not below from; ERR_NOTFOUND, which does not stick. */
enum err outbox_txn_next(struct outbox_txn *t, enum outbox_table table, uint64_t from,
			 uint64_t *number);
struct outbox_removed {
	uint64_t values;
	uint64_t bytes; /* of the values */
};
/* Deletes what lies in [from, until). */
enum err outbox_txn_delete(struct outbox_txn *t, enum outbox_table table, uint64_t from,
			   uint64_t until, struct outbox_removed *removed);

#endif
