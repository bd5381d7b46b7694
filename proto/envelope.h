/* SPDX-License-Identifier: MIT */
/* The fixed header before every body: enough to judge duplicates, gaps and poison without
 * decoding the body. Layout, big-endian: version u8, type u8, flags u16, rows u32, epoch 16
 * bytes, first_sequence u64. */
#ifndef PROTO_ENVELOPE_H
#define PROTO_ENVELOPE_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

enum envelope_type {
	/* ingest socket */
	ENVELOPE_HELLO = 1,
	ENVELOPE_WELCOME = 2,
	ENVELOPE_BATCH = 3,
	ENVELOPE_RECEIPTS = 4,
	ENVELOPE_CATALOGUE_REQUEST = 5,
	ENVELOPE_CATALOGUE_SLICE = 6,
	ENVELOPE_PING = 7,
	ENVELOPE_PONG = 8,
	ENVELOPE_REFUSED = 9,
	/* query socket */
	ENVELOPE_SNAPSHOT_REQUEST = 16,
	ENVELOPE_SNAPSHOT = 17,
	ENVELOPE_REPLAY_REQUEST = 18,
	ENVELOPE_REPLAY = 19,
	ENVELOPE_MINE_REQUEST = 20,
	ENVELOPE_MINE = 21,
	/* enrolment socket */
	ENVELOPE_ENROL = 32,
	ENVELOPE_ENROL_REPLY = 33,
	/* feed */
	ENVELOPE_FEED_TOTAL = 48,
	ENVELOPE_FEED_LIGHT = 49,
	ENVELOPE_FEED_ALERT = 50,
	ENVELOPE_FEED_HEAD = 51
};

#define ENVELOPE_EPOCH_LEN 16

struct envelope {
	uint8_t version;
	uint8_t type;
	uint16_t flags;
	uint32_t rows;                       /* of a batch; 0 elsewhere */
	uint8_t epoch[ENVELOPE_EPOCH_LEN];   /* of the outbox; zero elsewhere */
	uint64_t first_sequence;             /* of a batch: the sequence of its first row; from 1 */
};

/* Splits a message. ERR_INVALID: shorter than a header; ERR_VERSION: not version 1 (the header
 * is filled in all the same). body points into message. */
enum err envelope_decode(struct bytes message, struct envelope *out, struct bytes *body);
void envelope_encode(const struct envelope *e, uint8_t out[32]);
/* Appends a header of this type with all else zero. */
void envelope_put(struct buf *out, enum envelope_type type);

#endif
