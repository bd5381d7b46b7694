/* SPDX-License-Identifier: MIT */
/* What the files of the sender share. Everything here belongs to the sender's thread, but for
 * what says otherwise. */
#ifndef COLLECTORS_SENDER_IMPL_H
#define COLLECTORS_SENDER_IMPL_H

#include <stdatomic.h>

#include "base/thread.h"
#include "collectors/link.h"
#include "collectors/sender.h"
#include "collectors/slice.h"

enum sender_phase {
	SENDER_AWAY,   /* no connection until retry_at */
	SENDER_HELLO,  /* connecting, or Hello said: no Welcome yet */
	SENDER_LIVE,
	SENDER_FENCED  /* for good */
};

struct sender_flight {
	uint64_t after; /* the row behind the batch */
	size_t bytes;
};

struct sender {
	struct sender_options options;
	struct sender_timing timing;
	struct identity identity;
	struct thread *thread;
	struct mutex *lock;          /* guards shown */
	struct sender_status shown;  /* any thread, under lock */
	atomic_bool stopping;        /* any thread */
	int wake_fd;                 /* any thread writes */

	struct link_context *context;
	struct link *link;
	struct sender_status status;
	enum sender_phase phase;
	size_t server;               /* index of the address in use */
	unsigned attempts;           /* connections since something useful was heard */
	int64_t retry_at;            /* monotonic, as all below */
	int64_t hello_until;
	int64_t paused_until;
	int64_t last_heard;
	int64_t last_sent;
	int64_t last_progress;       /* a receipt, or something put in flight where nothing was */
	int64_t gap_at;
	uint64_t gap_expected;       /* of the last GAP that was followed; 0: none since a receipt */
	unsigned resends;            /* since the last receipt */
	bool hello_sent;
	bool want_write;
	bool window_open;            /* the first receipt of this connection was heard */
	bool direct;                 /* the outbox seals as it stores */
	bool want_slice;             /* asked for, not there yet */
	uint32_t credit;
	uint32_t batch_rows, batch_bytes;
	uint32_t largest_rows;       /* of the batches sent */
	uint32_t rows_limit;         /* our own, after batches were too large; 0: none */
	uint64_t cursor;             /* row of the next batch to send */
	uint64_t sent_until;         /* rows below were sent before on any connection */
	struct sender_flight *flights; /* ring */
	size_t flight_cap, flight_head, flight_count;
	size_t flight_bytes;
	struct slice *slice;
	struct buf message;          /* the batch at message_row, ready to send */
	uint64_t message_row;        /* 0: none */
	uint64_t message_after;
	struct buf heard;
	struct arena *arena;
};

/* sender.c */
void sender_say(struct sender *s, enum minsheng_link link, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void sender_reconnect(struct sender *s, const char *why);
/* Gives up the connection and waits; where people have to mend something, long. */
void sender_wait_long(struct sender *s, int64_t now);

/* sender_session.c */
void sender_begin_hello(struct sender *s, int64_t now);
void sender_try_hello(struct sender *s);
void sender_hear(struct sender *s, struct bytes message, int64_t now);

/* sender_flow.c: what is in flight, and what goes next */
void sender_rewind(struct sender *s);
struct seal_terms sender_terms(const struct sender *s);
void sender_landed(struct sender *s, uint64_t first_held);
void sender_pump(struct sender *s, int64_t now);
void sender_leave(struct sender *s); /* the session ends: no direct sealing, nothing in flight */

#endif
