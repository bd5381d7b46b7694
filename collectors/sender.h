/* SPDX-License-Identifier: MIT */
/* The thread that carries the outbox to the daemon: Hello, Welcome, batches within the credit,
 * receipts. It heals itself: what is not answered is sent again, a silent connection is thrown
 * away, and only a refusal that people have to mend makes it wait long. */
#ifndef COLLECTORS_SENDER_H
#define COLLECTORS_SENDER_H

#include "base/clock.h"
#include "collectors/identity.h"
#include "collectors/outbox.h"

/* All in milliseconds. */
struct sender_timing {
	int64_t hello;       /* no Welcome by then: connect anew */
	int64_t silence;     /* nothing heard by then: connect anew */
	int64_t ping;        /* after so long without a word: ping */
	int64_t resend;      /* no receipt for what is in flight by then: Hello again, and again the
			      * same batches; after several times, connect anew */
	int64_t retry_first; /* longest wait before the first new connection, */
	int64_t retry_base;  /* then doubling from here, each time a random part of it, */
	int64_t retry_max;   /* up to here */
	int64_t refused;     /* after a refusal that people have to mend */
};
extern const struct sender_timing sender_default_timing;

struct sender_options {
	struct outbox *outbox;
	struct slice_shelf *shelf;
	const struct identity *identity; /* copied */
	const struct clock *clock;
	const struct sender_timing *timing; /* NULL: the default; copied */
	/* On the sender's thread, after the receipt was noted durably. first_row: the number of the
	 * first row that it is about. */
	void (*on_receipt)(void *ctx, const struct message_receipt *r, const uint8_t *epoch,
			   uint64_t first_row);
	void (*on_state)(void *ctx, const char *state);
	void *ctx;
};

struct sender_status {
	enum minsheng_link link;
	char state[160];
	char reporter[72];
	int64_t clock_skew_ms;
	uint64_t catalogue_version;
	uint64_t reconnects;
	uint64_t batches_sent;   /* again-sent ones too */
	uint64_t batches_resent;
	uint64_t conflicts;      /* new epochs that the daemon asked for */
	uint64_t gaps;
	uint64_t ignored;        /* messages that did not decode, or were about another epoch */
};

struct sender;

/* The outbox, shelf and clock must outlive it. */
enum err sender_start(const struct sender_options *options, struct sender **out);
void sender_stop(struct sender *s); /* joins; accepts NULL */
/* There is something new in the outbox. Any thread. */
void sender_wake(struct sender *s);
void sender_status(struct sender *s, struct sender_status *out); /* any thread */

#endif
