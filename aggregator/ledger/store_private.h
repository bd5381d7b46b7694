/* SPDX-License-Identifier: MIT */
/* Between the files of the store: the aggregator's one door to LMDB. */
#ifndef LEDGER_STORE_PRIVATE_H
#define LEDGER_STORE_PRIVATE_H

#include <lmdb.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "aggregator/ledger/store.h"
#include "aggregator/ledger/store_folder.h"

#define STORE_INCARNATION_LEN 16

struct store {
	struct store_folder folder;
	MDB_env *env;
	MDB_dbi tables[STORE_TABLE_COUNT];
	struct store_options options;
	uint8_t incarnation[STORE_INCARNATION_LEN];
	atomic_bool writing;
	bool dead;             /* a commit failed in a way that nobody knows the end of */
	uint64_t free_pages;   /* as counted last */
	unsigned free_age;     /* transactions since then */
	off_t short_size;      /* of a file that was shorter than its pages and was filled up, or 0 */
};

struct store_txn {
	struct store *store;
	MDB_txn *txn;
	enum err error; /* the first one of a write transaction; it can't be committed any more */
	bool write;
	struct store_trial *trial; /* takes what is written, where nothing is to stay; or NULL */
};

struct store_cursor {
	struct store_txn *txn;
	MDB_cursor *cursor;
	enum store_table table;
};

/* What a trial wrote, in memory: store_trial.c. Values as they were given. */
enum err store_trial_put(struct store_trial *t, enum store_table table, struct bytes key,
			 const struct bytes *value); /* NULL: the key is gone */
/* ERR_AGAIN: it knows nothing of the key; ERR_NOTFOUND: it took it away. */
enum err store_trial_get(const struct store_trial *t, enum store_table table, struct bytes key,
			 struct bytes *value);
struct store_trial *store_trial_new(void); /* NULL: no memory */
void store_trial_free(struct store_trial *t); /* accepts NULL */

/* Maps a code of LMDB or errno. */
enum err store_map_code(int code);
/* The same, and logs it. */
enum err store_failed(const char *what, int code);

/* ERR_FULL: too little of the map, or of the disk, is left to write. */
enum err store_room(struct store *s);
bool store_disk_full(struct store *s);

#endif
