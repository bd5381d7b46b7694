/* SPDX-License-Identifier: MIT */
/* The ledger entry: the only unit of meaning. A stamp, the bytes as received, and what was
 * decided. The state is a fold of the entries with their stored decisions. */
#ifndef LEDGER_ENTRY_H
#define LEDGER_ENTRY_H

#include <stdint.h>

#include "aggregator/ledger/store.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "proto/envelope.h"

enum entry_kind {
	ENTRY_CATALOGUE = 1, /* body: the canonical form */
	ENTRY_BATCH = 2,     /* body: header and body as received */
	ENTRY_GAP = 3,       /* sequences that a reporter no longer holds; body: from, to */
	ENTRY_ACT = 4,       /* body: JSON of what a person or tool did */
	ENTRY_LINK = 5,      /* a reporter's link went up or down; body: one byte */
	ENTRY_TICK = 6,      /* body: civil day that begins, and the state hash before it */
	ENTRY_CONFLICT = 7   /* bytes that contradict what was said; body: what is kept of them */
};

/* The API's word for it, "batch"; "unknown" for what is none of them. */
const char *entry_kind_name(enum entry_kind k);

struct entry {
	uint64_t position;      /* dense, from 1; given when appended */
	enum entry_kind kind;
	uint32_t rules;         /* version of the rules that decided */
	int64_t time_ms;        /* never before the entry before it */
	uint16_t reporter;      /* unit number, or CATALOGUE_NONE */
	uint8_t key[32];        /* public key that said it; zero: the daemon itself */
	uint8_t epoch[ENVELOPE_EPOCH_LEN];
	uint64_t first_sequence; /* BATCH, GAP */
	uint32_t rows;           /* BATCH */
	uint64_t back;           /* BATCH, GAP: position of the one before it of (reporter, epoch), or 0 */
	struct bytes body;
	struct bytes decisions;  /* decision.h */
};

#define ENTRY_HEAD_LEN 109 /* bytes of a form before the body */

/* What the chain hashes, and what is stored: everything of the entry, one after the other. Appends
 * to out. */
enum err entry_encode(const struct entry *e, struct buf *out);
/* Points into form. ERR_CORRUPT: not the form of an entry; ERR_VERSION: of a newer program. */
enum err entry_decode(struct bytes form, struct entry *out);
/* The same of the first ENTRY_HEAD_LEN bytes or more: body and decisions stay empty. */
enum err entry_decode_head(struct bytes form, struct entry *out);
/* chain = BLAKE2b(chain before, encoded entry). */
void entry_chain(const uint8_t before[CRYPTO_HASH_LEN], struct bytes form,
		 uint8_t out[CRYPTO_HASH_LEN]);

#endif
