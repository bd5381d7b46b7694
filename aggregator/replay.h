/* SPDX-License-Identifier: MIT */
/* One ledger, entry by entry, into another store: a proof compares what comes of it and throws it
 * away, a rebuild keeps it. Private to this folder. */
#ifndef AGGREGATOR_REPLAY_H
#define AGGREGATOR_REPLAY_H

#include "aggregator/engine.h"

#define REPLAY_GROUP 1000 /* entries a commit, where nobody says otherwise */

struct replay {
	struct store *store;  /* that is filled; empty at first */
	struct aggregator *a; /* its state */
	bool keep;            /* write the ledger too: the store can be used afterwards */
	uint64_t group;
	uint8_t chain[CRYPTO_HASH_LEN]; /* of the entries so far */
	struct buf again;     /* what today's rules decide */
	struct aggregator_proof *out;
};

/* The store must outlive it, as out must. */
enum err replay_begin(struct replay *r, struct store *store, struct aggregator_proof *out);
void replay_end(struct replay *r); /* accepts a zeroed one */

/* The entry of the next position, in the form that the chain hashes; it must not point into the
 * store that is filled. chain: that was noted behind it, or NULL. ERR_CORRUPT: out says what is
 * wrong; ERR_VERSION: newer rules decided it. */
enum err replay_entry(struct replay *r, struct bytes form, const uint8_t chain[CRYPTO_HASH_LEN]);
/* That was the last one: commits what is open. */
enum err replay_finish(struct replay *r);

/* Notes what is wrong and where, and gives ERR_CORRUPT. what: static. */
enum err replay_broken(struct replay *r, uint64_t position, const char *what);

#endif
