/* SPDX-License-Identifier: MIT */
/* What is known of one channel: how far it has come in the alert log, what waits for its next try,
 * what was given up. Time is an argument; nothing here sends. */
#ifndef DAEMON_NOTIFY_LANE_H
#define DAEMON_NOTIFY_LANE_H

#include "aggregator/alerts/book.h"
#include "aggregator/query/query.h"
#include "daemon/config_channel.h"
#include "daemon/notify_send.h"

#define NOTIFY_WAITING_MAX 256
#define NOTIFY_DEAD_MAX 256
#define NOTIFY_TRIES 10 /* the first and nine more */
#define NOTIFY_WHY 160	/* bytes kept of why a try failed, with NUL */
#define NOTIFY_RESEND_MS INT64_C(60000) /* to Alertmanager, while anything is open */
#define NOTIFY_STEADY_ROWS 2000 /* of the log in one message to it */

/* Rows from .. to of the alert log, sent together. */
struct notify_item {
	uint64_t from, to;
	bool urgent;	/* of a digest channel: only the new reds among them */
	unsigned tries; /* that failed */
	int64_t due_ms; /* next try; of a dead one: when it was given up */
	int status;	/* of the last try; 0: no answer */
	char why[NOTIFY_WHY];
};

/* How a try ended. */
struct notify_last {
	uint64_t number; /* rising from 1; 0: none yet */
	int64_t at_ms;
	int status;
	bool ok;
	char answer[NOTIFY_ANSWER];
};

/* Counted since the start. */
struct notify_counts {
	uint64_t delivered, failed, dead, silenced;
};

struct notify_lane {
	const struct config_channel *config;
	/* Durable. Rows up to position are delivered, wait, are dead, or are none of ours; of a
	 * digest channel: were looked at for what is urgent, and up to gathered are in a digest. */
	uint64_t position, gathered; /* Alertmanager: up to gathered, silenced ones are counted */
	int64_t digest_ms; /* when the newest digest was made; Alertmanager: was told last */
	bool disabled;	   /* the receiver answered 410: nothing is sent until a retry is asked for */
	struct notify_item waiting[NOTIFY_WAITING_MAX];
	size_t waiting_count;
	struct notify_item dead[NOTIFY_DEAD_MAX];
	size_t dead_count;
	/* of this run */
	struct notify_counts counts;
	bool fresh;	       /* the state knew nothing of it */
	bool broken;	       /* its secret can't be read: nothing is sent */
	int64_t not_before_ms; /* slowed down until then */
	bool busy, testing;    /* a request is on its way: a test */
	struct notify_item flying;
	unsigned failures; /* in a row */
	struct notify_last last, test;
};

/* What a result meant. */
enum notify_outcome { NOTIFY_DELIVERED, NOTIFY_FAILED, NOTIFY_GAVE_UP };
const char *notify_outcome_name(enum notify_outcome o);

/* Milliseconds until the next try after so many failed ones (1 ..): 5 s, 5 min, 30 min, 2 h, 5 h,
 * 10 h, 14 h, 20 h, 24 h, and up to a tenth more; random: any number. */
int64_t notify_lane_retry_ms(unsigned failed, uint32_t random);
/* A chat bot or mail: digests. */
bool notify_lane_digests(const struct notify_lane *l);
/* The filter of the channel; a row in silence may pass it. */
bool notify_lane_wants(const struct config_channel *f, const struct catalogue *c,
		       const struct book_record *r);
/* A new red, that need not wait for a digest. */
bool notify_lane_urgent(const struct book_record *r);
/* In its quiet hours, on a free day, or at a moment that its service asks to avoid. */
bool notify_lane_quiet(const struct notify_lane *l, const struct catalogue *c, int64_t now_ms);
/* The item that should be sent now, to flying. newest: number of the last row of the log. False:
 * none, or not now. */
bool notify_lane_next(struct notify_lane *l, const struct catalogue *c, uint64_t newest,
		      int64_t now_ms);
/* What became of flying, or of the test. */
enum notify_outcome notify_lane_result(struct notify_lane *l, const struct notify_result *r,
				       int64_t now_ms, uint32_t random);
/* There is nothing to tell of flying (any more). */
void notify_lane_skip(struct notify_lane *l, int64_t now_ms);
/* Dead letters wait again, and what waits is due now. Returns how many dead ones. */
size_t notify_lane_revive(struct notify_lane *l, int64_t now_ms);
/* The earliest moment at which something may have to be done without any news; INT64_MAX: none. */
int64_t notify_lane_due(const struct notify_lane *l);

/* --- notify_take.c ---------------------------------------------------------------------------- */
/* Where a channel that nothing is known of begins. */
void notify_take_begin(struct notify_lane *l, uint64_t newest, int64_t now_ms);
/* Reads on in the log, and makes items of what is new, as far as there is room. True: it changed,
 * and has to be made durable before anything is sent. */
bool notify_take(struct notify_lane *l, struct query *q, int64_t now_ms);
/* Time of the oldest row that is not delivered, given up or in a digest to come; 0: none. */
int64_t notify_take_oldest_ms(const struct notify_lane *l, struct query *q);

#endif
