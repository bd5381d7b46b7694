/* SPDX-License-Identifier: MIT */
/* What persons and tools do, as JSON in the ledger: read, checked and folded in. Private to this
 * folder. */
#ifndef AGGREGATOR_ACTS_H
#define AGGREGATOR_ACTS_H

#include "aggregator/engine.h"

#define ACTS_ID_MAX 128   /* bytes of an act's id */
#define ACTS_IMPORT "rows.import" /* a sheet that a person handed in for a unit */
#define ACTS_ENROL "key.enrol" /* the one that nobody but the enrolment socket may do */

/* Folds an act of the ledger. ERR_CORRUPT: it can't be done. */
enum err acts_replay(struct aggregator *a, const struct entry *e);

/* Appends the act that comes before the rows of a sheet, as aggregator_act does with others. *position:
 * of the act; *again: it was said before, and its rows are behind it already. */
enum err acts_import(struct aggregator *a, struct bytes json, const char *by, int64_t now_ms,
		     struct arena *arena, struct bytes *answer, uint64_t *position, bool *again);

/* Appends the act that a key asks for with an invitation. */
enum err acts_enrol(struct aggregator *a, const uint8_t nonce_hash[CRYPTO_HASH_LEN],
		    const uint8_t key[32], struct bytes software, int64_t now_ms);

/* The i-th act that people may do, by name; NULL: there are no more. Those about records are the
 * forms'. */
const char *acts_name(size_t i);

#endif
