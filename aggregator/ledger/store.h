/* SPDX-License-Identifier: MIT */
/* The store: one LMDB environment, the only file of the aggregator that includes lmdb.h. Values
 * carry a CRC-32C that is checked on every read; no pointer into the map outlives its
 * transaction. One write transaction at a time, by one thread; read transactions from any thread
 * (MDB_NOTLS), short-lived. */
#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct store;
struct store_txn;
struct store_cursor;

#define STORE_FORMAT 1       /* version of the layouts in keys.h and of every value */
#define STORE_VALUE_MAX 1900 /* key and value together: longer ones go to LMDB's overflow pages,
				which are slow once the free list is fragmented */

enum store_table {
	STORE_META,     /* format, incarnation, head: position, time, chain, alert number */
	STORE_LEDGER,   /* (position, chunk): an entry in pieces of at most 1 900 bytes */
	STORE_HISTORY,  /* (cell, month, known-from day): packed figures */
	STORE_CURRENT,  /* cell: what stands now */
	STORE_TOTALS,   /* measure: the city's total now */
	STORE_REPORTS,  /* (measure, unit, month): first receipt, for timeliness */
	STORE_LIGHTS,   /* (measure, unit, period): official lights */
	STORE_KEYS,     /* public key: whose, role, rights, state */
	STORE_EPOCHS,   /* (reporter, epoch): expected sequence, latest entry */
	STORE_BATCHES,  /* (reporter, epoch, sequence): sparse index into the ledger */
	STORE_REFS,     /* (reporter, ref): the ADD that said it */
	STORE_HOLDS,    /* (position, row): rows that wait for the office */
	STORE_ALERTS,   /* alert id: its state */
	STORE_ALERT_LOG, /* number: one transition */
	STORE_ACTS,     /* client-made act id: position */
	STORE_ASIDE,    /* conflicts: header, hash and first bytes */
	STORE_RECORDS,  /* (kind, id): what the office keeps, as it stands */
	STORE_STEPS,    /* (kind, id, number): one step of a record's life */
	STORE_REVIEWS,  /* (measure, unit, period): what lead and office said of a figure */
	STORE_FLAGS,    /* (measure, unit, period, rule): a figure that looks odd */
	STORE_SAMPLES,  /* (period, measure, unit): figures that are checked on the spot */
	STORE_VERSIONS, /* (measure, kind, number): plans and quotas that came after the catalogue's */
	STORE_OBJECTS,  /* (cell, position, row, chunk): rows that name places or things */
	STORE_TABLE_COUNT
};

struct store_options {
	uint64_t map_bytes;  /* 0: 64 GiB; address space, not disk */
	uint64_t reserve_bytes; /* 0: 64 MiB; no writing with less room on the disk */
	bool read_only;      /* for verify of a store that no daemon holds */
	bool no_sync;        /* scratch stores of verify and tests only */
};

struct store_stats {
	uint64_t file_bytes;
	uint64_t used_pages, map_pages;
	unsigned readers;
	uint64_t oldest_reader_lag; /* transactions */
};

/* Opens, or makes durably (built in <folder>.new, renamed; folder must be absent or empty). Takes
 * an exclusive lock on the folder (ERR_BUSY where another process has it, or this one already has
 * it open), checks the file's size against its meta page, clears dead readers. ERR_VERSION: a
 * newer format; ERR_CORRUPT: cut short or not a store; ERR_EXISTS: a folder with other things in
 * it; read_only makes nothing: ERR_NOTFOUND. */
enum err store_open(const char *folder, const struct store_options *options, struct store **out);
void store_close(struct store *s); /* accepts NULL; no transaction may be open */
/* 16 random bytes, made with the store. */
const uint8_t *store_incarnation(const struct store *s);
enum err store_stat(struct store *s, struct store_stats *out);
/* Clears readers of dead processes; now and then, from the writing thread. */
void store_check_readers(struct store *s);

/* Writing. An error sticks: later calls return it, and commit aborts. Commit and abort end the
 * transaction and clear the pointer, whatever they return. ERR_FULL: map (90 % used) or disk;
 * ERR_STATE: a write transaction is open already; ERR_FATAL: the result of the commit is unknown:
 * exit, and heal at the next start. Begin and commit on the same thread. */
enum err store_begin_write(struct store *s, struct store_txn **out);
enum err store_begin_read(struct store *s, struct store_txn **out);
/* A read transaction that can be written to, in memory alone: what is put is found by store_get, though
 * not by a cursor, and gone at its end. Any thread; to be ended by store_abort. */
enum err store_begin_trial(struct store *s, struct store_txn **out);
enum err store_commit(struct store_txn **txn);
void store_abort(struct store_txn **txn); /* accepts NULL inside */
enum err store_error(const struct store_txn *txn);

/* *value points into the map: valid until the next write in this transaction or its end.
 * ERR_NOTFOUND; ERR_CORRUPT: the CRC differs (logged with table and key). */
enum err store_get(struct store_txn *t, enum store_table table, struct bytes key,
		   struct bytes *value);
/* Neither key nor value may point into the map. ERR_INVALID: an empty key, or one over 511 bytes. */
enum err store_put(struct store_txn *t, enum store_table table, struct bytes key,
		   struct bytes value);
/* The key is greater than every key of the table (MDB_APPEND). */
enum err store_append(struct store_txn *t, enum store_table table, struct bytes key,
		      struct bytes value);
/* ERR_NOTFOUND does not stick. */
enum err store_delete(struct store_txn *t, enum store_table table, struct bytes key);
/* How many keys the table has. */
enum err store_count(struct store_txn *t, enum store_table table, uint64_t *out);

/* Walks keys in order; what is found points into the map, as above. seek: to the first key >= key. last: to the last key < key (or the very
 * last one for an empty key). next, previous. ERR_NOTFOUND at the end. */
enum err store_cursor_open(struct store_txn *t, enum store_table table, struct store_cursor **out);
void store_cursor_close(struct store_cursor *c); /* accepts NULL; before the end of its txn */
enum err store_cursor_seek(struct store_cursor *c, struct bytes key, struct bytes *found,
			   struct bytes *value);
enum err store_cursor_before(struct store_cursor *c, struct bytes key, struct bytes *found,
			     struct bytes *value);
enum err store_cursor_next(struct store_cursor *c, struct bytes *found, struct bytes *value);
enum err store_cursor_previous(struct store_cursor *c, struct bytes *found, struct bytes *value);

const char *store_table_name(enum store_table t);
/* Tables whose content is the state: all but META and LEDGER. */
bool store_table_is_state(enum store_table t);

/* Copies the whole store to a new file (must not exist), compact and durable, while it is in use.
 * Any thread; holds a read transaction until it is done. */
enum err store_backup(struct store *s, const char *path);

#endif
