/* SPDX-License-Identifier: MIT */
/* The receipts of one session and one commit: consecutive batches that were admitted whole become
 * one item, and what does not fit one message becomes several. */
#ifndef DAEMON_RECEIPTS_H
#define DAEMON_RECEIPTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "proto/message.h"

/* Zero-initialised is empty. All memory is the arena's. */
struct receipts {
	struct message_receipt *items;
	size_t count, cap;
	uint64_t expected; /* next sequence of the epoch, as of the last one added */
	int64_t oldest_us; /* when the first of its batches was taken off the socket; 0: none */
};

/* Copies the receipt; its exceptions are borrowed until the arena is reset. */
enum err receipts_add(struct receipts *r, struct arena *a, const struct message_receipt *one);

/* Calls send with each message, in order; send's errors end it. The receipts are empty after. */
enum err receipts_send(struct receipts *r, struct arena *a, const uint8_t epoch[16],
		       uint32_t credit, enum err (*send)(void *ctx, struct bytes message),
		       void *ctx);

#endif
