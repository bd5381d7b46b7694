/* SPDX-License-Identifier: MIT */
/* What each kind of entry does to the state, the same for the writer and for a replay. The entry
 * was entered (engine_enter). Private to this folder. */
#ifndef AGGREGATOR_FOLD_H
#define AGGREGATOR_FOLD_H

#include "aggregator/engine.h"

#define FOLD_CONFLICT_KEEP 65536 /* bytes of a contradicting message that are kept */
#define FOLD_STATE_LEN (4 + CRYPTO_HASH_LEN) /* body of a tick */

/* Takes the catalogue over that the body holds. */
enum err fold_catalogue(struct aggregator *a, const struct entry *e);
/* mode ROWS_JUDGE fills a->runs; the others fold by them. */
enum err fold_batch(struct aggregator *a, const struct entry *e, enum rows_mode mode,
		    struct rows_result *out);
enum err fold_gap(struct aggregator *a, const struct entry *e);
enum err fold_link(struct aggregator *a, const struct entry *e);
enum err fold_conflict(struct aggregator *a, const struct entry *e);
/* How many conflicts of the reporter were kept on the day of the entry. */
enum err fold_conflicts_kept(struct aggregator *a, uint16_t reporter, uint32_t *out);

/* Bodies. */
void fold_gap_body(struct buf *out, uint64_t from, uint64_t to);
void fold_conflict_body(struct buf *out, struct bytes message);
void fold_tick_body(struct buf *out, int32_t day, const uint8_t state[CRYPTO_HASH_LEN]);
enum err fold_read_tick(struct bytes body, int32_t *day, uint8_t state[CRYPTO_HASH_LEN]);

#endif
